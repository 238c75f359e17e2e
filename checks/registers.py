"""What it means that a part of the registers was not read."""

from duediligence.contracts import CheckContext, check
from duediligence.model import Outcome, Unread
from duediligence.model.facts import NOTHING, count, say, word

MOST_IDS = 12


@check(
    id="REG-01",
    title="Part of the registers not read",
    topic="coverage",
    needs=Unread,
    severity="high",
    basis="What was not read was not checked, and is not a clear result",
)
def not_read(unread: Unread, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A register that is set up did not provide some data, so checks on the supplier were not made.

    The reason is given. Fix the problem and run the screening again, or check the register's
    website yourself. It says nothing against the supplier. What is out of scope is not reported
    here: it is stated once a run.
    """
    ids = unread.checks
    few = say(": {ids}", ids=word(", ".join(ids))) if len(ids) <= MOST_IDS else NOTHING
    stopped = say(" {checks} not made{few}.", checks=count(len(ids), "check"), few=few)
    return Outcome(
        "unknown",
        why=say(
            "Not read: {parts} ({reason}).{stopped}",
            parts=word(unread.title),
            reason=word(unread.reason.rstrip(".") or "no reason"),
            stopped=stopped if ids else NOTHING,
        ),
        next_step="Fix the problem and run the screening again, or check the register's website "
        "yourself.",
    )
