"""Enforcement action of the Information Commissioner's Office."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from duediligence.watchlists.toolkit.bodies import kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.pages import Item, read_search_items
from duediligence.watchlists.toolkit.values import day, status

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats import json
from duediligence.model import ListEntry, Record, RecordType
from duediligence.text.money import pounds_in

_ID = "ico-enforcement"
_SITE = "https://ico.org.uk"
_AT = f"{_SITE}/action-weve-taken/enforcement"
# The address of an action, whose month stands in it since 2026.
_ACTION = re.compile(rf"{re.escape(_AT)}/((?:[0-9]{{4}}/[0-9]{{2}}/)?(?![0-9]{{4}}/?$)[\w.~-]+)/?")
_ANSWERS, _PAGES = "enforcement-*.json", "enforcement-*.html"
# `22 June 2026, Monetary penalties, Finance insurance and credit`, beside each title.
_DAY = re.compile(r"\b(\d{1,2} [A-Z][a-z]{2,8} \d{4})\b", re.ASCII)
# By the words of the type, the gravest first: an action may have several.
_TYPES: dict[str, tuple[RecordType, str]] = {
    "prosecutions": ("conviction", "Prosecution"),
    "criminal prosecutions": ("conviction", "Prosecution"),
    "monetary penalties": ("civil_penalty", "Monetary penalty"),
    "monetary penalty notices": ("civil_penalty", "Monetary penalty"),
    "penalty notices": ("civil_penalty", "Monetary penalty"),
    "enforcement notices": ("notice", "Enforcement notice"),
    "information notices": ("notice", "Information notice"),
    "assessment notices": ("notice", "Assessment notice"),
    "reprimands": ("warning", "Reprimand"),
    "warnings": ("warning", "Warning"),
    "undertakings": ("warning", "Undertaking"),
    "practice recommendations": ("warning", "Practice recommendation"),
}
_TYPE = "Type"
_STATUSES: dict[str, StatusMeaning] = dict.fromkeys(_TYPES, "adverse")
_LISTED = re.compile(
    rf"\s*,\s*({'|'.join(sorted(_TYPES, key=len, reverse=True))})\b", re.IGNORECASE
)
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


_MEMBERS = ("title", "filterItemMetaData", "description")
_AGAIN = "Fetch the pages of this search again, all of them."


def next_page(path: Path, address: str) -> str:
    """Return the address of the search again, while the answer in `path` is not its last page.

    Raises UnreadableFile.
    """
    return (
        address
        if _parse_page_number(path) < _load_ico_answer(path)["pagination"]["totalPages"]
        else ""
    )


@watchlist(
    id=_ID,
    title="ICO enforcement action",
    publisher="Information Commissioner's Office",
    licence="OGL-3.0 (from memory; see the publisher's page)",
    topic="enforcement",
    homepage=f"{_AT}/",
    bring=(
        "Show all results, and save the page as a web page, HTML only (Ctrl+S), under the "
        "name enforcement-1.html."
    ),
    feeds=(
        Feed(
            "enforcement-{page}.json",
            # The list of the page itself: rootPageId is the number of its own page.
            url=f"{_SITE}/api/search",
            post='{"filters":[],"pageNumber":{page},"order":"newest","rootPageId":17222}',
            next_page=next_page,
            robots=True,
            max_pages=100,
        ),
    ),
    alternates=((Feed("enforcement-{page}.html"),),),
    max_age=timedelta(days=95),
    expect=Expect(entries=(150, 20_000), filled={"names": 1.0, "record": 1.0}, weekly_loss=0.10),
    optional=True,
    known_from="real file",
    known_since="2026-08",
    statuses={_TYPE: _STATUSES},
    powers=("other",),
    crime_types=("cyber",),
    grounds=("PA23-7-11",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Penalties, notices, prosecutions and reprimands of the Information Commissioner's Office.

    Nuisance calls and messages, and the loss or misuse of personal data. The list is fetched from
    the search behind the office's page, 25 actions a page, as slowly as the site's robots.txt asks.
    Where that fails, bring the page: open the homepage, show all results, and save the page as
    enforcement-1.html, complete; further pages as enforcement-2.html and so on. Do so each quarter.

    It cannot show what the office looked into and left, or what was taken off the page, which is
    done after some years. It has no company numbers or addresses: a firm is found by its name
    alone. An appeal may have changed a penalty: read the page of the action. Public bodies are
    listed as well. One firm may have two actions of one day, a penalty and a notice: each is an
    entry. Prosecutions are mostly of individuals, and of those none is kept. One that does not
    speak of a conviction counts as pending; one that came to nothing is marked as withdrawn. A
    reprimand or an undertaking goes to no ground. What is alleged of a person is data about crime
    as well (UK GDPR art 10; Data Protection Act 2018 s.11(2)).

    Results of the search that are not enforcement actions are left out and counted. A type of
    action that is not known stops the file, as does a page that is missing. The saved page was
    never seen: its items are found by the addresses of actions, and a page that lists none is
    refused.
    """
    answers, pages = files.matching(_ANSWERS), files.matching(_PAGES)
    found = (
        _read_ico_results(answers, files.drift)
        if answers
        else read_search_items(pages, _ACTION.pattern, _SITE)
    )
    return checked((_build_ico_entry(item, files.drift) for item in found), "enforcement")


