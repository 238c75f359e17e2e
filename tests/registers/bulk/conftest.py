"""Bulk files with invented companies, owners and charities, in their publishers' layouts."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from duediligence.registers.bulk.companies import COLUMNS

Write = Callable[..., Path]

QUILLMERE = {
    "CompanyName": "QUILLMERE CARE LIMITED",
    " CompanyNumber": "99000001",
    "RegAddress.CareOf": "FENWICK & DOLE",
    "RegAddress.AddressLine1": "SUITE 3, 71-75 QUILLEN STREET",
    " RegAddress.AddressLine2": "OLD TOWN",
    "RegAddress.PostTown": "FENWICK",
    "RegAddress.Country": "ENGLAND",
    "RegAddress.PostCode": "QQ1 1QQ",
    "CompanyCategory": "Private Limited Company",
    "CompanyStatus": "Active - Proposal to Strike off",
    "CountryOfOrigin": "United Kingdom",
    "IncorporationDate": "29/02/2016",
    "Accounts.AccountRefDay": "31",
    "Accounts.AccountRefMonth": "3",
    "Accounts.NextDueDate": "31/10/2026",
    "Accounts.LastMadeUpDate": "31/03/2024",
    "Accounts.AccountCategory": "TOTAL EXEMPTION FULL",
    "Mortgages.NumMortCharges": "2",
    "Mortgages.NumMortOutstanding": "1",
    "SICCode.SicText_1": "88100 - Social work activities without accommodation",
    "SICCode.SicText_2": "70229 - Management consultancy activities, other",
    "URI": "http://business.data.gov.uk/id/company/99000001",
    "PreviousName_1.CONDATE": "15/07/2019",
    " PreviousName_1.CompanyName": 'ORRINGTON "HOME" HELP LTD',
    " PreviousName_2.CONDATE": "01/02/2018",
    " PreviousName_2.CompanyName": "ORRINGTON HELP LTD",
    "ConfStmtNextDueDate": "14/11/2026",
    " ConfStmtLastMadeUpDate": "31/10/2025",
}


class Basic:
    """Makes rows and files of BasicCompanyData."""

    columns = COLUMNS
    quillmere = tuple(QUILLMERE.get(column, "") for column in COLUMNS)

    @staticmethod
    def row(**cells: str) -> list[str]:
        """A row with `cells` by the column's name, without spaces, and _ for its dot."""
        found = {"CompanyName": "TARN LTD", " CompanyNumber": "99000002", "CompanyStatus": "Active"}
        by_name = {c.strip().replace(".", "_"): c for c in COLUMNS}
        found |= {by_name[name]: value for name, value in cells.items()}
        return [found.get(column, "") for column in COLUMNS]

    @staticmethod
    def csv(rows: Sequence[Sequence[str]], header: Sequence[str] = COLUMNS) -> bytes:
        out = io.StringIO()
        out.write(",".join(header) + "\n")
        csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
        return out.getvalue().encode()


@pytest.fixture
def basic() -> type[Basic]:
    return Basic


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write bytes (or records as JSON) to a file; a name ending in .zip is zipped with `inside`."""

    def write_one(name: str, content: bytes | list[Any], *, inside: str = "") -> Path:
        data = content if isinstance(content, bytes) else json.dumps(content).encode("utf-8-sig")
        path = tmp_path / name
        if inside:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
                package.writestr(inside, data)
        else:
            path.write_bytes(data)
        return path

    return write_one
