"""What a list lost since the version before, and how much may go at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from duediligence.contracts import Watchlist
from duediligence.errors import ExpectationFailed
from duediligence.model import ListEntry, ListVersion
from duediligence.screening.lists.statuses import newest_on
from duediligence.screening.workspace import Workspace

# The share of entries or names that may go while the publisher's date stays: a correction.
SAME_DATE_LOSS = 0.02
# After a long gap, more would let a list that was cut pass for an old one that was refreshed.
MOST_WEEKS = 4
MOST_LOSS = 0.5


@dataclass(frozen=True, slots=True)
class Loss:
    """What is gone since the version before.

    `entries` and `names` are numbers; `share` is the larger of the two shares (0.0 … 1.0),
    `allowed` the largest that may go at once, `weeks` the time between the two versions in weeks,
    0 where they have one date, or none that shows which is newer.
    """

    entries: int
    names: int
    share: float
    allowed: float
    weeks: int

    @property
    def too_much(self) -> bool:
        return self.share > self.allowed


def loss_since(
    workspace: Workspace,
    watchlist: Watchlist,
    previous: ListVersion,
    entries: list[ListEntry],
    version: ListVersion,
    *,
    same_code: bool,
) -> Loss:
    """What is gone since the version before; entries are compared where one code read both."""
    gone = 0
    if same_code:
        gone = _gone(workspace, watchlist, previous, entries)
    before, after = newest_on(watchlist, previous), newest_on(watchlist, version)
    if version.published and previous.published:
        before, after = previous.published, version.published
    days = max(0, (after - before).days) if before and after else 0
    if watchlist.reading:
        # A council's own file is newer than the one before, whatever its date.
        days = max(1, days)
    return _measure(watchlist, entries, previous, gone, days)


def _gone(
    workspace: Workspace, watchlist: Watchlist, previous: ListVersion, entries: list[ListEntry]
) -> int:
    """How many entries of the version before are no longer there."""
    ids = {entry.id for entry in entries}
    known = workspace.lists.ids(previous)
    if ids.isdisjoint(known):
        # Another file of the list, which knows its entries by something else: compare names.
        names = {name.text for entry in entries for name in entry.names}
        return sum(
            names.isdisjoint(name.text for name in entry.names)
            for entry in workspace.lists.entries(previous)
        )
    if watchlist.tracks_removals:
        known = frozenset(
            entry.id
            for entry in workspace.lists.entries(previous)
            if not (entry.record and entry.record.ended)
        )
    return len(known - ids)


def _measure(
    watchlist: Watchlist,
    entries: Sequence[ListEntry],
    previous: ListVersion,
    gone: int,
    days: int,
) -> Loss:
    """What is gone since `previous`: of its entries at least the number `gone`.

    `days` lie between the two versions: 0 where they have the same date, or none that shows which
    is newer.
    """
    names = sum(len(entry.names) for entry in entries)
    lost_entries = max(gone, previous.entries - len(entries), 0)
    lost_names = max(previous.names - names, 0)
    weeks = ceil(days / 7)
    allowed = min(MOST_LOSS, watchlist.expect.weekly_loss * min(weeks, MOST_WEEKS))
    return Loss(
        lost_entries,
        lost_names,
        max(
            lost_entries / max(previous.entries, 1),
            lost_names / max(previous.names, 1),
        ),
        max(allowed, SAME_DATE_LOSS) if weeks else SAME_DATE_LOSS,
        weeks,
    )


def refuse_loss(watchlist: Watchlist, loss: Loss, previous: ListVersion) -> None:
    """Raise ExpectationFailed where more is gone than may go at once."""
    if not loss.too_much:
        return
    within = "in a week" if loss.weeks == 1 else f"in {min(loss.weeks, MOST_WEEKS)} weeks"
    raise ExpectationFailed(
        f"{watchlist.id}: {loss.entries:,} of {previous.entries:,} entries and {loss.names:,} of "
        f"{previous.names:,} names are gone since version {previous.version}: {loss.share:.1%}, "
        f"and at most {loss.allowed:.1%} may go "
        + (within if loss.weeks else "while the publisher's date is the same or not known"),
        hint="The file may be cut short. Fetch it again, or compare it with "
        f"{watchlist.homepage or 'its source'}. If it is right: "
        f"`duediligence lists refresh {watchlist.id} --accept-shrink`, with the same --from.",
    )
