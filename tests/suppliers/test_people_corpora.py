"""Cells with several people: nobody gets the birth date of another, nobody is made of two.

One corpus is made by a grammar, the other has the layouts of public registers with invented names.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from duediligence.suppliers.people import read_people
from tests.suppliers.corpora.judging import Cell, Report, judge, read_register_cells
from tests.suppliers.corpora.people_cells import FORMS, make_people_cells
from tests.thorough import examples

pytestmark = pytest.mark.thorough

TODAY = date(2026, 11, 29)
EACH = examples(30)
REGISTER_CELLS = Path(__file__).parent / "corpora" / "register_cells.tsv"
MOST_UNKNOWN = 0.034
# Names run together, a firm and people between the same commas: never with a date of another.
MOST_MISREAD = 0.005


def _judge_all(cells: Sequence[Cell]) -> Report:
    return Report(
        (cell, judge(cell, read_people(cell.role, cell.text, today=TODAY))) for cell in cells
    )


def _assert_sound(report: Report) -> None:
    total = report.total
    assert not total.wrong, f"a date of one person used about another:\n{report.table()}"
    misread = total.invented + total.stray + total.missed
    assert misread <= max(2, MOST_MISREAD * total.cells), f"people misread:\n{report.table()}"
    assert report.unknown_share <= MOST_UNKNOWN, (
        f"{report.unknown_share:.1%} of the undamaged cells are unknown:\n{report.table()}"
    )


def test_cells_of_the_grammar_are_read_truly_or_not_at_all() -> None:
    cells = make_people_cells(20261129, EACH)
    assert len(cells) == EACH * len(FORMS)
    _assert_sound(_judge_all(cells))


def test_cells_in_the_layouts_of_registers_are_read_truly_or_not_at_all() -> None:
    cells = read_register_cells(REGISTER_CELLS)
    assert len(cells) >= 300
    _assert_sound(_judge_all(cells[:: len(cells) // examples(len(cells))]))
