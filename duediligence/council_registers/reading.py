"""The files of a register → entries: all of them, or none and everything that is wrong."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from itertools import chain, groupby, pairwise
from pathlib import Path

from duediligence.contracts import Files
from duediligence.council_registers.description import Description, fold_label
from duediligence.council_registers.entries import (
    Cells,
    HeaderPlaces,
    RegisterProblem,
    build_row_entries,
    derived_id,
)
from duediligence.council_registers.tables import (
    FEWEST_COLUMNS,
    ExtraRow,
    Grid,
    TableLine,
    find_row_kind,
    next_link,
    read_grid,
)
from duediligence.council_registers.unread import keep_misshapen_row, not_read
from duediligence.errors import (
    DuediligenceError,
    Hint,
    OptionRemark,
    Step,
    UnreadableFile,
    UsageError,
)
from duediligence.formats.cells import clean
from duediligence.formats.extra_rows import ExtraRowKind
from duediligence.model import ListEntry, NotReadRow
from duediligence.permissions import lies_within

# Rows that cannot be read are listed up to this number, and more are never allowed.
MOST_UNREAD = 5_000
_NAMING = ("subject_name", "trading_name", "premises_address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the files of a register hold. Where it is refused there are no entries.

    `rows` counts the rows that look like records. `unread` are the faults of those that could not
    be read, one row after the other, at most MOST_UNREAD; `not_read` are their numbers by file.
    `problems` are why it is refused: faults of a file, or those of the rows where there are more
    than the description allows. `extra_rows` are rows that are no records. `notes` say what had to
    be chosen.
    """

    entries: tuple[ListEntry, ...]
    problems: tuple[RegisterProblem, ...]
    rows: int
    notes: tuple[str, ...] = ()
    unread: tuple[RegisterProblem, ...] = ()
    not_read: tuple[NotReadRow, ...] = ()
    extra_rows: tuple[ExtraRow, ...] = ()
    allowed: int = 0

    @property
    def by_kind(self) -> Mapping[ExtraRowKind, int]:
        """Return how many rows of each kind of extra row there are."""
        return Counter(row.kind for row in self.extra_rows)


def derive_register_filename(description: Description) -> str:
    """Return the name, or pattern of names, that the register's files have."""
    source = description.source
    if source.file:
        return source.file.name
    if source.folder:
        return source.files
    return f"{description.id}{'-{page}' if source.next else ''}.{source.format}"


def files_in(description: Description, folder: Path | None = None) -> Files:
    """Return the register's files in `folder`, by default where the description says.

    Raises UsageError where there is none, or the description names an address only.
    """
    # Here, for requests is slow to import.
    from duediligence.fetch.feeds import fitting

    source = description.source
    brought = folder
    folder = brought or source.folder or (source.file.parent if source.file else None)
    name = derive_register_filename(description)
    if folder is None:
        raise UsageError(
            f"{description.path.name}: the register is at {source.url}",
            hint=Hint(
                "To see what it holds: add it, refresh it and test it again. Or save it as "
                f"{name.replace('{page}', '1')} into a folder, and name that",
                OptionRemark(" (--from DIR)"),
                ".",
            ),
        )
    try:
        held = [path.name for path in folder.iterdir() if path.is_file()]
    except OSError as error:
        raise UsageError(f"{folder}: cannot be opened: {error.strerror}") from error
    found = fitting(name, held)
    if not found:
        raise UsageError(
            f"{folder}: has no file {name}",
            hint=Hint("Check [source]", OptionRemark(", or --from"), "."),
        )
    for inside in () if brought else found.values():
        if not lies_within(folder / inside, folder):
            raise UsageError(
                f"{folder / inside} is a link that leads out of its folder",
                hint="Put the file itself there.",
            )
    return Files({spelt: folder / found_as for spelt, found_as in found.items()})


def examine_register(description: Description, files: Files) -> Examined:
    """Read every row. What was not understood or is left out is reported to `files.drift`."""
    reader = _Reader(description, files)
    for path in files.matching("*"):
        try:
            reader.read(path)
        except DuediligenceError as error:
            reader.problems.append(
                RegisterProblem(path.name, 0, "", error.omit_file_name(path.name), str(error.hint))
            )
    if description.source.next and not reader.problems:
        reader.problems += _find_page_gaps(files, description.source.next)
    for kind, number in Counter(row.kind for row in reader.extra_rows).items():
        files.drift.left_out(f"row that is no record ({kind})", count=number)
    allowed = description.allowance.of(reader.rows)
    unread = tuple(reader.unread.values())
    problems = tuple(reader.problems)
    lost = len(reader.not_read)
    if lost > min(allowed, MOST_UNREAD) or (lost and lost == reader.rows):
        problems += unread
    return Examined(
        entries=() if problems else tuple(_assign_unique_ids(reader.entries, files)),
        problems=problems,
        rows=reader.rows,
        notes=tuple(dict.fromkeys(reader.notes)),
        unread=unread,
        not_read=tuple(reader.not_read),
        extra_rows=tuple(reader.extra_rows),
        allowed=allowed,
    )


