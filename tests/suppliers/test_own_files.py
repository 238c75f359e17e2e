"""A file that this tool wrote is no file of suppliers, and the refusal names it."""

from collections.abc import Callable, Sequence

import pytest

from duediligence.errors import UsageError
from duediligence.extensions.sharing.exchanges.lists import COLUMNS as EXCHANGE
from duediligence.render.decision_workbook import COLUMNS as DECISIONS
from duediligence.render.flags import COLUMNS as FLAGS
from duediligence.render.flags import EXPORT_COLUMNS, FLAG_COLUMNS, list_headings
from duediligence.suppliers.declarations import COLUMNS as DECLARATIONS
from duediligence.suppliers.importing import Import
from tests.rows import for_each

ReadText = Callable[..., Import]


@for_each(
    ("header", "name"),
    [
        (FLAGS, "a file of flags"),
        (EXPORT_COLUMNS, "a file of flags"),
        (list_headings(FLAG_COLUMNS), "a file of flags"),
        (("supplier_name", "entry_name", "list_title", "match_strength", "why", "run_id"), "flags"),
        ([one.heading for one in DECISIONS.values()], "a workbook to decide in"),
        (DECLARATIONS, "a file of declarations"),
        ((*EXCHANGE, "same"), "the hits of an exchange"),
        (("file", "row", "column", "reason"), "register rows that were not read"),
    ],
)
def test_an_own_file_is_refused_by_name(
    read_text: ReadText, header: Sequence[str], name: str
) -> None:
    with pytest.raises(UsageError, match="this tool wrote") as caught:
        read_text(f"{','.join(header)}\n{','.join('Moss Ltd' for _ in header)}\n")
    assert name in caught.value.message


@for_each(
    "header",
    [
        "name",
        "Row,Supplier,Reason for award,List version",
        "Supplier,Contract,Severity,Status,Outcome,Decision,Reason",
        "row,reason,ref,name",
    ],
)
def test_a_supplier_file_with_a_few_of_these_headings_is_read(
    read_text: ReadText, header: str
) -> None:
    assert read_text(f"{header}\n{','.join('Moss Ltd' for _ in header.split(','))}\n").suppliers


@for_each(
    "header",
    [
        "Organisation Name,{},Amount,Transaction No",
        "Body Name,Body,{},Transaction Number",
        "Company,{},Merchant Category,Net Amount",
        "Organisation_Name,{},Payment_Date,Net_Amount",
    ],
)
@for_each(
    "heading",
    [
        "Beneficiary Name",
        "Supplier (Beneficiary) Name",
        "Supplier (Beneficiary name)",
        "Beneficiary",
        "Payee name",
        "Creditor_Name",
        "Supplier",
        "PAYEE",
    ],
)
def test_a_file_of_payments_names_who_is_paid(
    read_text: ReadText, header: str, heading: str
) -> None:
    paying = ["Beck Council", "E99"][: header.split(",").index("{}")]
    read = read_text(f"{header.format(heading)}\n{','.join([*paying, 'Moss Ltd', '12'])}\n")
    assert read.columns["name"] == heading
    assert read.suppliers[0].name == "Moss Ltd"


def test_a_reference_of_a_payment_is_none_of_its_supplier(read_text: ReadText) -> None:
    rows = "U1,01/04/2026,Moss Ltd,5\nU2,02/04/2026,Moss Ltd,7\n"
    read = read_text(f"Unique ID,Payment Date,Beneficiary,Amount\n{rows}")
    assert ("ref" in read.columns, len(read.suppliers), read.duplicates) == (False, 1, 1)
    own = read_text("Unique ID,Supplier,Company number\nU1,Moss Ltd,99001234\n")
    assert own.suppliers[0].ref == "U1"
