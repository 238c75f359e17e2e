"""Firms and individuals that the World Bank Group does not contract with."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import TypeVar

from duediligence.watchlists.toolkit.entries import derived_id
from duediligence.watchlists.toolkit.tables import Layout, Row, fold, header_score, rows_of
from duediligence.watchlists.toolkit.values import (
    day,
    in_original_script,
    stated_day,
    status,
    usable,
)

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats import json
from duediligence.formats.table import Table, read_table
from duediligence.model import Address, Identifier, Kind, ListEntry, Name, NameType, company_number
from duediligence.model.entries import COMPANY, NATIONAL_ID, REGISTRATION, TAX

_FILE, _EXCEL = "debarred.json", "debarred.xlsx"
_KINDS: dict[str, Kind] = {"F": "organisation", "C": "organisation", "I": "person", "U": "unknown"}
_DEBARRED = {"debarred": "debarred", "x-debarred": "cross-debarred"}
_STATUSES: dict[str, StatusMeaning] = dict.fromkeys(_DEBARRED, "adverse")
_NO_END = 2999
Mapped = TypeVar("Mapped", bound=str)
_READ = frozenset(
    "SUPP_ID SUPP_NAME SUPP_TYPE_CODE COUNTRY_NAME SUPP_ADDR SUPP_CITY SUPP_STATE_CODE "
    "SUPP_PROV_NAME SUPP_ZIP_CODE SUPP_POST_CODE REGISTER_ID DEBAR_FROM_DATE DEBAR_TO_DATE "
    "DEBAR_REASON ADD_SUPP_INFO ELIG_STAT INELIGIBLY_STATUS LAST_REFRESH_DATE".split()
)
# The bank's own book-keeping, repetitions of the above, and fields that are always null.
_PASSED_OVER = frozenset(
    "MANDT SUPP_PRE_ACRN SUPP_POST_ACRN LAND1 LEGACY_FLG UN_SUPP_FLG INELIG_FLG DEBAR_TYPE "
    "AML_ENTR_IND DNB_ID DNB_PAR_ID DNB_ULTM_ID CRIS_SUPP_ID SUPP_ELIG_STAT CRPD_MATCH CRPD_STAT "
    "CREATE_USER CREATE_DATE CREATE_TIME UPD_USER UPD_DATE UPD_TIME REGISTER PARENT "
    "CREATE_USER_NAME UPD_USER_NAME RECHK_IND".split()
)


def find_last_refresh_day(files: Files) -> date | None:
    """Return the last day on which the bank's service refreshed a record; the Excel file has
    none.
    """
    if _FILE not in files:
        return None
    days = (day(record.text("LAST_REFRESH_DATE")) for record in _load_bank_records(files[_FILE]))
    return max(filter(None, days), default=None)


@watchlist(
    id="world-bank",
    title="World Bank ineligible firms and individuals",
    publisher="World Bank Group",
    licence="not stated; see the publisher's page",
    topic="debarment",
    homepage="https://www.worldbank.org/en/projects-operations/procurement/debarred-firms",
    bring=(
        "Select the Excel button above the table, and save the file as debarred.xlsx. It has "
        "no date: give the day on which you saved it when you load it."
    ),
    feeds=(Feed(_FILE),),
    alternates=((Feed(_EXCEL),),),
    max_age=timedelta(days=30),
    expect=Expect(
        entries=(1_200, 10_000),
        further_names=0.20,
        weekly_loss=0.03,
        filled={"grounds": 0.95, "countries": 0.95, "listed_on": 0.99, "addresses": 0.7},
    ),
    optional=True,
    published=find_last_refresh_day,
    known_from="real file",
    known_since="2026-02",
    statuses={"ELIG_STAT": _STATUSES},
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Firms and people barred for fraud, corruption, collusion or obstruction in bank projects.

    A person brings this file, every 30 days: the service behind the page asks for a key that is
    the bank's. Open the homepage, select the Excel button above the table, and save the file as
    debarred.xlsx. It carries no date: say the day with --as-of. Its headings, in any order and
    below any title: Firm Name, Additional Firm Info, Address, City, Country, From Date, To Date,
    Grounds; the two dates may stand in a second row, under Ineligibility Period. They are from
    memory: a file with others is refused.

    The service's own answer is read as well, and says more (numbers, whether a party is a person,
    a date): it is named SANCTIONED_FIRM in the browser's developer tools (Network); save it as
    debarred.json. Keep to one of the two: the Excel file has no identifiers, so that entries are
    known by name, country and first day, and alerts are new when you change.

    Cross-debarred means barred by another development bank and honoured by this one. The
    publisher cuts names at 80 characters. Other names and registration numbers stand in a text
    field and are taken out of it; that field is at times a neighbouring record's, so compare with
    the page. There are no birth dates. No end date means permanent or ongoing.

    It cannot show who was reprimanded or settled without being barred, nor sanctions of other banks
    that this one does not honour.
    """
    if _FILE not in files:
        yield from _build_bank_entries(_read_excel(files[_EXCEL], files.drift), files.drift)
        return
    for record in _load_bank_records(files[_FILE]):
        for field in sorted(record.values.keys() - _READ - _PASSED_OVER):
            files.drift.unread("field", field)
        yield _build_bank_entry(record, files.drift)


