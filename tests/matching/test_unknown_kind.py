"""Who is looked up without a kind is a person, a firm or, by the name, either, and never a ship."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.matching import Index, Subject
from duediligence.matching.names.parties import is_plainly_firm
from duediligence.model import Kind, ListEntry, Name
from duediligence.model.entries import VEHICLES
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough

WORDS = "zorvan mirelle quandor brisel John Smith t/a & Marine Manor Care Ltd PAO".split()
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
KINDS = st.sampled_from(("person", "organisation", "vessel", "aircraft", "unknown"))
ENTRIES = st.lists(st.tuples(KINDS, NAMES), max_size=10)


def entry(id_: str, kind: Kind, name: str) -> ListEntry:
    return ListEntry(id=id_, list_id="x", kind=kind, names=(Name(name),))


def ids(index: Index, subject: Subject, threshold: float = 0.8) -> set[str]:
    return {match.entry_id for match in index.search(subject, threshold=threshold, limit=100)}


@settings(max_examples=examples(300))
@given(ENTRIES, NAMES, st.sampled_from((0.4, 0.6, 0.8, 0.95)))
def test_nobody_is_missed_and_no_ship_is_found(
    listed: list[tuple[Kind, str]], name: str, threshold: float
) -> None:
    entries = [entry(str(place), *one) for place, one in enumerate(listed)]
    index = Index.build(entries)
    unknown = Subject((name,))
    found = ids(index, unknown, threshold)
    of_kind = {
        kind: {one.id for one in entries if one.kind == kind}
        for kind in ("person", "organisation", *VEHICLES)
    }
    firms = ids(index, replace(unknown, kind="organisation"), threshold)
    people = ids(index, replace(unknown, kind="person"), threshold)
    assert firms & of_kind["organisation"] <= found
    assert people & of_kind["person"] <= found or is_plainly_firm(name)
    assert not found & (of_kind["vessel"] | of_kind["aircraft"])
    assert found <= ids(index, replace(unknown, anything=True), threshold)


@for_each("kind", ["person", "organisation", "unknown"])
def test_a_name_that_may_be_either_is_looked_up_as_both(kind: Kind) -> None:
    index = Index.build([entry("1", kind, "Zorvan Mirelle")])
    assert ids(index, Subject(("Zorvan Mirelle",))) == {"1"}


@for_each("kind", sorted(VEHICLES))
def test_a_ship_is_found_where_it_is_asked_for(kind: Kind) -> None:
    index = Index.build([entry("1", kind, "Zorvan")])
    assert ids(index, Subject(("Zorvan",))) == set()
    assert ids(index, Subject(("Zorvan",), kind)) == {"1"}
    assert ids(index, Subject(("Zorvan",), anything=True)) == {"1"}


def test_a_firm_is_nobody_with_a_name_like_its_words() -> None:
    index = Index.build(
        [entry("1", "person", "Arran Mansor"), entry("2", "unknown", "Arran Manor")]
    )
    assert ids(index, Subject(("Arran Manor",), anything=True)) == {"1", "2"}
    assert ids(index, Subject(("Arran Manor",))) == {"2"}


def test_a_person_named_in_the_name_of_a_firm_is_looked_up() -> None:
    index = Index.build([entry("1", "person", "Quandor Brisel")])
    name = "Quandor Brisel t/a Osier Care Ltd"
    assert is_plainly_firm(name)
    assert ids(index, Subject((name,))) == {"1"}
