"""What a column holds, told from its cells alone."""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from duediligence.local_registers.fields import Field
from duediligence.local_registers.guessing.dates import DATES, reads
from duediligence.local_registers.rows.values import given
from duediligence.text.legal_forms import has_legal_form
from duediligence.text.postcodes import last_postcode

Content = Literal["", "date", "postcode", "link", "number", "address", "name", "text"]
# Cells looked at: a register says on its first pages what it holds.
MOST_CELLS = 200
_DIGITS = re.compile(r"\d\d")
_FIGURES = re.compile(r"[£\d.,% -]+")
_STREET = re.compile(
    r"\b(?:road|street|lane|avenue|close|drive|square|row|terrace|way|estate|farm|quay)\b",
    re.IGNORECASE,
)
# What a column cannot be of which the cells say something else. An empty one can be anything.
_NEVER: dict[str, frozenset[Content]] = {
    "text": frozenset({"date", "postcode", "link", "number"}),
    "word": frozenset({"date", "postcode", "link", "number", "address"}),
    "date": frozenset({"postcode", "link", "number", "address", "name", "text"}),
    "money": frozenset({"date", "postcode", "link", "address", "name", "text"}),
    "number": frozenset({"date", "postcode", "link", "address", "name"}),
    "link": frozenset({"date", "postcode", "number", "address", "name", "text"}),
}


def content(cells: Sequence[str]) -> Content:
    """What most of the cells are; empty where all are."""
    filled = [cell for cell in cells[:MOST_CELLS] if given(cell)]

    def most(fits: Callable[[str], object], share: float = 0.5) -> bool:
        return sum(bool(fits(cell)) for cell in filled) > share * len(filled)

    if not filled:
        return ""
    # Asked first whether any date could be there: to try each form takes long.
    if most(_DIGITS.search) and any(most(lambda c: reads(c, dates)) for dates in DATES):  # noqa: B023
        return "date"
    if most(lambda cell: last_postcode(cell).replace(" ", "") == cell.upper().replace(" ", "")):
        return "postcode"
    if most(lambda cell: cell.startswith(("https://", "http://"))):
        return "link"
    if most(_FIGURES.fullmatch):
        return "number"
    if most(lambda cell: last_postcode(cell) or _STREET.search(cell)):
        return "address"
    return "name" if most(has_legal_form, 0.25) else "text"


def can_be(field: Field, held: Content) -> bool:
    """Whether a column that holds this could be the field."""
    if field.name == "postcode":
        return held in ("", "postcode")
    if field.kind == "address":
        return held in ("", "address")
    if field.name == "subject_name" and held == "address":
        return False
    return held not in _NEVER.get(field.kind, ())
