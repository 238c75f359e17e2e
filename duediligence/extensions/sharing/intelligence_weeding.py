"""Deletion of reports of partners and the community, and where a copy may still hold them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from duediligence.errors import StorageError
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.screening.workspace import Workspace
from duediligence.store.copies import delete_copy, list_copies
from duediligence.text.wording import count, listed

RULE = "intelligence"
# A copy may be made between the moment that the chain has and the end of its transaction.
_WHILE_DELETING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Weeding:
    """What a weeding deleted, and what may still hold that or what was deleted before.

    `numbers` are those of the reports. `backups` are the days and names of backups made while one
    of them, or of the last that were deleted, was kept: they are encrypted, and go when newer ones
    replace them. `copies` counts the copies in the home that were deleted with them.
    `log_empty` says that the write-ahead log holds nothing any more; where it does not, another
    program had the file open.
    """

    numbers: tuple[int, ...]
    backups: tuple[str, ...] = ()
    copies: int = 0
    log_empty: bool = True

    @property
    def anything(self) -> bool:
        """Return whether anything was deleted, or is still to be."""
        return bool(self.numbers or self.copies or not self.log_empty)

    def lines(self) -> Iterator[str]:
        """Yield the report of the weeding in words, without anything of what was deleted."""
        if self.numbers:
            numbers = listed([str(one) for one in self.numbers])
            yield f"{count(len(self.numbers), 'intelligence report')} deleted, number {numbers}."
        else:
            yield "No report was due to be deleted."
        if self.copies:
            yield (
                f"{count(self.copies, 'copy', 'copies')} of the database in the home "
                "deleted, which may have held deleted reports."
            )
        if self.backups:
            yield f"Backups that may still hold deleted reports: {'; '.join(self.backups)}."
        elif self.numbers:
            yield "No backup that may still hold them is on record."
        if not self.log_empty:
            yield (
                "Another program has the database open: what was deleted may still be in its "
                "write-ahead log. Close other programs, and weed again."
            )


def delete_due_reports(workspace: Workspace, received_before: datetime) -> tuple[int, ...]:
    """Delete what is due, inside `RetentionStore.transaction`; `sweep_report_copies` comes after
    it.

    Returns the numbers of the reports. Due are those past their weeding date, ended ones, and those
    received before that moment. Raises StorageError.
    """
    now = workspace.now()
    return workspace.casework.repository(IntelligenceStore).weed(
        now.date(), received_before.date(), RULE, now
    )


def sweep_report_copies(workspace: Workspace, deleted: tuple[int, ...]) -> Weeding:
    """Delete what else in the home may hold deleted reports, and find what outside it may.

    To be called after the transaction, also where it deleted nothing: a weeding may have been
    stopped after its reports were deleted, or another program may have held the file open. Raises
    StorageError, after which the deletion is recorded.
    """
    kept = list(_list_held_periods(workspace))
    if not kept:
        return Weeding(())
    last = max(until for _, until in kept)
    since = min(start for start, until in kept if until == last)
    return Weeding(
        numbers=deleted,
        backups=tuple(_list_backups_between(workspace, since, last)),
        copies=_without_copies(workspace, kept),
        log_empty=workspace.casework.repository(IntelligenceStore).log_is_empty(),
    )


# From when until when a report that was deleted was kept.
Kept = tuple[datetime, datetime]


def _list_held_periods(workspace: Workspace) -> Iterator[Kept]:
    """Of every report that was ever deleted, by the audit chain."""
    added = {
        record.event.subject: record.event.at.astimezone(UTC)
        for record in workspace.audit.records(kind="intelligence")
        if record.event.what.get("act") == "added"
    }
    for record in workspace.audit.records(kind="retention"):
        numbers = record.event.what.get("numbers")
        if record.event.subject == RULE and isinstance(numbers, tuple):
            for number in numbers:
                until = record.event.at.astimezone(UTC)
                yield added.get(number, until), until


def _list_backups_between(workspace: Workspace, since: datetime, until: datetime) -> Iterator[str]:
    for record in workspace.audit.records(kind="backup made"):
        at = record.event.at.astimezone(UTC)
        if since <= at <= until:
            yield f"{at:%Y-%m-%d %H:%M} UTC, {record.event.what.get('file')}"


def _without_copies(workspace: Workspace, kept: Sequence[Kept]) -> int:
    """Delete the copies that were made while a deleted report was kept."""
    gone = 0
    for copy in list_copies(workspace.settings.home):
        try:
            if copy.why != "removal" and any(
                since <= copy.at <= until + _WHILE_DELETING for since, until in kept
            ):
                delete_copy(copy)
                gone += 1
        except OSError as error:
            raise StorageError(
                f"{copy.path}: cannot be deleted, and may hold deleted reports: {error.strerror}",
                hint="Delete it by hand.",
            ) from error
    return gone
