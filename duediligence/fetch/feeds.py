"""The files of a list's feeds: their names, and how they are fetched from the server, or copied
from a folder for a machine without internet.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, urldefrag, urljoin

from duediligence.contracts import Feed, Watchlist
from duediligence.contracts.files import natural_order
from duediligence.errors import (
    DuediligenceError,
    FetchFailed,
    Hint,
    OptionRemark,
    Step,
    UnreadableFile,
    UsageError,
)
from duediligence.fetch.client import resolve_origin
from duediligence.fetch.http import NotThere, shown
from duediligence.fetch.snapshots import MANIFEST, Snapshot, SnapshotFile, Snapshots, load_copy
from duediligence.fetch.visits import PAGE_PAUSE, KeptOut, Visits
from duediligence.permissions import lies_within
from duediligence.progress import Progress
from duediligence.reading import regular
from duediligence.settings import PART
from duediligence.text.dates import is_ahead
from duediligence.writing import link, write_chunks

# Beside a file whose address was looked up stands the document that named it.
LOCATED_FROM = ".located-from"
_HOLES = {"{part}": "(.+)", "{page}": "(.+)", "*": "(.*)"}
_HOLE = re.compile(r"(\{part\}|\{page\}|\*)")

# What a publisher adds late, under an earlier time, is asked for again.
_OVERLAP = timedelta(days=3)

_CHUNK = 1 << 20


def resolve_feeds(
    feeds: Iterable[Feed],
    parts: Iterable[str],
    addresses: Mapping[str, str],
    hosts: Iterable[str] = (),
    *,
    now: datetime,
    asked: datetime | None = None,
) -> Iterator[Feed]:
    """Yield each feed where it is to be fetched: one for each part, at the address set for its
    name.

    `hosts` are further ones that a redirect or a page may lead to. `asked` is when the publisher
    was last asked, from which `{since}` follows; both times are aware.

    An address that is set is that of the file itself: a feed that has one is not located. To set
    the document that names the file, set `<name>.located-from`. Where there are no parts, a feed
    with `{part}` has no address. Raises UsageError for a part that could lead elsewhere.
    """
    hosts, parts = tuple(hosts), tuple(parts)
    for feed in feeds:
        feed = _apply_feed_address(replace(feed, hosts=(*feed.hosts, *hosts)), addresses)
        if "{since}" in feed.url:
            # A time in the future is of a clock that was wrong: nothing would be new since then.
            since = asked - _OVERLAP if asked and not is_ahead(asked, now) else now - feed.window
            feed = replace(feed, url=feed.url.replace("{since}", since.date().isoformat()))
        if "{part}" not in feed.filename:
            yield feed
            continue
        if not parts:
            yield replace(feed, url="")
        for part in parts:
            if not PART.fullmatch(part):
                raise UsageError(f"parts cannot hold {part[:120]!r}")
            of_part = replace(
                feed,
                filename=feed.filename.replace("{part}", part),
                url=feed.url.replace("{part}", quote(part, safe="")),
            )
            yield _apply_feed_address(of_part, addresses)


def _apply_feed_address(feed: Feed, addresses: Mapping[str, str]) -> Feed:
    if url := addresses.get(feed.filename):
        return replace(feed, url=url, locate=None)
    if url := addresses.get(feed.filename + LOCATED_FROM):
        return replace(feed, url=url)
    return feed


def is_pattern(filename: str) -> bool:
    """Return whether more than one file may bear the name."""
    return _HOLE.search(filename) is not None


def fitting(filename: str, names: Iterable[str]) -> dict[str, str]:
    """Return those of `names` that fit a pattern, whatever their case, by the name as it should be.

    Hidden files fit nothing: a Mac leaves `._page.html` beside `page.html`.
    """
    pieces = _HOLE.split(filename)
    pattern = re.compile(
        "".join(_HOLES.get(piece) or re.escape(piece) for piece in pieces),
        re.IGNORECASE | re.DOTALL,
    )
    found: dict[str, str] = {}
    taken: set[str] = set()
    # The exact one goes before one that differs in case.
    for name in sorted(
        names, key=lambda name: (_correct_filename_case(pattern, pieces, name) != name, name)
    ):
        spelt = _correct_filename_case(pattern, pieces, name)
        if spelt and spelt.casefold() not in taken and not name.startswith("."):
            taken.add(spelt.casefold())
            found[spelt] = name
    return found


def _correct_filename_case(pattern: re.Pattern[str], pieces: list[str], name: str) -> str:
    """Return the name with what is fixed in it as the pattern has it; empty where it does not
    fit.
    """
    fit = pattern.fullmatch(name)
    if not fit:
        return ""
    filled = iter(fit.groups())
    return "".join(next(filled) if piece in _HOLES else piece for piece in pieces)


# A page or document that names a file, in bytes.
_MOST_LOCATING = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """Gathers files in `folder`. What has not changed since `latest` is taken over from there.

    `held` are its files whose copies are sound, by name. `now` is in UTC. All methods raise
    FetchFailed (NotThere where the server has no such file), UnreadableFile (a page that does not
    say what it should) and StorageError.
    """

    latest: Snapshot | None
    held: Mapping[str, SnapshotFile]
    visits: Visits
    folder: Path
    progress: Progress
    now: datetime

    def files(self, feed: Feed) -> list[SnapshotFile]:
        """Return the files of a feed that has no `{part}` left, those with the data first."""
        if not feed.url:
            raise FetchFailed(f"{feed.filename} is not published at any address")
        if "{page}" in feed.filename:
            return self._pages(feed)
        if feed.locate:
            return self._located(feed, feed.locate)
        return [self._file(feed)]

    def _file(self, feed: Feed, *, again: bool = True) -> SnapshotFile:
        """Return a single file. Unless `again`, the available copy is not offered to the server."""
        known = self._held(feed) if again and not feed.post else None
        into = self.folder / feed.filename
        file = self.visits.download(feed.url, feed, into=into, known=known, progress=self.progress)
        if file:
            return replace(file, retrieved_at=self.now)
        assert known
        assert self.latest
        link(self.latest.folder / known.filename, into)
        return known

    def _held(self, feed: Feed) -> SnapshotFile | None:
        """Return the copy available, if it is from the same address."""
        held = self.held.get(feed.filename)
        return held if held and held.url == shown(feed.url) else None

    def _located(self, feed: Feed, locate: Callable[[Path], str]) -> list[SnapshotFile]:
        name = feed.filename + LOCATED_FROM
        document = self._file(replace(feed, filename=name, max_bytes=_MOST_LOCATING))
        named = _call_page_reader(lambda: locate(self.folder / name), name)
        if not named:
            raise UnreadableFile(
                f"{shown(feed.url)} does not name {feed.filename}",
                hint="The publisher may have moved the file or changed the page.",
            )
        named = _led_to(named, feed.url, feed)
        # Of two addresses that differ in their query alone, one file would answer for the other.
        file = self._file(replace(feed, url=named, post=""), again="?" not in named)
        return [file, document]

    def _pages(self, feed: Feed) -> list[SnapshotFile]:
        files: list[SnapshotFile] = []
        seen: set[tuple[str, str]] = set()
        url = feed.url
        while url:
            number = len(files) + 1
            asked = replace(feed, post=feed.post.replace("{page}", str(number)))
            if (url, asked.post) in seen:
                raise FetchFailed(
                    f"{shown(feed.url)}: page {len(seen)} links back to a page already read, so "
                    "the pages have no end"
                )
            if number > feed.max_pages:
                raise FetchFailed(
                    f"{shown(feed.url)} has more than {feed.max_pages} pages, the maximum"
                )
            seen.add((url, asked.post))
            into = self.folder / feed.filename.replace("{page}", f"{number:04}")
            files.append(self._page(asked, url, into, first=not files))
            url = self._after(feed, into, url)
        return files

    def _page(self, feed: Feed, url: str, into: Path, *, first: bool) -> SnapshotFile:
        try:
            page = self.visits.download(
                url, feed, into=into, pause=PAGE_PAUSE, progress=self.progress
            )
        except NotThere as error:
            if first:
                raise
            # The feed may be optional, but half of its pages are not.
            raise FetchFailed(error.message, hint=error.hint) from error
        assert page
        return replace(page, retrieved_at=self.now)

    def _after(self, feed: Feed, page: Path, url: str) -> str:
        """Return the address of the page after `page`, which came from `url`; empty after the
        last.
        """
        if not feed.next_page:
            return ""
        next_page = feed.next_page
        named = _call_page_reader(lambda: next_page(page, url), page.name)
        return _led_to(named, url, feed) if named else ""


def _call_page_reader(reader: Callable[[], str], name: str) -> str:
    """Return what a list's own function reads out of a page, whatever the page."""
    try:
        return reader().strip()
    except DuediligenceError:
        raise
    except Exception as error:
        # A fault in one reader must neither stop the other lists nor lose the old version.
        raise UnreadableFile(
            f"{name}: cannot be read: {type(error).__name__}",
            hint="The reader of this page failed. Report this message.",
        ) from error


