"""UK Sanctions List as CSV: columns by name, rows gathered by party, files that are refused."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from duediligence.watchlists.uk_sanctions import parse as uk_sanctions

from duediligence.errors import UnreadableFile
from duediligence.model import Name, PartialDate
from tests.rows import for_each

Read = Callable[..., Any]
CSV = "UK-Sanctions-List.csv"
COLUMNS = (
    "Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,"
    "Name 5,Name type,Alias strength,Title,Name non-latin script,Non-latin script type,"
    "Non-latin script language,Regime Name,Designation Type,Designation source,Sanctions Imposed,"
    "Other Information,UK Statement of Reasons,Address Line 1,Address Line 2,Address Line 3,"
    "Address Line 4,Address Line 5,Address Line 6,Address Postal Code,Address Country,Phone number,"
    "Website,Email address,Date Designated,D.O.B,Nationality(/ies),National Identifier number,"
    "National Identifier additional information,Passport number,Passport additional information,"
    "Position,Gender,Town of birth,Country of birth,Type of entity,Subsidiaries,Parent company,"
    "Business registration number (s),IMO number,Current owner/operator (s),"
    "Previous owner/operator (s),Current believed flag of ship,Previous flags,Type of ship,"
    "Tonnage of ship,Length of ship,Year Built,Hull identification number (HIN)"
).split(",")


def table(*rows: dict[str, str], columns: list[str] = COLUMNS) -> dict[str, bytes | str]:
    out = io.StringIO()
    out.write("Report Date: 20-Nov-2026\n")
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return {CSV: out.getvalue()}


def row(**cells: str) -> dict[str, str]:
    return {
        "Unique ID": "RUS9999",
        "Name 6": "TESTOV",
        "Name type": "Primary name",
        "Designation Type": "Individual",
        **cells,
    }


def test_csv_columns_go_by_name_and_new_ones_are_told_of(read_list: Read) -> None:
    columns = ["Risk rating", *reversed(COLUMNS)]
    columns.remove("Length of ship")
    found = read_list(uk_sanctions, table(row(**{"Risk rating": "9"}), columns=columns))
    assert found.entries[0].names == (Name("TESTOV"),)
    assert found.drift == (
        "unmapped header: no column Length of ship (1)",
        "unread column: Risk rating (1)",
    )


def test_csv_rows_of_one_party_need_not_be_neighbours(read_list: Read) -> None:
    found = read_list(
        uk_sanctions,
        table(
            row(**{"D.O.B": "1968"}),
            row(**{"Unique ID": "RUS9998"}),
            row(**{"D.O.B": "dd/06/1971", "Name 6": "TESTOFF", "Name type": "Alias"}),
            row(**{"D.O.B": "1968"}),
        ),
    )
    assert [entry.id for entry in found.entries] == ["RUS9999", "RUS9998"]
    assert found.entries[0].names == (Name("TESTOV"), Name("TESTOFF", "alias"))
    assert found.entries[0].birth_dates == (PartialDate(1968), PartialDate(1971, 6))


def test_csv_cells_keep_line_breaks_and_quotes(read_list: Read) -> None:
    found = read_list(
        uk_sanctions, table(row(**{"UK Statement of Reasons": 'He said "so"\n\nand left.'}))
    )
    assert found.entries[0].reason == 'He said "so" and left.'


DATE = "Report Date: 20-Nov-2026\n"
HEADER, ROW = str(table(row())[CSV]).splitlines()[1:]
WHOLE = f"{DATE}{HEADER}\n{ROW}\n"


@for_each(
    ("content", "message"),
    [
        ("", "is empty"),
        ("<!DOCTYPE html><html></html>", "is a web page"),
        (f"{HEADER}\n{ROW}\n", "line 1 is .* where 'Report Date"),
        (WHOLE.replace("20-Nov-2026", "soon"), "line 1 is 'Report Date: soon'"),
        (DATE, "line 2: the header has no column"),
        (f"{DATE}{HEADER}\n", "no entry"),
        (WHOLE[:-40], "line 3 has .* columns"),
        (WHOLE.replace("D.O.B", "Born"), "no column D.O.B"),
        (WHOLE.replace("Name 6", "Surname"), "no column Name 6"),
        (WHOLE.replace("TESTOV", "Tést").encode("cp1252"), "not utf-8"),
        (WHOLE.encode("utf-16"), "not utf-8"),
        (WHOLE.replace("TESTOV", "T\0"), "line 3 holds NUL"),
        (WHOLE.replace("TESTOV", "T" * 10_000_000), "line 3"),
        (WHOLE.replace("RUS9999", ""), "no identifier"),
        (WHOLE.replace("TESTOV", ""), "RUS9999 has no name"),
    ],
)
def test_a_file_that_is_refused(read_list: Read, content: bytes | str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message) as refused:
        read_list(uk_sanctions, {CSV: content})
    assert CSV in refused.value.message
