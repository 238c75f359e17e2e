"""What is known beside the name: numbers, birth dates, countries, addresses, strength."""

import re
from dataclasses import replace
from math import log2
from pathlib import Path

import pytest

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject, compare, prepare
from duediligence.matching.evidence import MOST_UNDATED, POINTS, country_code
from duediligence.matching.names.alignment import Alignment
from duediligence.matching.names.features import names_are_common
from duediligence.matching.names.words import rows
from duediligence.model import Address, Identifier, ListEntry, Name, PartialDate
from duediligence.model.entries import COMPANY
from duediligence.render.saying import explain_match, sentence_of, weight_in_words
from tests.rows import for_each

ENTRY = ListEntry(
    id="1",
    list_id="made-up",
    kind="person",
    names=(Name("Ivan Petrovich Zorkov"), Name("The Wolverine", "alias", "weak")),
    birth_dates=(PartialDate(1965, 4, 23),),
    countries=("Russia",),
    identifiers=(Identifier("passport", "AB 123456", "RU"),),
)
INDEX = Index.build([ENTRY])


def match(name="Ivan Zorkov", **known):
    found = INDEX.search(Subject((name,), "person", **known), threshold=0.0, namesakes=True)
    return found[0] if found else None


def test_the_score_is_the_sum_of_its_features_and_the_reasons_are_words():
    found = match(birth_date=PartialDate(1965, 4), countries=("RU",))
    assert found.score == pytest.approx(
        min(1, sum(f.contribution for f in found.features)), abs=1e-4
    )
    assert explain_match(found).endswith(
        "Birth dates agree as far as known (April 1965): moderately strong evidence that they are "
        "one. Countries agree (Russia): weak evidence that they are one."
    )


def test_no_reason_prints_the_day_of_a_birth_date():
    for born in (PartialDate(1965, 4, 23), PartialDate(1965, 4, 24), PartialDate(1971, 9, 24)):
        found = match(birth_date=born)
        (told,) = [f for f in found.features if f.name == "birth date"]
        assert "April 1965" in sentence_of(told)
        assert not re.search(r"\b2[34]\b|-04", sentence_of(told) + told.query + told.listed)


def test_a_number_in_common_decides_whatever_the_name():
    number = (Identifier("passport", "ab-123456", "Russian Federation"),)
    found = match("Judith Tremlow", identifiers=number)
    assert found.score >= DEFAULT_THRESHOLD
    assert "AB 123456" in explain_match(found)


@for_each(
    ("listed", "ours", "detail"),
    [
        ("1965-04", "1965-05", "one month apart"),
        ("1965-12", "1966-01", "one month apart"),
        ("1966-01", "1965-12", "one month apart"),
        ("1965-04-23", "1966-04", "one year apart"),
        ("1970", "1969-11", "one year apart"),
        ("1956-04", "1965-04", "digits swapped"),
        ("1956", "1965-04", "digits swapped"),
        ("1965-01", "1965-10", "digits swapped"),
        ("1965-04", "1985-04", "digit mistyped"),
        ("1965-04", "1968-04", "digit mistyped"),
        ("1965-04", "1965-08", "digit mistyped"),
        ("1965-11-23", "1965-12", "one month apart"),
        ("1965-04-08", "1965-08", "day and month swapped"),
        ("1965-04-08", "1965-08-04", "day and month swapped"),
        ("1965-04-08", "1965-04-09", "another day"),
        ("1958/1965", "1967-04", "just outside the years given"),
        ("about 1965", "1968-04", "just outside the years given"),
        ("about 1956", "1965-04", "digits swapped"),
    ],
)
def test_each_slip_of_a_birth_date_nearly_agrees_and_is_named(listed, ours, detail):
    theirs = PartialDate.parse(listed.removeprefix("about "))
    theirs = replace(theirs, circa=listed.startswith("about"))
    index = Index.build([replace(ENTRY, birth_dates=(theirs,))])
    (found,) = index.search(Subject(("Ivan Petrovich Zorkov",), "person", PartialDate.parse(ours)))
    told = found.feature("birth date")
    assert (told.verdict, told.detail) == ("nearly agree", detail)
    assert sentence_of(told).endswith(f", {detail}): weak evidence against.")
    line = {"another day": "another day", "day and month swapped": "another day"}.get(detail)
    if "digit" in detail and not theirs.month:
        line = "a digit of a year alone"
    assert found.score == pytest.approx(1.0 + POINTS[f"birth date, {line or 'one slip'}"])


