"""The files of a list's feeds: their names, and how they are fetched from the server."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin

from duediligence.contracts import Feed, Watchlist
from duediligence.errors import (
    DuediligenceError,
    FetchFailed,
    Hint,
    Step,
    UnreadableFile,
    UsageError,
)
from duediligence.fetch.client import resolve_origin
from duediligence.fetch.http import NotThere, shown
from duediligence.fetch.snapshots import Snapshot, SnapshotFile, Snapshots
from duediligence.fetch.visits import PAGE_PAUSE, KeptOut, Visits
from duediligence.model.clocks import is_ahead
from duediligence.progress import Progress
from duediligence.settings import PART
from duediligence.writing import link

# Beside a file whose address was looked up stands the document that named it.
LOCATED_FROM = ".located-from"
_HOLES = {"{part}": "(.+)", "{page}": "(.+)", "*": "(.*)"}
_HOLE = re.compile(r"(\{part\}|\{page\}|\*)")


# What a publisher adds late, under an earlier time, is asked for again.
_OVERLAP = timedelta(days=3)


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
