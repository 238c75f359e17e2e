"""Organisations proscribed under the Terrorism Act 2000."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.watchlists.toolkit.entries import checked, derived_id, distinct
from duediligence.watchlists.toolkit.govuk import SITE, document, latest_update, locate_attachment
from duediligence.watchlists.toolkit.tables import Layout, read
from duediligence.watchlists.toolkit.values import usable

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import Hint, Step, UnreadableFile
from duediligence.formats import html
from duediligence.model import ListEntry, Name, Record

if TYPE_CHECKING:
    from bs4 import Tag

_ID = "proscribed-organisations"
_PUBLICATION = "government/publications/proscribed-terror-groups-or-organisations--2"
_PAGE, _TABLE = "proscribed-organisations.html", "proscribed-organisations.csv"
# Schedule 2 to the Act itself.
_SCHEDULE = "terrorism-act-schedule-2.html"
_ACT = "https://www.legislation.gov.uk/ukpga/2000/11/schedule/2"


def _find_proscribed_update(files: Files) -> date | None:
    return latest_update(files.matching(_PAGE))


@watchlist(
    id=_ID,
    title="Proscribed organisations",
    publisher="Home Office",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/{_PUBLICATION}",
    bring=(
        "Select the link to the list itself, and save that page as a web page, HTML only "
        "(Ctrl+S), under the name proscribed-organisations.html."
    ),
    feeds=(
        Feed(
            _PAGE,
            url=f"{SITE}/api/content/{_PUBLICATION}",
            locate=locate_attachment(rf"/{_PUBLICATION}/[\w-]+$"),
        ),
    ),
    alternates=((Feed(_SCHEDULE, url=_ACT, robots=True),), (Feed(_TABLE),)),
    # The list changes a few times a year: this is how long a copy may be used, by the page's day.
    max_age=timedelta(days=400),
    expect=Expect(entries=(70, 400), filled={"names": 1.0, "record": 1.0}, weekly_loss=0.05),
    optional=True,
    template="name,other_names,proscribed,source_url\r\n",
    published=_find_proscribed_update,
    known_from="never seen",
    grounds=("PA23-7-14",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Organisations that it is a crime to belong to or to support (Terrorism Act 2000 Sch 2).

    A match is grave and, with firms, mostly wrong: many names are also plain words or short
    letters, and letters alone count for little here. Do not tell the supplier; speak to the police
    and your lawyers. Being listed is no conviction: Schedule 6 para 3 of the Procurement Act 2023
    needs one of a terrorism offence. Threats to national security (Sch 7 para 14) are for a
    Minister to agree (s.29). Those under sanctions are on the UK Sanctions List as well, which has
    numbers and addresses.

    It cannot show members, fronts, or addresses, and no registration numbers. Organisations that
    were taken off the list are left out. Alternative names are read where the page has them in
    brackets, after "also known as", or in quotation marks in a sentence about other names. Whoever
    is on the list is said to be concerned in terrorism: where that is a person's venture, it is
    data about alleged crime (UK GDPR art 10; Data Protection Act 2018 s.11(2)).

    The page of the Home Office was never seen: where it has no headings with the month of
    proscription, or no list for Northern Ireland, it is refused. Then the Schedule itself is
    fetched from legislation.gov.uk, whose text (seen as of July 2016) has marks of amendment
    ([F1, F2...) before names and dots where one was repealed. It has no months and fewer other
    names, and an Order of the last weeks may not be in it yet. Its page can be brought as well, as
    terrorism-act-schedule-2.html. Or keep the list by hand in proscribed-organisations.csv: name,
    other_names separated by |, proscribed (as March 2001) and source_url. An entry is known by its
    name, so that alerts may be new where you change from one form to another.
    """
    readers = {_PAGE: _of_page, _SCHEDULE: _of_schedule, _TABLE: _of_table}
    name = next(name for name in readers if name in files)
    return checked(readers[name](files[name], _ID, files.drift), name)


