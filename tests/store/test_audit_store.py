"""The audit chain: every edit, deletion, swap and insertion is found, and found where it is."""

import hashlib
import json
import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.errors import StorageError
from duediligence.model import Identifier, Supplier
from duediligence.model.audit import (
    BEGINNING,
    AuditEvent,
    AuditRecord,
    AuditValue,
    find_audit_problem,
    hash_audit_event,
)
from duediligence.store.casework.audit import AuditStore
from duediligence.store.casework.suppliers import Link
from duediligence.store.casework.unit_of_work import Casework
from tests.thorough import examples

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

values = st.one_of(
    st.text(max_size=8), st.integers(), st.none(), st.lists(st.text(max_size=3)).map(tuple)
)
events = st.builds(
    AuditEvent,
    kind=st.sampled_from(["link", "decision", "export"]),
    at=st.datetimes(timezones=st.just(UTC)),
    who=st.text(max_size=8),
    what=st.dictionaries(st.text(max_size=5), values, max_size=4),
    subject=st.text(max_size=8),
)


def chain(of: list[AuditEvent]) -> list[AuditRecord]:
    records: list[AuditRecord] = []
    previous = BEGINNING
    for position, event in enumerate(of, start=1):
        sha256 = hash_audit_event(previous, position, event)
        records.append(AuditRecord(position, event, previous, sha256))
        previous = sha256
    return records


chains = st.lists(events, min_size=1, max_size=6).map(chain)


def event(what: str = "", *, at: datetime = NOW) -> AuditEvent:
    return AuditEvent("export", at, "aferrow", {"file": what}, "S1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AuditStore]:
    with Casework(tmp_path / "casework.db") as casework:
        opened = casework.audit
        yield opened


@pytest.fixture
def three(store: AuditStore) -> AuditStore:
    for name in ("a", "b", "c"):
        store.add(event(name))
    return store


def tampered(store: AuditStore, *statements: str) -> None:
    """What somebody with a database browser could do: no trigger stops the owner of a file."""
    with closing(sqlite3.connect(store.path)) as other:
        triggers = other.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            other.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            other.execute(statement)
        other.commit()


# The chain by itself


@settings(max_examples=examples(100))
@given(chains)
def test_a_chain_is_sound_and_holds_each_of_its_heads(records: list[AuditRecord]) -> None:
    assert find_audit_problem(records) is None
    for record in records:
        assert find_audit_problem(records, head=record.sha256) is None
    assert find_audit_problem([]) is None


@settings(max_examples=examples(100))
@given(chains, st.data())
def test_any_edit_is_found_at_its_record(records: list[AuditRecord], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(records) - 1))
    edited = data.draw(events.filter(lambda e: e != records[at].event))
    records[at] = replace(records[at], event=edited)
    problem = find_audit_problem(records)
    assert problem is not None
    assert (problem.position, problem.what) == (at + 1, "this record was edited")


@settings(max_examples=examples(100))
@given(chains, st.data())
def test_an_edit_with_its_hash_made_anew_shows_in_the_next_record(
    records: list[AuditRecord], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(records) - 1))
    edited = data.draw(events.filter(lambda e: e != records[at].event))
    old_head = records[-1].sha256
    sha256 = hash_audit_event(records[at].previous, at + 1, edited)
    records[at] = replace(records[at], event=edited, sha256=sha256)
    problem = find_audit_problem(records, head=old_head)
    assert problem is not None
    assert problem.position == at + 2  # the last one has no next: the head noted down tells it


@settings(max_examples=examples(100))
@given(chains, st.sampled_from(["previous", "sha256"]), st.data())
def test_a_changed_hash_is_found(
    records: list[AuditRecord], field: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(records) - 1))
    records[at] = replace(records[at], **{field: "f" * 64})  # type: ignore[arg-type]
    problem = find_audit_problem(records)
    assert problem is not None
    assert problem.position == at + 1


@settings(max_examples=examples(100))
@given(chains, st.data())
def test_any_deletion_is_found(records: list[AuditRecord], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(records) - 1))
    head = records[-1].sha256
    del records[at]
    problem = find_audit_problem(records, head=head)
    assert problem is not None
    assert problem.position == at + 1
    if at < len(records):
        assert "missing" in problem.what
        assert ("the beginning" in problem.what) == (at == 0)


@settings(max_examples=examples(100))
@given(chains.filter(lambda c: len(c) > 2), st.data())
def test_a_deletion_with_positions_closed_up_is_found(
    records: list[AuditRecord], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(records) - 2))
    del records[at]
    closed = [replace(one, position=n) for n, one in enumerate(records, start=1)]
    problem = find_audit_problem(closed)
    assert problem is not None
    assert problem.position == at + 1


