"""What is known beside the name: numbers, birth dates, countries, addresses, strength."""

import re

import pytest

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject
from duediligence.matching.countries import country_code
from duediligence.model import Identifier, ListEntry, Name, PartialDate

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
    found = INDEX.search(Subject((name,), "person", **known), threshold=0.0)
    return found[0] if found else None


def test_the_score_is_the_sum_of_its_features_and_the_reasons_are_words():
    found = match(birth_date=PartialDate(1965, 4), countries=("RU",))
    assert found.score == pytest.approx(
        min(1, sum(f.contribution for f in found.features)), abs=1e-4
    )
    assert "Birth dates agree as far as known (April 1965)." in found.explain()
    assert "Countries agree (Russia)." in found.explain()


def test_no_reason_prints_the_day_of_a_birth_date():
    for born in (PartialDate(1965, 4, 23), PartialDate(1965, 4, 24), PartialDate(1971, 9, 24)):
        found = match(birth_date=born)
        (told,) = [f for f in found.features if f.name == "birth date"]
        assert "April 1965" in told.sentence
        assert not re.search(r"\b2[34]\b|-04", told.sentence + told.query + told.listed)


def test_a_number_in_common_decides_whatever_the_name():
    number = (Identifier("passport", "ab-123456", "Russian Federation"),)
    found = match("Judith Tremlow", identifiers=number)
    assert found.score >= DEFAULT_THRESHOLD
    assert "AB 123456" in found.explain()


def test_another_birth_date_takes_a_full_match_away():
    assert match("Ivan Petrovich Zorkov", birth_date=PartialDate(1985)).score < DEFAULT_THRESHOLD


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
    assert "nearly agree" in found.explain()


def test_a_weak_alias_is_found_but_never_alone():
    found = match("The Wolverine")
    assert 0 < found.score < DEFAULT_THRESHOLD
    assert "weak alias" in found.explain()


@pytest.mark.parametrize("kind", ["organisation", "vessel", "aircraft"])
def test_kinds_never_mix(kind):
    assert INDEX.search(Subject(("Ivan Petrovich Zorkov",), kind), threshold=0.0) == []


def test_an_unknown_kind_matches_any():
    assert INDEX.search(Subject(("Ivan Petrovich Zorkov",)))


@pytest.mark.parametrize(
    ("text", "code"),
    [("Russian Federation", "RU"), ("ru", "RU"), ("North Korea", "KP"), ("England", "GB"),
     ("00", ""), ("nowhere", ""), ("", "")],
)  # fmt: skip
def test_countries_as_publishers_write_them(text, code):
    assert country_code(text) == code
