"""Alerts as a workbook to decide in: what was compared, and cells for what is decided.

Excel and LibreOffice keep the lists to choose from and the lock of all other cells. The lock has
no password: it prevents slips, and whoever reads the workbook back has to verify every row.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from duediligence.render.flags_xlsx import cell_text
from duediligence.render.wording import fold, utc

SHEET, GUIDE, WORKINGS = "Decisions", "Read me", "Workings"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the sheet: its heading, its width, and whether a person fills it in."""

    heading: str
    width: int
    filled: bool = False
    day: bool = False
    help: str = ""


# In the order of the sheet. What is decided is beside what is compared; the last three columns
# are for the import alone.
COLUMNS: Mapping[str, SheetColumn] = {
    "alert": SheetColumn("Alert", 10),
    "supplier": SheetColumn("Supplier", 26),
    "severity": SheetColumn("Severity", 9),
    "about": SheetColumn("About", 24),
    "point": SheetColumn("Point", 30),
    "kind": SheetColumn("Kind of alert", 14),
    "ours": SheetColumn("Supplier's side", 38),
    "theirs": SheetColumn("List entry", 38),
    "agrees": SheetColumn("Agrees", 16),
    "differs": SheetColumn("Differs", 16),
    "not_known": SheetColumn("Not known", 16),
    "before": SheetColumn("State, and decided before", 34),
    "decision": SheetColumn("Decision", 17, filled=True, help="Choose one, or leave it empty."),
    "reason": SheetColumn(
        "Reason", 36, filled=True, help="Choose the decision first: the reasons depend on it."
    ),
    "note": SheetColumn(
        "Note",
        36,
        filled=True,
        help="What you saw. People can ask to see it. OTHER needs a note.",
    ),
    "why": SheetColumn("Why it is here", 44),
    "grounds": SheetColumn("Possible grounds", 34),
    "look_back": SheetColumn("Look-back", 24),
    "next_step": SheetColumn("Next step", 34),
    "page": SheetColumn("Official page", 30),
    "also": SheetColumn("Also in", 24),
    "ground": SheetColumn(
        "Ground considered", 30, filled=True, help="If you consider exclusion: the ground."
    ),
    "factors": SheetColumn(
        "Factors weighed", 12, filled=True, help="The points you considered, such as a,b,d."
    ),
    "invited": SheetColumn(
        "Representations invited",
        15,
        filled=True,
        day=True,
        help="If you invited them.",
    ),
    "received": SheetColumn(
        "Representations received",
        15,
        filled=True,
        day=True,
        help="If you invited them.",
    ),
    "notice": SheetColumn(
        "Notice sent", 15, filled=True, day=True, help="The day of an exclusion notice."
    ),
    "contract": SheetColumn(
        "Contract", 24, filled=True, help="The procurement or contract that it is about."
    ),
    "alert_id": SheetColumn("Alert ID", 12),
    "compared": SheetColumn("Compared", 12),
    "row": SheetColumn("Row code", 12),
}
FILLED = tuple(key for key, column in COLUMNS.items() if column.filled)
LOCKED = tuple(key for key, column in COLUMNS.items() if not column.filled)
# The heading over the code of the export, and the one over the codes of its rows.
EXPORT, ROW_CODES = "Export", "Row codes"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedRow:
    """The text of each locked cell by the key of its column."""

    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionSheets:
    """What a workbook holds. `export` is its code, `made` the moment (UTC).

    `choices` are the decisions that each kind of alert can have, `reasons` the codes with their
    words by decision, `grounds` codes with names, `about` label and value for the guide.
    """

    export: str
    made: datetime
    rows: Sequence[LockedRow]
    choices: Mapping[str, Sequence[str]]
    reasons: Mapping[str, Sequence[tuple[str, str]]]
    grounds: Sequence[tuple[str, str]]
    about: Sequence[tuple[str, str]]


def format_choice_option(code: str, words: str) -> str:
    """Return how a code and its words are offered in a list: `DOB-DIFFERS - The dates of birth
    differ`.
    """
    return f"{code} - {words}"


def code_of(text: str) -> str:
    """Return the code of what was chosen or typed: all before the first dash between spaces, for
    word processors make a longer one of ` - `.
    """
    return re.split(r"\s[-‐-―]+\s", text, maxsplit=1)[0].strip()


def cell_of(text: str) -> str:
    """Return one locked cell as it will be written: each line on its own, within what a cell can
    hold.
    """
    return cell_text("\n".join(fold(line) for line in text.splitlines()))


