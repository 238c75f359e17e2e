"""Licences of gangmasters: labour providers in farming, food, gathering shellfish."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from duediligence.watchlists.toolkit.bodies import address, company, kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.tables import Layout, Row, header_score, read, rows_of

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats.html import page, tables
from duediligence.formats.table import Table
from duediligence.model import ListEntry, Record, RecordType

_ID = "glaa-licences"
_CSV, _PAGES = "licences.csv", "licences-*.html"
_ACT = "Gangmasters (Licensing) Act 2004"
# By the words that a status begins with; `low` is a licence on a lower footing.
_STATUSES: tuple[tuple[str, RecordType, str, bool], ...] = (
    ("licensed with additional", "registration", "Licensed with additional conditions", True),
    ("additional licence conditions", "registration", "Licensed with additional conditions", True),
    ("alc", "registration", "Licensed with additional conditions", True),
    ("licensed", "registration", "Licensed", False),
    ("full", "registration", "Licensed", False),
    ("application", "registration", "Applied for a licence, not licensed yet", True),
    ("pending", "registration", "Applied for a licence, not licensed yet", True),
    ("revoked", "licence_revoked", "Licence revoked", False),
    ("revocation", "licence_revoked", "Licence revoked", False),
    ("refused", "licence_refused", "Licence refused", False),
    ("expired", "registration", "Licence expired", False),
    ("lapsed", "registration", "Licence lapsed", False),
    ("surrendered", "registration", "Licence surrendered", False),
    ("ceased", "registration", "No longer licensed", False),
)
_ENDED = ("expired", "lapsed", "surrendered", "ceased")


@watchlist(
    id=_ID,
    title="Gangmaster licences",
    publisher="Fair Work Agency, before April 2026 the Gangmasters and Labour Abuse Authority",
    licence="not known; see the publisher's page",
    topic="register",
    homepage="https://www.gla.gov.uk/",
    feeds=(Feed(_CSV),),
    alternates=((Feed("licences-{page}.html"),),),
    max_age=timedelta(days=95),
    expect=Expect(entries=(500, 20_000), filled={"names": 1.0}, weekly_loss=0.05),
    optional=True,
    known_from="never seen",
    powers=("other",),
    grounds=("PA23-7-11",),
    tracks_removals=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Who is licensed to supply workers to farming, food processing and shellfish gathering.

    A provider of such workers needs the licence (Gangmasters (Licensing) Act 2004); to use one
    without it is an offence as well. Revoked and refused licences are reported, and a licence with
    additional conditions is one on a lower footing. Who has left the register is kept as ended.

    Use the public register and never "Active Check": Active Check tells the licence holder who
    asked, and so that you are looking. A person brings the file: copy the register's table into
    licences.csv, or save its pages as licences-1.html and so on. The columns that are needed are
    URN, Business Name and Licence Status; Trading Name, Principal Authority, Business Type,
    Sectors, Licence Start Date, Licence Expiry Date, Decision Date, Address, Postcode and Company
    Number are read where they are there.

    It cannot show unlicensed gangmasters, convictions, or labour in trades that need no licence,
    such as care, cleaning and building. A sole trader is of unknown kind. The person who answers
    for the licence (principal authority) is not kept. A revocation may support professional
    misconduct, being a ruling of a regulator; a refusal goes to no ground.

    The register's home since the Fair Work Agency took it over, its columns and the words of its
    statuses could not be verified: a status that is not known is reported, and kept for review.
    """
    found = _rows(files, _CSV, _PAGES)
    return checked((_entry(row, files.drift) for row in found), "licences")


# The register's table, copied into a spreadsheet's text or saved as pages.

_LAYOUT = Layout(
    needed={
        "urn": "URN | Licence Number | Unique Reference Number",
        "name": "Business Name | Licence Holder | Name",
        "status": "Licence Status | Status",
    },
    wanted={
        "trading": "Trading Name | Trading Names",
        "sectors": "Sectors | Industry Sectors | Sector",
        "start": "Licence Start Date | Start Date | Date of Licence",
        "expiry": "Licence Expiry Date | Expiry Date",
        "decided": "Decision Date | Date of Decision",
        "address": "Address | Business Address",
        "postcode": "Postcode | Post Code",
        "number": "Company Number | Company Registration Number",
    },
    passed_over=("Principal Authority", "Business Type", "Telephone", "Email", "Website"),
)


def _rows(files: Files, table: str, pages: str) -> Iterator[Row]:
    """Each licence, by the keys of the layout. Raises UnreadableFile."""
    if table in files:
        yield from read(files[table], _LAYOUT, files.drift)
        return
    for path in files.matching(pages):
        yield from _of_page(path, files.drift)


def _of_page(path: Path, drift: Drift) -> Iterator[Row]:
    found = [one for one in tables(page(path)) if header_score(one.header, _LAYOUT)]
    if len(found) != 1:
        raise UnreadableFile(
            f"{path.name}: has {len(found)} tables with URN, Business Name and Licence Status "
            "where one was expected",
            hint="Save the page of the register that shows its table of licences.",
        )
    cells = ((at, tuple(cell.text for cell in row)) for at, row in found[0].rows)
    yield from rows_of(Table(path.name, found[0].header, cells), _LAYOUT, drift)


# Entries.


def _entry(row: Row, drift: Drift) -> ListEntry:
    key, name = row.filled("urn"), row.filled("name")
    of, event, low, ended = _status(row.filled("status"), drift)
    number = company(row["number"], "Company Number", drift)
    decided = row.day("decided", drift)
    sectors = row["sectors"]
    return ListEntry(
        id=key,
        list_id=_ID,
        kind=kind_of(name, numbered=bool(number)),
        names=names_in(name, *filter(None, map(str.strip, row["trading"].split(";")))),
        identifiers=number,
        addresses=address(row["address"], postcode=row["postcode"]),
        status=row["status"],
        record=Record(
            type=of,
            authority="Gangmasters and Labour Abuse Authority (now Fair Work Agency)",
            reference=key,
            act_section=_ACT,
            event=f"{event} ({sectors})" if sectors else event,
            event_date=row.day("start", drift) if of == "registration" else decided,
            decision_date=decided,
            expires=row.day("expiry", drift) if of == "registration" else None,
            low=low,
            ended=ended,
        ),
    )


def _status(status: str, drift: Drift) -> tuple[RecordType, str, bool, bool]:
    """Type, what it says, whether it is a lower footing and whether it has ended."""
    folded = status.casefold()
    for words, of, event, low in _STATUSES:
        if folded.startswith(words):
            return of, event, low, folded.startswith(_ENDED)
    drift.unmapped("Licence Status", status)
    return "licence_review", f"Licence status: {status[:80]}", False, False
