"""A flag with what became of it: the one row that every export is made of."""

from dataclasses import dataclass
from datetime import datetime

from duediligence.model import Kind
from duediligence.reports.rows import Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported(Flag):
    """A flag, and where it stands. Times are UTC.

    `reason` holds the codes of the decision, `change` what is new against the supplier's run
    before. `list_topic` and `entry_kind` are those of the list and of the entry it is about.
    """

    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    last_seen: datetime | None = None
    change: str = ""
    list_topic: str = ""
    entry_kind: Kind = "unknown"
