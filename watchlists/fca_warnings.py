"""Warnings of the Financial Conduct Authority."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.watchlists.toolkit.bodies import kind_of, names_in, place
from duediligence.watchlists.toolkit.entries import distinct
from duediligence.watchlists.toolkit.pages import Item, next_page, read_search_items
from duediligence.watchlists.toolkit.tables import fold
from duediligence.watchlists.toolkit.values import clean, day, usable

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats.html import page, text
from duediligence.model import Address, ListEntry, Name, Record

if TYPE_CHECKING:
    from bs4 import Tag

_ID = "fca-warnings"
_SITE = "https://www.fca.org.uk"
_PAGES, _DETAILS = "warnings-*.html", "warning-*.html"
_ADDRESS = rf"{re.escape(_SITE)}/news/warnings/([\w.~-]+)/?"
_DAY = re.compile(r"\b(\d{1,2}/\d{1,2}/\d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4})\b", re.ASCII)
# What a title says after a clone's own name: that it is one, and of whom.
_CLONE = re.compile(r"[\s([\-–,]*\bclone\b.*", re.IGNORECASE)
_UNAUTHORISED = "Warning (may provide or promote financial services without permission)"
_CLONED = (
    "Warning of a clone (somebody who uses the name or details of an authorised firm, which is not "
    "the one warned of)"
)


@watchlist(
    id=_ID,
    title="FCA warnings about unauthorised firms",
    publisher="Financial Conduct Authority",
    licence="not stated; see the publisher's terms",
    topic="enforcement",
    homepage="https://www.fca.org.uk/consumers/warning-list-unauthorised-firms",
    bring=(
        "Search for the main word of each supplier's name, and save each page of results as a "
        "web page, HTML only (Ctrl+S): the first as warnings-WORD-1.html, the next as "
        "warnings-WORD-2.html, WORD being the word that you searched for. A search that finds "
        "nothing is an answer: save it too. For the addresses and further names of a firm, open "
        "its warning and save that page as warning-NAME.html, NAME being the last piece of its "
        "address."
    ),
    feeds=(
        # Without an address: the site refuses a program that says what it is. The link to the next
        # page shows where one was not saved.
        Feed("warnings-{part}-{page}.html", next_page=next_page),
        Feed(_DETAILS, optional=True),
    ),
    max_age=timedelta(days=14),
    # A search for a supplier's name that finds nothing is a good answer.
    expect=Expect(entries=(0, 100_000), filled={"names": 1.0}, weekly_loss=0.10),
    optional=True,
    known_from="code that reads it",
    known_since="2026-08",
    powers=("other",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Firms and people that the Financial Conduct Authority warns the public of.

    A person brings these pages, and this tool asks for none: in October 2026 the site answered a
    program that says what it is with 403 Forbidden, and this tool never pretends to be a browser.
    Search the homepage for a word of each supplier's name, and save each page of results as
    warnings-WORD-1.html, warnings-WORD-2.html and so on, complete. There are many thousand
    warnings, 10 a page: the list holds what was searched for, and says nothing of suppliers that
    were not. A search without a result is a good answer: save it too. For addresses and more names,
    save the page of a warning as warning-NAME.html, NAME being the last piece of its address. Its
    news feed holds the newest 20 warnings alone and would pass for the whole list, so it is not
    read.

    A clone is a fraudster who uses the name, number or address of an authorised firm. If your
    supplier bears that name, it may be the honest firm: check the bank details, telephone and
    address that you were given against the Financial Services Register before you pay. Only the
    name before the word "clone" is searched for, and of the honest firm no number or address; where
    a title names the honest firm alone, the warning is left out and counted.

    It cannot show firms that lost their permission or were fined: see the register and final
    notices for those. It has no company numbers, and whether a name is a firm's or a person's can
    be seen only from its legal form. A warning is no finding and supports no ground. To trade
    without permission is an offence, so that a warning about a person is data about an alleged
    crime (UK GDPR art 10; Data Protection Act 2018 s.11(2)).

    The form of the pages is known from what others wrote of it: items are found by the addresses of
    warnings, and a page that lists none and does not say so is refused.
    """
    known = _read_warning_details(files.matching(_DETAILS), files.drift)
    for item in read_search_items(files.matching(_PAGES), _ADDRESS, _SITE):
        names, more = _read_warning_names(item), known.pop(item.key, _Details())
        if names:
            yield _build_warning_entry(item, names, more, files.drift)
        else:
            files.drift.left_out("clone whose title names the honest firm alone")
    for key in known:
        files.drift.unread("page", f"{key}, which no page of results has")


# The page of one warning: a section of labels in bold, each with its lines.

