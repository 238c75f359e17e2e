"""A spreadsheet whose headings nobody here has seen: columns are told by the words in them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from duediligence.contracts import Drift
from duediligence.errors import Hint, Step, UnreadableFile, UsageError
from duediligence.formats import workbook
from duediligence.formats.cells import clean
from duediligence.formats.filetype import filetype
from duediligence.formats.table import Table, read_table

_KEEP_BY_HAND = Hint(
    "Copy what is needed into the template of the list, and bring that: ",
    Step("write-list-template", list="nca-ancillary-orders"),
)
# The first that fits a heading names it: `Order end date` is an end before it is an order.
_WORDS = {
    # What somebody was convicted of is not kept.
    "passed_over": r"offen[cs]e|convict|crime|sentenc|court|address|custody|release|gender|sex\b",
    "reference": r"\bref\b|reference|\burn\b|\bid\b|^no\.?$",
    "link": r"url|link|web",
    "others": r"alias|\baka\b|other names?|also known",
    "surname": r"surname|last name|family name",
    "forename": r"forename|first name|given name",
    "birth": r"birth|\bdob\b|\bborn\b",
    "nationality": r"nationalit",
    "restrictions": r"restrict|condition|requirement|prohibit|\bterms\b",
    "ends": r"\bend|expir|until|terminat|discharg|\bto$",
    "length": r"length|duration|how long",
    "made": r"\bdate\b|start|commenc|\bmade\b|impos|\bfrom\b",
    "order": r"\border|ancillary",
    "name": r"\bname\b|subject|offender|individual",
}
_KEYS = tuple(key for key in _WORDS if key != "passed_over")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells by our keys, on one line each; empty where there is no such column."""

    cells: Mapping[str, str]
    where: str

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")

    @property
    def name(self) -> str:
        whole = " ".join(filter(None, (self["forename"], self["surname"])))
        return self["name"] or whole

    def error(self, what: str) -> UnreadableFile:
        return UnreadableFile(f"{self.where}: {what}", hint=_KEEP_BY_HAND)


def read(path: Path, drift: Drift) -> Iterator[Row]:
    """Each row of every sheet with names and orders. Raises UnreadableFile where none has."""
    try:
        found = False
        for sheet in _sheets(path):
            table = read_table(path, sheet=sheet, usable=_score)
            if _score(table.header) < 2:
                # Two headings that are known show a table of orders whose others were renamed.
                known = set(map(_key, table.header)).intersection(_KEYS)
                drift.unread("table" if len(known) > 1 else "sheet", sheet or table.name)
                continue
            found = True
            yield from _rows(table, drift)
    except UsageError as error:
        raise UnreadableFile(error.message, hint=error.hint) from error
    if not found:
        raise UnreadableFile(
            f"{path.name}: has no header with a name and an order in it", hint=_KEEP_BY_HAND
        )


def _sheets(path: Path) -> tuple[str, ...]:
    if filetype(path) != "workbook":
        return ("",)
    for sheet, _ in workbook.sheets(path, ""):
        return (sheet.name, *sheet.others)
    return ()


def _score(cells: Sequence[str]) -> int:
    """How many columns are told; none unless there are a name and an order among them."""
    keys = set(map(_key, cells))
    named = "name" in keys or "surname" in keys
    return len(keys.intersection(_KEYS)) if named and "order" in keys else 0


def _key(heading: str) -> str:
    words = clean(heading.replace("_", " ").casefold())
    return next((key for key, fits in _WORDS.items() if words and re.search(fits, words)), "")


def _rows(table: Table, drift: Drift) -> Iterator[Row]:
    at: dict[str, int] = {}
    for place, heading in enumerate(table.header):
        key = _key(heading)
        if key in _KEYS and key not in at:
            at[key] = place
        elif heading and key != "passed_over":
            drift.unread("column", heading)
    where = f"{table.name}: {f'sheet {table.sheet}: ' if table.sheet else ''}"
    width = len(table.header)
    for number, cells in table.rows:
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            raise UnreadableFile(
                f"{where}row {number} has {len(cells)} columns where the header has {width}",
                hint="The file may be cut short; fetch it again.",
            )
        yield Row({key: clean(cells[i]) for key, i in at.items()}, f"{where}row {number}")
