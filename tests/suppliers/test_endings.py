"""Whether a supplier has ended: words, dates, several rows, and columns about something else."""

import csv
from datetime import date
from pathlib import Path

from duediligence.model import Contract
from duediligence.suppliers.contract_cells import SupplierCell
from duediligence.suppliers.endings import status_of
from tests.rows import for_each
from tests.suppliers.conftest import ReadText

TODAY = date(2026, 5, 1)
# Wordings as the registers of contracts of several buyers write them, and what they mean on that
# day: `ended` (with the day, if one is written), `active`, or `screened`: it may still be bought
# from, whether or not the cell is read.
WORDINGS = Path(__file__).with_name("corpora") / "status_wordings.tsv"
DAY_OF_WORDINGS = date(2026, 9, 1)


@for_each(
    ("text", "status"),
    [
        *(
            (word, "active")
            for word in ("Active", "LIVE", "current", "On hold", "Suspended", "Open")
        ),
        *((word, "ended") for word in ("Ended", "expired", "Terminated.", "In-active", "Left")),
        ("Ended 31/12/2025", "ended"),
        ("Terminated - 31/12/2025", "ended"),
        ("Closed (March 2026)", "ended"),
        ("Inactive - do not use", "ended"),
        ("Active (extended)", "active"),
        ("Contract expired", "ended"),
        ("Dissolved", "register"),
        ("Active - proposal to strike off", "register"),
        ("In liquidation", "register"),
        ("Purgatory", "unknown"),
        ("Gold", "unknown"),
        ("Yes", "unknown"),
        ("No", "unknown"),
        ("", ""),
        ("Active " * 20, "unknown"),
        *((sign * 2_500, "unknown") for sign in ("(", ":", "a", "1", "(1", "- ")),
        ("n/a", ""),
        ("-", ""),
    ],
)
def test_a_status_is_read_by_its_words(text: str, status: str) -> None:
    assert status_of(SupplierCell("Status", text)) == status


def test_wordings_of_registers_of_contracts_end_nobody_that_lives(read_text: ReadText) -> None:
    with WORDINGS.open(encoding="utf-8", newline="") as file:
        golden = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    cells = [f'"{one["text"].replace(chr(34), chr(34) * 2)}"' for one in golden]
    rows = "".join(f"S{at},Firm {at},{cell}\n" for at, cell in enumerate(cells))
    read = read_text(f"ref,name,status\n{rows}", today=DAY_OF_WORDINGS)
    assert len(read.suppliers) == len(golden) > 170
    for one, found in zip(golden, read.suppliers, strict=True):
        if one["means"] == "ended":
            assert (str(found.ended), found.unread) == (one["day"] or "2026-09-01", ()), one
        else:
            assert found.ended is None, one
        if one["means"] == "active":
            assert not found.unread, one


@for_each(
    ("heading", "text", "status"),
    [
        ("Active?", "Yes", "active"),
        ("Active", "N", "ended"),
        ("Current supplier", "no", "ended"),
        ("Supplier active", "TRUE", "active"),
    ],
)
def test_a_heading_may_ask_and_the_cell_answer(heading: str, text: str, status: str) -> None:
    assert status_of(SupplierCell(heading, text)) == status


def test_ended_without_a_date_is_the_end_of_the_contract_where_past_else_today(
    read_text: ReadText,
) -> None:
    read = read_text(
        "ref,name,contract,end date,status,supplier end date\n"
        "S1,A,Taxis,31/03/2025,Ended,\n"
        "S2,B,Taxis,31/03/2029,Ended,\n"
        "S3,C,,,Ended,\n"
        "S4,D,Taxis,,Ended,01/02/2026\n"
        "S5,E,Taxis,,Ended 15/01/2026,\n"
        "S6,F,Taxis,,,01/02/2026\n"
        "S7,G,Taxis,,Active,\n"
        "S8,H,Taxis,,,\n",
        today=TODAY,
    )
    assert [one.ended for one in read.suppliers] == [
        date(2025, 3, 31),
        TODAY,
        TODAY,
        date(2026, 2, 1),
        date(2026, 1, 15),
        date(2026, 2, 1),
        None,
        None,
    ]
    assert read.undated == {"S2", "S3"}
    assert not [one for one in read.suppliers if one.unread]
    assert "6 ended: kept, and not screened." in read.notes
    # The contract of a row that ended gets the day; one that has its own end keeps it.
    assert read.suppliers[1].engagements[0].end == date(2029, 3, 31)
    assert read.suppliers[3].contracts == (Contract(title="Taxis", end=date(2026, 2, 1)),)