def _led_to(named: str, base: str, feed: Feed) -> str:
    """Return the address that the page at `base` names. Raises FetchFailed where it may not lead
    there: what is no https, or another host than the feed's own and those that it allows.
    """
    try:
        url = urldefrag(urljoin(base, named)).url
    except ValueError:
        raise FetchFailed(f"{shown(base)} links to an address that cannot be used") from None
    allowed = {host.lower() for host in feed.hosts} | {resolve_origin(feed.url)[1]}
    _, host = resolve_origin(url)
    if host not in allowed:
        raise FetchFailed(
            f"{shown(base)} links to host {host}, which is not one of {', '.join(sorted(allowed))}",
            hint="The publisher may have moved the file, or the connection may be intercepted.",
        )
    return url


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

    `feeds` have no `{part}` left (see `resolve_feeds`). A run of pages is fetched whole each time,
    one page a second. A file whose address is looked up stands beside the document that named it,
    `<its name>.located-from`. `now` is aware and becomes the time of retrieval. Where nothing
    changed the latest snapshot comes back, confirmed. An optional file that has no address, or
    that the server does not have, is left out. Raises FetchFailed, UnreadableFile (a page that
    does not say what it should) or StorageError, and then no snapshot is made; what was fetched
    by then is kept as `Snapshots.failed`.
    """
    files: list[SnapshotFile] = []
    latest = snapshots.latest(watchlist.id)
    with snapshots.staging(watchlist.id, keep_failed=True) as folder:
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
                    raise _add_fetch_hint(watchlist, error) from error
                progress.note(f"{watchlist.title}: {error.message}; this file is optional")
            except FetchFailed as error:
                raise _add_fetch_hint(watchlist, error) from error
        if not files:
            raise _add_fetch_hint(watchlist, FetchFailed("the server has none of its files"))
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        return snapshots.commit(
            watchlist.id,
            folder,
            files,
            origin=files[0].final_url + more,
            taken_at=now,
            checked_at=now,
        )


def _add_fetch_hint(watchlist: Watchlist, error: FetchFailed) -> FetchFailed:
    later = "Export it" if isinstance(error, KeptOut) else "Try again later; or download it"
    own = " A register of your own may have a `file` as its source instead."
    return FetchFailed(
        error.message,
        about=watchlist.title,
        hint=Hint(
            *([error.hint, " "] if error.hint else []),
            f"{later} by hand from {watchlist.homepage} into a folder DIR and import it: ",
            Step("bring-list-files", list=watchlist.id),
            f".{own}" if isinstance(error, KeptOut) else ".",
        ),
    )


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
