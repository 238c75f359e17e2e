"""A document of GOV.UK, as its content API gives it or as its page was saved."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from duediligence.watchlists._readers.fields.dates import day
from duediligence.watchlists._readers.govuk import SITE

from duediligence.errors import UnreadableFile
from duediligence.formats import html, json

# Scripts and remarks of a browser may follow the end of a page.
_END = 20_000
_NEEDS_A_LOOK = "The publisher may have changed the page, or this is another file."


@dataclass(frozen=True, slots=True)
class Document:
    """`body` is what the document says, `url` its address, `first` the day it was published first.

    `updated` is the publisher's date. Days are None and `url` empty where the file lacks them.
    """

    filename: str
    title: str
    body: Tag
    first: date | None
    updated: date | None
    url: str


def is_json(path: Path) -> bool:
    """Whether the file is an answer of an API and no page."""
    with path.open("rb") as file:
        return file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def item(path: Path) -> dict[str, Any]:
    """A document of the content API (https://www.gov.uk/api/content/…). Raises UnreadableFile."""
    found = json.load(path)
    if not isinstance(found, dict) or not isinstance(found.get("details"), dict):
        raise UnreadableFile(f"{path.name}: is no document of GOV.UK", hint=_NEEDS_A_LOOK)
    return found


def updated_at(path: Path) -> datetime:
    """When a document of the content API last changed (aware). Raises UnreadableFile."""
    stated = json.text(item(path).get("public_updated_at"), f"{path.name}: public_updated_at")
    with suppress(ValueError):
        found = datetime.fromisoformat(stated)
        if found.tzinfo:
            return found
    raise UnreadableFile(
        f"{path.name}: public_updated_at is {stated[:40]!r}, not a time", hint=_NEEDS_A_LOOK
    )


def document(path: Path) -> Document:
    """The document in a file of either form. Raises UnreadableFile where it has no body."""
    return _from_api(path) if is_json(path) else _from_page(path)


def fragment(markup: str, where: str) -> Tag:
    """A piece of a page. Raises UnreadableFile, naming `where`, for what cannot be read."""
    try:
        return BeautifulSoup(f"<div>{markup}</div>", "lxml")
    except (RecursionError, ValueError) as error:
        raise UnreadableFile(f"{where}: cannot be read as a page: {error}") from error


def links(where: Tag) -> Iterator[tuple[str, str]]:
    """The text and the address, as written, of each link."""
    for link in where.select("a[href]"):
        yield html.text(link), str(link["href"]).strip()


def _from_api(path: Path) -> Document:
    found = item(path)
    body = found["details"].get("body")
    if not isinstance(body, str) or not body.strip():
        raise UnreadableFile(f"{path.name}: the document has no body", hint=_NEEDS_A_LOOK)
    for member in ("base_path", "title", "first_published_at", "public_updated_at"):
        if member not in found:
            raise UnreadableFile(f"{path.name}: the document has no {member}", hint=_NEEDS_A_LOOK)
    address = json.text(found.get("base_path"), f"{path.name}: base_path")
    return Document(
        path.name,
        json.text(found.get("title"), f"{path.name}: title"),
        fragment(body, path.name),
        day(json.text(found.get("first_published_at"), f"{path.name}: first_published_at")),
        day(json.text(found.get("public_updated_at"), f"{path.name}: public_updated_at")),
        urljoin(SITE, address) if address.startswith("/") else "",
    )


def _from_page(path: Path) -> Document:
    page = html.page(path)
    # What lacks its end still reads as a page, and nobody would miss the rows that are gone.
    if b"</html" not in path.read_bytes()[-_END:].lower():
        raise UnreadableFile(
            f"{path.name}: the page is cut short", hint="Save it again, as HTML and complete."
        )
    texts = page.select("main .govspeak")
    # Of several, each may hold a part of what is listed.
    body = texts[0] if len(texts) == 1 else page.select_one("main") or page.body or page
    canonical = page.select_one('link[rel="canonical"]')
    address = str(canonical.get("href", "")) if canonical else ""
    return Document(
        path.name,
        html.text(page.select_one("h1") or page.title),
        body,
        _stated(page, "govuk:first-published-at"),
        _stated(page, "govuk:public-updated-at"),
        address if address.startswith(f"{SITE}/") else "",
    )


def _stated(page: Tag, name: str) -> date | None:
    found = page.select_one(f'meta[name="{name}"]')
    return day(str(found.get("content", ""))) if found else None