def dump_decision_workbook(sheets: DecisionSheets) -> bytes:
    """Return the workbook's bytes: the same for the same content. Raises OSError."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        path = Path(scratch, "decisions.xlsx")
        with xlsxwriter.Workbook(path, {"tmpdir": scratch}) as book:
            book.set_properties({"title": "Alerts to decide", "created": utc(sheets.made)})
            _Book(book, sheets).write()
        return path.read_bytes()


class _Book:
    def __init__(self, book: Any, sheets: DecisionSheets) -> None:
        self.book, self.sheets = book, sheets
        top = {"valign": "top", "text_wrap": True, "font_size": 10}
        head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        entry = {**top, "bg_color": "#FFF8DC", "border": 1, "border_color": "#C8BFA0"}
        line = {"bottom": 1, "bottom_color": "#D5D9DE"}
        self.locked = book.add_format({**top, **line})
        self.small = book.add_format(
            {"valign": "top", "font_size": 8, "font_color": "#808080", **line}
        )
        self.bold = book.add_format({**top, "bold": True})
        self.heading = book.add_format({**head, "bg_color": "#E6EBF0"})
        self.to_fill = book.add_format({**head, "bg_color": "#F2E2A8"})
        self.entry = book.add_format({**entry, "locked": False, "num_format": "@"})
        self.day = book.add_format({**entry, "locked": False, "num_format": "d mmm yyyy"})

    def write(self) -> None:
        # The first sheet is the one that is open; the names of the lists come with the third.
        decisions = self.book.add_worksheet(SHEET)
        guide = self.book.add_worksheet(GUIDE)
        workings = self.book.add_worksheet(WORKINGS)
        self._workings(workings)
        self._guide(guide)
        self._decisions(decisions)

    def _decisions(self, sheet: Any) -> None:
        last = max(len(self.sheets.rows), 1)
        for at, (key, column) in enumerate(COLUMNS.items()):
            style = self.to_fill if column.filled else self.heading
            sheet.set_column(at, at, column.width)
            sheet.write_string(0, at, column.heading, style)
            if column.filled:
                self._validate(sheet, key, column, at, last)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for number, row in enumerate(self.sheets.rows, 1):
            sheet.set_row(number, _compute_row_height(row))
            for at, (key, column) in enumerate(COLUMNS.items()):
                if column.filled:
                    sheet.write_blank(number, at, None, self.day if column.day else self.entry)
                else:
                    style = self.small if key in ("alert_id", "compared", "row") else self.locked
                    sheet.write_string(number, at, row.cells.get(key, ""), style)
        allowed = {"autofilter": True, "format_columns": True, "format_rows": True}
        sheet.protect("", allowed)
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        sheet.fit_to_pages(2, 0)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0, 1)
        sheet.print_area(0, 0, last, list(COLUMNS).index("contract"))

    def _validate(self, sheet: Any, key: str, column: SheetColumn, at: int, last: int) -> None:
        lists = {
            "decision": f'=INDIRECT("choices_"&SUBSTITUTE(${_find_column_letter("kind")}2," '
            '","_"))',
            "reason": f'=INDIRECT("reasons_"&SUBSTITUTE(${_find_column_letter("decision")}2," '
            '","_"))',
            "ground": "=grounds",
        }
        rule: dict[str, Any] = {"input_title": column.heading, "input_message": column.help}
        if key in lists:
            rule |= {
                "validate": "list",
                "source": lists[key],
                "error_title": column.heading,
                "error_message": "Choose from the list.",
            }
            # Typing a code of a ground alone is enough.
            rule |= {"error_type": "warning"} if key == "ground" else {}
        elif column.day:
            rule |= {
                "validate": "date",
                "criteria": ">=",
                "value": date(2000, 1, 1),
                "error_title": column.heading,
                "error_message": "Enter a date, such as 24/11/2026.",
            }
        else:
            rule |= {"validate": "any"}
        sheet.data_validation(1, at, last, at, rule)

    def _workings(self, sheet: Any) -> None:
        """The code of the export, the code of each row, and the lists to choose from."""
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 20, 24)
        sheet.write_string(0, 0, "Do not change this sheet: the import checks it.", self.bold)
        sheet.write_string(1, 0, EXPORT, self.heading)
        sheet.write_string(1, 1, self.sheets.export, self.locked)
        sheet.write_string(3, 0, ROW_CODES, self.heading)
        for number, row in enumerate(self.sheets.rows, 4):
            sheet.write_string(number, 0, row.cells["row"], self.small)
        lists = {f"choices_{kind}": words for kind, words in self.sheets.choices.items()}
        lists |= {
            f"reasons_{decided}": [format_choice_option(*each) for each in codes]
            for decided, codes in self.sheets.reasons.items()
        }
        lists["grounds"] = [format_choice_option(*each) for each in self.sheets.grounds]
        for at, (name, words) in enumerate(lists.items(), 2):
            plain = name.replace(" ", "_")
            sheet.write_string(3, at, plain, self.heading)
            for number, text in enumerate(words, 4):
                sheet.write_string(number, at, text, self.locked)
            letter = xlsxwriter.utility.xl_col_to_name(at, True)
            end = 4 + len(words)
            self.book.define_name(plain, f"={WORKINGS}!{letter}$5:{letter}${end}")
        sheet.protect("")

    def _guide(self, sheet: Any) -> None:
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 90)
        number = 0
        for label, text in self.sheets.about:
            sheet.write_string(number, 0, label, self.bold)
            sheet.write_string(number, 1, text, self.locked)
            number += 1
        for decided, codes in self.sheets.reasons.items():
            number += 1
            sheet.write_string(number, 0, f"Reasons for: {decided}", self.heading)
            sheet.write_string(number, 1, "", self.heading)
            for code, words in codes:
                number += 1
                sheet.write_string(number, 0, code, self.locked)
                sheet.write_string(number, 1, words, self.locked)
            number += 1
        sheet.protect("")
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


def _find_column_letter(key: str) -> str:
    return str(xlsxwriter.utility.xl_col_to_name(list(COLUMNS).index(key)))


def _compute_row_height(row: LockedRow) -> int:
    """Return a height for the longest cell as it wraps, and no higher than a screen."""
    lines = 1
    for key in LOCKED[:-3]:
        width = COLUMNS[key].width
        text = row.cells.get(key, "")
        lines = max(lines, sum(-(-max(len(line), 1) // width) for line in text.split("\n")))
    return min(13 * lines + 4, 260)
