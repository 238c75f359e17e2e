"""How the refresh of a list ended, in words."""

from pathlib import Path

from duediligence.cli.globals import note, say, warn
from duediligence.cli.hints import worded
from duediligence.contracts import Watchlist
from duediligence.model import DriftItem
from duediligence.screening.lists.handling import RESTRICTED
from duediligence.screening.lists.refresh import Refreshed
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count


def tell(ws: Workspace, one: Refreshed, *, named: bool, folder: Path | None) -> None:
    """Say how the refresh of one list ended; of those not in the `folder` given, nothing."""
    if one.result == "failed":
        assert one.error is not None
        kept = "nothing is loaded"
        if one.previous:
            kept = f"version {one.previous.version} stays in use, marked as out of date"
        warn(
            f"{one.list_id}: FAILED: {one.error.message.removeprefix(f'{one.list_id}: ')} ({kept})"
        )
        if one.error.hint:
            warn(f"    {worded(one.error.hint)}")
        if not one.previous and ws.watchlist(one.list_id).optional:
            note(
                "    Asked for and not loaded, it makes every run incomplete. To do without: "
                f"duediligence lists drop {one.list_id}"
            )
    elif one.result == "absent":
        if folder is not None:
            return
        watchlist = ws.watchlist(one.list_id)
        bring = f"bring {files_of(watchlist)} and use --from DIR"
        if watchlist.by_hand:
            bring = f"look at {watchlist.homepage}, then: duediligence lists confirm {one.list_id}"
        (warn if named else note)(
            f"{one.list_id}: "
            f"{one.error.message if one.error else f'no file is published: {bring}'}; "
            "left as it was"
        )
        if one.error and named:
            warn(f"    {worded(one.error.hint)}")
    else:
        assert one.version is not None
        before = ""
        if one.previous and one.previous.entries != one.version.entries:
            before = f", {one.previous.entries:,} before"
        say(
            f"{one.list_id}: {one.result}: {count(one.version.entries, 'entry', 'entries')}{before}"
            f", version {one.version.version}"
        )
        if one.version.accepted_loss and one.result == "loaded":
            entries, names = one.version.accepted_loss
            note(f"    accepted by you: {entries:,} entries and {names:,} names are gone")
        if one.error:
            warn(f"    read from the alternate file, because: {one.error.message}")
        if one.result == "loaded":
            own = ws.watchlist(one.list_id).location is not None
            _tell_drift(one.version.drift, own=own)


def _tell_drift(drift: tuple[DriftItem, ...], *, own: bool) -> None:
    """What of a list was left out or corrected, in words. What this version cannot
    use is counted, but shown of a register of one's `own`, whose description can be changed.
    """
    told = [item for item in drift if own or item.kind in ("note", "left out")]
    for item in told[:5]:
        note(f"    {aside(item)}")
    if unread := len(drift) - len(told[:5]):
        note(
            f"    {count(unread, 'detail')} of its entries could not be used (a birth date in "
            "words, say): duediligence lists status --json"
        )


def aside(item: DriftItem) -> str:
    """An item of a list's drift as it is shown: what was met but once needs no number."""
    if item.kind == "left out" and item.what == RESTRICTED:
        return f"{item.words()}, because the setting store_restricted is off"
    told = item.about if item.kind == "note" else f"{item.label}: {item.about}"
    return told if item.count == 1 else f"{told} ({item.count})"


def files_of(watchlist: Watchlist) -> str:
    """The files that a list needs, `*` where names differ: `SDN.CSV, ALT.CSV or SDN.XML`."""
    return " or ".join(
        ", ".join(
            feed.filename.replace("{part}", "*").replace("{page}", "*")
            for feed in feeds
            if not feed.optional
        )
        for feeds in watchlist.feed_sets
    )
