from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.errors import UnreadableFile
from duediligence.formats.delimited import rows
from tests.rows import for_each


def read(folder: Path, content: bytes | str, **options: Any) -> list[tuple[int, list[str]]]:
    path = folder / "list.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(rows(path, **options))


def test_rows_carry_the_line_on_which_they_end(tmp_path: Path) -> None:
    text = '\ufeffid,name\r\n1,"A\r\nB"\r\n\r\n2,C\r\n\x1a'
    assert read(tmp_path, text) == [(1, ["id", "name"]), (3, ["1", "A\r\nB"]), (5, ["2", "C"])]


def test_encoding_and_delimiter_are_the_callers(tmp_path: Path) -> None:
    content = "1;Müller\n".encode("cp1252")
    assert read(tmp_path, content, encoding="cp1252", delimiter=";") == [(1, ["1", "Müller"])]


def test_a_stray_quote_is_refused_only_when_strict(tmp_path: Path) -> None:
    assert read(tmp_path, '1,"A" Ltd\n') == [(1, ["1", "A Ltd"])]
    with pytest.raises(UnreadableFile, match="line 1"):
        read(tmp_path, '1,"A" Ltd\n', strict=True)
    with pytest.raises(UnreadableFile, match="unexpected end"):
        read(tmp_path, '1,"A\n2,B\n', strict=True)


@for_each(
    ("content", "message"),
    [
        (b"<!DOCTYPE html><html>", "is a web page"),
        (b"\xef\xbb\xbf\r\n<HTML>", "is a web page"),
        (b"1,A\n2,\xff\n", r"not utf-8-sig text \(byte 0xff\)"),
        (b"1,A\n2,\0B\n", "line 2 holds NUL bytes"),
        (b"1,A\n2\n", "line 2 has 1 columns where 2 were expected"),
        (b"1,A\n2,B,C\n", "line 2 has 3 columns"),
        (b"1,A\n2," + b"x" * 1_000_001 + b"\n", "line 2: field larger than field limit"),
    ],
)
def test_what_is_not_the_list_is_unreadable(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"^list\.csv: .*{message}"):
        read(tmp_path, content, columns=2)


def test_rows_before_the_damage_are_yielded(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"1,A\n2\n")
    stream = rows(path, columns=2)
    assert next(stream) == (1, ["1", "A"])
    with pytest.raises(UnreadableFile):
        next(stream)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text(max_size=100), strict=st.booleans())
def test_any_bytes_are_rows_or_unreadable(
    tmp_path: Path, content: bytes | str, strict: bool
) -> None:
    try:
        found = read(tmp_path, content, strict=strict)
    except UnreadableFile:
        return
    assert all(cells for _, cells in found)
