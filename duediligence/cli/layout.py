"""Text and tables at the width of the terminal: no word is broken, and nothing is cut."""

import shutil
import sys
from collections.abc import Iterator, Sequence

from duediligence.text.cells import cells, pad_to_width, wrap_to_width

# Where nobody looks at a screen, each row is on one line, whatever it takes.
NO_TERMINAL = 100_000
# Beyond that, lines are hard to read.
WIDEST = 120
_GAP = 2


def output_width() -> int:
    """Return how many cells a line of this output may take."""
    return terminal_width() if sys.stdout.isatty() else NO_TERMINAL


def terminal_width() -> int:
    """Return how many cells a line of the terminal has; 80 where it does not tell."""
    return max(shutil.get_terminal_size((80, 24)).columns, 20)


def text_width() -> int:
    """Return the same for running text: the lines of 80 cells where nobody looks at a screen."""
    return min(output_width(), WIDEST) if sys.stdout.isatty() else 80


def wrap_paragraph(text: str, *, first: str = "", rest: str = "") -> list[str]:
    """Return the text in lines, the first after `first`, the others after `rest`."""
    return list(wrap_to_width(text, text_width(), first=first, rest=rest))


def fit_lines(text: str, room: int) -> Iterator[str]:
    """Yield each line of the text as it is where it fits, else broken between words and
    indented.
    """
    for line in text.split("\n"):
        if cells(line) <= room:
            yield line
            continue
        indent = " " * (len(line) - len(line.lstrip()))
        yield from wrap_to_width(line, room, first=indent, rest=f"{indent}  ")


def format_table(header: Sequence[str], body: Sequence[Sequence[str]], room: int) -> Iterator[str]:
    """Yield the lines of a table that is at most `room` cells wide: in columns where every word
    fits into its column, else with one line for each cell, under the heading of its column.
    """
    every = [header, *body]
    natural = [max(cells(row[at]) for row in every) for at in range(len(header))]
    widths = _compute_column_widths(every, natural, room - _GAP * (len(header) - 1))
    if widths is None:
        yield from _as_blocks(header, body, room)
        return
    for number, row in enumerate(every):
        yield from _format_table_row(row, widths)
        if not number and sys.stdout.isatty():
            yield "-" * (sum(widths) + _GAP * (len(widths) - 1))


def _compute_column_widths(
    every: Sequence[Sequence[str]], natural: list[int], room: int
) -> list[int] | None:
    """Return how wide each column is; None where no words fit beside each other."""
    least = [
        max((cells(word) for row in every for word in row[at].split()), default=0)
        for at in range(len(natural))
    ]
    spare = room - sum(least)
    if spare < 0:
        return None
    wanted = [most - few for most, few in zip(natural, least, strict=True)]
    widths = list(least)
    # Those that want little get it; what they leave is for the others, in equal shares.
    for waiting, at in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        given = min(wanted[at], spare // (len(wanted) - waiting))
        widths[at] += given
        spare -= given
    return widths


def _format_table_row(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    columns = [
        list(wrap_to_width(cell, wide)) or [""] for cell, wide in zip(row, widths, strict=True)
    ]
    for number in range(max(map(len, columns))):
        parts = (
            pad_to_width(column[number] if number < len(column) else "", wide)
            for column, wide in zip(columns, widths, strict=True)
        )
        yield (" " * _GAP).join(parts).rstrip()


def _as_blocks(header: Sequence[str], body: Sequence[Sequence[str]], room: int) -> Iterator[str]:
    for number, row in enumerate(body):
        if number:
            yield ""
        for heading, cell in zip(header, row, strict=True):
            if cell:
                label = f"{heading}: " if heading else ""
                yield from wrap_to_width(cell, room, first=label, rest="  ")
