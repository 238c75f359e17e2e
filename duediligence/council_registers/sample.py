"""A file of a register, or a folder of its pages, read as a sample of what it holds."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.contracts.files import natural_order
from duediligence.council_registers.description import Format, RegisterSource
from duediligence.council_registers.furniture import kind_of
from duediligence.council_registers.guesses import guess_columns, like_a_header
from duediligence.council_registers.tables import Grid, TableLine, format_of, read_grid
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats import html
from duediligence.formats.cells import clean

if TYPE_CHECKING:
    from bs4 import Tag


_CALLED = re.compile(r"\W*next\b", re.IGNORECASE)


def next_selector(path: Path) -> str:
    """Return a CSS selector of that link alone; empty where the page has none. Raises
    UnreadableFile.
    """
    page = html.page(path)
    if page.select_one("a[rel~=next][href]"):
        return "a[rel~=next]"
    for link in page.select("a[href]"):
        if any(
            _CALLED.match(told)
            for told in (html.text(link), _read_tag_attribute(link, "aria-label"))
        ):
            target = {_read_tag_attribute(link, "href")}
            for way in _list_next_selectors(link):
                # A page often has the link twice, above the table and below.
                if {_read_tag_attribute(one, "href") for one in page.select(way)} == target:
                    return way
    return ""


def _list_next_selectors(link: "Tag") -> Iterator[str]:
    """Yield selectors of the link that can fit no other: a class that only says `pager` would."""
    for tag, way in ((link, "a.{}"), (link.parent, ".{} > a")):
        for one in tag.get_attribute_list("class") if tag else ():
            if one and re.fullmatch(r"(?i)(?:[a-z][\w-]*-)?next(?:-[\w-]*)?", one):
                yield way.format(one)
    if re.fullmatch(r"[\w ]+", told := _read_tag_attribute(link, "aria-label")):
        yield f'a[aria-label="{told}"]'
    if word := re.search(r"next\b", html.text(link), re.IGNORECASE):
        yield f'a:-soup-contains("{word[0]}")'


def _read_tag_attribute(tag: "Tag", name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""


_MOST_ROWS = 100_000
_MOST_TABLES = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """What was read. `pattern` is that of the names in a folder, empty of a file.

    `table` is the number of the table on a page that has several, else 0; `next` the selector of
    the link to the next page, empty where the page has none. `rows` are those of the first file,
    and of others in the folder that have its header.
    """

    path: Path
    pattern: str
    form: Format
    header: tuple[str, ...]
    rows: tuple[TableLine, ...]
    table: int
    next: str

    @property
    def cells(self) -> dict[str, list[str]]:
        """Return the cells below each heading."""
        return {
            heading: [clean(row.cells[at]) for row in self.rows if at < len(row.cells)]
            for at, heading in reversed(tuple(enumerate(self.header)))
        }


def read_sample(path: Path) -> Sample:
    """Read a file, or those of a folder. Raises UsageError where the first holds no table."""
    first, pattern, files = path, "", [path]
    if path.is_dir():
        names = sorted((p.name for p in path.iterdir() if p.is_file()), key=natural_order)
        endings = Counter(Path(name).suffix for name in names if not name.startswith("."))
        if not endings:
            raise UsageError(f"{path}: the folder holds no files", hint="Save the pages into it.")
        pattern = f"*{endings.most_common(1)[0][0]}"
        files = [path / name for name in names if Path(name).suffix == pattern[1:]]
        first = files[0]
    elif str(path).startswith(("http:", "https:")):
        raise UsageError(
            f"{path}: a sample is a file", hint="Save the page as a file, and name that."
        )
    try:
        form = format_of(first)
        grid, table = _read_sample_grid(first, form)
        others = (row for file in files[1:] for row in _rows_of(file, table, grid.header))
        rows = tuple(_filter_record_rows(islice(chain(grid.rows, others), _MOST_ROWS), grid.header))
        link = next_selector(first) if form == "html" else ""
    except UnreadableFile as error:
        raise UsageError(error.message, hint=error.hint) from error
    return Sample(path, pattern, form, grid.header, rows, table, link)


def _filter_record_rows(rows: Iterable[TableLine], header: tuple[str, ...]) -> Iterator[TableLine]:
    """Return the rows without those that are surely no records, whatever the columns mean."""
    places = range(len(header))
    return (row for row in rows if kind_of(row, header, places, places) is None)


def _rows_of(path: Path, table: int, header: tuple[str, ...]) -> Iterator[TableLine]:
    """Yield the rows of another file of the folder; none where it is not as the first."""
    try:
        grid = read_grid(path, RegisterSource(table=table or ""), _score_header_row)
        if grid.header == header:
            yield from grid.rows
    except UnreadableFile:
        return


def _score_header_row(row: Sequence[str]) -> int:
    return 2 * len(guess_columns(row)) + like_a_header(row)


def _read_sample_grid(path: Path, form: Format) -> tuple[Grid, int]:
    """Return the table of the sample, and its number on a page that has several, else 0."""
    try:
        return read_grid(path, RegisterSource(), _score_header_row), 0
    except UnreadableFile:
        if form != "html":
            raise
        grids: Mapping[int, Grid] = dict(_read_page_grids(path))
        if not grids:
            raise
        best = max(grids, key=lambda number: _score_header_row(grids[number].header))
        return grids[best], best


def _read_page_grids(path: Path) -> Iterator[tuple[int, Grid]]:
    for number in range(1, _MOST_TABLES + 1):
        try:
            yield number, read_grid(path, RegisterSource(table=number), _score_header_row)
        except UnreadableFile:
            return
