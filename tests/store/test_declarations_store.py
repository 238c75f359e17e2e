"""Declarations: never changed, the one declared last counts."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from duediligence.errors import StorageError
from duediligence.model import Declaration
from duediligence.store.casework.suppliers import DeclarationCount, DeclarationStore
from duediligence.store.casework.unit_of_work import Casework

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NO = Declaration(
    supplier_ref="S1",
    question="insolvency_bankruptcy",
    title="Insolvency",
    grounds=("PA23-7-5",),
    answer="no",
    declared_on=date(2026, 3, 2),
)
YES = replace(NO, answer="yes", declared_on=date(2026, 6, 1))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DeclarationStore]:
    with Casework(tmp_path / "casework.db", who="ada") as casework:
        opened = casework.declarations
        yield opened


def save(store: DeclarationStore, *declarations: Declaration) -> DeclarationCount:
    return store.save(declarations, file="declared.csv", file_sha256="ab" * 32, at=NOW)


def test_the_one_declared_last_counts_and_the_history_stays(store: DeclarationStore) -> None:
    assert save(store, YES) == DeclarationCount(1, 0)
    assert save(store, NO) == DeclarationCount(1, 0)
    assert store.standing() == {"S1": (YES,)}
    assert store.history("S1") == [YES, NO]


def test_of_one_day_the_one_imported_last_counts(store: DeclarationStore) -> None:
    corrected = replace(NO, answer="yes")
    save(store, NO)
    save(store, corrected)
    assert store.standing() == {"S1": (corrected,)}


def test_what_is_there_already_stays_as_it_is(store: DeclarationStore) -> None:
    save(store, NO, YES)
    assert save(store, NO, YES) == DeclarationCount(0, 2)
    assert store.history("S1") == [NO, YES]


def test_each_party_has_an_answer_of_its_own(store: DeclarationStore) -> None:
    other = replace(YES, applies_to="connected person")
    save(store, NO, other)
    assert set(store.standing()["S1"]) == {NO, other}


def test_the_chain_tells_of_it_without_a_word_of_what_was_said(store: DeclarationStore) -> None:
    save(store, NO, replace(YES, details="Mr Dunnock was fined"))
    with Casework(store.path) as casework:
        audit = casework.audit
        (record,) = audit.records()
    assert (record.event.kind, record.event.who) == ("declaration imported", "ada")
    what = {name: one for name, one in record.event.what.items() if not name.startswith("sealed")}
    assert what == {
        "file": "declared.csv",
        "file_sha256": "ab" * 32,
        "suppliers": 1,
        "added": 2,
        "unchanged": 0,
    }


def test_all_or_none(store: DeclarationStore) -> None:
    broken = replace(YES, declared_on=None)  # type: ignore[arg-type]
    with pytest.raises(StorageError, match="cannot be stored"):
        save(store, NO, broken)
    assert store.history("S1") == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE declarations SET supplier_ref = 'S2'",
        "DELETE FROM declarations",
        "INSERT OR REPLACE INTO declarations SELECT * FROM declarations",
    ],
)
def test_a_declaration_is_never_changed(store: DeclarationStore, change: str) -> None:
    save(store, NO)
    with (
        closing(sqlite3.connect(store.path)) as other,
        pytest.raises(sqlite3.IntegrityError, match="never changed"),
    ):
        other.execute(change)
    assert store.history("S1") == [NO]
