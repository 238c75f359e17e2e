"""Headings as councils write them, and how a doubtful one is decided."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pages.supplier_fields import fields_table

from duediligence.errors import UsageError
from duediligence.suppliers.columns import (
    fields_of,
    guess_supplier_columns,
    person_heading,
    score_header,
)
from duediligence.suppliers.fields import FIELDS, ROLES
from duediligence.suppliers.importing import Import
from tests.rows import for_each

DOCUMENT = Path(__file__).parents[2] / "docs" / "officer" / "supplier-file.md"
ReadText = Callable[..., Import]


@for_each(
    ("heading", "field"),
    [
        ("ref", "ref"),
        ("Supplier Ref.", "ref"),
        ("supplier_reference", "ref"),
        ("Vendor No", "ref"),
        ("VENDOR NUMBERS", "ref"),
        ("Supplier ID", "ref"),
        ("Creditor #", "ref"),
        ("id", "ref"),
        ("name", "name"),
        ("Name 1", "name"),
        ("Supplier", "name"),
        ("Supplier Name *", "name"),
        ("Supplier's name", "name"),
        ("Company", "name"),
        ("CompanyName", "name"),
        ("Organization", "name"),
        ("Name of provider", "name"),
        ("Vendor", "name"),
        ("Trading as", "trading_names"),
        ("T/A", "trading_names"),
        ("Trading name(s)", "trading_names"),
        ("Also known as", "trading_names"),
        ("Previous names", "former_names"),
        ("company no", "company_number"),
        ("Co. No.", "company_number"),
        ("CRN", "company_number"),
        ("Companies House number (8 digits)", "company_number"),
        ("Companies House No", "company_number"),
        ("Company registration number", "company_number"),
        ("Registration number", "company_number"),
        ("Reg No.", "company_number"),
        ("Charity number", "charity_number"),
        ("Registered Charity No.", "charity_number"),
        ("PPON", "ppon"),
        ("Mutuals register number", "mutual_number"),
        ("care_number", "care_number"),
        ("Service number", "care_number"),
        ("Address", "address"),
        ("Address line 2", "address"),
        ("Address1", "address"),
        ("Street", "address"),
        ("Town/City", "town"),
        ("Post Code", "postcode"),
        ("ZIP", "postcode"),
        ("Country", "country"),
        ("Contract title", "contract"),
        ("Phone", "phone"),
        ("Telephone Number", "phone"),
        ("Tel. No.", "phone"),
        ("Tel", "phone"),
        ("Mobile No", "phone"),
        ("E-mail", "email"),
        ("E-mail address", "email"),
        ("Email Address 2", "email"),
        ("RemittanceEmail", "email"),
        ("Web site", "website"),
        ("Bank account number", "bank_account"),
        ("Bank A/C No", "bank_account"),
        ("Account number", "bank_account"),
        ("Sort Code", "sort_code"),
        ("Bank Sort-Code", "sort_code"),
        ("IBAN", "iban"),
        ("IBAN No.", "iban"),
    ],
)
def test_a_usual_heading_is_understood(heading: str, field: str) -> None:
    assert next(iter(fields_of(heading))) == field


@for_each(
    "heading",
    "|Contact|Contact name|Annual spend|Staff|Notes|Manager|"
    "Director e-mail|Manager's phone|VAT number|(((|#".split("|"),
)
def test_what_is_not_ours_is_left_alone(heading: str) -> None:
    assert not fields_of(heading)
    assert person_heading(heading) is None


@for_each(
    ("heading", "understood"),
    [
        ("Director", ("director", "", False)),
        ("Directors", ("director", "", False)),
        ("Director 2 name", ("director", "2", False)),
        ("Name of director", ("director", "", False)),
        ("director1", ("director", "1", False)),
        ("Director 1 DOB", ("director", "1", True)),
        ("Date of birth of director 2", ("director", "2", True)),
        ("person 1", ("person", "1", False)),
        ("Person 1 D.O.B.", ("person", "1", True)),
        ("Trustees", ("trustee", "", False)),
        ("Persons with significant control", ("psc", "", False)),
        ("Date of Birth", ("", "", True)),
    ],
)
def test_people_are_known_by_role_and_number(
    heading: str, understood: tuple[str, str, bool]
) -> None:
    assert person_heading(heading) == understood


def test_birth_dates_are_paired_by_number_or_with_the_left_neighbour() -> None:
    def pairs(*header: str) -> list[tuple[str, str]]:
        columns = guess_supplier_columns(header, {})
        return [(header[p.names], header[p.born]) for p in columns.people if p.born is not None]

    assert pairs("Person 1", "Person 2", "Person 2 dob", "Person 1 dob") == [
        ("Person 1", "Person 1 dob"),
        ("Person 2", "Person 2 dob"),
    ]
    assert pairs("Director", "DOB", "Owner", "Date of birth") == [
        ("Director", "DOB"),
        ("Owner", "Date of birth"),
    ]
    assert pairs("DOB", "Director") == [("Director", "DOB")]
    assert pairs("Director", "Owner dob") == []


def test_no_heading_is_claimed_as_surely_by_two_fields() -> None:
    for field in FIELDS:
        for heading in field.headings:
            first = next(iter(fields_of(heading)))
            assert (first, field.name) in (
                (field.name, field.name),
                ("name", "trading_names"),
                ("ref", "care_number"),
            )
            assert person_heading(heading) is None
    for role, (_, headings) in ROLES.items():
        for heading in headings:
            assert person_heading(heading) == (role, "", False)
            assert not fields_of(heading)


def test_the_surer_heading_wins_wherever_it_stands_and_the_other_is_noted(
    read_text: ReadText,
) -> None:
    for header, name in (("Supplier,Supplier name", "B"), ("Supplier name,Supplier", "A")):
        read = read_text(f"{header}\nA,B\n")
        assert [s.name for s in read.suppliers] == [name]
        assert read.columns["name"] == "Supplier name"
        assert read.unused == ("Supplier",)
        assert "name is read from 'Supplier name', not from 'Supplier'" in " ".join(read.notes)


def test_a_urn_is_the_number_of_a_registration_beside_a_reference(read_text: ReadText) -> None:
    for header in ("URN,Ref,Name", "Reference,URN,Name", "Supplier ID,URN,Name", "urn,id,name"):
        read = read_text(f"{header}\n9912345,9912346,Alder Ltd\n")
        columns = {heading.casefold(): field for field, heading in read.columns.items()}
        assert columns.pop("urn") == "care_number"
        assert "ref" in columns.values()
    (alone,) = read_text("URN,Name\n9912345,Alder Ltd\n").suppliers
    assert (alone.ref, alone.identifiers) == ("9912345", ())


def test_of_equal_headings_the_left_one_wins(read_text: ReadText) -> None:
    read = read_text("Town,Name,Town\nA,B,C\n")
    assert [s.address and s.address.text for s in read.suppliers] == ["A"]
    assert any("not from 'Town'" in note for note in read.notes)


@for_each("second", ["name", "Name 2", "NAME"])
def test_a_second_column_of_names_is_screened_too(read_text: ReadText, second: str) -> None:
    (both,) = read_text(f"Name,{second}\nA Ltd,B Ltd\n").suppliers
    assert (both.name, both.trading_names) == ("A Ltd", ("B Ltd",))


@for_each(
    ("given", "family", "role"),
    [
        ("First name", "Surname", "named person"),
        ("Forename", "Last name", "named person"),
        ("Director First Name", "Director Surname", "director"),
        ("Director 1 forename", "Director 1 last name", "director"),
        ("DirectorFirstName", "DirectorLastName", "director"),
        ("Owner (given names)", "Owner (family name)", "owner"),
        ("PSC fname", "PSC sname", "person with significant control"),
    ],
)
@for_each("turned", [False, True])
def test_names_in_two_columns_are_put_together(
    read_text: ReadText, given: str, family: str, role: str, turned: bool
) -> None:
    columns = [(given, "Ann; Bo"), (family, "Noname; Other")]
    (one, first), (two, second) = columns[::-1] if turned else columns
    (read,) = read_text(f"name,{one},{two}\nMoss Ltd,{first},{second}\n").suppliers
    assert [(p.name, p.role) for p in read.people] == [("Ann Noname", role), ("Bo Other", role)]
    assert read.unread == ()


def test_names_in_two_columns_of_several_people_are_not_mixed(read_text: ReadText) -> None:
    header = "name,Dir 1 first name,Dir 1 surname,Dir 1 dob,Dir 2 first name,Dir 2 surname"
    (read,) = read_text(f"{header}\nMoss Ltd,Ann,Noname,1968-03,Bo,Other\n").suppliers
    assert [(p.name, str(p.birth_date)) for p in read.people] == [
        ("Ann Noname", "1968-03"),
        ("Bo Other", "None"),
    ]


def test_columns_below_a_merged_heading_hold_people_too(read_text: ReadText) -> None:
    read = read_text("name,Directors,,\nMoss Ltd,Ann Noname,Bo Other,Cy Third\n")
    assert [p.name for p in read.suppliers[0].people] == ["Ann Noname", "Bo Other", "Cy Third"]
    assert not any("not read" in note for note in read.notes)


@for_each(
    "heading",
    "Board|CEO|MD|Chief Executive|Chair|Chairman|Chairperson|Founders|PWSC|Controllers|Owned by|"
    "Parent company|Holding company|DirectorName|Director and DOB|Director & date of birth|"
    "Director details|Individuals|Connected persons".split("|"),
)
def test_a_heading_that_plainly_holds_people_is_read(read_text: ReadText, heading: str) -> None:
    (read,) = read_text(f"name,{heading}\nMoss Ltd,Ann Noname\n").suppliers
    assert [p.name for p in read.people] == ["Ann Noname"]


def test_a_legal_name_beside_the_name_is_screened_too(read_text: ReadText) -> None:
    (both,) = read_text("Supplier name,Legal name\nBright Sands,Sandy Care Ltd\n").suppliers
    assert (both.name, both.trading_names) == ("Bright Sands", ("Sandy Care Ltd",))
    (both,) = read_text("Legal name,Name\nSandy Care Ltd,Bright Sands\n").suppliers
    assert (both.name, both.trading_names) == ("Bright Sands", ("Sandy Care Ltd",))
    (alone,) = read_text("Legal name\nSandy Care Ltd\n").suppliers
    assert (alone.name, alone.trading_names) == ("Sandy Care Ltd", ())


def test_a_mapping_beats_the_guess(read_text: ReadText) -> None:
    text = "Supplier name,Real,Code\nA,B,99001234\n"
    read = read_text(text, mapping={"Name": " real", "company-number": "CODE"})
    assert [(s.name, s.company_number) for s in read.suppliers] == [("B", "99001234")]
    assert read.columns == {"name": "Real", "company_number": "Code"}
    assert read.unused == ("Supplier name",)


def test_a_mapping_finds_a_header_that_no_guess_would(read_text: ReadText) -> None:
    read = read_text("Register,\n,\nWho,Boss\nA,Ann\n", mapping={"name": "Who", "director": "Boss"})
    (supplier,) = read.suppliers
    assert (supplier.name, supplier.people[0].role) == ("A", "director")


def test_people_can_be_mapped_by_number(read_text: ReadText) -> None:
    (supplier,) = read_text(
        "name,x,y\nA,Ann,1970-01\n", mapping={"director 2": "x", "director_2_born": "y"}
    ).suppliers
    assert str(supplier.people[0].birth_date) == "1970-01"


@for_each(
    ("mapping", "message"),
    [
        ({"nom": "name"}, "map nom: unknown field"),
        ({"name": "Firm name"}, "has no column 'Firm name' for name"),
        ({"name": ""}, "has no column '' for name"),
    ],
)
def test_a_wrong_mapping_is_a_usage_error(
    read_text: ReadText, mapping: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        read_text("name\nA\n", mapping=mapping)
    assert "name" in caught.value.hint


def test_no_name_column_lists_the_columns_and_the_way_out(read_text: ReadText) -> None:
    with pytest.raises(
        UsageError, match="no column was recognised as the supplier's name"
    ) as caught:
        read_text("Ref,Who,Postcode\n1,A,ZZ9 9ZZ\n")
    assert "--map name=" in caught.value.hint.worded(str)
    assert "'Ref', 'Who', 'Postcode'" in caught.value.hint.worded(str)


def test_the_table_of_fields_has_every_field_and_heading() -> None:
    table = fields_table()
    for field in FIELDS:
        assert f"| `{field.name}` |" in table
        assert ", ".join(field.headings) in table
    for role in ROLES:
        assert f"| `{role}` |" in table
    assert len({line.count("|") for line in table.splitlines()}) == 1
    assert table in DOCUMENT.read_text(encoding="utf-8")


def test_the_name_of_who_pays_counts_half_a_column_less_than_that_of_a_supplier() -> None:
    payments = score_header(["Company name", "Invoice amount", "Invoice number"], {})
    others = score_header(["Company name", "Alpha", "Beta"], {})
    assert others - payments == 500