_SECTIONS = "section#section-unauthorised-firm-details, section#section-clone-firm-details"
_NAMES = frozenset(map(fold, "Name,Names,Trading name,Trading names,Also known as".split(",")))
_PLACES = frozenset(map(fold, "Address,Addresses,Postal address,Business address".split(",")))
# Known, and not kept: nothing compares them.
_PASSED_OVER = frozenset(
    map(
        fold,
        "Telephone,Telephone number,Telephone numbers,Telephone no,Phone,Mobile,Fax,Email,Emails,"
        "Email address,Email addresses,Website,Websites,Web address,Social media,"
        "Other information,Firm reference number".split(","),
    )
)


@dataclass(frozen=True, slots=True)
class _Details:
    """What the page of a warning adds to its item."""

    names: tuple[Name, ...] = ()
    addresses: tuple[Address, ...] = ()


def _read_warning_details(paths: Iterable[Path], drift: Drift) -> dict[str, _Details]:
    """Return what each page says, by the key of its warning. Raises UnreadableFile, naming the
    file.
    """
    found: dict[str, _Details] = {}
    for path in paths:
        soup = page(path)
        section = soup.select_one(_SECTIONS)
        if section is None:
            raise UnreadableFile(
                f"{path.name}: is not the page of a warning",
                hint="The publisher may have changed the page, or this is another one.",
            )
        key = path.stem.removeprefix("warning-")
        if (link := soup.select_one('link[rel="canonical"]')) and (
            stated := re.fullmatch(_ADDRESS, str(link.get("href", "")))
        ):
            key = stated[1]
        if key in found:
            raise UnreadableFile(f"{path.name}: {key} has two pages", hint="Remove one.")
        # The address that a clone gives may be that of the honest firm.
        clone = section.get("id") == "section-clone-firm-details"
        found[key] = _of_section(section, drift, clone=clone)
    return found


def _of_section(section: "Tag", drift: Drift, *, clone: bool) -> _Details:
    names: list[Name] = []
    addresses: list[Address] = []
    for label, lines in _list_labelled_lines(section):
        if fold(label) in _NAMES:
            bare = (_CLONE.sub("", line).strip(" -–:") for line in lines)
            names += (name for line in bare if usable(line) for name in names_in(line))
        elif fold(label) in _PLACES:
            addresses += place(", ".join(line.strip(" ,") for line in lines))
        elif fold(label) not in _PASSED_OVER:
            drift.unread("label", label)
    return _Details(tuple(names), () if clone else distinct(addresses))


def _list_labelled_lines(section: "Tag") -> Iterator[tuple[str, list[str]]]:
    """Yield each label in bold with the lines that follow it, which may be paragraphs of their
    own.
    """
    label, lines = "", list[str]()
    for paragraph in section.select("p"):
        bold = {text(one) for one in paragraph.select(":scope > strong")}
        for line in filter(None, map(clean, paragraph.get_text("\n").split("\n"))):
            if line in bold:
                if label:
                    yield label, lines
                label, lines = line.strip(" :"), []
            elif usable(line):
                lines.append(line.lstrip(" :"))
    if label:
        yield label, lines


# Entries.


def _read_warning_names(item: Item) -> tuple[Name, ...]:
    """Return the names before any word of a clone, each once: a title has several, separated by ` /
    `.
    """
    if not usable(item.title):
        raise UnreadableFile(
            f"{item.where}: has no title", hint="The publisher may have changed the page."
        )
    parts = (_CLONE.sub("", part).strip(" -–:") for part in item.title.split(" / "))
    first, *others = [part for part in parts if usable(part)] or [""]
    named = names_in(first) if first else ()
    return tuple(dict.fromkeys((*named, *(Name(other, "alias") for other in others))))


def _build_warning_entry(
    item: Item, names: tuple[Name, ...], more: _Details, drift: Drift
) -> ListEntry:
    stated = _DAY.search(item.words.replace(item.title, " ", 1))
    published = day(stated[1]) if stated else None
    if published is None:
        drift.unmapped("date", "none beside a warning")
    known = {name.text.casefold() for name in names}
    others = (Name(one.text, "alias") for one in more.names if one.text.casefold() not in known)
    return ListEntry(
        id=item.key,
        list_id=_ID,
        kind=kind_of(*(name.text for name in names)),
        names=(*names, *dict.fromkeys(others)),
        addresses=more.addresses,
        record=Record(
            type="warning",
            authority="Financial Conduct Authority",
            reference=item.key,
            event=_CLONED if _CLONE.search(item.title) else _UNAUTHORISED,
            event_date=published,
            known_date=published,
        ),
        url=item.url,
    )
