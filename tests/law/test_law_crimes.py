"""Which crime a record is of and which ground it could go to: a wrong label is libel."""

import tomllib
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.errors import UsageError
from duediligence.law.crimes import (
    CRIME_TYPES,
    CrimeAct,
    CrimeType,
    crime_types,
    crimes_of,
    find_cited_acts,
    goods_words,
    grounds_for,
    load_crime_acts,
)
from duediligence.law.crimes import format_crime_type as crime_title
from duediligence.law.grounds import list_ground_codes
from duediligence.model import Power, Record, RecordType
from tests.rows import for_each

HERE = Path(__file__).parent


def rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


GOLDEN = rows("golden_crimes.tsv")


def test_the_golden_table_is_large_and_mostly_told_apart() -> None:
    assert len(GOLDEN) >= 120
    assert sum(not row[2] for row in GOLDEN) >= 50
    labelled = {crime for row in GOLDEN for crime in row[2].split(",") if crime}
    assert labelled == set(CRIME_TYPES)


@for_each(("act_section", "wording", "expected"), GOLDEN)
def test_crime_types_as_in_the_golden_table(act_section: str, wording: str, expected: str) -> None:
    assert ",".join(crime_types(act_section, wording)) == expected


def test_records_in_publishers_words_are_labelled_and_few_wrongly() -> None:
    kinds: dict[str, CrimeType] = {
        "drugs": "drugs_supply",
        "theft": "theft_robbery",
        "child": "child_sexual_exploitation",
        "slavery": "slavery_trafficking",
        "fraud": "fraud_financial",
        "firearms": "firearms_counterfeit",
        "cyber": "cyber",
    }
    records = tomllib.loads((HERE / "crime_records.toml").read_text("utf-8"))["record"]
    named = [{kinds[kind] for kind in record["kinds"]} for record in records]
    labels = [set(crime_types("", record["text"])) for record in records]
    missed = [r["text"] for r, n, got in zip(records, named, labels, strict=True) if n - got]
    wrong = [r["text"] for r, n, got in zip(records, named, labels, strict=True) if got - n]
    assert sum(map(bool, named)) == 38
    # A charge is an allegation, and a penalty for papers not checked may be no more than that.
    assert all("charged" in text or "right to work" in text for text in missed)
    assert (len(missed), wrong) == (2, [])


@for_each("row", rows("golden_grounds.tsv"), ids="|".join)
def test_grounds_as_in_the_golden_table(row: list[str]) -> None:
    act_section, kind, power, expected, *wording = row
    assert ",".join(grounds_for(act_section, kind, power, *wording)) == expected  # type: ignore[arg-type]


@for_each(
    ("text", "sections"),
    [
        ("Fraud Act 2006 ss.4-7", ("4", "5", "6", "7")),
        ("Fraud Act 2006 ss.30 to 33", ("30", "31", "32", "33")),
        ("Fraud Act 2006 ss.1-21", tuple(str(number) for number in range(1, 22))),
        # More than twenty apart, backwards, or from one to itself: two sections, as written.
        ("Fraud Act 2006 ss.1-22", ("1", "22")),
        ("Fraud Act 2006 ss.7-4", ("7", "4")),
        ("Fraud Act 2006 ss.4-04", ("4", "04")),
    ],
)
def test_a_range_of_sections_is_each_section_in_it(text: str, sections: tuple[str, ...]) -> None:
    (found,) = find_cited_acts(text)
    assert found.sections == sections


def test_a_section_after_and_is_of_the_act_that_follows_it() -> None:
    found = find_cited_acts("Fraud Act 2006 and s.1 Theft Act 1968")
    assert {one.act: one.sections for one in found} == {
        "Fraud Act 2006": (),
        "Theft Act 1968": ("1",),
    }


@for_each(("length", "expected"), [(5_000, ("fraud_financial",)), (5_001, ())])
def test_the_first_5000_characters_of_a_wording_are_read(
    length: int, expected: tuple[CrimeType, ...]
) -> None:
    offence = "Convicted of fraud"
    assert crime_types("", offence.rjust(length)) == expected


def test_a_type_of_record_that_there_is_not_is_told() -> None:
    with pytest.raises(UsageError, match="Unknown record type 'sentence'"):
        grounds_for("Fraud Act 2006 s.2", "sentence")


