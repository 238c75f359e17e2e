"""What must hold for every name and every list, tried on many."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.matching import Index, Subject, compare, prepare
from duediligence.matching.text.folding import fold
from duediligence.model import Address, Identifier, ListEntry, Name, PartialDate

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
        for ours in subject.names:
            for theirs in entry.names:
                score = compare(prepare(ours, subject.kind), prepare(theirs.text, entry.kind)).score
                found[entry.id] = max(score, found.get(entry.id, 0.0))
    return {id_: score for id_, score in found.items() if score >= threshold}


@settings(max_examples=300)
@given(entries(), any_name, kinds, st.sampled_from([0.5, 0.7, 0.8, 0.9]))
def test_the_index_finds_what_comparing_with_everything_finds(listed, name, kind, threshold):
    index = Index.build(listed)
    subject = Subject((name,), kind)
    found = index.search(subject, threshold=threshold, limit=100)
    assert {m.entry_id: m.score for m in found} == _exhaustive(index, listed, subject, threshold)
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
