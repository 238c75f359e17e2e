"""Suppliers and runs: imported twice without change, stored whole, never altered."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.errors import StorageError
from duediligence.model import (
    Finding,
    Identifier,
    ListEntry,
    Name,
    PartialDate,
    Person,
    Repair,
    Run,
    Supplier,
)
from duediligence.store.casework.runs import RunStore
from duediligence.store.casework.suppliers import ImportCount, SupplierStore
from duediligence.store.casework.unit_of_work import Casework

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
QUILL = Supplier(
    ref="S1",
    name="Quill & Ferrow Ltd",
    identifiers=(Identifier("GB-COH", "99000001"),),
    people=(Person("Ada Ferrow", PartialDate(1968, 3), "director"),),
    repairs=(Repair("company no", "99000001.0", "99000001", "decimal point removed"),),
)
ENTRY = ListEntry(id="E1", list_id="un", kind="organisation", names=(Name("Quill and Ferrow"),))


def finding(run_id: str, subject: str = "Quill & Ferrow Ltd") -> Finding:
    return Finding(
        run_id=run_id,
        supplier_ref="S1",
        supplier_name=QUILL.name,
        company_number="99000001",
        check_id="SAN-01",
        check_title="Asset freeze",
        topic="sanctions",
        outcome="review",
        severity="critical",
        subject_name=subject,
        list_id="un",
        entry_id="E1",
        score=0.97,
        why="Names agree.",
        retrieved_at=NOW,
        first_seen=NOW,
    )


def run(run_id: str, *findings: Finding, at: datetime = NOW) -> Run:
    return Run(
        id=run_id,
        started_at=at,
        finished_at=at,
        as_of=date(2026, 11, 20),
        supplier_file="s.csv",
        supplier_file_sha256="0" * 64,
        suppliers=1,
        parties=2,
        lists=(),
        threshold=0.8,
        matcher_version="1",
        policy_sha256="0" * 64,
        findings=findings,
    )


@pytest.fixture
def suppliers(tmp_path: Path) -> Iterator[SupplierStore]:
    with Casework(tmp_path / "casework.db") as casework:
        store = casework.suppliers
        yield store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    with Casework(tmp_path / "casework.db") as casework:
        store = casework.runs
        yield store


def test_importing_twice_changes_nothing(suppliers: SupplierStore) -> None:
    store = suppliers
    assert store.save([QUILL], file="s.csv", at=NOW) == ImportCount(1, 0, 0)
    assert store.save([QUILL], file="s.csv", at=NOW) == ImportCount(0, 0, 1)
    assert store.all() == [QUILL]
    changed = replace(QUILL, name="Quill Ltd")
    assert store.save([changed], file="s.csv", at=NOW) == ImportCount(0, 1, 0)
    assert store.get("S1") == changed
    assert store.get("S2") is None


def test_a_run_comes_back_as_it_was_stored(store: RunStore) -> None:
    stored = run("R1", finding("R1"), finding("R1", "Ada Ferrow"))
    store.save(stored, [QUILL], {("un", "E1"): ENTRY})
    assert store.get("R1") == stored
    assert store.get("R2") is None


def test_what_was_compared_is_kept_once_however_many_runs(store: RunStore) -> None:
    for name in ("R1", "R2", "R3"):
        store.save(run(name, finding(name)), [QUILL], {("un", "E1"): ENTRY})
    connection = sqlite3.connect(store.path)
    assert connection.execute("SELECT COUNT(*) FROM contents").fetchone() == (2,)
    assert connection.execute(
        "SELECT COUNT(*) FROM findings JOIN contents ON entry_sha256 = sha256"
    ).fetchone() == (3,)
    connection.close()


@pytest.mark.parametrize("table", ["runs", "run_suppliers", "findings", "contents"])
def test_a_run_can_never_be_changed(store: RunStore, table: str) -> None:
    store.save(run("R1", finding("R1")), [QUILL], {("un", "E1"): ENTRY})
    connection = sqlite3.connect(store.path)
    change = "ref = 'x'" if table == "run_suppliers" else "body = x'00'"
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        connection.execute(f"UPDATE {table} SET {change}")
    connection.close()


def test_a_run_that_cannot_be_stored_leaves_nothing(store: RunStore) -> None:
    store.save(run("R1"), [QUILL], {})
    with pytest.raises(StorageError):
        store.save(run("R1", finding("R1")), [replace(QUILL, ref="S9")], {("un", "E1"): ENTRY})
    assert store.get("R1") == run("R1")


def test_first_seen_is_the_first_run_that_raised_the_same_finding(store: RunStore) -> None:
    assert store.first_seen([finding("R1")]) == {}
    store.save(run("R1", finding("R1")), [QUILL], {("un", "E1"): ENTRY})
    later = NOW + timedelta(days=30)
    store.save(run("R2", finding("R2"), at=later), [QUILL], {("un", "E1"): ENTRY})
    seen = store.first_seen([finding("R3"), finding("R3", "Ada Ferrow")])
    assert seen == {finding("R3").key: NOW}
