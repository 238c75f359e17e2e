"""What GOV.UK publishes: documents, their attachments and tables, and answers of its search."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from duediligence.watchlists.toolkit import tables
from duediligence.watchlists.toolkit.tables import Layout, Row
from duediligence.watchlists.toolkit.values import day

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import html, json
from duediligence.formats.table import Table

if TYPE_CHECKING:
    from bs4 import Tag

SITE = "https://www.gov.uk"
# Attachments of a publication lead here, those that are pages to the site itself.
ASSETS = "assets.publishing.service.gov.uk"
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
    body: "Tag"
    first: date | None
    updated: date | None
    url: str


def is_json(path: Path) -> bool:
    """Return whether the file is an answer of an API and no page."""
    return _first_byte(path) in (b"{", b"[")


def is_page(path: Path) -> bool:
    """Return whether the file is a page or a document of the content API, and no table of its
    own.
    """
    return _first_byte(path) in (b"<", b"{")


def _first_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]


def content_item(path: Path) -> dict[str, Any]:
    """Return a document of the content API (https://www.gov.uk/api/content/…). Raises
    UnreadableFile.
    """
    found = json.load(path)
    if not isinstance(found, dict) or not isinstance(found.get("details"), dict):
        raise UnreadableFile(f"{path.name}: is not a GOV.UK document", hint=_NEEDS_A_LOOK)
    return found


def updated_at(path: Path) -> datetime:
    """Return when a document of the content API last changed (aware). Raises UnreadableFile."""
    stated = json.text(
        content_item(path).get("public_updated_at"), f"{path.name}: public_updated_at"
    )
    with suppress(ValueError):
        found = datetime.fromisoformat(stated)
        if found.tzinfo:
            return found
    raise UnreadableFile(
        f"{path.name}: public_updated_at is {stated[:40]!r}, not a time", hint=_NEEDS_A_LOOK
    )


def latest_update(paths: Iterable[Path]) -> date | None:
    """Return the last day on which one of the pages was updated; None where none of the files is
    one.

    Raises UnreadableFile.
    """
    days = (document(path).updated for path in paths if is_page(path))
    return max(filter(None, days), default=None)


def document(path: Path) -> Document:
    """Return the document in a file of either form. Raises UnreadableFile where it has no body."""
    return _from_api(path) if is_json(path) else _from_page(path)


def parse_fragment(markup: str, where: str) -> "Tag":
    """Return a piece of a page. Raises UnreadableFile, naming `where`, for what cannot be read."""
    from bs4 import BeautifulSoup  # imported lazily: most lists need no page

    try:
        return BeautifulSoup(f"<div>{markup}</div>", "lxml")
    except (RecursionError, ValueError) as error:
        raise UnreadableFile(f"{where}: cannot be read as a page: {error}") from error


def list_links(where: "Tag") -> Iterator[tuple[str, str]]:
    """Yield the text and the address, as written, of each link."""
    for link in where.select("a[href]"):
        yield html.text(link), str(link["href"]).strip()


def _from_api(path: Path) -> Document:
    found = content_item(path)
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
        parse_fragment(body, path.name),
        day(json.text(found.get("first_published_at"), f"{path.name}: first_published_at")),
        day(json.text(found.get("public_updated_at"), f"{path.name}: public_updated_at")),
        urljoin(SITE, address) if address.startswith("/") else "",
    )


def _from_page(path: Path) -> Document:
    page = html.page(path)
    # What lacks its end still reads as a page, and nobody would miss the rows that are gone.
    if b"</html" not in path.read_bytes()[-_END:].lower():
        raise UnreadableFile(
            f"{path.name}: the page is cut short", hint="Save it again, as a complete HTML page."
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
        _read_meta_day(page, "govuk:first-published-at"),
        _read_meta_day(page, "govuk:public-updated-at"),
        address if address.startswith(f"{SITE}/") else "",
    )


def _read_meta_day(page: "Tag", name: str) -> date | None:
    found = page.select_one(f'meta[name="{name}"]')
    return day(str(found.get("content", ""))) if found else None


# Attachments.


def locate_attachment(pattern: str) -> Callable[[Path], str]:
    """Return a function from a document of GOV.UK to the address of its first attachment that fits.

    The expression is looked for in an attachment's title, a blank and its address, whatever the
    case: `r"tax defaulters.*\\.ods$"`. The document is one of the content API, whose attachments
    stand in `details.attachments` or as links in `details.documents` and `details.body`; a saved
    page serves as well. The address may be relative; it is empty where nothing fits. The function
    raises UnreadableFile for a file that is neither.
    """
    fits = re.compile(pattern, re.IGNORECASE)

    def locate(path: Path) -> str:
        return next(
            (url for title, url in _list_attachments(path) if fits.search(f"{title} {url}")), ""
        )

    return locate


def _list_attachments(path: Path) -> Iterator[tuple[str, str]]:
    if not is_json(path):
        yield from list_links(html.page(path))
        return
    details = content_item(path)["details"]
    for one in _list_or_empty(details.get("attachments")):
        if isinstance(one, dict):
            title, url = (
                json.text(one.get(key), f"{path.name}: {key}") for key in ("title", "url")
            )
            yield title, url
    for markup in (*_list_or_empty(details.get("documents")), details.get("body")):
        if isinstance(markup, str):
            yield from list_links(parse_fragment(markup, path.name))


def _list_or_empty(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


# Tables.


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table, under the last heading above it; empty where there is none."""

    heading: str
    rows: Iterator[Row]


def read_govuk_rows(path: Path, layout: Layout, drift: Drift) -> Iterator[Row]:
    """Yield each row of a file in any of these forms, as `tables.read`. Raises UnreadableFile."""
    for section in read_sections(path, layout, drift):
        yield from section.rows


def read_sections(path: Path, layout: Layout, drift: Drift) -> Iterator[Section]:
    """Yield each table that has the columns, in order; `drift` receives a table that has not.

    Raises UnreadableFile where none has.
    """
    if not is_page(path):
        yield Section("", tables.read(path, layout, drift))
        return
    page = document(path)
    found = False
    both = zip(page.body.select("table"), html.read_html_tables(page.body), strict=True)
    for number, (element, read) in enumerate(both, 1):
        table = _build_headed_table(read, f"{path.name}: table {number}")
        if not tables.header_score(table.header, layout):
            drift.unread("table", " | ".join(table.header) or f"{number}")
            continue
        found = True
        heading = element.find_previous(["h2", "h3", "h4"])
        yield Section(html.text(heading), tables.rows_of(table, layout, drift))
    if not found:
        columns = ", ".join(names.split(" | ")[0] for names in layout.needed.values())
        raise UnreadableFile(
            f"{path.name}: the page has no table with the columns {columns}",
            hint="The publisher may have changed the page, or this is another one.",
        )


def _build_headed_table(read: html.HtmlTable, name: str) -> Table:
    """Return the table with its header; its first row where the page marks none."""
    found = [(number, tuple(cell.text for cell in cells)) for number, cells in read.rows]
    header = read.header
    if not header and found:
        (_, header), *found = found
    return Table(name, header, iter(found))


# The search.

_FETCH_AGAIN = "The publisher may have changed the service; fetch the file again."
# What the searches of our lists ask for, and what every answer has beside it.
_KNOWN = frozenset(
    "title link public_timestamp content_store_document_type case_type case_state outcome_type "
    "opened_date closed_date _id es_score index document_type elasticsearch_type format".split()
)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One result: `path` is its address without the host, `fields` all that the answer says."""

    path: str
    title: str
    updated: date | None
    fields: Mapping[str, Any]
    where: str

    @property
    def url(self) -> str:
        return urljoin(SITE, self.path)

    def text(self, field: str) -> str:
        """Return a field as text; empty where there is none. Raises UnreadableFile."""
        return json.text(self.fields.get(field), f"{self.where}: {field}")

    def values(self, field: str) -> tuple[str, ...]:
        """Return a field as in `search_values`. Raises UnreadableFile."""
        return search_values(self.fields.get(field), f"{self.where}: {field}")


def search_values(held: object, where: str) -> tuple[str, ...]:
    """Return one value or several, each a text or an object with a `value`. Raises
    UnreadableFile.
    """
    several = held if isinstance(held, list) else [] if held is None else [held]
    if any(isinstance(one, dict) and "value" not in one for one in several):
        raise UnreadableFile(f"{where} has no value", hint=_FETCH_AGAIN)
    found = (one["value"] if isinstance(one, dict) else one for one in several)
    return tuple(text for one in found if (text := json.text(one, where)))


def search_results(path: Path, drift: Drift) -> Iterator[SearchResult]:
    """Yield each result of the page, in order. Raises UnreadableFile for one that says not
    enough.
    """
    for number, one in enumerate(_load_search_answer(path)["results"], 1):
        where = f"{path.name}: result {number}"
        if not isinstance(one, dict):
            raise UnreadableFile(f"{where}: is not an object", hint=_FETCH_AGAIN)
        for member in one.keys() - _KNOWN:
            drift.unread("member", member)
        link, title = (json.text(one.get(key), f"{where}: {key}") for key in ("link", "title"))
        if not link.startswith("/") or not title:
            missing = "title" if link.startswith("/") else "link"
            raise UnreadableFile(f"{where}: {missing} is missing", hint=_FETCH_AGAIN)
        updated = day(json.text(one.get("public_timestamp"), f"{where}: public_timestamp"))
        yield SearchResult(link, title, updated, one, where)


def next_search_page(path: Path, url: str) -> str:
    """Return the page after that from `url`, empty after the last. Raises UnreadableFile."""
    answer = _load_search_answer(path)
    address = urlsplit(url)
    query = dict(parse_qsl(address.query))
    start = int(query["start"]) if query.get("start", "").isdecimal() else 0
    start += len(answer["results"])
    if start >= answer["total"]:
        return ""
    if not answer["results"]:
        raise UnreadableFile(
            f"{path.name}: holds no results, but {answer['total'] - start} are still to come",
            hint="Fetch the pages of this search again.",
        )
    return urlunsplit(address._replace(query=urlencode(query | {"start": str(start)})))


def _load_search_answer(path: Path) -> dict[str, Any]:
    found = json.load(path)
    sound = (
        isinstance(found, dict)
        and isinstance(found.get("results"), list)
        and isinstance(found.get("total"), int)
    )
    if not sound:
        raise UnreadableFile(f"{path.name}: is not a result of GOV.UK's search", hint=_FETCH_AGAIN)
    return dict(found)
