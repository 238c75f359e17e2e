"""Which entries of several lists are one party, and every doubt that keeps them apart."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.matching.joined_entries import (
    MOST_ENTRIES,
    find_parties,
    join_entries,
    list_differences,
)
from duediligence.model import Address, Identifier, Kind, ListEntry, Name, PartialDate
from duediligence.model.entries import STRENGTHS, JoinEvidence
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough

BORN = PartialDate(1968, 3, 14)


def entry(
    list_id: str,
    name: str = "Dragomir Petrosyanov",
    *numbers: Identifier,
    id_: str = "1",
    kind: Kind = "person",
    born: PartialDate | None = None,
    refers: tuple[str, ...] = (),
) -> ListEntry:
    return ListEntry(
        id=f"{list_id}-{id_}",
        list_id=list_id,
        kind=kind,
        names=(Name(name),),
        birth_dates=(born,) if born else (),
        identifiers=numbers,
        references=refers,
    )


def firm(list_id: str, *numbers: Identifier, name: str = "Terravolt FZE") -> ListEntry:
    return entry(list_id, name, *numbers, kind="organisation")


def firm_at(
    list_id: str, place: str, *numbers: Identifier, names: tuple[str, ...] = ("Terravolt FZE",)
) -> ListEntry:
    return replace(
        firm(list_id, *numbers),
        names=tuple(map(Name, names)),
        addresses=(Address(place, country="Cyprus"),),
    )


def ship(list_id: str, *numbers: Identifier, name: str = "Glassharbour") -> ListEntry:
    return entry(list_id, name, *numbers, kind="vessel")


PASSPORT = Identifier("passport", "990 012-345", "Russia")
SAME_PASSPORT = Identifier("passport", "990012345", "RU")
TAX = Identifier("tax", "990112233445", "Russia")
REGISTERED = Identifier("registration", "9990558", "Cyprus")
LEI = Identifier("lei", "9900SAMPLE0000000099")
IMO = Identifier("imo", "9990001")
COMPANY = Identifier("GB-COH", "99004330")
STREET = "9 Quillhaven Street, Port Tarnmoor, Cyprus"
TOWN = "Unit 4, Osper Road, Tarnmoor"
BRIEF = ("Terravolt FZE", "TVZ")


@for_each(
    ("one", "other", "evidence"),
    [
        (entry("uk", refers=("un-1",)), entry("un", "Another Way Of Writing"), ("reference",)),
        (entry("uk", refers=("OFSI 9",)), entry("eu", refers=("OFSI 9",)), ("reference",)),
        (entry("uk", "D Petrosyanov", PASSPORT), entry("eu", "Drago Petrosianov", SAME_PASSPORT),
         ("passport",)),
        (entry("uk", "A B", replace(PASSPORT, scheme="national-id")),
         entry("eu", "Petrosyanov", PASSPORT), ()),
        (firm("uk", TAX), firm("eu", TAX, name="OOO Terravolt"), ("tax",)),
        (firm("uk", REGISTERED), firm("eu", REGISTERED), ("registration",)),
        (firm("uk", LEI), firm("eu", LEI), ("lei",)),
        (firm("uk", COMPANY), firm("eu", COMPANY), ("GB-COH",)),
        # A ship keeps its number under another name.
        (ship("uk", IMO), ship("eu", replace(IMO, id="IMO 9990001"), name="Mirage"), ("imo",)),
        (entry("uk", "PETROSYANOV, Dragomir", born=BORN), entry("eu", born=BORN),
         ("name and birth date",)),
        # Several pieces of evidence, the strongest first.
        (entry("uk", "Dragomir Petrosyanov", PASSPORT, born=BORN, refers=("eu-1",)),
         entry("eu", "Dragomir Petrosyanov", PASSPORT, born=BORN),
         ("reference", "passport", "name and birth date")),
        # What one publisher calls a tax number another calls a registration number.
        (firm("uk", TAX), firm("eu", replace(TAX, scheme="registration"), name="OOO Terravolt"),
         ("number",)),
        (firm("uk", TAX), firm("eu", replace(TAX, scheme="registration", country="Cyprus")), ()),
        # A firm by its full name and address, or by two names and the town.
        (firm_at("uk", STREET), firm_at("eu", "Quillhaven Street 9 Tarnmoor"),
         ("name and address",)),
        (firm_at("uk", STREET, names=BRIEF), firm_at("eu", TOWN, names=BRIEF),
         ("name and address",)),
        (firm_at("uk", STREET), firm_at("eu", TOWN), ()),
        (firm_at("uk", STREET, names=("Terravolt FZE", "Terravolt Free Zone")),
         firm_at("eu", TOWN, names=("Terravolt FZE", "Terravolt Free Zone")), ()),
        (firm_at("uk", STREET, REGISTERED),
         firm_at("eu", STREET, replace(REGISTERED, id="9990559")), ()),
        (firm_at("uk", STREET), firm_at("eu", STREET, names=("Terravolt Holding",)), ()),
        # Never a name alone, nor one with a part of a date.
        (entry("uk"), entry("eu"), ()),
        (firm("uk"), firm("eu"), ()),
        (entry("uk", born=PartialDate(1968, 3)), entry("eu", born=PartialDate(1968, 3)), ()),
        (entry("uk", born=replace(BORN, circa=False)), entry("eu", born=PartialDate(1968)), ()),
        (entry("uk", "Petrosyanov", born=BORN), entry("eu", "Petrosyanov", born=BORN), ()),
        # 1 January of a common name is a year.
        (entry("uk", "Ali Ahmad", born=PartialDate(1970, 1, 1)),
         entry("eu", "Ali Ahmad", born=PartialDate(1970, 1, 1)), ()),
        (entry("uk", "Ali Ahmad Zamarrud", born=PartialDate(1970, 1, 1)),
         entry("eu", "Ali Ahmad Zamarrud", born=PartialDate(1970, 1, 1)),
         ("name and birth date",)),
        # A number without its country, of another country, too short, or a placeholder.
        (entry("uk", "A Petrosyanov", replace(PASSPORT, country="")),
         entry("eu", "A Petrosyanov", PASSPORT), ()),
        (entry("uk", "A Petrosyanov", replace(PASSPORT, country="Cyprus")),
         entry("eu", "A Petrosyanov", PASSPORT), ()),
        (firm("uk", replace(TAX, id="9901")), firm("eu", replace(TAX, id="9901")), ()),
        (firm("uk", replace(TAX, id="0000000")), firm("eu", replace(TAX, id="0000000")), ()),
        (firm("uk", replace(TAX, id="unknown")), firm("eu", replace(TAX, id="unknown")), ()),
        # A number printed for two people.
        (entry("uk", "Dragomir Petrosyanov", PASSPORT), entry("eu", "Mira Quillhaven", PASSPORT),
         ()),
        (entry("uk", "D Petrosyanov", PASSPORT, born=BORN),
         entry("eu", "E Petrosyanov", PASSPORT, born=PartialDate(1970, 5, 2)), ()),
        (entry("uk", "D Petrosyanov", PASSPORT, born=PartialDate(1950)),
         entry("eu", "E Petrosyanov", PASSPORT, born=PartialDate(1970)), ()),
        # Another kind, though a publisher refers to it.
        (entry("uk", refers=("eu-1",)), firm("eu"), ()),
        # Registered elsewhere, and the same tax number.
        (firm("uk", TAX, REGISTERED), firm("eu", TAX, COMPANY), ()),
        # A reference outweighs a birth date that a publisher corrected.
        (entry("uk", born=BORN, refers=("eu-1",)), entry("eu", born=PartialDate(1970, 5, 2)),
         ("reference",)),
        # A reference that is misprinted: neither name nor birth date agrees.
        (entry("uk", born=BORN, refers=("eu-1",)),
         entry("eu", "Mira Quillhaven", born=PartialDate(1970, 5, 2)), ()),
        (entry("uk", born=PartialDate(1968), refers=("eu-1",)),
         entry("eu", "Mira Petrosyanov", born=PartialDate(1970)), ()),
        (entry("uk", born=BORN, refers=("eu-1",)), entry("eu", "Mira Quillhaven", born=BORN),
         ("reference",)),
        # One list has its entries apart, unless the names are the same, too.
        (entry("uk", "D Petrosyanov", PASSPORT), entry("uk", "E Petrosyanov", PASSPORT, id_="2"),
         ()),
        (entry("uk", "D Petrosyanov", PASSPORT), entry("uk", "D Petrosyanov", PASSPORT, id_="2"),
         ("passport",)),
    ],
)  # fmt: skip
def test_two_entries(one: ListEntry, other: ListEntry, evidence: tuple[JoinEvidence, ...]) -> None:
    found = join_entries([one, other])
    assert [join.evidence for join in found] == ([evidence] if evidence else [])
    assert found == join_entries([other, one])


@for_each(
    ("one", "other", "differ"),
    [
        (entry("uk", born=BORN), entry("eu", born=PartialDate(1968, 3, 15)), ("birth date",)),
        (entry("uk", born=BORN), entry("eu", born=PartialDate(1968)), ()),
        (entry("uk", born=BORN), entry("eu"), ()),
        (entry("uk", "", PASSPORT), entry("eu", "", replace(PASSPORT, id="990012354")),
         ("number",)),
        (firm("uk", REGISTERED), firm("eu", replace(REGISTERED, id="8880114")), ("number",)),
        # One of several is the same; of another country or kind it says nothing.
        (entry("uk", "", PASSPORT, TAX), entry("eu", "", replace(PASSPORT, id="1"), TAX), ()),
        (firm("uk", REGISTERED), firm("eu", replace(REGISTERED, id="1", country="Malta")), ()),
        (replace(firm("uk"), countries=("Russia",)), replace(firm("eu"), countries=("MALTA",)),
         ("country",)),
        (replace(firm("uk"), countries=("Russia", "Malta")),
         replace(firm("eu"), countries=("MT",)), ()),
        (replace(entry("uk", "", PASSPORT, born=BORN), countries=("Russia",)),
         replace(entry("eu", "", replace(PASSPORT, id="7"), born=PartialDate(1970)),
                 countries=("Malta",)),
         ("birth date", "number", "country")),
    ],
)  # fmt: skip
def test_facts_that_differ(one: ListEntry, other: ListEntry, differ: tuple[str, ...]) -> None:
    assert list_differences(one, other) == list_differences(other, one) == differ


def test_a_number_that_two_parties_of_one_list_share_joins_nobody() -> None:
    shared = [
        entry("uk", "Mira Petrosyanov", PASSPORT),
        entry("uk", "Dragomir Petrosyanov", PASSPORT, id_="2"),
        entry("eu", "Dragomir Petrosyanov", PASSPORT),
    ]
    assert join_entries(shared) == []


def test_a_number_on_very_many_entries_joins_nobody() -> None:
    many = [entry(f"l{n:02}", "Dragomir Petrosyanov", PASSPORT) for n in range(MOST_ENTRIES + 1)]
    assert join_entries(many) == []
    assert len(find_parties(join_entries(many[1:]))) == MOST_ENTRIES


def test_a_chain_joins_no_two_that_contradict_each_other() -> None:
    first = entry("a", "Dragomir Petrosyanov", PASSPORT, born=BORN)
    middle = entry("b", "Dragomir Petrosyanov", PASSPORT, TAX)
    last = entry("c", "Dragomir Petrosyanov", TAX, born=PartialDate(1970, 5, 2))
    (join,) = join_entries([first, middle, last])
    # Of two joins that exclude each other the stronger is made.
    assert (join.one[0], join.other[0], join.evidence) == ("b", "c", ("tax",))


def test_what_a_person_parted_is_no_party_and_the_rest_stays_one() -> None:
    lists = [entry(list_id, born=BORN) for list_id in ("a", "b", "c")]
    joins = join_entries(lists)
    (a, b, c) = (("a", "a-1"), ("b", "b-1"), ("c", "c-1"))
    assert find_parties(joins) == dict.fromkeys((a, b, c), (a, b, c))
    parted = find_parties(joins, apart=[frozenset((a, b)), frozenset((a, c))])
    assert parted == dict.fromkeys((b, c), (b, c))


NUMBERS = st.lists(
    st.sampled_from((PASSPORT, TAX, REGISTERED, COMPANY, IMO, LEI)), max_size=2, unique=True
)
DATES = st.sampled_from((None, BORN, PartialDate(1968), PartialDate(1970, 5, 2)))


@st.composite
def entries(draw: st.DrawFn) -> list[ListEntry]:
    return [
        entry(
            draw(st.sampled_from(("uk", "eu", "un"))),
            draw(st.sampled_from(("Dragomir Petrosyanov", "Mira Petrosyanov", "Terravolt FZE"))),
            *draw(NUMBERS),
            id_=str(number),
            kind=draw(st.sampled_from(("person", "organisation", "unknown"))),
            born=draw(DATES),
            refers=tuple(draw(st.lists(st.sampled_from(("R1", "R2")), max_size=1))),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


@settings(max_examples=examples(300))
@given(entries(), st.randoms())
def test_the_order_changes_nothing_and_no_party_contradicts_itself(
    some: list[ListEntry], random: object
) -> None:
    found = join_entries(some)
    other = list(some)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert found == join_entries(other)
    assert all(join.evidence and set(join.evidence) <= set(STRENGTHS) for join in found)
    by_key = {(one.list_id, one.id): one for one in some}
    parties = set(find_parties(found).values())
    assert sorted(key for party in parties for key in party) == sorted(
        {key for join in found for key in (join.one, join.other)}
    )
    for party in parties:
        kinds = {by_key[key].kind for key in party} - {"unknown"}
        assert len(kinds) < 2
