"""The status of an alert: what its decisions, what is compared now and the day make of it.

And since when it is open again: the day from which its due date is counted.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby, takewhile

from duediligence.model import Finding
from duediligence.model.alerts import (
    Alert,
    AlertStatus,
    Compared,
    Decision,
    JoinedLine,
    Reopened,
    State,
)
from duediligence.model.findings import Severity
from duediligence.render.wording import stronger_by_a_word
from duediligence.screening.alerts.carried_over import CarriedOver
from duediligence.settings.identities import Identities
from duediligence.store.casework.screened import Seen
from duediligence.store.casework.unit_of_work import Casework
from duediligence.store.records import identity
from duediligence.text.dates import months_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How decisions count: for how many months, and at which severities two people must agree.

    `blind_second`: the second person is not shown what the first one decided. `identities` say
    which of those who decided are one person.
    """

    decision_months: int = 12
    second_decision: tuple[Severity, ...] = ("critical",)
    blind_second: bool = False
    identities: Identities = field(default_factory=Identities)


_NONE: Mapping[int, tuple[float, float]] = {}


def status(
    decisions: Iterable[Decision],
    party_sha256: str,
    entry_sha256: str,
    today: date,
    rules: Rules,
    *,
    severity: Severity,
    joined: Sequence[JoinedLine] = (),
    weaker: Mapping[int, tuple[float, float]] = _NONE,
) -> AlertStatus:
    """Return where an alert stands whose decisions these are, in any order.

    Only decisions about exactly what is compared now count, and only those since the last one
    about anything else: what was decided of an older state of things never comes back by itself.
    That is so of each of the alerts that were `joined` by itself. Where what they were decided as
    differs, and nobody decided since they were joined, nothing is sure. So it is also of what was
    joined before to one that was joined.

    `weaker` are, by position, the scores then and now of decisions made when the match was weaker
    by a word: they count no longer.
    """
    every = _sort_decisions(decisions)
    history = select_alert_decisions(in_effect(every), party_sha256, entry_sha256, joined)
    if not history:
        undone = select_alert_decisions(every, party_sha256, entry_sha256, joined)
        return AlertStatus(reopened=Reopened(undone_on=undone[-1].at.date()) if undone else None)
    compared = (party_sha256, entry_sha256)
    lines = _counting(_apart(history, joined), joined, compared, weaker)
    counting = _sort_decisions(one for line in lines for one in line)
    if not counting:
        return AlertStatus(reopened=_what_changed(history[-1], party_sha256, entry_sha256, weaker))
    last = _sort_decisions(line[-1] for line in lines)
    if len({one.decided for one in last}) > 1:
        return _unless_expired(_build_decided_status(tuple(last), rules), today)
    if severity not in rules.second_decision:
        return _unless_expired(_build_decided_status((counting[-1],), rules), today)
    return _two_people(counting, today, rules)


def select_alert_decisions(
    decisions: Iterable[Decision],
    party_sha256: str,
    entry_sha256: str,
    joined: Sequence[JoinedLine],
) -> list[Decision]:
    """Return the decisions that an alert has, oldest first: its own, those of alerts that were
    merged with it, and of those of an alert that it was split from what is about exactly the same;
    each with the one that takes it back, if any does.
    """
    every, compared = _sort_decisions(decisions), (party_sha256, entry_sha256)
    if not joined:
        return every
    apart = _apart(every, joined)
    effective = _apart(in_effect(every), joined)
    recorded = _apart((one for one in every if one.decided != "withdrawn"), joined)
    had = {one.position for one in apart[0]}
    for place, line in enumerate(joined, 1):
        if line.merged:
            had |= {one.position for one in apart[place]}
        elif not line.under or joined[line.under - 1].merged:
            # What was taken back since is told of, unless something else counts.
            lines = _counting(effective, joined, compared, (), place)
            lines = lines or _counting(recorded, joined, compared, (), place)
            had |= {one.position for each in lines for one in each}
    return [
        one
        for one in every
        if one.position in had or (one.decided == "withdrawn" and one.withdraws in had)
    ]


def _apart(history: Iterable[Decision], joined: Sequence[JoinedLine]) -> list[list[Decision]]:
    """Return the decisions about the alert itself, then those of each line as far as it goes."""
    found: list[list[Decision]] = [[] for _ in (None, *joined)]
    places: dict[str, list[int]] = {}
    for place, line in enumerate(joined, 1):
        for id_ in line.ids:
            places.setdefault(id_, []).append(place)
    for decision in history:
        for place in places.get(decision.alert_id, (0,)):
            within = joined[place - 1 : place]
            if all(line.merged or decision.position <= line.until for line in within):
                found[place].append(decision)
    return found


def _counting(
    apart: Sequence[Sequence[Decision]],
    joined: Sequence[JoinedLine],
    compared: tuple[str, str],
    weaker: Container[int],
    place: int = 0,
) -> list[list[Decision]]:
    """Return what counts of a line and of those joined to it: together where somebody decided
    since.
    """
    last, own = 0, _select_current_decisions(apart[place], compared, weaker)
    lines: list[list[Decision]] = []
    for at, line in enumerate(joined, 1):
        if line.under == place:
            last = max(last, line.until if line.since is None else line.since)
            lines += _counting(apart, joined, compared, weaker, at)
    last = max([last, *(line[-1].position for line in lines)])
    if apart[place] and apart[place][-1].position > last:
        return [_sort_decisions(one for line in (own, *lines) for one in line)] if own else []
    return [own, *lines] if own else lines


