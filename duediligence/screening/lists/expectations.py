"""Whether what was read is what this list should look like."""

from collections.abc import Sequence
from datetime import date

from duediligence.contracts import Expect, Watchlist
from duediligence.errors import ExpectationFailed
from duediligence.model import ListEntry, ListVersion


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
