"""The cells of one row by field, read as the description says; what is wrong is gathered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from duediligence.formats.cells import clean, parts, ungarbled
from duediligence.local_registers.description import Description, folded
from duediligence.local_registers.fields import BY_NAME
from duediligence.local_registers.rows import values

if TYPE_CHECKING:
    from duediligence.local_registers.tables import Line

Value = TypeVar("Value")
LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: with a cell, a row (`column` empty) or a file (`row` is 0).

    `more` counts later rows of which the same is true. `field` and `theirs` are set where a word
    of the register is not known.
    """

    file: str
    row: int
    column: str
    what: str
    hint: str = ""
    more: int = 0
    field: str = ""
    theirs: str = ""

    def __str__(self) -> str:
        row = f"row {self.row}: " if self.row else ""
        column = f"{self.column} " if self.column else ""
        more = (
            f" (and in {self.more:,} more row{'s' if self.more > 1 else ''})" if self.more else ""
        )
        return f"{self.file}: {row}{column}{self.what}{more}"


@dataclass(frozen=True, slots=True)
class Place:
    """A file's header, and the positions in it of each field's columns."""

    file: str
    header: tuple[str, ...]
    positions: Mapping[str, tuple[int, ...]]


class Cells:
    """One row. `problems` is empty where all that was asked for could be read."""

    def __init__(self, description: Description, place: Place, line: "Line") -> None:
        self.problems: list[Problem] = []
        self._description = description
        self._place = place
        self._line = line

    def text(self, name: str, longest: int = LONGEST) -> str:
        """The field's text, or what stands for an empty one."""
        text = values.given(self.raw(name)) or self._unwritten(name)
        if len(text) > longest:
            self.wrong(name, f"holds {len(text):,} characters; {longest:,} is the most")
            return ""
        return text

    def value(self, name: str, read: Callable[[str], Value]) -> Value | None:
        """The field's text as `read` understands it; None where it is empty, or cannot be read."""
        text = self.text(name)
        try:
            return read(text) if text else None
        except ValueError as error:
            hint = "Correct it in the file, and tell whoever keeps the register."
            if BY_NAME[name].kind == "date":
                hint += " If all are written so, say under [dates] how."
            self.wrong(name, str(error), hint)
            return None

    def word(self, name: str, *, needed: bool = False) -> str:
        """One of the field's words; empty where the cell is, or holds another."""
        found = self._ours(name, self.raw(name)) or self._unwritten(name)
        if not found and needed and not values.given(self.raw(name)):
            self.wrong(name, "is empty", f"Under [defaults], give {name} what empty ones are.")
        return found

    def words(self, name: str) -> tuple[str, ...]:
        """Several of the field's words, parted by ; or | in the cell."""
        told = [self._ours(name, part) for part in parts(self.raw(name), ";|")]
        told = [word for word in told if word] or list(parts(self._unwritten(name), ";|"))
        return tuple(dict.fromkeys(told))

    def raw(self, name: str) -> str:
        """The text of the field's columns, as it stands there."""
        column = self._description.columns.get(name)
        if column is None or column.link:
            return ""
        positions = self._place.positions.get(name, ())
        cells = [ungarbled(clean(self._line.cells[at])) for at in positions]
        filled = [cell for cell in cells if values.given(cell)] or cells[:1]
        return (", " if BY_NAME[name].kind == "address" else "; ").join(filled)

    def link(self, name: str) -> str:
        """The address of the link in the field's column, as it stands there."""
        (at,) = self._place.positions[name]
        return self._line.links[at] if at < len(self._line.links) else ""

    def wrong(self, name: str, what: str, hint: str = "", theirs: str = "") -> None:
        """Say that the field cannot be used; of a word that is not known, with the word."""
        at = self._place.positions.get(name, ())
        column = f"column {self._place.header[at[0]]!r} ({name})" if at else name
        field = name if theirs else ""
        problem = Problem(
            self._place.file, self._line.number, column, what, hint, field=field, theirs=theirs
        )
        if problem not in self.problems:
            self.problems.append(problem)

    def _ours(self, name: str, theirs: str) -> str:
        """Our word for one of the register's; empty where it is blank, or not known."""
        words = BY_NAME[name].words
        mapped = self._description.values.get(name, {}).get(folded(theirs), "")
        found = mapped or values.word(values.given(theirs))
        if found in words:
            return found
        if values.given(theirs):
            shown = theirs if len(theirs) <= 40 else theirs[:37] + "..."
            self.wrong(
                name,
                f"is {shown!r}, which the description does not know",
                f'Under [values.{name}] say what it is: "{shown}" = one of {", ".join(words)}.',
                theirs,
            )
        return ""

    def _unwritten(self, name: str) -> str:
        column = self._description.columns.get(name)
        return (column.value if column else "") or self._description.defaults.get(name, "")
