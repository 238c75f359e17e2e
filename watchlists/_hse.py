"""Pages of results of the registers of notices and of convictions.

The table of results has a banner above its header in one register and none in the other, and the
pager for its last row. Each page says which results it shows, so that a lost row or page is seen.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.watchlists.toolkit.bodies import build_address
from duediligence.watchlists.toolkit.tables import Layout, Row, fold, rows_of

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats.html import page, read_html_tables, text
from duediligence.formats.table import Table
from duediligence.model import Address
from duediligence.text.postcodes import last_postcode

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_SHOWING = re.compile(
    r"\bmatching results found\b.{0,80}?\bShowing Page (\d{1,6}) of (\d{1,6}), "
    r"results (\d{1,7}) to (\d{1,7})",
    re.IGNORECASE | re.ASCII,
)
_NONE = re.compile(r"\b(?:no|0) (?:matching )?(?:results|records)\b", re.IGNORECASE)
_PAGER = re.compile(r"\bpage ?:", re.IGNORECASE)
_AGAIN = "Fetch or save the pages of this search again, all of them."


@dataclass(frozen=True, slots=True)
class _Showing:
    """Which page of how many it is, and how many results stand on it; all 0 where none fit."""

    page: int
    pages: int
    results: int


def read_hse_results(
    paths: Iterable[Path], number: str, layout: Layout, drift: Drift
) -> Iterator[Row]:
    """Yield each record of every search, once; `number` is the key of the column that identifies
    it.

    The pages of one search have names that differ in their last part alone. Raises UnreadableFile
    for a page without results that does not say so, for rows or pages that are missing, and for a
    record that two pages tell differently.
    """
    searches: dict[str, list[Path]] = {}
    for path in paths:
        searches.setdefault(path.stem.rpartition("-")[0], []).append(path)
    seen: dict[str, Row] = {}
    for pages in searches.values():
        for row in _read_hse_search(pages, layout, drift):
            if not re.fullmatch(r"[0-9]{1,20}", row[number]):
                raise row.error(number, f"is {row[number][:40]!r}, not a number")
            first = seen.setdefault(row[number], row)
            if first is row:
                yield row
            elif first.cells != row.cells:
                raise row.error(number, f"{row[number]} differs in {first.filename}")


def next_page(path: Path, _: str) -> str:
    """Return the address, as written, of the page after the one in `path`; empty after the last.

    Raises UnreadableFile where the page says that there are more and does not lead to them.
    """
    soup = page(path)
    at = _read_page_position(soup, path)
    if at.page >= at.pages:
        return ""
    link = soup.select_one(f'a[title="Show Page {at.page + 1}"]')
    if link is None or not link.get("href"):
        raise UnreadableFile(
            f"{path.name}: has no link to page {at.page + 1} of {at.pages}", hint=_AGAIN
        )
    return str(link["href"]).strip()


def _read_hse_search(paths: Iterable[Path], layout: Layout, drift: Drift) -> Iterator[Row]:
    read, pages, last = set(), 0, ""
    for path in paths:
        soup = page(path)
        at = _read_page_position(soup, path)
        rows = list(_read_hse_rows(soup, path, layout, drift)) if at.results else []
        if len(rows) != at.results:
            raise UnreadableFile(
                f"{path.name}: says that it shows {at.results} results and holds {len(rows)}",
                hint=_AGAIN,
            )
        read.add(at.page)
        pages, last = max(pages, at.pages), path.name
        yield from rows
    if missing := next((n for n in range(1, pages + 1) if n not in read), 0):
        raise UnreadableFile(f"{last}: page {missing} of {pages} is missing", hint=_AGAIN)


def _read_page_position(soup: "BeautifulSoup", path: Path) -> _Showing:
    words = text(soup)
    if found := _SHOWING.search(words):
        number, pages, first, last = map(int, found.groups())
        return _Showing(number, pages, last - first + 1)
    if _NONE.search(words):
        return _Showing(0, 0, 0)
    raise UnreadableFile(
        f"{path.name}: does not say how many results it shows",
        hint="The publisher may have changed the page, or this is another one.",
    )


def _read_hse_rows(
    soup: "BeautifulSoup", path: Path, layout: Layout, drift: Drift
) -> Iterator[Row]:
    needed = {fold(name) for names in layout.needed.values() for name in names.split(" | ")}
    for table in read_html_tables(soup):
        if needed.intersection(map(fold, table.header)):
            rows = (
                (at, texts)
                for at, cells in table.rows
                if not _is_pager(texts := tuple(cell.text for cell in cells))
            )
            yield from rows_of(Table(path.name, table.header, rows), layout, drift)
            return


def _is_pager(texts: tuple[str, ...]) -> bool:
    return len(set(texts)) <= 3 and any(_PAGER.search(one) for one in texts)


# The page of one notice or case: what the list of results does not hold.

_RECORD_NUMBER = re.compile(
    r"\b(?:Notice ([0-9]{1,20}) served against|Details for Case No\.? ?([0-9]{1,20}))\b"
)
# Known, and not kept: what the list has already, or the officer reads on the page itself.
_PASSED_OVER = (
    "Defendant,Notice Type,Offence Date,Region,Local Authority,Industry,Main Activity,"
    "Type of Location,HSE Group,HSE Directorate,HSE Area,HSE Division"
).split(",")
_KEPT = (
    "Description",
    "Result",
    "Compliance Date",
    "Revised Compliance Date",
    "Total Fine",
    "Total Costs Awarded to HSE",
    "Address",
)
_KNOWN = frozenset(map(fold, (*_PASSED_OVER, *_KEPT)))


def read_hse_details(paths: Iterable[Path], drift: Drift) -> dict[str, Mapping[str, str]]:
    """Return what each page says, by the number of its record and by label as `KEPT` has them.

    Line breaks in a value become commas. Raises UnreadableFile for a page of no record, and for
    two pages of one.
    """
    found: dict[str, Mapping[str, str]] = {}
    for path in paths:
        soup = page(path)
        stated = _RECORD_NUMBER.search(text(soup))
        if not stated:
            raise UnreadableFile(
                f"{path.name}: is not the page of a notice or a case",
                hint="The publisher may have changed the page, or this is another one.",
            )
        number = stated[1] or stated[2]
        if number in found:
            raise UnreadableFile(f"{path.name}: {number} has two pages", hint="Remove one.")
        values: dict[str, str] = {}
        for row in soup.select("tr"):
            cells = [text(cell, ", ") for cell in row.find_all("td", recursive=False)]
            values |= {
                fold(label): value
                for label, value in zip(cells[::2], cells[1::2], strict=False)
                if label
            }
        for label in values.keys() - _KNOWN:
            drift.unread("label", label)
        found[number] = {label: values.get(fold(label), "") for label in _KEPT}
    return found


def read_hse_address(known: Mapping[str, str]) -> tuple[Address, ...]:
    """Return where it happened, which is often a site and not the firm's own address."""
    lines = [line for line in known.get("Address", "").split(", ") if line]
    code = next(filter(None, map(last_postcode, lines)), "")
    return build_address(
        *(line for line in lines if last_postcode(line) != code or not code), postcode=code
    )
