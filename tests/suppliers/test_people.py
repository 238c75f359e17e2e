"""People in a supplier file: who is read, and how little of their birth date is kept."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.model import PartialDate, Person
from duediligence.suppliers import Import
from duediligence.suppliers.people import birth_date, read_people

ReadText = Callable[..., Import]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1965", PartialDate(1965)),
        ("1965-04", PartialDate(1965, 4)),
        ("1965/4", PartialDate(1965, 4)),
        ("1965-04-23", PartialDate(1965, 4)),
        ("1965-04-23T00:00:00", PartialDate(1965, 4)),
        ("04/1965", PartialDate(1965, 4)),
        ("4.1965", PartialDate(1965, 4)),
        ("23/04/1965", PartialDate(1965, 4)),
        ("04/05/1965", PartialDate(1965, 5)),
        ("23 April 1965", PartialDate(1965, 4)),
        ("23rd Apr 1965", PartialDate(1965, 4)),
        ("APRIL 1965", PartialDate(1965, 4)),
        ("sept-1965", PartialDate(1965, 9)),
        ("04/23/1965", None),
        ("1965-13", None),
        ("1865-04", None),
        ("23/04/65", None),
        ("Apr-65", None),
        ("23855", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_of_a_birth_date_year_and_month_are_kept(text: str, date: PartialDate | None) -> None:
    assert birth_date(text) == date


@pytest.mark.parametrize(
    ("text", "name", "date"),
    [
        ("Ann Noname", "Ann Noname", None),
        ("Noname, Ann", "Noname, Ann", None),
        ("Ann Noname, 1965-04", "Ann Noname", PartialDate(1965, 4)),
        ("Ann Noname,1965", "Ann Noname", PartialDate(1965)),
        ("Noname, Ann, 1965-04", "Noname, Ann", PartialDate(1965, 4)),
        ("Ann Noname (04/1965)", "Ann Noname", PartialDate(1965, 4)),
        ("Ann Noname (born April 1965)", "Ann Noname", PartialDate(1965, 4)),
        ("Ann Noname, DOB: 23/04/1965", "Ann Noname", PartialDate(1965, 4)),
        ("Ann Noname 1965-04-23", "Ann Noname", PartialDate(1965, 4)),
        ("Ann Noname - 23 April 1965", "Ann Noname", PartialDate(1965, 4)),
        ("Ann May, 1965", "Ann May", PartialDate(1965)),
        ("Ann May 1965", "Ann May 1965", None),
        ("Vision 2020", "Vision 2020", None),
        ("Studio 99 Ltd", "Studio 99 Ltd", None),
        ("Ann Noname 23/04/65", "Ann Noname", None),
    ],
)
def test_a_person_is_a_name_and_perhaps_a_date(
    text: str, name: str, date: PartialDate | None
) -> None:
    people, _ = read_people("director", text)
    assert people == [Person(name, date, "director")]


def test_a_cell_may_hold_several_people() -> None:
    people, remarks = read_people(
        "trustee", "Ann Noname, 1965-04; Bo Other\nCy Third (1970) | Bo Other;; n/a"
    )
    assert [(p.name, p.birth_date) for p in people] == [
        ("Ann Noname", PartialDate(1965, 4)),
        ("Bo Other", None),
        ("Cy Third", PartialDate(1970)),
    ]
    assert {p.role for p in people} == {"trustee"}
    assert remarks == []


def test_dates_apart_go_with_the_names_in_order_or_not_at_all() -> None:
    people, remarks = read_people("owner", "Ann; Bo, 1980-02", "1965-04-23; 1970-01")
    assert [p.birth_date for p in people] == [PartialDate(1965, 4), PartialDate(1980, 2)]
    assert remarks == []
    people, remarks = read_people("owner", "Ann; Bo", "1965-04-23")
    assert [p.birth_date for p in people] == [None, None]
    assert remarks == [("1 birth dates", "", "for 2 people")]


def test_several_people_parted_by_commas_are_remarked_on() -> None:
    people, remarks = read_people("director", "Ann Noname, Bo Other")
    assert [p.name for p in people] == ["Ann Noname, Bo Other"]
    assert "part by ;" in remarks[0].reason


def test_only_those_who_run_or_own_a_supplier_are_read(read_text: ReadText) -> None:
    read = read_text(
        "name,Director,Owner,Trustees,Partner,PSC,Named person,Contact,Manager,Staff\n"
        "A,Di,Ow,Tr,Pa,Ps,Nx,Con,Man,Sta\n"
    )
    assert [(p.name, p.role) for p in read.suppliers[0].people] == [
        ("Di", "director"),
        ("Ow", "owner"),
        ("Tr", "trustee"),
        ("Pa", "partner"),
        ("Ps", "person with significant control"),
        ("Nx", "named person"),
    ]
    assert read.unused == ("Contact", "Manager", "Staff")


@pytest.mark.parametrize("date", ["23/04/1965", "1965-04-23", "23 April 1965", "23/04/65"])
def test_no_day_of_birth_is_kept_anywhere(read_text: ReadText, date: str) -> None:
    kept = repr(
        read_text(
            f'name,Director,Person 1,Person 1 dob\nA,"Ann, {date}",Bo,{date}\n'
            f'B,"Cy ({date})",Di,"{date}; {date}"\nC,"Ed, {date}; {date}",,\n'
        ).suppliers
    )
    assert "Ann" in kept
    assert "23" not in kept


@given(
    names=st.text(max_size=80) | st.text("Ann, ()/-;\n1965aprilbon. ", max_size=60),
    born=st.text(max_size=20) | st.text("0123456789/-; ", max_size=20),
)
def test_any_text_gives_people_with_names(names: str, born: str) -> None:
    people, _ = read_people("person", names, born)
    assert all(person.name.strip() for person in people)
    assert all(p.birth_date is None or p.birth_date.day is None for p in people)