# The answers of the search, a page each.


def _load_ico_answer(path: Path) -> dict[str, Any]:
    found = json.load(path)
    pagination = found.get("pagination") if isinstance(found, dict) else None
    sound = (
        isinstance(pagination, dict)
        and all(type(pagination.get(key)) is int for key in ("totalPages", "totalResults"))
        and isinstance(found.get("results"), list)
        and all(isinstance(one, dict) for one in found["results"])
    )
    if not sound:
        raise UnreadableFile(
            f"{path.name}: is not a result of the office's search",
            hint="The publisher may have changed the search; this tool may need an update.",
        )
    return dict(found)


def _parse_page_number(path: Path) -> int:
    number = path.stem.rpartition("-")[2]
    # More digits than any number of pages has are none that can be converted.
    return int(number) if re.fullmatch(r"[0-9]{1,6}", number) else 1


def _read_ico_results(paths: list[Path], drift: Drift) -> Iterator[Item]:
    """Yield each enforcement action, once. Raises UnreadableFile where pages or results are
    missing.
    """
    seen: set[str] = set()
    count = 0
    totals: dict[str, int] = {}
    for path in paths:
        answer = _load_ico_answer(path)
        totals = totals or answer["pagination"]
        for key in ("totalPages", "totalResults"):
            if answer["pagination"][key] != totals[key]:
                raise UnreadableFile(
                    f"{path.name}: {key} is {answer['pagination'][key]} where the page before has "
                    f"{totals[key]}: the list changed while it was fetched",
                    hint=_AGAIN,
                )
        for number, one in enumerate(answer["results"], 1):
            count += 1
            item = _build_ico_item(one, f"{path.name}: result {number}")
            if item is None:
                drift.left_out("result that is not an enforcement action")
            elif item.key not in seen:
                seen.add(item.key)
                yield item
    if len(paths) != totals["totalPages"] or count != totals["totalResults"]:
        raise UnreadableFile(
            f"{paths[-1].name}: {totals['totalResults']} results on {totals['totalPages']} pages "
            f"were announced, and {count} on {len(paths)} are there",
            hint=_AGAIN,
        )


def _build_ico_item(one: dict[str, Any], where: str) -> Item | None:
    """Return the result as an item of a page; None for one that is not an enforcement action."""
    link = json.text(one.get("url"), f"{where}: url")
    if not link.startswith(("/", "https://")):
        raise UnreadableFile(f"{where}: url is {link[:60]!r}, not an address", hint=_AGAIN)
    address = _join_ico_link(link)
    found = _ACTION.fullmatch(address)
    if not found:
        return None
    if missing := next((name for name in _MEMBERS if name not in one), ""):
        raise UnreadableFile(
            f"{where}: {missing} is missing",
            hint="The publisher may have changed the search; this tool may need an update.",
        )
    title, facts, about = (json.text(one[name], f"{where}: {name}") for name in _MEMBERS)
    return Item(found[1], address, title, f"{title} {facts} {about}", where)


def _join_ico_link(link: str) -> str:
    try:
        return urljoin(_SITE, link)
    except ValueError:
        return ""


# Entries.


def _build_ico_entry(item: Item, drift: Drift) -> ListEntry:
    name = _SUFFIX.sub("", item.title)
    rest = item.words.replace(item.title, " ", 1)
    stated = _DAY.search(rest)
    decided = day(stated[1]) if stated else None
    if decided is None:
        drift.unmapped("date", "none beside an action")
    kinds = _read_action_types(rest[stated.end() :] if stated else f", {rest.strip()}", item.where)
    of = kinds[0][0]
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
            event="; ".join(dict.fromkeys(what for _, what in kinds)),
            event_date=None if of == "conviction" else decided,
            decision_date=decided,
            known_date=decided,
            status="withdrawn" if _CLEARED.search(rest) else "unstated",
            penalty_gbp=_parse_sole_penalty(rest) if of == "civil_penalty" else None,
        ),
        url=item.url,
    )


def _read_action_types(after: str, where: str) -> list[tuple[RecordType, str]]:
    """Return the types that follow the date, the gravest first. Raises UnreadableFile where none
    does.

    A sector and the summary come after them, which may speak of other types.
    """
    words, at = [], 0
    while found := _LISTED.match(after, at):
        words.append(found[1])
        at = found.end()
    # What is no type is shown as far as the next comma.
    for word in words or [after.lstrip(" ,").split(",")[0]]:
        status(_STATUSES, word, _TYPE, where)
    gravest = {word: rank for rank, word in enumerate(_TYPES)}
    return [_TYPES[word] for word in sorted(map(str.casefold, words), key=gravest.__getitem__)]


def _parse_sole_penalty(words: str) -> Decimal | None:
    """Return the sum, where only one is named: of several, only the page tells which is the
    penalty.
    """
    scaled = re.search(r"£\s?[\d.,]+\s?(?:m\b|million|k\b|thousand)", words, re.IGNORECASE)
    return pounds_in(words) if len(_POUNDS.findall(words)) == 1 and not scaled else None
