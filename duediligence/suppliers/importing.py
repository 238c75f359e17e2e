"""A spreadsheet in, suppliers out: nothing dropped silently, nothing changed by importing twice."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from duediligence.errors import UsageError
from duediligence.formats.table import read_table
from duediligence.model import RejectedRow, Supplier
from duediligence.suppliers.columns import Columns, choose, field_names, score
from duediligence.suppliers.rows import Cell, PeopleCells, Unusable, made_ref, supplier

# What is given back of a cell in a reject; the whole stands in the user's own file.
_REJECT_CELL = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What a supplier file held.

    `columns` gives the heading (or headings) of each field; `unused` are the headings that
    nobody reads. `rows` counts rows with anything in them: each is a supplier, a reject, or one
    of the `duplicates`, which repeat an earlier row in all that is read. `notes` say what was
    chosen or left out, for the officer to read.
    """

    file: str
    sha256: str
    header: tuple[str, ...]
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    suppliers: tuple[Supplier, ...]
    rejects: tuple[RejectedRow, ...]
    notes: tuple[str, ...]
    rows: int
    duplicates: int


def read_suppliers(
    path: Path, *, mapping: Mapping[str, str] | None = None, sheet: str = ""
) -> Import:
    """Read a supplier file: delimited text, XLSX, XLS or ODS.

    `mapping` gives the heading of a field where guessing is not enough; `sheet` the sheet of a
    workbook. A row that cannot be used is a reject, not an error. Raises UsageError for a file
    that cannot be used: see `docs/supplier-file.md`.
    """
    told = field_names(mapping or {})
    table = read_table(path, sheet=sheet, usable=lambda row: score(row, told))
    columns = choose(table.header, told, table.name)
    reader = _Reader(table.header, columns)
    for row, cells in table.rows:
        reader.take(row, cells)
    if not reader.rows:
        raise UsageError(
            f"{table.name}: holds no suppliers: nothing stands below the header",
            hint="Choose another file, or another sheet with --sheet.",
        )
    read = columns.read()
    used = {at for many in read.values() for at in many}
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Import(
        file=table.name,
        sha256=digest,
        header=table.header,
        columns={field: ", ".join(table.header[at] for at in many) for field, many in read.items()},
        unused=tuple(name for at, name in enumerate(table.header) if name and at not in used),
        suppliers=tuple(held for _, held in reader.suppliers.values()),
        rejects=tuple(reader.rejects),
        notes=(*table.notes, *_undecided(table.header, columns), *reader.notes()),
        rows=reader.rows,
        duplicates=len(reader.repeated),
    )


class _Reader:
    """Turns rows into suppliers, and keeps count of every one that it is given."""

    def __init__(self, header: tuple[str, ...], columns: Columns) -> None:
        self.rows = 0
        self.suppliers: dict[str, tuple[int, Supplier]] = {}
        self.rejects: list[RejectedRow] = []
        self.repeated: list[int] = []
        self._unnamed = dict.fromkeys((at for at, name in enumerate(header) if not name), False)
        self._made = 0
        self._header = header
        self._columns = columns

    def take(self, row: int, cells: tuple[str, ...]) -> None:
        """Read one row that is not blank."""
        self.rows += 1
        try:
            self._keep(row, self._read(cells))
        except Unusable as unusable:
            short = tuple(
                cell if len(cell) <= _REJECT_CELL else cell[:_REJECT_CELL] + "…" for cell in cells
            )
            self.rejects.append(RejectedRow(row, str(unusable), short))

    def _read(self, cells: tuple[str, ...]) -> Supplier:
        width = len(self._header)
        if any("\0" in cell for cell in cells):
            raise Unusable("holds NUL bytes: the file was damaged on its way")
        if any(cell.strip() for cell in cells[width:]):
            raise Unusable(
                f"has {len(cells)} cells where the header has {width}: a value with the "
                "delimiter in it needs quotation marks"
            )
        padded = cells + ("",) * (width - len(cells))
        for at in self._unnamed:
            self._unnamed[at] |= bool(padded[at].strip())
        if padded == self._header:
            raise Unusable("repeats the header")

        def cell(at: int | None) -> Cell:
            return Cell("", "") if at is None else Cell(self._header[at], padded[at])

        return supplier(
            {field: [cell(at) for at in many] for field, many in self._columns.fields.items()},
            [PeopleCells(p.role, cell(p.names), cell(p.born)) for p in self._columns.people],
        )

    def _keep(self, row: int, found: Supplier) -> None:
        made = not found.ref
        if made:
            self._made += 1
            found = replace(found, ref=made_ref(found))
            # The same firm twice, but for another contract say: both are kept, under two keys.
            if self._other(found):
                found = replace(found, ref=made_ref(found, whole=True))
        if found.ref not in self.suppliers:
            self.suppliers[found.ref] = (row, found)
        elif self._other(found):
            first = self.suppliers[found.ref][0]
            raise Unusable(f"has the reference {found.ref} of row {first}, but differs from it")
        else:
            self.repeated.append(row)
            self._made -= made

    def _other(self, found: Supplier) -> bool:
        known = self.suppliers.get(found.ref)
        return known is not None and known[1] != found

    def notes(self) -> Iterator[str]:
        """What was done with whole rows and columns, one line each."""
        if self.repeated:
            yield f"Read once though repeated: {_listing(self.repeated)}."
        for at in (at for at, filled in self._unnamed.items() if filled):
            yield f"Column {at + 1} has no heading: what stands in it is not read."
        if self._made:
            yield (
                f"{self._made:,} suppliers without a reference of their own got one made from "
                "name, numbers and postcode."
            )


def _undecided(header: Sequence[str], columns: Columns) -> Iterator[str]:
    for field, spare in columns.spare.items():
        taken = ", ".join(repr(header[at]) for at in columns.fields[field])
        passed = ", ".join(repr(header[at]) for at in spare)
        yield f"{field} is read from {taken}, not from {passed}. --map {field}=… chooses."


def _listing(rows: Sequence[int]) -> str:
    shown = ", ".join(f"{row}" for row in rows[:10])
    more = f" and {len(rows) - 10:,} more" if len(rows) > 10 else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}{more}"
