"""A spreadsheet into suppliers: each row imported, or rejected with the reason."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

from duediligence.errors import Hint, OptionRemark, UsageError
from duediligence.formats.cells import clean
from duediligence.formats.extra_rows import ExtraRowKind, find_extra_row_kind
from duediligence.formats.filetype import RowLimit
from duediligence.formats.table import Table
from duediligence.matching.names.parties import may_name
from duediligence.model import RejectedRow, Repair, Supplier, UnreadCell
from duediligence.suppliers.cell_ledger import CellLedger, RefusedCell
from duediligence.suppliers.columns import (
    Columns,
    People,
    choose_columns,
    field_names,
    header_key,
    score_header,
)
from duediligence.suppliers.contact_columns import HASHED, Contacts
from duediligence.suppliers.contacts import MakeContactKey
from duediligence.suppliers.contract_cells import SupplierCell
from duediligence.suppliers.doubtful_rows import (
    ALONE,
    ANSWER_WORDS,
    NO_ANSWERS,
    SUM,
    AloneRows,
    RowAnswers,
    RowInDoubt,
    ends_as_firm,
    list_columns_in_doubt,
    why_doubtful,
)
from duediligence.suppliers.endings import Endings, RowEndings
from duediligence.suppliers.fields import CONTACTS
from duediligence.suppliers.headings import own_file
from duediligence.suppliers.parents import Parents, StoredSuppliers
from duediligence.suppliers.people import birth_date
from duediligence.suppliers.rows import (
    PeopleCells,
    Unusable,
    made_ref,
    mask_digits,
    read_supplier,
    spellings_of_refs,
    with_contracts_of,
    with_given,
)
from duediligence.suppliers.sheets import SHEET_ROWS, join_tables, read_supplier_tables
from duediligence.suppliers.stated_totals import StatedTotals
from duediligence.writing import encode_csv, write_bytes


def rejects_csv(rejects: Sequence[RejectedRow], header: Sequence[str]) -> bytes:
    """Return the rejects as CSV that Excel opens, and that can be corrected and imported again:
    row, reason, then the columns of the file.
    """
    rows = ([one.row, one.reason, *one.cells] for one in rejects)
    return encode_csv(["row", "reason", *header], rows)


def write_rejects(rejects: Sequence[RejectedRow], header: Sequence[str], path: Path) -> None:
    """Write the rejects to a file (see `rejects_csv`), whole or not at all. Raises StorageError."""
    write_bytes(path, rejects_csv(rejects, header))


# What is given back of a cell in a reject; the whole stands in the user's own file.
_REJECT_CELL = 2_000
# A row with the headings of a file that was mapped before is the header, whatever else would do.
_SURE = 1_000_000
_LONGEST_SHOWN = 300
_ONE_REF = "another spelling of one reference"
# How many cells about contracts that were not read are quoted.
_FAULTS = 3


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column that is read: its field, how many cells hold something, how many were refused.

    `example` is the first cell that holds something. A cell that was corrected is kept, and so is
    one that says that there is nothing.
    """

    field: str
    heading: str
    example: str
    filled: int
    refused: int

    @property
    def kept(self) -> int:
        """Return how many of the cells were kept, as they are or corrected."""
        return self.filled - self.refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What a supplier file held.

    `headings` is the `header_key` of the table that was read first. `columns` gives the heading (or
    headings) of each field, `seen` what was understood of each
    column, `refused` each cell of which not all was kept; `unused` are the headings that nobody
    reads. `rows` counts rows with anything in them:
    each is a supplier, a reject, one of the `duplicates`, which repeat an earlier row in all that
    is read but a name, one of the `further` contracts of a supplier that an earlier row names, one
    of the `skipped` titles, totals, footnotes and repeated headers, or one of those `in_doubt`,
    unless a person said that it is a supplier. `mapping` is
    what was given or `remembered` of an earlier file with these headings. `remarks` say what was
    chosen or left out, for the officer to read. `without_ref` are the references of suppliers that
    have none in the file, `undated` those of which something ended on a day that the file does not
    give: the day of the import.
    """

    file: str
    sha256: str
    header: tuple[str, ...]
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    suppliers: tuple[Supplier, ...]
    rejects: tuple[RejectedRow, ...]
    remarks: tuple[str | Hint, ...]
    rows: int
    duplicates: int
    skipped: int = 0
    further: int = 0
    seen: tuple[ColumnSeen, ...] = ()
    refused: tuple[RefusedCell, ...] = ()
    corrected: tuple[tuple[int, Repair], ...] = ()
    in_doubt: tuple[RowInDoubt, ...] = ()
    skipped_rows: tuple[tuple[int, str], ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    remembered: bool = False
    without_ref: frozenset[str] = frozenset()
    undated: frozenset[str] = frozenset()
    headings: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """Return the remarks in words that any reader can follow."""
        return tuple(map(str, self.remarks))

    @property
    def not_read(self) -> tuple[RejectedRow, ...]:
        """Return the rows of which nobody knows what they would have shown: rejected, or in
        doubt.
        """
        return (*self.rejects, *(one.as_rejected for one in self.unanswered))

    @property
    def unanswered(self) -> tuple[RowInDoubt, ...]:
        """Return the rows in doubt of which nobody said whether they are suppliers."""
        return tuple(one for one in self.in_doubt if one.answer is None)

    def cells_csv(self) -> bytes:
        """Return every cell and row that was not kept as it is as CSV: its row, column,
        text, what it was read as and why.
        """
        lines = [(one.row, one.column, one.text, "", one.reason) for one in self.refused]
        lines += [(row, one.column, one.found, one.used, one.reason) for row, one in self.corrected]
        lines += [(row, "", text, "", "no supplier: skipped") for row, text in self.skipped_rows]
        lines += [
            (row, "", one.text, "", f"{ANSWER_WORDS[one.answer]}: {one.reason}")
            for one in self.in_doubt
            for row in one.rows
        ]
        rows = ([row or "", *cells] for row, *cells in sorted(lines))
        return encode_csv(["row", "column", "text", "read as", "reason"], rows)


def read_suppliers(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str = "",
    today: date | None = None,
    remembered: Mapping[str, Mapping[str, str]] | None = None,
    known: StoredSuppliers | None = None,
    contact_key: MakeContactKey | None = None,
    answers: RowAnswers = NO_ANSWERS,
    limit: RowLimit | None = None,
) -> Import:
    """Read a supplier file: delimited text, XLSX, XLS or ODS.

    `mapping` gives the heading of a field where guessing is not enough; where it is not given, one
    of those `remembered`, by `header_key`, is taken. `sheet` is the sheet of a workbook; `today`
    tells the century of a birth year of two digits. `known` are suppliers that a row may name as
    the one it works under. `contact_key` makes what is kept of phone numbers, mail domains and bank
    accounts: without it they are not read. `answers` say which rows in doubt are suppliers. A file
    of over `limit` rows is refused before any becomes a supplier, which takes long. A row that
    cannot be used is a reject, not an error. Raises UsageError for a file that cannot be used: see
    `docs/officer/supplier-file.md`.
    """
    told = field_names(mapping or {})
    maps = {} if mapping else dict(remembered or {})

    def usable(row: Sequence[str]) -> int:
        return _SURE if maps and header_key(row) in maps else score_header(row, told)

    tables = read_supplier_tables(path, sheet, usable, limit)
    again = next((maps[key] for one in tables if (key := header_key(one.header)) in maps), None)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    told = field_names(again) if again else told
    table, doubts = join_tables(tables, told, answers)
    read = _import_table(
        table,
        digest,
        doubts,
        told=told,
        remembered=bool(again),
        today=today,
        known=known,
        contact_key=contact_key,
        answers=answers,
    )
    first = next(one for one in tables if one.sheet == table.sheet)
    return replace(read, headings=header_key(first.header))


def read_records(
    records: Iterable[Mapping[str, object]],
    *,
    name: str = "records",
    mapping: Mapping[str, str] | None = None,
    today: date | None = None,
    contact_key: MakeContactKey | None = None,
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
    return _import_table(
        table, digest, (), told=field_names(mapping or {}), today=today, contact_key=contact_key
    )


def as_text(value: object) -> str:
    """Return a value of a record as the text of a cell: `2024-03-01`, `1234` for 1234.0, else
    `str`.
    """
    if value is None or value != value:  # NaN and NaT differ from themselves
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def _import_table(
    table: Table,
    digest: str,
    doubts: Sequence[RowInDoubt],
    *,
    told: Mapping[str, str],
    today: date | None,
    remembered: bool = False,
    known: StoredSuppliers | None = None,
    contact_key: MakeContactKey | None = None,
    answers: RowAnswers = NO_ANSWERS,
) -> Import:
    if own := own_file(table.header):
        raise UsageError(
            f"{table.name}: is {own} that this tool wrote, not a file of suppliers",
            hint="Choose the file in which your suppliers are.",
        )
    columns = choose_columns(table.header, told, table.name)
    rows = list(table.rows)
    unread = set(range(len(table.header))).difference(*columns.read().values())
    asked = dict(list_columns_in_doubt(table.header, unread, rows, table.at, answers))
    more = (People("person", at) for at, doubt in asked.items() if doubt.answer)
    columns = replace(columns, people=(*columns.people, *more))
    contacts = Contacts.of(table.header, columns, contact_key)
    columns = columns if contact_key else columns.without_contacts()
    reader = _RowReader(table.header, columns, today or datetime.now(UTC).date(), contacts, answers)
    for row, cells in rows:
        reader.take(row, cells)
    reader.take_alone()
    reader.settle(told, known or StoredSuppliers())
    if not reader.rows:
        raise UsageError(
            f"{table.name}: holds no suppliers: there is nothing below the header",
            hint=Hint("Choose another file, or another sheet", OptionRemark(" with --sheet"), "."),
        )
    read = {name: at for name, at in columns.read().items() if name not in reader.dropped}
    used = {at for many in read.values() for at in many}
    return Import(
        file=table.name,
        sha256=digest,
        header=table.header,
        columns={name: ", ".join(table.header[at] for at in many) for name, many in read.items()},
        unused=tuple(name for at, name in enumerate(table.header) if name and at not in used),
        suppliers=tuple(held for _, held in reader.suppliers.values()),
        rejects=tuple(reader.rejects),
        remarks=(
            *table.notes,
            *_describe_spare_columns(table.header, columns),
            *reader.notes(),
            *contacts.notes(),
        ),
        rows=reader.rows,
        duplicates=len(reader.repeated) + len(reader.renamed),
        skipped=len(reader.skipped),
        further=len(reader.further),
        seen=reader.columns_seen(),
        refused=reader.refused(),
        corrected=tuple(reader.ledger.corrected),
        in_doubt=(*doubts, *asked.values(), *reader.in_doubt()),
        skipped_rows=tuple(reader.skipped),
        mapping=told,
        remembered=remembered,
        without_ref=frozenset(reader.made),
        undated=frozenset(reader.undated),
    )


class _RowReader:
    """Turns rows into suppliers, and keeps count of every one that it is given."""

    def __init__(
        self,
        header: tuple[str, ...],
        columns: Columns,
        today: date,
        contacts: Contacts,
        answers: RowAnswers,
    ) -> None:
        self.rows = 0
        self._answers = answers
        self._alone = AloneRows()
        self._waiting: list[tuple[int, tuple[str, ...]]] = []
        self._doubts: dict[str, tuple[list[tuple[int, tuple[str, ...]]], str]] = {}
        self.totals = StatedTotals(header)
        self.skipped: list[tuple[int, str]] = []
        self._today = today
        self._contacts = contacts
        self.ledger = CellLedger(header, columns)
        self._examples: dict[int, str] = {}
        self.suppliers: dict[str, tuple[int, Supplier]] = {}
        self.rejects: list[RejectedRow] = []
        self.repeated: list[int] = []
        self.renamed: list[int] = []
        self.further: list[int] = []
        self._contract_faults: list[tuple[int, UnreadCell]] = []
        self._rows_of: dict[str, list[RowEndings]] = {}
        self._other_notes: list[str | Hint] = []
        # Fields whose column turned out to hold something else, once all rows were read.
        self.dropped: set[str] = set()
        self.made: set[str] = set()
        self.undated: set[str] = set()
        read = {at for many in columns.read().values() for at in many}
        self._unnamed = {at: False for at, name in enumerate(header) if not name and at not in read}
        self._header = header
        self._columns = columns
        self._name_at = columns.fields["name"][0]
        # The row that was read last, and the columns that a further contract fills.
        self._above: tuple[int, tuple[str, ...]] = (-1, ())
        self._merged: list[int] = []
        self._of_contracts = {
            at
            for name, many in columns.fields.items()
            if name.startswith("contract") or name in ("status", "ended")
            for at in many
        }
        self._unread_columns = {at for at, name in enumerate(header) if name and at not in read}
        # What is no field, and what is put together out of two columns.
        self._other_columns = self._unread_columns.union(
            *(people.columns for people in columns.people if people.given is not None)
        )

    def take(self, row: int, cells: tuple[str, ...]) -> None:
        """Read one row that is not blank."""
        self.rows += 1
        further = self._continues(row, cells)
        kind = None if further else find_extra_row_kind(cells, self._header, may_name, summed=True)
        why = "" if further else self._why_doubtful(cells, kind)
        if why:
            self._doubt(row, cells, why)
        elif kind or (not further and self.totals.is_bare_sum(cells, self._name_at)):
            self._skip(row, cells)
        elif not further and self._alone.add(cells):
            self._above = (-1, ())
            self._waiting.append((row, cells))
        else:
            self._take(row, cells, further=further)

    def _skip(self, row: int, cells: tuple[str, ...]) -> None:
        shown = self._contacts.withheld(cells, len(self._header))
        self.skipped.append((row, next(filter(None, map(clean, shown)), "")))
        self.totals.compare(row, cells)

    def _why_doubtful(self, cells: tuple[str, ...], kind: ExtraRowKind | None) -> str:
        """Return why a row may be no supplier, by its words and by the sum of the rows above it."""
        if why := why_doubtful(cells, self._name_at, kind):
            return why
        name = clean(cells[self._name_at]) if self._name_at < len(cells) else ""
        is_sum = not kind and name and self.totals.is_sum(cells) and not ends_as_firm(name)
        return SUM if is_sum else ""

    def take_alone(self) -> None:
        """Read the rows that hold one text, which are in doubt where others hold more; and those in
        doubt of which a person said that they are suppliers.
        """
        stand_out = self._alone.do_stand_out(self._name_at)
        for row, cells in self._waiting:
            if stand_out and not may_name(clean("".join(cells))):
                self._doubt(row, cells, ALONE)
            else:
                self._take(row, cells)
        for text, (rows, _) in self._doubts.items():
            if self._answers.of([row for row, _ in rows], text):
                for row, cells in rows:
                    self._take(row, cells)
        if self._waiting or self._doubts:
            self.suppliers = dict(sorted(self.suppliers.items(), key=lambda one: one[1][0]))
            self.rejects.sort(key=lambda one: one.row)

    def _doubt(self, row: int, cells: tuple[str, ...], why: str) -> None:
        """List a row that may be no supplier with others of its text."""
        shown = self._shown(self._contacts.withheld(cells, len(self._header)))
        text = shown[self._name_at] or " | ".join(filter(None, shown))[:_LONGEST_SHOWN]
        self._doubts.setdefault(text, ([], why))[0].append((row, cells))

    def in_doubt(self) -> tuple[RowInDoubt, ...]:
        """Return the rows in doubt, those of one text together, with what a person said."""
        found = []
        for text, (held, why) in self._doubts.items():
            rows = tuple(row for row, _ in held)
            found.append(RowInDoubt(rows, text, why, self._answers.of(rows, text)))
        return tuple(found)

    def _take(self, row: int, cells: tuple[str, ...], *, further: bool = False) -> None:
        self.totals.add(cells)
        self.ledger.count_row(row, cells)
        if further:
            cells = self._completed(cells)
            self._merged.append(row)
        self._above = (row, cells)
        try:
            found, fields, dropped = self._read(cells)
            keys, not_understood = self._contacts.read(row, fields)
            self._keep(row, replace(found, contact_keys=keys), fields)
            self.ledger.corrected += [(row, one) for one in found.repairs if one.used]
            self.ledger.refuse(
                row, (*found.unread, *_list_unused_cells(found), *dropped, *not_understood)
            )
        except Unusable as unusable:
            short = tuple(
                cell if len(cell) <= _REJECT_CELL else cell[:_REJECT_CELL] + "…"
                for cell in self._contacts.withheld(cells, len(self._header))
            )
            self.rejects.append(RejectedRow(row, str(unusable), short))
            self.ledger.refuse_row(row, self._shown(short), f"row rejected: {unusable}")

    def _continues(self, row: int, cells: tuple[str, ...]) -> bool:
        """Return whether a row holds a further contract alone, of the supplier of the row above it.

        The cells of the supplier are merged downwards, all or some of them: those that are filled
        are as above, and at least one that is filled there is blank here.
        """
        above = self._above[1]
        width = max(len(above), len(cells))
        held, own = (_strip_cells(each, width) for each in (above, cells))
        of_supplier = [
            (held[at], own[at])
            for at in range(width)
            if at not in self._of_contracts and at not in self._unread_columns
        ]
        return (
            row == self._above[0] + 1
            and any(own[at] for at in self._of_contracts if at < width)
            and all(here in ("", there) for there, here in of_supplier)
            and any(there and not here for there, here in of_supplier)
        )

    def _completed(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        above = self._above[1]
        width = max(len(above), len(cells))
        own, held = (row + ("",) * (width - len(row)) for row in (cells, above))
        return tuple(
            text if at in self._of_contracts or text.strip() else held[at]
            for at, text in enumerate(own)
        )

    def _shown(self, cells: Sequence[str]) -> list[str]:
        """Return the cells of a row as they may be quoted: of people without the digits of
        dates.
        """
        padded = [*cells, *[""] * (len(self._header) - len(cells))]
        personal = {at for people in self._columns.people for at in people.columns}
        return [
            mask_digits(cell) if at in personal else clean(cell)[:_LONGEST_SHOWN]
            for at, cell in enumerate(padded)
        ]

    def _read(
        self, cells: tuple[str, ...]
    ) -> tuple[Supplier, dict[str, list[SupplierCell]], list[UnreadCell]]:
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
                self._examples.setdefault(at, text)

        def cell(at: int | None) -> SupplierCell:
            return (
                SupplierCell("", "") if at is None else SupplierCell(self._header[at], padded[at])
            )

        fields = {name: [cell(at) for at in many] for name, many in self._columns.fields.items()}
        dropped: list[UnreadCell] = []
        found = read_supplier(
            fields,
            [
                PeopleCells(p.role, with_given(cell(p.given), cell(p.names)), cell(p.born))
                for p in self._columns.people
            ],
            today=self._today,
            nameless=[
                SupplierCell(f"column {at + 1}", padded[at]) for at in self._unnamed if padded[at]
            ],
            unused=[cell(at) for at in self._other_columns],
            dropped=dropped,
        )
        return found, fields, dropped

    def _keep(self, row: int, found: Supplier, cells: dict[str, list[SupplierCell]]) -> None:
        made = not found.ref
        if made:
            found = replace(found, ref=made_ref(found))
            # Two that differ in more than contracts, such as people: both are kept, under two keys.
            if self._other(found):
                found = replace(found, ref=made_ref(found, whole=True))
        self._contract_faults += [(row, cell) for cell in found.unread if _of_contract(cell)]
        if found.ref not in self.suppliers:
            self.suppliers[found.ref] = (row, found)
            self._rows_of[found.ref] = [RowEndings.of(row, found, cells)]
            if made:
                self.made.add(found.ref)
            return
        first, known = self.suppliers[found.ref]
        both = self._joined(known, found, one_sheet=row < SHEET_ROWS)
        if both is None:
            raise Unusable(f"has the reference {found.ref} of row {first}, but differs from it")
        self._rows_of[found.ref].append(RowEndings.of(row, found, cells))
        if found.name.casefold() != known.name.casefold():
            self.renamed.append(row)
            self.ledger.corrected += [
                (row, one) for one in both.repairs if one not in (*known.repairs, *found.repairs)
            ]
        elif both.engagements == known.engagements:
            self.repeated.append(row)
        else:
            self.further.append(row)
        self.suppliers[found.ref] = (first, both)

    def settle(self, told: Mapping[str, str], known: StoredSuppliers) -> None:
        """Read what rests on all rows of a supplier, or names another one. Call it last."""
        self._join_spellings()
        rows = [one for many in self._rows_of.values() for one in many]
        fields = self._columns.fields.keys()
        if fields & {"status", "ended"}:
            endings = Endings(rows, today=self._today, chosen=told)
            if endings.note:
                self.dropped.add("status")
                self._other_notes.append(endings.note)
            for ref, (row, found) in self.suppliers.items():
                found, undated, faults = endings.settle(found, self._rows_of[ref])
                self.suppliers[ref] = (row, found)
                self._settle_faults(faults)
                if undated:
                    self.undated.add(ref)
        if fields & {"part_of", "part_role"}:
            self._find_parents(rows, told, known)
        ends = [found.ended for _, found in self.suppliers.values() if found.ended]
        if ended := sum(day <= self._today for day in ends):
            self._other_notes.append(f"{ended:,} ended: kept, and not screened.")
        if later := len(ends) - ended:
            self._other_notes.append(f"{later:,} with an end date to come: screened until then.")

    def _join_spellings(self) -> None:
        """Make one supplier of those whose references are one in several spellings."""
        first: dict[str, str] = {}
        plain = spellings_of_refs(self.suppliers.keys() - self.made)
        for ref in [ref for ref in self.suppliers if ref in plain]:
            kept = first.setdefault(plain[ref], ref)
            if kept == ref:
                continue
            (row, known), (other_row, other) = self.suppliers[kept], self.suppliers[ref]
            other = replace(other, ref=kept)
            both = self._joined(known, other)
            if both is None:
                continue
            spelled = Repair(self._columns.heading("ref", self._header), ref, kept, _ONE_REF)
            self.suppliers[kept] = (row, replace(both, repairs=(*both.repairs, spelled)))
            self._rows_of[kept] += self._rows_of.pop(ref)
            del self.suppliers[ref]
            self.renamed.append(other_row)
            self.ledger.corrected.append((other_row, spelled))

    def _joined(
        self, known: Supplier, found: Supplier, *, one_sheet: bool = True
    ) -> Supplier | None:
        """Return the two as one, where they differ in contracts, contacts and names alone; of two
        sheets, also where one leaves out what the other says.
        """
        if not one_sheet:
            known, found = _complete(known, found), _complete(found, known)
        heading = self._columns.heading("name", self._header)
        return with_contracts_of(known, found) or with_contracts_of(
            known, found, column=heading, names_differ=True
        )

    def _find_parents(
        self, rows: Sequence[RowEndings], told: Mapping[str, str], known: StoredSuppliers
    ) -> None:
        parents = Parents((found for _, found in self.suppliers.values()), known)
        if "part_of" not in told and (heading := parents.doubtful_column(rows)):
            self.dropped.add("part_of")
            self._other_notes.append(
                Hint(
                    f"Column {heading!r} names no supplier of this file: it is not read.",
                    OptionRemark(f' To read it: --map part_of="{heading}".'),
                )
            )
            return
        for ref, (row, found) in self.suppliers.items():
            above, faults = parents.of(found, self._rows_of[ref])
            self._settle_faults(faults)
            if above or faults:
                unread = dict.fromkeys((*found.unread, *(cell for _, cell in faults)))
                self.suppliers[ref] = (row, replace(found, part_of=above, unread=tuple(unread)))

    def _settle_faults(self, faults: Sequence[tuple[int, UnreadCell]]) -> None:
        self._contract_faults += faults
        for row, cell in faults:
            self.ledger.refuse(row, [cell])

    def refused(self) -> tuple[RefusedCell, ...]:
        """Return the cells that were refused, without those of columns that are not read after
        all.
        """
        dropped = {at for name in self.dropped for at in self._columns.fields[name]}
        return tuple(one for one in self.ledger.refused if one.at not in dropped)

    def _other(self, found: Supplier) -> bool:
        known = self.suppliers.get(found.ref)
        return known is not None and with_contracts_of(known[1], found) is None

    def columns_seen(self) -> tuple[ColumnSeen, ...]:
        """Return what was understood of each column that is read, in the order of the file."""
        refused = Counter(at for _, at in {(one.row, one.at) for one in self.ledger.refused})
        of = {at: name for name, many in self._columns.read().items() for at in many}
        of |= {p.born: f"{p.role} born" for p in self._columns.people if p.born is not None}
        fields = self._columns.fields
        return tuple(
            ColumnSeen(
                name,
                self._header[at],
                HASHED if name in CONTACTS else self._example(at, personal=name not in fields),
                self.ledger.filled[at],
                refused[at],
            )
            for at, name in sorted(of.items())
            if name not in self.dropped
        )

    def _example(self, at: int, *, personal: bool) -> str:
        """Return the first cell that holds something, of people without a day of birth."""
        text = clean(self._examples.get(at, ""))
        if not personal:
            return text
        born = birth_date(text, self._today)
        return str(born) if born else mask_digits(text)

    def notes(self) -> Iterator[str | Hint]:
        """Yield what was done with whole rows and columns, one line each."""
        if self.skipped:
            row, text = self.skipped[0]
            several = (
                "row is not a supplier" if len(self.skipped) == 1 else "rows are not suppliers"
            )
            yield (
                f"{len(self.skipped):,} {several} (titles, totals, footnotes): "
                f"row {row} {text[:60]!r}{' …' if len(self.skipped) > 1 else ''}"
            )
        for row, cell in self._contract_faults[:_FAULTS]:
            yield f"Row {row}, column {cell.column!r}: {cell.text[:60]!r} not read: {cell.reason}."
        if (more := len(self._contract_faults) - _FAULTS) > 0:
            yield f"and {more:,} more cells about contracts that were not read."
        if self._merged:
            yield (
                "With less of the supplier, read as a further contract of the row above: "
                f"{_format_row_numbers(self._merged)}."
            )
        yield from self.totals.notes(len(self.suppliers))
        if self.renamed:
            yield (
                f"Another name under the reference of an earlier row: "
                f"{_format_row_numbers(self.renamed)}."
            )
        if self.repeated:
            yield f"Read once although repeated: {_format_row_numbers(self.repeated)}."
        yield from self._about_contracts()
        yield from self._other_notes
        for at in (at for at, filled in self._unnamed.items() if filled):
            yield f"Column {at + 1} has no heading: its contents are not read."
        if self.made:
            yield (
                f"{len(self.made):,} suppliers without a reference of their own: they are "
                "recognised by number, name and postcode."
            )

    def _about_contracts(self) -> Iterator[str]:
        """Yield what was understood of contracts, and each cell of them that was not."""
        held = [supplier for _, supplier in self.suppliers.values() if supplier.contracts]
        contracts = [one for supplier in held for one in supplier.contracts]
        if contracts:
            valued = sum(one.yearly_value is not None for one in contracts)
            coded = sum(bool(one.category or one.cpv) for one in contracts)
            yield (
                f"{len(contracts):,} contracts of {len(held):,} suppliers: {coded:,} with a "
                f"category or CPV code, {valued:,} with a yearly value."
            )
        if further := [row for row in self.further if row not in set(self._merged)]:
            yield f"A further contract of a supplier read before: {_format_row_numbers(further)}."
        if "contract_value" in self._columns.fields:
            yield (
                "A total contract value is divided by the years from start to end; without both "
                "dates the yearly value is not known."
            )


def _complete(one: Supplier, other: Supplier) -> Supplier:
    both = {f.name: getattr(one, f.name) or getattr(other, f.name) for f in fields(Supplier)}
    return replace(one, **both)


def _strip_cells(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return tuple(map(str.strip, cells)) + ("",) * (width - len(cells))


def _list_unused_cells(found: Supplier) -> Iterator[UnreadCell]:
    """Yield the cells of a supplier whose value was not used."""
    for one in found.repairs:
        if not one.used:
            yield UnreadCell(one.column, one.found, "text", one.reason)


def _of_contract(cell: UnreadCell) -> bool:
    return cell.looks_like == "contract"


def _describe_spare_columns(header: Sequence[str], columns: Columns) -> Iterator[Hint]:
    for name, spare in columns.spare.items():
        taken = ", ".join(repr(header[at]) for at in columns.fields[name])
        passed = ", ".join(repr(header[at]) for at in spare)
        yield Hint(
            f"{name} is read from {taken}, not from {passed}.",
            OptionRemark(f" To choose: --map {name}=…."),
        )


def _format_row_numbers(rows: Sequence[int]) -> str:
    shown = ", ".join(f"{row}" for row in rows[:6])
    more = f" and {len(rows) - 6:,} more" if len(rows) > 6 else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}{more}"
