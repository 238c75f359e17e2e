"""Cases of the Competition and Markets Authority about cartels and abuse of dominance."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from duediligence.watchlists.toolkit.bodies import kind_of
from duediligence.watchlists.toolkit.entries import checked, derived_id
from duediligence.watchlists.toolkit.govuk import (
    SITE,
    content_item,
    document,
    next_search_page,
    search_results,
    search_values,
)
from duediligence.watchlists.toolkit.values import stated_day, usable

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats import html
from duediligence.model import ListEntry, Name, Record, RecordType

_ID = "cma-cartels"
_FIELDS = "title,link,public_timestamp,case_type,case_state,outcome_type,opened_date,closed_date"
_SEARCH = (
    f"{SITE}/api/search.json?filter_format=cma_case&filter_case_type=ca98-and-civil-cartels"
    f"&fields={_FIELDS}&order=-public_timestamp&count=100"
)
_CASES, _CASE = "cma-cases-{page}.json", "cma-case-{part}.json"
_ALL_CASES, _ALL_PAGES = "cma-cases-*.json", "cma-case-*.json"


@watchlist(
    id=_ID,
    title="CMA cartel and competition cases",
    publisher="Competition and Markets Authority",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/cma-cases?case_type%5B%5D=ca98-and-civil-cartels",
    feeds=(
        Feed(_CASES, url=_SEARCH, next_page=next_search_page, max_pages=100),
        Feed(_CASE, url=f"{SITE}/api/content/cma-cases/{{part}}", optional=True),
    ),
    max_age=timedelta(days=30),
    expect=Expect(entries=(60, 10_000), filled={"names": 1.0, "url": 1.0}, weekly_loss=0.05),
    optional=True,
    known_from="code that reads it",
    known_since="2026-11",
    crime_types=("fraud_financial",),
    grounds=("PA23-6-41", "PA23-7-7", "PA23-7-9", "PA23-7-11"),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Investigations under the Competition Act 1998, and the decisions that firms infringed it.

    Only a decision of infringement can go to a ground: a cartel under the Chapter I prohibition to
    Schedule 6 para 41 of the Procurement Act 2023, any other under Chapter I to Schedule 7 para 7,
    abuse of a dominant position to Schedule 7 para 9. Read the decision: who was granted immunity
    is outside para 41, and a subsidiary or parent may be the one addressed. An open case is an
    allegation, and a case closed on commitments found nothing. Cases closed without any finding
    are left out.

    It cannot show the parties of most cases: the search gives a title, which mostly names a market
    and not firms, and such a name counts for little. To have the firms, name the cases in the
    setting `parts` of the list, each by the last piece of its address (after /cma-cases/); firms
    with a legal form in sentences that tell of the infringement are then taken out of the case's
    page, and the sentence is shown. Names in other sentences and in the decision itself are not
    read. No numbers and addresses are given, and the day is that on which the case was closed.

    The values of outcomes are the publisher's own in its published code; one that is not known is
    told, and the case kept.
    """
    told = files.drift
    of_search = (
        one for path in files.matching(_ALL_CASES) for one in _read_cartel_cases(path, _ID, told)
    )
    of_pages = (
        one
        for path in files.matching(_ALL_PAGES)
        for one in _read_infringing_firms(path, _ID, told)
    )
    return checked(chain(of_search, of_pages), _CASES)


# Cartel and dominance cases of the CMA: how each ended, and who its page says infringed.

_PATH = "/cma-cases/"
_TYPE = "ca98-and-civil-cartels"
_METADATA = frozenset(
    "case_type case_state outcome_type opened_date closed_date market_sector bulk_published".split()
)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What an outcome of the publisher's is to us; `type` is None where nothing was found."""

    event: str
    type: RecordType | None
    act_section: str = ""


# The publisher's own values (alphagov/specialist-publisher, cma_cases.json).
_OUTCOMES = {
    "ca98-infringement-chapter-i": _Outcome(
        "Case closed: infringement of the Chapter I prohibition (anti-competitive agreements)",
        "order",
        "Competition Act 1998 s.2",
    ),
    "ca98-infringement-chapter-ii": _Outcome(
        "Case closed: infringement of the Chapter II prohibition (abuse of a dominant position)",
        "order",
        "Competition Act 1998 s.18",
    ),
    "ca98-commitment": _Outcome("Case closed on commitments, without a decision", "warning"),
    "ca98-administrative-priorities": _Outcome("Case closed for other priorities", None),
    "ca98-no-grounds-for-action-non-infringement": _Outcome("No grounds for action", None),
}
_OPEN = _Outcome("Investigation under competition law, not decided: an allegation", "warning")
# A sentence is no longer, and the search for firms in it is slow.
_LONGEST = 5_000
_FORM = r"(?:Limited|Ltd|plc|PLC|Plc|LLP|LP|Inc|GmbH|AG|S\.?A|N\.?V|B\.?V|SpA|S\.p\.A)\b\.?"
_FIRM = re.compile(rf"[A-Z0-9][\w&'’.\-/]*(?: (?:[A-Z0-9(][\w&'’.\-/()]*|&|and|of|the))*? {_FORM}")
_INFRINGED = re.compile(r"\binfring(?:ed|ement)\b|\bfined\b|\baddressed to\b", re.IGNORECASE)
# Told of beside those who infringed: who complained, was cleared, or bought the goods.
_OTHERS = re.compile(
    r"\b(?:complain\w*|not infring\w*|no infringement|did not|customers? of|victims?|appeal\w*)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:On|In|By|The|CMA|Decision|January|February|March|April|May|June|July|August|September|"
    r"October|November|December|[0-9]{1,4}|and|of) )+"
)


