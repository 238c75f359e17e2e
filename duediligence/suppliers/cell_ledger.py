"""What became of each cell of a supplier file that holds something: kept, or refused and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from duediligence.model import Repair, UnreadCell
from duediligence.suppliers.columns import Columns


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A cell of which not all was kept: `at` is its column, counted from 0.

    `text` is what it holds, of people without the digits of dates, of contacts nothing.
    """

    row: int
    at: int
    column: str
    text: str
    reason: str


@dataclass(slots=True)
class CellLedger:
    """Counts the filled cells of the columns that are read, and lists those that are refused.

    `corrected` are the values that are kept otherwise than they are in the file, by row.
    """

    header: Sequence[str]
    columns: Columns
    corrected: list[tuple[int, Repair]] = field(default_factory=list)
    filled: Counter[int] = field(default_factory=Counter)
    _refused: dict[int, dict[tuple[int, str], RefusedCell]] = field(default_factory=dict)
    _rows: dict[int, int] = field(default_factory=dict)  # the filled columns of each, as bits
    _places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for at in sorted({at for many in self.columns.read().values() for at in many}):
            self._places[self.header[at]].append(at)

    def count_row(self, row: int, cells: Sequence[str]) -> None:
        """Count the filled cells of a row as it is in the file."""
        held = zip(range(len(self.header)), cells, strict=False)
        filled = [at for at, text in held if text.strip()]
        self.filled.update(filled)
        self._rows[row] = sum(1 << at for at in filled)

    def refuse(self, row: int, cells: Iterable[UnreadCell]) -> None:
        """List cells of a row that were not read, or not kept."""
        for cell in cells:
            listed = self._refused.setdefault(row, {})
            for at in self._filled_places(row, cell.column)[:1]:
                found = RefusedCell(row, at, self.header[at], cell.text, cell.reason)
                listed.setdefault((at, cell.reason), found)

    def refuse_row(self, row: int, texts: Sequence[str], reason: str) -> None:
        """List every cell of a row that cannot be used; `texts` are what may be shown of them."""
        read = sorted(at for many in self._places.values() for at in many)
        self._refused[row] = {
            (at, reason): RefusedCell(row, at, self.header[at], texts[at], reason)
            for at in read
            if self._rows[row] >> at & 1
        }

    @property
    def refused(self) -> tuple[RefusedCell, ...]:
        """Return the cells that were refused, by row and column."""
        every = (one for cells in self._refused.values() for one in cells.values())
        return tuple(sorted(every, key=lambda one: (one.row, one.at)))

    def _filled_places(self, row: int, heading: str) -> list[int]:
        """Return the filled cells below a heading, that of a given name where the family name is
        blank.
        """
        places = self._places.get(heading, [])
        given = [p.given for p in self.columns.people if p.names in places and p.given is not None]
        held = [at for at in (*places, *given) if self._rows.get(row, 0) >> at & 1]
        taken = {at for at, _ in self._refused[row]} if len(held) > 1 else set()
        return [at for at in held if at not in taken] or held
