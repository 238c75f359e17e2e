"""BasicCompanyData: every live company, by the month.

Layout as published in September 2026 (55 columns, some with a space before the name). The file
holds no dissolved company, no officer, no filing and no insolvency case. Whether accounts are
overdue is not a column: it follows from the day they are due and the day of the snapshot.

Its words are put into the API's codes (companieshouse/api-enumerations, constants.yml) where that
is certain. Another word is kept as a code of its own and reported as drift: a check that does not
know it must not read it as active.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.model import CompanyRow, register_number
from duediligence.progress import SILENT, Progress
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
    """A code of its own for words that no table maps: `Live but …` is `live-but-…`."""
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


def companies(path: Path, drift: Drift, progress: Progress = SILENT) -> Iterator[CompanyRow]:
    """Yield each company of one file (zip or CSV), streaming.

    Raises UnreadableFile where a column is missing, a row has another width than the header, a
    company has no number or no name, or the file is cut off. Tells `drift` of added columns, of
    dates that are none and of words that no table maps.
    """
    with (
        progress.task(f"Loading {path.name}", unpacked_size(path), unit="bytes") as task,
        table(path, required=[c.strip() for c in COLUMNS], drift=drift, task=task) as found,
    ):
        read = _reader(found.columns, drift)
        for line, cells in found.rows:
            row = read(cells)
            if not row[0] or not row[1]:
                raise UnreadableFile(
                    f"{path.name}: line {line}: the company has no "
                    + ("name" if row.number else "number"),
                    hint="Fetch the file again; what was loaded before stays in use.",
                )
            yield row


def _reader(place: Mapping[str, int], drift: Drift) -> Callable[[list[str]], CompanyRow]:
    """A function that makes one row, with what repeats from row to row worked out once."""
    incorporated, dissolved, made_up_to, accounts_due, confirmation_due = (
        _Remembered(partial(_date, column, drift))
        for column in (
            "IncorporationDate DissolutionDate Accounts.LastMadeUpDate Accounts.NextDueDate "
            "ConfStmtNextDueDate"
        ).split()
    )
    changed = _Remembered(partial(_date, "PreviousName.CONDATE", drift))
    statuses = _Remembered(partial(_status, drift))
    types = _Remembered(partial(_mapped, "CompanyCategory", TYPES, drift))
    accounts = _Remembered(partial(_mapped, "AccountCategory", ACCOUNTS, drift))
    countries = _Remembered(_as_text)
    own = itemgetter(
        *(
            place[column]
            for column in "CompanyName CompanyNumber CompanyStatus CompanyCategory "
            "RegAddress.PostCode RegAddress.Country Accounts.AccountCategory IncorporationDate "
            "DissolutionDate Accounts.LastMadeUpDate Accounts.NextDueDate ConfStmtNextDueDate "
            "Mortgages.NumMortCharges".split()
        )
    )
    address = itemgetter(
        *(
            place[f"RegAddress.{part}"]
            for part in "CareOf POBox AddressLine1 AddressLine2 PostTown County".split()
        )
    )
    sics = _Remembered(partial(_sic_codes, drift))
    sic = itemgetter(*(place[f"SICCode.SicText_{n}"] for n in range(1, 5)))
    former = [
        (place[f"PreviousName_{n}.CompanyName"], place[f"PreviousName_{n}.CONDATE"])
        for n in range(1, 11)
    ]
    first_former = former[0][0]

    def read(row: list[str]) -> CompanyRow:
        (name, number, status, category, postcode, country, account, born, gone, made_up, due,
         confirmation, charges) = own(row)  # fmt: skip
        if not (len(number) == 8 and number.isdecimal()):
            number = _number(drift, number)
        care_of, box, *lines = address(row)
        if care_of:
            lines.insert(0, f"c/o {care_of}")
        if box:
            lines.insert(0, box if "box" in box.lower() else f"PO Box {box}")
        where = ", ".join(filter(None, lines))
        if not _is_plain(f"{name}{where}{postcode}"):
            name, where, postcode = text(name), text(where), text(postcode)
        name, postcode = name.strip(), postcode.strip()
        names = until = ""
        if row[first_former]:
            before = [(text(row[n]), changed[row[d]] or "") for n, d in former if row[n]]
            names = "\n".join(one for one, _ in before)
            until = "\n".join(day for _, day in before)
        code, detail = statuses[status]
        kind = types[category]
        cells = (
            number,
            name,
            code,
            detail,
            kind or "",
            CIC if kind == CIC else None,
            incorporated[born],
            dissolved[gone],
            where,
            postcode,
            countries[country],
            sics[sic(row)],
            names,
            until,
            accounts[account],
            made_up_to[made_up],
            accounts_due[due],
            confirmation_due[confirmation],
            int(charges) if charges.isdecimal() and len(charges) < 10 else None,
        )
        # The same as CompanyRow(*cells), in half the time.
        return tuple.__new__(CompanyRow, cells)

    return read


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


def _as_text(cell: str) -> tuple[str, bool]:
    return text(cell), True


def _number(drift: Drift, cell: str) -> str:
    number = register_number(text(cell))
    if number != cell.strip():
        drift.unmapped("CompanyNumber", "written otherwise, put right")
    return number


def _date(column: str, drift: Drift, cell: str) -> tuple[str | None, bool]:
    if not cell.strip():
        return None, True
    day, _, rest = cell.strip().partition("/")
    month, _, year = rest.partition("/")
    try:
        return date(int(year), int(month), int(day)).isoformat(), True
    except ValueError:
        drift.unmapped(column, cell)
        return None, False


def _status(drift: Drift, cell: str) -> tuple[tuple[str, str | None], bool]:
    words = text(cell)
    if found := STATUSES.get(words.lower()):
        return found, True
    drift.unmapped("CompanyStatus", words)
    return (code_of(words) or "not-stated", None), False


def _mapped(
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
