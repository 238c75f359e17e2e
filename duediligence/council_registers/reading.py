"""The files of a register → entries: all of them, or none and everything that is wrong."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from duediligence.contracts import Files
from duediligence.council_registers.description import MOST_PROBLEMS, Description, folded
from duediligence.council_registers.entries import (
    Cells,
    HeaderPlaces,
    RegisterProblem,
    derived_id,
    entry,
)
from duediligence.council_registers.tables import Grid, TableLine, next_link, read_grid
from duediligence.errors import DuediligenceError, Hint, Step, UnreadableFile, UsageError
from duediligence.model import ListEntry
from duediligence.permissions import lies_within


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the files of a register hold. Where there is a problem there are no entries.

    `rows` counts the rows read; `problems` are the first MOST_PROBLEMS; `notes` say what had to
    be chosen.
    """

    entries: tuple[ListEntry, ...]
    problems: tuple[RegisterProblem, ...]
    rows: int
    notes: tuple[str, ...] = ()


def filename(description: Description) -> str:
    """The name, or pattern of names, that the register's files have."""
    source = description.source
    if source.file:
        return source.file.name
    if source.folder:
        return source.files
    return f"{description.id}{'-{page}' if source.next else ''}.{source.format}"


def files_in(description: Description, folder: Path | None = None) -> Files:
    """The register's files in `folder`, by default where the description says.

    Raises UsageError where there is none, or the description names an address only.
    """
    # Here, for requests is slow to import.
    from duediligence.fetch.feeds import fitting

    source = description.source
    brought = folder
    folder = brought or source.folder or (source.file.parent if source.file else None)
    name = filename(description)
    if folder is None:
        raise UsageError(
            f"{description.path.name}: the register is at {source.url}",
            hint="To see what it holds: add it, refresh it and test it again. Or save it as "
            f"{name.replace('{page}', '1')} into a folder DIR, and add --from DIR.",
        )
    try:
        held = [path.name for path in folder.iterdir() if path.is_file()]
    except OSError as error:
        raise UsageError(f"{folder}: cannot be opened: {error.strerror}") from error
    found = fitting(name, held)
    if not found:
        raise UsageError(f"{folder}: has no file {name}", hint="Check [source], or --from.")
    for inside in () if brought else found.values():
        if not lies_within(folder / inside, folder):
            raise UsageError(
                f"{folder / inside} is a link that leads out of its folder",
                hint="Put the file itself there.",
            )
    return Files({spelt: folder / found_as for spelt, found_as in found.items()})


def examine(description: Description, files: Files) -> Examined:
    """Read every row. What was not understood or is left out is told to `files.drift`."""
    reader = _Reader(description, files)
    for path in files.matching("*"):
        try:
            reader.read(path)
        except DuediligenceError as error:
            reader.problems.append(
                RegisterProblem(path.name, 0, "", _bare(error, path), str(error.hint))
            )
    if description.source.next and all(problem.row for problem in reader.problems):
        reader.problems = [*_gaps(files, description.source.next), *reader.problems]
    return Examined(
        entries=() if reader.problems else tuple(_distinct(reader.entries, files)),
        problems=tuple(reader.problems[:MOST_PROBLEMS]),
        rows=reader.rows,
        notes=tuple(dict.fromkeys(reader.notes)),
    )


def read(description: Description, files: Files) -> Iterator[ListEntry]:
    """The entries of a register. Raises UnreadableFile before the first, unless all is sound."""
    found = examine(description, files)
    if found.problems:
        first, more = found.problems[0], len(found.problems) - 1
        raise UnreadableFile(
            f"{first}{f' (and {more} more)' if more else ''}",
            hint=Hint(
                *([f"{first.hint} "] if first.hint else []),
                "To see all of them: ",
                Step("test-register-description", file=str(description.path)),
            ),
        )
    for note in found.notes:
        files.drift.met("note", note)
    yield from found.entries