@for_each(
    ("listed", "ours"),
    [("1965-04", "1966-05"), ("1965-04-23", "1966-04-24"), ("1965-04", "1967-09"),
     ("1958/1965", "1971-04"), ("about 1965", "1972-04")],
)  # fmt: skip
def test_two_slips_are_another_birth_date_which_is_shown_with_both_dates(listed, ours):
    theirs = PartialDate.parse(listed.removeprefix("about "))
    theirs = replace(theirs, circa=listed.startswith("about"))
    index = Index.build([replace(ENTRY, birth_dates=(theirs,))])
    (found,) = index.search(Subject(("Ivan Petrovich Zorkov",), "person", PartialDate.parse(ours)))
    assert found.otherwise_born
    told = sentence_of(found.feature("birth date"))
    assert told.startswith("Birth dates differ (")
    assert ours[:4] in told
    assert found.score < DEFAULT_THRESHOLD <= found.shown_up_to


def test_people_born_more_than_ten_years_apart_are_counted_only():
    subject = Subject(("Ivan Zorkov",), "person", birth_date=PartialDate(1987, 9))
    assert INDEX.search(subject) == []
    (found,) = INDEX.search(subject, namesakes=True)
    assert found.set_aside


@for_each("name", ["Khalil Ahmed Hussain", "Ivan Petrovich Zorkov", "Ali Al-Hassan"])
@for_each("born", ["1965-05", "1995-09"])
def test_an_exact_name_of_three_words_is_set_aside_by_no_birth_date(name, born):
    index = Index.build([replace(ENTRY, names=(Name(name.upper()),))])
    subject = Subject((name,), "person", birth_date=PartialDate.parse(born))
    words = len(name.split())
    found = index.search(subject, namesakes=True)[0]
    assert found.exact_words == words
    assert found.set_aside == (words < 3 and born == "1995-09")
    assert found.otherwise_born == (born == "1995-09")
    # In another order, or with a word spelled otherwise, it is no exact name.
    swapped = replace(subject, names=(" ".join(reversed(name.split())),))
    assert index.search(swapped, namesakes=True)[0].exact_words == 0


COMMON = replace(ENTRY, names=(Name("Mohammed Khan"),))


COMMON_INDEX = Index.build([COMMON])


def common(born=None, **known):
    subject = Subject(("Mohammed Khan",), "person", birth_date=born, **known)
    return COMMON_INDEX.search(subject, namesakes=True)[0]


def test_a_common_name_without_a_birth_date_is_shown_weaker():
    found = common()
    assert not found.set_aside
    assert found.undated
    assert found.score == pytest.approx(found.name_score + POINTS["common name, undated"])
    assert found.shown_up_to == found.name_score >= DEFAULT_THRESHOLD


def test_nothing_beside_a_common_name_makes_it_very_strong_without_a_birth_date():
    name = Name("Khalid Hussein Abbas")
    here = (Address("1 Long Lane, Bodmin", "PL31 2ZZ"),)
    entry = replace(COMMON, names=(name,), birth_dates=(), addresses=here)
    subject = Subject((name.text,), "person", countries=("RU",), addresses=here)
    (found,) = Index.build([entry]).search(subject)
    assert found.undated
    assert found.score == MOST_UNDATED
    assert found.shown_up_to >= 0.95


def test_a_common_name_of_two_words_and_another_birth_date_are_counted_only():
    assert common(PartialDate(1966, 9)).set_aside
    assert not common(PartialDate(1965, 5)).set_aside
    assert not common(PartialDate(1965, 4)).set_aside
    assert not common(PartialDate(1965, 4, 24)).set_aside


def test_a_common_name_that_is_not_exact_is_counted_only_even_one_slip_away():
    def search(born):
        subject = Subject(("Khan Mohammed",), "person", birth_date=born)
        return COMMON_INDEX.search(subject, namesakes=True)[0]

    assert search(PartialDate(1965, 5)).set_aside
    assert not search(PartialDate(1965, 4, 24)).set_aside


def test_a_digit_of_a_year_alone_sets_a_common_name_aside():
    index = Index.build([replace(COMMON, birth_dates=(PartialDate(1965),))])
    subject = Subject(("Mohammed Khan",), "person", birth_date=PartialDate(1985, 4))
    assert index.search(subject, namesakes=True)[0].set_aside
    assert index.search(replace(subject, birth_date=PartialDate(1966, 4)))


