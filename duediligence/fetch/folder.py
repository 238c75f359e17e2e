"""The files of a list from a folder, for a machine without internet."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from duediligence.contracts import Feed, Watchlist
from duediligence.errors import FetchFailed, UsageError
from duediligence.fetch.disk import write
from duediligence.fetch.manifest import Snapshot, SnapshotFile
from duediligence.fetch.snapshots import Snapshots

_CHUNK = 1 << 20


def fetch_folder(
    watchlist: Watchlist,
    feeds: tuple[Feed, ...],
    folder: Path,
    snapshots: Snapshots,
    *,
    now: datetime,
) -> Snapshot | None:
    """Copy one feed set of a list out of `folder/<the list's folder>` or `folder` itself.

    None where no file of the set is there. File names are compared without regard to case.
    Nothing below those two folders is looked at, so a `previous/` beside the files is left alone.
    `now` is aware. A file counts as retrieved when it was last modified: bringing an old file
    again does not make it newer. Raises UsageError where there is no such folder, FetchFailed
    where some but not all required files are there or one cannot be read, and StorageError.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", hint="Give --from the folder of the lists.")
    places = (folder / watchlist.folder, folder)
    found = {feed: path for feed in feeds if (path := _find(places, feed.filename))}
    if not found:
        return None
    missing = [feed.filename for feed in feeds if not feed.optional and feed not in found]
    if missing:
        names = ", ".join(feed.filename for feed in found)
        raise FetchFailed(
            f"{watchlist.title}: {folder} has {names} but lacks {', '.join(missing)}",
            hint=f"Download what is missing from {watchlist.homepage} and put it beside the rest.",
        )
    with snapshots.staging(watchlist.id) as staged:
        files = [_copy(path, feed, staged, now) for feed, path in found.items()]
        return snapshots.commit(
            watchlist.id,
            staged,
            files,
            origin=f"folder {folder}",
            taken_at=now,
            checked_at=min(file.retrieved_at for file in files),
        )


def _find(places: tuple[Path, ...], filename: str) -> Path | None:
    wanted = filename.casefold()
    for place in places:
        try:
            paths = list(place.iterdir()) if place.is_dir() else []
        except OSError as error:
            raise _unreadable(place, error) from error
        same = [path for path in paths if path.name.casefold() == wanted and path.is_file()]
        if same:
            return min(same, key=lambda path: path.name != filename)
    return None


def _copy(path: Path, feed: Feed, staged: Path, now: datetime) -> SnapshotFile:
    try:
        modified = path.stat().st_mtime
    except OSError as error:
        raise _unreadable(path, error) from error
    sha256, size = write(_read(path, feed.max_bytes), staged / feed.filename)
    return SnapshotFile(
        filename=feed.filename,
        sha256=sha256,
        size=size,
        url="",
        final_url="",
        retrieved_at=datetime.fromtimestamp(min(max(modified, 0), now.timestamp()), UTC),
    )


def _read(path: Path, max_bytes: int) -> Iterator[bytes]:
    size = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > max_bytes:
                    raise FetchFailed(
                        f"{path} is larger than {max_bytes:,} bytes, the most that is taken "
                        "for this file"
                    )
                yield chunk
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> FetchFailed:
    return FetchFailed(
        f"{path} cannot be read: {error.strerror or type(error).__name__}",
        hint="Check that this account may read it, and that no other program has it open.",
    )