@settings(max_examples=examples(100))
@given(chains.filter(lambda c: len(c) > 1), st.booleans(), st.data())
def test_any_swap_is_found(
    records: list[AuditRecord], positions_kept: bool, data: st.DataObject
) -> None:
    i = data.draw(st.integers(0, len(records) - 2))
    j = data.draw(st.integers(i + 1, len(records) - 1))
    one, other = records[i], records[j]
    records[i] = replace(other, position=i + 1) if positions_kept else other
    records[j] = replace(one, position=j + 1) if positions_kept else one
    problem = find_audit_problem(records)
    assert problem is not None
    assert problem.position == i + 1


@settings(max_examples=examples(100))
@given(chains, events, st.booleans(), st.data())
def test_any_insertion_is_found(
    records: list[AuditRecord], added: AuditEvent, renumbered: bool, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(records) - 1))
    previous = records[at].previous
    record = AuditRecord(at + 1, added, previous, hash_audit_event(previous, at + 1, added))
    records.insert(at, record)
    if renumbered:
        records = [replace(one, position=n) for n, one in enumerate(records, start=1)]
    problem = find_audit_problem(records)
    assert problem is not None
    assert problem.position == at + 2


def test_a_head_that_is_not_there_tells_of_a_cut_end() -> None:
    records = chain([event(name) for name in "abc"])
    problem = find_audit_problem(records[:2], head=records[2].sha256)
    assert problem is not None
    assert problem.position == 3
    assert "cut off at the end" in problem.what


def test_the_hash_can_be_computed_without_this_program() -> None:
    (record,) = chain([AuditEvent("link", NOW, "Zoë", {"n": 1, "b": ("x", "é")}, "S1")])
    text = (
        '{"at":"2026-11-20T09:00:00+00:00","kind":"link","position":1,"previous":"'
        + "0" * 64
        + '","subject":"S1","what":{"b":["x","é"],"n":1},"who":"Zoë"}'
    )
    assert record.sha256 == hashlib.sha256(text.encode()).hexdigest()
    line = json.loads(record.line())
    assert line.pop("sha256") == record.sha256
    assert json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) == text


def test_a_value_that_is_not_written_alike_everywhere_is_refused() -> None:
    with pytest.raises(TypeError):
        AuditEvent("link", NOW, "a", {"score": 0.1})  # type: ignore[dict-item]


def test_time_is_kept_in_utc() -> None:
    summer = NOW.astimezone(timezone(timedelta(hours=1)))
    assert event(at=summer) == event()


# As stored


def test_what_is_added_comes_back(three: AuditStore) -> None:
    assert [one.event for one in three.records()] == [event(name) for name in "abc"]
    assert [one.position for one in three.records(last=2)] == [2, 3]
    assert three.head() == list(three.records())[-1].sha256
    assert three.verify() is None
    assert three.verify(head=three.head()) is None


def test_an_empty_chain_is_sound(store: AuditStore) -> None:
    assert store.verify() is None
    assert store.verify(head=store.head()) is None
    assert store.head() == BEGINNING
    assert list(store.records()) == []


@settings(max_examples=examples(100))
@given(of=st.lists(events, max_size=5))
def test_every_event_survives_the_database(
    of: list[AuditEvent], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Casework(tmp_path_factory.mktemp("audit") / "casework.db") as casework:
        store = casework.audit
        for one in of:
            store.add(one)
        assert [record.event for record in store.records()] == of
        assert store.verify() is None


def test_a_name_that_is_no_text_is_kept_readable(store: AuditStore) -> None:
    store.add(event("liste-\udce9.csv"))
    ((kept),) = store.records()
    assert kept.event.what["file"] == r"liste-\udce9.csv"
    assert store.verify() is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET who = 'x'",
        "DELETE FROM audit WHERE position = 2",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE position = 2",
        "REPLACE INTO audit SELECT position, kind, at, 'x', subject, what, previous, sha256 "
        "FROM audit WHERE position = 3",
        "INSERT INTO audit SELECT 9, kind, at, who, subject, what, previous, sha256 "
        "FROM audit WHERE position = 3",
    ],
)
def test_a_record_is_never_changed(three: AuditStore, change: str) -> None:
    with (
        closing(sqlite3.connect(three.path)) as other,
        pytest.raises(sqlite3.IntegrityError, match=r"never changed|only appended"),
    ):
        other.execute(change)
    assert three.verify() is None


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE audit SET who = 'x' WHERE position = 2", 2),
        ('UPDATE audit SET what = \'{"file": "b"}\' WHERE position = 2', 2),
        ("UPDATE audit SET what = '{' WHERE position = 2", 2),
        ("UPDATE audit SET what = '[]' WHERE position = 2", 2),
        ("UPDATE audit SET what = '{\"file\":1.5}' WHERE position = 2", 2),
        ("UPDATE audit SET what = '{\"file\":{}}' WHERE position = 2", 2),
        ("UPDATE audit SET at = 'yesterday' WHERE position = 2", 2),
        ("UPDATE audit SET at = '2026-11-20 09:00:00+00:00' WHERE position = 2", 2),
        ("UPDATE audit SET at = '0001-01-01T00:00:00+14:00' WHERE position = 2", 2),
        ("UPDATE audit SET kind = 'never heard of' WHERE position = 2", 2),
        ("UPDATE audit SET subject = 'S2' WHERE position = 3", 3),
        ("UPDATE audit SET position = 7 WHERE position = 2", 2),
        ("DELETE FROM audit WHERE position = 1", 1),
        ("DELETE FROM audit WHERE position = 2", 2),
        ("DELETE FROM audit WHERE position = 3", 3),
        ("DELETE FROM audit", 1),
    ],
)
def test_what_a_database_browser_does_is_found(
    three: AuditStore, statement: str, position: int
) -> None:
    tampered(three, statement)
    problem = three.verify()
    assert problem is not None
    assert problem.position == position


