"""The PDF of a form and its attachments, out of a ZIP that may be anything."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from duediligence.errors import UsageError
from duediligence.formats import attached
from tests.rows import for_each


def packed(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return path


def test_the_form_comes_first_and_no_name_leads_out_of_the_house(tmp_path: Path) -> None:
    files = {"../../etc/accounts.pdf": b"A", "C:\\x\\Bcdf6789.pdf": b"F", "/root/a\nb.docx": b"W"}
    found = attached.read_attached_files(packed(tmp_path / "Bcdf6789.zip", files))
    assert [(one.name, one.body) for one in found] == [
        ("Bcdf6789.pdf", b"F"),
        ("accounts.pdf", b"A"),
        ("ab.docx", b"W"),
    ]
    other = attached.read_attached_files(packed(tmp_path / "renamed.zip", files))
    assert other[0].name == "accounts.pdf"


def test_a_file_that_is_no_zip_is_the_form_itself(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(b"%PDF-1.7")
    (found,) = attached.read_attached_files(path)
    assert (found.name, found.body) == ("form.pdf", b"%PDF-1.7")


def _lie_about_size(path: Path) -> None:
    content = bytearray(packed(path, {"f.pdf": b"x" * 5_000}).read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (5).to_bytes(4, "little")
    path.write_bytes(content)


def _lock(path: Path) -> None:
    content = bytearray(packed(path, {"f.pdf": b"x"}).read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)


def _cut(path: Path) -> None:
    content = packed(path, {"f.pdf": b"x" * 500}).read_bytes()
    path.write_bytes(content.replace(b"PK\x03\x04", b"PK\x03\x05"))


def _fill_with_nothing(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(attached.MOST_BYTES + 1)


HOSTILE = {
    "no ZIP": (_fill_with_nothing, "z.zip: is larger than any such file"),
    "many": (lambda path: packed(path, {f"{one}.pdf": b"" for one in range(51)}), "holds 51 files"),
    "large": (
        lambda path: packed(path, {"f.pdf": bytes(attached.MOST_BYTES + 1)}),
        "unpacks to over",
    ),
    "lie": (_lie_about_size, "whose size is not what is stated"),
    "locked": (_lock, "is protected with a password"),
    "damaged": (_cut, "z.zip: the ZIP "),
    "none": (lambda path: packed(path, {"a.docx": b"x"}), "holds no PDF"),
}


@for_each("name", list(HOSTILE))
def test_a_file_that_cannot_be_used_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    make, words = HOSTILE[name]
    path = tmp_path / "z.zip"
    make(path)
    with pytest.raises(UsageError, match=words) as caught:
        attached.read_attached_files(path)
    assert "\n" not in caught.value.message
