"""Licences of gangmasters: labour providers in farming, food, gathering shellfish."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.watchlists.toolkit.bodies import build_address, company, kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked, derived_id
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import day, status

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.model import ListEntry, Record, RecordType
from duediligence.model.registrations import NOT_FOUND
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms

_ID = "glaa-licences"
_CSV = "licences.csv"
_ACT = "Gangmasters (Licensing) Act 2004"
_STATUS = "Licence Status"
_ADDED = "Licensed with additional conditions"
# The Fair Work Agency took the register over on this day.
_MOVED = date(2026, 4, 7)
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


# The look-ups, one a row.

_LAYOUT = Layout(
    needed={
        "looked": "Looked Up On",
        "by": "Looked Up By",
        "name": "Business Name",
        "status": "Licence Status",
    },
    wanted={
        "link": "Link",
        "urn": "URN",
        "trading": "Trading Name",
        "sectors": "Sectors",
        "start": "Licence Start Date",
        "expiry": "Licence Expiry Date",
        "decided": "Decision Date",
        "address": "Address",
        "postcode": "Postcode",
        "number": "Company Number",
    },
    passed_over=("Principal Authority", "Business Type", "Telephone", "Email", "Website"),
)


def _read_newest_lookups(files: Files) -> Iterator[tuple[date, Row]]:
    """Yield the newest look-up of each licence, and of each name that was not found since it was
    found last, with its day. Raises UnreadableFile.

    A firm may have several licences, and its legal form may be written in several ways.
    """
    found = [(_read_lookup_day(row), row) for row in read(files[_CSV], _LAYOUT, files.drift)]
    names: set[str] = set()
    absent: set[str] = set()
    licences: set[str] = set()
    for looked, row in sorted(found, key=lambda one: one[0], reverse=True):
        name = " ".join(split_legal_forms(fold(row.filled("name")).split())[0])
        missing = _is_not_found(row)
        if not missing:
            status(_STATUSES, row.filled("status"), _STATUS, f"{row.filename}: row {row.number}")
        urn = "" if missing else row.filled("urn")
        if name in names if missing else name in absent or urn in licences:
            files.drift.left_out("earlier look-up of the same licence or name")
        else:
            yield looked, row
        names.add(name)
        (absent if missing else licences).add(name if missing else urn)


def _is_not_found(row: Row) -> bool:
    return row.filled("status").casefold() == NOT_FOUND.casefold()


def _read_lookup_day(row: Row) -> date:
    looked = day(row.filled("looked"))
    if looked is None:
        raise row.error("looked", f"is {row['looked']!r}, which is not a date")
    return looked


def _find_newest_lookup(files: Files) -> date | None:
    """Return the day of the last look-up: the list is as old as that."""
    return max((_read_lookup_day(row) for row in read(files[_CSV], _LAYOUT, Drift())), default=None)


@watchlist(
    id=_ID,
    title="Gangmaster licences",
    publisher="Fair Work Agency (until 6 April 2026 Gangmasters and Labour Abuse Authority)",
    licence="not known; see the publisher's page",
    topic="register",
    homepage="https://glass.gla.gov.uk/public/s/",
    bring=(
        "There is no file to select. Look each provider of workers up on the page, and write "
        "each look-up into licences.csv (`lists template glaa-licences` writes it, empty): the "
        "day, who looked, the link, and what you saw. Where you did not find the provider, write "
        "its name and the status Not found."
    ),
    feeds=(Feed(_CSV),),
    max_age=timedelta(days=366),
    # A file of look-ups: each row is one that a person made.
    expect=Expect(entries=(1, 20_000), filled={"names": 1.0, "updated_on": 1.0}, weekly_loss=0.25),
    published=_find_newest_lookup,
    optional=True,
    labour_sign="gangmaster licence",
    template="Looked Up On,Looked Up By,Link,URN,Business Name,Trading Name,Sectors,Licence Status,"
    "Licence Start Date,Licence Expiry Date,Decision Date,Address,Postcode,Company Number\r\n",
    known_from="never seen",
    statuses={_STATUS: _STATUSES},
    powers=("other",),
    grounds=("PA23-7-11",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Who is licensed to supply workers to farming, food processing and shellfish gathering.

    A provider of such workers needs the licence (Gangmasters (Licensing) Act 2004); to use one
    without it is an offence as well. Revoked and refused licences are reported, and a licence with
    additional conditions is one on a lower footing. An application is no licence.

    Use the public register and never "Active Check": Active Check tells the licence holder who
    asked, and so that you are looking. The register is pages of links, each to one licence with its
    business, address, sectors, date and status, and has no file. So this list holds no register but
    the look-ups that you write down in licences.csv, one a row: Looked Up On, Looked Up By, Link,
    Business Name and Licence Status are what was seen, URN, Trading Name, Sectors, Licence Start
    Date, Licence Expiry Date, Decision Date, Address, Postcode and Company Number are read where
    they are there. Where you did not find a provider, write the name that you searched for and the
    status Not found. Of several look-ups of one licence, and of one name that was found and not
    found, the newest counts, and it counts for a year.

    It cannot show anybody who was not looked up, unlicensed gangmasters, convictions, or labour in
    trades that need no licence, such as care, cleaning and building. A sole trader is of unknown
    kind. The person who answers for the licence (principal authority) is not kept. A revocation may
    support professional misconduct, being a ruling of a regulator; a refusal goes to no ground.
    Either may rest on an alleged offence of a sole trader (UK GDPR art 10; Data Protection Act 2018
    s.11(2)).

    Of the words of a status "licensed", "application in progress" and "revoked" were described, the
    others are from memory. A status counts by all of its words; one that is not known stops the
    file and is named.
    """
    found = _read_newest_lookups(files)
    return checked((_build_glaa_entry(*one, files.drift) for one in found), "licences")


# Entries.


def _build_glaa_entry(looked: date, row: Row, drift: Drift) -> ListEntry:
    name, stated = row["name"], row.filled("status")
    number = company(row["number"], "Company Number", drift)
    missing = _is_not_found(row)
    record = None if missing else _build_licence_record(row, stated, drift)
    return ListEntry(
        id=derived_id(NOT_FOUND, name) if missing else row.filled("urn"),
        list_id=_ID,
        kind=kind_of(name, numbered=bool(number)),
        names=names_in(name, *filter(None, map(str.strip, row["trading"].split(";")))),
        identifiers=number,
        addresses=build_address(row["address"], postcode=row["postcode"]),
        status=NOT_FOUND if missing else stated,
        updated_on=looked,
        remarks=f"Looked up by {row.filled('by')}",
        url=row["link"] if row["link"].startswith("https://") else "",
        record=record,
    )


def _build_licence_record(row: Row, stated: str, drift: Drift) -> Record:
    meaning = status(_STATUSES, stated, _STATUS, f"{row.filename}: row {row.number}")
    _, of, event = _LICENCES[stated.casefold()]
    decided, sectors = row.day("decided", drift), row["sectors"]
    return Record(
        type=of,
        authority="Gangmasters and Labour Abuse Authority"
        if decided and decided < _MOVED
        else "Fair Work Agency",
        reference=row["urn"],
        act_section=_ACT,
        event=f"{event} ({sectors})" if sectors else event,
        event_date=row.day("start", drift) if of == "registration" else decided,
        decision_date=decided,
        expires=row.day("expiry", drift) if of == "registration" else None,
        low=meaning == "adverse",
        ended=meaning == "ended",
    )
