"""Enforcement action of the Information Commissioner's Office."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from duediligence.watchlists.toolkit.bodies import kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.pages import Item, items
from duediligence.watchlists.toolkit.values import day

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Record, RecordType
from duediligence.text.money import pounds_in

_ID = "ico-enforcement"
_SITE = "https://ico.org.uk"
_AT = f"{_SITE}/action-weve-taken/enforcement"
# `22 June 2026, Monetary penalties, Finance insurance and credit`, beside each title.
_DAY = re.compile(r"\b(\d{1,2} [A-Z][a-z]{2,8} \d{4})\b", re.ASCII)
_TYPES: dict[str, tuple[RecordType, str]] = {
    "monetary penalt": ("civil_penalty", "Monetary penalty"),
    "penalty notice": ("civil_penalty", "Monetary penalty"),
    "enforcement notice": ("notice", "Enforcement notice"),
    "prosecution": ("conviction", "Prosecution"),
    "reprimand": ("warning", "Reprimand"),
    "undertaking": ("warning", "Undertaking"),
}
_SUFFIX = re.compile(
    r"[\s,:([\-–]+(?:mpn|monetary penalty(?: notice)?|penalty notice|enforcement notice|en|"
    r"reprimand|undertaking|prosecution)[)\]]?\s*$",
    re.IGNORECASE,
)
_LAWS = {
    r"\bPECR\b|Privacy and Electronic Communications": (
        "Privacy and Electronic Communications (EC Directive) Regulations 2003"
    ),
    r"\bData Protection Act 1998\b": "Data Protection Act 1998",
    r"\bData Protection Act 2018\b": "Data Protection Act 2018",
    r"\bGDPR\b|General Data Protection Regulation": "UK GDPR",
    r"\bComputer Misuse Act\b": "Computer Misuse Act 1990",
}
# Without the first, a prosecution is an allegation; after the second it came to nothing.
_CONVICTED = re.compile(r"\b(?:guilty|convict(?:ed|ion)|sentenced|fined)\b", re.IGNORECASE)
_CLEARED = re.compile(r"\b(?:acquitted|found not guilty|discontinued|quashed)\b", re.IGNORECASE)
_POUNDS = re.compile(r"£\s?\d")


@watchlist(
    id=_ID,
    title="ICO enforcement action",
    publisher="Information Commissioner's Office",
    licence="OGL-3.0 (from memory; see the publisher's page)",
    topic="enforcement",
    homepage=f"{_AT}/",
    feeds=(Feed("enforcement-{page}.html"),),
    max_age=timedelta(days=95),
    expect=Expect(entries=(1, 20_000), filled={"names": 1.0}, weekly_loss=0.10),
    optional=True,
    known_from="never seen",
    powers=("other",),
    crime_types=("cyber",),
    grounds=("PA23-7-11",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Penalties, notices, prosecutions and reprimands of the Information Commissioner's Office.

    Nuisance calls and messages, and the loss or misuse of personal data. A person brings these
    pages: the list is filled in the browser. Open the homepage, show all results, and save the page
    as enforcement-1.html, complete; further pages as enforcement-2.html and so on. Do so each
    quarter.

    It cannot show what the office looked into and left, or what was taken off the page, which is
    done after some years. It has no company numbers or addresses: a firm is found by its name
    alone. An appeal may have changed a penalty: read the page of the action. Public bodies stand
    here as well. Prosecutions are mostly of individuals, and of those none is kept. One that does
    not tell of a conviction counts as pending, one that came to nothing is not told. A reprimand or
    an undertaking goes to no ground.

    The page could not be verified: its items are found by the addresses of actions. An item whose
    kind is not known is reported, and kept as a warning; a page that lists none is refused.
    """
    found = items(files.matching("enforcement-*.html"), rf"{re.escape(_AT)}/([\w.~-]+)/?", _SITE)
    return checked((_entry(item, files.drift) for item in found), "enforcement")


def _entry(item: Item, drift: Drift) -> ListEntry:
    name = _SUFFIX.sub("", item.title)
    rest = item.words.replace(item.title, " ", 1)
    stated = _DAY.search(rest)
    decided = day(stated[1]) if stated else None
    if decided is None:
        drift.unmapped("date", "none beside an action")
    # The kind stands after the date; the summary below may speak of other kinds.
    beside = f"{rest[stated.end() : stated.end() + 60] if stated else rest} | {item.title}"
    of, what = _kind(beside, drift)
    if of == "conviction" and not _CONVICTED.search(rest):
        of = "prosecution_pending"
    acts = (act for pattern, act in _LAWS.items() if re.search(pattern, rest))
    return ListEntry(
        id=item.key,
        list_id=_ID,
        kind=kind_of(name),
        names=names_in(name),
        record=Record(
            type=of,
            authority="Information Commissioner's Office",
            reference=item.key,
            act_section="; ".join(acts),
            event=what,
            event_date=None if of == "conviction" else decided,
            decision_date=decided,
            known_date=decided,
            status="withdrawn" if _CLEARED.search(rest) else "unstated",
            penalty_gbp=_penalty(rest) if of == "civil_penalty" else None,
        ),
        url=item.url,
    )


def _kind(beside: str, drift: Drift) -> tuple[RecordType, str]:
    at = {beside.casefold().find(words): kind for words, kind in _TYPES.items()}
    at.pop(-1, None)
    if not at:
        drift.unmapped("kind of action", beside.strip(" ,|")[:40])
        return "warning", "Enforcement action"
    return at[min(at)]


def _penalty(words: str) -> Decimal | None:
    """The sum, where only one is named: of several, only the page tells which is the penalty."""
    scaled = re.search(r"£\s?[\d.,]+\s?(?:m\b|million|k\b|thousand)", words, re.IGNORECASE)
    return pounds_in(words) if len(_POUNDS.findall(words)) == 1 and not scaled else None
