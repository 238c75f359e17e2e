"""Links by hand: kept for ever, the newest counts."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.model import Identifier
from duediligence.store.casework.suppliers import Link, LinkStore
from duediligence.store.casework.unit_of_work import Casework

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
QUILL = Identifier("GB-COH", "99000001")
FERROW = Identifier("GB-SC", "SC099002")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LinkStore]:
    with Casework(tmp_path / "casework.db") as casework:
        opened = casework.links
        yield opened


def link(identifier: Identifier | None, *, ref: str = "S1", at: datetime = NOW) -> Link:
    return Link(supplier_ref=ref, identifier=identifier, by="Ada Ferrow", at=at, note="rang them")


def test_the_newest_counts_and_the_history_stays(store: LinkStore) -> None:
    links = [link(QUILL), link(FERROW), link(None)]
    for one in links:
        store.add(one)
    assert store.history("S1") == links
    assert store.newest() == {"S1": links[-1]}


def test_newest_is_the_one_made_last_though_the_clock_was_set_back(store: LinkStore) -> None:
    store.add(link(QUILL))
    store.add(link(FERROW, at=NOW - timedelta(days=400)))
    assert store.newest()["S1"].identifier == FERROW


def test_each_supplier_has_its_own(store: LinkStore) -> None:
    store.add(link(QUILL))
    store.add(link(FERROW, ref="S2"))
    assert {ref: one.identifier for ref, one in store.newest().items()} == {
        "S1": QUILL,
        "S2": FERROW,
    }
    assert store.history("S3") == []


@pytest.mark.parametrize("change", ["UPDATE links SET number = '1'", "DELETE FROM links"])
def test_a_link_is_never_changed(store: LinkStore, change: str) -> None:
    store.add(link(QUILL))
    with (
        closing(sqlite3.connect(store.path)) as other,
        pytest.raises(sqlite3.IntegrityError, match="never changed"),
    ):
        other.execute(change)
    assert store.newest()["S1"].identifier == QUILL