# The list of proscribed organisations, as the page tells it or as a table kept by hand.

_LAYOUT = Layout(needed={"name": "name | organisation"}, wanted={
    "others": "other_names | aliases",
    "proscribed": "proscribed | date proscribed",
    "link": "source_url",
})  # fmt: skip
_PROSCRIBED = re.compile(r"[\s\-–—:(]*\b[Pp]roscribed(?: in)? ([A-Z][a-z]+ [0-9]{4})\b")
_NORTHERN_IRELAND = re.compile(r"northern ireland", re.IGNORECASE)
_REMOVED = re.compile(r"\bde-?proscribed\b|\bremoved\b", re.IGNORECASE)
_AKA = re.compile(r"[\s,;(]*\b(?:also known as|aka|a\.k\.a\.?)\b[\s:]*", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_QUOTED = re.compile(r"[\"“‘]([^\"“”‘]{2,120}?)[\"”’](?![\w])")
_ALTERNATIVE = re.compile(r"alternative names?|aliases|also known as|another name", re.IGNORECASE)
_INCLUDING = re.compile(r"[\s,(]*\bincluding\b\s*", re.IGNORECASE)
_AND_ALL = re.compile(r"\s+and (?:all|any) .*", re.IGNORECASE)
_ACRONYM = re.compile(r"[A-Z0-9][A-Za-z0-9\-]{0,5}")


def _of_page(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Yield each organisation: a heading or bold line with the month, and the list of Northern
    Ireland.

    Raises UnreadableFile where the page lacks one of the two.
    """
    page = document(path)
    international = northern_irish = 0
    section = ""
    for element in page.body.select("h2, h3, h4, p, li"):
        text = html.text(element)
        if element.name == "h2":
            section = text
        elif _REMOVED.search(section):
            continue
        elif element.name == "li" and _NORTHERN_IRELAND.search(section):
            northern_irish += 1
            yield _entry(text, (), "", list_id, page.url, page.filename)
        elif (found := _PROSCRIBED.search(_read_heading_text(element))) and found.start():
            international += 1
            others = tuple(_find_alternative_names(element))
            name = _read_heading_text(element)[: found.start()]
            yield _entry(name, others, found[1], list_id, page.url, page.filename)
        elif element.name in ("h3", "h4"):
            drift.unmapped("heading", text)
    if not international or not northern_irish:
        lacking = "Northern Ireland" if international else "the month in which each was proscribed"
        raise UnreadableFile(
            f"{path.name}: the page has no list of organisations with {lacking}",
            hint=Hint(
                "The publisher may have changed the page; keep the list by hand until the page "
                "can be read again: ",
                Step("write-list-template", list="proscribed-organisations"),
            ),
        )


def _of_table(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Yield each row of the table kept by hand. Raises UnreadableFile, naming row and column."""
    for row in read(path, _LAYOUT, drift):
        others = tuple(filter(None, (part.strip() for part in row["others"].split("|"))))
        name, link = row.filled("name"), row["link"]
        if link and not link.startswith("https://"):
            raise row.error("source_url", f"is {link!r}, which is not an https:// address")
        yield _entry(name, others, row["proscribed"], list_id, link, path.name)


# The Schedule, as legislation.gov.uk has it: an item an organisation, with marks of amendments.

_ITEMS = ".LegUnorderedList li, .LegListTextStandard"
# `F2...` and `F4 . . .` are for what was repealed; `[F1` begins what was put in, `]` ends it, which
# may be in another item.
_AMENDED = re.compile(r"\bF[0-9]{1,4}\s?(?:\.\s?){2,}|\[F[0-9]{1,4}|^\s*F[0-9]{1,4}(?![0-9a-z])")
# Scripts and remarks of a browser may follow the end of a page.
_END = 20_000


def _of_schedule(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Yield each item of the Schedule's list, in a page. Raises UnreadableFile where there is
    none.
    """
    page = html.page(path)
    if b"</html" not in path.read_bytes()[-_END:].lower():
        raise UnreadableFile(
            f"{path.name}: the page is cut short", hint="Fetch it again, or save it complete."
        )
    # An item may hold another: only the innermost is one organisation.
    items = [item for item in page.select(_ITEMS) if not item.select(_ITEMS)]
    if not items:
        raise UnreadableFile(
            f"{path.name}: the page has no list of organisations",
            hint="The publisher may have changed the page, or this is another one.",
        )
    for item in items:
        text = html.text(item, "")
        name = _AMENDED.sub("", text).translate({ord("["): None, ord("]"): None}).strip(" .")
        if name:
            yield _entry(name, (), "", list_id, _ACT, path.name)
        elif text:
            drift.left_out("organisation taken off the Schedule")


def _read_heading_text(element: "Tag") -> str:
    """Return the text of a heading, or of the bold words that a paragraph begins with."""
    if element.name != "p":
        return html.text(element) if element.name != "li" else ""
    bold = element.select_one(":scope > strong, :scope > b")
    return html.text(bold) if bold else ""


def _find_alternative_names(heading: "Tag") -> Iterator[str]:
    """Yield names in quotation marks in what follows, where it tells of alternative names."""
    for element in heading.find_next_siblings():
        if element.name in ("h2", "h3", "h4") or _PROSCRIBED.search(_read_heading_text(element)):
            return
        for sentence in re.split(r"(?<=[.;])\s+(?=[A-Z])", html.text(element)):
            if _ALTERNATIVE.search(sentence):
                yield from _QUOTED.findall(sentence)


def _entry(
    text: str, others: tuple[str, ...], month: str, list_id: str, url: str, filename: str
) -> ListEntry:
    names = distinct(name for part in (text, *others) for name in _split_proscribed_names(part))
    if not names:
        raise UnreadableFile(f"{filename}: {text[:80]!r} holds no name that can be searched for")
    primary, *more = names
    return ListEntry(
        # One form of the list begins names with the article where another does not.
        id=derived_id(re.sub(r"^the ", "", primary, flags=re.IGNORECASE)),
        list_id=list_id,
        kind="organisation",
        names=(
            Name(primary),
            # Many firms go by the same few letters.
            *(Name(n, "alias", "weak" if _ACRONYM.fullmatch(n) else "unstated") for n in more),
        ),
        measures=("Proscribed: it is an offence to belong to it or to support it",),
        record=Record(
            type="order",
            authority="Home Office",
            act_section="Terrorism Act 2000 Sch 2",
            event=f"Proscribed as concerned in terrorism{f', {month}' if month else ''}",
            status="live",
        ),
        url=url,
    )


def _split_proscribed_names(text: str) -> Iterator[str]:
    """Yield `Sample Front (SF/SFX), also known as A, B` → Sample Front, SF, SFX, A, B.

    Of `Wing of A, including the B and all units of it (including C)` they are Wing of A, B, C.
    """
    whole, *parts = _INCLUDING.split(text)
    for number, part in enumerate(_AKA.split(whole)):
        bare, held = _split_brackets(part)
        yield from _trim_names(bare.split(",") if number else [bare])
        for one in held:
            yield from _trim_names(re.split("[,;/]", one))
    for part in parts:
        bare, held = _split_brackets(_AND_ALL.sub("", part))
        yield from _trim_names([re.sub(r"^the ", "", bare.strip(), flags=re.IGNORECASE)])
        for one in held:
            yield from _trim_names(re.split("[,;/]", one))


def _split_brackets(text: str) -> tuple[str, list[str]]:
    """Return the text without what stands in brackets, and that, the outer before the inner."""
    held: list[str] = []
    while found := _BRACKETS.search(text):
        held.append(found[1])
        text = f"{text[: found.start()]} {text[found.end() :]}"
    return text, held


def _trim_names(texts: list[str]) -> Iterator[str]:
    trimmed = (" ".join(text.split()).strip(' ,;:.-–—()"“”‘’') for text in texts)
    return (name for name in trimmed if usable(name))
