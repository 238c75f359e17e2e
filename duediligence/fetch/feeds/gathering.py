"""The files of one feed, into a folder: a single file, one whose address is looked up, or pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from duediligence.contracts import Feed
from duediligence.errors import DuediligenceError, FetchFailed, UnreadableFile
from duediligence.fetch.client import origin
from duediligence.fetch.disk import link
from duediligence.fetch.failures import NotThere, shown
from duediligence.fetch.feeds.names import LOCATED_FROM
from duediligence.fetch.feeds.visits import PAGE_PAUSE, Visits
from duediligence.fetch.manifest import Snapshot, SnapshotFile
from duediligence.progress import Progress

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
        """The files of a feed that has no `{part}` left, those with the data first."""
        if not feed.url:
            raise FetchFailed(f"{feed.filename} is not published at any address")
        if "{page}" in feed.filename:
            return self._pages(feed)
        if feed.locate:
            return self._located(feed, feed.locate)
        return [self._file(feed)]

    def _file(self, feed: Feed, *, again: bool = True) -> SnapshotFile:
        """A single file. Unless `again`, the copy at hand is not offered to the server."""
        known = self._held(feed) if again else None
        into = self.folder / feed.filename
        file = self.visits.download(feed.url, feed, into=into, known=known, progress=self.progress)
        if file:
            return replace(file, retrieved_at=self.now)
        assert known
        assert self.latest
        link(self.latest.folder / known.filename, into)
        return known

    def _held(self, feed: Feed) -> SnapshotFile | None:
        """The copy at hand, if it is from the same address."""
        held = self.held.get(feed.filename)
        return held if held and held.url == shown(feed.url) else None

    def _located(self, feed: Feed, locate: Callable[[Path], str]) -> list[SnapshotFile]:
        name = feed.filename + LOCATED_FROM
        document = self._file(replace(feed, filename=name, max_bytes=_MOST_LOCATING))
        named = _asked(lambda: locate(self.folder / name), name)
        if not named:
            raise UnreadableFile(
                f"{shown(feed.url)} does not name {feed.filename}",
                hint="The publisher may have moved the file or changed the page.",
            )
        named = _led_to(named, feed.url, feed)
        # Of two addresses that differ in their query alone, one file would answer for the other.
        file = self._file(replace(feed, url=named), again="?" not in named)
        return [file, document]

    def _pages(self, feed: Feed) -> list[SnapshotFile]:
        files: list[SnapshotFile] = []
        seen: set[str] = set()
        url = feed.url
        while url:
            seen.add(url)
            if len(seen) > feed.max_pages:
                raise FetchFailed(
                    f"{shown(feed.url)} goes on for more than {feed.max_pages} pages, the most "
                    "that are taken"
                )
            into = self.folder / feed.filename.replace("{page}", f"{len(seen):04}")
            files.append(self._page(feed, url, into, first=not files))
            url = self._after(feed, into, url)
            if url in seen:
                raise FetchFailed(
                    f"{shown(feed.url)}: page {len(seen)} leads back to a page that was read "
                    "already, so that the pages have no end"
                )
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
        """The address of the page after `page`, which came from `url`; empty after the last."""
        if not feed.next_page:
            return ""
        next_page = feed.next_page
        named = _asked(lambda: next_page(page, url), page.name)
        return _led_to(named, url, feed) if named else ""


def _asked(reader: Callable[[], str], name: str) -> str:
    """What a list's own function reads out of a page, whatever the page."""
    try:
        return reader().strip()
    except DuediligenceError:
        raise
    except Exception as error:
        # A fault in one reader must neither stop the other lists nor lose the old version.
        raise UnreadableFile(
            f"{name}: cannot be read: {type(error).__name__}",
            hint="The publisher may have changed the page; please report this.",
        ) from error


def _led_to(named: str, base: str, feed: Feed) -> str:
    """The address that the page at `base` names. Raises FetchFailed where it may not lead there:
    what is no https, or another host than the feed's own and those that it allows.
    """
    try:
        url = urldefrag(urljoin(base, named)).url
    except ValueError:
        raise FetchFailed(f"{shown(base)} leads to an address that cannot be used") from None
    allowed = {host.lower() for host in feed.hosts} | {origin(feed.url)[1]}
    _, host = origin(url)
    if host not in allowed:
        raise FetchFailed(
            f"{shown(base)} leads to host {host}, which is not one of {', '.join(sorted(allowed))}",
            hint="The publisher may have moved the file, or somebody is in between.",
        )
    return url
