"""BasicCompanyData: every live company, by the month.

Layout as published in September 2026 (55 columns, some with a space before the name). The file
holds no dissolved company, no officer, no filing and no insolvency case. Whether accounts are
overdue is not a column: it follows from the day they are due and the day of the snapshot.

Its words are put into the API's codes (companieshouse/api-enumerations, constants.yml) where that
is certain. Another word is kept as a code of its own and reported as drift: a check that does not
know it must not read it as active.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.model import CompanyRow, register_number
from duediligence.progress import SILENT, Progress
from duediligence.registers.blocks import Block
from duediligence.registers.files import table, text, unpacked_size

ACTIVE_PROPOSAL = "active-proposal-to-strike-off"

# The bulk file tells proposals to strike off apart, so that plain Active means there is none.
STATUSES: dict[str, tuple[str, str | None]] = {
    "active": ("active", ""),
    "active - proposal to strike off": ("active", ACTIVE_PROPOSAL),
    "liquidation": ("liquidation", None),
    "in administration": ("administration", None),
    "in administration/administrative receiver": ("administration", None),
    "in administration/receiver manager": ("administration", None),
    "administration order": ("administration", None),
    "administrative receiver": ("receivership", None),
    "receivership": ("receivership", None),
    "receiver manager / administrative receiver": ("receivership", None),
    "voluntary arrangement": ("voluntary-arrangement", None),
}

CIC = "community-interest-company"

# A community interest company is limited by shares or by guarantee; the bulk file does not say
# which, and calls it by this name alone, as the API does its subtype.
TYPES: dict[str, str] = {
    "private limited company": "ltd",
    "public limited company": "plc",
    "old public company": "old-public-company",
    "private unlimited company": "private-unlimited",
    "private unlimited": "private-unlimited",
    "pri/ltd by guar/nsc (private, limited by guarantee, no share capital)": (
        "private-limited-guarant-nsc"
    ),
    "pri/lbg/nsc (private, limited by guarantee, no share capital, use of 'limited' exemption)": (
        "private-limited-guarant-nsc-limited-exemption"
    ),
    "priv ltd sect. 30 (private limited company, section 30 of the companies act)": (
        "private-limited-shares-section-30-exemption"
    ),
    "community interest company": CIC,
    "limited liability partnership": "llp",
    "limited partnership": "limited-partnership",
    "scottish partnership": "scottish-partnership",
    "overseas entity": "registered-overseas-entity",
    "registered society": "registered-society-non-jurisdictional",
    "industrial and provident society": "industrial-and-provident-society",
    "charitable incorporated organisation": "charitable-incorporated-organisation",
    "scottish charitable incorporated organisation": (
        "scottish-charitable-incorporated-organisation"
    ),
    "royal charter company": "royal-charter",
    "unregistered company": "unregistered-company",
    "protected cell company": "protected-cell-company",
    "united kingdom economic interest grouping": "ukeig",
    "united kingdom societas": "united-kingdom-societas",
    "other company type": "other",
    "converted/closed": "converted-or-closed",
}

# `null` is the API's own code for a company that has filed none.
ACCOUNTS: dict[str, str] = {
    "no accounts filed": "null",
    "accounts type not available": "no-accounts-type-available",
    **{
        code.replace("-", " "): code
        for code in (
            "full small medium group dormant interim initial total-exemption-full "
            "total-exemption-small partial-exemption audit-exemption-subsidiary "
            "filing-exemption-subsidiary micro-entity audited-abridged unaudited-abridged"
        ).split()
    },
}


def code_of(words: str) -> str:
    """Return a code of its own for words that no table maps: `Live but …` is `live-but-…`."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


_NAMES_BEFORE = [
    column
    for n in range(1, 11)
    for column in (
        # The publisher's header has a space before PreviousName_2.CONDATE, and there only.
        f"{' ' if n == 2 else ''}PreviousName_{n}.CONDATE",
        f" PreviousName_{n}.CompanyName",
    )
]
COLUMNS = (
    *"CompanyName| CompanyNumber|RegAddress.CareOf|RegAddress.POBox|RegAddress.AddressLine1|"
    " RegAddress.AddressLine2|RegAddress.PostTown|RegAddress.County|RegAddress.Country|"
    "RegAddress.PostCode|CompanyCategory|CompanyStatus|CountryOfOrigin|DissolutionDate|"
    "IncorporationDate|Accounts.AccountRefDay|Accounts.AccountRefMonth|Accounts.NextDueDate|"
    "Accounts.LastMadeUpDate|Accounts.AccountCategory|Returns.NextDueDate|Returns.LastMadeUpDate|"
    "Mortgages.NumMortCharges|Mortgages.NumMortOutstanding|Mortgages.NumMortPartSatisfied|"
    "Mortgages.NumMortSatisfied|SICCode.SicText_1|SICCode.SicText_2|SICCode.SicText_3|"
    "SICCode.SicText_4|LimitedPartnerships.NumGenPartners|LimitedPartnerships.NumLimPartners|"
    "URI".split("|"),
    *_NAMES_BEFORE,
    "ConfStmtNextDueDate",
    " ConfStmtLastMadeUpDate",
)


