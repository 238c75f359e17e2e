"""The hand-kept debarment list, as a person or a spreadsheet may leave it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.uk_debarment import parse as debarment

from duediligence.errors import UnreadableFile
from duediligence.model import Address, Identifier, ListEntry, Name
from tests.rows import for_each

Read = Callable[..., Any]
HEADER = (
    "reference,supplier_name,other_names,company_number,address,mandatory_or_discretionary,"
    "ground,contracts_described,date_added,expiry,source_url"
)
ROW = "R1,Sample Ltd,,99004399,,mandatory,PA23-6-1 sample,,2026-01-02,2029-01-01,"


def sheet(
    *rows: str, checked: str = "Checked on,2026-11-20", header: str = HEADER
) -> dict[str, str]:
    return {"debarment.csv": "\r\n".join((checked, header, *rows, ""))}


def row(**cells: str) -> str:
    named = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | cells
    return ",".join(named.values())


def test_entry(read_sample: Read) -> None:
    found = read_sample(debarment)
    assert found["SAMPLE-0001"] == ListEntry(
        id="SAMPLE-0001",
        list_id="uk-debarment",
        kind="organisation",
        names=(
            Name("Harrowgate & Penwith Security Services Ltd"),
            Name("Harrowgate Guarding", "alias"),
            Name("H&P Security", "alias"),
        ),
        identifiers=(Identifier("GB-COH", "99004321"),),
        addresses=(Address("Unit 9, Invented Business Park, Harrowgate ZZ99 9ZZ", "ZZ99 9ZZ"),),
        measures=("Debarred from covered procurement",),
        grounds=("PA23-7-11 professional misconduct",),
        status="discretionary",
        listed_on=date(2026, 5, 2),
        ends_on=date(2029, 5, 1),
        url="https://www.gov.uk/government/publications/debarment-list",
    )
    assert [e.status for e in found.entries] == ["discretionary", "mandatory", "discretionary"]
    assert found.published == date(2026, 11, 20)
    assert found.drift == ()


def test_without_a_reference_the_id_is_name_and_date(read_sample: Read) -> None:
    entry = read_sample(debarment).entries[2]
    assert entry.id == "whimbrel-cleaning-collective-invented-sample-2025-01-12"
    # Past its end, and kept: whether it still counts is for the check to say.
    assert entry.ends_on == date(2026, 1, 11)
    # No company number: it may be a sole trader.
    assert entry.kind == "unknown"


def test_an_empty_list_that_was_checked_is_a_good_list(read_list: Read) -> None:
    found = read_list(debarment, sheet())
    assert (found.entries, found.published) == ([], date(2026, 11, 20))
    assert debarment.expect.entries[0] == 0


def test_the_template_is_an_empty_list_once_it_is_dated(read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match="line 1: Checked on has no date") as error:
        read_list(debarment, {"debarment.csv": debarment.template})
    assert "compared the file with the published page" in str(error.value.hint)
    dated = debarment.template.replace("Checked on,", "Checked on,2026-11-20")
    assert read_list(debarment, {"debarment.csv": dated}).entries == []
    assert debarment.template.splitlines()[1] == HEADER


AS_SAVED = {
    "by hand": sheet(ROW)["debarment.csv"].encode(),
    "with a mark": sheet(ROW)["debarment.csv"].encode("utf-8-sig"),
    "as Unicode text": sheet(ROW)["debarment.csv"].replace(",", "\t").encode("utf-16"),
    "with semicolons": sheet(ROW)["debarment.csv"].replace(",", ";").encode(),
    "with tabs": sheet(ROW)["debarment.csv"].replace(",", "\t").encode(),
    "with old line ends": sheet(ROW)["debarment.csv"].replace("\r\n", "\r").encode(),
    "with quotes": sheet(ROW, checked='"Checked on","2026-11-20"')["debarment.csv"].encode(),
    "with British dates": sheet(
        row(date_added="02/01/2026", expiry="1/1/2029"), checked="Checked on,20/11/2026"
    )["debarment.csv"].encode(),
    "with empty cells and rows": sheet(
        ROW + ",,", "," * 11, "", checked="Checked on,20/11/2026,,,,,,,,,", header=HEADER + ",,"
    )["debarment.csv"].encode(),
    "in capitals": sheet(
        row(mandatory_or_discretionary="MANDATORY"), header=HEADER.upper().replace("_", " ")
    )["debarment.csv"].encode(),
}


@for_each("content", AS_SAVED.values(), ids=AS_SAVED)
def test_what_a_spreadsheet_does_to_the_file_is_read(content: bytes, read_list: Read) -> None:
    found = read_list(debarment, {"debarment.csv": content})
    assert found.published == date(2026, 11, 20)
    assert found.drift == ()
    assert found.entries == [
        ListEntry(
            id="R1",
            list_id="uk-debarment",
            kind="organisation",
            names=(Name("Sample Ltd"),),
            identifiers=(Identifier("GB-COH", "99004399"),),
            measures=("Debarred from covered procurement",),
            grounds=("PA23-6-1 sample",),
            status="mandatory",
            listed_on=date(2026, 1, 2),
            ends_on=date(2029, 1, 1),
        )
    ]


def test_windows_1252_is_read(read_list: Read) -> None:
    content = sheet(row(supplier_name="Sampl\xe9 Ltd"))["debarment.csv"].encode("cp1252")
    assert read_list(debarment, {"debarment.csv": content})["R1"].name == "Samplé Ltd"


@for_each(
    ("text", "identifier"),
    [
        ("0000123", Identifier("GB-COH", "00000123")),
        ("sc 123", Identifier("GB-COH", "SC000123")),
        ("HRB 990099 B", Identifier("registration", "HRB 990099 B")),
    ],
)
def test_company_numbers(text: str, identifier: Identifier, read_list: Read) -> None:
    found = read_list(debarment, sheet(row(company_number=text)))
    assert found["R1"].identifiers == (identifier,)
    assert bool(found.drift) == (identifier.scheme == "registration")


@for_each(
    ("cells", "measure"),
    [
        ({"contracts_described": "guarding of ports"}, "Debarred from guarding of ports"),
        (
            {"mandatory_or_discretionary": "Investigation paused", "expiry": ""},
            "Investigated for the debarment list, not on it",
        ),
    ],
)
def test_what_an_entry_does_is_said(cells: dict[str, str], measure: str, read_list: Read) -> None:
    assert read_list(debarment, sheet(row(**cells)))["R1"].measures == (measure,)


def test_columns_in_another_order_and_one_that_nobody_reads(read_list: Read) -> None:
    found = read_list(
        debarment,
        sheet(
            "2026-01-02,note,Sample Ltd,discretionary,ground one|ground two,",
            header="date_added,my note,supplier_name,mandatory_or_discretionary,ground,expiry",
        ),
    )
    assert found["sample-ltd-2026-01-02"].grounds == ("ground one", "ground two")
    assert found["sample-ltd-2026-01-02"].ends_on is None
    assert found.drift == ("unread column: my_note (1)",)


BROKEN = {
    "empty": ("", "line 1 must be `Checked on` and a date"),
    "no day": (sheet(ROW, checked="Checked on,soon"), "line 1: Checked on is 'soon'"),
    "no such day": (sheet(ROW, checked="Checked on,2026-02-30"), "line 1: Checked on is"),
    "no first line": ({"debarment.csv": HEADER + "\r\n" + ROW}, "line 1 must be"),
    "web page": ("<!DOCTYPE html><html></html>", "is a web page"),
    "no header": ("Checked on,2026-11-20\r\n", "line 2: the header has no column date_added"),
    "another header": (sheet(ROW, header="a,b,c"), "line 2: the header has no column"),
    "a column twice": (sheet(ROW, header=HEADER + ",ground"), "names a column twice"),
    "neither": (sheet(ROW, row(reference="R2", mandatory_or_discretionary="")),
        "line 4: mandatory_or_discretionary is empty"),
    "both": (sheet(row(mandatory_or_discretionary="yes")), "mandatory_or_discretionary is 'yes'"),
    "no name": (sheet(row(supplier_name=" - ")), "line 3: supplier_name is empty"),
    "no ground": (sheet(row(ground="|")), "line 3: ground is empty"),
    "no date added": (sheet(row(date_added="")), "line 3: date_added is empty"),
    "bad date added": (sheet(row(date_added="31/02/2026")), "line 3: date_added is '31/02/2026'"),
    "bad expiry": (sheet(row(expiry="five years")), "line 3: expiry is 'five years'"),
    "rounded number": (sheet(row(company_number="9.90E+07")), "line 3: company_number is 9.90E+07"),
    "bad address of a page": (sheet(row(source_url="javascript:x")), "line 3: source_url is"),
    "the same twice": (sheet(ROW, row(supplier_name="Other")), "lines 3 and 4 are the same entry"),
    "a row too wide": (sheet(ROW + "x,y"), "line 3 has more cells"),
    "an unclosed quote": (sheet(row(source_url='"https://x.example'), ROW), "line 4"),
    "10 MB field": (sheet(row(address="x" * 10_000_000)), "field larger than"),
    "NUL bytes": (sheet(row(address="a\0b")), "NUL bytes"),
    "no text": ({"debarment.csv": b"\xff\x81\x8d Checked on"}, "is not"),
}  # fmt: skip


@for_each(("content", "message"), BROKEN.values(), ids=BROKEN)
def test_broken_file_is_refused_with_line_and_column(
    content: str | dict[str, str | bytes], message: str, read_list: Read
) -> None:
    files = content if isinstance(content, dict) else {"debarment.csv": content}
    with pytest.raises(UnreadableFile, match=r".+") as error:
        read_list(debarment, files)
    assert message in str(error.value)


@for_each("content", [c for c, m in BROKEN.values() if m.startswith("line 3: ")])
def test_every_error_in_a_cell_says_what_to_write(
    content: dict[str, str | bytes], read_list: Read
) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_list(debarment, content)
    assert error.value.hint