def test_every_crime_type_has_a_title() -> None:
    assert {crime_title(crime) for crime in CRIME_TYPES} >= {"Drugs supply", "Cyber crime"}
    assert len({crime_title(crime) for crime in CRIME_TYPES}) == len(CRIME_TYPES)
    assert crime_title("of another day") == "of another day"


def test_the_table_of_acts_names_grounds_and_crimes_that_there_are() -> None:
    for act in load_crime_acts().values():
        assert (act.offences[-1].sections, act.offences[-1].about) == ("*", ""), (
            f"{act.title}: no row holds every section"
        )
        for offence in act.offences:
            assert offence.about in ("", *goods_words()), act.title
            named = [*(offence.grounds or ()), *(c for g in offence.records.values() for c in g)]
            assert set(named) <= set(list_ground_codes()), act.title
            assert set(offence.crimes) <= set(get_args(CrimeType)), act.title
            assert set(offence.records) <= set(get_args(RecordType)), act.title


def test_every_kind_of_goods_is_used_and_changes_what_an_offence_means() -> None:
    rows_about = [row for act in load_crime_acts().values() for row in act.offences if row.about]
    assert {row.about for row in rows_about} == set(goods_words())
    assert all(row.crimes or row.records for row in rows_about)


known_acts = st.sampled_from([act for act in load_crime_acts().values() if act.year])
sections = st.from_regex(r"[1-9][0-9]{0,2}[A-C]?(\([1-9]\))?", fullmatch=True)
marks = st.sampled_from(["s.", "s ", "S", "section ", "Section ", "sec. ", "ss."])
texts = st.text(max_size=200) | st.text("sS.()0123456789,;-&actFraudTheftd ", max_size=300)


@given(known_acts.map(lambda act: act.title), sections, marks, st.sampled_from([", ", " ", " of "]))
def test_the_order_in_a_citation_does_not_matter(
    title: str, section: str, mark: str, joint: str
) -> None:
    name, year = title.rsplit(" ", 1)
    expected = {(title, (section.lower(),))}
    for parts in permutations((name, year, mark + section)):
        found = find_cited_acts(" ".join(parts))
        assert {(one.act, one.sections) for one in found} == expected, parts
    for pair in permutations((title, mark + section)):
        found = find_cited_acts(joint.join(pair))
        assert {(one.act, one.sections) for one in found} == expected, pair


@given(known_acts, sections, marks)
def test_an_abbreviation_is_read_as_the_title(act: CrimeAct, section: str, mark: str) -> None:
    for short in act.short:
        for text in (f"{short} {mark}{section}", f"{mark}{section} {short}"):
            (found,) = find_cited_acts(text)
            assert (found.act, found.sections) == (act.title, (section.lower(),))


@given(known_acts, st.integers(1900, 2099))
def test_an_act_is_never_taken_for_another_year_of_its_name(act: CrimeAct, year: int) -> None:
    name = act.title.rsplit(" ", 1)[0]
    for found in find_cited_acts(f"{name} {year}"):
        assert found.act.endswith(str(year))


@given(texts, texts, st.sampled_from(get_args(RecordType)), st.sampled_from(get_args(Power)))
def test_nothing_that_is_written_makes_it_fail(
    act_section: str, wording: str, kind: str, power: Power
) -> None:
    assert set(crime_types(act_section, wording)) <= set(CRIME_TYPES)
    assert set(grounds_for(act_section, kind, power)) <= set(list_ground_codes())


@given(st.text(st.characters(exclude_categories=("L", "N", "Cs")), max_size=50))
def test_signs_alone_are_no_crime(wording: str) -> None:
    assert crime_types("", wording) == ()


@given(st.sampled_from([row for row in GOLDEN if row[1] and row[2]]))
def test_whoever_was_cleared_has_no_label(row: list[str]) -> None:
    assert crime_types(row[0], f"{row[1]}. Conviction quashed") == ()


@for_each(
    ("event", "outcome", "expected"),
    [
        ("Revoked", "Supply of class A drugs", ("drugs_supply",)),
        ("Supply of class A drugs", "Found not guilty", ()),
        ("Revoked", "Music levels agreed", ()),
    ],
)
def test_what_happened_and_what_came_of_it_are_both_read(
    event: str, outcome: str, expected: tuple[str, ...]
) -> None:
    record = Record(
        type="licence_revoked", act_section="Licensing Act 2003", event=event, outcome=outcome
    )
    assert crimes_of(record) == expected
    assert crimes_of(replace(record, crime_types=("cyber",))) == ("cyber",)