def read_company_rows(
    path: Path, drift: Drift, progress: Progress = SILENT
) -> Iterator[CompanyRow]:
    """Yield each company of one file (zip or CSV), streaming. Raises as `company_columns`."""
    # The same as CompanyRow(*cells), in half the time.
    make = partial(tuple.__new__, CompanyRow)
    for columns in company_columns(path, drift, progress):
        yield from map(make, zip(*columns, strict=True))


def company_columns(
    path: Path, drift: Drift, progress: Progress = SILENT
) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield the columns of CompanyRow, for some hundred companies each time, streaming.

    Raises UnreadableFile where a column is missing, a row has another width than the header, a
    company has no number or no name, or the file is cut off. Tells `drift` of added columns, of
    dates that are none and of words that no table maps.
    """
    with (
        progress.task(f"Loading {path.name}", unpacked_size(path), unit="bytes") as task,
        table(path, required=[c.strip() for c in COLUMNS], drift=drift, task=task) as found,
    ):
        read = _build_column_reader(found.columns, drift)
        for block in found.blocks:
            columns = read(block)
            numbers, names = columns[0], columns[1]
            if all(numbers) and all(names):
                yield columns
                continue
            unfit = next(
                n for n, both in enumerate(zip(numbers, names, strict=True)) if not all(both)
            )
            if unfit:
                yield [column[:unfit] for column in columns]
            raise UnreadableFile(
                f"{path.name}: line {block.lines[unfit]}: the company has no "
                + ("name" if numbers[unfit] else "number"),
                hint="Fetch the file again; what was loaded before stays in use.",
            )


def _build_column_reader(
    place: Mapping[str, int], drift: Drift
) -> Callable[[Block], tuple[Sequence[Any], ...]]:
    """Return a function that makes the columns of CompanyRow, with what repeats worked out once."""
    incorporated, dissolved, made_up_to, accounts_due, confirmation_due = (
        _Remembered(partial(_parse_bulk_date, column, drift))
        for column in (
            "IncorporationDate DissolutionDate Accounts.LastMadeUpDate Accounts.NextDueDate "
            "ConfStmtNextDueDate"
        ).split()
    )
    changed = _Remembered(partial(_parse_bulk_date, "PreviousName.CONDATE", drift))
    statuses = _Remembered(partial(_map_company_status, drift))
    types = _Remembered(partial(_map_company_code, "CompanyCategory", TYPES, drift))
    accounts = _Remembered(partial(_map_company_code, "AccountCategory", ACCOUNTS, drift))
    countries = _Remembered(_as_text)
    sics = _Remembered(partial(_sic_codes, drift))
    counts = _Remembered(_parse_count_cell)
    former = [
        (place[f"PreviousName_{n}.CompanyName"], place[f"PreviousName_{n}.CONDATE"])
        for n in range(1, 11)
    ]

    def read(block: Block) -> tuple[Sequence[Any], ...]:
        def cells(column: str) -> Sequence[str]:
            return block.column(place[column])

        numbers = [
            cell if len(cell) == 8 and cell.isdecimal() else _correct_company_number(drift, cell)
            for cell in cells("CompanyNumber")
        ]
        names, addresses, postcodes = _clean_text_columns(
            cells("CompanyName"),
            _join_address_columns(*(cells(f"RegAddress.{part}") for part in _ADDRESS)),
            cells("RegAddress.PostCode"),
        )
        names_before, until = [""] * len(numbers), [""] * len(numbers)
        first = block.column(former[0][0])
        if any(first):
            columns = [(block.column(name), block.column(day)) for name, day in former]
            for row in filter(first.__getitem__, range(len(first))):
                before = [(text(n[row]), changed[d[row]] or "") for n, d in columns if n[row]]
                names_before[row] = "\n".join(name for name, _ in before)
                until[row] = "\n".join(day for _, day in before)
        status = [*map(statuses.__getitem__, cells("CompanyStatus"))]
        kinds = [*map(types.__getitem__, cells("CompanyCategory"))]
        return (
            numbers,
            names,
            [code for code, _ in status],
            [detail for _, detail in status],
            [kind or "" for kind in kinds],
            [CIC if kind == CIC else None for kind in kinds],
            [*map(incorporated.__getitem__, cells("IncorporationDate"))],
            [*map(dissolved.__getitem__, cells("DissolutionDate"))],
            addresses,
            postcodes,
            [*map(countries.__getitem__, cells("RegAddress.Country"))],
            [
                *map(
                    sics.__getitem__,
                    zip(*(cells(f"SICCode.SicText_{n}") for n in range(1, 5)), strict=True),
                )
            ],
            names_before,
            until,
            [*map(accounts.__getitem__, cells("Accounts.AccountCategory"))],
            [*map(made_up_to.__getitem__, cells("Accounts.LastMadeUpDate"))],
            [*map(accounts_due.__getitem__, cells("Accounts.NextDueDate"))],
            [*map(confirmation_due.__getitem__, cells("ConfStmtNextDueDate"))],
            [*map(counts.__getitem__, cells("Mortgages.NumMortCharges"))],
        )

    return read


_ADDRESS = "CareOf POBox AddressLine1 AddressLine2 PostTown County".split()


def _join_address_columns(
    care_of: Sequence[str], boxes: Sequence[str], *lines: Sequence[str]
) -> Sequence[str]:
    addresses = [", ".join(filter(None, parts)) for parts in zip(*lines, strict=True)]
    for column, written in ((care_of, _care_of), (boxes, _format_po_box)):
        if any(column):
            for row in filter(column.__getitem__, range(len(column))):
                addresses[row] = ", ".join(filter(None, (written(column[row]), addresses[row])))
    return addresses


def _care_of(cell: str) -> str:
    return f"c/o {cell}"


def _format_po_box(cell: str) -> str:
    return cell if "box" in cell.lower() else f"PO Box {cell}"


def _clean_text_columns(
    names: Sequence[str], addresses: Sequence[str], postcodes: Sequence[str]
) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """Return the three as they are kept, which most are already."""
    joined = " ".join(("", *filter(None, chain(names, addresses, postcodes)), ""))
    # A space at either end of any of them stands beside another one.
    if _is_plain(joined):
        return names, addresses, postcodes
    plain = [
        (name, address, postcode)
        if _is_plain(f"{name}{address}{postcode}")
        else (text(name), text(address), text(postcode))
        for name, address, postcode in zip(names, addresses, postcodes, strict=True)
    ]
    return (
        [name.strip() for name, _, _ in plain],
        [address for _, address, _ in plain],
        [postcode.strip() for _, _, postcode in plain],
    )


def _is_plain(joined: str) -> bool:
    return joined.isascii() and joined.isprintable() and "  " not in joined


K = TypeVar("K")
T = TypeVar("T")


class _Remembered(dict[K, T]):
    """What a function made of each cell, for as many cells as a sound file has."""

    def __init__(self, make: Callable[[K], tuple[T, bool]]) -> None:
        self._make = make

    def __missing__(self, cell: K) -> T:
        value, sound = self._make(cell)
        # What is not sound is made again each time, so that drift counts it each time.
        if sound and len(self) < 100_000:
            self[cell] = value
        return value


def _parse_count_cell(cell: str) -> tuple[int | None, bool]:
    return int(cell) if cell.isdecimal() and len(cell) < 10 else None, True


def _as_text(cell: str) -> tuple[str, bool]:
    return text(cell), True


def _correct_company_number(drift: Drift, cell: str) -> str:
    number = register_number(text(cell))
    if number != cell.strip():
        drift.unmapped("CompanyNumber", "written otherwise, put right")
    return number


def _parse_bulk_date(column: str, drift: Drift, cell: str) -> tuple[str | None, bool]:
    if not cell.strip():
        return None, True
    day, _, rest = cell.strip().partition("/")
    month, _, year = rest.partition("/")
    try:
        return date(int(year), int(month), int(day)).isoformat(), True
    except ValueError:
        drift.unmapped(column, cell)
        return None, False


def _map_company_status(drift: Drift, cell: str) -> tuple[tuple[str, str | None], bool]:
    words = text(cell)
    if found := STATUSES.get(words.lower()):
        return found, True
    drift.unmapped("CompanyStatus", words)
    return (code_of(words) or "not-stated", None), False


def _map_company_code(
    column: str, codes: Mapping[str, str], drift: Drift, cell: str
) -> tuple[str | None, bool]:
    words = text(cell)
    if not words:
        return None, True
    if found := codes.get(words.lower()):
        return found, True
    drift.unmapped(column, words)
    return code_of(words) or None, False


def _sic_codes(drift: Drift, cells: tuple[str, ...]) -> tuple[str, bool]:
    codes, sound = [], True
    for cell in cells:
        number = cell.partition(" - ")[0].strip()
        if number.isdecimal() and number.isascii() and len(number) in (4, 5):
            codes.append(number)
        elif number and number.lower() != "none supplied":
            drift.unmapped("SICCode", cell)
            sound = False
    return " ".join(codes), sound
