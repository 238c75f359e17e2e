"""The body of an answer, as chunks, within its limits."""

import re
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePath

import requests
import urllib3.exceptions
from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

from duediligence.fetch.failures import Problem, broken_off
from duediligence.progress import Progress

_CHUNK = 1 << 16
_DATA = frozenset({".xml", ".csv", ".json"})
# A title stands near the top, and html.parser is slow on hostile pages.
_PAGE_HEAD = 16_384


@dataclass(frozen=True, slots=True)
class Limits:
    """`read_timeout` is in seconds; `give_up` is a time on the monotonic clock."""

    max_bytes: int
    read_timeout: float
    give_up: float


def receive(
    response: requests.Response, filename: str, limits: Limits, progress: Progress
) -> Iterator[bytes]:
    """The decoded body in chunks. Raises Problem: too large, too slow, cut short, a web page."""
    length = response.headers.get("Content-Length", "")
    total = int(length) if length.isascii() and length.isdecimal() and len(length) < 20 else None
    if total is not None and total > limits.max_bytes:
        raise _too_large(limits)
    if "Content-Encoding" in response.headers:
        total = None
    chunks = _read(response, limits)
    html = "html" in response.headers.get("Content-Type", "").lower()
    if html and PurePath(filename).suffix.lower() in _DATA:
        chunks = _refuse_page(chunks)
    with progress.task(filename, total) as task:
        for chunk in chunks:
            task.advance(len(chunk))
            yield chunk


def _read(response: requests.Response, limits: Limits) -> Iterator[bytes]:
    size = 0
    while True:
        try:
            # Not iter_content: it waits for a full chunk, so that a server that sends a byte
            # at a time would never come to the check of the time.
            chunk = response.raw.read1(_CHUNK, decode_content=True)
        except urllib3.exceptions.HTTPError as error:
            raise broken_off(error, limits.read_timeout) from error
        if not chunk:
            return
        size += len(chunk)
        if size > limits.max_bytes:
            raise _too_large(limits)
        if time.monotonic() > limits.give_up:
            raise Problem("sends too slowly: the file did not arrive in the time allowed")
        yield chunk


def _too_large(limits: Limits) -> Problem:
    return Problem(
        f"sends more than {limits.max_bytes:,} bytes, the most that is taken for this file"
    )


def _refuse_page(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same chunks, unless they are a web page: publishers send those with status 200 too."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _PAGE_HEAD:
            break
    page = head[:_PAGE_HEAD]
    if b"<html" in page.lower():
        raise Problem(
            f"sent a web page in place of the file{_title(page)}",
            hint="The site may be down for maintenance, or turns programs away.",
        )
    return chain([head] if head else [], chunks)


def _title(page: bytes) -> str:
    with warnings.catch_warnings():
        # A page may be XHTML; its title is found all the same.
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        found = BeautifulSoup(page, "html.parser").title
    # Pages of errors like to repeat the address, with the key in its query.
    text = re.sub(r"\?\S*", "?", found.get_text() if found else "")
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f": “{text[:80].rstrip()}”" if text else ""
