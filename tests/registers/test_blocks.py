"""Tables read many rows at a time: the same rows, lines and errors as one by one."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.progress import Silent
from duediligence.registers import blocks
from duediligence.registers.files import table

COLUMNS = ("one", "two", "three")
DIALECT = csv.reader([], strict=True).dialect
Row = tuple[int, list[str]]
cells = st.text(st.sampled_from('ab ,"\n\r\té|'), max_size=4) | st.just('","')
rows = st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8)


def written(rows: list[list[str]], quoting: int, end: str = "\n", delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator=end, delimiter=delimiter).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def one_by_one(path: Path, delimiter: str) -> tuple[list[Row], str]:
    found: list[Row] = []
    with Silent().task("") as task:
        try:
            with table(
                path, required=COLUMNS, drift=Drift(), task=task, delimiter=delimiter
            ) as opened:
                for line, row in opened.rows:
                    found.append((line, row))
        except UnreadableFile as error:
            return found, error.message
    return found, ""


def in_blocks(path: Path, delimiter: str) -> tuple[list[Row], str]:
    found: list[Row] = []
    with Silent().task("") as task:
        try:
            with table(
                path, required=COLUMNS, drift=Drift(), task=task, delimiter=delimiter
            ) as opened:
                for block in opened.blocks:
                    columns = [block.column(place) for place in range(3)]
                    for line, *row in zip(block.lines, *columns, strict=True):
                        found.append((line, row))
        except UnreadableFile as error:
            return found, error.message
    return found, ""


@given(
    st.lists(
        st.tuples(
            rows,
            st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
            st.sampled_from(["\n", "\r\n"]),
        ),
        max_size=4,
    ),
    st.text(st.sampled_from('a",\n\r'), max_size=6),
    st.integers(0, 8),
    st.sampled_from([1, 8, 40, 1 << 16]),
    st.sampled_from([",", "\t"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blocks_hold_the_rows_of_any_file_whole_damaged_or_cut(
    tmp_path: Path,
    parts: list[tuple[list[list[str]], int, str]],
    damage: str,
    cut: int,
    size: int,
    delimiter: str,
) -> None:
    body = "".join(written(*part, delimiter) for part in parts)
    middle = len(body) // 2
    body = body[:middle] + damage + body[middle : len(body) - cut]
    path = tmp_path / "table.csv"
    path.write_bytes((delimiter.join(COLUMNS) + "\n" + body).encode())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(blocks, "_CHARACTERS", size)
        assert in_blocks(path, delimiter) == one_by_one(path, delimiter)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_plain_lines_are_split_at_once_and_counted(end: str) -> None:
    text = written([["a", "", "b|"], ["c\u00e9", ",", " "]], csv.QUOTE_ALL, end)
    block = blocks.Block.of_text(text, 7, DIALECT, 3)
    assert block
    assert list(block.lines) == [7, 8]
    assert [list(block.column(n)) for n in range(3)] == [["a", "c\u00e9"], ["", ","], ["b|", " "]]


@pytest.mark.parametrize(
    "text",
    [
        '"a","b"\n"c","d","e","f"\n',  # Narrow and wide make up for each other.
        '"a","b","c\n"\n"d","e"\n',
        '"a""","b","c"\n',
        '"a","\n","c"\n',
        '"a",b,"c"\n',
        '"a","b","c"\r',
        '"a","b\r","c"\r\n',
        '"a","b\r\n","c"\r\n',
        '"a","b","c",\n"\r","e","f"\r\n',  # As many of both, not together.
        '"a","b","c"',
        '"a","b","c"\n\n',
        "\n",
    ],
)
def test_lines_that_are_not_plain_are_left_to_the_reader_of_rows(text: str) -> None:
    assert blocks.Block.of_text(text, 1, DIALECT, 3) is None


def test_lines_that_are_not_plain_are_read_among_those_that_are() -> None:
    plain = '"a","b","c"\n'
    text = plain * 2 + '"d ""e""","f\r\n","g\n"\n' + plain + "h,,\n" + plain
    block = blocks.Block.of_runs(text, 7, DIALECT, 3)
    assert block
    assert list(block.lines) == [7, 8, 11, 12, 13, 14]
    read = list(zip(*(block.column(n) for n in range(3)), strict=True))
    assert read == [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]


def test_a_line_within_a_cell_is_no_row_though_it_looks_like_a_plain_one() -> None:
    text = '"a","\n"",""\n"\n'
    block = blocks.Block.of_runs(text, 7, DIALECT, 2)
    assert block
    assert list(block.lines) == [9]
    assert [list(block.column(n)) for n in range(2)] == [["a"], ['\n","\n']]


@pytest.mark.parametrize("text", ['"a","b\n', '"a"\n', '"a","b"\n\n', '"a","b"c\n'])
def test_blocks_hold_whole_rows_only(text: str) -> None:
    assert blocks.Block.of_runs(text, 7, DIALECT, 2) is None
