"""The list that is asked: read whole, or refused with the row and the column."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from duediligence.blind.derived_keys import DerivedKey
from duediligence.blind.person_keys import Side
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, UsageError
from duediligence.extensions.sharing.exchanges.inputs import item_kinds, keys_for, oprf_input
from duediligence.extensions.sharing.exchanges.lists import AskedList, party_of, read_list
from duediligence.extensions.sharing.model.exchanges import AskedItem, ItemKind
from tests.rows import for_each

from .homes import TERMS, Row, written

ALL: frozenset[ItemKind] = frozenset(("organisation", "person", "address"))
SHARES = (
    "blind-matching: organisations",
    "blind-matching: people",
    "blind-matching: addresses",
)


def listed(path: Path, most: int = 100, kinds: frozenset[ItemKind] = ALL) -> AskedList:
    return read_list(
        path,
        most=most,
        kinds=kinds,
        comparable=lambda item: bool(keys_for(party_of(item), SHARES, "asks")),
        today=NOW.date(),
    )


def test_every_column_is_read(tmp_path: Path) -> None:
    rows = [
        {
            "Reference": "N1",
            "Kind": "Organisation",
            "Name": " Quayle  Ferrow Ltd ",
            "Company number": "1234567",
            "Charity number": "SC012345",
            "Address": "14 Mill Lane, Ferrowby",
            "Postcode": "FE1 1AA",
            "Remarks": "not for anybody",
        },
        {"Reference": "N2", "Name": "Orla Zebrovnik", "Date of birth": "23/04/1965"},
    ]
    found = listed(written(tmp_path / "list.csv", rows))
    assert found.items == (
        AskedItem(
            reference="N1",
            kind="organisation",
            name="Quayle Ferrow Ltd",
            number="01234567",
            charity="GB-SC-SC012345",
            address="14 Mill Lane, Ferrowby",
            postcode="FE1 1AA",
        ),
        AskedItem(reference="N2", kind="person", name="Orla Zebrovnik", born="1965-04"),
    )
    assert found.unused == ("Remarks",)
    firm = party_of(found.items[0])
    assert {str(one) for one in firm.identifiers} == {"GB-COH-01234567", "GB-SC-SC012345"}
    assert {key.kind for key in keys_for(firm, SHARES, "answers")} == {
        "company number",
        "charity number",
        "firm name",
        "firm name as heard",
        "address",
        "building",
    }


def test_a_workbook_is_read_as_well(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet("People")
        sheet.write_row(0, 0, ["Our list"])
        sheet.write_row(1, 0, ["Ref", "Name", "Number", "DOB"])
        sheet.write_row(2, 0, ["N1", "Quayle Ferrow Ltd", 1234567])
        sheet.write_row(3, 0, ["N2", "Orla Zebrovnik", "", "April 1965"])
    assert listed(tmp_path / "list.xlsx").items == (
        AskedItem(reference="N1", name="Quayle Ferrow Ltd", number="01234567"),
        AskedItem(reference="N2", kind="person", name="Orla Zebrovnik", born="1965-04"),
    )


@for_each(
    ("row", "words"),
    [
        ({"reference": ""}, "row 2, column reference: is blank"),
        ({"kind": "ship"}, "row 2, column kind: must be organisation, person, address or empty"),
        ({"number": "12X45678"}, "row 2, column number: not a Companies House number"),
        ({"charity": "x"}, "row 2, column charity: not a charity number"),
        ({"born": "1965"}, "row 2, column born: must be a month and a year of birth"),
        ({"born": "yesterday"}, "row 2, column born: must be a month"),
        ({"kind": "organisation", "born": "1965-04"}, "column born: an organisation has no"),
        ({"kind": "person", "name": ""}, "column name: is blank, and the row is of a person"),
        ({"kind": "address"}, "column address: an address needs its lines and its postcode"),
        ({"name": ""}, "row 2: nothing in this row tells one party from another"),
        ({"name": "x" * 501}, "column name: has 501 characters; the maximum is 500"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, row: Row, words: str) -> None:
    every = dict.fromkeys(("kind", "number", "charity", "born", "address", "postcode"), "")
    path = written(
        tmp_path / "l.csv", [{"reference": "N1", "name": "Quayle Ferrow", **every, **row}]
    )
    with pytest.raises(UsageError, match=r"l\.csv: ") as error:
        listed(path)
    assert words in str(error.value)
    assert "Nothing was written" in str(error.value.hint)


def test_no_value_of_a_cell_is_in_a_message(tmp_path: Path) -> None:
    row = {"reference": "N1", "kind": "Markersson", "name": "Markersson"}
    with pytest.raises(UsageError) as error:
        listed(written(tmp_path / "l.csv", [row]))
    assert "Markersson" not in f"{error.value}{error.value.hint}"


def test_the_first_faults_are_named_and_the_others_counted(tmp_path: Path) -> None:
    rows = [{"reference": "", "name": "Quayle Ferrow"}] * 8
    with pytest.raises(UsageError, match="and 3 more"):
        listed(written(tmp_path / "l.csv", rows))


@for_each(
    ("text", "words"),
    [
        ("name\nQuayle Ferrow\n", "no column 'reference'"),
        ("reference,name,name\nN1,A,B\n", "2 columns are headed 'name'"),
        ("reference,name\n", "holds no items"),
    ],
)
def test_a_file_that_is_no_list(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "l.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=words):
        listed(path)


def test_a_kind_that_the_agreement_does_not_have(tmp_path: Path) -> None:
    path = written(tmp_path / "l.csv", [{"reference": "N1", "kind": "person", "name": "Orla Z"}])
    with pytest.raises(UsageError, match="does not allow items of kind person"):
        listed(path, kinds=item_kinds(["blind-matching: organisations"]))


def test_a_million_items_are_refused_while_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("reference,name\n" + "N1,Quayle Ferrow Ltd\n" * 1_000_000)
    listed(written(tmp_path / "warm.csv", [{"reference": "N1", "name": "Quayle Ferrow Ltd"}]))
    tracemalloc.start()
    with pytest.raises(Conflict, match="has over 500 rows, the most that the agreement allows"):
        listed(path, most=500)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < path.stat().st_size / 3


def test_as_many_items_as_agreed_are_read(tmp_path: Path) -> None:
    rows = [{"reference": f"N{at}", "name": f"Quayle Ferrow {at}"} for at in range(5)]
    assert len(listed(written(tmp_path / "l.csv", rows), most=5).items) == 5


def test_an_input_is_bound_to_terms_exchange_and_kind() -> None:
    key = DerivedKey("firm name", "ferrow quayle")
    inputs = {
        oprf_input(key, TERMS, "a" * 32),
        oprf_input(key, TERMS, "b" * 32),
        oprf_input(key, replace(TERMS, purpose="Another"), "a" * 32),
        oprf_input(DerivedKey("person", key.text), TERMS, "a" * 32),
        oprf_input(DerivedKey("firm name", "ferrow quayl"), TERMS, "a" * 32),
    }
    assert len(inputs) == 5
    assert all(len(one) == 32 for one in inputs)
    assert oprf_input(key, TERMS, "a" * 32) in inputs


def test_a_person_without_a_birth_date_meets_one_with_it_on_the_other_side() -> None:
    asked = AskedItem(reference="N1", kind="person", name="Orla Zebrovnik")
    dated = AskedItem(reference="N2", kind="person", name="Orla Zebrovnik", born="1965-04")
    other = AskedItem(reference="N3", kind="person", name="Orla Zebrovnik", born="1971-09")

    def keys(item: AskedItem, side: Side) -> set[DerivedKey]:
        return set(keys_for(party_of(item), SHARES, side))

    assert keys(asked, "asks") & keys(dated, "answers")
    assert keys(dated, "asks") & keys(asked, "answers")
    assert not keys(dated, "asks") & keys(other, "answers")