# The records of the World Bank, from its service's answer or from the page's Excel file.

# By the members of the answer, the headings of the same in the Excel file.
_EXCEL_LAYOUT = Layout(
    needed={
        "SUPP_NAME": "Firm Name | Name | Firm or Individual Name",
        "COUNTRY_NAME": "Country | Country Name",
        "DEBAR_FROM_DATE": "From Date | Ineligibility Period From | From | Ineligibility From Date",
        "DEBAR_TO_DATE": "To Date | Ineligibility Period To | To | Ineligibility To Date",
        "DEBAR_REASON": "Grounds | Ground",
    },
    wanted={
        "ADD_SUPP_INFO": "Additional Information | Additional Firm Info | Additional Firm"
        " Information",
        "SUPP_ADDR": "Address | Firm Address",
        "SUPP_CITY": "City",
    },
    passed_over=("No", "Sr No", "S No", "Ineligibility Period"),
)
_DATES = ("DEBAR_FROM_DATE", "DEBAR_TO_DATE")
_ONGOING = {"permanent": "Permanent", "ongoing": "Ongoing"}
_PEOPLE = re.compile(r"(?:MR|MRS|MS|MISS|DR|ENG|PROF|SR|SRA)\.?\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Record:
    """One record; `where` is the file and the number of the record in it, from 1."""

    values: Mapping[str, object]
    where: str

    def text(self, field: str) -> str:
        """Return the field's text, empty where null or absent. Raises UnreadableFile."""
        return json.text(self.values.get(field), f"{self.where}: {field}")


def _load_bank_records(path: Path) -> list[_Record]:
    """Return every record of the answer. Raises UnreadableFile, also where there is none."""
    document = json.load(path)
    response = document.get("response") if isinstance(document, dict) else None
    records = response.get("ZPROCSUPP") if isinstance(response, dict) else None
    if not isinstance(records, list) or not all(isinstance(item, dict) for item in records):
        raise UnreadableFile(
            f"{path.name}: has no list of records at response.ZPROCSUPP",
            hint="Save the whole answer of the bank's service, as this list's notes say.",
        )
    if not records:
        raise UnreadableFile(f"{path.name}: holds no records", hint="Fetch it again.")
    return [_Record(item, f"{path.name}: record {n}") for n, item in enumerate(records, start=1)]


def _read_excel(path: Path, drift: Drift) -> Iterator[_Record]:
    """Yield every row of the Excel file, in the members of the answer. Raises UnreadableFile."""
    try:
        table = read_table(path, usable=lambda cells: header_score(cells, _EXCEL_LAYOUT))
        for row in rows_of(_with_both_dates(table), _EXCEL_LAYOUT, drift):
            yield _Record(_map_excel_row(row), f"{path.name}: row {row.number}")
    except UsageError as error:
        raise UnreadableFile(error.message, hint=error.hint) from error


def _with_both_dates(table: Table) -> Table:
    """Return the table with one row of headings: the two dates may stand under a heading of their
    own.
    """
    rows = iter(table.rows)
    first = next(rows, None)
    if first is None:
        return table
    number, cells = first
    dates = {fold(name) for key in _DATES for name in _EXCEL_LAYOUT.needed[key].split(" | ")}
    below = [fold(cell) for cell in cells if cell.strip()]
    if not below or not dates.issuperset(below):
        return replace(table, rows=chain([(number, cells)], rows))
    header = tuple(
        lower.strip() or upper for upper, lower in zip(table.header, cells, strict=False)
    )
    return replace(table, header=header)


def _map_excel_row(row: Row) -> dict[str, object]:
    """Return what the answer would say of the party, as far as the file says it."""
    reason, until = row["DEBAR_REASON"], row["DEBAR_TO_DATE"]
    lasting = _ONGOING.get(until.casefold())
    name = row.filled("SUPP_NAME")
    return {
        **row.cells,
        "SUPP_ID": derived_id(name, row["COUNTRY_NAME"], row["DEBAR_FROM_DATE"]),
        # The file does not tell a person from a firm, but for the title before a name.
        "SUPP_TYPE_CODE": "I" if _PEOPLE.match(name) else "U",
        "DEBAR_TO_DATE": "" if lasting else until,
        "INELIGIBLY_STATUS": lasting,
        "ELIG_STAT": "X-DEBARRED" if reason.casefold().startswith("cross") else "DEBARRED",
    }


# Names within names: what SUPP_NAME and ADD_SUPP_INFO tell beside the name itself.

# `*55`, `* 43 and 45`, `*566, 576`: footnotes of the publisher's page.
_FOOTNOTE = re.compile(r"\*\s*\d+(?:\s*(?:,|and)\s*\*?\s*\d+)*")
_NUMBER = re.compile(
    r"\(?\s*\b(?P<label>Reg(?:istration)?|Tax(?: ID| Registration)?|TIN|CNPJ|(?:National )?ID|"
    r"Unified)[.,]?\s*(?:No\b|Number\b|#|:)[\s.:;#]*"
    r"(?P<number>(?=[^()]*\d)[^()]+(?:\([^()]*\))?)(?:\)|$)",
    re.IGNORECASE,
)
# China's unified social credit code, which the file gives without a label.
_SOCIAL_CREDIT = re.compile(r"\(\s*(?P<number>[0-9][0-9A-HJ-NPQRTUWXY]{16,17})\s*\)")
_MARKER = re.compile(
    r"(?:\b(?:also|currently|now)\s+)?\b(?:"
    r"(?P<trading>d[./]b[./]a\b\.?|dba\b|doing\s+business\s+(?:as|under)\b|trading\s+as\b)"
    r"|(?P<former>f[./]k[./]a\b\.?|fka\b|(?:formerly|previously)\b(?:\s+(?:known|operating))?"
    r"(?:\s+as\b)?)"
    r"|(?P<alias>a[./]k[./]a\b\.?|aka\b|known\s+as\b)"
    r"):?",
    re.IGNORECASE,
)
_BARE = re.compile(r"aka|fka|dba", re.IGNORECASE)
_TITLE = re.compile(r"(?:(?:MR|MRS|MS|MISS|DR)\.|M/S\b\.?)\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A text taken apart. `head` is what stands before any other name."""

    head: str
    names: tuple[Name, ...]
    identifiers: tuple[Identifier, ...]
    footnotes: tuple[str, ...]


def take_apart(text: str, country: str, kind: Kind, *, bare: bool = True) -> _Parts:
    """Return `A Ltd (formerly B) (Reg. No: 12) *55` → head A Ltd, former name B, number 12, note
    *55.

    `bare` says whether AKA without stops divides names wherever it stands. In a person's name it
    does not, unless it opens a bracket: it is a surname too.
    """
    footnotes = tuple(found[0] for found in _FOOTNOTE.finditer(text))
    text = _FOOTNOTE.sub(" ", text)
    identifiers = [
        _build_labelled_identifier(found["label"], found["number"].strip(), country, kind)
        for found in _NUMBER.finditer(text)
    ]
    text = _NUMBER.sub(" ", text)
    identifiers += [
        Identifier(REGISTRATION, found["number"], country, "Unified Social Credit Code")
        for found in _SOCIAL_CREDIT.finditer(text)
    ]
    text = _SOCIAL_CREDIT.sub(" ", text)
    markers = [m for m in _MARKER.finditer(text) if bare or not _in_a_name(m)]
    ends = [m.start() for m in markers[1:]] + [len(text)]
    names = [
        name
        for marker, end in zip(markers, ends, strict=False)
        for name in _names_in(text[marker.end() : end], _name_type(marker))
    ]
    head = _trim_bank_name(text[: markers[0].start()] if markers else text)
    return _Parts(head, tuple(names), tuple(identifiers), footnotes)


def native_names(head: str) -> tuple[tuple[Name, ...], str]:
    """Return the names in another script within a text, and the rest of it."""
    names, rest = [], []
    for part in (_trim_bank_name(part) for part in re.split(r"\)\s*\(|,", head)):
        if in_original_script(part) and not any(character.isdigit() for character in part):
            names.append(Name(part, "original-script"))
        elif part:
            rest.append(part)
    return tuple(names), ", ".join(rest)


def _build_bank_registration(number: str, country: str, label: str) -> Identifier:
    """Return a registration number; one of the United Kingdom as Companies House writes it."""
    uk = company_number(number) if country == "United Kingdom" and len(number) >= 6 else None
    return Identifier(COMPANY if uk else REGISTRATION, uk or number, country, label)


def _trim_bank_name(text: str) -> str:
    """Without the brackets and commas that parted it from the rest, and forms of address."""
    text = " ".join(text.split()).strip(" ,;:-[]").rstrip("( ").lstrip(") ")
    if text.count("(") > text.count(")"):
        text = text.removeprefix("(") if text.startswith("(") else text.rstrip("( ")
    elif text.count("(") < text.count(")"):
        text = text.removesuffix(")")
    elif text.startswith("(") and text.find(")", 0, -1) in (-1, text.rfind(")", 0, -1)):
        text = text[1:-1] if text.endswith(")") else text
    return _TITLE.sub("", text.strip(" ,;:-[]"), count=1)


def _in_a_name(marker: re.Match[str]) -> bool:
    opens = marker.string[: marker.start()].rstrip().endswith("(")
    return _BARE.fullmatch(marker[0]) is not None and not opens


def _name_type(marker: re.Match[str]) -> NameType:
    return "trading" if marker["trading"] else "former" if marker["former"] else "alias"


def _names_in(text: str, name_type: NameType) -> list[Name]:
    parts = (_trim_bank_name(part) for part in re.split(r";|\s+or\s+|\)\s*\(", text))
    return [
        Name(part, "original-script" if in_original_script(part) else name_type)
        for part in parts
        if usable(part)
    ]


def _build_labelled_identifier(label: str, number: str, country: str, kind: Kind) -> Identifier:
    word = label.upper()
    if word.startswith(("TAX", "TIN", "CNPJ")):
        return Identifier(TAX, number, country, label)
    if word == "NATIONAL ID" or (word == "ID" and kind == "person"):
        return Identifier(NATIONAL_ID, number, country, label)
    return _build_bank_registration(number, country, label)


# Entries.


def _build_bank_entries(rows: Iterator[_Record], drift: Drift) -> Iterator[ListEntry]:
    """Yield an entry a row; a party that is listed twice on one day is two entries."""
    seen: Counter[str] = Counter()
    for record in rows:
        entry = _build_bank_entry(record, drift)
        seen[entry.id] += 1
        yield replace(entry, id=f"{entry.id}.{seen[entry.id]}") if seen[entry.id] > 1 else entry


def _build_bank_entry(record: _Record, drift: Drift) -> ListEntry:
    kind = _look_up_bank_code(_KINDS, record, "SUPP_TYPE_CODE", drift) or "unknown"
    country = record.text("COUNTRY_NAME")
    for field in ("SUPP_ID", "SUPP_NAME"):
        if not usable(record.text(field)):
            raise UnreadableFile(f"{record.where}: {field} is missing", hint="Fetch it again.")
    named = take_apart(record.text("SUPP_NAME"), country, kind, bare=kind != "person")
    more = take_apart(record.text("ADD_SUPP_INFO"), country, kind)
    native, rest = native_names(more.head)
    # Where a record names only an alias, its other field has the name itself.
    head, rest = (named.head, rest) if usable(named.head) or native else (rest, "")
    found = (*([Name(head)] if usable(head) else []), *named.names, *native, *more.names)
    if not found:
        raise UnreadableFile(f"{record.where}: SUPP_NAME holds no name", hint="Fetch it again.")
    identifiers = [*named.identifiers, *more.identifiers]
    if register := record.text("REGISTER_ID"):
        identifiers.append(_build_bank_registration(register, country, "Register"))
    ends_on = stated_day(record.text("DEBAR_TO_DATE"), "DEBAR_TO_DATE", drift)
    if ends_on and ends_on.year >= _NO_END:
        ends_on = None
    lasting = record.text("INELIGIBLY_STATUS").lower()
    stated = record.text("ELIG_STAT")
    status(_STATUSES, stated, "ELIG_STAT", record.where)
    reason = record.text("DEBAR_REASON")
    return ListEntry(
        id=record.text("SUPP_ID"),
        list_id="world-bank",
        kind=kind,
        names=tuple(dict.fromkeys(found)),
        countries=(country,) if country else (),
        identifiers=tuple(dict.fromkeys(identifiers)),
        addresses=_read_bank_addresses(record, country),
        measures=("Ineligible for World Bank contracts" + (f" ({lasting})" if lasting else ""),),
        grounds=(reason,) if reason else (),
        status=_DEBARRED[stated.casefold()],
        listed_on=stated_day(record.text("DEBAR_FROM_DATE"), "DEBAR_FROM_DATE", drift),
        ends_on=ends_on,
        remarks=_format_bank_remarks((*named.footnotes, *more.footnotes), rest, drift),
    )


def _look_up_bank_code(
    table: Mapping[str, Mapped], record: _Record, field: str, drift: Drift
) -> Mapped | None:
    value = record.text(field)
    if value not in table:
        drift.unmapped(field, value)
    return table.get(value)


def _read_bank_addresses(record: _Record, country: str) -> tuple[Address, ...]:
    lines = (
        record.text(field)
        for field in ("SUPP_ADDR", "SUPP_CITY", "SUPP_STATE_CODE", "SUPP_PROV_NAME")
    )
    text = ", ".join(line for line in lines if line)
    postcode = record.text("SUPP_ZIP_CODE") or record.text("SUPP_POST_CODE")
    return (Address(text, postcode, country),) if text else ()


def _format_bank_remarks(footnotes: tuple[str, ...], rest: str, drift: Drift) -> str:
    remarks = [f"Footnote {note} of the publisher's page" for note in dict.fromkeys(footnotes)]
    if rest:
        drift.unmapped("ADD_SUPP_INFO", rest)
        remarks.append(rest)
    return "; ".join(remarks)
