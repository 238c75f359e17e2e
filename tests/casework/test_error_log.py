"""How long the log for IT is kept, and that no fault in writing it stops the work."""

import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
import time_machine

from duediligence.logs import LOG_FOLDER, HomeLog
from tests.rows import for_each

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOST_BYTES = 5_000_000


def write(log: HomeLog, code: str) -> None:
    log.handle(logging.makeLogRecord({"name": "a test", "code": code}))


def log_of(home: Path) -> HomeLog:
    if home.is_dir():
        (home / "suppliers.csv").touch()
    log = HomeLog()
    log.use_home(home)
    return log


def test_a_day_is_kept_for_90_days(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(200):
            write(log, "a-code")
            clock.shift(timedelta(days=1))
    kept = sorted(path.stem for path in (tmp_path / LOG_FOLDER).iterdir())
    last = START.date() + timedelta(days=199)
    assert kept == [f"{last - timedelta(days=back)}" for back in range(89, -1, -1)]


def test_the_oldest_days_go_before_it_passes_5_mb(tmp_path: Path) -> None:
    log, folder = log_of(tmp_path), tmp_path / LOG_FOLDER
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(8):
            write(log, "a-code")
            (path,) = folder.glob(f"{datetime.now(UTC):%Y-%m-%d}.jsonl")
            with path.open("ab") as file:
                file.write(b"\n" * 1_000_000)
            write(log, "another-code")
            assert sum(one.stat().st_size for one in folder.iterdir()) <= MOST_BYTES
            clock.shift(timedelta(days=1))
    assert [path.stem for path in sorted(folder.iterdir())][-1] == "2026-03-09"


def test_the_same_within_a_minute_is_counted(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(7):
            write(log, "a-code")
        clock.shift(60)
        write(log, "a-code")
    text = (tmp_path / LOG_FOLDER / "2026-03-02.jsonl").read_text("utf-8")
    assert [json.loads(line)["count"] for line in filter(None, text.splitlines())] == [1, 7]


def test_lines_of_several_writers_stay_whole(tmp_path: Path) -> None:
    def write_many(who: int) -> None:
        log = log_of(tmp_path)
        for number in range(200):
            write(log, f"{who}-{number}")

    threads = [Thread(target=write_many, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [
        json.loads(line)["codes"][0]
        for path in (tmp_path / LOG_FOLDER).iterdir()
        for line in filter(None, path.read_text("utf-8").splitlines())
    ]
    assert sorted(lines) == sorted(f"{who}-{number}" for who in range(4) for number in range(200))


def fill_the_disk(folder: Path) -> None:
    folder.mkdir()
    (folder / f"{START:%Y-%m-%d}.jsonl").symlink_to("/dev/full")


@for_each("spoil", [Path.touch, fill_the_disk], ids=["no folder can be made", "full disk"])
@pytest.mark.skipif(os.name == "nt", reason="has no such device")
def test_what_keeps_it_from_being_written_stops_nothing(
    spoil: Callable[[Path], None], tmp_path: Path
) -> None:
    log, folder = log_of(tmp_path), tmp_path / LOG_FOLDER
    spoil(folder)
    with time_machine.travel(START, tick=False):
        write(log, "first")
        (folder.unlink if folder.is_file() else next(folder.iterdir()).unlink)()
        write(log, "second")
        log.flush()
        text = (folder / f"{START:%Y-%m-%d}.jsonl").read_text("utf-8")
    # Neither is lost once it can be written again.
    assert {json.loads(line)["codes"][0] for line in filter(None, text.splitlines())} == {
        "first",
        "second",
    }


def test_it_makes_no_home(tmp_path: Path) -> None:
    write(log_of(tmp_path / "none"), "a-code")
    assert not (tmp_path / "none").exists()
