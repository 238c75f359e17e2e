"""Screening again after lists and suppliers changed gives what a first screening would give."""

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.matching import Engine, Index, Subject
from duediligence.matching.index.subject_keys import SubjectIndex
from duediligence.model import (
    Finding,
    Identifier,
    ListEntry,
    ListStatus,
    Name,
    PartialDate,
    Person,
    SetAside,
    Supplier,
)
from duediligence.model.entries import COMPANY
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.lookup import incremental
from duediligence.screening.lookup.list_search import open_lists
from duediligence.screening.run import screen as screen_module
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.thorough import examples

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
WORDS = (
    "quillen", "quilen", "tarnmoor", "osperdale", "vexholm", "ltd", "care", "of", "marsh",
    "mohammed", "khan",
)  # fmt: skip
FILE = "made.csv"
Known = tuple[str, str, str]  # name, number, birth date


@watchlist(
    id="made",
    title="Made list",
    publisher="Test",
    licence="none",
    topic="enforcement",
    homepage="https://lists.example.org",
    feeds=(Feed(FILE),),
    max_age=timedelta(days=9999),
    expect=Expect(entries=(0, 1000), weekly_loss=1.0),
)
def made(files: Files) -> Iterator[ListEntry]:
    """A list of ids, names, numbers and birth dates."""
    with files[FILE].open(encoding="utf-8", newline="") as file:
        next(file)
        for entry_id, name, number, born in csv.reader(file):
            numbers = (Identifier(COMPANY, number),) if number else ()
            yield ListEntry(
                id=entry_id,
                list_id="made",
                kind="unknown",
                names=(Name(name),),
                identifiers=numbers,
                birth_dates=(PartialDate.parse(born),) if born else (),
            )


# Whatever is gone.
ANY = RefreshTerms(as_of=NOW.date(), accept_shrink=True, accept_format=True)
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
NUMBERS = st.sampled_from(("", "", "99000001", "99000002"))
BORN = st.sampled_from(("", "", "1965-04", "1965-05", "1970", "1990-01"))
LISTS = st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(NAMES, NUMBERS, BORN), max_size=8)
SUPPLIERS = st.dictionaries(st.sampled_from("123456"), st.tuples(NAMES, NUMBERS, BORN), max_size=6)


