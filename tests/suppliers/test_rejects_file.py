import csv
from pathlib import Path

import pytest

from duediligence.errors import StorageError
from duediligence.formats.table import any_cell
from duediligence.model import RejectedRow
from duediligence.suppliers.importing import read_suppliers, write_rejects
from duediligence.suppliers.sheets import read_supplier_tables
from tests.rows import for_each

REJECTS = [
    RejectedRow(4, "the name is blank", ("S1", "", "=1+1")),
    RejectedRow(9, "holds NUL bytes", ("@x", " -2", "é; \n2")),
]


def test_rejects_open_in_excel_and_run_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    write_rejects(REJECTS, ("ref", "name", "=town"), path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["row", "reason", "ref", "name", "'=town"],
            ["4", "the name is blank", "S1", "", "'=1+1"],
            ["9", "holds NUL bytes", "'@x", "' -2", "é; \n2"],
        ]


def test_mended_rejects_can_be_handed_in_again(tmp_path: Path) -> None:
    source = tmp_path / "suppliers.csv"
    source.write_text("ref,name\nS1,\nS2,B\n")
    read = read_suppliers(source)
    path = tmp_path / "rejects.csv"
    write_rejects(read.rejects, read.header, path)
    path.write_text(path.read_text(encoding="utf-8-sig").replace("S1,", "S1,A"), encoding="utf-8")
    again = read_suppliers(path)
    assert [(s.ref, s.name) for s in again.suppliers] == [("S1", "A")]
    assert again.unused == ("row", "reason")


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    path.write_text("old")
    with pytest.raises(AttributeError):
        write_rejects([*REJECTS, None], (), path)  # type: ignore[list-item]
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["rejects.csv"]
    with pytest.raises(StorageError, match="cannot be written"):
        write_rejects(REJECTS, (), tmp_path / "nowhere" / "rejects.csv")


@for_each("name", ["=Moss & Sons", "-Quill Care", "+Plus Care", "@Home Care", "'Ere Ltd", "- Ltd"])
def test_a_name_like_a_formula_is_read_back_as_it_was(tmp_path: Path, name: str) -> None:
    source, path = tmp_path / "suppliers.csv", tmp_path / "rejects.csv"
    source.write_text(f'=ref,name,address\n,"{name}","=1; Quay"\n')
    read = read_suppliers(source, mapping={"ref": "=ref"})
    cells = ("", name, "=1; Quay")
    rejected = RejectedRow(2, "given back", cells)
    write_rejects([rejected], read.header, path)
    table = read_supplier_tables(path, "", any_cell, None)[0]
    assert table.header[2:] == read.header
    assert [row[2:] for _, row in table.rows] == [cells]
    assert read_suppliers(path).suppliers == read_suppliers(source).suppliers
