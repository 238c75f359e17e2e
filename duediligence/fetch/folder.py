"""The files of a list from a folder, for a machine without internet."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from duediligence.contracts import Feed, Watchlist
from duediligence.contracts.files import natural_order
from duediligence.errors import FetchFailed, Hint, OptionRemark, UsageError
from duediligence.fetch.feeds import fitting, is_pattern
from duediligence.fetch.snapshots import MANIFEST, Snapshot, SnapshotFile, Snapshots, load_copy
from duediligence.model.clocks import is_ahead
from duediligence.permissions import lies_within
from duediligence.reading import regular
from duediligence.writing import write_chunks

_CHUNK = 1 << 20


def fetch_folder(
    watchlist: Watchlist,
    feeds: tuple[Feed, ...],
    folder: Path,
    snapshots: Snapshots,
    *,
    now: datetime,
    in_place: bool = False,
    parts: tuple[str, ...] = (),
    renamed: Mapping[str, Path] = MappingProxyType({}),
    not_of_it: Collection[Path] = (),
) -> Snapshot | None:
    """Copy one feed set of a list out of `folder/<the list's folder>` or `folder` itself.

    None where no file of the set is there. File names are compared without regard to case. A name
    with `{part}`, `{page}` or `*` stands for every file that fits it, in the first of the two
    folders that has any. Nothing below those two folders is looked at, so a `previous/` beside
    the files is left alone. `now` is aware. `parts` are those that a name with `{part}` must have.
    `renamed` are files of other names that were recognised, by the names that they should have;
    `not_of_it` files of the right name that belong to another list.

    When a copied file was last modified says nothing of its age: it counts as brought now, and
    bringing it again confirms nothing. Where the files are those of a snapshot of this tool, whose
    manifest is beside them, they are as old as that says. `in_place` says that the folder is
    where the list is kept: a file is then as old as its last change. Raises UsageError where there
    is no such folder, FetchFailed where some but not all required files are there or one cannot be
    read, and StorageError.
    """
    if not folder.is_dir():
        raise UsageError(
            f"{folder} is not a folder",
            hint=Hint("Name the folder of the lists", OptionRemark(" with --from"), "."),
        )
    places = (folder / watchlist.folder, folder)
    found = {
        feed: paths
        for feed in feeds
        if (paths := _find_feed_files(places, feed, renamed, not_of_it))
    }
    if not found:
        return None
    missing = [
        name for feed in feeds for name in _list_missing_files(feed, found.get(feed, {}), parts)
    ]
    if missing:
        names = ", ".join(feed.filename for feed in found)
        raise FetchFailed(
            f"{folder} has {names} but lacks {', '.join(missing)}",
            about=watchlist.title,
            hint=f"Download what is missing from {watchlist.homepage} and put it with the rest.",
        )
    if in_place:
        _check_links(folder, found)
    with snapshots.staging(watchlist.id) as staged:
        paths = {name: path for held in found.values() for name, path in held.items()}
        files = [
            _copy_feed_file(path, staged / name, feed.max_bytes, now, in_place=in_place)
            for feed, held in found.items()
            for name, path in held.items()
        ]
        downloaded = _find_copied_download({path.parent for path in paths.values()}, files, now)
        if downloaded:
            files = list(downloaded.files)
        return snapshots.commit(
            watchlist.id,
            staged,
            files,
            origin=downloaded.origin if downloaded else f"folder {folder}",
            taken_at=now,
            checked_at=min(
                now,
                downloaded.checked_at if downloaded else min(file.retrieved_at for file in files),
            ),
            confirmed=in_place or downloaded is not None,
        )


def _check_links(folder: Path, found: Mapping[Feed, Mapping[str, Path]]) -> None:
    """Nobody chose these files this time: a link must not make us read what only we can read."""
    for path in (path for held in found.values() for path in held.values()):
        if not lies_within(path, folder):
            raise FetchFailed(
                f"{path} is a link that leads out of its folder",
                hint="Put the file itself there.",
            )


def _list_missing_files(feed: Feed, found: Mapping[str, Path], parts: tuple[str, ...]) -> list[str]:
    """Return the names of files that must be there and are not."""
    if feed.optional:
        return []
    if "{part}" not in feed.filename or not parts:
        return [] if found else [feed.filename]
    names = [feed.filename.replace("{part}", part) for part in parts]
    return [name for name in names if not fitting(name, found)]


def _find_copied_download(
    folders: set[Path], files: list[SnapshotFile], now: datetime
) -> Snapshot | None:
    """Return the download of this tool that the files are a copy of, where its manifest is with
    them.

    Not one from the future: the clock of the machine that made it was wrong, or ours is.
    """
    if len(folders) != 1:
        return None
    snapshot = load_copy(folders.pop())
    if not snapshot or not snapshot.origin.startswith("https://"):
        return None
    if is_ahead(snapshot.checked_at, now):
        return None
    known = {(file.filename, file.sha256): file for file in snapshot.files}
    copied = [known.get((file.filename, file.sha256)) for file in files]
    return replace(snapshot, files=tuple(filter(None, copied))) if all(copied) else None


def _find_feed_files(
    places: tuple[Path, ...],
    feed: Feed,
    renamed: Mapping[str, Path],
    not_of_it: Collection[Path],
) -> dict[str, Path]:
    """Return the files of a feed in the first place that has any, by the name that each should
    have.
    """
    for place in places:
        try:
            inside = list(place.iterdir()) if place.is_dir() else []
        except OSError as error:
            raise _explain_unreadable_path(place, error) from error
        paths = {path.name: path for path in inside if path.is_file() and path not in not_of_it}
        fit = fitting(feed.filename, paths)
        found = {name: paths[fit[name]] for name in sorted(fit, key=natural_order)}
        if found and is_pattern(feed.filename):
            _check_pattern(place, feed, found)
        if found:
            return found
    return {feed.filename: renamed[feed.filename]} if feed.filename in renamed else {}


def _check_pattern(place: Path, feed: Feed, found: dict[str, Path]) -> None:
    if len(found) > feed.max_pages:
        raise FetchFailed(
            f"{place} has {len(found):,} files like {feed.filename}; the maximum is "
            f"{feed.max_pages}"
        )
    if MANIFEST in {name.casefold() for name in found}:
        raise FetchFailed(
            f"{place / MANIFEST} has a name that this tool reserves for itself",
            hint="Rename it, or move it elsewhere if it does not belong to the list.",
        )
    if strange := [name for name in found if not name.isprintable()]:
        raise FetchFailed(
            f"{place} has a file whose name cannot be used: {strange[0]!a}",
            hint="Rename it.",
        )


def _copy_feed_file(
    path: Path, into: Path, max_bytes: int, now: datetime, *, in_place: bool
) -> SnapshotFile:
    try:
        modified = path.stat().st_mtime if in_place else now.timestamp()
    except OSError as error:
        raise _explain_unreadable_path(path, error) from error
    sha256, size = write_chunks(_read_file_chunks(path, max_bytes), into)
    return SnapshotFile(
        filename=into.name,
        sha256=sha256,
        size=size,
        url="",
        final_url="",
        retrieved_at=datetime.fromtimestamp(min(max(modified, 0), now.timestamp()), UTC),
    )


def _read_file_chunks(path: Path, max_bytes: int) -> Iterator[bytes]:
    size = 0
    try:
        with regular(path).open("rb") as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > max_bytes:
                    raise FetchFailed(
                        f"{path} is larger than {max_bytes:,} bytes, the maximum for this file"
                    )
                yield chunk
    except OSError as error:
        raise _explain_unreadable_path(path, error) from error


def _explain_unreadable_path(path: Path, error: OSError) -> FetchFailed:
    return FetchFailed(
        f"{path} cannot be read: {error.strerror or type(error).__name__}",
        hint="Check that this account may read it, and that no other program has it open.",
    )
