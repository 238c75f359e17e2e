"""An invented licensing register, written in each format in which councils publish theirs."""

import csv
import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

import xlsxwriter

Rows = Sequence[Sequence[str]]
FORMS = ("csv", "xlsx", "ods", "html")
HEADER = ["Licence no.", "Licence holder", "Company no.", "Premises", "Granted", "Status"]


def write(path: Path, rows: Rows) -> Path:
    """Write the rows in the format of the path's ending."""
    {"csv": _csv, "xlsx": _xlsx, "ods": _ods, "html": _html}[path.suffix[1:]](path, rows)
    return path


def _csv(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _xlsx(path: Path, rows: Rows) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                sheet.write_string(number, at, cell)


def _html(path: Path, rows: Rows) -> None:
    width = max(map(len, rows))
    lines = []
    for row in rows:
        if len(row) == 1:
            lines.append(f'<tr><td colspan="{width}">{escape(row[0])}</td></tr>')
        else:
            padded = [*row, *[""] * (width - len(row))]
            lines.append("<tr>" + "".join(f"<td>{escape(one)}</td>" for one in padded) + "</tr>")
    path.write_text(f"<!DOCTYPE html><html><body><table>{''.join(lines)}</table></body></html>")


def _ods(path: Path, rows: Rows) -> None:
    write_ods(path, [[(cell, 1) for cell in row] for row in rows])


def write_ods(path: Path, rows: Sequence[Sequence[tuple[str, int]]]) -> None:
    """Write an OpenDocument spreadsheet of texts, each with the number of rows that it covers."""

    def cell(text: str, deep: int) -> str:
        if not text:
            return "<table:table-cell/>"
        merged = f' table:number-rows-spanned="{deep}" table:number-columns-spanned="1"'
        return (
            f'<table:table-cell office:value-type="string"{merged if deep > 1 else ""}>'
            f"<text:p>{escape(text)}</text:p></table:table-cell>"
        )

    lines = "".join(
        f"<table:table-row>{''.join(cell(*one) for one in row)}</table:table-row>" for row in rows
    )
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{urn}:office:1.0" '
            f'xmlns:table="{urn}:table:1.0" xmlns:text="{urn}:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="Register">{lines}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        package.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0"/>'
        )
