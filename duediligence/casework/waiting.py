"""What waits for somebody, and what the last screening could not check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from duediligence.casework import queue
from duediligence.casework.queue import EventOutline
from duediligence.casework.queue_order import event_due
from duediligence.casework.showing import coverage, never_screened
from duediligence.model import SEVERITIES, Severity
from duediligence.screening.access import use_case
from duediligence.screening.lists.statuses import Remedy, remedies, statuses
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.runs import RunHeading


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many events need somebody, the alerts about one as one: by severity, the most severe
    first; and how many of them are the viewer's own, nobody's, or overdue, or wait for the viewer
    as the second person.

    Of `incomplete` of the `covered` suppliers something could not be checked, and further suppliers
    were `never_screened`. `gaps` say which
    lists are not current and what to do about them. `last_run` is the newest screening. Where
    `is_new`, nothing was loaded or imported yet.
    """

    by_severity: Mapping[Severity, int]
    mine: int
    unassigned: int
    overdue: int
    second: int
    incomplete: int
    covered: int
    never_screened: int
    gaps: Sequence[Remedy]
    last_run: RunHeading | None
    is_new: bool

    @property
    def total(self) -> int:
        return sum(self.by_severity.values())


@use_case("read")
def what_waits(workspace: Workspace) -> Waiting:
    """Return what an officer looks at first. Raises StorageError."""
    waiting = queue.list_waiting_events(workspace)
    counts = dict.fromkeys(reversed(SEVERITIES), 0)
    for event in waiting:
        counts[event.severity] += 1
    screened = workspace.screened.newest()
    incomplete, covered = coverage(workspace, screened)
    newest = workspace.runs.headings(most=1)
    unscreened = never_screened(workspace, screened)
    return Waiting(
        by_severity=counts,
        mine=sum(_is_event_owner(one, workspace.who) for one in waiting),
        unassigned=sum(_is_event_owner(one, "") for one in waiting),
        overdue=sum(_is_event_overdue(workspace, one) for one in waiting),
        second=len(queue.list_waiting_events(workspace, queue.Filters(second=True))),
        incomplete=incomplete,
        covered=covered,
        never_screened=unscreened,
        gaps=remedies(workspace, statuses(workspace)),
        last_run=newest[0] if newest else None,
        is_new=not (newest or covered or unscreened or workspace.lists.current()),
    )


def _is_event_owner(event: EventOutline, who: str) -> bool:
    """Return whether they answer for an alert of the event; nobody does where it is empty."""
    return any(one.owner == who for one in event.alerts)


def _is_event_overdue(workspace: Workspace, event: EventOutline) -> bool:
    due = event_due(workspace, event)
    return due is not None and due < workspace.now().date()
