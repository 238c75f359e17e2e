"""A finding with what became of it: the one row that every export is made of."""

from dataclasses import dataclass
from datetime import datetime

from duediligence.model import Finding, Kind
from duediligence.reports import rows

_ADDED = ("status", "decided_by", "decided_at", "reason", "last_seen", "change")
# The columns of a table: their names and order are a promise to whoever reads it.
COLUMNS = (*rows.COLUMNS, *_ADDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A finding as it may be told, and where it stands. Times are UTC.

    `status` is the state of its alert, or `not checked`; empty where neither is. `reason` holds
    the codes of the decision, `change` what is new against the supplier's run before.
    `list_title`, `list_topic` and `entry_kind` are those of the list and of the entry it is about.
    """

    finding: Finding
    status: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    last_seen: datetime | None = None
    change: str = ""
    list_title: str = ""
    list_topic: str = ""
    entry_kind: Kind = "unknown"


def cells(one: Exported) -> tuple[str, ...]:
    """The row as text, by COLUMNS."""
    added = (rows.cell(getattr(one, column)) for column in _ADDED)
    return (*rows.row(one.finding).values(), *added)
