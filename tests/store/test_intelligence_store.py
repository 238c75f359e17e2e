"""What is deleted is in no free space of the file."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from duediligence.extensions.sharing.model.intelligence import (
    Grade,
    IntelligenceMatch,
    IntelligenceReport,
    Provenance,
    ReportedParty,
)
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.store import database
from duediligence.store.casework.unit_of_work import Casework
from tests.homes import read_as_another_program
from tests.rows import for_each

AT = datetime(2026, 11, 20, tzinfo=UTC)
TODAY, SOON, LATER = date(2027, 1, 1), date(2026, 12, 1), date(2030, 1, 1)
GONE = "Vrox"


def report(words: str, weed_on: date) -> IntelligenceReport:
    return IntelligenceReport(
        grade=Grade(source="1", assessment="A", handling="P"),
        provenance=Provenance(source="anonymous", received_on=AT.date()),
        sanitised=words,
        raw="",
        parties=(ReportedParty(kind="person", name="Jo"),),
        review_on=TODAY,
        weed_on=weed_on,
    )


# With 791 a page that was rearranged keeps an old copy where rows are deleted one by one.
@for_each("seed", [0, 1, 791])
def test_no_old_copy_of_a_row_stays_in_a_page_that_was_rearranged(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    with Casework(tmp_path / "casework.db") as casework:
        store, kept = casework.repository(IntelligenceStore), list[IntelligenceReport]()
        for _ in range(60):
            weed = chance.random() < 0.4
            words = (GONE if weed else "kept") * (chance.randint(10, 3000) // 4 + 1)
            kept.append(store.keep(report(words, SOON if weed else LATER), "added", AT))
            if chance.random() < 0.5:
                place = chance.randrange(len(kept))
                mark = GONE if kept[place].weed_on == SOON else "kept"
                words = mark * (chance.randint(10, 3000) // 4)
                kept[place] = store.keep(replace(kept[place], sanitised=words), "reviewed", AT)
        with casework.retention.transaction(dry_run=False):
            gone = store.weed(TODAY, date(2000, 1, 1), "intelligence", AT)
        assert set(gone) == {one.number for one in kept if one.weed_on == SOON}
        assert store.all() == [one for one in kept if one.weed_on == LATER]
        assert store.log_is_empty()
        for path, body in read_as_another_program(tmp_path).items():
            assert GONE.encode() * 2 not in body, path.name


def test_a_match_that_is_as_it_was_is_left_alone_and_leaves_no_event(tmp_path: Path) -> None:
    with Casework(tmp_path / "casework.db") as casework:
        store = casework.repository(IntelligenceStore)
        one = store.keep(report("kept", LATER), "added", AT)
        match = IntelligenceMatch(one.number, "S1", 0.95, "director")
        store.rematch([match], AT, numbers=[one.number])
        head = casework.audit.head()
        store.rematch([match], AT, refs=["S1"])
        assert casework.audit.head() == head
        # Of other suppliers nothing was looked at.
        store.rematch([], AT, refs=["S2"])
        assert store.matches() == [match]
        store.rematch([replace(match, score=0.9)], AT, refs=["S1"])
        assert [found.score for found in store.matches()] == [0.9]
        store.rematch([], AT, refs=["S1"])
        assert store.matches() == []


def test_a_reader_that_holds_the_log_open_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.01)
    with (
        Casework(tmp_path / "casework.db") as casework,
        Casework(tmp_path / "casework.db") as other,
    ):
        casework.repository(IntelligenceStore).keep(report("kept", LATER), "added", AT)
        with other.snapshot():
            assert other.repository(IntelligenceStore).all()
            casework.repository(IntelligenceStore).keep(report("kept too", LATER), "added", AT)
            assert not casework.repository(IntelligenceStore).log_is_empty()
        assert casework.repository(IntelligenceStore).log_is_empty()
