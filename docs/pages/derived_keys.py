"""What the keys of blind matching find and miss, from the figures of benchmarks/derived_keys.py."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

# Written by benchmarks/derived_keys.py: see `Row` there.
FIGURES = Path(__file__).parents[1] / "figures" / "derived_keys.tsv"
_PAIRS = 100_000
_ASKED, _HELD = 4_500, 20_000  # people, in the example of the page


class Figure(NamedTuple):
    """Pairs tried; those that the matcher finds, the keys, and both; the most keys of a person."""

    table: str
    row: str
    tried: int
    matcher: int
    keys: int
    both: int
    most: int


def figures() -> list[Figure]:
    """Return the stored figures."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file, delimiter="\t")
    return [Figure(table, row, *map(int, counts)) for table, row, *counts in rows]


def recall(rows: Sequence[Figure]) -> float:
    """Return the share of what the matcher finds that the keys find too."""
    return sum(row.both for row in rows) / sum(row.matcher for row in rows)


def table() -> str:
    """Return the tables of the page."""
    return "\n".join(_lines(figures())) + "\n"


def _lines(measured: Sequence[Figure]) -> Iterator[str]:
    of: dict[str, list[Figure]] = {}
    for row in measured:
        of.setdefault(row.table, []).append(row)
    yield "| what differs | pairs | the matcher finds | of these the keys find |"
    yield "|---|---|---|---|"
    for row in (*of["found"], *of["undated"]):
        yield f"| {row.row} | {row.tried:,} | {row.matcher:,} | {recall([row]):.1%} |"
    yield f"| **all, with birth dates on both sides** | | | **{recall(of['found']):.1%}** |"
    yield f"| **all** | | | **{recall([*of['found'], *of['undated']]):.1%}** |"
    for row in of["listed"]:
        title = f"*listed people: {row.row}*"
        yield f"| {title} | {row.tried:,} | {row.matcher:,} | {recall([row]):.1%} |"
    yield ""
    yield "| keys a row | months that a row can try | both dated | all | listed people |"
    yield "|---|---|---|---|---|"
    for dated, every, known in zip(
        of["curve found"], of["curve all"], of["curve listed"], strict=True
    ):
        found = " | ".join(f"{recall([one]):.1%}" for one in (dated, every, known))
        yield f"| {dated.tried}: {dated.row} | {dated.most} | {found} |"
    for row in of["apart"]:
        yield ""
        yield f"Must not meet: {row.row}. Of {row.tried:,} pairs the keys of {row.keys:,} meet."
    yield ""
    yield "| firms: what differs | pairs | the matcher finds | of these the keys find |"
    yield "|---|---|---|---|"
    for row in of["firms"]:
        yield f"| {row.row} | {row.tried:,} | {row.matcher:,} | {recall([row]):.1%} |"
    for row in of["firms apart"]:
        yield ""
        yield (
            f"Of {row.tried:,} pairs of {row.row} that are written differently, {row.keys:,} have "
            f"a key by name in common; {row.matcher:,} of these the matcher finds too."
        )
    yield ""
    yield (
        "| people | pairs | false hits | in 100,000 | same name and month, in 100,000 "
        "| keys a person |"
    )
    yield "|---|---|---|---|---|---|"
    for row in of["false hits"]:
        false, same = (f"{_PAIRS * n / row.tried:.2f}" for n in (row.keys, row.matcher))
        # A row has as many people on each side, and so as many pairs as the square of that.
        keys = row.both / (2 * row.tried**0.5)
        yield f"| {row.row} | {row.tried:,} | {row.keys:,} | {false} | {same} | {keys:.1f} |"
    register = of["false hits"][0]
    yield ""
    yield (
        f"So {_ASKED:,} people of a partner against {_HELD:,} officers of a council's suppliers, "
        f"{_ASKED * _HELD // 10**6} million pairs, give about "
        f"{_ASKED * _HELD * register.keys / register.tried:.0f} false hits where they are mixed "
        "as the register is."
    )