def write(folder: Path, entries: dict[str, Known]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        file.write("id,name,number,born\r\n")
        csv.writer(file).writerows((i, *rest) for i, rest in entries.items())


def suppliers(made_of: dict[str, Known]) -> list[Supplier]:
    return [
        Supplier(
            ref=ref,
            name=name,
            identifiers=(Identifier(COMPANY, number),) if number else (),
            people=(Person(name, PartialDate.parse(born)),) if born else (),
        )
        for ref, (name, number, born) in made_of.items()
    ]


def open_home(home: Path, limit: int, turn: int = 0) -> Workspace:
    at = NOW + timedelta(minutes=turn)
    workspace = Workspace(Settings(home=home, limit=limit, workers=1), now=lambda: at)
    workspace.__dict__["watchlists"] = {"made": made}
    return workspace


def found(workspace: Workspace, who: list[Supplier]) -> list[Finding]:
    return everything(workspace, who)[0]


def everything(
    workspace: Workspace, who: list[Supplier]
) -> tuple[list[Finding], tuple[SetAside, ...], int]:
    """The findings of a screening, and whom it set aside."""
    run = screen(workspace, Screened(who))
    findings = [replace(f, run_id="", first_seen=None) for f in run.findings]
    return findings, run.set_aside, run.namesakes


@settings(max_examples=examples(50), deadline=None)
@given(
    versions=st.lists(LISTS, min_size=2, max_size=4),
    held=st.lists(SUPPLIERS, min_size=4, max_size=4),
    limit=st.integers(1, 3),
)
def test_screening_again_gives_what_a_first_screening_gives(
    tmp_path_factory: pytest.TempPathFactory,
    versions: list[dict[str, Known]],
    held: list[dict[str, Known]],
    limit: int,
) -> None:
    folder = tmp_path_factory.mktemp("again")
    with pytest.MonkeyPatch.context() as patch:
        # Of so few parties nothing would be remembered.
        patch.setattr(incremental, "_MANY", 0)
        # Otherwise so small a list would be searched anew at every change.
        patch.setattr(incremental, "_MOST_CHANGED", 1_000)
        for turn, (entries, made_of) in enumerate(zip(versions, held, strict=False)):
            write(folder / "lists", entries)
            with open_home(folder / "home", limit, turn) as workspace:
                (one,) = refresh(workspace, folder=folder / "lists", terms=ANY)
                assert one.result in ("loaded", "unchanged"), one
                second = everything(workspace, suppliers(made_of))
            for file in (folder / "home").glob("lookups.db*"):
                file.rename(file.with_name("aside-" + file.name))
            with open_home(folder / "home", limit, turn) as workspace:
                assert second == everything(workspace, suppliers(made_of))
            for file in (folder / "home").glob("lookups.db*"):
                file.unlink()
            for file in (folder / "home").glob("aside-*"):
                file.rename(file.with_name(file.name.removeprefix("aside-")))


def test_nothing_is_searched_for_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incremental, "_MANY", 2)
    write(tmp_path / "lists", {"a": ("quillen tarnmoor", "", "")})
    who = suppliers({"1": ("quillen tarnmoor", "", ""), "2": ("vexholm marsh", "", "")})
    with open_home(tmp_path / "home", 10) as workspace:
        list(refresh(workspace, folder=tmp_path / "lists", terms=ANY))
        first = found(workspace, who)
        searched: list[str] = []
        search = Engine.search_many

        def spy(engine, subjects, *args, **options):  # type: ignore[no-untyped-def]
            subjects = list(subjects)
            searched.extend(name for one in subjects for name in one.names)
            return search(engine, subjects, *args, **options)

        monkeypatch.setattr(Engine, "search_many", spy)
        assert found(workspace, who) == first
        assert searched == []
        assert found(workspace, who[:1]) == first
        assert searched == ["quillen tarnmoor"]
        assert found(workspace, who) == first
        assert searched == ["quillen tarnmoor"], "one that is checked puts out nothing"
        more = [*who, *suppliers({"3": ("osperdale", "", "")})]
        assert found(workspace, more) == first
        assert searched == ["quillen tarnmoor", "osperdale"]


def test_two_suppliers_that_are_alike_are_told_of_a_new_entry_once_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incremental, "_MANY", 0)
    monkeypatch.setattr(incremental, "_MOST_CHANGED", 1_000)
    twins = suppliers({"1": ("quillen tarnmoor", "", ""), "2": ("quillen tarnmoor", "", "")})
    entries = {"a": ("quillen tarnmoor", "", "")}
    for turn, new in enumerate(("", "b")):
        entries |= {new: ("quillen tarnmoor", "", "")} if new else {}
        write(tmp_path / "lists", entries)
        with open_home(tmp_path / "home", 10, turn) as workspace:
            list(refresh(workspace, folder=tmp_path / "lists", terms=ANY))
            told = [(f.supplier_ref, f.entry_id) for f in found(workspace, twins)]
            assert sorted(told) == [(ref, entry) for ref in "12" for entry in entries]


def test_a_refresh_in_the_midst_of_a_screening_hides_nothing_from_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incremental, "_MANY", 0)
    who = suppliers({"1": ("quillen tarnmoor", "", "")})
    write(tmp_path / "lists", {"a": ("vexholm marsh", "", "")})
    with open_home(tmp_path / "home", 10) as workspace:
        list(refresh(workspace, folder=tmp_path / "lists", terms=ANY))

    def refreshed_when_opened(workspace: Workspace, statuses: list[ListStatus]) -> object:
        opened = open_lists(workspace, statuses)
        write(
            tmp_path / "lists", {"a": ("vexholm marsh", "", ""), "b": ("quillen tarnmoor", "", "")}
        )
        with open_home(tmp_path / "home", 10, 1) as other:
            list(refresh(other, folder=tmp_path / "lists", terms=ANY))
        return opened

    with open_home(tmp_path / "home", 10, 2) as workspace:
        with monkeypatch.context() as patch:
            patch.setattr(screen_module, "open_lists", refreshed_when_opened)
            assert found(workspace, who) == [], "it is screened against what it began with"
        assert [f.entry_id for f in found(workspace, who)] == ["b"]


