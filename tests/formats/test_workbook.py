"""Workbooks that are broken, locked, or made to take a machine down."""

import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from duediligence.children import how_it_ended
from duediligence.errors import UsageError
from duediligence.formats import filetype, workbook
from duediligence.formats.filetype import RowLimit
from duediligence.formats.table import read_table
from tests.rows import for_each

pytestmark = pytest.mark.apart


def test_a_password_is_told_in_plain_words(encrypted_xlsx: Path) -> None:
    with pytest.raises(UsageError, match=r"secret\.xlsx: is protected with a password"):
        read_table(encrypted_xlsx)


def test_a_password_on_an_xls_is_told_too(xls: Any) -> None:
    path: Path = xls({"S": [["name"], ["A"]]})
    content = path.read_bytes()
    begin = content.index(struct.pack("<HHH", 0x0809, 16, 0x0600))
    # A FILEPASS record takes the place of the first bytes after BOF, as if the rest were cipher.
    filepass = struct.pack("<HHH", 0x002F, 6, 1) + bytes(4)
    at = begin + 20
    path.write_bytes(content[:at] + filepass + content[at + len(filepass) :])
    with pytest.raises(UsageError, match="protected with a password"):
        read_table(path)


def test_an_encrypted_member_of_the_zip_is_a_password(xlsx: Any) -> None:
    path: Path = xlsx({"S": [["name"]]})
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(UsageError, match="password"):
        read_table(path)


@for_each("kind", ["xlsx", "xls", "ods"])
def test_every_cut_of_a_workbook_is_a_usage_error(
    kind: str, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(kind)({"S": [["name"], ["A"]]})
    content = path.read_bytes()
    # Nearer the end, an XLS has only padding to lose.
    for share in (0.1, 0.4) if kind == "xls" else (0.1, 0.5, 0.9):
        path.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(UsageError, match="damaged"):
            read_table(path)


def test_a_damaged_sheet_is_a_usage_error(xlsx: Any, tmp_path: Path) -> None:
    source: Path = xlsx({"S": [["name"], ["A"]]})
    path = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(path, "w") as after:
        for member in before.namelist():
            content = before.read(member)
            after.writestr(member, content[:300] if "sheet1" in member else content)
    with pytest.raises(UsageError, match="damaged"):
        list(read_table(path).rows)


takes_the_machine = pytest.mark.skipif(
    sys.platform == "darwin", reason="macOS has no limit on a process's memory to test with"
)


@takes_the_machine
def test_a_stray_last_cell_is_a_usage_error_and_not_the_end(tmp_path: Path) -> None:
    path = tmp_path / "stray.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "name")
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(UsageError, match=r"the reader stopped: .*(memory|Memory)") as caught:
        read_table(path)
    assert "far below or right" in caught.value.hint


@takes_the_machine
def test_a_sudden_end_after_some_rows_is_told_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "late.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Cover").write_column(0, 0, ["some text on the cover"] * 2_000)
        sheet = book.add_worksheet("S")
        sheet.write(0, 0, "name")
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(UsageError, match=r"the reader stopped: .*(memory|Memory)"):
        read_table(path, usable=lambda row: int("name" in row))


@pytest.mark.skipif(os.name == "nt", reason="the other interpreter is a script of a shell")
def test_a_reader_that_cannot_start_says_so_and_is_no_damage_of_the_file(
    xlsx: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What is known is reported: not that the file is damaged, or needs too much."""
    without = tmp_path / "python"
    code = (
        "import sys, runpy; sys.modules['python_calamine'] = None; sys.argv[1:] = sys.argv[4:]; "
        "runpy.run_module('duediligence.formats.workbook', run_name='__main__')"
    )
    without.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n', encoding="utf-8")
    without.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(without))
    with pytest.raises(UsageError) as caught:
        read_table(xlsx({"S": [["name"]]}))
    known = "exit 1, ModuleNotFoundError: import of python_calamine halted; None in sys.modules at "
    assert f": the reader stopped: {known}" in caught.value.message
    assert [one.getMessage() for one in caplog.records if known in one.getMessage()]


@for_each(
    ("code", "said", "known"),
    [
        (1, b"Traceback\n  x\nKeyError at a.py:1\n\n", "exit 1, KeyError at a.py:1"),
        (3, b"", "exit 3, it wrote nothing"),
        (
            -6,
            b"memory allocation of 9 bytes failed\nnote: x\n",
            "signal SIGABRT, memory allocation of 9 ",
        ),
        (-9, b"\xff\n", "signal SIGKILL, \ufffd"),
        (-99, b"x" * 9_999, "exit -99, " + "x" * 300),
    ],
)
def test_of_a_process_that_ended_the_last_line_is_known(code: int, said: bytes, known: str) -> None:
    assert how_it_ended(code, said).startswith(known)
    assert len(how_it_ended(code, said)) < 350


@for_each("kind", ["xlsx", "ods"])
def test_too_many_rows_are_refused_before_they_are_laid_out(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def book(rows: int) -> Path:
        sheet = [["name"], *([f"Alder {number}"] for number in range(rows))]
        return Path(request.getfixturevalue(kind)({"S": sheet}))

    monkeypatch.setattr(workbook, "_CHUNK", 100)
    assert workbook.has_too_many_rows(book(101), 100)
    assert not workbook.has_too_many_rows(book(99), 100)
    limit = RowLimit(20, "most_supplier_rows")
    refused = r"has over 20 rows, the most that the setting most_supplier_rows allows"
    for rows in (21, 200):
        with pytest.raises(UsageError, match=refused) as caught:
            read_table(book(rows), limit=limit)
        assert "raise the setting" in caught.value.hint
    assert len(list(read_table(book(20), limit=limit).rows)) == 20


@takes_the_machine
def test_columns_repeated_without_end_are_refused(tmp_path: Path, ods: Any) -> None:
    path: Path = ods({"S": [["name"], ["A"]]})
    with zipfile.ZipFile(path) as package:
        content = package.read("content.xml").decode()
    bomb = content.replace(
        '<table:table-cell office:value-type="string">',
        '<table:table-cell table:number-columns-repeated="4000000000" office:value-type="string">',
        1,
    )
    assert bomb != content
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", bomb)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
    with pytest.raises(UsageError):
        read_table(path)


def test_a_zip_that_unpacks_to_too_much_is_refused_unread(
    xlsx: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filetype, "MAX_UNPACKED", 1_000)
    with pytest.raises(UsageError, match="unpacks to over 1,000 bytes"):
        read_table(xlsx({"S": [["name"]]}))


def test_a_row_with_too_much_in_it_is_refused(xlsx: Any) -> None:
    rows = [["name"], ["x" * 32_000] * 40]
    with pytest.raises(UsageError, match="row 2 of S holds 1,280,000 characters"):
        list(read_table(xlsx({"S": rows})).rows)


@for_each(("member", "what"), [("word/document.xml", "a Word document"), ("a.txt", "a zip file")])
def test_another_zip_is_named_for_what_it_is(tmp_path: Path, member: str, what: str) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(member, "text")
    with pytest.raises(UsageError, match=f"is {what}"):
        read_table(path)


def test_a_table_that_is_dropped_half_read_leaves_no_process(
    xlsx: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    path = xlsx({"S": [["name"], *(["A" * 100] for _ in range(20_000))]})
    table = read_table(path)
    rows = iter(table.rows)
    next(rows)
    (child,) = started
    assert child.poll() is None
    del rows, table
    assert child.returncode is not None
