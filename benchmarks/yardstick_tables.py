"""Tables of figures as Markdown, and what differs between two runs."""

from collections.abc import Iterable, Mapping
from textwrap import fill
from typing import Protocol

Row = Mapping[str, float]
# The rows of a set, by group.
Figures = dict[str, Row]
# Columns that are no shares: whole numbers, scores, and rates in a thousand.
_NUMBERS = {"queries", "asked of others", "names", "pairs", "tried"}
_SCORES = {"at", "matches"}


class Titled(Protocol):
    """What a table says of its set."""

    @property
    def title(self) -> str: ...

    @property
    def what(self) -> str: ...

    @property
    def group(self) -> str: ...


def table(of: Titled, rows: Figures) -> str:
    """The rows of a set under its title."""
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    lines = [f"### {of.title}", "", wrapped(of.what), "", _line([of.group, *columns])]
    lines.append("|" + "---|" * (len(columns) + 1))
    for group, row in rows.items():
        lines.append(_line([group, *(cell(column, row.get(column)) for column in columns)]))
    return "\n".join(lines)


def wrapped(text: str) -> str:
    """A paragraph in the lines of a document."""
    return fill(text, 120, break_long_words=False, break_on_hyphens=False)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def cell(column: str, value: float | None) -> str:
    """A figure as its column writes it: a share in %, a rate in 1,000, a score or a number."""
    if value is None:
        return "–"
    if column in _NUMBERS:
        return f"{value:.0f}"
    if column in _SCORES or "1,000" in column:
        return f"{value:.2f}"
    return f"{value:.1%}"


def changes(before: Mapping[str, Figures], now: Mapping[str, Figures]) -> str:
    """Each row with a figure that differs from an earlier run's, as before → now."""
    lines = []
    for name, rows in now.items():
        for group, row in rows.items():
            old = before.get(name, {}).get(group, {})
            differ = [
                f"{column} {cell(column, old[column])} → {cell(column, value)}"
                for column, value in row.items()
                if column in old and cell(column, old[column]) != cell(column, value)
            ]
            if differ:
                lines.append(f"- {name}, {group}: {'; '.join(differ)}")
    return "\n".join(lines) or "No figure differs."
