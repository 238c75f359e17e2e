"""A spreadsheet into suppliers: each row imported, or rejected with the reason."""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from duediligence.errors import UsageError
from duediligence.formats.cells import clean
from duediligence.formats.table import Table, read_table
from duediligence.model import RejectedRow, Supplier, UnreadCell
from duediligence.suppliers.columns import Columns, choose, field_names, header_key, score
from duediligence.suppliers.contract_cells import SupplierCell
from duediligence.suppliers.furniture import is_furniture
from duediligence.suppliers.people import birth_date
from duediligence.suppliers.rows import (
    PeopleCells,
    Unusable,
    made_ref,
    masked,
    supplier,
    with_contracts_of,
    with_given,
)
from duediligence.writing import escaped, replacing


def write_rejects(rejects: Sequence[RejectedRow], header: Sequence[str], path: Path) -> None:
    """Write the rejects as CSV that Excel opens: row, reason, then the columns of the file.

    Cells that a spreadsheet would run as a formula get an apostrophe in front. The file is
    written whole or not at all. Raises StorageError.
    """
    with (
        replacing(path) as temporary,
        temporary.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(["row", "reason", *map(escaped, header)])
        for reject in rejects:
            writer.writerow([reject.row, *map(escaped, (reject.reason, *reject.cells))])


# What is given back of a cell in a reject; the whole stands in the user's own file.
_REJECT_CELL = 2_000
# A row with the headings of a file that was mapped before is the header, whatever else would do.
_SURE = 1_000_000
# How many cells about contracts that were not read are quoted.
_FAULTS = 5


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column that is read: its field, how many cells hold something, how many were not read.

    `example` is the first cell that holds something.
    """

    field: str
    heading: str
    example: str
    filled: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What a supplier file held.

    `columns` gives the heading (or headings) of each field, `seen` what was understood of each
    column; `unused` are the headings that nobody reads. `rows` counts rows with anything in them:
    each is a supplier, a reject, one of the `duplicates`, which repeat an earlier row in all that
    is read, one of the `further` contracts of a supplier that an earlier row names, or one of the
    `skipped` titles, totals, footnotes and repeated headers. `mapping` is
    what was given or `remembered` of an earlier file with these headings. `notes` say what was
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
    skipped: int = 0
    further: int = 0
    seen: tuple[ColumnSeen, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    remembered: bool = False


def read_suppliers(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str = "",
    today: date | None = None,
    remembered: Mapping[str, Mapping[str, str]] | None = None,
) -> Import:
    """Read a supplier file: delimited text, XLSX, XLS or ODS.

    `mapping` gives the heading of a field where guessing is not enough; where it is not given, one
    of those `remembered`, by `header_key`, is taken. `sheet` is the sheet of a workbook; `today`
    tells the century of a birth year of two digits. A row that cannot be used is a reject, not an
    error. Raises UsageError for a file that cannot be used: see `docs/supplier-file.md`.
    """
    told = field_names(mapping or {})
    known = {} if mapping else dict(remembered or {})

    def usable(row: Sequence[str]) -> int:
        return _SURE if known and header_key(row) in known else score(row, told)

    table = read_table(path, sheet=sheet, usable=usable)
    again = known.get(header_key(table.header))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _imported(
        table,
        digest,
        told=field_names(again) if again else told,
        remembered=bool(again),
        today=today,
    )


def read_records(
    records: Iterable[Mapping[str, object]],
    *,
    name: str = "records",
    mapping: Mapping[str, str] | None = None,
    today: date | None = None,
) -> Import:
    """Read suppliers out of records, each a mapping of column headings to values.

    As `read_suppliers` reads the rows of a file: the first record is row 2. Missing values (None,
    NaN) are empty cells. `name` stands for the file. Raises UsageError where no heading is that
    of a name, or no record holds anything.
    """
    rows = list(records)
    header = tuple(dict.fromkeys(str(heading) for row in rows for heading in row))
    if not header:
        raise UsageError(f"{name}: holds no suppliers: there are no records")
    cells = [
        (number, tuple(as_text({str(k): v for k, v in row.items()}.get(at)) for at in header))
        for number, row in enumerate(rows, 2)
    ]
    digest = hashlib.sha256(repr((header, cells)).encode()).hexdigest()
    filled = ((number, row) for number, row in cells if any(row))
    table = Table(name=name, header=header, rows=filled)
    return _imported(table, digest, told=field_names(mapping or {}), today=today)


def as_text(value: object) -> str:
    """A value of a record as the text of a cell: `2024-03-01`, `1234` for 1234.0, else `str`."""
    if value is None or value != value:  # NaN and NaT differ from themselves
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def _imported(
    table: Table,
    digest: str,
    *,
    told: Mapping[str, str],
    today: date | None,
    remembered: bool = False,
) -> Import:
    columns = choose(table.header, told, table.name)
    reader = _RowReader(table.header, columns, today or datetime.now(UTC).date())
    for row, cells in table.rows:
        reader.take(row, cells)
    if not reader.rows:
        raise UsageError(
            f"{table.name}: holds no suppliers: there is nothing below the header",
            hint="Choose another file, or another sheet with --sheet.",
        )
    read = columns.read()
    used = {at for many in read.values() for at in many}
    return Import(
        file=table.name,
        sha256=digest,
        header=table.header,
        columns={name: ", ".join(table.header[at] for at in many) for name, many in read.items()},
        unused=tuple(name for at, name in enumerate(table.header) if name and at not in used),
        suppliers=tuple(held for _, held in reader.suppliers.values()),
        rejects=tuple(reader.rejects),
        notes=(*table.notes, *_undecided(table.header, columns), *reader.notes()),
        rows=reader.rows,
        duplicates=len(reader.repeated),
        skipped=len(reader.skipped),
        further=len(reader.further),
        seen=reader.columns_seen(),
        mapping=told,
        remembered=remembered,
    )


class _RowReader:
    """Turns rows into suppliers, and keeps count of every one that it is given."""

    def __init__(self, header: tuple[str, ...], columns: Columns, today: date) -> None:
        self.rows = 0
        self.skipped: list[tuple[int, str]] = []
        self._today = today
        self._filled: dict[int, int] = {}
        self._examples: dict[int, str] = {}
        self.suppliers: dict[str, tuple[int, Supplier]] = {}
        self.rejects: list[RejectedRow] = []
        self.repeated: list[int] = []
        self.further: list[int] = []
        self._contract_faults: list[tuple[int, UnreadCell]] = []
        read = {at for many in columns.read().values() for at in many}
        self._unnamed = {at: False for at, name in enumerate(header) if not name and at not in read}
        self._made = 0
        self._header = header
        self._columns = columns

    def take(self, row: int, cells: tuple[str, ...]) -> None:
        """Read one row that is not blank."""
        self.rows += 1
        if is_furniture(cells, self._header):
            self.skipped.append((row, next(filter(None, map(clean, cells)))))
            return
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
            raise Unusable("holds NUL bytes: the file was damaged in transfer")
        if any(cell.strip() for cell in cells[width:]):
            raise Unusable(
                f"has {len(cells)} cells where the header has {width}: a value with the "
                "delimiter in it needs quotation marks"
            )
        padded = cells + ("",) * (width - len(cells))
        for at in self._unnamed:
            self._unnamed[at] |= bool(padded[at].strip())
        for at, text in enumerate(padded):
            if text.strip():
                self._filled[at] = self._filled.get(at, 0) + 1
                self._examples.setdefault(at, text)

        def cell(at: int | None) -> SupplierCell:
            return (
                SupplierCell("", "") if at is None else SupplierCell(self._header[at], padded[at])
            )

        return supplier(
            {name: [cell(at) for at in many] for name, many in self._columns.fields.items()},
            [
                PeopleCells(p.role, with_given(cell(p.given), cell(p.names)), cell(p.born))
                for p in self._columns.people
            ],
            today=self._today,
            nameless=[
                SupplierCell(f"column {at + 1}", padded[at]) for at in self._unnamed if padded[at]
            ],
        )

    def _keep(self, row: int, found: Supplier) -> None:
        made = not found.ref
        if made:
            self._made += 1
            found = replace(found, ref=made_ref(found))
            # The same firm twice, but for another contract say: both are kept, under two keys.
            if self._other(found):
                found = replace(found, ref=made_ref(found, whole=True))
        self._contract_faults += [(row, cell) for cell in found.unread if _of_contract(cell)]
        if found.ref not in self.suppliers:
            self.suppliers[found.ref] = (row, found)
            return
        first, known = self.suppliers[found.ref]
        both = with_contracts_of(known, found)
        if both is None:
            raise Unusable(f"has the reference {found.ref} of row {first}, but differs from it")
        self._made -= made
        if both.engagements == known.engagements:
            self.repeated.append(row)
        else:
            self.further.append(row)
        self.suppliers[found.ref] = (first, both)

    def _other(self, found: Supplier) -> bool:
        known = self.suppliers.get(found.ref)
        return known is not None and known[1] != found

    def columns_seen(self) -> tuple[ColumnSeen, ...]:
        """What was understood of each column that is read, in the order of the file."""
        unread = Counter(
            cell.column for _, held in self.suppliers.values() for cell in held.unread
        ) + Counter(
            repair.column
            for _, held in self.suppliers.values()
            for repair in held.repairs
            if not repair.used
        )
        of = {at: name for name, many in self._columns.read().items() for at in many}
        of |= {p.born: f"{p.role} born" for p in self._columns.people if p.born is not None}
        return tuple(
            ColumnSeen(
                name,
                self._header[at],
                self._example(at, personal=name not in self._columns.fields),
                self._filled.get(at, 0),
                unread[self._header[at]],
            )
            for at, name in sorted(of.items())
        )

    def _example(self, at: int, *, personal: bool) -> str:
        """The first cell that holds something, of people without a day of birth."""
        text = clean(self._examples.get(at, ""))
        if not personal:
            return text
        born = birth_date(text, self._today)
        return str(born) if born else masked(text)

    def notes(self) -> Iterator[str]:
        """What was done with whole rows and columns, one line each."""
        if self.skipped:
            row, text = self.skipped[0]
            several = (
                "row is not a supplier" if len(self.skipped) == 1 else "rows are not suppliers"
            )
            yield (
                f"{len(self.skipped):,} {several} (a title, a total, a footnote or the "
                f"header again): row {row} {text[:60]!r}{' …' if len(self.skipped) > 1 else ''}"
            )
        if self.repeated:
            yield f"Read once although repeated: {_listing(self.repeated)}."
        yield from self._about_contracts()
        for at in (at for at, filled in self._unnamed.items() if filled):
            yield f"Column {at + 1} has no heading: its contents are not read."
        if self._made:
            yield (
                f"{self._made:,} suppliers without a reference of their own were given one made "
                "from name, numbers and postcode."
            )

    def _about_contracts(self) -> Iterator[str]:
        """What was understood of contracts, and each cell of them that was not."""
        held = [supplier for _, supplier in self.suppliers.values() if supplier.contracts]
        contracts = [one for supplier in held for one in supplier.contracts]
        if contracts:
            valued = sum(one.yearly_value is not None for one in contracts)
            coded = sum(bool(one.category or one.cpv) for one in contracts)
            yield (
                f"{len(contracts):,} contracts of {len(held):,} suppliers: {coded:,} with a "
                f"category or CPV code, {valued:,} with a yearly value."
            )
        if self.further:
            yield f"A further contract of a supplier read before: {_listing(self.further)}."
        if "contract_value" in self._columns.fields:
            yield (
                "A total contract value is divided by the years from start to end; without both "
                "dates the yearly value is not known."
            )
        for row, cell in self._contract_faults[:_FAULTS]:
            yield f"Row {row}, column {cell.column!r}: {cell.text[:60]!r} not read: {cell.reason}."
        if (more := len(self._contract_faults) - _FAULTS) > 0:
            yield f"and {more:,} more cells about contracts that were not read."


def _of_contract(cell: UnreadCell) -> bool:
    return cell.looks_like == "contract"


def _undecided(header: Sequence[str], columns: Columns) -> Iterator[str]:
    for name, spare in columns.spare.items():
        taken = ", ".join(repr(header[at]) for at in columns.fields[name])
        passed = ", ".join(repr(header[at]) for at in spare)
        yield f"{name} is read from {taken}, not from {passed}. To choose: --map {name}=…."


def _listing(rows: Sequence[int]) -> str:
    shown = ", ".join(f"{row}" for row in rows[:10])
    more = f" and {len(rows) - 10:,} more" if len(rows) > 10 else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}{more}"
