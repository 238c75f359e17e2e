"""Looking up again, tried on everything that can change between two screenings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.matching import Index, Subject
from duediligence.matching.index.subject_keys import SubjectIndex
from duediligence.model import (
    Address,
    Finding,
    Identifier,
    ListEntry,
    Name,
    PartialDate,
    SetAside,
    Supplier,
)
from duediligence.model.entries import COMPANY, PASSPORT, TAX, Record
from duediligence.model.suppliers import Person
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import drop, refresh
from duediligence.screening.lookup import incremental
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

pytestmark = pytest.mark.soak
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ANY_FILE, PLACES_FILE = "any.json", "places.json"


def _read(files: Files, name: str) -> Iterator[ListEntry]:
    yield from msgspec.json.decode(files[name].read_bytes(), type=list[ListEntry])


@watchlist(
    id="any",
    title="Made list",
    publisher="Test",
    licence="none",
    topic="enforcement",
    homepage="https://lists.example.org",
    feeds=(Feed(ANY_FILE),),
    max_age=timedelta(days=9999),
    expect=Expect(entries=(0, 1000), weekly_loss=1.0),
)
def anyone(files: Files) -> Iterator[ListEntry]:
    """Entries of every kind."""
    yield from _read(files, ANY_FILE)


@watchlist(
    id="places",
    title="Made list of premises",
    publisher="Test",
    licence="none",
    topic="enforcement",
    homepage="https://lists.example.org",
    feeds=(Feed(PLACES_FILE),),
    max_age=timedelta(days=9999),
    expect=Expect(entries=(0, 1000), weekly_loss=1.0),
    premises=True,
    bridge=True,
    tracks_removals=True,
)
def places(files: Files) -> Iterator[ListEntry]:
    """Entries with premises, which are kept when they leave the list."""
    yield from _read(files, PLACES_FILE)


# Whatever is gone.
ANY = RefreshTerms(as_of=NOW.date(), accept_shrink=True, accept_format=True)
NAMES = st.one_of(
    st.lists(
        st.sampled_from(
            "quillen quilen tarnmoor osperdale vexholm ltd limited care of marsh the (uk) 2 "
            "ros neft rosneft quillentarnmoor j ada yusuf yousef al-tarn tarn o'marsh".split()
        ),
        min_size=1,
        max_size=4,
    ).map(" ".join),
    st.sampled_from(
        ("Юсуф Тарн", "Yusuf Tarn", "Marsh, Ada", "Ada B Marsh", "Mohammed Khan", "Khan, Muhammad")
    ),
)
NUMBERS = st.lists(
    st.builds(
        Identifier,
        st.sampled_from((COMPANY, TAX, PASSPORT)),
        st.sampled_from(("99000001", "99000002", "0099000001", "12")),
        st.sampled_from(("", "GB", "United Kingdom", "FR")),
    ),
    max_size=2,
).map(tuple)
KINDS = st.sampled_from(("unknown", "organisation", "person", "vessel"))
BORN = st.builds(PartialDate, st.sampled_from((1970, 1971, 1985)), st.sampled_from((None, 3, 4)))
ADDRESSES = st.builds(
    Address,
    st.sampled_from(
        ("1 Mill Lane, Tarnmoor", "2 Mill Lane, Tarnmoor", "Unit 3 Old Mill Lane, Vex")
    ),
    st.sampled_from(("", "ZZ1 1AA", "ZZ1 2AA")),
)
RECORDS = st.sampled_from((None, Record(type="conviction"), Record(type="rating", low=True)))
ENTRIES = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.builds(
        ListEntry,
        id=st.just(""),
        list_id=st.just(""),
        kind=KINDS,
        names=st.lists(
            st.builds(Name, NAMES, strength=st.sampled_from(("unstated", "weak", "strong"))),
            min_size=1,
            max_size=3,
        ).map(tuple),
        birth_dates=st.lists(BORN, max_size=2).map(tuple),
        countries=st.lists(st.sampled_from(("GB", "France")), max_size=1).map(tuple),
        identifiers=NUMBERS,
        addresses=st.lists(ADDRESSES, max_size=2).map(tuple),
        record=RECORDS,
        reason=st.sampled_from(("", "Another reason.")),
    ),
    max_size=8,
)
SUPPLIERS = st.dictionaries(
    st.sampled_from("123456"),
    st.builds(
        Supplier,
        ref=st.just(""),
        name=NAMES,
        trading_names=st.lists(NAMES, max_size=1).map(tuple),
        identifiers=NUMBERS,
        address=st.none() | ADDRESSES,
        people=st.lists(st.builds(Person, NAMES, st.none() | BORN), max_size=2).map(tuple),
    ),
    max_size=6,
)
SUBJECTS = st.builds(
    Subject,
    names=st.lists(NAMES, min_size=1, max_size=2).map(tuple),
    kind=KINDS,
    birth_date=st.none() | BORN,
    countries=st.lists(st.sampled_from(("GB", "FR")), max_size=1).map(tuple),
    identifiers=NUMBERS,
    addresses=st.lists(ADDRESSES, max_size=1).map(tuple),
    cell=st.booleans(),
)


@settings(max_examples=600, deadline=None)
@given(ENTRIES, st.lists(SUBJECTS, min_size=1, max_size=8), st.sampled_from((0.5, 0.7, 0.8, 0.95)))
def test_no_party_that_a_new_entry_could_be_is_passed_over(
    entries: dict[str, ListEntry], subjects: list[Subject], threshold: float
) -> None:
    listed = [replace(entry, id=id_, list_id="any") for id_, entry in entries.items()]
    index = Index.build(listed)
    found = index.search_many(subjects, threshold=threshold, limit=99, workers=1, namesakes=True)
    could_be = {place for place, matches in enumerate(found) if matches}
    assert could_be <= SubjectIndex.build(subjects, threshold).affected(index)


@dataclass(frozen=True)
class Turn:
    """What stands in the files, who is screened, and how, at one screening.

    None in place of a list's entries: it is dropped.
    """

    listed: dict[str, ListEntry] | None
    placed: dict[str, ListEntry] | None
    suppliers: dict[str, Supplier]
    threshold: float
    limit: int
    screened: bool


# The same lists and suppliers come back often, so that what was found before has something to say.
def turns(draw: st.DrawFn) -> list[Turn]:
    lists = draw(st.lists(ENTRIES, min_size=1, max_size=3))
    whom = draw(st.lists(SUPPLIERS, min_size=1, max_size=2))
    some = st.none() | st.sampled_from(lists) | st.sampled_from(lists) | st.sampled_from(lists)
    return draw(
        st.lists(
            st.builds(
                Turn,
                some,
                some,
                st.sampled_from(whom),
                st.sampled_from((0.8, 0.8, 0.8, 0.6)),
                st.sampled_from((1, 1, 1, 2)),
                st.sampled_from((True, True, False)),
            ),
            min_size=2,
            max_size=6,
        )
    )


def write(path: Path, entries: dict[str, ListEntry], list_id: str) -> None:
    listed = [replace(entry, id=id_, list_id=list_id) for id_, entry in entries.items()]
    path.write_bytes(msgspec.json.encode(listed))


def open_home(home: Path, turn: Turn, number: int) -> Workspace:
    at = NOW + timedelta(days=number)
    workspace = Workspace(
        Settings(home=home, limit=turn.limit, threshold=turn.threshold, workers=1), now=lambda: at
    )
    workspace.__dict__["watchlists"] = {"any": anyone, "places": places}
    return workspace


def found(home: Path, turn: Turn, number: int) -> tuple[list[Finding], tuple[SetAside, ...]]:
    # Each twice: a buyer enters a firm anew, and two suppliers have a director in common.
    who = [
        replace(supplier, ref=f"{ref}{twin}")
        for ref, supplier in turn.suppliers.items()
        for twin in "ab"
    ]
    with open_home(home, turn, number) as workspace:
        run = screen(workspace, Screened(who))
    assert run.namesakes == len(run.set_aside)
    return [replace(f, run_id="", first_seen=None) for f in run.findings], run.set_aside


def put_aside(home: Path, folder: Path) -> None:
    for file in home.glob("lookups.db*"):
        file.rename(folder / file.name)


@settings(max_examples=80, deadline=None)
@given(turns=st.composite(turns)())
def test_whatever_changed_screening_again_gives_what_a_first_screening_gives(
    tmp_path_factory: pytest.TempPathFactory, turns: list[Turn]
) -> None:
    folder = tmp_path_factory.mktemp("again")
    home, lists, aside = (folder / name for name in ("home", "lists", "aside"))
    lists.mkdir()
    aside.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incremental, "_MANY", 0)
        patch.setattr(incremental, "_MOST_CHANGED", 1_000)
        for number, turn in enumerate(turns):
            for list_id, file, entries in (
                ("any", ANY_FILE, turn.listed),
                ("places", PLACES_FILE, turn.placed),
            ):
                with open_home(home, turn, number) as workspace:
                    if entries is None:
                        drop(workspace, list_id)
                        continue
                    write(lists / file, entries, list_id)
                    (one,) = refresh(workspace, [list_id], folder=lists, terms=ANY)
                    assert one.result in ("loaded", "unchanged"), one
            if not turn.screened:
                continue
            second = found(home, turn, number)
            put_aside(home, aside)
            first = found(home, turn, number)
            assert second == first
            put_aside(home, folder)
            put_aside(aside, home)