def test_a_supplier_of_several_rows_has_ended_where_all_have(read_text: ReadText) -> None:
    read = read_text(
        "ref,name,contract,status,ended on\n"
        "S1,A,Taxis,Ended,01/02/2026\nS1,A,Waste,Active,\n"
        "S2,B,Taxis,Ended,01/02/2026\nS2,B,Waste,Ended,01/03/2026\n"
        "S3,C,Taxis,Ended,01/02/2026\nS3,C,Waste,,\n",
        today=TODAY,
    )
    assert [one.ended for one in read.suppliers] == [None, date(2026, 3, 1), None]
    assert [one.end for one in read.suppliers[0].engagements] == [date(2026, 2, 1), None]


def test_a_day_to_come_ends_it_then(read_text: ReadText) -> None:
    read = read_text("name,supplier end date\nA,31/12/2026\n", today=TODAY)
    assert read.suppliers[0].ended == date(2026, 12, 31)
    assert "1 with an end date to come: screened until then." in read.notes


@for_each(
    ("status", "end", "reason"),
    [
        ("Purgatory", "", "not a known status"),
        ("Active", "01/02/2026", "the end date has passed, but the status says it is active"),
        ("Ended", "31/12/2026", "says it has ended, but the date is still to come"),
        ("Active", "in spring", "not a date, day before month"),
        ("Ended 31/12/2026", "", "says it has ended, but the date is still to come"),
        ("Ended 31/12/2026", "01/02/2026", "says it has ended, but the date is still to come"),
        ("Expired - extended", "01/02/2026", "not a known status"),
        ("Expired - extended", "31/12/2026", "not a known status"),
        ("Expired - extended", "yes", "not a known status"),
        ("Active", "yes", "contradicts the status"),
        ("Ended", "no", "contradicts the status"),
    ],
)
def test_what_is_not_understood_is_reported_and_ends_nobody(
    read_text: ReadText, status: str, end: str, reason: str
) -> None:
    read = read_text(
        f"ref,name,status,supplier end date\nS1,A,{status},{end}\nS2,B,Ended,\n", today=TODAY
    )
    (supplier, _) = read.suppliers
    assert supplier.ended is None or supplier.ended > TODAY
    (cell,) = supplier.unread
    assert reason in cell.reason
    assert supplier.ended is None or status == "Ended"
    assert any(note.startswith("Row 2, column ") and reason in note for note in read.notes)


@for_each("heading", ["Status", "Contract status", "Supplier status"])
def test_the_status_of_companies_in_a_register_ends_nobody(
    read_text: ReadText, heading: str
) -> None:
    text = f"name,{heading}\nA,Active\nB,Dissolved\nC,Liquidation\nD,Closed\n"
    read = read_text(text, today=TODAY)
    assert [one.ended for one in read.suppliers] == [None] * 4
    assert not [one for one in read.suppliers if one.unread]
    assert heading in read.unused
    assert heading not in [one.heading for one in read.seen]
    assert any("the status of companies in a register" in note for note in read.notes)
    chosen = read_text(text, today=TODAY, mapping={"status": heading})
    assert [bool(one.unread) for one in chosen.suppliers] == [False, True, True, False]
    assert chosen.suppliers[3].ended == TODAY


@for_each("heading", ["Company status", "Companies House status", "VAT status"])
def test_a_heading_of_another_status_is_not_read(read_text: ReadText, heading: str) -> None:
    read = read_text(f"name,{heading}\nA,Ended\n", today=TODAY)
    assert read.suppliers[0].ended is None
    assert read.unused == (heading,)


def test_one_company_that_a_buyer_calls_dissolved_leaves_the_column(read_text: ReadText) -> None:
    read = read_text("name,Status\nA,Ended\nB,Dissolved\nC,Active\n", today=TODAY)
    assert [one.ended for one in read.suppliers] == [TODAY, None, None]
    assert [bool(one.unread) for one in read.suppliers] == [False, True, False]


def test_a_column_without_a_known_word_is_not_read(read_text: ReadText) -> None:
    rows = "".join(f"Firm {n} Ltd,{colour}\n" for n, colour in enumerate(["Gold", "Red"] * 3))
    read = read_text(f"name,Status\n{rows}", today=TODAY)
    assert not [one for one in read.suppliers if one.unread or one.ended]
    assert any("has no word for active or ended ('Gold')" in note for note in read.notes)


def test_a_column_without_a_known_word_is_read_where_an_end_date_would_end_a_supplier(
    read_text: ReadText,
) -> None:
    rows = "".join(f"Firm {n} Ltd,Renewed to 2028,\n" for n in range(6))
    read = read_text(
        f"name,Status,Supplier end date\n{rows}A,Renewed to 2028,31/03/2026\nB,,31/03/2026\n",
        today=TODAY,
    )
    *others, living, ended = read.suppliers
    assert not [one for one in others if one.unread or one.ended]
    assert (living.ended, len(living.unread)) == (None, 1)
    assert (ended.ended, ended.unread) == (date(2026, 3, 31), ())
