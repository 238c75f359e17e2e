"""Since when an alert is open again: the day from which its due date is counted."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby

from duediligence.model import Finding
from duediligence.model.alerts import Alert, Compared, Decision
from duediligence.render.wording import stronger_by_a_word
from duediligence.screening.alerts.carried_over import CarriedOver
from duediligence.screening.alerts.status import Rules, in_effect, select_alert_decisions, status
from duediligence.store.casework.screened import Seen
from duediligence.store.casework.unit_of_work import Casework
from duediligence.store.records import identity

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
