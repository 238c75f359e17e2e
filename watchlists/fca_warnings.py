"""Warnings of the Financial Conduct Authority."""

import re
from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists.toolkit.bodies import kind_of, names_in
from duediligence.watchlists.toolkit.pages import Item, items, next_page
from duediligence.watchlists.toolkit.values import day, usable

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import ListEntry, Name, Record

_ID = "fca-warnings"
_SITE = "https://www.fca.org.uk"
_PAGES = "warnings-*.html"
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
    feeds=(
        Feed(
            "warnings-{part}-{page}.html",
            url=f"{_SITE}/news/search-results?n_search_term={{part}}&category=warnings",
            next_page=next_page,
            robots=True,
        ),
    ),
    max_age=timedelta(days=14),
    expect=Expect(entries=(0, 100_000), filled={"names": 1.0}, weekly_loss=0.10),
    optional=True,
    known_from="never seen",
    powers=("other",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Firms and people that the Financial Conduct Authority warns the public of.

    `parts` in the settings are words of names to search for (of your suppliers, one each): there
    are many thousand warnings. A search without a result is a good answer.

    A clone is a fraudster who uses the name, number or address of an authorised firm. If your
    supplier bears that name, it may be the honest firm: check the bank details, telephone and
    address that you were given against the Financial Services Register before you pay. Only the
    name before the word "clone" is searched for, and of the honest firm no number or address; where
    a title names the honest firm alone, the warning is left out and counted.

    It cannot show firms that lost their permission or were fined: those stand in the register and
    in final notices. It has no company numbers or addresses, and whether a name is a firm's or a
    person's can be seen only from its legal form. A warning is no finding and supports no ground.

    The page could not be verified: its items are found by the addresses of warnings, and a page
    that lists none and does not say so is refused.
    """
    address = rf"{re.escape(_SITE)}/news/warnings/([\w.~-]+)/?"
    for item in items(files.matching(_PAGES), address, _SITE):
        names = _names(item)
        if names:
            yield _entry(item, names, files.drift)
        else:
            files.drift.left_out("clone whose title names the honest firm alone")


def _names(item: Item) -> tuple[Name, ...]:
    """The names before any word of a clone, each once: a title has several, separated by ` / `."""
    if not usable(item.title):
        raise UnreadableFile(
            f"{item.where}: has no title", hint="The publisher may have changed the page."
        )
    parts = (_CLONE.sub("", part).strip(" -–:") for part in item.title.split(" / "))
    first, *others = [part for part in parts if usable(part)] or [""]
    named = names_in(first) if first else ()
    return tuple(dict.fromkeys((*named, *(Name(other, "alias") for other in others))))


def _entry(item: Item, names: tuple[Name, ...], drift: Drift) -> ListEntry:
    stated = _DAY.search(item.words.replace(item.title, " ", 1))
    published = day(stated[1]) if stated else None
    if published is None:
        drift.unmapped("date", "none beside a warning")
    return ListEntry(
        id=item.key,
        list_id=_ID,
        kind=kind_of(*(name.text for name in names)),
        names=names,
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
