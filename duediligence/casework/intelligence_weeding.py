"""Deletion of reports of partners and the community, and where a copy may still hold them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from duediligence.errors import StorageError
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.intelligence import WeededReport
from duediligence.store.database import UPGRADES
from duediligence.text.wording import count, listed
from duediligence.writing import unlink

RULE = "intelligence"


@dataclass(frozen=True, slots=True)
class Weeding:
    """What a weeding deleted, and what may still hold it.

    `numbers` are those of the reports. `backups` are the days and names of backups made while one
    of them was kept: they are encrypted, and go when newer ones replace them. `copies` counts the
    copies from before upgrades that were deleted with them. `log_empty` says that the write-ahead
    log holds nothing any more; where it does not, another program had the file open.
    """

    numbers: tuple[int, ...]
    backups: tuple[str, ...] = ()
    copies: int = 0
    log_empty: bool = True

    def lines(self) -> Iterator[str]:
        """The report of the weeding in words, without anything of what was deleted."""
        if not self.numbers:
            yield "No report was due to be deleted."
            return
        numbers = listed([str(one) for one in self.numbers])
        yield f"{count(len(self.numbers), 'intelligence report')} deleted, number {numbers}."
        if self.copies:
            yield (
                f"{count(self.copies, 'copy', 'copies')} of the database from before upgrades "
                "deleted with them."
            )
        if self.backups:
            yield f"Backups that may still hold them: {'; '.join(self.backups)}."
        else:
            yield "No backup that may still hold them is on record."
        if not self.log_empty:
            yield (
                "Another program has the database open: what was deleted may still be in its "
                "write-ahead log. Close other programs, and weed again."
            )


def due(workspace: Workspace, received_before: datetime) -> Sequence[WeededReport]:
    """Delete what is due, inside `RetentionStore.transaction`; `sweep` comes after it.

    Due are reports past their weeding date, ended ones, and those received before that moment.
    Raises StorageError.
    """
    now = workspace.now()
    return workspace.casework.intelligence.weed(now.date(), received_before.date(), RULE, now)


def sweep(workspace: Workspace, deleted: Sequence[WeededReport]) -> Weeding:
    """Delete what else in the home may hold the reports, and find what outside it may.

    To be called after the transaction. Raises StorageError, after which the deletion is recorded.
    """
    log_empty = workspace.casework.intelligence.log_is_empty()
    if not deleted:
        return Weeding((), log_empty=log_empty)
    first = min(one.added_at for one in deleted).astimezone(UTC)
    return Weeding(
        numbers=tuple(one.number for one in deleted),
        backups=tuple(_backups(workspace, first)),
        copies=_without_copies(workspace, first),
        log_empty=log_empty,
    )


def _backups(workspace: Workspace, since: datetime) -> Iterator[str]:
    for record in workspace.audit.records(kind="backup made"):
        at = record.event.at.astimezone(UTC)
        if at >= since:
            yield f"{at:%Y-%m-%d %H:%M} UTC, {record.event.what.get('file')}"


def _without_copies(workspace: Workspace, since: datetime) -> int:
    """Delete the copies from before upgrades that were made while a report was kept."""
    gone = 0
    for path in sorted((workspace.settings.home / UPGRADES).glob("*")):
        try:
            if path.stat().st_mtime >= since.timestamp():
                unlink(path)
                gone += 1
        except OSError as error:
            raise StorageError(
                f"{path}: cannot be deleted, and may hold deleted reports: {error.strerror}",
                hint="Delete it by hand.",
            ) from error
    return gone
