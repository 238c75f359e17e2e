"""The registers of the charity regulators: one record from several files, words not known loud."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile, UsageError
from duediligence.model import (
    Address,
    AnnualReturn,
    Charity,
    CharityEvent,
    CharityFigures,
    CharityPart,
    CharityRow,
    Identifier,
)
from duediligence.registers.bulk.charities import TABLES, find_regulator, read_charities

Write = Callable[..., Path]

ALMSHOUSE: dict[str, Any] = {
    "date_of_extract": "2026-11-24T00:00:00",
    "organisation_number": 9900001,
    "registered_charity_number": 9900011,
    "linked_charity_number": 0,
    "charity_name": "QUILLMERE  ALMSHOUSE TRUST",
    "charity_type": "Charitable company",
    "charity_registration_status": "Removed",
    "date_of_registration": "1999-03-01T00:00:00",
    "date_of_removal": "2025-06-30T00:00:00",
    "charity_reporting_status": "Submission Overdue",
    "latest_acc_fin_period_start_date": None,
    "latest_acc_fin_period_end_date": None,
    "latest_income": 120345.5,
    "latest_expenditure": None,
    "charity_contact_address1": "71 QUILLEN STREET",
    "charity_contact_address2": None,
    "charity_contact_address3": "FENWICK",
    "charity_contact_address4": None,
    "charity_contact_address5": None,
    "charity_contact_postcode": "QQ1 1QQ",
    "charity_contact_phone": None,
    "charity_contact_email": None,
    "charity_contact_web": None,
    "charity_company_registration_number": "9900001",
    "charity_insolvent": False,
    "charity_in_administration": True,
    "charity_previously_excepted": False,
    "charity_is_cdf_or_cif": None,
    "charity_is_cio": False,
    "cio_is_dissolved": False,
    "date_cio_dissolution_notice": None,
    "charity_activities": "Houses the old.",
    "charity_gift_aid": None,
    "charity_has_land": None,
}
KEYS = {
    "date_of_extract": "2026-11-24T00:00:00",
    "organisation_number": 9900001,
    "registered_charity_number": 9900011,
}
PART_A_UNREAD = TABLES["charity_annual_return_parta"][1].split()
PART_B_UNREAD = TABLES["charity_annual_return_partb"][1].split()
PARTS: dict[str, dict[str, Any]] = {
    "charity_other_names": {**KEYS, "linked_charity_number": 0, "charity_name_id": 1,
                            "charity_name_type": "Working name", "charity_name": "QUILLAID"},
    "charity_trustee": {**KEYS, "linked_charity_number": 0, "trustee_id": 5,
                        "trustee_name": "Orla Tarnwick", "trustee_is_chair": True,
                        "individual_or_organisation": "P", "trustee_date_of_appointment": None},
    "charity_event_history": {**KEYS, "linked_charity_number": 0, "charity_name": "X",
                              "charity_event_order": 2, "event_type": "Removed",
                              "date_of_event": "2025-06-30T00:00:00", "reason": "CEASED TO EXIST",
                              "assoc_organisation_number": None,
                              "assoc_registered_charity_number": None,
                              "assoc_charity_name": None},
    "charity_annual_return_history": {**KEYS, "fin_period_start_date": None,
                                      "fin_period_end_date": "2024-03-31T00:00:00",
                                      "ar_cycle_reference": "AR24",
                                      "reporting_due_date": "2025-01-31T00:00:00",
                                      "date_annual_return_received": None,
                                      "date_accounts_received": None,
                                      "total_gross_income": 1, "total_gross_expenditure": 1,
                                      "accounts_qualified": False, "suppression_ind": False,
                                      "suppression_type": None},
    "charity_annual_return_parta": {
        **dict.fromkeys(PART_A_UNREAD), **KEYS,
        "fin_period_order_number": 1, "fin_period_end_date": "2024-03-31T00:00:00",
        "income_from_government_contracts": 41000.0, "income_from_government_grants": None,
        "trustee_payments_acting_as_trustee": False, "employees_salary_over_60k": True},
    "charity_annual_return_partb": {
        **dict.fromkeys(PART_B_UNREAD), **KEYS,
        "fin_period_order_number": 1, "fin_period_end_date": "2024-03-31T00:00:00",
        "reserves": -1200.0, "assets_total_assets_and_liabilities": 9.0},
    "charity_published_report": {**KEYS, "linked_charity_number": 0,
                                 "report_name": "Inquiry report", "report_location": "x",
                                 "date_published": "2024-09-02T00:00:00"},
}  # fmt: skip


def load(*paths: Path) -> tuple[list[CharityRow | CharityPart], tuple[str, ...]]:
    drift = Drift()
    return list(read_charities(paths, drift)), drift.lines()


def one(*paths: Path) -> Charity:
    rows, _ = load(*paths)
    assert isinstance(rows[0], CharityRow)
    return rows[0].charity


def extract(write: Write, table: str, records: list[Any]) -> Path:
    return write(f"publicextract.{table}.zip", records, inside=f"publicextract.{table}.json")


def test_a_charity_is_read_to_the_letter(write: Write) -> None:
    rows, drift = load(extract(write, "charity", [ALMSHOUSE]))
    assert rows == [
        CharityRow(
            "9900001",
            Charity(
                identifier=Identifier("GB-CHC", "9900011"),
                name="QUILLMERE ALMSHOUSE TRUST",
                status="removed",
                type="Charitable company",
                company_number="09900001",
                registered_on=date(1999, 3, 1),
                removed_on=date(2025, 6, 30),
                insolvent=False,
                in_administration=True,
                accounts_late=True,
                address=Address("71 QUILLEN STREET, FENWICK", "QQ1 1QQ"),
                income=120_345,
            ),
        )
    ]
    assert drift == ()


def test_the_other_files_give_parts_of_its_record(write: Write) -> None:
    files = [extract(write, name, [row]) for name, row in PARTS.items()]
    rows, drift = load(*files, extract(write, "charity", [ALMSHOUSE]))
    assert rows[1:] == [
        CharityPart("9900001", "other_names", "QUILLAID"),
        CharityPart("9900001", "trustees", "Orla Tarnwick"),
        CharityPart(
            "9900001", "events", CharityEvent("Removed", date(2025, 6, 30), "CEASED TO EXIST")
        ),
        CharityPart("9900001", "returns", AnnualReturn(date(2024, 3, 31), date(2025, 1, 31))),
        CharityPart(
            "9900001",
            "figures",
            CharityFigures(
                year_end=date(2024, 3, 31),
                government_contracts=41_000,
                trustees_paid=False,
                high_salaries=True,
            ),
        ),
        CharityPart(
            "9900001",
            "figures",
            CharityFigures(year_end=date(2024, 3, 31), reserves=-1_200, net_assets=9),
        ),
        CharityPart("9900001", "inquiry", "Inquiry report (2 September 2024)"),
    ]
    assert drift == ()


def of_table(write: Write, table: str, *changes: dict[str, Any]) -> tuple[list[Any], Any]:
    """What the rows of a table give, each with its changes, and the drift."""
    rows = [{**PARTS[table], **change} for change in changes]
    found, drift = load(extract(write, table, rows), extract(write, "charity", [ALMSHOUSE]))
    return [part.value for part in found if isinstance(part, CharityPart)], drift


@pytest.mark.parametrize(
    ("cell", "received", "qualified"),
    [
        (True, "2025-01-05T00:00:00", True),
        ("True", "2025-01-05T00:00:00", True),
        (None, "2025-01-05T00:00:00", False),
        (False, "2025-01-05T00:00:00", False),
        (None, None, None),
    ],
)
def test_a_qualified_opinion_is_read_of_accounts_that_came(
    write: Write, cell: object, received: str | None, qualified: bool | None
) -> None:
    change = {"accounts_qualified": cell, "date_annual_return_received": received}
    (found,), drift = of_table(write, "charity_annual_return_history", change)
    assert found.accounts_qualified is qualified
    assert drift == ()


@pytest.mark.parametrize("table", ["charity_annual_return_parta", "charity_annual_return_partb"])
def test_only_the_latest_return_has_figures(write: Write, table: str) -> None:
    older = {"fin_period_order_number": 2, "fin_period_end_date": "2023-03-31"}
    found, drift = of_table(write, table, {}, older, {"fin_period_order_number": None})
    assert [one.year_end for one in found] == [date(2024, 3, 31)]
    assert drift == ()


def test_a_word_not_known_in_a_return_is_drift(write: Write) -> None:
    odd = {"employees_salary_over_60k": "perhaps", "income_from_government_contracts": "lots"}
    (found,), drift = of_table(write, "charity_annual_return_parta", odd)
    assert (found.high_salaries, found.government_contracts) == (None, None)
    assert len(drift) == 2


def test_a_linked_charity_has_a_number_of_its_own(write: Write) -> None:
    linked = one(extract(write, "charity", [{**ALMSHOUSE, "linked_charity_number": 2}]))
    assert linked.identifier == Identifier("GB-CHC", "9900011-2")


@pytest.mark.parametrize("typed", ["00000000", "01234567", "12345678", "none", None])
def test_what_is_typed_in_place_of_a_company_number_is_none(write: Write, typed: Any) -> None:
    row = {**ALMSHOUSE, "charity_company_registration_number": typed}
    assert one(extract(write, "charity", [row])).company_number == ""


def test_words_that_are_not_known_are_told_of_and_leave_it_unknown(write: Write) -> None:
    row = {**ALMSHOUSE, "charity_reporting_status": "Pondering", "charity_insolvent": "perhaps"}
    row["new_column"] = 1
    rows, drift = load(extract(write, "charity", [row]))
    assert isinstance(rows[0], CharityRow)
    assert rows[0].charity.accounts_late is None
    assert rows[0].charity.insolvent is None
    assert set(drift) == {
        "unmapped charity_reporting_status: pondering (1)",
        "unmapped charity_insolvent: perhaps (1)",
        "unread column: new_column (1)",
    }


def test_tab_separated_text_reads_as_json_does(write: Write) -> None:
    cells = ["" if v is None else str(v) for v in ALMSHOUSE.values()]
    text = "\t".join(ALMSHOUSE) + "\r\n" + "\t".join(cells) + "\r\n"
    found = write(
        "publicextract.charity.zip", text.encode("utf-8-sig"), inside="publicextract.charity.txt"
    )
    assert load(found)[0] == load(extract(write, "charity", [ALMSHOUSE]))[0]


def test_a_missing_column_is_refused(write: Write) -> None:
    row = {k: v for k, v in ALMSHOUSE.items() if k != "charity_insolvent"}
    with pytest.raises(UnreadableFile, match="has no charity_insolvent"):
        load(extract(write, "charity", [row]))


def test_every_cut_of_the_json_is_refused(write: Write) -> None:
    path = write("publicextract.charity.json", [ALMSHOUSE, ALMSHOUSE])
    whole = path.read_bytes()
    for cut in range(0, len(whole), 13):
        path.write_bytes(whole[:cut])
        with pytest.raises(UnreadableFile):
            load(path)


def test_the_table_of_charities_is_needed(write: Write) -> None:
    with pytest.raises(UsageError, match="table of charities is needed"):
        load(extract(write, "charity_trustee", [PARTS["charity_trustee"]]))


OSCR = (
    "Charity Number,Charity Name,Registered Date,Known As,Charity Status,Notes,Postcode,"
    "Constitutional Form,Principal Office/Trustees Address,Most recent year income\n"
    'SC099001,Tarn Hall,01/02/2003 00:00,The Hall,Active,,QQ1 1QQ,SCIO,"1 Tarn Row, Fenwick",'
    '"12,345"\n'
)
CCNI = (
    "Reg charity number,Sub charity number,Charity name,Date registered,Status,"
    "Date for financial year ending,Total income,Public address,Company number\n"
    '990012,0,Lough Tarn Trust,25/12/2014,In default,31/03/2025,5000,"1 Tarn Row, BT99 9QQ",'
    "NI099001\n"
)


def test_the_scottish_register(write: Write) -> None:
    path = write("CharityExport-24-Nov-2026.zip", OSCR.encode(), inside="export.csv")
    assert find_regulator([path]) == "charities-scotland"
    assert one(path) == Charity(
        identifier=Identifier("GB-SC", "SC099001"),
        name="Tarn Hall",
        status="registered",
        type="SCIO",
        other_names=("The Hall",),
        registered_on=date(2003, 2, 1),
        address=Address("1 Tarn Row, Fenwick", "QQ1 1QQ"),
        income=12_345,
    )


def test_the_northern_irish_register(write: Write) -> None:
    path = write("charitydetails.csv", CCNI.encode())
    assert find_regulator([path]) == "charities-northern-ireland"
    assert one(path) == Charity(
        identifier=Identifier("GB-NIC", "990012"),
        name="Lough Tarn Trust",
        status="registered",
        company_number="NI099001",
        registered_on=date(2014, 12, 25),
        accounts_late=True,
        address=Address("1 Tarn Row, BT99 9QQ", "BT99 9QQ"),
        income=5_000,
    )


def test_columns_remembered_wrongly_are_told_of(write: Write) -> None:
    _, drift = load(write("c.csv", OSCR.encode()))
    assert "unread column that is missing: Ceased Date (1)" in drift


def test_a_file_of_no_regulator_is_refused(write: Write) -> None:
    with pytest.raises(UsageError, match="not the register of one charity regulator"):
        load(write("x.csv", b"a,b\n1,2\n"))
