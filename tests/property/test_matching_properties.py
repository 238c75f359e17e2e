"""What must hold for every name and every list, tried on many."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.matching import Index, Subject, compare, prepare
from duediligence.matching.names.prepared import prepare_to_look_up
from duediligence.model import Address, Identifier, ListEntry, Name, PartialDate
from duediligence.model.entries import COMPANY, VEHICLES
from duediligence.text.folding import fold
from tests.thorough import examples

pytestmark = pytest.mark.thorough

GIVEN = "mohammed muhammad abd al-rahman abdulrahman yusuf yousef sergei sergey olena j john jon"
FAMILY = "petrov petrow petrova khalil halil smith smyth al-tikriti tikriti o'neill oneill"
FIRM = "rosneft marine rosneftmarine sunrise sunrize care services fund ii iii 2 phase acme ltd llc"
people = st.lists(st.sampled_from((GIVEN + " " + FAMILY).split()), min_size=1, max_size=5)
firms = st.lists(st.sampled_from(FIRM.split()), min_size=1, max_size=5)
bracketed = st.lists(
    st.sampled_from([*FIRM.split(), "(marine", "branch)", "at"]), min_size=1, max_size=5
)
kinds = st.sampled_from(["person", "organisation", "vessel", "unknown"])
joined = st.tuples(
    people.map(" ".join),
    st.sampled_from([" & ", " t/a ", " and ", "/", " - ", " (", " & Sons ", " c/o ", " Ltd & "]),
    st.one_of(people, firms).map(" ".join),
).map("".join)
any_name = st.one_of(
    people.map(" ".join),
    firms.map(" ".join),
    bracketed.map(" ".join),
    joined,
    st.text(max_size=30),
)


@st.composite
def entries(draw):
    listed = draw(
        st.lists(st.tuples(st.lists(any_name, min_size=1, max_size=3), kinds), max_size=12)
    )
    return [
        ListEntry(id=str(number), list_id="x", kind=kind, names=tuple(map(Name, names)))
        for number, (names, kind) in enumerate(listed)
    ]


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
    assert fold(text).isascii()


@given(any_name, any_name, kinds)
def test_a_score_is_between_0_and_1_and_the_same_both_ways(one, other, kind):
    there = compare(prepare(one, kind), prepare(other, kind))
    back = compare(prepare(other, kind), prepare(one, kind))
    assert 0.0 <= there.score <= 1.0
    assert there.score == back.score


@given(any_name, kinds)
def test_a_name_is_never_unlike_itself(name, kind):
    prepared = prepare(name, kind)
    if any(len(word) > 1 for word in fold(name).split()):  # initials alone say nothing
        assert compare(prepared, prepared).score > 0.0


def _exhaustive(index, listed, subject, threshold):
    """What comparing the subject with every name of every entry finds."""
    found = {}
    for entry in listed:
        if subject.kind == "unknown" and entry.kind in VEHICLES:
            continue
        for ours in subject.names:
            looked_up = prepare_to_look_up(ours, subject.kind)
            for theirs in entry.names:
                score = compare(looked_up, prepare(theirs.text, entry.kind)).score
                found[entry.id] = max(score, found.get(entry.id, 0.0))
    return {id_: score for id_, score in found.items() if score >= threshold}


@settings(max_examples=examples(300))
@given(entries(), any_name, kinds, st.sampled_from([0.5, 0.7, 0.8, 0.9]))
def test_the_index_finds_what_comparing_with_everything_finds(listed, name, kind, threshold):
    index = Index.build(listed)
    subject = Subject((name,), kind)
    found = index.search(subject, threshold=threshold, limit=100)
    assert {m.entry_id: m.name_score for m in found} == _exhaustive(
        index, listed, subject, threshold
    )
    assert found == sorted(found, key=lambda m: (-m.score, m.entry_id))


@given(firms, firms)
def test_the_order_of_an_organisations_words_changes_no_candidate(listed, words):
    words = [word for word in words if word not in ("ltd", "llc", "2", "ii", "iii")] or ["acme"]
    entry = ListEntry(id="1", list_id="x", kind="organisation", names=(Name(" ".join(listed)),))
    index = Index.build([entry])
    scores = {
        tuple(
            m.entry_id
            for m in index.search(Subject((" ".join(order),), "organisation"), threshold=0.3)
        )
        for order in (sorted(words), sorted(words, reverse=True))
    }
    joined = {a + b for a in words for b in words} & {"rosneftmarine"}
    assert len(scores) == 1 or joined


ENTRY = ListEntry(
    id="1",
    list_id="x",
    kind="person",
    names=(Name("Ivan Zorkov"),),
    birth_dates=(PartialDate(1965, 4, 23), PartialDate(1958, until=1960)),
    countries=("Russia", "Cyprus"),
    identifiers=(Identifier("passport", "AB123456", "RU"), Identifier("imo", "9900001")),
    addresses=(Address("1 Long Lane, Bodmin", "PL31 2ZZ", "UK"),),
)
INDEX = Index.build([ENTRY])
NAMES = st.sampled_from(
    ["Ivan Zorkov", "Ivan Zorkow", "Ivan Petrovich Zorkov", "I Zorkov", "Zorkov"]
)
AGREEING = {
    "birth_date": [
        PartialDate(1965),
        PartialDate(1965, 4),
        PartialDate(1965, 4, 23),
        PartialDate(1959),
    ],
    "countries": [("RU",), ("Cyprus", "Malta"), ("Russian Federation",)],
    "identifiers": [
        (Identifier("passport", "ab 123456", "Russia"),),
        (Identifier("imo", "IMO9900001"),),
    ],
    "addresses": [(Address("elsewhere", "pl312zz"),), (Address("1 long lane bodmin"),)],
}
CONFLICTING = {
    "birth_date": [PartialDate(1975), PartialDate(1965, 5), PartialDate(1965, 4, 24)],
    "countries": [("Malta",), ("Kenya", "Uganda")],
    "identifiers": [(Identifier("passport", "ZZ999999", "RU"),), (Identifier("imo", "9900002"),)],
    "addresses": [(Address("9 Short Street, Truro", "TR1 9ZZ"),)],
}
evidence = st.fixed_dictionaries(
    {},
    optional={field: st.sampled_from(AGREEING[field] + CONFLICTING[field]) for field in AGREEING},
)


def _score(subject):
    found = INDEX.search(subject, threshold=0.0)
    return found[0].score if found else 0.0


@given(NAMES, evidence, st.data())
def test_agreeing_evidence_never_lowers_and_conflicting_never_raises(name, known, data):
    field = data.draw(st.sampled_from(sorted(AGREEING)))
    known.pop(field, None)
    without = Subject((name,), "person", **known)
    more = replace(without, **{field: data.draw(st.sampled_from(AGREEING[field]))})
    assert _score(more) >= _score(without)
    worse = replace(without, **{field: data.draw(st.sampled_from(CONFLICTING[field]))})
    assert _score(worse) <= _score(without)


RARE_WORDS = st.text("bdfgklmnprstvz", min_size=3, max_size=4).map("ao".join)
rare_people = st.lists(RARE_WORDS, min_size=2, max_size=4, unique=True).map(" ".join)
dates = st.builds(
    PartialDate, st.integers(1940, 1999), st.integers(1, 12), st.none() | st.integers(1, 28)
)
SLIPS = {
    "a month later": lambda d: PartialDate(d.year + d.month // 12, d.month % 12 + 1),
    "a month earlier": lambda d: PartialDate(d.year - (d.month == 1), (d.month - 2) % 12 + 1),
    "a year later": lambda d: PartialDate(d.year + 1, d.month),
    "a year earlier": lambda d: PartialDate(d.year - 1, d.month),
    "digits swapped": lambda d: PartialDate(1900 + d.year % 10 * 10 + d.year // 10 % 10, d.month),
    "a digit mistyped": lambda d: PartialDate(d.year - d.year % 10 + (d.year + 7) % 10, d.month),
    "a ten mistyped": lambda d: PartialDate(1900 + (d.year + 30) % 100, d.month),
    "a month mistyped": lambda d: PartialDate(d.year, d.month % 9 + 1 if d.month < 10 else 10),
    "month and day": lambda d: PartialDate(d.year, d.day if d.day and d.day < 13 else d.month),
    "no month": lambda d: PartialDate(d.year + 1),
    "about": lambda d: PartialDate(d.year + 4, circa=True),
    "a range": lambda d: PartialDate(d.year - 5, until=d.year - 2),
}


@given(rare_people, dates, st.sampled_from(sorted(SLIPS)))
def test_no_slip_of_a_birth_date_hides_a_name_that_is_not_common(name, born, slip):
    listed = ListEntry(id="1", list_id="x", kind="person", names=(Name(name),), birth_dates=(born,))
    (found,) = Index.build([listed]).search(Subject((name,), "person", SLIPS[slip](born)))
    assert not found.otherwise_born
    assert found.score >= 0.9


@given(rare_people, dates, dates)
def test_another_birth_date_is_shown_or_counted_never_lost(name, born, other):
    listed = ListEntry(id="1", list_id="x", kind="person", names=(Name(name),), birth_dates=(born,))
    subject = Subject((name,), "person", replace(other, day=None))
    (found,) = Index.build([listed]).search(subject, namesakes=True)
    assert not found.set_aside or abs(born.year - other.year) >= 10


@given(any_name, st.sampled_from(["person", "organisation"]), st.text("0123456789", min_size=8))
def test_no_number_hides_an_equal_name(name, kind, number):
    listed = ListEntry(
        id="1",
        list_id="x",
        kind=kind,
        names=(Name(name),),
        identifiers=(Identifier(COMPANY, "99000001"),),
    )
    index = Index.build([listed])
    alone = index.search(Subject((name,), kind))
    numbered = Subject((name,), kind, identifiers=(Identifier(COMPANY, number),))
    assert len(index.search(numbered)) >= len(alone)


@settings(max_examples=examples(200))
@given(entries(), any_name, kinds, evidence, st.sampled_from([0.6, 0.8, 0.95]))
def test_evidence_never_hides_what_the_same_name_alone_finds(listed, name, kind, known, threshold):
    facts = {"birth_dates": ENTRY.birth_dates, "identifiers": ENTRY.identifiers}
    index = Index.build([replace(entry, **facts) for entry in listed])
    alone = index.search(Subject((name,), kind), threshold=threshold, limit=100)
    found = index.search(
        Subject((name,), kind, **known), threshold=threshold, limit=100, namesakes=True
    )
    same = {match.entry_id for match in alone if match.same_name}
    assert same <= {match.entry_id for match in found}
