"""Workbooks in formats that no dependency writes, made by hand as their specifications say."""

import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import xlsxwriter

Rows = Sequence[Sequence[str | float]]
Sheets = Mapping[str, Rows]
Make = Callable[[Sheets], Path]


@pytest.fixture
def xlsx(tmp_path: Path) -> Make:
    def make(sheets: Sheets) -> Path:
        path = tmp_path / "made.xlsx"
        with xlsxwriter.Workbook(path) as book:
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return path

    return make


@pytest.fixture
def ods(tmp_path: Path) -> Make:
    """OpenDocument 1.3: a zip with a mimetype and content.xml."""

    def cell(value: str | float) -> str:
        if value == "":
            return "<table:table-cell/>"
        if isinstance(value, str):
            kind = 'office:value-type="string"'
        else:
            kind = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"

    def make(sheets: Sheets) -> Path:
        path = tmp_path / "made.ods"
        tables = "".join(
            f'<table:table table:name="{escape(name)}">'
            + "".join(
                f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows
            )
            # Every program fills the sheet up with empty rows like this.
            + '<table:table-row table:number-rows-repeated="1048000">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
            "</table:table>"
            for name, rows in sheets.items()
        )
        urn = "urn:oasis:names:tc:opendocument:xmlns"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            package.writestr(
                "content.xml",
                f'<office:document-content xmlns:office="{urn}:office:1.0" '
                f'xmlns:table="{urn}:table:1.0" xmlns:text="{urn}:text:1.0">'
                f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
                "</office:document-content>",
            )
            package.writestr(
                "META-INF/manifest.xml",
                f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0"/>',
            )
        return path

    return make


@pytest.fixture
def xls(tmp_path: Path) -> Make:
    """BIFF8 (Excel 97-2003) in a compound file: [MS-XLS] and [MS-CFB]."""

    def make(sheets: Sheets) -> Path:
        path = tmp_path / "made.xls"
        path.write_bytes(compound({"Workbook": biff8(sheets)}))
        return path

    return make


@pytest.fixture
def encrypted_xlsx(tmp_path: Path) -> Path:
    """An XLSX with a password is a compound file of two streams ([MS-OFFCRYPTO])."""
    path = tmp_path / "secret.xlsx"
    path.write_bytes(compound({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"\x9c" * 5000}))
    return path


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def biff8(sheets: Sheets) -> bytes:
    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))

    def cell(row: int, column: int, value: str | float) -> bytes:
        at = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            text = value.encode("utf-16-le")
            return record(0x0204, at + struct.pack("<HB", len(value), 1) + text)
        return record(0x0203, at + struct.pack("<d", value))

    bodies = [
        begin(0x0010)
        + b"".join(
            cell(r, c, v) for r, row in enumerate(rows) for c, v in enumerate(row) if v != ""
        )
        + record(0x000A)
        for rows in sheets.values()
    ]

    def globals_(offsets: Sequence[int]) -> bytes:
        names = (name.encode("utf-16-le") for name in sheets)
        bound = b"".join(
            record(0x0085, struct.pack("<IHBB", offset, 0, len(name) // 2, 1) + name)
            for offset, name in zip(offsets, names, strict=True)
        )
        return begin(0x0005) + bound + record(0x000A)

    start = len(globals_([0] * len(sheets)))
    offsets = [start + sum(map(len, bodies[:n])) for n in range(len(bodies))]
    return globals_(offsets) + b"".join(bodies)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A version 3 compound file: header, one FAT sector, one directory sector, the streams.

    Streams are padded to the 4,096 bytes from which they need no mini stream.
    """
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    fat = [fat_sector, end]
    entries = [_entry("Root Entry", 5, end, 0, child=1)]
    data = b""
    for number, (name, content) in enumerate(streams.items(), 1):
        padded = content.ljust(4096, b"\0")
        padded = padded.ljust(-(-len(padded) // 512) * 512, b"\0")
        first, count = len(fat), len(padded) // 512
        fat += [*range(first + 1, first + count), end]
        right = number + 1 if number < len(streams) else free
        entries.append(_entry(name, 2, first, len(padded), right=right))
        data += padded
    assert len(fat) <= 128
    assert len(entries) <= 4
    entries += [bytes(128)] * (4 - len(entries))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
        + struct.pack("<109I", 0, *[free] * 108)
    )
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    return header + table + b"".join(entries) + data


def _entry(
    name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF
) -> bytes:
    raw = name.encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(raw) + 2, kind, 1, 0xFFFFFFFF, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
