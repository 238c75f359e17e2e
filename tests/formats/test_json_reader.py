from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from duediligence.errors import UnreadableFile
from duediligence.formats import json as json_reader
from tests.rows import for_each


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "list.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@for_each("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_document_in_any_encoding_of_the_standard(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, '[{"name": "Müller"}]'.encode(encoding))
    assert json_reader.load(path) == [{"name": "Müller"}]


def test_lines_are_numbered_and_blank_ones_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": 1}\r\n\r\n{"a": 2}')
    assert list(json_reader.read_json_lines(path)) == [(1, {"a": 1}), (3, {"a": 2})]


@for_each(
    ("content", "message"),
    [
        (b" ", "is empty"),
        (b'{"a": 1', "is not JSON"),
        (b"<!DOCTYPE html><html>", "is a web page, not JSON"),
        (b'{"a": "\xff"}', "is not JSON"),
        (b"[" * 200_000, "is not JSON"),
        (b"1" * 10_000, "is not JSON"),
    ],
)
def test_what_is_not_json_is_unreadable(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"^list\.json: {message}"):
        json_reader.load(written(tmp_path, content))


def test_a_member_that_stands_twice_is_refused_where_each_must_count(tmp_path: Path) -> None:
    path = written(tmp_path, '[{"a": {"b": 1, "b": 2}}]')
    assert json_reader.load(path) == [{"a": {"b": 2}}]
    with pytest.raises(UnreadableFile, match="has 'b' twice"):
        json_reader.load(path, unique=True)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"^list\.json: line 3: is not JSON"):
        list(json_reader.read_json_lines(written(tmp_path, "{}\n\n{")))


def test_a_document_over_the_cap_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="12 bytes; the maximum is 10"):
        json_reader.load(written(tmp_path, "[1, 2, 3, 4]"), max_bytes=10)


def test_a_line_over_the_cap_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, b"{}\n" + b" " * 10_000_001)
    with pytest.raises(UnreadableFile, match="line 2 is over 10,000,000 bytes"):
        list(json_reader.read_json_lines(path))


@for_each(
    ("value", "text"), [(None, ""), (" A \u00a0B\n", "A B"), (7, "7"), (1.5, "1.5"), (True, "True")]
)
def test_a_scalar_is_text(value: object, text: str) -> None:
    assert json_reader.text(value, "entry 1") == text


@for_each(
    "value", [[], {}, "x" * 1_000_001, "\ud800", "a\0b"], ids=lambda value: type(value).__name__
)
def test_what_is_no_text_is_unreadable(value: object) -> None:
    with pytest.raises(UnreadableFile, match=r"^entry 1: "):
        json_reader.text(value, "entry 1")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text('[]{}",:0123456789.eE+-tfn\\u ', max_size=80))
@example(content=b"\xff\xfe")
@example(content=b"\xef\xbb\xbf")
@example(content="1e999999999")
def test_any_bytes_are_read_or_unreadable(tmp_path: Path, content: bytes | str) -> None:
    path = written(tmp_path, content)
    for read in (lambda: json_reader.load(path), lambda: list(json_reader.read_json_lines(path))):
        try:
            read()
        except UnreadableFile:
            continue
