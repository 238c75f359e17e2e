"""The yardstick on a sample of the real lists, where --real-data has them: floors and ceilings.

They are what the matcher reached when they were set, less a little. Raise them with it.
"""

import os
import random
from pathlib import Path

import pytest

from duediligence.matching import Subject
from tests.matching.yardstick import module

SHARED = Path(os.environ["REAL_DATA"])
os.environ.setdefault("DUEDILIGENCE_DATA", str(SHARED))
pytestmark = pytest.mark.skipif(
    not (SHARED / "lists").is_dir(), reason=f"the real lists are not in --real-data ({SHARED})"
)

names = module("names")
near_names = module("near_names")
scorers = module("scorers")
sets = module("yardstick_sets")

ALONE = scorers.Scorers(others=0, logic=0, python=Path())
SAMPLE = 200


@pytest.fixture(scope="module")
def listed():
    return names.entries("uk")


@pytest.fixture(scope="module")
def pool(listed):
    return scorers.Pool(listed)


@pytest.mark.parametrize(
    ("group", "floor", "most_wrong"), [("people", 0.70, 0.025), ("firms", 0.48, 0.04)]
)
def test_an_alias_that_is_left_out_finds_its_party(listed, group, floor, most_wrong):
    pool, rows = sets.aliases(listed, "uk")
    row = ALONE.row(pool, rows[group][:SAMPLE])
    assert row["right first"] >= floor
    assert row["wrong first"] <= most_wrong


@pytest.mark.parametrize(("script", "floor"), [("Cyrillic", 0.88), ("Arabic", 0.11)])
def test_a_name_in_its_script_finds_the_romanised_one(listed, script, floor):
    pool, rows = sets.original_scripts(listed)
    row = ALONE.row(pool, rows[script][:SAMPLE])
    assert row["right first"] >= floor
    assert row["wrong first"] <= 0.01


@pytest.mark.parametrize(("kind", "floor"), [("person", 0.975), ("organisation", 0.965)])
def test_a_changed_name_is_found(listed, pool, kind, floor):
    changed = sets.changed_names(listed, kind, 60)
    queries = [query for _, _, some in changed for query in some]
    assert ALONE.row(pool, queries)["found"] >= floor


def test_real_firms_raise_no_alarm(pool):
    firms = random.Random("firms").sample(names.care_providers(), 2_000)
    assert sum(map(bool, pool.index.search_many(Subject((f,), "organisation") for f in firms))) <= 1


def test_a_firm_of_another_place_number_or_line_of_business_is_seldom_found(listed, pool):
    rows = near_names.near_firms(listed, 60)
    queries = [query for row in rows.values() for query in row]
    assert ALONE.falsely(pool, queries, None)["ours"] <= 0.14
