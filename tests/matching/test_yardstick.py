"""The matcher does not get worse: a small yardstick over invented names, with floors and ceilings.

The floors are what the matcher reached when they were set, less a little. Raise them with it.
"""

import random
from pathlib import Path

import pytest

from duediligence.matching import Subject
from duediligence.model import ListEntry, Name
from tests.matching.yardstick import invented, module
from tests.rows import for_each

name_scripts = module("name_scripts")
near_names = module("near_names")
scorers = module("scorers")
sets = module("yardstick_sets")
tables = module("yardstick_tables")

ALONE = scorers.Scorers(others=0, logic=0, python=Path())


def entry(entry_id: str, *names: str) -> ListEntry:
    return ListEntry(id=entry_id, list_id="", kind="person", names=tuple(map(Name, names)))


@pytest.fixture(scope="module")
def listed() -> list[ListEntry]:
    return invented()


@pytest.fixture(scope="module")
def pool(listed):
    return scorers.Pool(listed)


@for_each(("group", "floor"), [("people", 0.68), ("firms", 0.72)])
def test_an_alias_that_is_left_out_finds_its_party(listed, group, floor):
    pool, rows = sets.aliases(listed, "invented")
    row = ALONE.row(pool, rows[group])
    assert row["right first"] >= floor
    assert row["wrong first"] == 0


@for_each(
    ("script", "floor"),
    [
        ("Cyrillic", 1.0),
        ("Arabic", 0.9),
        ("Hebrew", 0.8),
        ("Hangul", 0.6),
        ("Han", 0.9),
        ("kana", 1.0),
    ],
)
@for_each("reverse", [False, True], ids=["from script", "from Latin"])
def test_a_name_in_its_script_finds_the_romanised_one(listed, script, floor, reverse):
    pool, rows = sets.original_scripts(listed, reverse=reverse)
    row = ALONE.row(pool, rows[script])
    assert row["right first"] >= floor
    assert row["wrong first"] == 0


@for_each(
    ("script", "most"),
    [
        ("Latin", 8),
        ("Cyrillic", 0),
        ("Arabic", 0),
        ("Hebrew", 0),
        ("Hangul", 25),
        ("Han", 100),  # 9 of 90: two of three syllables agree, and one has a rare reading
        ("kana", 12),
    ],
)
def test_strangers_raise_few_alarms(listed, pool, script, most):
    # The first part of one party's name and the rest of another's.
    names = [
        (party.id, _parts(name.text, script))
        for party in listed
        if party.kind == "person"
        for name in party.names
        if name_scripts.script_of(name.text) == script and len(name.text.split()) < 3
    ]
    strangers = sorted(
        f"{first} {rest}" if script not in ("Han", "Hangul") else first + rest
        for one, (first, _) in names
        for other, (_, rest) in names
        if one != other
    )
    strangers = random.Random(1).sample(strangers, min(2_000, len(strangers)))
    alarms = list(pool.index.search_many(Subject((name,), "person") for name in strangers))
    assert 1_000 * sum(map(bool, alarms)) / len(strangers) <= most


def _parts(name: str, script: str) -> tuple[str, str]:
    if script in ("Han", "Hangul"):
        return name[:1], name[1:]
    first, _, rest = name.partition(" ")
    return first, rest


@for_each(("kind", "floor"), [("person", 0.99), ("organisation", 0.99)])
def test_a_changed_name_is_found(listed, pool, kind, floor):
    changed = list(sets.changed_names(listed, kind, len(listed)))
    every = ALONE.row(pool, [query for _, _, queries in changed for query in queries])
    assert every["found"] >= floor
    for sort, change, queries in changed:
        if sort == "innocent":
            assert ALONE.row(pool, queries)["found"] >= 0.94, change.__name__


def test_a_firm_of_another_number_or_line_of_business_is_not_found(listed, pool):
    rows = near_names.near_firms(listed, 50)
    assert rows["number"]
    assert rows["line of business"]
    assert ALONE.falsely(pool, [q for row in rows.values() for q in row], None)["ours"] <= 0.2


def test_a_tie_is_a_wrong_answer_and_few_wrong_ones_are_allowed():
    best = scorers.Best
    tied = [best(0.9, 0.9), best(0.8, 0.5)]
    assert scorers.first(tied, 0.7) == (0.5, 0.5)
    assert scorers.first(tied, 0.85) == (0.0, 0.5)
    # One wrong in two is too many: only what is above it counts.
    assert scorers.strict([best(0.5, 0.6), best(0.8, 0.5)]) == (0.8, 0.5)
    assert scorers.strict([best(0.9, 0.95), best(0.8, 0.5)])[1] == 0
    # One in a hundred is allowed, two are not.
    right = [best(0.7, 0.0)] * 98
    assert scorers.strict([*right, best(0.0, 0.9), best(0.0, 0.6)])[1] == 0.98
    assert scorers.strict([*right, best(0.0, 0.9), best(0.0, 0.75)])[1] == 0


def test_parties_of_one_name_are_not_looked_up():
    twins = [entry("1", "Ann Zorkani", "Anna Zorkany"), entry("2", "Zorkani, Ann", "A. Zorkani")]
    other = entry("3", "Bela Vostrymil", "Adalbert Vostrymil")
    assert sets.namesakes([*twins, other]) == {("", "1"), ("", "2")}
    _, rows = sets.aliases([*twins, other], "x")
    assert {query.right for row in rows.values() for query in row} == {("", "3")}


def test_others_are_asked_the_same(listed):
    pool, rows = sets.aliases(listed, "invented")
    row = scorers.Scorers(others=40, logic=0, python=Path()).row(pool, rows["people"], plain=True)
    assert row["asked of others"] == 40
    assert {"sort", "WRatio", "sort, anyascii", "WRatio, anyascii"} <= row.keys()
    # Names of a few words of which most are the same: any scorer finds some.
    assert 0.2 < row["sort"] <= 1


@for_each(
    ("name", "script"),
    [
        ("Zorkani Ltd", "Latin"),
        ("Зорькин", "Cyrillic"),
        ("زهير", "Arabic"),
        ("탁두평", "Hangul"),
        ("蔺翀渤", "Han"),
        ("タカツジ", "kana"),
        ("高辻シゲハル", "Han"),
        ("בועז", "Hebrew"),
        ("2100", "Latin"),
        ("สมชาย", "other"),
    ],
)
def test_the_script_of_a_name(name, script):
    assert name_scripts.script_of(name) == script


def test_what_differs_between_two_runs_is_shown():
    before = {"aliases": {"people": {"queries": 10, "ours": 0.5, "at": 0.8}}}
    now = {"aliases": {"people": {"queries": 10, "ours": 0.62, "at": 0.8}}}
    assert tables.changes(before, now) == "- aliases, people: ours 50.0% → 62.0%"
    assert tables.changes(before, before) == "No figure differs."


def test_the_document_has_what_is_between_its_marks_replaced():
    replaced = module("yardstick").replaced
    begin, end = "<!-- yardstick: begin -->", "<!-- yardstick: end -->"
    document = f"Before.\n\n{begin}\n\nold\n\n{end}\n\nAfter.\n"
    assert replaced(document, "new") == document.replace("old", "new")
    with pytest.raises(ValueError, match="begin"):
        replaced("Before.", "new")
