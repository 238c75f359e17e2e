"""The grounds as data: complete, each text on its days, and marked by how sure we are."""

import tomllib
from collections import Counter
from dataclasses import fields
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import duediligence.law as package
from duediligence.errors import UsageError
from duediligence.law.grounds import (
    Ground,
    Limb,
    find_ground,
    list_ground_codes,
    list_ground_versions,
    list_grounds,
    load_circumstance_rules,
    provider_selection_regime,
    text_version,
)
from tests.rows import for_each

TODAY = date(2026, 11, 24)
COMMENCEMENT, THREE_YEARS_BEFORE = date(2025, 2, 24), date(2022, 2, 24)
SWITCH = date(2026, 4, 7)
DATA = Path(package.__file__).parent / "data"
MARKS = ("[verified]", "[inference]", "[memory]", "[unresolved]")


def test_every_paragraph_that_is_a_ground_is_held_once_a_day() -> None:
    expected = [f"PA23-6-{n}" for n in range(2, 44)] + [f"PA23-7-{n}" for n in range(1, 15)]
    assert [one.code for one in list_grounds(TODAY)] == expected
    assert [one.code for one in list_grounds(COMMENCEMENT)] == expected
    assert list(list_ground_codes()) == expected


@for_each("code", list_ground_codes())
def test_the_texts_of_a_ground_follow_each_other_without_gap_or_overlap(code: str) -> None:
    texts = list_ground_versions(code)
    assert texts[0].since == COMMENCEMENT
    assert texts[-1].until is None
    for before, after in pairwise(texts):
        assert before.until is not None
        assert after.since == before.until + timedelta(days=1)


@for_each(
    ("code", "old", "new"),
    [
        ("PA23-6-26", "Immigration Act 2016 s.27", "Employment Rights Act 2025 s.139"),
        ("PA23-7-1", "Immigration Act 2016 s.18", "Employment Rights Act 2025 s.123"),
    ],
)
def test_the_employment_rights_act_changes_two_texts(code: str, old: str, new: str) -> None:
    before, after = find_ground(code, SWITCH - timedelta(days=1)), find_ground(code, SWITCH)
    assert old in before.law
    assert new in after.law
    assert after.sure == "inference"
    assert text_version(code, SWITCH) == f"{code}@2026-04-07"
    assert text_version(code, SWITCH - timedelta(days=1)) == f"{code}@2025-02-24"


def test_floors_are_those_of_the_schedule() -> None:
    none, commencement = {3, 12, 14, 17, 23, 24, 25, 27, 28, 33, 34, 43}, {2, 35, *range(4, 14)}
    for one in list_grounds(TODAY):
        if one.schedule == 6:
            expected = (
                None
                if one.paragraph in none
                else COMMENCEMENT
                if one.paragraph in commencement
                else THREE_YEARS_BEFORE
            )
            assert one.floor == expected, one.code
    assert {p.limb: p.floor for p in find_ground("PA23-6-6", TODAY).limbs} == {
        "a": COMMENCEMENT,
        "b": THREE_YEARS_BEFORE,
        "c": COMMENCEMENT,
        "d": COMMENCEMENT,
        "e": COMMENCEMENT,
    }


def test_schedule_7_is_unsettled_where_paragraph_15_is() -> None:
    settled = {1, 2, 3, 4, 14}
    for one in list_grounds(TODAY):
        if one.schedule == 7:
            assert one.unsettled == (one.paragraph not in settled)
            assert one.runs_from == "awareness"
        else:
            assert (one.years, one.unsettled, one.runs_from) == (5, False, "event")


def test_only_two_grounds_do_not_reach_connected_persons() -> None:
    assert [one.code for one in list_grounds(TODAY) if "connected person" not in one.reaches] == [
        "PA23-7-12",
        "PA23-7-13",
    ]


@for_each("code", ["PA23-6-1", "PA23-6-44", "PA23-7-15", "pa23-6-2", "", "6-2"])
def test_an_unknown_code_is_told(code: str) -> None:
    with pytest.raises(UsageError, match="is not the code") as error:
        find_ground(code, TODAY)
    assert "PA23-6-43" in error.value.hint


def test_a_day_before_the_act_is_told() -> None:
    day = COMMENCEMENT - timedelta(days=1)
    assert list_grounds(day) == ()
    with pytest.raises(UsageError, match="not in force on 2025-02-23"):
        find_ground("PA23-6-15", day)


def test_every_note_says_how_sure_it_is() -> None:
    for code in list_ground_codes():
        for text in list_ground_versions(code):
            assert all(note.endswith(MARKS) for note in text.notes), code


def test_a_ground_is_named_as_a_possibility() -> None:
    assert find_ground("PA23-6-15", TODAY).label == "PA23-6-15 Fraud, officer to decide"


def test_no_key_in_the_data_is_one_that_nobody_reads() -> None:
    document = tomllib.loads((DATA / "procurement_act_2023.toml").read_text("utf-8"))
    rows: list[dict[str, Any]] = [*document["ground"], *document["schedule"].values()]
    assert {key for row in rows for key in row} <= {f.name for f in fields(Ground)}
    limbs = {key for row in rows for limb in row.get("limbs", ()) for key in limb}
    assert limbs <= {f.name for f in fields(Limb)}


def test_the_health_regime_takes_over_every_ground() -> None:
    regime = provider_selection_regime()
    assert regime.grounds(TODAY) == list_grounds(TODAY)
    assert regime.grounds(date(2023, 12, 31)) == ()
    said = Counter(rule.reference.partition("(")[0] for rule in regime.rules)
    assert said["reg 20"] >= 3
    assert said["reg 22"] == 1


def test_where_a_ruling_lacks_misconduct_is_left_to_the_officer() -> None:
    """Procurement Act 2023 Sch 7 para 11(1) needs no ruling; para 11(2) does."""
    for kind, rule in load_circumstance_rules().items():
        if "11(2) (has ruled)" in rule.source:
            assert rule.weigh == "PA23-7-11", kind
            assert rule.weighed.endswith("leaves it to you"), kind
            assert not rule.grounds, kind