def _select_current_decisions(
    history: Sequence[Decision], compared: tuple[str, str], weaker: Container[int] = ()
) -> list[Decision]:
    """Return those about exactly this and no weaker match, since the last about anything else."""
    last = takewhile(
        lambda d: (d.party_sha256, d.entry_sha256) == compared and d.position not in weaker,
        reversed(history),
    )
    return list(last)[::-1]


def _sort_decisions(decisions: Iterable[Decision]) -> list[Decision]:
    """Return each decision once, the oldest first."""
    return [one for _, one in sorted({one.position: one for one in decisions}.items())]


def in_effect(history: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return the decisions of one alert that nobody took back, in the order that they are given
    in.
    """
    every = tuple(history)
    withdrawn = {one.withdraws for one in every if one.decided == "withdrawn"}
    return tuple(
        one for one in every if one.decided != "withdrawn" and one.position not in withdrawn
    )


def _two_people(counting: Sequence[Decision], today: date, rules: Rules) -> AlertStatus:
    """Return the status where the first decision waits until another person has decided, too."""
    settled = AlertStatus()
    first: Decision | None = None
    for decision in counting:
        if first is not None and expires(first, rules) <= decision.at.date():
            first = None
        if first is not None and not rules.identities.same(first.by, decision.by):
            settled, first = _build_decided_status((first, decision), rules), None
        elif decision.decided == "not sure":
            settled, first = _build_decided_status((decision,), rules), None
        else:
            first = decision
    settled = _unless_expired(settled, today)
    if first is None:
        return settled
    if expires(first, rules) <= today:
        ended = Reopened(expired_on=expires(first, rules))
        return replace(settled, reopened=settled.reopened or ended)
    return AlertStatus(
        state="awaiting second decision",
        decisions=(first,),
        before=settled.state,
        expires=expires(first, rules),
    )


def _build_decided_status(decisions: tuple[Decision, ...], rules: Rules) -> AlertStatus:
    """Return what one or two people decided; where two disagree, nothing is sure."""
    agreed = len({decision.decided for decision in decisions}) == 1
    decided = decisions[-1].decided
    assert decided != "withdrawn"
    state: State = decided if agreed else "not sure"
    return AlertStatus(
        state=state, decisions=decisions, before=state, expires=expires(decisions[-1], rules)
    )


def _unless_expired(settled: AlertStatus, today: date) -> AlertStatus:
    if settled.expires is None or settled.expires > today:
        return settled
    return AlertStatus(reopened=Reopened(expired_on=settled.expires))


def _what_changed(
    last: Decision,
    party_sha256: str,
    entry_sha256: str,
    weaker: Mapping[int, tuple[float, float]],
) -> Reopened:
    return Reopened(
        stronger=weaker.get(last.position),
        entry_changed=last.entry_sha256 != entry_sha256,
        party_changed=last.party_sha256 != party_sha256,
    )


def expires(decision: Decision, rules: Rules) -> date:
    """Return the day from which a decision no longer counts."""
    return months_after(decision.at.date(), rules.decision_months)


# What stands behind the findings of one alert in a run: findings, run, hash of the entry.
Evidence = Callable[[Sequence[Finding], str, str], Compared]


def find_reopening_day(
    casework: Casework,
    alert: Alert,
    carried: CarriedOver,
    rules: Rules,
    evidence: Evidence,
) -> date | None:
    """Return the day since which it is open again though somebody decided, leaving aside that
    decisions expire; None where it is not.

    What changed since the decision was found by some run: by the first of those that found what is
    there now, without a run between that found anything else.
    """
    compared = alert.party_sha256, alert.entry_sha256
    decisions = select_alert_decisions(carried.decisions, *compared, alert.joined)
    where = status(
        decisions,
        *compared,
        date.min,
        rules,
        severity=carried.severity,
        joined=alert.joined,
        weaker=carried.weaker,
    )
    if where.reopened is None:
        return None
    if where.reopened.undone_on:
        return where.reopened.undone_on
    since = alert.last_seen
    contents = casework.screened.contents_of(alert.first.supplier_ref)
    ours: dict[str, str] = {}
    last = in_effect(decisions)[-1]
    then, _ = carried.weaker.get(last.position, (None, None))
    for seen in _list_alert_runs(casework, alert, last):
        one = seen[0]
        if one.entry_sha256 != alert.entry_sha256:
            break
        score = max((each.finding.score or 0.0 for each in seen), default=None)
        if then is not None and not stronger_by_a_word(score, then):
            break
        # Of a possible match our side follows from the supplier, which most runs find unchanged.
        content = contents.get(one.run_id, "") if alert.matched else ""
        party = ours.get(content, "")
        if not party:
            findings = [each.finding for each in seen]
            party = identity(evidence(findings, one.run_id, one.entry_sha256))
            ours |= {content: party} if content else {}
        if party != alert.party_sha256:
            break
        since = one.at
    return since.date()


def _list_alert_runs(casework: Casework, alert: Alert, last: Decision) -> Iterator[list[Seen]]:
    """Yield what each run since a decision found of the alert, the newest run first."""
    ids = {alert.id, *casework.alerts.earlier_ids(alert.id)}
    found = casework.screened.found_since(alert.first.key, last.at)
    for _, seen in groupby(reversed(found), lambda one: one.run_id):
        if some := [one for one in seen if one.alert_id in ids][::-1]:
            yield some
