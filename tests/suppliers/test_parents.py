"""Suppliers that work under another: found by reference or name, or reported."""

import csv
import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.model import Contract, PartOf, PartRole, Supplier
from duediligence.suppliers.parents import StoredSuppliers
from tests.rows import for_each
from tests.suppliers.conftest import ReadText
from tests.thorough import examples

SUB: PartRole = "sub-contractor"
MEMBER: PartRole = "consortium member"


@for_each(
    ("heading", "role"),
    [
        ("Main contractor", SUB),
        ("Prime contractor", SUB),
        ("Sub-contractor of", SUB),
        ("Consortium lead", MEMBER),
        ("Lead member", MEMBER),
    ],
)
@for_each("named", ["S2", "s2", "Moss Ltd", "MOSS LTD"])
def test_a_parent_is_found_by_reference_or_name(
    read_text: ReadText, heading: str, role: PartRole, named: str
) -> None:
    read = read_text(f"ref,name,{heading}\nS1,Gull Ltd,{named}\nS2,Moss Ltd,\n")
    assert [one.part_of for one in read.suppliers] == [(PartOf("S2", role),), ()]


@for_each(
    ("role", "found"),
    [("Sub-contractor", SUB), ("subcontractor (tier 2)", SUB), ("Member of consortium", MEMBER)],
)
def test_a_column_of_roles_decides(read_text: ReadText, role: str, found: PartRole) -> None:
    read = read_text(f"ref,name,Main contractor,Supplier role\nS1,A,S2,{role}\nS2,B,,Main\n")
    assert read.suppliers[0].part_of == (PartOf("S2", found),)
    assert not [one for one in read.suppliers if one.unread]


def test_a_supplier_may_work_under_several(read_text: ReadText) -> None:
    read = read_text(
        "ref,name,contract,Main contractor\nS1,A,Taxis,S2; S3\nS1,A,Waste,S3\nS2,B,,\nS3,C,,n/a\n"
    )
    assert [one.supplier_ref for one in read.suppliers[0].part_of] == ["S2", "S3"]


@for_each("cell", ["Yes", "No", "self", "Moss Ltd", "S2", "", "N/A"])
def test_the_main_contractor_itself_works_under_nobody(read_text: ReadText, cell: str) -> None:
    read = read_text(f"ref,name,Main contractor\nS2,Moss Ltd,{cell}\n")
    assert (read.suppliers[0].part_of, read.suppliers[0].unread) == ((), ())


@for_each(
    ("rows", "reason"),
    [
        ("S1,A,Nobody Ltd,\n", "no supplier has this reference or exactly this name"),
        ("S1,A,Moss,\nS2,Moss,,\nS3,Moss,,\n", "several suppliers have this name"),
        ("S1,A,S2,Cook\nS2,B,,\n", "not a known role"),
        ("S1,A,,Sub-contractor\n", "the supplier that it works under is not named"),
        ("S0,Z,S1,\nS1,A,S0,\n", "it would work under itself"),
    ],
)
def test_what_is_not_found_is_reported(read_text: ReadText, rows: str, reason: str) -> None:
    read = read_text(f"ref,name,Main contractor,Supplier role\n{rows}")
    unread = [cell for one in read.suppliers for cell in one.unread]
    assert [reason in cell.reason for cell in unread] == [True]
    assert any(reason in note for note in read.notes)


def test_a_stored_supplier_may_be_named(read_text: ReadText) -> None:
    known = StoredSuppliers(
        [Supplier(ref="S-0123456789ab", name="Moss Ltd")], {"V1": "S-0123456789ab"}
    )
    for named in ("S-0123456789ab", "moss ltd", "V1"):
        read = read_text(f"ref,name,Main contractor\nS1,A,{named}\n", known=known)
        assert read.suppliers[0].part_of == (PartOf("S-0123456789ab", SUB),)


def test_a_lead_member_who_is_a_councillor_is_nobody_to_work_under(read_text: ReadText) -> None:
    read = read_text("ref,name,Lead member\nS1,A,Cllr Ann Noname\nS2,B,Cllr Bo Other\n")
    assert not [one for one in read.suppliers if one.part_of or one.unread or one.people]
    assert "Lead member" in read.unused
    assert any("'Lead member' names no supplier of this file" in note for note in read.notes)


def test_who_answers_for_a_contract_is_read_and_is_no_party(read_text: ReadText) -> None:
    read = read_text(
        "name,contract,Contract manager,Owner\nA,Taxis,Ada Ferrow,Ann Noname\nB,,Highways,\n"
    )
    one, other = read.suppliers
    assert one.contracts == (Contract(title="Taxis", owner="Ada Ferrow"),)
    assert [person.name for person in one.people] == ["Ann Noname"]
    assert other.contracts == (Contract(owner="Highways"),)


cell = st.sampled_from(
    ["", "S0", "S1", "S2", "Firm 3", "firm 1", "Ended", "No", "Yes", "n/a"]
) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(cell, cell, cell, cell), min_size=1, max_size=6))
def test_whatever_stands_there_nobody_works_under_itself(
    read_text: ReadText, rows: list[tuple[str, str, str, str]]
) -> None:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(
        ["ref", "name", "status", "supplier end date", "main contractor", "supplier role"]
    )
    writer.writerows([f"S{at}", f"Firm {at}", *row] for at, row in enumerate(rows))
    read = read_text(file.getvalue())
    above = {one.ref: {part.supplier_ref for part in one.part_of} for one in read.suppliers}
    assert set().union(*above.values()) <= above.keys()
    while above:
        free = {ref for ref, of in above.items() if not of & above.keys()}
        assert free, "a circle"
        above = {ref: of for ref, of in above.items() if ref not in free}
