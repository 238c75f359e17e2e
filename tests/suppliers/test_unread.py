"""What is read of headings, numbers and names that are no plain ones, and what is said unread."""

from collections.abc import Callable
from pathlib import Path

from duediligence.model import Identifier, Supplier
from duediligence.suppliers.columns import fields_of, header_key, person_heading
from duediligence.suppliers.importing import Import, read_suppliers
from duediligence.suppliers.numbers import number_in_name, read_numbers
from tests.rows import for_each

ReadText = Callable[..., Import]
CHC, COH, SC = "GB-CHC", "GB-COH", "GB-SC"


@for_each(
    ("heading", "role"),
    [
        ("Dir 1", "director"),
        ("Names of directors", "director"),
        ("Director(s) / Owner(s)", "director"),
        ("Director names and DOB", "director"),
        ("Sales Director", "director"),
        ("Proprietor(s)", "owner"),
        ("UBO", "owner"),
        ("Ultimate Beneficial Owner(s)", "owner"),
        ("Shareholders (>25%)", "owner"),
        ("Sole trader name", "owner"),
        ("PSC 1", "psc"),
        ("Persons of significant control", "psc"),
        ("LLP Members", "member"),
        ("Officers", "officer"),
        ("Principal", "principal"),
        ("Key Personnel", "person"),
        ("Chair of Trustees", "trustee"),
    ],
)
def test_a_heading_that_plainly_holds_people_is_read(heading: str, role: str) -> None:
    found = person_heading(heading)
    assert found is not None
    assert (found.role, found.born) == (role, False)


@for_each(
    "heading",
    "Number of directors|Director email|Director phone|Principal address|Contract Officer|"
    "Contract owner|Shareholding %|Date of appointment of director|Account Director|"
    "Partner organisation|Contact name|Manager|Membership number|Owner postcode".split("|"),
)
def test_a_heading_about_people_that_holds_none_is_not(heading: str) -> None:
    assert person_heading(heading) is None


@for_each(
    ("heading", "field"),
    [
        ("Supp. Ref", "ref"),
        ("Unique ID", "ref"),
        ("No.", "ref"),
        ("Vendor account", "ref"),
        ("Supplier A/C No", "ref"),
        ("Company / Charity No", "company_number"),
        ("Co Reg", "company_number"),
        ("Charity Comm No", "charity_number"),
    ],
)
def test_more_headings_of_references_and_numbers(heading: str, field: str) -> None:
    assert next(iter(fields_of(heading))) == field


def test_a_house_number_is_no_reference(read_text: ReadText) -> None:
    read = read_text("Supplier,No.,Street\nMoss Ltd,4,Dune Row\nGull Ltd,4,Dune Row\n")
    assert "ref" not in read.columns
    assert len(read.suppliers) == 2


@for_each(
    ("text", "column", "name", "expected"),
    [
        ("99001234", "Company / Charity No", "Moss", [(COH, "99001234")]),
        ("1234567", "Company / Charity No", "Moss Trust", [(CHC, "1234567")]),
        ("1234567", "Company / Charity No", "Moss Ltd", [(CHC, "1234567"), (COH, "01234567")]),
        ("SC990123", "Company / Charity No", "Moss", [(COH, "SC990123"), (SC, "SC990123")]),
        ("99001234/99005678", "Co no", "Moss", [(COH, "99001234"), (COH, "99005678")]),
        ("99001234 (charity 9900001)", "Co no", "Moss", [(COH, "99001234"), (CHC, "9900001")]),
        ("Company No: 99001234", "Co no", "Moss", [(COH, "99001234")]),
        ("Charity 9900001", "Co no", "Moss", [(CHC, "9900001")]),
    ],
)
def test_a_cell_may_hold_a_number_of_either_kind_or_several(
    text: str, column: str, name: str, expected: list[tuple[str, str]]
) -> None:
    found = [r.identifier for r in read_numbers("company_number", text, column, name)]
    assert [(i.scheme, i.id) for i in found if i] == expected


