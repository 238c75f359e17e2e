"""The holders that a row names: in several columns, or several in one cell."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from duediligence.formats.cells import clean, split_cell
from duediligence.matching.names.parties import may_name, split_alternative_names
from duediligence.text.folding import fold
from duediligence.text.legal_forms import has_legal_form, split_legal_forms

_NUMBERED = re.compile(r"[\s_.#(]*(?:no\.?\s*)?\d{1,2}\)?$", re.IGNORECASE)
_LINES = "\r\n\v\f"


@dataclass(frozen=True, slots=True)
class Holder:
    """A party that a row names, and what it is by the heading of its column: `Premises supervisor`.

    `role` is empty where all are named in one column.
    """

    name: str
    role: str

    def __str__(self) -> str:
        return f"{self.role}: {self.name}" if self.role else self.name

    @property
    def mark(self) -> str:
        """Return six digits that distinguish it from the other holders of a record."""
        return hashlib.sha256(fold(self.name).encode(errors="replace")).hexdigest()[:6]


def strip_heading_number(heading: str) -> str:
    """Return a heading without the number at its end: `Licence holder 2` is `Licence holder`."""
    return clean(_NUMBERED.sub("", heading)) or heading


def several_in(cell: str) -> list[str]:
    """Return the names in one cell, separated by semicolons, or each on a line where each is a
    name.

    Partners joined by `and` are one name, in which the matcher finds both.
    """
    lines = list(split_cell(cell, _LINES))
    if len(lines) > 1 and all(has_legal_form(line) or may_name(line) for line in lines):
        return [name for line in lines for name in several_in(line)]
    named = list(split_cell(cell, ";"))
    if len(named) > 1 and all(map(_is_whole_name, named)):
        return named
    return [clean(cell)]


def deduplicate_holders(holders: Sequence[Holder]) -> tuple[Holder, ...]:
    """Return each holder once, whatever the columns: the first of one name counts."""
    found: dict[str, Holder] = {}
    for holder in holders:
        found.setdefault(fold(holder.name), holder)
    return tuple(found.values())


def holders_in(cells: Iterator[tuple[str, str]], *, by_role: bool) -> tuple[Holder, ...]:
    """Return the holders in cells, each with the heading of its column."""
    return deduplicate_holders(
        [
            Holder(name, strip_heading_number(heading) if by_role else "")
            for heading, cell in cells
            for name in several_in(cell)
            if any(map(str.isalnum, name))
        ]
    )


def _is_whole_name(name: str) -> bool:
    """Return whether it is a name by itself: no legal form alone, nothing that `t/a` begins."""
    if sum(map(str.isalpha, name)) < 2 or split_legal_forms(["x", *fold(name).split()])[0] == ["x"]:
        return False
    return len(split_alternative_names(f"X {name}")) <= len(split_alternative_names(name))
