"""Copies in the home and backups elsewhere: which there are, and what removed records they hold."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from duediligence.errors import StorageError
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.store.copies import Copy, Why, list_copies, list_removals
from duediligence.text.dates import long_date
from duediligence.text.wording import count, listed
from duediligence.writing import storing

_MOST = 10
WHY: Final[Mapping[Why, str]] = {
    "daily": "daily",
    "upgrade": "before an upgrade",
    "import": "before an import",
    "removal": "after records were removed",
    "replaced": "before another copy was brought back",
}


@dataclass(frozen=True, slots=True)
class KeptCopies:
    """The copies in the home and the backups on record, each with its time (UTC), newest first.

    `removed` is when records were last removed; None for never. `damage` says why backups cannot
    be listed; empty otherwise.
    """

    copies: tuple[Copy, ...]
    backups: tuple[tuple[datetime, str], ...]
    removed: datetime | None
    damage: str = ""

    @property
    def remark(self) -> str:
        """Return which copies may still hold removed records, in words; empty for none."""
        removed = self.removed
        if not removed:
            return ""
        copies = sum(one.at < removed for one in self.copies)
        backups = [f"{long_date(at)}, {file}" for at, file in self.backups if at < removed]
        parts = [count(copies, "copy", "copies") + " in the home, for a week"] if copies else []
        parts += [f"backups made elsewhere ({listed(backups, _MOST)})"] if backups else []
        held = f" What was removed may still be in {listed(parts)}." if parts else ""
        return f"Records were last removed on {long_date(removed)}: history is shorter.{held}"


@use_case("read")
def list_kept_copies(workspace: Workspace) -> KeptCopies:
    """Return what copies and backups there are, also where casework.db cannot be read.

    Raises StorageError.
    """
    home = workspace.settings.home
    backups: list[tuple[datetime, str]] = []
    damage = "casework.db cannot be read"
    with suppress(StorageError):
        for record in workspace.audit.records(kind="backup made"):
            backups.append((record.event.at, str(record.event.what.get("file"))))
        damage = ""
    with storing(home):
        removed = max((one.at for one in list_removals(home)), default=None)
        return KeptCopies(tuple(list_copies(home)), tuple(reversed(backups)), removed, damage)
