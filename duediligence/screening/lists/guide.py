"""Which files a person has to download for the lists in use, and how old they may be."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from duediligence.contracts import Feed, Watchlist
from duediligence.contracts.watchlists import by_part
from duediligence.fetch.feeds import resolve_feeds
from duediligence.fetch.snapshots import Snapshot, Snapshots
from duediligence.model import ListStatus
from duediligence.render.guide_page import GuideFile, GuideList
from duediligence.screening.access import use_case
from duediligence.screening.lists.refresh import usual_lists
from duediligence.screening.lists.statuses import newest_on, statuses
from duediligence.screening.workspace import Workspace


@use_case("read")
def guide(workspace: Workspace, ids: Iterable[str] = ()) -> list[GuideList]:
    """Return the lists in use, or those in `ids`, each with the files that are the easiest to
    bring.

    Raises NotFound for an unknown id, and StorageError.
    """
    chosen = [workspace.watchlist(one) for one in ids] or usual_lists(workspace, None)
    found = {one.list_id: one for one in statuses(workspace, [one.id for one in chosen])}
    kept = Snapshots(workspace.snapshots)
    return [_build_list_guide(workspace, one, found[one.id], kept.latest(one.id)) for one in chosen]


def for_a_person(watchlist: Watchlist, parts: Sequence[str] = ()) -> tuple[Feed, ...]:
    """Return the feed set that is the least work in a browser: files at addresses of their own,
    few.

    One whose pages name one another comes last; of two alike, the preferred one is taken.
    """

    def work(feeds: tuple[Feed, ...]) -> tuple[bool, bool, int]:
        needed = [feed for feed in feeds if not feed.optional]
        paged = any(feed.next_page or feed.post for feed in needed)
        several = sum(max(1, len(parts)) if "{part}" in feed.filename else 1 for feed in needed)
        return paged, not all(feed.direct for feed in needed), several

    return min(watchlist.feed_sets, key=work)


def _build_list_guide(
    workspace: Workspace, watchlist: Watchlist, status: ListStatus, latest: Snapshot | None
) -> GuideList:
    settings, now = workspace.settings, workspace.now()
    parts = settings.parts.get(watchlist.id, ())
    if watchlist.parts:
        parts = parts or watchlist.parts(now.date())
    chosen = for_a_person(watchlist, parts)
    feeds = [feed for feed in chosen if not feed.optional]
    found = resolve_feeds(feeds, parts, settings.addresses, now=now)
    files = tuple(_build_guide_file(feed, latest) for feed in found)
    days = settings.max_age_days.get(watchlist.id, watchlist.max_age.days)
    newest = newest_on(watchlist, status.version) if status.version else None
    own = watchlist.location is not None
    return GuideList(
        id=watchlist.id,
        title=watchlist.title,
        publisher=watchlist.publisher,
        page=watchlist.homepage,
        folder=str(watchlist.location) if own else watchlist.folder,
        files=files,
        others=tuple(_list_other_files(watchlist, chosen)),
        bring="" if all(file.address for file in files) else watchlist.bring,
        pages=any(feed.next_page or feed.post for feed in feeds) and not watchlist.bring,
        own=own,
        needs_parts=by_part(feeds) and not parts and not watchlist.bring,
        most_days=days,
        entries=watchlist.expect.entries,
        state=status.state,
        published=newest,
        too_old_on=_day_after(newest, days),
    )


def _day_after(newest: date | None, days: int) -> date | None:
    return newest + timedelta(days=days + 1) if newest else None


def _build_guide_file(feed: Feed, latest: Snapshot | None) -> GuideFile:
    held = (
        next((one for one in latest.files if one.filename == feed.filename), None)
        if latest
        else None
    )
    return GuideFile(
        save_as=feed.filename.replace("{part}", "PART").replace("{page}", "1").replace("*", ""),
        address=feed.url if feed.direct else "",
        weighs=held.size if held else feed.weighs,
        weighed_on=held.retrieved_at.date() if held else None,
    )


def _list_other_files(watchlist: Watchlist, chosen: Sequence[Feed]) -> Iterable[str]:
    """Yield the names of the other files that the list is read from, in the words of a person."""
    shown = {feed.filename for feed in chosen}
    for feeds in watchlist.feed_sets:
        needed = [feed for feed in feeds if not feed.optional]
        if any(feed.next_page or feed.post for feed in needed):
            continue
        names = [feed.filename.replace("{part}", "PART").replace("{page}", "1") for feed in needed]
        if not shown.issuperset(feed.filename for feed in needed):
            shown.update(feed.filename for feed in needed)
            yield " with ".join(names)