def test_a_cut_end_shows_for_good(three: AuditStore) -> None:
    tampered(three, "DELETE FROM audit WHERE position = 3")
    three.add(event("d"))
    problem = three.verify()
    assert problem is not None
    assert problem.position == 3


def test_a_chain_made_wholly_anew_is_only_told_by_a_head_from_elsewhere(
    three: AuditStore,
) -> None:
    head = three.head()
    tampered(three, "DELETE FROM audit", "DELETE FROM sqlite_sequence WHERE name = 'audit'")
    three.add(event("forged"))
    assert three.verify() is None
    problem = three.verify(head=head)
    assert problem is not None
    assert "rewritten" in problem.what


def test_a_damaged_record_is_an_error_in_plain_words(three: AuditStore) -> None:
    tampered(three, "UPDATE audit SET what = '{' WHERE position = 2")
    with pytest.raises(StorageError, match="record 2"):
        list(three.records())


def test_the_event_falls_with_what_it_records(three: AuditStore) -> None:
    with Casework(three.path) as casework:
        suppliers = casework.suppliers

        def broken() -> Iterator[Supplier]:
            yield Supplier(ref="S1", name="Quill & Ferrow Ltd")
            raise RuntimeError("killed")

        with pytest.raises(RuntimeError):
            suppliers.save(broken(), file="s.csv", at=NOW)
        assert suppliers.all() == []
    three.add(event("e"))
    assert [one.position for one in three.records()] == [1, 2, 3, 4]
    assert three.verify() is None


def unsealed(event: AuditEvent) -> dict[str, AuditValue]:
    return {key: value for key, value in event.what.items() if not key.startswith("sealed")}


def test_imports_and_links_are_recorded_without_free_text(store: AuditStore) -> None:
    with Casework(store.path, who="aferrow") as casework:
        suppliers = casework.suppliers
        one = Supplier(ref="S1", name="Quill & Ferrow Ltd")
        suppliers.save([one], file="s.csv", at=NOW, file_sha256="ab")
    with Casework(store.path, who="aferrow") as casework:
        links = casework.links
        identifier = Identifier("GB-COH", "99000001")
        links.add(
            Link(supplier_ref="S1", identifier=identifier, by="Ada", at=NOW, note="rang them")
        )
    imported, linked = (record.event for record in store.records())
    assert (imported.kind, imported.who) == ("suppliers imported", "aferrow")
    assert unsealed(imported) == {
        "file": "s.csv",
        "file_sha256": "ab",
        "added": 1,
        "changed": 0,
        "unchanged": 0,
    }
    assert (linked.kind, linked.subject) == ("link", "S1")
    assert unsealed(linked) == {"identifier": "GB-COH-99000001", "by": "Ada"}


def test_news_is_added_once(store: AuditStore) -> None:
    assert store.add_news(event("a"))
    assert not store.add_news(event("a", at=NOW + timedelta(days=1)))
    assert store.add_news(event("b"))
    assert not store.add_news(event("c"), "other")
    assert store.add_news(replace(event("b"), subject="S2"))
    assert len(list(store.records())) == 3


def _append_many(path: Path, name: str) -> None:
    with Casework(path) as casework:
        store = casework.audit
        for number in range(40):
            store.add(event(f"{name}{number}"))


def test_two_processes_at_once_keep_one_sound_chain(tmp_path: Path) -> None:
    path = tmp_path / "casework.db"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_append_many, args=(path, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    with Casework(path) as casework:
        store = casework.audit
        assert store.verify() is None
        assert [one.position for one in store.records()] == list(range(1, 81))
