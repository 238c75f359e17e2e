"""Tables on stdout leave no room to what is empty, and break no word at any width."""

import os
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.cli import layout
from duediligence.cli.globals import table
from duediligence.text.cells import cells, wrap_to_width
from tests.rows import for_each
from tests.thorough import examples

WORDS = st.text("abcdefgh-éШ株é", min_size=1, max_size=14)
CELLS = st.lists(WORDS, max_size=9).map(" ".join)


def test_a_column_that_is_empty_in_all_rows_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table(["id", "who", "state"], [["1", "", "open"], ["2", "", ""]])
    shown = capsys.readouterr().out
    assert [line.split() for line in shown.splitlines()] == [["id", "state"], ["1", "open"], ["2"]]


def test_the_header_stands_over_no_rows(capsys: pytest.CaptureFixture[str]) -> None:
    table(["id", "state"], [])
    assert capsys.readouterr().out.split() == ["id", "state"]


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=4), st.integers(30, 100))
def test_every_word_is_whole_and_no_line_is_wider_than_the_screen(
    body: list[tuple[str, str, str, str]], room: int
) -> None:
    header = ("id", "who", "what it is", "state")
    lines = list(layout.format_table(header, body, room))
    assert all(cells(line) <= room for line in lines)
    shown = [word for line in lines for word in line.split()]
    for row in body:
        for cell in row:
            assert all(word in shown for word in cell.split())


@for_each(("text", "wide"), [("abc", 3), ("Шолохов", 7), ("株式会社", 8), ("é", 1), ("ａ", 2)])
def test_a_wide_character_takes_two_cells_and_a_mark_none(text: str, wide: int) -> None:
    assert cells(text) == wide


def test_what_is_wider_than_a_line_stands_on_its_own_and_whole() -> None:
    address = "https://lists.example.org/" + "x" * 90
    lines = list(wrap_to_width(f"Official page {address} as of today", 80, first="  ", rest="    "))
    assert address in lines
    assert all(cells(line) <= 80 for line in lines if line != address)


def test_a_terminal_says_how_wide_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert layout.output_width() == layout.NO_TERMINAL
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setitem(os.environ, "COLUMNS", "93")
    assert layout.output_width() == layout.text_width() == 93
    monkeypatch.setitem(os.environ, "COLUMNS", "300")
    assert layout.text_width() == layout.WIDEST
