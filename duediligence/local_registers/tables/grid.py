"""A header and the rows below it, whatever the format of the file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# How well a row would serve as the header, 0 for not at all.
Score = Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its number as a person would count it, its cells, and the link in each cell."""

    number: int
    cells: tuple[str, ...]
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """The table of a file. `rows` can be gone through once; it may raise DuediligenceError.

    `notes` say what had to be chosen, `asides` are rows that are no records (page numbers).
    """

    file: str
    header: tuple[str, ...]
    rows: Iterator[Line]
    notes: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