class _Reader:
    """Reads files one after the other, and gathers their entries and problems."""

    def __init__(self, description: Description, files: Files) -> None:
        self.entries: list[ListEntry] = []
        self.problems: list[RegisterProblem] = []
        self.notes: list[str] = []
        self.rows = 0
        self._description = description
        self._drift = files.drift
        self._wanted = {folded(h) for c in description.columns.values() for h in c.headings}

    def read(self, path: Path) -> None:
        """Read one file, and stop where there are enough problems to show.

        Raises DuediligenceError where it cannot be read as a table with the columns described.
        """
        grid = read_grid(path, self._description.source, self._score)
        place = HeaderPlaces(grid.file, grid.header, self._positions(grid))
        self.notes += grid.notes
        for aside in grid.asides:
            self._drift.left_out("row that is not a record", aside[:40])
        unnamed = [at for at, heading in enumerate(grid.header) if not heading]
        for line in grid.rows:
            if len(self.problems) >= MOST_PROBLEMS:
                return
            # Printed registers repeat the header on each page.
            if line.cells == grid.header:
                continue
            self.rows += 1
            if fault := _misshapen(line, len(grid.header)):
                hint = "A value that holds the delimiter needs quotation marks around it."
                self.problems.append(RegisterProblem(grid.file, line.number, "", fault, hint))
                continue
            for at in unnamed:
                if line.cells[at].strip():
                    self._drift.unread("column", f"number {at + 1}, without a heading")
            cells = Cells(self._description, place, line)
            if found := entry(cells, self._description, self._drift):
                self.entries.append(found)
            for problem in cells.problems:
                self._add(problem)

    def _add(self, problem: RegisterProblem) -> None:
        """Keep a problem; one that stands in many rows is reported once, with their number."""
        for at, known in enumerate(self.problems):
            if replace(problem, row=known.row) == replace(known, more=0):
                self.problems[at] = replace(known, more=known.more + 1)
                return
        self.problems.append(problem)

    def _score(self, row: Sequence[str]) -> int:
        return len(self._wanted & {folded(cell) for cell in row})

    def _positions(self, grid: Grid) -> dict[str, tuple[int, ...]]:
        """Where each field stands. Raises UnreadableFile for a column that is not there."""
        header = [folded(heading) for heading in grid.header]
        counts = Counter(header)
        wrong = [
            _astray(name, heading, counts, grid.header)
            for name, column in self._description.columns.items()
            for heading in column.headings
            if counts[folded(heading)] != 1
        ]
        if wrong:
            listed = ", ".join(repr(heading) for heading in grid.header[:50] if heading)
            raise UnreadableFile(
                f"{grid.file}: {'; '.join(wrong)} ({self._description.path.name})",
                hint=f"Columns found: {listed or 'none'}.",
            )
        ignored = {folded(heading) for heading in self._description.ignore}
        for heading in grid.header:
            if heading and folded(heading) not in self._wanted | ignored:
                self._drift.unread("column", heading)
        return {
            name: tuple(header.index(folded(heading)) for heading in column.headings)
            for name, column in self._description.columns.items()
            if column.headings
        }


def _misshapen(line: TableLine, width: int) -> str:
    if len(line.cells) < width or any(cell.strip() for cell in line.cells[width:]):
        return f"has {len(line.cells)} cells where the header has {width}"
    return "holds NUL bytes: the file is damaged" if any("\0" in c for c in line.cells) else ""


def _astray(name: str, heading: str, counts: Counter[str], header: tuple[str, ...]) -> str:
    if counts[folded(heading)] > 1:
        return f"columns.{name}: two columns are headed {heading!r}"
    near = get_close_matches(folded(heading), counts, 1)
    shown = next((found for found in header if near and folded(found) == near[0]), "")
    did = f"; did you mean {shown!r}?" if shown else ""
    return f"columns.{name}: unknown column {heading!r}{did}"


def _bare(error: DuediligenceError, path: Path) -> str:
    return error.message.removeprefix(f"{path.name}: ")


def _gaps(files: Files, selector: str) -> list[RegisterProblem]:
    """The last page, and only that, leads to no other: else pages are missing or of two times."""
    held = files.matching("*")
    last = [path.name for path in held if not next_link(path, selector)]
    if len(last) == 1:
        return []
    what = f"{len(last)} pages link to no next one: {', '.join(last[:5])}"
    if not last:
        what = f"none of the {len(held)} pages is the last: each links to a next one"
        if len(held) == 1:
            what = "is the only page, and links to a next one"
    hint = (
        "Pages are missing, or were saved at different times: fetch or save all of them again "
        "together."
    )
    return [RegisterProblem(held[-1].name, 0, "", what, hint)]


def _distinct(entries: Sequence[ListEntry], files: Files) -> Iterator[ListEntry]:
    """Each entry under an id of its own; a row that repeats another in all is read once."""
    named = [replace(one, id=one.id or f"made-{derived_id(one)}") for one in entries]
    different = tuple(dict.fromkeys(named))
    if repeated := len(named) - len(different):
        files.drift.left_out("row that repeats another", count=repeated)
    counts = Counter(one.id for one in different)
    for one in different:
        if counts[one.id] == 1:
            yield one
        else:
            files.drift.met("reference of several records", "", one.id)
            yield replace(one, id=f"{one.id}~{derived_id(one, whole=True)}")
