"""A row with several holders: each is a party of its own, with the same record."""

from duediligence.council_registers.guesses import guess_columns
from duediligence.model import Identifier
from duediligence.model.entries import COMPANY
from tests.rows import for_each

from .conftest import Register

COLUMNS = """
[columns]
record_ref = "Ref"
subject_name = ["Holder 1", "Holder 2", "Premises supervisor"]
company_number = "Company"
decision_date = "Granted"

[defaults]
record_type = "registration"
"""
ONE = COLUMNS.replace('["Holder 1", "Holder 2", "Premises supervisor"]', '"Holder"')
HEAD = "Ref,Holder 1,Holder 2,Premises supervisor,Company,Granted\n"


def test_each_holder_of_a_row_is_an_entry_that_names_the_others(register: Register) -> None:
    row = "L/1,Quay Inn Ltd,Heron Trust Ltd,Ann Noname,99000001,2026-05-12\n"
    found = register.examine(HEAD + row, COLUMNS)
    assert [entry.name for entry in found.entries] == [
        "Quay Inn Ltd",
        "Heron Trust Ltd",
        "Ann Noname",
    ]
    assert found.rows == 1
    assert len({entry.id for entry in found.entries}) == 3
    assert {entry.record for entry in found.entries} == {found.entries[0].record}
    assert found.entries[0].related == (
        "Holder: Heron Trust Ltd",
        "Premises supervisor: Ann Noname",
    )
    # A number is of a firm, of which of the two nobody can say: never of the supervisor.
    number = Identifier(COMPANY, "99000001")
    assert [number in entry.identifiers for entry in found.entries] == [True, True, False]


def test_ids_do_not_depend_on_the_order_or_the_number_of_holders(register: Register) -> None:
    def ids(*names: str) -> dict[str, str]:
        row = ",".join(["L/1", *names, *[""] * (3 - len(names)), "", "2026-05-12"])
        return {e.name: e.id for e in register.examine(f"{HEAD}{row}\n", COLUMNS).entries}

    both = ids("Quay Inn Ltd", "Heron Trust Ltd")
    assert ids("Heron Trust Ltd", "Quay Inn Ltd") == both
    assert ids("Heron Trust Ltd") == {"Heron Trust Ltd": both["Heron Trust Ltd"]}
    assert ids("Quay Inn Ltd", "QUAY INN LTD").keys() == {"Quay Inn Ltd"}


@for_each(
    ("cell", "names"),
    [
        ("Smith, A; Jones, B", ["Smith, A", "Jones, B"]),
        ("Quay Inn Ltd; Heron Trust Ltd", ["Quay Inn Ltd", "Heron Trust Ltd"]),
        ("Quay Inn Ltd\nHeron Trust Ltd", ["Quay Inn Ltd", "Heron Trust Ltd"]),
        ("Porthvellan Leisure\nLtd", ["Porthvellan Leisure Ltd"]),
        ("Ann Noname; t/a Gull Cafe", ["Ann Noname; t/a Gull Cafe"]),
        ("A Smith and B Jones", ["A Smith and B Jones"]),
        ("Quay Inn; Ltd", ["Quay Inn; Ltd"]),
        ("=cmd|calc!A0", ["=cmd|calc!A0"]),
    ],
)
def test_several_holders_in_one_cell(register: Register, cell: str, names: list[str]) -> None:
    found = register.examine(f'Ref,Holder,Company,Granted\nL/1,"{cell}",,2026-05-12\n', ONE)
    assert [entry.name for entry in found.entries] == names
    assert (found.entries[0].id == "L/1") == (len(names) == 1)


def test_columns_of_holders_are_proposed_together() -> None:
    found = guess_columns(["Licence No", "Licence holder 1", "Licence holder (2)", "Owner"])
    assert found["subject_name"] == ("Licence holder 1", "Licence holder (2)")


def test_convictions_of_several_holders_need_what_they_are(register: Register) -> None:
    columns = COLUMNS.replace('"registration"', '"conviction"')
    (problem,) = register.problems(f"{HEAD}L/1,Quay Inn,Heron Trust,,,2026-05-12\n", columns)
    assert "subject_type is not given" in problem


def test_an_individual_is_not_named_beside_the_conviction_of_a_firm(register: Register) -> None:
    """UK GDPR Article 10: nor is the firm's conviction lost because the row names one."""
    columns = COLUMNS.replace('"registration"', '"conviction"\nsubject_type = "individual"')
    row = "L/1,Quay Inn Ltd,Ann Noname,,,2026-05-12\n"
    found, files = register.look(HEAD + row, columns)
    (entry,) = found.entries
    assert (entry.name, entry.kind, entry.related) == ("Quay Inn Ltd", "organisation", ())
    assert files.drift.lines() == ("left out: conviction of an individual (1)",)


@for_each(
    "holders",
    [
        "Ann Noname,Ben Nobody",
        "Ann Noname and Ben Nobody,",
        '"Ann Noname, Ben Nobody",',
        "A & B Noname,",
    ],
)
def test_a_birth_date_in_a_row_of_several_holders_is_nobodys(
    register: Register, holders: str
) -> None:
    columns = COLUMNS.replace("company_number", "birth_month_year")
    row = f"L/1,{holders},,03/1970,2026-05-12\n"
    found, files = register.look(HEAD + row, columns)
    assert {entry.birth_dates for entry in found.entries} == {()}
    assert files.drift.lines() == ("left out: birth date in a row with several holders (1)",)
