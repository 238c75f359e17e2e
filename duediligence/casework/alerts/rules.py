"""What may be decided about an alert, and who is shown what was."""

from dataclasses import replace

from duediligence.model.casework.alerts import DECIDED, Alert, Decided, State
from duediligence.screening.alerts.status import Rules
from duediligence.text.names import same_text


def legal(state: State, *, matched: bool) -> tuple[Decided, ...]:
    """What may be decided in a state (`AlertStatus.before`, while a second decision is awaited).

    Whether two parties are the same is asked of possible matches only; such a match is mitigated
    only once somebody said that it is the same party, for another's risk needs no answer.
    """
    if not matched:
        return ("not sure", "confirmed risk", "mitigated")
    if state in ("open", "not the same", "not sure"):
        return tuple(each for each in DECIDED if each != "mitigated")
    return DECIDED


def shown_to(alert: Alert, viewer: str, rules: Rules) -> Alert:
    """The alert as this person may see it: without a first decision that waits for theirs, where
    the second one is blind. Nothing of it is for a report, whoever reads that (viewer "").
    """
    if not rules.blind_second or alert.status.state != "awaiting second decision":
        return alert
    first = alert.status.decisions[0].by
    if same_text(first, viewer):
        return alert
    kept = list(alert.history)
    while kept and same_text(kept[-1].by, first):
        kept.pop()
    return replace(
        alert, history=tuple(kept), status=replace(alert.status, decisions=(), expires=None)
    )
