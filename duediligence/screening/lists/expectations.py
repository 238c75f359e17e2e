"""Whether what was read is what this list should look like, and what it lost since last time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from duediligence.contracts import Expect, Watchlist
from duediligence.errors import ExpectationFailed
from duediligence.model import ListEntry, ListVersion

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


def check_expectations(
    watchlist: Watchlist,
    entries: Sequence[ListEntry],
    published: date | None,
    previous: ListVersion | None,
    *,
    today: date,
    scale: float = 1.0,
) -> None:
    """Raise ExpectationFailed, with the figures, unless the entries are what the list expects.

    `scale` is the share of the publisher's size that this copy has: 1 but for invented samples.
    """
    expect = watchlist.expect.scaled(scale)
    _check_size(watchlist, expect, entries)
    _check_unique(watchlist, entries)
    for name, share in expect.filled.items():
        filled = sum(bool(getattr(entry, name)) for entry in entries)
        if entries and filled / len(entries) < share:
            raise ExpectationFailed(
                f"{watchlist.id}: {name} is filled in {filled / len(entries):.1%} of entries; at "
                f"least {share:.1%} is expected",
                hint="The publisher may have renamed a column or tag.",
            )
    _check_date(watchlist, published, previous, today)


def measure_loss(
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


def _check_size(watchlist: Watchlist, expect: Expect, entries: Sequence[ListEntry]) -> None:
    count = len(entries)
    least, most = expect.entries
    if not least <= count <= most:
        described = (
            " If it is right, change `expected` in the description, and add that again."
            if watchlist.reading
            else ""
        )
        raise ExpectationFailed(
            f"{watchlist.id}: {count:,} entries; between {least:,} and {most:,} are expected",
            hint=f"The file may be cut short or be another list. Fetch it again.{described}",
        )
    fewest, highest = expect.names
    average = sum(len(entry.names) for entry in entries) / count if count else fewest
    if not fewest <= average <= highest:
        raise ExpectationFailed(
            f"{watchlist.id}: {average:.2f} names an entry; {fewest:g} to {highest:g} are expected",
            hint="Other names may be missing, or stand where the list does not read them. Fetch "
            "the files again.",
        )


def _check_unique(watchlist: Watchlist, entries: Sequence[ListEntry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise ExpectationFailed(f"{watchlist.id}: entry {entry.id} appears twice")
        seen.add(entry.id)


def _check_date(
    watchlist: Watchlist, published: date | None, previous: ListVersion | None, today: date
) -> None:
    if published and (published - today).days > 1:
        raise ExpectationFailed(
            f"{watchlist.id}: dated {published.isoformat()}, which is in the future",
            hint="Check the clock of this machine.",
        )
    if published and previous and previous.published and published < previous.published:
        raise ExpectationFailed(
            f"{watchlist.id}: dated {published.isoformat()}, older than the version in use "
            f"({previous.published.isoformat()})",
            hint="Bring the newest file.",
        )
