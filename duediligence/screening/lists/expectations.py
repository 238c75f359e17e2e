"""Whether what was read is what this list should look like."""

from collections.abc import Sequence
from datetime import date

from duediligence.contracts import Watchlist
from duediligence.errors import ExpectationFailed
from duediligence.model import ListEntry, ListVersion


def meet(
    watchlist: Watchlist,
    entries: Sequence[ListEntry],
    published: date | None,
    previous: ListVersion | None,
    *,
    today: date,
    sample: bool = False,
) -> None:
    """Raise ExpectationFailed, with the figures, unless the entries are what the list expects.

    `sample` leaves out the smallest and largest number, for a made-up list of a dozen.
    """
    count = len(entries)
    least, most = watchlist.expect.entries
    if not sample and not least <= count <= most:
        described = (
            " If it is right, change `expected` in the description, and add that again."
            if watchlist.reading
            else ""
        )
        raise ExpectationFailed(
            f"{watchlist.id}: {count:,} entries; between {least:,} and {most:,} are expected",
            hint=f"The file may be cut short or be another list. Fetch it again.{described}",
        )
    _unique(watchlist, entries)
    if previous:
        drop = 1 - count / previous.entries if previous.entries else 0.0
        if drop > watchlist.expect.max_drop:
            raise ExpectationFailed(
                f"{watchlist.id}: {count:,} entries where version {previous.version} had "
                f"{previous.entries:,}: {drop:.0%} fewer, and {watchlist.expect.max_drop:.0%} is "
                "the most allowed",
                hint="The file may be cut short. Fetch it again, or compare with the publisher. If "
                f"it is right: `duediligence lists drop {watchlist.id}`, then refresh it again.",
            )
    for name, share in watchlist.expect.filled.items():
        filled = sum(bool(getattr(entry, name)) for entry in entries)
        if count and filled / count < share:
            raise ExpectationFailed(
                f"{watchlist.id}: {name} is filled in {filled / count:.1%} of entries; at least "
                f"{share:.1%} is expected",
                hint="The publisher may have renamed a column or tag.",
            )
    _dated(watchlist, published, previous, today)


def _unique(watchlist: Watchlist, entries: Sequence[ListEntry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise ExpectationFailed(f"{watchlist.id}: entry {entry.id} appears twice")
        seen.add(entry.id)


def _dated(
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
