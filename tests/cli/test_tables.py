"""Tables on stdout leave no room to what is empty."""

import pytest

from duediligence.cli.globals import table


def test_a_column_that_is_empty_in_all_rows_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table(["id", "who", "state"], [["1", "", "open"], ["2", "", ""]])
    shown = capsys.readouterr().out
    assert [line.split() for line in shown.splitlines()] == [["id", "state"], ["1", "open"], ["2"]]


def test_the_header_stands_over_no_rows(capsys: pytest.CaptureFixture[str]) -> None:
    table(["id", "state"], [])
    assert capsys.readouterr().out.split() == ["id", "state"]
