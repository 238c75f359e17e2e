"""Firms and individuals that the World Bank Group does not contract with."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from duediligence.watchlists._readers.fields.dates import day, stated_day
from duediligence.watchlists._readers.fields.names import usable
from duediligence.watchlists._readers.world_bank import names, records
from duediligence.watchlists._readers.world_bank.records import Record

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import Address, Kind, ListEntry, Name

_FILE, _EXCEL = "debarred.json", "debarred.xlsx"
_KINDS: dict[str, Kind] = {"F": "organisation", "C": "organisation", "I": "person", "U": "unknown"}
_STATUSES = {"DEBARRED": "debarred", "X-DEBARRED": "cross-debarred"}
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


def published(files: Files) -> date | None:
    """The last day on which the bank's service refreshed a record; the Excel file has none."""
    if _FILE not in files:
        return None
    days = (day(record.text("LAST_REFRESH_DATE")) for record in records.read(files[_FILE]))
    return max(filter(None, days), default=None)


@watchlist(
    id="world-bank",
    title="World Bank ineligible firms and individuals",
    publisher="World Bank Group",
    licence="not stated; see the publisher's page",
    topic="debarment",
    homepage="https://www.worldbank.org/en/projects-operations/procurement/debarred-firms",
    feeds=(Feed(_FILE),),
    alternates=((Feed(_EXCEL),),),
    max_age=timedelta(days=30),
    expect=Expect(
        entries=(1_200, 10_000),
        weekly_loss=0.03,
        filled={"grounds": 0.95, "countries": 0.95, "listed_on": 0.99, "addresses": 0.7},
    ),
    optional=True,
    published=published,
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
    """
    if _FILE not in files:
        yield from _distinct(records.read_excel(files[_EXCEL], files.drift), files.drift)
        return
    for record in records.read(files[_FILE]):
        for field in sorted(record.values.keys() - _READ - _PASSED_OVER):
            files.drift.unread("field", field)
        yield _entry(record, files.drift)


def _distinct(rows: Iterator[Record], drift: Drift) -> Iterator[ListEntry]:
    """An entry a row; a party that is listed twice on one day is two entries."""
    seen: Counter[str] = Counter()
    for record in rows:
        entry = _entry(record, drift)
        seen[entry.id] += 1
        yield replace(entry, id=f"{entry.id}.{seen[entry.id]}") if seen[entry.id] > 1 else entry


def _entry(record: Record, drift: Drift) -> ListEntry:
    kind = _mapped(_KINDS, record, "SUPP_TYPE_CODE", drift) or "unknown"
    country = record.text("COUNTRY_NAME")
    for field in ("SUPP_ID", "SUPP_NAME"):
        if not usable(record.text(field)):
            raise UnreadableFile(f"{record.where}: {field} is missing", hint="Fetch it again.")
    named = names.take_apart(record.text("SUPP_NAME"), country, kind, bare=kind != "person")
    more = names.take_apart(record.text("ADD_SUPP_INFO"), country, kind)
    native, rest = names.native(more.head)
    # Where a record names only an alias, its other field has the name itself.
    head, rest = (named.head, rest) if usable(named.head) or native else (rest, "")
    found = (*([Name(head)] if usable(head) else []), *named.names, *native, *more.names)
    if not found:
        raise UnreadableFile(f"{record.where}: SUPP_NAME holds no name", hint="Fetch it again.")
    identifiers = [*named.identifiers, *more.identifiers]
    if register := record.text("REGISTER_ID"):
        identifiers.append(names.registration(register, country, "Register"))
    ends_on = stated_day(record.text("DEBAR_TO_DATE"), "DEBAR_TO_DATE", drift)
    if ends_on and ends_on.year >= _NO_END:
        ends_on = None
    lasting = record.text("INELIGIBLY_STATUS").lower()
    reason = record.text("DEBAR_REASON")
    return ListEntry(
        id=record.text("SUPP_ID"),
        list_id="world-bank",
        kind=kind,
        names=tuple(dict.fromkeys(found)),
        countries=(country,) if country else (),
        identifiers=tuple(dict.fromkeys(identifiers)),
        addresses=_addresses(record, country),
        measures=("Ineligible for World Bank contracts" + (f" ({lasting})" if lasting else ""),),
        grounds=(reason,) if reason else (),
        status=_mapped(_STATUSES, record, "ELIG_STAT", drift) or record.text("ELIG_STAT"),
        listed_on=stated_day(record.text("DEBAR_FROM_DATE"), "DEBAR_FROM_DATE", drift),
        ends_on=ends_on,
        remarks=_remarks((*named.footnotes, *more.footnotes), rest, drift),
    )


def _mapped(table: Mapping[str, Mapped], record: Record, field: str, drift: Drift) -> Mapped | None:
    value = record.text(field)
    if value not in table:
        drift.unmapped(field, value)
    return table.get(value)


def _addresses(record: Record, country: str) -> tuple[Address, ...]:
    lines = (
        record.text(field)
        for field in ("SUPP_ADDR", "SUPP_CITY", "SUPP_STATE_CODE", "SUPP_PROV_NAME")
    )
    text = ", ".join(line for line in lines if line)
    postcode = record.text("SUPP_ZIP_CODE") or record.text("SUPP_POST_CODE")
    return (Address(text, postcode, country),) if text else ()


def _remarks(footnotes: tuple[str, ...], rest: str, drift: Drift) -> str:
    remarks = [f"Footnote {note} of the publisher's page" for note in dict.fromkeys(footnotes)]
    if rest:
        drift.unmapped("ADD_SUPP_INFO", rest)
        remarks.append(rest)
    return "; ".join(remarks)
