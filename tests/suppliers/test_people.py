"""People in a supplier file: who is read, and how little of their birth date is kept."""

from collections.abc import Callable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from duediligence.model import PartialDate, Person
from duediligence.suppliers.importing import Import
from duediligence.suppliers.joining import DECORATIONS, words
from duediligence.suppliers.numbers import NOTHING
from duediligence.suppliers.people import PeopleRead, birth_date
from duediligence.suppliers.people import read_people as read_people_on
from duediligence.text.names import TITLES
from tests.rows import for_each
from tests.whole_words import has_word

ReadText = Callable[..., Import]
TODAY = date(2026, 11, 24)


def read_people(role: str, names: str, born: str = "") -> PeopleRead:
    return read_people_on(role, names, born, today=TODAY)


@for_each(
    ("text", "expected"),
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
        ("04/23/1965", PartialDate(1965, 4)),
        ("April 23, 1965", PartialDate(1965, 4)),
        ("1965-13", None),
        ("1865-04", None),
        ("23/04/65", PartialDate(1965, 4)),
        ("04/05/65", PartialDate(1965, 5)),
        ("Apr-65", PartialDate(1965, 4)),
        ("04/65", PartialDate(1965, 4)),
        ("23/04/26", PartialDate(1926, 4)),
        ("23/04/10", PartialDate(2010, 4)),
        ("23/04/25", None),
        ("23/04/2015", None),
        ("32/04/1965", None),
        ("23855", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_of_a_birth_date_year_and_month_are_kept(text: str, expected: PartialDate | None) -> None:
    assert birth_date(text, TODAY) == expected


@for_each(
    ("text", "name", "born"),
    [
        ("Ann Noname", "Ann Noname", None),
        ("Noname, Ann", "Ann Noname", None),
        ("Ann Noname, 1965-04", "Ann Noname", PartialDate(1965, 4)),
        ("Ann Noname,1965", "Ann Noname", PartialDate(1965)),
        ("Noname, Ann, 1965-04", "Ann Noname", PartialDate(1965, 4)),
        ("Ann Noname (04/1965)", "Ann Noname", PartialDate(1965, 4)),
        ("Ann Noname (born April 1965)", "Ann Noname", PartialDate(1965, 4)),
        ("Ann Noname, DOB: 23/04/1965", "Ann Noname", PartialDate(1965, 4)),
        ("Ann Noname 1965-04-23", "Ann Noname", PartialDate(1965, 4)),
        ("Ann Noname - 23 April 1965", "Ann Noname", PartialDate(1965, 4)),
        ("Ann May, 1965", "Ann May", PartialDate(1965)),
        ("Ann May 1965", "Ann May", PartialDate(1965)),
        ("Ann Noname appointed 12/03/2010", "Ann Noname", None),
        (
            "Ann Noname, Managing Director, British, born April 1965",
            "Ann Noname",
            PartialDate(1965, 4),
        ),
        ("Director: Ann Noname - 50%", "Ann Noname", None),
        ("Ann Noname ann@example.org 01632 960123", "Ann Noname", None),
        ("1965-04 Ann Noname", "Ann Noname", PartialDate(1965, 4)),
        ("Vision 2020", "Vision 2020", None),
        ("Studio 99 Ltd", "Studio 99 Ltd", None),
        ("Ann Noname 23/04/65", "Ann Noname", PartialDate(1965, 4)),
    ],
)
def test_a_person_is_a_name_and_perhaps_a_date(
    text: str, name: str, born: PartialDate | None
) -> None:
    people, _ = read_people("director", text)
    assert people == [Person(name, born, "director")]


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
    people, remarks = read_people("owner", "Ann A; Bo B, 1980-02", "1965-04-23; 1970-01")
    assert [p.birth_date for p in people] == [PartialDate(1965, 4), PartialDate(1980, 2)]
    assert remarks == []
    people, remarks = read_people("owner", "Ann A; Bo B", "1965-04-23")
    assert [p.birth_date for p in people] == [None, None]
    assert remarks == [("birth date", "there are fewer birth dates than people")]


@for_each(
    ("text", "names"),
    [
        ("Ann Noname and Bo Other", ["Ann Noname", "Bo Other"]),
        ("Ann Noname & Bo Other", ["Ann Noname", "Bo Other"]),
        ("Ann Noname / Bo Other", ["Ann Noname", "Bo Other"]),
        ("1. Ann Noname 2. Bo Other", ["Ann Noname", "Bo Other"]),
        ("1 Ann Noname 2 Bo Other", ["Ann Noname", "Bo Other"]),
        ("(a) Ann Noname (b) Bo Other", ["Ann Noname", "Bo Other"]),
        ("Ann Noname • Bo Other", ["Ann Noname", "Bo Other"]),
        ("Ann Noname (Director) Bo Other (Chair)", ["Ann Noname", "Bo Other"]),
        ("Ann Noname, Bo Other and Cy Third", ["Ann Noname", "Bo Other", "Cy Third"]),
        ("NONAME, Ann, OTHER, Bo", ["Ann NONAME", "Bo OTHER"]),
        ("Noname, Ann & Other, Bob", ["Ann Noname", "Bob Other"]),
        ("J & M Noname", ["J Noname", "M Noname"]),
        ("Mr & Mrs J Noname", ["Mrs J Noname"]),
        ("Ann, Bo and Cy Noname", ["Ann Noname", "Bo Noname", "Cy Noname"]),
        ("Noname, J & M", ["J Noname", "M Noname"]),
        ("Robert (Bob) Noname", ["Robert Bob Noname", "Robert Noname"]),
        ("Ann Noname (née Other)", ["Ann Noname", "Ann Other"]),
        ("Ali s/o Khan", ["Ali s/o Khan"]),
        ("Moss Holdings Ltd", ["Moss Holdings Ltd"]),
        (
            "Moss Holdings Ltd and Ann Noname",
            ["Moss Holdings Ltd and Ann Noname", "Moss Holdings Ltd", "Ann Noname"],
        ),
        ("Yes", []),
        ("vacant", []),
    ],
)
def test_people_in_one_cell_are_told_apart(text: str, names: list[str]) -> None:
    people, unread = read_people("director", text)
    assert {p.name for p in people} >= set(names)
    assert len(people) <= len(names) + 1
    assert unread == []


@for_each(
    ("text", "names"),
    [
        ("Anna Maria, John Peter", {"Anna Maria", "John Peter"}),
        ("Noname, Zorkin", {"Zorkin Noname"}),
        ("Van Noname, Bo", {"Bo Van Noname"}),
        ("NONAME ZORKIN, Bo", {"Bo NONAME ZORKIN"}),
        ("Noname, Ann Blat; Zorkin, Bo Quell", {"Ann Blat Noname", "Bo Quell Zorkin"}),
        ("Cllr Ann Noname & Mr Bo Church", {"Ann Noname", "Mr Bo Church"}),
        ("Ann West and John Hall", {"Ann West", "John Hall"}),
        ("Mr Ann Noname Mrs Bo Zorkin", {"Mr Ann Noname", "Mrs Bo Zorkin"}),
        ("Moss, Inc., Ann Noname", {"Moss, Inc", "Ann Noname"}),
        ("Zorkin Ng, Ann Ng", {"Zorkin Ng", "Ann Ng"}),
        ("Noname, Ann Blatov\nBo Zorkin", {"Ann Blatov Noname", "Bo Zorkin"}),
        ("1 Ann Noname, 2 W Green ZY1 1AB", {"Ann Noname", "W Green"}),
    ],
)
def test_no_person_is_made_of_the_words_of_two(text: str, names: set[str]) -> None:
    people, unread = read_people("director", text)
    assert {person.name for person in people} == names
    assert unread == []


@for_each(
    ("text", "names"),
    [
        ("S Patel Mohammed Tahir Hamid Hussain", set()),
        ("John Zorkin Mary Blatov", set()),
        ("Blatov Zorkin, Ann Mary", {"Blatov Zorkin", "Ann Mary"}),
        ("Zorkin, Ann Blatov", {"Ann Blatov"}),
        ("Ann Noname, Zorkin", {"Ann Noname"}),
        ("Zorkin and Ann Noname", {"Zorkin", "Ann Noname"}),
        ("Ann Noname/Zorkin", {"Ann Noname", "Zorkin"}),
        ("Zorkin, Blatov and Ann Noname", {"Ann Noname"}),
        ("Ann and Juan Zorkin Blatov", {"Ann", "Juan Zorkin Blatov"}),
    ],
)
def test_where_one_person_ends_is_certain_or_said_to_be_unread(text: str, names: set[str]) -> None:
    people, unread = read_people("director", f"{text} (04/1965)" if names else text)
    assert {person.name for person in people} == names
    assert "person" in {part.looks_like for part in unread}


APRIL, JULY = PartialDate(1965, 4), PartialDate(1980, 7)


@for_each(
    ("text", "one", "other"),
    [
        ("Roman Zorkin and Jane Green (b. 07/1980)", None, JULY),
        ("Roman Zorkin (04/1965) and Jane Green", APRIL, None),
        ("Roman Zorkin & Jane Green, 07/1980", None, JULY),
        ("04/1965 Roman Zorkin, 07/1980 Jane Green", APRIL, JULY),
        ("04/1965, Roman Zorkin, 07/1980, Jane Green", APRIL, JULY),
        ("Roman Zorkin, 04/1965, Jane Green, 07/1980", APRIL, JULY),
        ("Roman Zorkin\n04/1965\nJane Green\n07/1980", APRIL, JULY),
        ("Roman Zorkin (04/1965) Jane Green (07/1980)", APRIL, JULY),
        ("Director: Roman Zorkin, DOB 04/1965; Secretary: Jane Green", APRIL, None),
        ("Roman Zorkin; Jane Green - Chair (July 1980)", None, JULY),
        ("ZORKIN, Roman (04/1965), GREEN, Jane (07/1980)", APRIL, JULY),
        ("1. Apr-65 - Roman Zorkin 2. Jul-80 - Jane Green", APRIL, JULY),
        ("Roman Zorkin/04.1965/Jane Green/07.1980", APRIL, JULY),
        ("Roman Zorkin (Jane Green, 07/1980)", None, JULY),
    ],
)
def test_a_birth_date_is_of_the_person_next_to_it(
    text: str, one: PartialDate | None, other: PartialDate | None
) -> None:
    people, unread = read_people("director", text)
    assert {p.name.upper().split()[0]: p.birth_date for p in people} == {
        "ROMAN": one,
        "JANE": other,
    }
    assert unread == []


@for_each(
    "text",
    [
        "Roman Zorkin, 04/1965, Jane Green",
        "Roman Zorkin (04/1965) Jane Green",
        "Roman Zorkin & Jane Green (04/1965, 07/1980)",
        "Roman Zorkin and Jane Green; 04/1965",
        "Roman Zorkin, Jane Green (both 04/1965)",
        "Mr & Mrs J Zorkin (04/1965)",
        "Roman Zorkin (Jane Green) 04/1965",
        "Roman Zorkin 04/1965 07/1980; Jane Green",
        "see Roman Zorkin 04/1965 and Jane Green",
        "Roman Zorkin and Jane (04/1965)",
    ],
)
def test_a_birth_date_that_may_be_of_either_is_of_nobody(text: str) -> None:
    people, unread = read_people("director", text)
    assert people
    assert {person.birth_date for person in people} == {None}
    assert "birth date" in {part.looks_like for part in unread}


@for_each(
    ("names", "born", "read"),
    [
        ("Ann Noname; Bo Zorkin", "04/1965; 07/1980", [APRIL, JULY]),
        ("Ann Noname and Bo Zorkin", "04/1965\n07/1980", [APRIL, JULY]),
        ("Ann Noname; Bo Zorkin", "; 07/1980", [None, None]),
        ("Ann Noname; Bo Zorkin", "n/a; 07/1980", [None, JULY]),
        ("Ann Noname; Bo Zorkin", "n/a; 07/1980; 04/1965", [None, None]),
        ("Ann Noname; Bo Zorkin, Cy", "04/1965; 07/1980", [None, None]),
    ],
)
def test_dates_in_a_column_count_only_if_there_is_plainly_one_for_each(
    names: str, born: str, read: list[PartialDate | None]
) -> None:
    assert [person.birth_date for person in read_people("owner", names, born).people] == read


@for_each(
    "text", ["see attached list", "Refer to Companies House", "Noname", "Ann is the sole owner"]
)
def test_what_is_no_whole_name_is_said_to_be_unread(text: str) -> None:
    assert [unread.looks_like for unread in read_people("director", text).unread] == ["person"]


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


@for_each("date", ["23/04/1965", "1965-04-23", "23 April 1965", "23/04/65"])
def test_no_day_of_birth_is_kept_anywhere(read_text: ReadText, date: str) -> None:
    kept = repr(
        read_text(
            f'name,Director,Person 1,Person 1 dob\nA,"Ann, {date}",Bo,{date}\n'
            f'B,"Cy ({date})",Di,"{date}; {date}"\nC,"Ed, {date}; {date}",,\n'
        ).suppliers
    )
    assert "Ann" in kept
    assert not has_word(kept, "23")


@given(
    names=st.text(max_size=80) | st.text("Ann, ()/-;\n1965aprilbon. ", max_size=60),
    born=st.text(max_size=20) | st.text("0123456789/-; ", max_size=20),
)
def test_any_text_gives_people_with_names(names: str, born: str) -> None:
    people, _ = read_people("person", names, born)
    assert all(person.name.strip() for person in people)
    assert all(p.birth_date is None or p.birth_date.day is None for p in people)


pieces = st.sampled_from(
    "Ann Bo Noname NONAME O’Other Ann-Marie J. Mr Mrs Dr de Moss Ltd Director Chair born DOB "
    "appointed 1965 1965-04 23/04/65 April (1970) 50% (Director) (Bob) [PSC] n/a see attached "
    "1. 2) • & and / - – , ; \n : OBE British t/a".split(" ")
)


@given(st.lists(pieces, min_size=1, max_size=12).map(" ".join))
def test_no_word_of_a_cell_of_people_is_lost_in_silence(text: str) -> None:
    people, unread = read_people("director", text)
    known = {word for person in people for word in words(person.name)}
    if not unread and text.casefold() not in NOTHING:
        assert set(words(text)) <= known | DECORATIONS | TITLES | {"n", "a", "t"}


@for_each(
    ("text", "names"),
    [
        ("Mr D. Noname (14.03.68) & Mrs A Other", ["Mr D. Noname", "Mrs A Other"]),
        ("R Noname (chair), P Other (treasurer)", ["R Noname", "P Other"]),
        ("A Noname, B Other", ["A Noname", "B Other"]),
    ],
)
def test_titles_initials_and_dates_in_brackets_make_nobody_up(text: str, names: list[str]) -> None:
    people, unread = read_people("director", text)
    assert sorted(person.name for person in people) == sorted(names)
    assert unread == []
