"""A decision by somebody who says after which one, so that none is overruled unseen."""

from duediligence.casework.deciding import (
    Choice,
    DecisionOutcome,
    decide_alert,
    find,
    refuse_later,
)
from duediligence.casework.queue import rules_of, shown_to
from duediligence.errors import Invalid
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace


@use_case("decide", event="decision")
def decide_after(workspace: Workspace, id_: str, choice: Choice, after: int) -> DecisionOutcome:
    """Record a decision that follows the one in the position `after` (0: none), as the alert is
    shown to whoever decides: of a first decision that a blind second person is not shown, they need
    not know the position.

    That somebody decided meanwhile is said before anything else is checked. Raises as `decide`, and
    Invalid where no decision has that position.
    """
    alert = find(workspace, id_)
    if after == shown_to(alert, workspace.who, rules_of(workspace)).last_decision:
        after = alert.last_decision
    refuse_later(workspace, alert, after)
    if after != alert.last_decision:
        raise Invalid(
            f"Nobody has decided about alert {alert.label} yet",
            field="after",
            hint="Enter 0, the last_decision of the alert.",
        )
    return decide_alert(workspace, alert.id, choice, after=after)
