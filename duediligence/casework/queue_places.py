"""Places in the queue of alerts: from one it is read on, though decisions are made meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from duediligence.casework.queue import EventOutline
from duediligence.casework.queue_order import Sort, event_due
from duediligence.errors import Conflict
from duediligence.screening.workspace import Workspace


class QueueMoved(Conflict):
    """The place from which the queue was to be read on is no longer where it was."""

    code = "queue-moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlace:
    """The place after an event: its first alert, and what its place in an order depends on that can
    change: the newest run of its supplier, and when it is due.
    """

    alert: str
    run: str
    due: date | None = None


def place_of(workspace: Workspace, event: EventOutline, newest: Mapping[str, str]) -> QueuePlace:
    """Return the place after the event. `newest` has the newest run of each supplier."""
    return QueuePlace(
        alert=event.lead.id,
        run=newest.get(event.lead.supplier_ref, ""),
        due=event_due(workspace, event),
    )


def place_within(
    workspace: Workspace,
    events: Sequence[EventOutline],
    place: QueuePlace,
    newest: Mapping[str, str],
    sort: Sort,
) -> int:
    """Return how many of the events, which are in the order `sort`, come before the place. Raises
    QueueMoved where that is not known: nothing may be passed over in silence.
    """
    for at, event in enumerate(events, start=1):
        if any(one.id == place.alert for one in event.alerts):
            now = place_of(workspace, event, newest)
            if now.run == place.run and (sort != "due" or now.due == place.due):
                return at
            break
    raise QueueMoved(
        "The queue changed where you were in it",
        hint="Begin again with its first page, so that nothing is passed over.",
    )
