"""Flags as a workbook: one sheet of flags, one that says what was screened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from duediligence.errors import UsageError
from duediligence.model import Run
from duediligence.render import verdict
from duediligence.render.flags import (
    COLUMNS,
    Columns,
    Flag,
    FlagColumn,
    format_flag_rows,
    list_headings,
)
from duediligence.render.scope import scope_lines
from duediligence.render.wording import LIST_STATES, fold, iso, utc
from duediligence.writing import replace_file

# Excel's own limits.
MAX_ROWS = 1_048_576


MAX_CELL = 32_767


_CUT = " … (cut: the whole text is in the JSON)"


_WIDTHS = {"why": 70, "measures": 40, "possible_grounds": 40, "next_step": 40, "entry_url": 40}
_WIDTHS |= {"supplier_name": 32, "subject_name": 32, "entry_name": 32, "check_title": 28}
_WIDTHS |= {"list_title": 28, "match_strength": 22, "look_back": 40}


def write_xlsx(
    run: Run,
    flags: Sequence[Flag],
    path: Path,
    details: Sequence[Flag] = (),
    *,
    columns: Columns = COLUMNS,
) -> None:
    """Write a sheet "Flags" (one row a flag, in these columns), a sheet "Details" with the
    `details` (all columns, and what was set aside), and a sheet "Run" (what was screened, against
    what, and what was not checked).

    The same run always gives the same bytes. A cell that is too long for Excel is cut and says
    so. Raises StorageError, and UsageError for more findings than a sheet can hold.
    """
    save_flags_workbook(
        path,
        Sheets(
            columns=columns,
            count=max(len(flags), len(details)),
            lines=format_flag_rows(flags, columns),
            details=format_flag_rows(details),
            about=("Run", _list_summary_rows(run), _list_status_rows(run)),
            made=run.finished_at,
        ),
    )


@dataclass(frozen=True, slots=True)
class Sheets:
    """A sheet `name` of at most `count` lines under `columns`, perhaps a sheet of `details` under
    COLUMNS, and one `about` it: its name, lines, and a table of which the first line is the
    header. `made` is the workbook's time, `title` what its properties say it is, and `widths` are
    how wide columns are that a text names, in characters.
    """

    columns: Columns
    count: int
    lines: Iterable[Iterable[str]]
    about: tuple[str, Sequence[tuple[str, ...]], Sequence[tuple[str, ...]]]
    made: datetime
    details: Iterable[Iterable[str]] | None = None
    name: str = "Flags"
    title: str = "Supplier screening flags"
    widths: Mapping[str, int] = field(default_factory=lambda: _WIDTHS)


def save_flags_workbook(path: Path, sheets: Sheets) -> None:
    """Write the workbook, whole or not at all. Raises as `write` does."""
    if sheets.count >= MAX_ROWS:
        raise UsageError(
            f"{path}: {sheets.count:,} findings; an Excel sheet holds {MAX_ROWS - 1:,}",
            hint="Write them as CSV or JSON.",
        )
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch, replace_file(path) as temporary:
        # Built elsewhere and copied: xlsxwriter leaves files open when it cannot write its last.
        built = Path(scratch, "flags.xlsx")
        try:
            _build_flags_workbook(sheets, built, scratch)
        except FileCreateError as error:
            raise error.args[0] from None
        with built.open("rb") as source, temporary.open("wb") as target:
            copyfileobj(source, target)


def _build_flags_workbook(sheets: Sheets, path: Path, scratch: str) -> None:
    options = {"constant_memory": True, "tmpdir": scratch}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": sheets.title, "created": utc(sheets.made)})
        heading = book.add_format({"bold": True, "bg_color": "#E6EBF0", "bottom": 1})
        body = book.add_format({"valign": "top", "text_wrap": True})

        for name, rows, columns in (
            (sheets.name, sheets.lines, sheets.columns),
            ("Details", sheets.details, COLUMNS),
        ):
            if rows is None:
                continue
            flags = book.add_worksheet(name)
            for at, column in enumerate(columns):
                flags.set_column(at, at, _choose_column_width(column, sheets.widths))
            flags.freeze_panes(1, 0)
            flags.autofilter(0, 0, sheets.count, len(columns) - 1)
            # A score or a company number kept as text is meant, no mistake to be marked.
            flags.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
            _fill_sheet(flags, 0, [list_headings(columns)], heading)
            _fill_sheet(flags, 1, rows, body)

        name, lines, table = sheets.about
        sheet = book.add_worksheet(name)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 7, 24)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        _fill_sheet(sheet, 0, lines, body)
        _fill_sheet(sheet, len(lines) + 1, table[:1], heading)
        _fill_sheet(sheet, len(lines) + 2, table[1:], body)


def _choose_column_width(column: str | FlagColumn, widths: Mapping[str, int]) -> int:
    return widths.get(column, 16) if isinstance(column, str) else column.width


def _fill_sheet(sheet: Any, start: int, lines: Iterable[Iterable[str]], style: Any) -> None:
    for number, line in enumerate(lines, start):
        for column, text in enumerate(line):
            sheet.write_string(number, column, cell_text(text), style)


def cell_text(cell: str) -> str:
    """Return the cell within Excel's limit, which counts UTF-16 units."""
    if len(cell.encode("utf-16-le")) // 2 > MAX_CELL:
        units = cell.encode("utf-16-le")[: (MAX_CELL - len(_CUT)) * 2]
        return units.decode("utf-16-le", "ignore") + _CUT
    # xlsxwriter would take text in these tags for markup of its own and write it unescaped.
    return f"{cell} " if cell.startswith("<r>") and cell.endswith("</r>") else cell


def _list_summary_rows(run: Run) -> list[tuple[str, ...]]:
    return [
        ("Not checked", verdict.warning(run) or "nothing: all in scope was checked"),
        ("Result", verdict.headline(run)),
        *[("Left out", text) for text in [verdict.format_withheld_note(run)] if text],
        *[("Other lists", fold(text)) for text in [verdict.format_unused_lists(run)] if text],
        ("Run", run.id),
        ("As of", run.as_of.isoformat()),
        ("Started (UTC)", iso(run.started_at)),
        ("Finished (UTC)", iso(run.finished_at)),
        ("Supplier file", fold(run.supplier_file)),
        ("Supplier file SHA-256", run.supplier_file_sha256),
        ("Suppliers", str(run.suppliers)),
        ("Parties looked up", str(run.parties)),
        ("Threshold", f"{run.threshold:.2f}"),
        ("Matcher version", run.matcher_version),
        ("Policy SHA-256", run.policy_sha256),
        *[("Not checked", fold(g.what), fold(g.state), fold(g.why)) for g in verdict.gaps(run)],
        *[("Scope", fold(line)) for line in scope_lines(run)],
    ]


def _list_status_rows(run: Run) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        ("List", "List id", "State", "Version", "Published", "Retrieved (UTC)", "Entries", "Why")
    ]
    for status in run.in_use:
        version = status.version
        held = ("", "", "", "")
        if version:
            published = version.published.isoformat() if version.published else ""
            retrieved = iso(version.retrieved_at)
            held = (version.version, published, retrieved, str(version.entries))
        state = LIST_STATES[status.state]
        rows.append((fold(status.title), status.list_id, state, *held, fold(status.reason)))
    return rows
