"""Tables of figures as Markdown, and what differs between two runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Row = Mapping[str, float]
# Columns that are no shares: whole numbers, scores, and rates in a thousand.
_NUMBERS = {"queries", "asked of others", "names", "pairs", "tried"}
_SCORES = {"at", "matches"}


@dataclass
class Table:
    """One set: what it is, and a row of figures for each group of it."""

    title: str
    what: str
    group: str
    rows: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys(column for row in self.rows.values() for column in row))

    def __str__(self) -> str:
        lines = [f"### {self.title}", "", self.what, "", _line([self.group, *self.columns])]
        lines.append("|" + "---|" * (len(self.columns) + 1))
        for group, row in self.rows.items():
            lines.append(_line([group, *(cell(c, row.get(c)) for c in self.columns)]))
        return "\n".join(lines)


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


def changes(before: Mapping[str, Mapping[str, Row]], now: Mapping[str, Table]) -> str:
    """Each row with a figure that differs from an earlier run's, as before → now."""
    lines = []
    for name, table in now.items():
        for group, row in table.rows.items():
            old = before.get(name, {}).get(group, {})
            differ = [
                f"{column} {cell(column, old[column])} → {cell(column, value)}"
                for column, value in row.items()
                if column in old and cell(column, old[column]) != cell(column, value)
            ]
            if differ:
                lines.append(f"- {name}, {group}: {'; '.join(differ)}")
    return "\n".join(lines) or "No figure differs."
