"""The register's table, copied into a spreadsheet's text or saved as pages."""

from collections.abc import Iterator
from pathlib import Path

from duediligence.watchlists._readers.fields.tables import Layout, Row, header_score, read, rows_of

from duediligence.contracts import Drift, Files
from duediligence.errors import UnreadableFile
from duediligence.formats.html import page, tables
from duediligence.formats.table import Table

_LAYOUT = Layout(
    needed={
        "urn": "URN | Licence Number | Unique Reference Number",
        "name": "Business Name | Licence Holder | Name",
        "status": "Licence Status | Status",
    },
    wanted={
        "trading": "Trading Name | Trading Names",
        "sectors": "Sectors | Industry Sectors | Sector",
        "start": "Licence Start Date | Start Date | Date of Licence",
        "expiry": "Licence Expiry Date | Expiry Date",
        "decided": "Decision Date | Date of Decision",
        "address": "Address | Business Address",
        "postcode": "Postcode | Post Code",
        "number": "Company Number | Company Registration Number",
    },
    passed_over=("Principal Authority", "Business Type", "Telephone", "Email", "Website"),
)


def rows(files: Files, table: str, pages: str) -> Iterator[Row]:
    """Each licence, by the keys of the layout. Raises UnreadableFile."""
    if table in files:
        yield from read(files[table], _LAYOUT, files.drift)
        return
    for path in files.matching(pages):
        yield from _of_page(path, files.drift)


def _of_page(path: Path, drift: Drift) -> Iterator[Row]:
    found = [one for one in tables(page(path)) if header_score(one.header, _LAYOUT)]
    if len(found) != 1:
        raise UnreadableFile(
            f"{path.name}: has {len(found)} tables with URN, Business Name and Licence Status "
            "where one was expected",
            hint="Save the page of the register that shows its table of licences.",
        )
    cells = ((at, tuple(cell.text for cell in row)) for at, row in found[0].rows)
    yield from rows_of(Table(path.name, found[0].header, cells), _LAYOUT, drift)