def test_what_was_remembered_and_then_emptied_or_exchanged_hides_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(incremental, "_MANY", 0)
    monkeypatch.setattr(incremental, "_MOST_CHANGED", 1_000)
    who = suppliers({"1": ("quillen tarnmoor", "", ""), "2": ("vexholm marsh", "", "")})
    entries = {"a": ("quillen tarnmoor", "", "")}
    write(tmp_path / "lists", entries)
    with open_home(tmp_path / "home", 10) as workspace:
        list(refresh(workspace, folder=tmp_path / "lists", terms=ANY))
        first = found(workspace, who)
    with closing(sqlite3.connect(tmp_path / "home" / "lookups.db")) as db, db:
        db.execute("UPDATE lookups SET matches = ?", (b"\x80",))
    for said in (1, 0):
        caplog.clear()
        with open_home(tmp_path / "home", 10) as workspace:
            assert found(workspace, who) == first != []
        assert len(caplog.messages) == said
    # The index of parties, too, by which those are found whom a new entry could be.
    (file,) = (tmp_path / "home" / "indexes" / ".parties").iterdir()
    SubjectIndex.build([], 0.5).save(file)
    # And the version before, which says what is new.
    write(tmp_path / "lists", {**entries, "b": ("vexholm marsh", "", "")})
    with open_home(tmp_path / "home", 10, 1) as workspace:
        list(refresh(workspace, folder=tmp_path / "lists", terms=ANY))
        found_now = [one.entry_id for one in found(workspace, who)]
    assert sorted(found_now) == ["a", "b"]


def test_an_entry_put_into_the_version_before_is_new_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incremental, "_MANY", 0)
    monkeypatch.setattr(incremental, "_MOST_CHANGED", 1_000)
    who = suppliers({"1": ("quillen tarnmoor", "", "")})
    write(tmp_path / "lists", {"a": ("vexholm marsh", "", "")})
    with open_home(tmp_path / "home", 10) as workspace:
        list(refresh(workspace, folder=tmp_path / "lists", terms=ANY))
        assert found(workspace, who) == []
    write(tmp_path / "lists", {"a": ("vexholm marsh", "", ""), "b": ("quillen tarnmoor", "", "")})
    with open_home(tmp_path / "home", 10, 1) as workspace:
        list(refresh(workspace, folder=tmp_path / "lists", terms=ANY))
        now = workspace.lists.current()["made"].version.version
        with closing(sqlite3.connect(tmp_path / "home" / "lists.db")) as db, db:
            db.execute(
                "INSERT INTO entries SELECT list_id, (SELECT version FROM list_versions WHERE "
                "version != ?1), entry_id, body FROM entries WHERE version = ?1 AND entry_id = 'b'",
                (now,),
            )
        assert [one.entry_id for one in found(workspace, who)] == ["b"]


def test_a_party_that_only_its_birth_date_lifts_to_the_threshold_is_looked_up_again() -> None:
    born = PartialDate.parse("1965-04-12")
    party = Subject(("Ivan Zorkow Petrovik",), "person", birth_date=born)
    entry = ListEntry(
        id="1", list_id="made", kind="person", names=(Name("Ivan Zorkov"),), birth_dates=(born,)
    )
    (alone,) = Index.build([replace(entry, birth_dates=())]).search(party, threshold=0.1, limit=1)
    (dated,) = Index.build([entry]).search(party, threshold=0.1, limit=1)
    assert alone.score < dated.score < 1
    assert SubjectIndex.build([party], dated.score).affected(Index.build([entry])) == {0}
