"""The UK debarment list, kept by hand from the page on which the Cabinet Office publishes it."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from duediligence.watchlists._readers.fields.names import usable
from duediligence.watchlists._readers.govuk import SITE
from duediligence.watchlists._readers.uk_debarment import sheet
from duediligence.watchlists._readers.uk_debarment.sheet import Row

from duediligence.contracts import Drift, Expect, Feed, Files, KeptByHand, watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import Address, Identifier, ListEntry, Name, company_number
from duediligence.model.identifiers import COMPANY, REGISTRATION
from duediligence.text.postcodes import first_postcode

_FILE = "debarment.csv"
_PAGE = "government/publications/debarment-list"
_STATUSES = ("mandatory", "discretionary")
_DAMAGED_NUMBER = re.compile(r"\d+(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)


def published(files: Files) -> date | None:
    """The day on which a person last compared the file with the publisher's page."""
    return sheet.checked_on(files[_FILE])


def _page_changed_at(path: Path) -> datetime:
    from duediligence.watchlists._readers.govuk.documents import updated_at

    return updated_at(path)


def _empty(day: date) -> str:
    """The text of the file while the page names nobody."""
    return sheet.TEMPLATE.replace(",", f",{day.isoformat()}", 1)


@watchlist(
    id="uk-debarment",
    title="UK debarment list",
    publisher="Cabinet Office, Procurement Review Unit",
    licence="OGL-3.0",
    topic="debarment",
    homepage=f"{SITE}/{_PAGE}",
    feeds=(Feed(_FILE),),
    max_age=timedelta(days=30),
    expect=Expect(entries=(0, 5_000), filled={"grounds": 1.0, "listed_on": 1.0}, weekly_loss=0.25),
    template=sheet.TEMPLATE,
    by_hand=KeptByHand(
        page=Feed("debarment-page.json", url=f"{SITE}/api/content/{_PAGE}"),
        changed_at=_page_changed_at,
        empty=_empty,
    ),
    published=published,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Suppliers barred from covered procurement under section 62 of the Procurement Act 2023.

    The list is published as a PDF on a page, so a person compares it. Look at the page. If it
    names nobody, or what your file already holds, `duediligence lists confirm uk-debarment`
    records that you looked; an empty list is a good list. You are asked to look again when the page
    has changed, and after 30 days (setting `max_age_days`).

    If the page names a supplier that your file lacks: `duediligence lists template debarment`
    writes an empty file. Its first line is `Checked on` and the day on which you last compared it
    with the page, which counts as the list's own date. Load it with `duediligence lists refresh
    uk-debarment --from DIR`.

    The second line is the header, then one row a supplier:

    - reference: the publisher's reference, if it gives one. Without one a row is known by its name
      and date_added, so do not reword those.
    - supplier_name: as published. Needed.
    - other_names: trading and former names, parted by |.
    - company_number: Companies House number. Lost leading zeros are put back.
    - address: on one line.
    - mandatory_or_discretionary: one of the two words. Needed.
    - ground: the exclusion ground in Schedule 6 or 7 of the Act; several parted by |. Needed.
    - date_added: day of entry on the list, 2026-11-20 or 20/11/2026. Needed.
    - expiry: day on which the entry is to end. An entry stays in the file after it.
    - source_url: address of the page or notice.
    """
    seen: dict[str, int] = {}
    for row in sheet.read(files[_FILE], files.drift):
        entry = _entry(row, files.drift)
        if entry.id in seen:
            raise UnreadableFile(
                f"{_FILE}: lines {seen[entry.id]} and {row.line} are the same entry ({entry.id})",
                hint="Remove one, or give each its own reference.",
            )
        seen[entry.id] = row.line
        yield entry


def _entry(row: Row, drift: Drift) -> ListEntry:
    name = row["supplier_name"]
    if not usable(name):
        raise row.error("supplier_name", "is empty", "Write the supplier's name as published.")
    status = row["mandatory_or_discretionary"].casefold()
    if status not in _STATUSES:
        raise row.error(
            "mandatory_or_discretionary",
            f"is {status!r}" if status else "is empty",
            "Write mandatory or discretionary, as the published entry says.",
        )
    grounds = row.several("ground")
    if not grounds:
        raise row.error("ground", "is empty", "Write the exclusion ground of the published entry.")
    added = row.day("date_added")
    if added is None:
        raise row.error("date_added", "is empty", "Write the day as 2026-11-20 or 20/11/2026.")
    identifiers = _identifiers(row, drift)
    postcode = first_postcode(row["address"])
    others = (Name(text, "alias") for text in row.several("other_names") if usable(text))
    return ListEntry(
        id=row["reference"] or _derived_id(name, added),
        list_id="uk-debarment",
        # A supplier may be a sole trader; only a company number tells that it is not.
        kind="organisation" if identifiers else "unknown",
        names=tuple(dict.fromkeys((Name(name), *others))),
        identifiers=identifiers,
        addresses=((Address(row["address"], postcode),) if row["address"] else ()),
        measures=("Debarred from covered procurement",),
        grounds=grounds,
        status=status,
        listed_on=added,
        ends_on=row.day("expiry"),
        url=_url(row),
    )


def _identifiers(row: Row, drift: Drift) -> tuple[Identifier, ...]:
    text = row["company_number"]
    if not text:
        return ()
    if _DAMAGED_NUMBER.fullmatch(text):
        raise row.error(
            "company_number",
            f"is {text}: a spreadsheet has rounded it",
            "Format the column as text and type the number again.",
        )
    if number := company_number(text):
        return (Identifier(COMPANY, number),)
    drift.unmapped("company_number", text)
    return (Identifier(REGISTRATION, text),)


def _url(row: Row) -> str:
    url = row["source_url"]
    if url and not re.fullmatch(r"https?://\S+", url):
        raise row.error("source_url", f"is {url!r}", "Write an address that starts with https://.")
    return url


def _derived_id(name: str, added: date) -> str:
    words = re.findall(r"\w+", name.casefold())
    return "-".join((*words, added.isoformat()))
