"""Licences of gangmasters: labour providers in farming, food, gathering shellfish."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from duediligence.watchlists.toolkit.bodies import build_address, company, kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.tables import Layout, Row, header_score, read, rows_of
from duediligence.watchlists.toolkit.values import status

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats.html import page, read_html_tables
from duediligence.formats.table import Table
from duediligence.model import ListEntry, Record, RecordType

_ID = "glaa-licences"
_CSV, _PAGES = "licences.csv", "licences-*.html"
_ACT = "Gangmasters (Licensing) Act 2004"
_STATUS = "Licence Status"
_ADDED = "Licensed with additional conditions"
_APPLIED = "Applied for a licence, not licensed yet"
_REVOKED = "Licence revoked"
# What each whole status means; one of other words is refused, however it begins.
_LICENCES: dict[str, tuple[StatusMeaning, RecordType, str]] = {
    "licensed": ("neutral", "registration", "Licensed"),
    "licensed - full licence": ("neutral", "registration", "Licensed"),
    "full licence": ("neutral", "registration", "Licensed"),
    "licensed with additional licence conditions": ("adverse", "registration", _ADDED),
    "licensed with additional licence conditions (alc)": ("adverse", "registration", _ADDED),
    "licensed with additional conditions": ("adverse", "registration", _ADDED),
    "additional licence conditions": ("adverse", "registration", _ADDED),
    "alc": ("adverse", "registration", _ADDED),
    # A licence that is revoked without immediate effect is held until an appeal is decided.
    "revoked without immediate effect": (
        "adverse",
        "licence_revoked",
        f"{_REVOKED}, without immediate effect",
    ),
    "revoked": ("ended", "licence_revoked", _REVOKED),
    "revoked with immediate effect": ("ended", "licence_revoked", _REVOKED),
    "refused": ("ended", "licence_refused", "Licence refused"),
    "application refused": ("ended", "licence_refused", "Licence refused"),
    "application in progress": ("ended", "registration", _APPLIED),
    "applied": ("ended", "registration", _APPLIED),
    "pending": ("ended", "registration", _APPLIED),
    "application withdrawn": ("ended", "registration", "Application withdrawn, never licensed"),
    "expired": ("ended", "registration", "Licence expired"),
    "lapsed": ("ended", "registration", "Licence lapsed"),
    "surrendered": ("ended", "registration", "Licence surrendered"),
    "ceased": ("ended", "registration", "No longer licensed"),
    "no longer licensed": ("ended", "registration", "No longer licensed"),
}
_STATUSES: dict[str, StatusMeaning] = {word: said[0] for word, said in _LICENCES.items()}


@watchlist(
    id=_ID,
    title="Gangmaster licences",
    publisher="Fair Work Agency, before April 2026 the Gangmasters and Labour Abuse Authority",
    licence="not known; see the publisher's page",
    topic="register",
    homepage="https://glass.gla.gov.uk/public/s/",
    bring=(
        "There is no file to select: look each provider of workers up on the page, and write "
        "what you find into licences.csv; `lists template glaa-licences` writes it, empty. "
        "Where the page shows a table, save its pages as licences-1.html, licences-2.html and "
        "so on."
    ),
    feeds=(Feed(_CSV),),
    alternates=((Feed("licences-{page}.html"),),),
    max_age=timedelta(days=95),
    expect=Expect(entries=(500, 20_000), filled={"names": 1.0}, weekly_loss=0.05),
    optional=True,
    labour_sign="gangmaster licence",
    template="URN,Business Name,Trading Name,Sectors,Licence Status,Licence Start Date,"
    "Licence Expiry Date,Decision Date,Address,Postcode,Company Number\r\n",
    known_from="never seen",
    statuses={_STATUS: _STATUSES},
    powers=("other",),
    grounds=("PA23-7-11",),
    tracks_removals=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Who is licensed to supply workers to farming, food processing and shellfish gathering.

    A provider of such workers needs the licence (Gangmasters (Licensing) Act 2004); to use one
    without it is an offence as well. Revoked and refused licences are reported, and a licence with
    additional conditions is one on a lower footing. An application is no licence. Whoever has left
    the register is kept as ended.

    Use the public register and never "Active Check": Active Check tells the licence holder who
    asked, and so that you are looking. A person brings the file. The register was last described in
    July 2026 as a list of links, each to the page of one licence with its business, address,
    sectors, date and status, and without a file to download; its home since the Fair Work Agency
    took it over on 7 April 2026 was not found. Write the licences into licences.csv, whose empty
    form `lists template` gives; or, where you see a table, save its pages as licences-1.html and so
    on. URN, Business Name and Licence Status are needed; Trading Name, Sectors, Licence Start Date,
    Licence Expiry Date, Decision Date, Address, Postcode and Company Number are read where they are
    there. As the register has over 500 licences, a file with the few that you looked up is refused:
    look those up on the register itself.

    It cannot show unlicensed gangmasters, convictions, or labour in trades that need no licence,
    such as care, cleaning and building. A sole trader is of unknown kind. The person who answers
    for the licence (principal authority) is not kept. A revocation may support professional
    misconduct, being a ruling of a regulator; a refusal goes to no ground. Either may rest on an
    alleged offence of a sole trader (UK GDPR art 10; Data Protection Act 2018 s.11(2)).

    Of the words of a status "licensed", "application in progress" and "revoked" were described, the
    others are from memory. A status counts by all of its words; one that is not known stops the
    file and is named.
    """
    found = _read_licence_rows(files, _CSV, _PAGES)
    return checked((_build_glaa_entry(row, files.drift) for row in found), "licences")


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


