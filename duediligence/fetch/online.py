"""The files of a list from its publisher's server."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from duediligence.contracts import Feed, Watchlist
from duediligence.errors import FetchFailed
from duediligence.fetch.client import Client
from duediligence.fetch.disk import link
from duediligence.fetch.failures import NotThere, shown
from duediligence.fetch.manifest import Snapshot, SnapshotFile
from duediligence.fetch.snapshots import Snapshots
from duediligence.progress import Progress


def fetch_online(
    watchlist: Watchlist,
    feeds: tuple[Feed, ...],
    client: Client,
    snapshots: Snapshots,
    *,
    progress: Progress,
    now: datetime,
) -> Snapshot:
    """Fetch one feed set of a list, asking only for what changed since the latest snapshot.

    `now` is aware and becomes the time of retrieval. Where nothing changed the latest snapshot
    comes back, confirmed. An optional file that has no address, or that the server does not have,
    is left out. Raises FetchFailed or StorageError, and then no snapshot is made.
    """
    latest = snapshots.latest(watchlist.id)
    # A damaged copy is fetched again, whatever the server would say of its age.
    held = latest.intact() if latest else {}
    files: list[SnapshotFile] = []
    with snapshots.staging(watchlist.id) as folder:
        for feed in feeds:
            if feed.optional and not feed.url:
                continue
            known = held.get(feed.filename)
            if known and known.url != shown(feed.url):
                known = None
            try:
                file = _download(feed, known, client, folder, progress)
            except NotThere as error:
                if not feed.optional:
                    raise _failed(watchlist, error.message, error.hint) from error
                progress.note(f"{watchlist.title}: {error.message}; this file is optional")
            except FetchFailed as error:
                raise _failed(watchlist, error.message, error.hint) from error
            else:
                if file:
                    files.append(replace(file, retrieved_at=now.astimezone(UTC)))
                elif latest and known:
                    link(latest.folder / known.filename, folder / known.filename)
                    files.append(known)
        if not files:
            raise _failed(watchlist, "the server has none of its files")
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        return snapshots.commit(
            watchlist.id,
            folder,
            files,
            origin=files[0].final_url + more,
            taken_at=now,
            checked_at=now,
        )


def _download(
    feed: Feed, known: SnapshotFile | None, client: Client, folder: Path, progress: Progress
) -> SnapshotFile | None:
    if not feed.url:
        raise FetchFailed(f"{feed.filename} is not published at any address")
    headers = known.headers if known else {}
    return client.download(
        feed.url,
        into=folder / feed.filename,
        hosts=frozenset(feed.hosts),
        max_bytes=feed.max_bytes,
        etag=headers.get("ETag", ""),
        last_modified=headers.get("Last-Modified", ""),
        progress=progress,
    )


def _failed(watchlist: Watchlist, what: str, hint: str = "") -> FetchFailed:
    by_hand = (
        f"Try again later; or download it by hand from {watchlist.homepage} into a folder DIR "
        f"and use `duediligence lists refresh {watchlist.id} --from DIR`."
    )
    return FetchFailed(f"{watchlist.title}: {what}", hint=f"{hint} {by_hand}".strip())