def read_register_entries(description: Description, files: Files) -> Iterator[ListEntry]:
    """Yield the entries of a register. Raises UnreadableFile before the first where it is refused:
    for a fault of a file, and for more rows that cannot be read than the description allows.
    """
    found = examine_register(description, files)
    if found.problems:
        first, more = found.problems[0], len(found.problems) - 1
        raise UnreadableFile(
            f"{first}{f' (and {more} more)' if more else ''}{refused_rows(found)}",
            hint=Hint(
                *([f"{first.hint} "] if first.hint else []),
                "To see all of them: ",
                Step("test-register-description", file=str(description.path)),
            ),
        )
    for note in found.notes:
        files.drift.met("note", note)
    files.not_read += found.not_read
    yield from found.entries


def refused_rows(found: Examined) -> str:
    """Return how many rows could not be read and which, as the end of a sentence; empty where none
    is.
    """
    if len(found.not_read) < 2 and not found.allowed:
        return ""
    return (
        f"; {len(found.not_read):,} of {found.rows:,} rows could not be read, and at most "
        f"{found.allowed:,} may be left unread: {rows_named(found.not_read)}"
    )


def rows_named(rows: Iterable[NotReadRow]) -> str:
    """Return the rows by their numbers, a file after the other: `rows 4, 7 to 9 of notices.csv`."""
    told = []
    for file, some in groupby(rows, lambda row: row.file):
        runs: list[list[int]] = []
        for row in some:
            if runs and row.row == runs[-1][1] + 1:
                runs[-1][1] = row.row
            else:
                runs.append([row.row, row.row])
        numbers = ", ".join(
            str(first) if first == last else f"{first} to {last}" for first, last in runs
        )
        one = len(runs) == 1 and runs[0][0] == runs[0][1]
        told.append(f"{'row' if one else 'rows'} {numbers} of {file}")
    return "; ".join(told)


class _Reader:
    """Reads files one after the other, and gathers their entries and problems.

    Each row that is not blank is an entry, left out, extra, or not read: none is lost.
    """

    def __init__(self, description: Description, files: Files) -> None:
        self.entries: list[ListEntry] = []
        self.problems: list[RegisterProblem] = []
        self.unread: dict[RegisterProblem, RegisterProblem] = {}
        self.not_read: list[NotReadRow] = []
        self.extra_rows: list[ExtraRow] = []
        self.notes: list[str] = []
        self.rows = 0
        self._description = description
        self._drift = files.drift
        self._wanted = {fold_label(h) for c in description.columns.values() for h in c.headings}

    def read(self, path: Path) -> None:
        """Read one file, and stop where far more rows than any allowance cannot be read.

        Raises DuediligenceError where it cannot be read as a table with the columns described.
        """
        grid = read_grid(path, self._description.source, self._score)
        place = HeaderPlaces(grid.file, grid.header, self._positions(grid))
        self.notes += grid.notes
        unnamed = [at for at, heading in enumerate(grid.header) if not heading]
        read = {at for positions in place.positions.values() for at in positions}
        naming = {at for name in _NAMING for at in place.positions.get(name, ())}
        lines = (line for line in grid.rows if any(map(clean, line.cells)))
        for line, following in pairwise(chain(lines, [None])):
            if line is None or len(self.not_read) > MOST_UNREAD:
                return
            kind = find_row_kind(line, grid.header, read, naming)
            # What is left of a row where the file was cut short heads nothing.
            if kind == "sub-heading" and not following and len(line.cells) < len(grid.header):
                kind = None
            if kind:
                text = next(filter(None, map(clean, line.cells)))
                self.extra_rows.append(ExtraRow(grid.file, line.number, kind, text))
                continue
            self.rows += 1
            if wrong := _find_shape_fault(line, len(grid.header), read):
                fault, hint = wrong
                self._add(RegisterProblem(grid.file, line.number, "", fault, hint))
                self.not_read.append(keep_misshapen_row(line, place, self._description, fault))
                continue
            for at in unnamed:
                if line.cells[at].strip():
                    self._drift.unread("column", f"number {at + 1}, without a heading")
            cells = Cells(self._description, place, line)
            found = build_row_entries(cells, self._description, self._drift)
            for problem in cells.problems:
                self._add(problem)
            if cells.problems:
                self.not_read.append(not_read(cells))
            self.entries += found

    def _add(self, problem: RegisterProblem) -> None:
        """Keep a problem; one that several rows have is reported once, with their number."""
        key = replace(problem, row=0)
        known = self.unread.get(key)
        self.unread[key] = replace(known, more=known.more + 1) if known else problem

    def _score(self, row: Sequence[str]) -> int:
        return len(self._wanted & {fold_label(cell) for cell in row})

    def _positions(self, grid: Grid) -> dict[str, tuple[int, ...]]:
        """Return where each field stands. Raises UnreadableFile for a column that is not there."""
        header = [fold_label(heading) for heading in grid.header]
        counts = Counter(header)
        wrong = [
            _describe_column_fault(name, heading, counts, grid.header)
            for name, column in self._description.columns.items()
            for heading in column.headings
            if counts[fold_label(heading)] != 1
        ]
        if wrong:
            listed = ", ".join(repr(heading) for heading in grid.header[:50] if heading)
            raise UnreadableFile(
                f"{grid.file}: {'; '.join(wrong)} ({self._description.path.name})",
                hint=f"Columns found: {listed or 'none'}.",
            )
        ignored = {fold_label(heading) for heading in self._description.ignore}
        for heading in grid.header:
            if heading and fold_label(heading) not in self._wanted | ignored:
                self._drift.unread("column", heading)
        return {
            name: tuple(header.index(fold_label(heading)) for heading in column.headings)
            for name, column in self._description.columns.items()
            if column.headings
        }


