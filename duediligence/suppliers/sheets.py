"""The sheets of a workbook that hold suppliers as one table, and those that may hold some."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from duediligence.formats.extra_rows import find_extra_row_kind
from duediligence.formats.filetype import RowLimit, detect_file_type
from duediligence.formats.table import Table, Usable, any_cell, read_sheets, read_table
from duediligence.formats.workbook import EVERY
from duediligence.matching.names.parties import may_name
from duediligence.suppliers.columns import guess_supplier_columns
from duediligence.suppliers.doubtful_rows import RowAnswers, RowInDoubt
from duediligence.writing import unescape_formula

# Rows of the second sheet count from twice this, but on the sheet that decides the headings.
SHEET_ROWS = 1_000_000
_PAST = re.compile(r"archive|\b(?:ended|expired|closed|inactive|old|left)\b|former|previous", re.I)


def read_supplier_tables(
    path: Path, sheet: str, usable: Usable, limit: RowLimit | None
) -> list[Table]:
    """Return the table of the file or sheet, or one for each sheet of a workbook, without the
    apostrophes that our own files have before a formula. Raises UsageError.
    """
    if sheet or detect_file_type(path) != "workbook":
        return [_unescape(read_table(path, sheet=sheet, usable=usable, limit=limit))]
    found = read_sheets(path, usable, sheet=EVERY, fits=any_cell, limit=limit)
    tables = [replace(one, rows=list(one.rows)) for one in map(_unescape, found)]
    return tables or [_unescape(read_table(path, usable=usable))]


def _unescape(table: Table) -> Table:
    rows = ((row, tuple(map(unescape_formula, cells))) for row, cells in table.rows)
    return replace(table, header=tuple(map(unescape_formula, table.header)), rows=rows)


def join_tables(
    tables: Sequence[Table], mapping: Mapping[str, str], answers: RowAnswers
) -> tuple[Table, list[RowInDoubt]]:
    """Return the sheets with headings of suppliers as one table, and a question about each other
    sheet that is hidden, is of the past by its name, or has names that no sheet has that is read.

    Columns of one heading or one field are one.
    """
    if len(tables) == 1:
        return tables[0], []
    ranked = list[tuple[bool, bool, int, dict[str, tuple[int, ...]]]]()
    for n, one in enumerate(tables):
        read = guess_supplier_columns(one.header, mapping).read()
        sure = len(read) > 1 and {*mapping.values()} <= {*one.header}
        asked = not sure or one.hidden or bool(_PAST.search(one.sheet))
        ranked.append(("name" not in read or asked, "name" not in read, n, read))
    main, known, doubts = tables[min(ranked)[2]], set[str](), list[RowInDoubt]()
    union, rows, headings, read_from = dict[str, str](), [], dict[str, str](), dict[str, str]()
    for asked, nameless, n, read in sorted(ranked):
        one = tables[n]
        above = (n + 1) * SHEET_ROWS * (one is not main)
        texts = {
            text.strip().casefold()
            for _, cells in one.rows
            for text in (cells if nameless else cells[read["name"][0] :][:1])
        } - known
        if asked and above:
            new = (text for text in texts if not find_extra_row_kind([text], (), may_name))
            if not (any(map(may_name, new)) if nameless else any(new) or len(read) > 1):
                continue
            question, row = f"Sheet {one.sheet}", above + one.at
            answer = answers.of([row], question)
            # Without a heading of names it cannot be read.
            answer = answer and None if nameless else answer
            doubts.append(RowInDoubt((row,), question, "it may hold suppliers", answer))
            if not answer:
                continue
        known |= texts
        read_from[one.sheet] = f"{one.sheet!r}{f' (rows from {above:,})' * bool(above)}"
        headings = headings or {field: one.header[at[0]] for field, at in read.items()}
        shared = {at[0]: headings[field] for field, at in read.items() if field in headings}
        keys = list[str]()
        for at, own in enumerate(one.header):
            key = shared.get(at, own) or str(at)
            while key in keys:
                key += " "
            keys.append(key)
            union.setdefault(key, shared.get(at, own))
        for row, cells in one.rows:
            rows.append((row + above, dict(zip(keys, cells, strict=False)), cells[len(keys) :]))
    joined = [(row, (*(held.get(key, "") for key in union), *rest)) for row, held, rest in rows]
    left = ", ".join(one.sheet for one in tables if one.sheet not in read_from) or "none"
    said = ", ".join(read_from.values())
    note = f"Read sheet {said}; not read: {left}. Choose the sheet to read one."
    notes = (note, *main.notes)
    return replace(main, header=tuple(union.values()), rows=joined, notes=notes), doubts
