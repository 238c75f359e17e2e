"""Visits to publishers' sites: spaced out, and within their robots.txt (RFC 9309)."""

import re
import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from duediligence.contracts import Feed
from duediligence.errors import FetchFailed
from duediligence.fetch.client import Client, resolve_origin
from duediligence.fetch.http import NotThere, shown
from duediligence.fetch.snapshots import SnapshotFile
from duediligence.progress import Progress
from duediligence.writing import storing

# The name that a site may write rules for.
TOKEN = "duediligence"  # noqa: S105
_RULE = re.compile(r"(allow|disallow)\s*:\s*(.*)", re.IGNORECASE)


MOST_DELAY = 30


def parse_robots_rules(text: bytes, url: str) -> tuple[bool, int]:
    """Return whether robots.txt lets us ask for `url`, and the seconds it wants between two visits.

    Those are 0 where it says nothing, and 30 where it wants more. A file that cannot be made
    sense of allows nothing.
    """
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    parser = RobotFileParser()
    try:
        parser.parse(
            list(_rewrite_robots_lines(text.decode("utf-8-sig", errors="replace"), target))
        )
        return parser.can_fetch(TOKEN, target), min(int(parser.crawl_delay(TOKEN) or 0), MOST_DELAY)
    except ValueError:
        return False, 0


def _rewrite_robots_lines(text: str, target: str) -> Iterator[str]:
    """Yield the lines as urllib reads them by the RFC: it ends a group at a blank line, uses the
    first rule that fits in place of the longest (s.2.2.2), and knows no wildcards (s.2.2.3).
    """
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    for rule, run in groupby(filter(None, lines), key=lambda line: bool(_RULE.fullmatch(line))):
        if rule:
            found = [
                (kind.lower(), path) for kind, path in (_split_robots_line(line) for line in run)
            ]
            # Of two as long, the one that allows counts.
            for kind, path in sorted(found, key=lambda one: (-len(one[1]), one[0])):
                yield f"{kind}: {_resolve_wildcards(path, target)}"
        else:
            yield from run


def _split_robots_line(line: str) -> tuple[str, str]:
    kind, _, path = line.partition(":")
    return kind.strip(), path.strip()


def _resolve_wildcards(path: str, target: str) -> str:
    """Return a rule without wildcards that says the same of `target`; one without them as it is."""
    if not path or not set(path) & {"*", "$"}:
        return path
    pattern = unquote(path).replace("[", "[[]").replace("?", "[?]")
    pattern = pattern.removesuffix("$") if path.endswith("$") else pattern + "*"
    return target if fnmatchcase(unquote(target), pattern) else "/\0"


# Between two pages of one site, in seconds.
PAGE_PAUSE = 1.0
_MOST_ROBOTS = 512_000


class KeptOut(FetchFailed):
    """The site's robots.txt keeps programs away from a page."""

    code = "robots-disallowed"


class Visits:
    """The visits of one refresh: `robots.txt` is asked for once a site and obeyed for all of it.

    `sleep` takes seconds; `clock` gives them, and never goes back.
    """

    def __init__(
        self,
        client: Client,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._clock = clock
        self._robots: dict[str, bytes | FetchFailed] = {}
        self._last: dict[str, float] = {}

    def download(
        self,
        url: str,
        feed: Feed,
        *,
        into: Path,
        known: SnapshotFile | None = None,
        pause: float = 0.0,
        progress: Progress,
    ) -> SnapshotFile | None:
        """Fetch `url` to the file `into`, as `Client.download`; None where `known` still holds.

        The site is left alone for `pause` seconds since the last visit; for longer where the feed
        says so, or, up to 30, where it obeys robots.txt and that asks for it. Raises FetchFailed
        (KeptOut where robots.txt does not let us), or StorageError.
        """
        site, _ = resolve_origin(url)
        pause = max(pause, feed.pause)
        if feed.robots:
            pause = max(pause, self._delay(site, url, feed, progress))
        if site in self._last and (wait := self._last[site] + pause - self._clock()) > 0:
            self._sleep(wait)
        headers = known.headers if known else {}
        try:
            return self._client.download(
                url,
                into=into,
                hosts=frozenset(feed.hosts),
                max_bytes=feed.max_bytes,
                etag=headers.get("ETag", ""),
                last_modified=headers.get("Last-Modified", ""),
                retries=feed.retries,
                body=feed.post.encode(),
                accept=feed.accept,
                whole=feed.whole,
                progress=progress,
            )
        finally:
            self._last[site] = self._clock()

    def _delay(self, site: str, url: str, feed: Feed, progress: Progress) -> int:
        """Return the wait that robots.txt asks for between visits, in seconds. Raises KeptOut."""
        if site not in self._robots:
            self._robots[site] = self._fetch_robots(site, feed, progress)
        text = self._robots[site]
        if isinstance(text, FetchFailed):
            # RFC 9309 s.2.3.1.4: a site that cannot say what it allows allows nothing.
            raise KeptOut(
                f"{shown(url)} was not fetched: {text.message}, so it is not known what the site "
                "allows",
                hint=text.hint,
            )
        allowed, delay = parse_robots_rules(text, url)
        if not allowed:
            raise KeptOut(
                f"{shown(url)} was not fetched: the site's robots.txt does not allow programs"
            )
        return delay

    def _fetch_robots(self, site: str, feed: Feed, progress: Progress) -> bytes | FetchFailed:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "robots.txt"
            try:
                self._client.download(
                    urlunsplit(("https", site, "/robots.txt", "", "")),
                    into=path,
                    hosts=frozenset(feed.hosts),
                    max_bytes=_MOST_ROBOTS,
                    accept=feed.accept,
                    progress=progress,
                )
            except NotThere:
                return b""
            except FetchFailed as error:
                return error
            with storing(path):
                return path.read_bytes()
