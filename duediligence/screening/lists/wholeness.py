"""Whether the files of a list are all there and whole, before anything is read out of them."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urljoin

from duediligence.contracts import Feed
from duediligence.errors import DuediligenceError, UnreadableFile

_HEAD, _TAIL = 1024, 4096
_BLANK = b" \t\r\n\0"
# Workbooks (ZIP, and the older compound file) end in tables that their own reader checks.
_PACKAGES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def check_whole(feeds: tuple[Feed, ...], files: Mapping[str, Path]) -> None:
    """Raise UnreadableFile for a file that is empty or cut short, and for pages that are missing.

    `files` are those of one feed set, by name.
    """
    for path in files.values():
        _check_end(path)
    for feed in feeds:
        if "{page}" in feed.filename:
            _check_pages(feed, files)


def _check_end(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, file.seek(0, 2) - _TAIL))
        tail = file.read().rstrip(b" \t\0")
    if head.startswith(_PACKAGES):
        return
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK).lower()
    if not start:
        raise UnreadableFile(f"{path.name}: is empty", hint="Fetch it again.")
    end = tail.rstrip(_BLANK)
    if start.startswith((b"<!doctype html", b"<html")):
        whole = b"</html" in end.lower()
    elif start.startswith(b"<"):
        whole = end.endswith(b">")
    elif start.startswith((b"{", b"[")):
        whole = end.endswith((b"}", b"]"))
    else:
        whole = tail.endswith((b"\n", b"\r", b"\x1a"))
    if not whole:
        raise UnreadableFile(
            f"{path.name}: ends in the middle of a record: the file is cut short",
            hint="Fetch it again. In a file kept by hand, press Enter after the last line.",
        )


def _check_pages(feed: Feed, files: Mapping[str, Path]) -> None:
    """Pages have numbers without a gap, and only the last says that no page follows it."""
    pattern = re.escape(feed.filename)
    pattern = pattern.replace(r"\{part\}", "(?P<part>.+)").replace(r"\{page\}", "(?P<page>[0-9]+)")
    runs: dict[str, dict[int, Path]] = {}
    for name, path in files.items():
        if (found := re.fullmatch(pattern, name)) and len(found["page"]) < 9:
            part = found.groupdict().get("part", "")
            runs.setdefault(part, {})[int(found["page"])] = path
    for part, pages in runs.items():
        last = max(pages)
        missing = [str(number) for number in range(1, last) if number not in pages]
        if missing:
            raise UnreadableFile(
                f"{pages[last].name}: is page {last}, and page {', '.join(missing[:5])} is missing",
                hint="Bring every page.",
            )
        url = feed.url.replace("{part}", part)
        for number, path in sorted(pages.items()):
            if feed.next_page and number:
                following = _next(feed.next_page, path, url)
                _check_order(path, number, last, more=bool(following))
                url = urljoin(url, following)


def _next(next_page: Callable[[Path, str], str], path: Path, url: str) -> str:
    try:
        return next_page(path, url).strip()
    except DuediligenceError:
        raise
    except Exception as error:
        raise UnreadableFile(
            f"{path.name}: cannot be read: {type(error).__name__}: {error}",
            hint="The publisher may have changed the page; please report this.",
        ) from error


def _check_order(path: Path, number: int, last: int, *, more: bool) -> None:
    if more and number == last:
        raise UnreadableFile(
            f"{path.name}: says that another page follows it, which is missing",
            hint="Bring every page.",
        )
    if not more and number < last:
        raise UnreadableFile(
            f"{path.name}: says that it is the last page, but page {number + 1} is there",
            hint="The pages may be of different days. Fetch them all again, into an empty folder.",
        )