@for_each(
    ("text", "name", "number"),
    [
        ("Brewery Co Ltd (99001234)", "Brewery Co Ltd", Identifier(COH, "99001234")),
        ("Brewery Co Ltd - SC990123", "Brewery Co Ltd", Identifier(COH, "SC990123")),
        ("Brewery Ltd (Company No. 12345)", "Brewery Ltd", Identifier(COH, "00012345")),
        ("Moss Trust, charity no. 9900001", "Moss Trust", Identifier(CHC, "9900001")),
        ("Studio 99 Ltd", "Studio 99 Ltd", None),
        ("Lab 123456 Ltd", "Lab 123456 Ltd", None),
        ("Taxi 01632960123", "Taxi 01632960123", None),
    ],
)
def test_a_number_in_a_name_is_read_and_taken_out(
    text: str, name: str, number: Identifier | None
) -> None:
    assert number_in_name(text) == (name, number)


def only(read: Import) -> Supplier:
    (supplier,) = read.suppliers
    return supplier


def test_a_cell_that_was_not_read_is_quoted_without_its_dates(read_text: ReadText) -> None:
    supplier = only(read_text("name,Directors\nMoss Ltd,see the list of 23/04/1965\n"))
    cell = next(c for c in supplier.unread if c.looks_like == "person")
    assert (cell.column, cell.looks_like) == ("Directors", "person")
    assert cell.text == "see the list of …/…/…"


def test_a_birth_date_beside_nobody_is_quoted_from_its_own_column(read_text: ReadText) -> None:
    supplier = only(read_text("name,Directors,DOB\nMs Ann Noname,,31/02/1980\n"))
    (cell,) = supplier.unread
    assert (cell.column, cell.text, cell.reason) == ("DOB", "…/…/…", "nobody is named")


def test_a_column_without_a_heading_that_names_people_is_unread(read_text: ReadText) -> None:
    read = read_text("name,,\nMoss Ltd,John Smith,blue\nGull Ltd,,99001234\n")
    assert [[c.looks_like for c in s.unread] for s in read.suppliers] == [["person"], ["number"]]


def test_each_column_is_shown_with_what_was_understood_of_it(read_text: ReadText) -> None:
    read = read_text(
        "Supp. Ref,Supplier,Co Reg,Directors\nS1,Moss Ltd,99001234,Ann Noname\n"
        "S2,Gull Ltd,9.9E+06,see attached\n"
    )
    assert [(c.field, c.heading, c.example, c.filled, c.refused) for c in read.seen] == [
        ("ref", "Supp. Ref", "S1", 2, 0),
        ("name", "Supplier", "Moss Ltd", 2, 0),
        ("company_number", "Co Reg", "99001234", 2, 1),
        ("director", "Directors", "Ann Noname", 2, 1),
    ]


def test_a_mapping_is_taken_again_for_the_same_headings(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Quarterly list\nWho, Boss ,Where\nMoss Ltd,Ann Noname,Truro\n")
    mapped = read_suppliers(path, mapping={"name": "Who", "director": "Boss"})
    assert not mapped.remembered
    known = {header_key(mapped.header): mapped.mapping}
    path.write_text("who,BOSS,where\nGull Ltd,Bo Other,Truro\n")
    again = read_suppliers(path, remembered=known)
    assert again.remembered
    assert [(s.name, s.people[0].name) for s in again.suppliers] == [("Gull Ltd", "Bo Other")]
    other = read_suppliers(path, mapping={"name": "where"}, remembered=known)
    assert (other.remembered, other.suppliers[0].name) == (False, "Truro")


def test_lines_of_a_name_are_names_and_letters_of_no_register_are_not_read(
    read_text: ReadText,
) -> None:
    read = read_text('Ref,Name\n1,"Quill Ltd\nZorvan Tanker Company"\n2,Quill%20Sons\n')
    first, second = read.suppliers
    assert first.name == "Quill Ltd; Zorvan Tanker Company"
    assert first.unread == ()
    assert [(one.looks_like, one.text) for one in second.unread] == [("name", "Quill%20Sons")]


def test_people_in_letters_of_no_register_are_not_read(read_text: ReadText) -> None:
    unread = only(read_text("Name,Directors\nQuill Ltd,🇿🇴🇷 🇻🇦🇳\n")).unread
    assert [one.looks_like for one in unread] == ["person"]


@for_each(
    "name",
    ["李小明", "김민준", "山田太郎", "நேகா குமார்", "สมชาย ใจดี", "नेहा शर्मा", "هُدى شَعراني", "שׁוֹשַׁנָּה גל"],
)
def test_whole_names_of_any_script_are_read(read_text: ReadText, name: str) -> None:
    found = only(read_text(f"Name,Directors\nQuill Ltd,{name}\n"))
    assert ([one.name for one in found.people], found.unread) == ([name], ())
