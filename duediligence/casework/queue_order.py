"""The orders in which the queue of alerts can be listed, and places in it: from one it is read on,
though decisions are made meanwhile.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from duediligence.casework.queue import EventOutline, due_on
from duediligence.errors import Conflict
from duediligence.model import SEVERITIES
from duediligence.screening.workspace import Workspace

Sort = Literal["severity", "due", "newest", "supplier", "score"]

"""The most severe first, the earliest due date, what was first seen last, the names of suppliers
from A to Z, or the highest score."""
SORTS: tuple[Sort, ...] = get_args(Sort)

# These are by what is not shown of an alert that is withheld.
_TELLING = ("newest", "score")


def event_due(workspace: Workspace, event: EventOutline) -> date | None:
    """Return the earliest day on which an alert of the event is due; None where none is."""
    days = (due_on(workspace.settings, one.severity, one.opened, one.state) for one in event.alerts)
    return min(filter(None, days), default=None)


def in_order(
    workspace: Workspace,
    events: Sequence[EventOutline],
    sort: Sort,
    *,
    backwards: bool,
    restricted: bool,
    hidden: Collection[str] = (),
) -> list[EventOutline]:
    """Return the events in this order, from its other end if `backwards`; those alike in it stay in
    the order in which they are given. Those without a value to sort by are last either way, and so
    is, unless `restricted`, what is withheld where its place would tell what is not shown of it.
    Those of the checks `hidden` have no place but by supplier.

    Raises StorageError.
    """
    if sort == "severity" and not backwards:
        return sorted(events, key=lambda event: event.lead.check_id in hidden)
    value = _choose_sort_value(workspace, sort)
    withheld = sort in _TELLING and not restricted
    first: list[tuple[float | str, EventOutline]] = []
    last: list[EventOutline] = []
    for event in events:
        hides = sort != "supplier" and event.lead.check_id in hidden
        known = None if hides or (withheld and event.lead.restricted) else value(event)
        if known is None:
            last.append(event)
        else:
            first.append((known, event))
    first.sort(key=lambda one: one[0], reverse=backwards)
    return [*(event for _, event in first), *last]


def _choose_sort_value(
    workspace: Workspace, sort: Sort
) -> Callable[[EventOutline], float | str | None]:
    match sort:
        case "severity":
            return lambda event: -SEVERITIES.index(event.severity)
        case "due":
            return lambda event: day.toordinal() if (day := event_due(workspace, event)) else None
        case "newest":
            return lambda event: -event.lead.first_seen or None
        case "score":
            return lambda event: -event.lead.score or None
        case "supplier":
            names = workspace.suppliers.names()

            def name(event: EventOutline) -> str:
                # Those looked up in passing are in no list of suppliers.
                ref = event.lead.supplier_ref
                return names.get(ref, event.lead.supplier_name or ref).casefold()

            return name


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
