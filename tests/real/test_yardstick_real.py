"""The yardstick on a sample of the real lists, where --real-data has them: floors and ceilings.

They are what the matcher reached when they were set, less a little. Raise them with it.
"""

import os
import random
from pathlib import Path

import pytest

from duediligence.matching import Index, Subject
from tests.matching.yardstick import module

SHARED = Path(os.environ["REAL_DATA"])
os.environ.setdefault("DUEDILIGENCE_DATA", str(SHARED))
pytestmark = pytest.mark.skipif(
    not (SHARED / "lists").is_dir(), reason=f"the real lists are not in --real-data ({SHARED})"
)

names = module("names")
near_names = module("near_names")
origins = module("origins")
scorers = module("scorers")
sets = module("yardstick_sets")
slips = module("slips")

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


def test_a_weak_alias_is_found_with_its_birth_month(listed, pool):
    assert slips.shown(pool.index, [list(slips.weak_aliases(listed))])["shown"] >= 0.97


def test_an_exact_name_of_three_words_is_shown_with_a_slip_in_its_birth_date(listed, pool):
    of_slips = [cases[:SAMPLE] for cases in slips.of_three_words(listed)]
    assert slips.shown(pool.index, of_slips)["shown"] >= 0.99


@pytest.mark.soak
@pytest.mark.parametrize("list_id", ["ofac", "un"])
def test_every_weak_alias_is_found_with_its_birth_month(list_id):
    entries = names.entries(list_id)
    cases = list(slips.weak_aliases(entries))
    assert slips.shown(Index.build(entries), [cases])["shown"] >= 0.97


@pytest.mark.soak
def test_invented_people_with_birth_dates_raise_few_alarms_whatever_the_origin_of_their_names():
    # Suppliers in 100, of two people each: what matcher 14 had, which had as many alarms.
    most = {"Muslim": 4.72, "African": 0.40, "Slavic": 2.08, "Chinese": 3.00, "Hispanic": 0.12}
    index = Index.build(one for list_id in names.ALL_LISTS for one in names.entries(list_id))
    for origin, ceiling in most.items():
        people = origins.directors(origin, origins.SUPPLIERS)
        found = index.search_many(Subject((one.name,), "person", one.born) for one in people)
        assert origins.share_alarmed(list(found)) <= ceiling, origin
