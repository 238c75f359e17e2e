"""The orders in which the queue of alerts can be listed."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal, get_args

from duediligence.casework.due_dates import due_on
from duediligence.casework.queue import EventOutline
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
) -> list[EventOutline]:
    """Return the events in this order, from its other end if `backwards`; those alike in it stay in
    the order in which they are given. Those without a value to sort by are last either way, and so
    is, unless `restricted`, what is withheld where its place would tell what is not shown of it.

    Raises StorageError.
    """
    if sort == "severity" and not backwards:
        return list(events)
    value = _choose_sort_value(workspace, sort)
    withheld = sort in _TELLING and not restricted
    first: list[tuple[float | str, EventOutline]] = []
    last: list[EventOutline] = []
    for event in events:
        known = None if withheld and event.lead.restricted else value(event)
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
            return lambda event: -SEVERITIES.index(event.lead.severity)
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
