"""The sample that a starter is guessed from: one file of a register, or a folder of its pages."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from duediligence.contracts.files import natural_order
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats.cells import clean
from duediligence.local_registers.description import Format, Source
from duediligence.local_registers.guessing.columns import guess_columns, like_a_header
from duediligence.local_registers.guessing.nextpage import next_selector
from duediligence.local_registers.tables import Grid, Line, format_of, read_grid

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
    rows: tuple[Line, ...]
    table: int
    next: str

    @property
    def cells(self) -> dict[str, list[str]]:
        """The cells below each heading."""
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
        grid, table = _grid(first, form)
        others = (row for file in files[1:] for row in _rows_of(file, table, grid.header))
        rows = tuple(islice(chain(grid.rows, others), _MOST_ROWS))
        link = next_selector(first) if form == "html" else ""
    except UnreadableFile as error:
        raise UsageError(error.message, hint=error.hint) from error
    return Sample(path, pattern, form, grid.header, rows, table, link)


def _rows_of(path: Path, table: int, header: tuple[str, ...]) -> Iterator[Line]:
    """The rows of another file of the folder; none where it is not as the first."""
    try:
        grid = read_grid(path, Source(table=table or ""), _score)
        if grid.header == header:
            yield from grid.rows
    except UnreadableFile:
        return


def _score(row: Sequence[str]) -> int:
    return 2 * len(guess_columns(row)) + like_a_header(row)


def _grid(path: Path, form: Format) -> tuple[Grid, int]:
    """The table of the sample, and its number on a page that has several, else 0."""
    try:
        return read_grid(path, Source(), _score), 0
    except UnreadableFile:
        if form != "html":
            raise
        grids: Mapping[int, Grid] = dict(_tables(path))
        if not grids:
            raise
        best = max(grids, key=lambda number: _score(grids[number].header))
        return grids[best], best


def _tables(path: Path) -> Iterator[tuple[int, Grid]]:
    for number in range(1, _MOST_TABLES + 1):
        try:
            yield number, read_grid(path, Source(table=number), _score)
        except UnreadableFile:
            return