def _read_licence_rows(files: Files, table: str, pages: str) -> Iterator[Row]:
    """Yield each licence, by the keys of the layout. Raises UnreadableFile."""
    if table in files:
        yield from read(files[table], _LAYOUT, files.drift)
        return
    for path in files.matching(pages):
        yield from _of_page(path, files.drift)


def _of_page(path: Path, drift: Drift) -> Iterator[Row]:
    found = [one for one in read_html_tables(page(path)) if header_score(one.header, _LAYOUT)]
    if len(found) != 1:
        raise UnreadableFile(
            f"{path.name}: has {len(found)} tables with URN, Business Name and Licence Status "
            "where one was expected",
            hint="Save the page of the register that shows its table of licences.",
        )
    cells = ((at, tuple(cell.text for cell in row)) for at, row in found[0].rows)
    yield from rows_of(Table(path.name, found[0].header, cells), _LAYOUT, drift)


# Entries.


def _build_glaa_entry(row: Row, drift: Drift) -> ListEntry:
    key, name = row.filled("urn"), row.filled("name")
    stated = row.filled("status")
    meaning = status(_STATUSES, stated, _STATUS, f"{row.filename}: row {row.number}")
    _, of, event = _LICENCES[stated.casefold()]
    number = company(row["number"], "Company Number", drift)
    decided = row.day("decided", drift)
    sectors = row["sectors"]
    return ListEntry(
        id=key,
        list_id=_ID,
        kind=kind_of(name, numbered=bool(number)),
        names=names_in(name, *filter(None, map(str.strip, row["trading"].split(";")))),
        identifiers=number,
        addresses=build_address(row["address"], postcode=row["postcode"]),
        status=stated,
        record=Record(
            type=of,
            authority="Gangmasters and Labour Abuse Authority (now Fair Work Agency)",
            reference=key,
            act_section=_ACT,
            event=f"{event} ({sectors})" if sectors else event,
            event_date=row.day("start", drift) if of == "registration" else decided,
            decision_date=decided,
            expires=row.day("expiry", drift) if of == "registration" else None,
            low=meaning == "adverse",
            ended=meaning == "ended",
        ),
    )