def test_a_number_in_common_sets_nobody_aside():
    found = common(PartialDate(1987), identifiers=ENTRY.identifiers)
    assert found.certain
    assert not found.set_aside
    assert not found.undated
    assert not found.otherwise_born


@for_each(
    "name",
    ["John Smith", "David Jones", "Mohammed Ali", "Ahmed Hassan", "Wang Wei", "Chinyere Okonkwo",
     "Sergei Ivanov", "Jose Garcia", "Maria Rodriguez", "Nguyen Lan"],
)  # fmt: skip
def test_common_names_of_many_origins(name):
    (one,) = prepare(name, "person").person
    assert names_are_common(Alignment(one, one)) == (name != "Chinyere Okonkwo")


@for_each("name", ["Mohammed Zorkov", "Wei Quandorly", "J Q Blenkinmarch", "Zorkov"])
def test_a_word_that_nobody_else_has_is_never_common(name):
    (one,) = prepare(name, "person").person
    assert not names_are_common(Alignment(one, one))


@for_each(
    ("ours", "detail"),
    [("9900123", "digit lost"), ("990012344", "digit doubled"), ("99001243", "digits swapped"),
     ("99001284", "digit mistyped"), ("99001235", "digit mistyped")],
)  # fmt: skip
def test_a_number_one_key_away_is_said_to_be_that(ours, detail):
    firm = ListEntry(
        id="3",
        list_id="x",
        kind="organisation",
        names=(Name("Quandor Brisel Ltd"),),
        identifiers=(Identifier(COMPANY, "99001234"),),
    )
    subject = Subject(
        ("Quandor Brisel Ltd",), "organisation", identifiers=(Identifier(COMPANY, ours),)
    )
    (found,) = Index.build([firm]).search(subject)
    told = found.feature("identifier")
    assert (told.verdict, told.detail) == ("nearly agree", detail)
    assert detail in sentence_of(told)
    assert "99001234" in sentence_of(told)


def test_another_number_hides_a_similar_name_but_never_the_same():
    firm = ListEntry(
        id="3",
        list_id="x",
        kind="organisation",
        names=(Name("Quandor Brisel Ltd"),),
        identifiers=(Identifier(COMPANY, "99001234"),),
    )
    index = Index.build([firm])
    other = (Identifier(COMPANY, "99007777"),)
    assert index.search(Subject(("Quandor Brisel",), "organisation", identifiers=other))
    similar = Subject(("Quandor Brissell Pellam",), "organisation")
    assert index.search(similar, threshold=0.6)
    assert not index.search(replace(similar, identifiers=other), threshold=0.6)


@for_each(
    ("ours", "theirs", "personal"),
    [("person", "person", True), ("unknown", "person", True), ("person", "unknown", True),
     ("unknown", "unknown", True), ("organisation", "unknown", False),
     ("unknown", "organisation", False), ("organisation", "organisation", False)],
)  # fmt: skip
def test_facts_of_people_are_personal(ours, theirs, personal):
    entry = replace(ENTRY, kind=theirs, identifiers=(), addresses=())
    found = Index.build([entry]).search(
        Subject(("Ivan Zorkov",), ours, countries=("RU",)), threshold=0.5
    )[0]
    assert {feature.personal for feature in found.features} == {personal}


def test_papers_and_birth_dates_are_personal_whoever_has_them():
    entry = replace(ENTRY, kind="organisation")
    found = Index.build([entry]).search(
        Subject(("Ivan Zorkov",), "organisation", PartialDate(1965), identifiers=ENTRY.identifiers)
    )[0]
    assert found.feature("identifier").personal
    assert found.feature("birth date").personal
    assert not found.feature("agreeing words").personal


def test_a_day_and_month_that_changed_places_nearly_agree():
    entry = ListEntry(
        id="2",
        list_id="x",
        kind="person",
        names=ENTRY.names,
        birth_dates=(PartialDate(1965, 4, 5),),
    )
    subject = Subject(("Ivan Zorkov",), "person", birth_date=PartialDate(1965, 5, 4))
    (found,) = Index.build([entry]).search(subject)
    assert "nearly agree" in explain_match(found)


def test_a_weak_alias_is_found_but_never_alone():
    found = match("The Wolverine")
    assert 0 < found.score < DEFAULT_THRESHOLD
    assert "weak alias" in explain_match(found)