def _read_cartel_cases(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Yield each case in a page of search results, under the name in its title. Raises
    UnreadableFile.
    """
    for one in search_results(path, drift):
        if not one.path.startswith(_PATH):
            raise UnreadableFile(
                f"{one.where}: leads to {one.path[:80]}, which is not a case",
                hint="This is the result of another search. Fetch it again.",
            )
        if (kinds := one.values("case_type")) and _TYPE not in kinds:
            drift.left_out("case of another type")
            continue
        closed = stated_day(one.text("closed_date"), "closed_date", drift)
        outcomes = one.values("outcome_type")
        found = _select_case_outcome(outcomes, one.values("case_state"), drift)
        # `Roofing materials: suspected cartel`: of most cases the market, of some the parties.
        title = one.title.partition(":")[0].strip()
        if found.type is None or not usable(title):
            drift.left_out(found.event if found.type is None else "case without a name")
            continue
        slug = one.path.removeprefix(_PATH)
        firms = tuple(dict.fromkeys(_FIRM.findall(title[:_LONGEST])))
        names = tuple(map(Name, firms)) or (Name(title, strength="weak"),)
        for name in names:
            entry_id = slug if len(names) == 1 else f"{slug}.title.{derived_id(name.text)}"
            yield _build_cartel_entry(entry_id, list_id, name, found, closed, one.title, one.url)


def _read_infringing_firms(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Yield the firms that a case's page says infringed. Raises UnreadableFile."""
    found = content_item(path)
    metadata = found["details"].get("metadata")
    if not isinstance(metadata, dict):
        raise UnreadableFile(f"{path.name}: is not a CMA case", hint="Fetch it again.")
    for member in metadata.keys() - _METADATA:
        drift.unread("member", member)
    page = document(path)
    outcomes, states, closed_on = (
        search_values(metadata.get(key), f"{path.name}: {key}")
        for key in ("outcome_type", "case_state", "closed_date")
    )
    outcome = _select_case_outcome(outcomes, states, drift)
    if outcome.type != "order":
        drift.left_out("page of a case without an infringement decision")
        return
    closed = stated_day(" ".join(closed_on), "closed_date", drift)
    slug = page.url.rpartition("/")[2] or path.stem
    named: dict[str, str] = {}
    for element in page.body.select("p, li, td"):
        for sentence in re.split(r"(?<=[.;])\s+(?=[A-Z])", html.text(element)):
            if _INFRINGED.search(sentence) and not _OTHERS.search(sentence):
                for firm in _FIRM.findall(sentence[:_LONGEST]):
                    named.setdefault(_LEADING.sub("", firm), sentence)
    if not named:
        drift.unmapped("page names nobody", slug)
    for firm, sentence in named.items():
        entry_id = f"{slug}.{derived_id(firm)}"
        yield _build_cartel_entry(
            entry_id, list_id, Name(firm), outcome, closed, sentence[:300], page.url
        )


def _select_case_outcome(
    outcomes: tuple[str, ...], states: tuple[str, ...], drift: Drift
) -> _Outcome:
    """Return the weightiest of a case's outcomes."""
    known = []
    for value in outcomes:
        key = re.sub(r"[^a-z0-9]+", "-", value.casefold()).strip("-")
        if key in _OUTCOMES:
            known.append(_OUTCOMES[key])
        else:
            drift.unmapped("outcome_type", value)
            # Unknown is not clear.
            known.append(_Outcome(f"Case closed: {value}", "warning"))
    if not known:
        if "closed" in (state.casefold() for state in states):
            return _Outcome("Case closed; its outcome is not stated", "warning")
        return _OPEN
    weight = {"order": 0, "warning": 1, None: 2}
    return min(known, key=lambda one: weight[one.type])


def _build_cartel_entry(
    entry_id: str,
    list_id: str,
    name: Name,
    outcome: _Outcome,
    closed: date | None,
    told: str,
    url: str,
) -> ListEntry:
    assert outcome.type
    return ListEntry(
        id=entry_id,
        list_id=list_id,
        kind=kind_of(name.text),
        names=(name,),
        record=Record(
            type=outcome.type,
            authority="Competition and Markets Authority",
            reference=entry_id.partition(".")[0],
            act_section=outcome.act_section,
            event=outcome.event,
            event_date=closed,
            outcome=told,
        ),
        url=url,
    )