def _find_shape_fault(line: TableLine, width: int, read: Collection[int]) -> tuple[str, str] | None:
    """Return why a row cannot be that of a record, and what to do about it; None where it can.

    `read` are the positions of the columns that are read.
    """
    quoted = "A value that holds the delimiter needs quotation marks around it."
    if len(line.cells) < width or any(cell.strip() for cell in line.cells[width:]):
        return f"has {len(line.cells)} cells where the header has {width}", quoted
    if any("\0" in cell for cell in line.cells):
        return "holds NUL bytes: the file is damaged", quoted
    filled = list(filter(None, map(clean, line.cells)))
    # What stands for an empty cell must not make a record of a footnote.
    if len(filled) == 1 and len(read) >= FEWEST_COLUMNS:
        return (
            f"holds nothing but {filled[0][:60]!r}",
            "If it is a footnote or a heading, delete the row. If it names somebody, complete it.",
        )
    return None


def _describe_column_fault(
    name: str, heading: str, counts: Counter[str], header: tuple[str, ...]
) -> str:
    if counts[fold_label(heading)] > 1:
        return f"columns.{name}: two columns are headed {heading!r}"
    near = get_close_matches(fold_label(heading), counts, 1)
    shown = next((found for found in header if near and fold_label(found) == near[0]), "")
    did = f"; did you mean {shown!r}?" if shown else ""
    return f"columns.{name}: unknown column {heading!r}{did}"


def _find_page_gaps(files: Files, selector: str) -> list[RegisterProblem]:
    """Return the last page, and only that, leads to no other: else pages are missing or of two
    times.
    """
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


def _assign_unique_ids(entries: Sequence[ListEntry], files: Files) -> Iterator[ListEntry]:
    """Yield each entry under an id of its own; a row that repeats another in all is read once."""
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


def render_entry_fields(entry: ListEntry) -> dict[str, str]:
    """Return what was read of a record, by the names of its fields; what is empty is left out."""
    record = entry.record
    shown = {
        "id": entry.id,
        "subject_name": entry.name,
        "subject_type": {"person": "individual"}.get(entry.kind, entry.kind),
        "trading_name": "; ".join(name.text for name in entry.names[1:]),
        "numbers": ", ".join(map(str, entry.identifiers)),
        "birth_month_year": ", ".join(map(str, entry.birth_dates)),
        "premises_address": "; ".join(address.text for address in entry.addresses),
        "postcode": "; ".join(address.postcode for address in entry.addresses),
        "other_holders": "; ".join(entry.related),
        "source_url": entry.url,
    }
    for field in fields(record) if record else ():
        value = getattr(record, field.name)
        name = "record_type" if field.name == "type" else field.name
        shown[name] = "; ".join(value) if isinstance(value, tuple) else str(value or "")
    return {name: value for name, value in shown.items() if value and value != "False"}


def build_trial_document(
    description: Description, files: Files, found: Examined, rows: int
) -> dict[str, object]:
    """Return what a trial of the register found, for programs, with its first `rows` records."""
    return {
        "id": description.id,
        "records": len(found.entries),
        "rows": found.rows,
        "files": list(files),
        "first": [render_entry_fields(entry) for entry in found.entries[:rows]],
        "problems": [str(problem) for problem in found.problems],
        "not_read": [
            {"file": row.file, "row": row.row, "column": row.column, "reason": row.reason}
            for row in found.not_read
        ],
        "allowed": found.allowed,
        "no_record": dict(found.by_kind),
        "notes": [*found.notes, *(item.words() for item in files.drift.items())],
    }