@for_each("born", ["1965-04", "1965-04-23"])
def test_a_birth_month_makes_good_that_an_alias_is_weak_and_no_more(born):
    (found,) = INDEX.search(Subject(("The Wolverine",), "person", PartialDate.parse(born)))
    assert found.score > DEFAULT_THRESHOLD
    beside = found.feature("birth date").contribution + found.feature("weak alias").contribution
    assert 0 < beside < POINTS["birth date, same day"]


@for_each("born", ["1965-05", "1975-09"])
def test_a_weak_alias_with_another_birth_date_is_no_match(born):
    assert not INDEX.search(
        Subject(("The Wolverine",), "person", PartialDate.parse(born)), namesakes=True
    )


@for_each(
    ("known", "told"),
    [
        ({"identifiers": (Identifier("passport", "AB 123456", "RU"),)},
         "Both have the number AB 123456 (passport): extremely strong evidence that they are one."),
        ({"identifiers": (Identifier("passport", "AB 123465", "RU"),)},
         "The numbers differ by one keystroke (passport, AB 123465 and AB 123456, digits swapped): "
         "weak evidence against."),
        ({"birth_date": PartialDate(1965, 4, 23)},
         "Birth dates agree as far as known (April 1965): very strong evidence that they are one."),
        ({"birth_date": PartialDate(1971, 9)},
         "Birth dates differ (September 1971 and April 1965): moderately strong evidence against."),
        ({"birth_date": PartialDate(1971, 9), "unproven": True},
         "Import the file again, or confirm the supplier's people."),
        ({"countries": ("FR",)}, "Countries differ (France and Russia): weak evidence against."),
        ({"names": ("The Wolverine",)},
         "The publisher calls this a weak alias: moderate evidence against."),
    ],
)  # fmt: skip
def test_each_piece_of_evidence_is_said_with_its_weight(known, told):
    subject = replace(Subject(("Ivan Petrovich Zorkov",), "person"), **known)
    (found,) = INDEX.search(subject, threshold=0.0)
    assert explain_match(found).endswith(told)


def test_what_was_stored_without_a_weight_is_said_without_one():
    (found,) = INDEX.search(Subject(("Ivan Petrovich Zorkov",), "person", PartialDate(1965, 4)))
    (born,) = [replace(f, bits=None) for f in found.features if f.name == "birth date"]
    assert sentence_of(born) == "Birth dates agree as far as known (April 1965)."


@for_each(
    ("times", "words"),
    [(1, "weak"), (9.9, "weak"), (10.1, "moderate"), (99, "moderate"), (101, "moderately strong"),
     (999, "moderately strong"), (1_001, "strong"), (9_999, "strong"), (10_001, "very strong"),
     (999_999, "very strong"), (1_000_001, "extremely strong"), (1e60, "extremely strong")],
)  # fmt: skip
def test_a_weight_is_in_the_words_of_the_published_scale(times, words):
    assert weight_in_words(log2(times)) == weight_in_words(-log2(times)) == words


def test_the_table_of_evidence_is_the_one_in_the_documentation():
    printed = (Path(__file__).parents[2] / "docs" / "developer" / "matching.md").read_text("utf-8")
    for of, bits, source in rows("evidence.tsv"):
        words = weight_in_words(float(bits))
        assert f"| {of} | {float(bits):+g} | {words} | {POINTS[of]:+.3g} | {source} |" in printed
        assert source.endswith(".")


@for_each("kind", ["organisation", "vessel", "aircraft"])
def test_kinds_never_mix(kind):
    assert INDEX.search(Subject(("Ivan Petrovich Zorkov",), kind), threshold=0.0) == []


def test_an_unknown_kind_matches_people():
    assert INDEX.search(Subject(("Ivan Petrovich Zorkov",)))


@for_each(
    ("text", "code"),
    [("Russian Federation", "RU"), ("ru", "RU"), ("North Korea", "KP"), ("England", "GB"),
     ("00", ""), ("nowhere", ""), ("", "")],
)  # fmt: skip
def test_countries_as_publishers_write_them(text, code):
    assert country_code(text) == code


NORTH = "Vantrus Solmarin Belkoran Tamrazov North"
SOUTH = "Vantrus Solmarin Belkoran Tamrazov South"


