"""The files of a list from its publisher's server."""

from datetime import UTC, datetime

from duediligence.contracts import Feed, Watchlist
from duediligence.errors import FetchFailed, Hint, Step
from duediligence.fetch.failures import NotThere
from duediligence.fetch.feeds.gathering import Gathering
from duediligence.fetch.feeds.visits import KeptOut, Visits
from duediligence.fetch.manifest import Snapshot, SnapshotFile
from duediligence.fetch.snapshots import Snapshots
from duediligence.progress import Progress


def fetch_online(
    watchlist: Watchlist,
    feeds: tuple[Feed, ...],
    visits: Visits,
    snapshots: Snapshots,
    *,
    progress: Progress,
    now: datetime,
) -> Snapshot:
    """Fetch one feed set of a list, asking only for what changed since the latest snapshot.

    `feeds` have no `{part}` left (see `addressed`). A run of pages is fetched whole each time,
    one page a second. A file whose address is looked up stands beside the document that named it,
    `<its name>.located-from`. `now` is aware and becomes the time of retrieval. Where nothing
    changed the latest snapshot comes back, confirmed. An optional file that has no address, or
    that the server does not have, is left out. Raises FetchFailed, UnreadableFile (a page that
    does not say what it should) or StorageError, and then no snapshot is made.
    """
    files: list[SnapshotFile] = []
    latest = snapshots.latest(watchlist.id)
    with snapshots.staging(watchlist.id) as folder:
        gathering = Gathering(
            latest=latest,
            # A damaged copy is fetched again, whatever the server would say of its age.
            held=latest.intact() if latest else {},
            visits=visits,
            folder=folder,
            progress=progress,
            now=now.astimezone(UTC),
        )
        for feed in feeds:
            if feed.optional and not feed.url:
                continue
            try:
                files += gathering.files(feed)
            except NotThere as error:
                if not feed.optional:
                    raise _failed(watchlist, error) from error
                progress.note(f"{watchlist.title}: {error.message}; this file is optional")
            except FetchFailed as error:
                raise _failed(watchlist, error) from error
        if not files:
            raise _failed(watchlist, FetchFailed("the server has none of its files"))
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        return snapshots.commit(
            watchlist.id,
            folder,
            files,
            origin=files[0].final_url + more,
            taken_at=now,
            checked_at=now,
        )


def _failed(watchlist: Watchlist, error: FetchFailed) -> FetchFailed:
    later = "Export it" if isinstance(error, KeptOut) else "Try again later; or download it"
    own = " A register of your own may have a `file` as its source instead."
    return FetchFailed(
        f"{watchlist.title}: {error.message}",
        hint=Hint(
            *([error.hint, " "] if error.hint else []),
            f"{later} by hand from {watchlist.homepage} into a folder DIR and bring it: ",
            Step("bring-list-files", list=watchlist.id),
            f".{own}" if isinstance(error, KeptOut) else ".",
        ),
    )
