"""Cartel and dominance cases of the CMA: how each ended, and who its page says infringed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from duediligence.watchlists._readers.fields.bodies import derived_id, kind_of
from duediligence.watchlists._readers.fields.dates import stated_day
from duediligence.watchlists._readers.fields.names import usable
from duediligence.watchlists._readers.govuk.documents import document, item
from duediligence.watchlists._readers.govuk.searches import results, values

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import html
from duediligence.model import ListEntry, Name, Record, RecordType

CASES = "/cma-cases/"
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


def cases(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Each case in a page of search results, under the name in its title. Raises UnreadableFile."""
    for one in results(path, drift):
        if not one.path.startswith(CASES):
            raise UnreadableFile(
                f"{one.where}: leads to {one.path[:80]}, which is no case",
                hint="This is the answer of another search. Fetch it again.",
            )
        if (kinds := one.values("case_type")) and _TYPE not in kinds:
            drift.left_out("case of another type")
            continue
        closed = stated_day(one.text("closed_date"), "closed_date", drift)
        outcomes = one.values("outcome_type")
        found = _outcome(outcomes, one.values("case_state"), drift)
        # `Roofing materials: suspected cartel`: of most cases the market, of some the parties.
        title = one.title.partition(":")[0].strip()
        if found.type is None or not usable(title):
            drift.left_out(found.event if found.type is None else "case without a name")
            continue
        slug = one.path.removeprefix(CASES)
        firms = tuple(dict.fromkeys(_FIRM.findall(title[:_LONGEST])))
        names = tuple(map(Name, firms)) or (Name(title, strength="weak"),)
        for name in names:
            entry_id = slug if len(names) == 1 else f"{slug}.title.{derived_id(name.text)}"
            yield _entry(entry_id, list_id, name, found, closed, one.title, one.url)


def parties(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """The firms that a case's page says infringed. Raises UnreadableFile."""
    found = item(path)
    metadata = found["details"].get("metadata")
    if not isinstance(metadata, dict):
        raise UnreadableFile(f"{path.name}: is no case of the CMA", hint="Fetch it again.")
    for member in metadata.keys() - _METADATA:
        drift.unread("member", member)
    page = document(path)
    outcomes, states, closed_on = (
        values(metadata.get(key), f"{path.name}: {key}")
        for key in ("outcome_type", "case_state", "closed_date")
    )
    outcome = _outcome(outcomes, states, drift)
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
        yield _entry(entry_id, list_id, Name(firm), outcome, closed, sentence[:300], page.url)


def _outcome(outcomes: tuple[str, ...], states: tuple[str, ...], drift: Drift) -> _Outcome:
    """The weightiest of a case's outcomes."""
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


def _entry(
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
