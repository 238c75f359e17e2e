"""Whatever is damaged, the end is a clear error with its place, and never half a register."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.council_registers import files_in, read_description
from duediligence.council_registers.reading import read_register_entries
from duediligence.council_registers.rules import description_of, parse_description
from duediligence.errors import DuediligenceError, UnreadableFile
from tests.thorough import examples

from .conftest import COLUMNS, TOP

pytestmark = pytest.mark.thorough

fuzz = settings(
    max_examples=examples(120),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TEXT = st.text(max_size=20)
HEADER = ["Ref", "Name", "Type", "Served", "Status"]
SOUND = ["E/{}", "Bright Sands {}", "notice", "2026-03-01", "live"]


def prepare(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    source = f'[source]\nfile = "{name}"\n'
    (folder / "r.toml").write_text(f"{TOP}{source}{COLUMNS}")


def outcome(folder: Path) -> int | str:
    """How many entries, or the error; anything but a DuediligenceError fails the test."""
    description = read_description(folder / "r.toml")
    try:
        return len(list(read_register_entries(description, files_in(description))))
    except UnreadableFile as error:
        return error.message


def fault(reader: Callable[[], object]) -> DuediligenceError | None:
    try:
        reader()
    except DuediligenceError as error:
        return error
    return None


def table(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode("utf-8", "surrogatepass")


@fuzz
@given(
    count=st.integers(1, 6),
    at=st.tuples(st.integers(0, 5), st.integers(2, 4)),
    cell=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_one_damaged_cell_is_told_or_all_rows_are_read(
    tmp_path: Path, count: int, at: tuple[int, int], cell: str
) -> None:
    rows = [[value.format(n) for value in SOUND] for n in range(count)]
    row, column = at[0] % count, at[1]
    rows[row][column] = cell
    prepare(tmp_path, "r.csv", table(rows))
    found = outcome(tmp_path)
    if found != count:
        assert isinstance(found, str)
        assert found.startswith("r.csv: ")
        assert "\0" in cell or re.search(rf"row {row + 2}: column '{HEADER[column]}'", found), found


@fuzz
@given(count=st.integers(1, 8), cut=st.integers(1, 400))
def test_a_table_cut_short_within_a_row_is_never_taken(
    tmp_path: Path, count: int, cut: int
) -> None:
    whole = table([[value.format(n) for value in SOUND] for n in range(count)])
    content = whole[: max(1, len(whole) - cut)]
    prepare(tmp_path, "r.csv", content)
    found = outcome(tmp_path)
    # A cut at the end of a row, or within the last word of one that is still a word, is another
    # matter: `expected` and the greatest drop are for that.
    if isinstance(found, int):
        lines = content.decode().strip().split("\r\n")
        assert found == len(lines) - 1
        assert all(line.count(",") == len(HEADER) - 1 for line in lines)


@fuzz
@given(
    st.binary(max_size=300)
    | st.lists(TEXT, max_size=20).map(lambda t: ",".join(t).encode("utf-8", "replace"))
)
def test_any_bytes_end_in_an_error_or_in_entries(tmp_path: Path, content: bytes) -> None:
    for name in ("r.csv", "r.json", "r.html", "r.xlsx"):
        prepare(tmp_path, name, content)
        found = outcome(tmp_path)
        assert found == 0 or isinstance(found, str)


@fuzz
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | TEXT,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(HEADER) | TEXT, inner, max_size=5)
        ),
        max_leaves=12,
    )
)
def test_any_json_ends_in_an_error_or_in_entries(tmp_path: Path, document: object) -> None:
    prepare(tmp_path, "r.json", json.dumps(document).encode())
    found = outcome(tmp_path)
    assert isinstance(found, int | str)


CELLS = st.sampled_from(
    [
        "<td>x</td>",
        "<td></td>",
        "<th>y</th>",
        '<td rowspan="2">down</td>',
        '<td rowspan="99999" colspan="0">far</td>',
        '<td colspan="3">wide</td>',
        '<td rowspan="-1" colspan="x">odd</td>',
        f'<td title="{"z" * 50_000}">huge</td>',
        "<td><table><tr><td>in</td></tr></table></td>",
        "<td>never closed",
        "</tr><tr>",
        "</table>",
        "<!-- -->",
        "<script>'<td>'</script>",
    ]
)


@fuzz
@given(st.lists(st.lists(CELLS, max_size=7), max_size=6))
def test_any_table_of_a_page_ends_in_an_error_or_in_whole_rows(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    head = "<tr>" + "".join(f"<th>{name}</th>" for name in HEADER) + "</tr>"
    sound = "<tr>" + "".join(f"<td>{value.format(1)}</td>" for value in SOUND) + "</tr>"
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    page = f"<html><body><table>{head}{sound}{body}</table></body></html>"
    prepare(tmp_path, "r.html", page.encode())
    found = outcome(tmp_path)
    if isinstance(found, str):
        assert found.startswith(("r.html: ", "a table of the page"))
    else:
        # None of the cells is a record type: a row of them is told, never passed over.
        assert found == 1


@fuzz
@given(st.data())
def test_a_damaged_description_is_told_or_sound(data: st.DataObject) -> None:
    whole = f'{TOP}[source]\nfile = "r.csv"\n{COLUMNS}[values.status]\n"Open" = "live"\n'
    at = data.draw(st.integers(0, len(whole)))
    until = data.draw(st.integers(at, min(len(whole), at + 12)))
    text = whole[:at] + data.draw(TEXT) + whole[until:]
    wrong = fault(lambda: parse_description(text, Path("r.toml")))
    assert wrong is None or (wrong.message.startswith("r.toml: ") and wrong.hint)


@fuzz
@given(
    st.dictionaries(
        st.sampled_from([line.split(" ")[0] for line in TOP.splitlines()] + ["source", "columns"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | TEXT,
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["file", "url", "status", "value", "a"]), inner)
            ),
            max_leaves=6,
        ),
    )
)
def test_values_of_any_type_are_told(document: dict[str, object]) -> None:
    wrong = fault(lambda: description_of(document, Path("r.toml")))
    assert wrong is None or wrong.message.startswith("r.toml: ")