@for_each(
    ("ours", "theirs"),
    [
        (NORTH, SOUTH),
        ("Vantrus Solmarin Belkoran Tamrazov Truro", "Vantrus Solmarin Belkoran Tamrazov Bodmin"),
    ],
)
def test_a_postcode_in_common_outweighs_two_places_or_two_of_a_series(ours, theirs):
    here = (Address("1 Long Lane", "PL31 2ZZ"),)
    index = Index.build(
        [ListEntry(id="1", list_id="x", kind="organisation", names=(Name(theirs),), addresses=here)]
    )
    assert not index.search(Subject((ours,), "organisation"))
    elsewhere = (Address("9 Short Street", "TR1 9ZZ"),)
    assert not index.search(Subject((ours,), "organisation", addresses=elsewhere))
    (found,) = index.search(Subject((ours,), "organisation", addresses=here))
    address = next(f for f in found.features if f.name == "address")
    assert address.contribution == pytest.approx(0.3225)
    assert found.score >= DEFAULT_THRESHOLD


HERE, NEXT_DOOR = Address("1 Long Lane, Bodmin", "PL31 2ZZ"), Address("4 Long Lane, PL31 2ZZ")
OFFICE = Address("Suite 3, 1 Long Lane, Bodmin PL31 2ZZ, England")


def at(theirs, ours, *, near, kind="organisation", threshold=DEFAULT_THRESHOLD):
    """What a party here is found to be, of one listed `near`."""
    entry = ListEntry(
        id="1", list_id="x", kind=kind, names=(Name(theirs),), addresses=(near,) if near else ()
    )
    subject = Subject((ours,), kind, addresses=(HERE,))
    return Index.build([entry]).search(subject, threshold=threshold)


@for_each(
    ("ours", "theirs"),
    [
        ("Zorvan", "Zorvan Healthcare Limited"),
        ("Mirelle's Zorvan Quell Kings Tremlow", "Zorvan Quell Ltd"),
        ("Zorvan Quell - Main Office Tremlow Way", "Zorvan Quell Ltd"),
    ],
)
def test_a_word_in_common_at_one_postcode_brings_a_firm(ours, theirs):
    assert not at(theirs, ours, near=None)
    assert not at(theirs, ours, near=Address("1 Long Lane, Truro", "TR1 9ZZ"))
    for near in (HERE, NEXT_DOOR, OFFICE):
        (found,) = at(theirs, ours, near=near)
        assert found.score == pytest.approx(MOST_UNDATED, abs=1e-4)
        assert at(ours, theirs, near=near)[0].score == found.score


def test_a_word_in_another_spelling_brings_a_firm_in_one_building_only():
    assert at("Zorvann Healthcare Tremlow Ltd", "Zorvan", near=OFFICE)
    assert not at("Zorvann Healthcare Tremlow Ltd", "Zorvan", near=NEXT_DOOR)


@for_each(
    ("ours", "theirs"),
    [
        ("Care Home", "House of Care and Support Ltd"),  # common words
        ("Bodmin", "Bodmin Dental Practice Ltd"),  # words of the address
        ("Zorvan Homes Ltd", "Zorvan Transport Ltd"),  # sister companies
        ("Quell 1 Ltd", "Quell 2 Tremlow Ltd"),
    ],
)
def test_common_words_and_sister_companies_at_one_address_are_no_match(ours, theirs):
    for near in (HERE, NEXT_DOOR, OFFICE):
        assert not at(theirs, ours, near=near)


def test_a_postcode_alone_brings_nothing_and_people_are_not_brought():
    assert not at("Quell Tremlow Ltd", "Zorvan Ltd", near=HERE, threshold=0.0)
    assert not at("Zorvan Quell Tremlow Mirelle", "Zorvan", near=HERE, kind="person")


def test_what_is_said_of_places_and_series():
    def said(ours, theirs):
        return explain_match(
            compare(prepare(ours, "organisation"), prepare(theirs, "organisation"))
        )

    assert 'The names are of two in a series: "north" and "south".' in said(NORTH, SOUTH)
    assert 'The names are of different places: "truro" and "bodmin".' in said(
        "Vantrus Solmarin (Truro)", "Vantrus Solmarin (Bodmin)"
    )
    assert 'Only your name has the place "truro".' in said(
        "Vantrus Solmarin (Truro)", "Vantrus Solmarin"
    )
    assert 'Only the listed name has "b", as one of a series has.' in said(
        "Vantrus Solmarin", "Vantrus Solmarin Unit B"
    )
