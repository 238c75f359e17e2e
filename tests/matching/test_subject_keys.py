"""No subject that a search over entries finds is missing among those that share a key with one."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.matching import Index, Subject
from duediligence.matching.index.subject_keys import (
    entry_keys,
    load_words,
    save_words,
    subject_keys,
)
from duediligence.model import Address, Identifier, Kind, ListEntry, Name, PartialDate
from duediligence.model.entries import COMPANY
from tests.thorough import examples

pytestmark = pytest.mark.thorough

PEOPLE = (
    "Mohammed Ali Khan", "Aldith Mary Vexholm", "Yousef al-Qasemi", "Sergei Ivanovich Lipetsky",
    "J. R. Quillen", "Abd al Rahman Haddad", "Nguyen Van Thanh", "O'Brien Siobhan",
    "Мария Иванова",
    "محمد علي", "Jean-Pierre de la Fontaine", "Tatyana Wolkova",
    "Li Xiaoming", "Ana María Fernández", "Xu Li", "Wei Li Na", "Jo Bo Featherstone",
    "Christopher Featherstonehaugh Wormwood",
)  # fmt: skip
FIRMS = (
    "Quillen Tarnmoor Marine Services Limited", "Ros Neft Trading", "Rosneft", "Osperdale (UK) Ltd",
    "Fenwick & Sons Holdings", "ABC Consulting Group", "The Marsh Care Company", "A B C Ltd",
    "Lipetskaya Energy OOO", "Trans National Shipping and Forwarding Company of Fenwick", "7 Stars",
    "Bank of Vexholm", "Société Générale de Tarnmoor", "Infra Structure 2000 plc",
)  # fmt: skip
LETTERS = "aeiouhkmnrstvyz -"


@st.composite
def near(draw: st.DrawFn, names: tuple[str, ...]) -> str:
    """One of the names, or one that is like it: slips, words that went, came or changed places."""
    name = draw(st.sampled_from(names))
    for _ in range(draw(st.integers(0, 3))):
        words = name.split() or [name]
        at = draw(st.integers(0, max(0, len(name) - 1)))
        letter = draw(st.sampled_from(LETTERS))
        way = draw(st.integers(0, 7))
        if way == 0:
            name = name[:at] + name[at + 1 :]
        elif way == 1:
            name = name[:at] + letter + name[at:]
        elif way == 2:
            name = name[:at] + letter + name[at + 1 :]
        elif way == 3 and len(words) > 1:
            place = draw(st.integers(0, len(words) - 1))
            name = " ".join(words[:place] + words[place + 1 :])
        elif way == 4:
            name = " ".join(draw(st.permutations(words)))
        elif way == 5 and len(words) > 1:
            place = draw(st.integers(0, len(words) - 2))
            words[place : place + 2] = ["".join(words[place : place + 2])]
            name = " ".join(words)
        elif way == 6:
            name = f"{name} {draw(st.sampled_from(names))}"
        else:
            name = name.replace(words[0], words[0][:1] + ".", 1)
    return name or "x"


NAMES = st.one_of(near(PEOPLE), near(FIRMS))
KINDS: st.SearchStrategy[Kind] = st.sampled_from(("person", "organisation", "unknown"))
NUMBERS = st.sampled_from((None, None, None, "99000001", "SC990002", "0099000001"))


def numbers(number: str | None) -> tuple[Identifier, ...]:
    return (Identifier(COMPANY, number),) if number else ()


POSTCODES = st.sampled_from(("", "ZY1 1AA", "ZY1 1AB"))


def addresses(postcode: str) -> tuple[Address, ...]:
    return (Address("1 Long Lane", postcode),) if postcode else ()


SUBJECTS = st.builds(
    lambda names, kind, born, number, country, postcode, cell: Subject(
        tuple(names),
        kind,
        PartialDate(born) if born else None,
        country,
        numbers(number),
        addresses(postcode),
        cell=cell,
    ),
    st.lists(NAMES, min_size=1, max_size=2),
    KINDS,
    st.sampled_from((None, 1965, 1970)),
    NUMBERS,
    st.sampled_from(((), ("British",), ("Russia",))),
    POSTCODES,
    st.booleans(),
)
Made = tuple[list[str], Kind, int | None, str | None, str]
ENTRIES = st.tuples(
    st.lists(NAMES, min_size=1, max_size=3),
    st.sampled_from(("person", "organisation", "vessel", "unknown")),
    st.sampled_from((None, 1965, 1970)),
    NUMBERS,
    POSTCODES,
)


def index_of(made: list[Made]) -> Index:
    return Index.build(
        ListEntry(
            id=str(place),
            list_id="made",
            kind=kind,
            names=tuple(map(Name, names)),
            birth_dates=(PartialDate(born),) if born else (),
            identifiers=numbers(number),
            addresses=addresses(postcode),
        )
        for place, (names, kind, born, number, postcode) in enumerate(made)
    )


def sharing_a_key(
    subjects: list[Subject], index: Index, threshold: float, folder: Path
) -> set[int]:
    found = subject_keys(subjects, threshold)
    half = len(found.people_words) // 2
    save_words(folder / "one.index", found.people_words[:half], found.firm_words)
    save_words(folder / "two.index", found.people_words[half:], [])
    words = [load_words(folder / name) for name in ("one.index", "two.index")]
    wanted = dict(zip(*(part.tolist() for part in entry_keys(index, words)), strict=True))
    shared: dict[int, set[int]] = {}
    enough: set[int] = set()
    for key, owner, alone in zip(*(part.tolist() for part in found[:3]), strict=True):
        if key in wanted:
            shared.setdefault(owner, set()).add(key)
            if alone or wanted[key]:
                enough.add(owner)
    return enough | {owner for owner, keys in shared.items() if len(keys) > 1}


@settings(max_examples=examples(150), deadline=None)
@given(
    subjects=st.lists(SUBJECTS, min_size=10, max_size=40),
    entries=st.lists(ENTRIES, min_size=1, max_size=6),
    threshold=st.sampled_from((0.7, 0.8, 0.9)),
)
def test_every_subject_that_a_search_finds_shares_a_key(
    tmp_path_factory: pytest.TempPathFactory,
    subjects: list[Subject],
    entries: list[Made],
    threshold: float,
) -> None:
    index = index_of(entries)
    found = index.search_many(subjects, threshold=threshold, limit=1_000, workers=1)
    matched = {place for place, matches in enumerate(found) if matches}
    folder = tmp_path_factory.mktemp("words")
    assert matched <= sharing_a_key(subjects, index, threshold, folder)


def test_most_subjects_share_no_key(tmp_path: Path) -> None:
    """Else nothing would be gained by asking for them."""
    subjects = [
        Subject((f"Wenford{n:03} Carlton Halbury Ltd",), "organisation") for n in range(200)
    ]
    # A postcode takes a word beside it.
    subjects = [replace(subject, addresses=addresses("ZY1 1AA")) for subject in subjects]
    subjects.append(Subject(("Rosneft Trading Ltd",), "organisation"))
    index = index_of([(["Ros Neft"], "organisation", None, None, "ZY1 1AA")])
    assert sharing_a_key(subjects, index, 0.8, tmp_path) == {200}
