"""Nobody is lost with what is left out of a cell: addresses, labels and codes."""

import re
from datetime import date
from itertools import product

from duediligence.suppliers.people import read_people
from tests.rows import for_each

TODAY = date(2026, 11, 30)
# Given names that are known and that are not, family names first, titles.
HIDDEN = (
    *("Bess Thackrah", "THACKRAH Bess", "Thackrah, Bess", "Mrs Bess Thackrah", "Nkemdilim Obaseka"),
    *("Żaneta Kołodziejk", "Tuong Vi Lamhoang", "Sukhbaatar Dhillan", "Rodica Munteanescu"),
)
WHERE = (
    "Piers Cobbold\n{}, Rose Cottage, Otley, LS21 3AA",
    "Piers Cobbold\n{}, Rose Cottage, Otley, LS21 3AA\n05/1980",
    "Piers Cobbold\nSecretary {}, Rose Cottage, Otley, LS21 3AA",
    "1 Piers Cobbold\n2 {}, Rose Cottage, Otley LS21 3AA",
    "Piers Cobbold, 14 High Street, Leeds and {}, Mill Lane, York YO1 7AA",
    "Piers Cobbold of 14 High Street, Leeds & {} of Mill Lane, York YO1 7AA",
    "Piers Cobbold, 14 High Street, Leeds, {}, Mill Lane, York YO1 7AA",
    "Piers Cobbold, 14 High Street, Leeds\t{}, Mill Lane, York YO1 7AA\t05/1980",
    "Piers Cobbold, 14 High Street, Leeds / {}, Mill Lane, York YO1 7AA",
    "Piers Cobbold, born 1974, {}, Mill Lane, York YO1 7AA, born 05/1980",
    "Piers Cobbold (director {} 1971)",
)


@for_each(("cell", "hidden"), list(product(WHERE, HIDDEN)))
def test_a_person_in_an_address_is_read_or_the_cell_is_not(cell: str, hidden: str) -> None:
    read = read_people("director", cell.format(hidden), today=TODAY)
    theirs = _words(hidden) - {"mrs"}
    assert read.unread or any(theirs <= _words(one.name) for one in read.people)
    for one in read.people:
        if _words(one.name) == {"piers", "cobbold"} and one.birth_date:
            assert one.birth_date.year == 1974


@for_each(
    ("cell", "people"),
    [
        ("April Mayne; June March", {"April Mayne", "June March"}),
        ("Piers Cobbold; Jan French", {"Piers Cobbold", "Jan French"}),
        ("Joan Mary Senior; Alan James Key", {"Joan Mary Senior", "Alan James Key"}),
        ("Piers Cobbold; Mary-Ann-Jo-Lee", {"Piers Cobbold", "Mary-Ann-Jo-Lee"}),
        ("Piers Cobbold of Mill Lane", {"Piers Cobbold"}),
        ("Piers Cobbold, 18 Joan Hill, Leeds", {"Piers Cobbold"}),
        ("Correspondence address\nRose Cottage, Bess Row\nPiers Cobbold", {"Piers Cobbold"}),
    ],
)
def test_names_of_months_roles_and_streets(cell: str, people: set[str]) -> None:
    read = read_people("director", cell, today=TODAY)
    assert {one.name for one in read.people} == people


@for_each(
    "cell",
    [
        "1318 Joan Hill",
        "1 Mary Street, 2 Peter Close",
        "Piers Cobbold; 4 Ama Close 03/1971",
        "Ana Noname e João Other",
        "Piers CobboldBess Thackrah",
        "Moss Holdings Ltd (Bess Thackrah 1971)",
    ],
)
def test_what_may_hide_a_person_is_not_read_in_silence(cell: str) -> None:
    read = read_people("director", cell, today=TODAY)
    named = {word for one in read.people for word in _words(one.name)}
    assert read.unread or _words(cell) <= named


@for_each("before", ["deceased", "appt date", "licensed", "date of issue", "from"])
def test_a_date_of_something_else_is_no_birth_date(before: str) -> None:
    (person,) = read_people("director", f"Piers Cobbold ({before} 12/03/1999)", today=TODAY).people
    assert person.birth_date is None


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))
