"""Attempts: a row each, readable at any moment; and whom the registers say something new of."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.errors import StorageError
from duediligence.store.schedule import ScheduleStore

DUE = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ScheduleStore]:
    with closing(ScheduleStore(tmp_path / "schedule.db")) as opened:
        yield opened


def test_an_attempt_is_open_until_it_ends(store: ScheduleStore) -> None:
    number = store.begin("lists", DUE, DUE + MINUTE)
    (open_one,) = store.attempts("lists")
    assert (open_one.result, open_one.ended, open_one.due) == ("started", None, DUE)
    store.end(number, "done", "8 lists", DUE + 2 * MINUTE)
    (ended,) = store.attempts("lists")
    assert (ended.result, ended.ended, ended.detail) == ("done", DUE + 2 * MINUTE, "8 lists")
    assert store.attempts("digest") == []


def test_what_was_left_open_is_marked_and_nothing_else(store: ScheduleStore) -> None:
    store.end(store.begin("lists", DUE, DUE), "failed", "no network", DUE)
    store.begin("lists", DUE, DUE + MINUTE)
    store.close_open("killed", DUE + 2 * MINUTE)
    assert [(one.result, one.detail) for one in store.attempts("lists")] == [
        ("failed", "no network"),
        ("interrupted", "killed"),
    ]


def test_attempts_go_back_to_the_last_that_was_done(store: ScheduleStore) -> None:
    for result in ("failed", "done", "failed", "done", "failed", "interrupted"):
        store.end(store.begin("lists", DUE, DUE), result, "", DUE)  # type: ignore[arg-type]
    assert [one.result for one in store.attempts("lists")] == ["done", "failed", "interrupted"]


def test_a_job_is_known_since_it_was_first_seen(store: ScheduleStore) -> None:
    store.note_first_seen(["lists"], DUE)
    store.note_first_seen(["lists", "digest"], DUE + MINUTE)
    assert store.since() == {"lists": DUE, "digest": DUE + MINUTE}
    # It was met by a clock that ran ahead.
    store.note_first_seen(["lists"], DUE - MINUTE)
    assert store.since()["lists"] == DUE - MINUTE


def test_a_supplier_that_is_no_more_is_forgotten_with_what_a_stream_said_of_it(
    store: ScheduleStore,
) -> None:
    store.keep_dossiers({"S1": "a", "S2": "a"}, DUE)
    store.keep_stream("companies", 7, ["S1", "S2"], DUE)
    store.forget_dossiers_but(["S2"])
    assert (store.dossiers(), store.announced()) == ({"S2": "a"}, {"S2": DUE})
    store.keep_stream("companies", 9, [], DUE + MINUTE)
    assert (store.timepoints(), store.announced()) == ({"companies": 9}, {"S2": DUE})


def test_a_dossier_is_dated_by_its_last_change(store: ScheduleStore) -> None:
    assert store.keep_dossiers({"S1": "a", "S2": "a"}, DUE) == 2
    assert store.keep_dossiers({"S1": "a", "S2": "b"}, DUE + MINUTE) == 1
    assert store.keep_dossiers({}, DUE + 2 * MINUTE) == 0
    assert store.keep_dossiers({"S1": "c", "S2": "b"}, DUE + 2 * MINUTE, same={"S1"}) == 0
    assert store.dossiers() == {"S1": "c", "S2": "b"}
    assert store.dossiers_changed() == {"S1": DUE, "S2": DUE + MINUTE}
    store.forget_dossiers_but(["S2", "S3"])
    assert store.dossiers_changed() == {"S2": DUE + MINUTE}


def test_a_damaged_file_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "schedule.db"
    path.write_bytes(b"not a database at all, by far not")
    with pytest.raises(StorageError) as raised:
        ScheduleStore(path)
    assert str(path) in raised.value.message
