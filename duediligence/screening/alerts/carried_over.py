"""Decisions of earlier screenings, read beside what is compared now.

A decision is about facts: names, birth dates, numbers, addresses, and what the publisher says. How
a newer version of the program stores those facts, which kind of party it takes a name for, and to
what score it adds them up changes no decision, unless the match is stronger by a word. A match is
not stronger for a birth date that speaks against it no more, because it is not proven.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Protocol, get_args

from duediligence.model import SEVERITIES, Finding
from duediligence.model.alerts import Alert, Compared, Decision
from duediligence.model.findings import Result, Severity
from duediligence.render.wording import stronger_by_a_word
from duediligence.screening.alerts.earlier_form import in_words
from duediligence.store.casework.unit_of_work import Casework
from duediligence.store.records import identity

# How what is compared begins for each finding: see `gather_compared`.
_JUDGED: Mapping[str, str] = {
    f"{result}, {severity}": result for result, severity in product(get_args(Result), SEVERITIES)
}


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """Decisions about one alert as they count now, oldest first, and as if at which severity.

    That is the severity of then where it changed only because a birth date is not proven, or this
    version judges otherwise. They have the hashes of now where what was compared is the same.
    `weaker` are, by position, the scores then and now of those made when the match was weaker by a
    word.
    """

    severity: Severity
    decisions: tuple[Decision, ...] = ()
    weaker: Mapping[int, tuple[float, float]] = field(default_factory=dict)


class RunVersions(Protocol):
    """By which versions of the program a run matched and judged, empty where that is not known."""

    def matcher_of(self, run_id: str) -> str: ...
    def judgement_of(self, run_id: str) -> str: ...


def carried_over(
    casework: Casework, versions: RunVersions, alert: Alert, history: Sequence[Decision]
) -> CarriedOver:
    """Return how these decisions count for an alert as it stands. Raises StorageError."""
    matcher_of = versions.matcher_of
    severity = alert.severity
    if not history:
        return CarriedOver(severity)
    as_then = _lacks_birth_date(alert) or _is_judged_as_first(
        casework, versions, history[-1], alert
    )
    if as_then and (decided := _found_then(casework, history[-1], alert)):
        severity = max((one.severity for one in decided), key=SEVERITIES.index)
    now = matcher_of(alert.first.run_id)
    decisions = []
    weaker: dict[int, tuple[float, float]] = {}
    for one in history:
        # The score of a pair follows from its facts and the matcher alone.
        by_another = alert.matched and matcher_of(one.run_id) not in ("", now)
        judged = _is_judged_as_first(casework, versions, one, alert)
        current = _as_now(casework, one, alert, by_another=by_another, judged=judged)
        decisions.append(current)
        if by_another and _read_decision_hashes(current) == (
            alert.party_sha256,
            alert.entry_sha256,
        ):
            scores = [each.score or 0.0 for each in _found_then(casework, one, alert)]
            then, score = max(scores, default=None), alert.first.score
            if not _lacks_birth_date(alert) and stronger_by_a_word(score, then):
                weaker[one.position] = (then or 0.0, score or 0.0)
    return CarriedOver(severity, tuple(decisions), weaker)


def _lacks_birth_date(alert: Alert) -> bool:
    return any(
        (one.name, one.verdict) == ("birth date", "not known") for one in alert.first.features
    )


def same_facts(one: Compared, other: Compared) -> bool:
    """Return whether both compare the same, whichever kinds of party their names were taken for."""
    return _derive_identities(_without_kinds(one)) == _derive_identities(_without_kinds(other))


def _is_judged_as_first(
    casework: Casework, versions: RunVersions, decision: Decision, alert: Alert
) -> bool:
    """Return whether the alert was decided as another version judged it, and its severity now is
    that of the first run that judged as this one does: then the version alone may have changed it.
    """
    now = versions.judgement_of(alert.first.run_id)
    if versions.judgement_of(decision.run_id) == now:
        return False
    ids = {decision.alert_id, alert.id, *casework.alerts.earlier_ids(alert.id)}
    first = ""
    severities: list[Severity] = []
    for seen in casework.screened.found_since(alert.first.key, decision.at):
        if seen.alert_id in ids and versions.judgement_of(seen.run_id) == now:
            first = first or seen.run_id
            if seen.run_id == first:
                severities.append(seen.finding.severity)
    return not severities or max(severities, key=SEVERITIES.index) == alert.severity


def _as_now(
    casework: Casework, decision: Decision, alert: Alert, *, by_another: bool, judged: bool
) -> Decision:
    """Return the decision with the hashes of now where what was compared is the same, though a
    newer version of this program writes, and so hashes, it otherwise.
    """
    if _read_decision_hashes(decision) == (alert.party_sha256, alert.entry_sha256):
        return decision
    before = casework.decisions.compared(decision)
    if before is None:
        return decision
    now = alert.compared
    # An earlier version kept in words what it compared.
    same = _derive_identities(before) in (
        _derive_identities(now),
        _derive_identities(in_words(now)),
    )
    if judged and not same:
        same = _derive_identities(_without_severity(before)) in (
            _derive_identities(_without_severity(now)),
            _derive_identities(_without_severity(in_words(now))),
        )
    if not same and not (by_another and same_facts(before, now)):
        return decision
    return replace(decision, party_sha256=alert.party_sha256, entry_sha256=alert.entry_sha256)


def _read_decision_hashes(decision: Decision) -> tuple[str, str]:
    return decision.party_sha256, decision.entry_sha256


def _derive_identities(both: Compared) -> tuple[str, str]:
    """Return what a decision is bound to: the identities of both sides."""
    return identity(both), identity(both.entry) if both.entry else ""


def _without_severity(both: Compared) -> Compared:
    """Return what is compared without how severe it is judged to be."""
    return replace(
        both, facts=tuple(dict.fromkeys(_JUDGED.get(str(one), one) for one in both.facts))
    )


def _without_kinds(both: Compared) -> Compared:
    parties = dict.fromkeys(replace(one, kind="unknown") for one in both.parties)
    return replace(both, parties=tuple(sorted(parties, key=repr)))


def _found_then(casework: Casework, decision: Decision, alert: Alert) -> list[Finding]:
    """Return what was decided as the run had it; empty where that is no longer kept."""
    ids = {decision.alert_id, alert.id, *casework.alerts.earlier_ids(alert.id)}
    refs = {alert.first.supplier_ref, alert.supplier_ref, *(line.ref for line in alert.joined)}
    seen = casework.screened.raised(decision.run_id, refs, alert.first.check_id)
    return [one.finding for one in seen if one.alert_id in ids]
