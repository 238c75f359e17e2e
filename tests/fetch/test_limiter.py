"""How often a key asks: never more than allowed, whoever asks, and not slower than it may."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.fetch.limiter import Limiter


class Time:
    """A clock that moves only by sleeping."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def _limiter(file: Path, clock: Time, **options: float) -> Limiter:
    return Limiter(file, clock=clock, sleep=clock.sleep, **options)


def test_a_batch_takes_as_long_as_the_limit_allows(tmp_path: Path) -> None:
    clock = Time()
    limiter = _limiter(tmp_path / "a", clock)
    began = clock.now
    taken = []
    for _ in range(3000):
        limiter.take()
        taken.append(clock.now)
    assert 1200 <= clock.now - began <= 1200 * 1.011
    for number, at in enumerate(taken[600:]):
        assert at - taken[number] > 300


def test_the_window_is_the_one_that_the_server_tells_of(tmp_path: Path) -> None:
    clock = Time()
    limiter = _limiter(tmp_path / "a", clock)
    limiter.take()
    limiter.update(599, clock.now + 40, 600)
    for _ in range(599):
        limiter.take()
    before = clock.now
    limiter.take()
    assert 40 <= clock.now - before <= 44


def test_who_else_uses_the_key_is_left_some(tmp_path: Path) -> None:
    clock = Time()
    limiter = _limiter(tmp_path / "a", clock)
    limiter.take()
    limiter.update(20, clock.now + 100)
    before = clock.now
    for _ in range(15):
        limiter.take()
    assert clock.now == before
    limiter.take()
    assert clock.now > before + 99


def test_an_overtaken_answer_changes_nothing(tmp_path: Path) -> None:
    clock = Time()
    limiter = _limiter(tmp_path / "a", clock)
    limiter.take()
    limiter.update(599, clock.now + 290)
    limiter.update(0, clock.now - 10)
    before = clock.now
    limiter.take()
    assert clock.now == before


def test_a_server_that_allows_more_or_less_is_believed(tmp_path: Path) -> None:
    for allowed in (1200, 60):
        clock = Time()
        limiter = _limiter(tmp_path / str(allowed), clock)
        limiter.take()
        limiter.update(allowed - 1, clock.now + 300, allowed)
        before = clock.now
        for _ in range(allowed - 1):
            limiter.take()
        assert clock.now == before
        limiter.take()
        assert clock.now > before


def test_a_hold_is_everybodys(tmp_path: Path) -> None:
    clock = Time()
    _limiter(tmp_path / "a", clock).hold(120)
    before = clock.now
    _limiter(tmp_path / "a", clock).take()
    assert 120 <= clock.now - before < 125


def test_no_wait_is_longer_than_310_seconds(tmp_path: Path) -> None:
    clock = Time()
    limiter = _limiter(tmp_path / "a", clock)
    limiter.update(0, clock.now + 1_000_000)
    before = clock.now
    limiter.take()
    assert clock.now - before <= 310


@given(content=st.binary(max_size=40))
def test_a_damaged_state_stops_nobody(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("limit") / "a"
    file.write_bytes(content)
    clock = Time()
    before = clock.now
    for _ in range(3):
        _limiter(file, clock).take()
    assert clock.now - before <= 3 * 310


def test_a_clock_set_back_stops_nobody(tmp_path: Path) -> None:
    clock = Time()
    _limiter(tmp_path / "a", clock).hold()
    clock.now -= 86_400
    before = clock.now
    _limiter(tmp_path / "a", clock).take()
    assert clock.now == before


def test_keys_do_not_share_and_their_files_do_not_tell(tmp_path: Path) -> None:
    for key in ("s3cret-1", "s3cret-2"):
        Limiter.for_key(tmp_path, key).take()
    names = [path.name for path in tmp_path.iterdir()]
    assert len(names) == 2
    assert not any("s3cret" in name for name in names)


def _take(file: Path, count: int, told) -> None:
    read = []

    def clock() -> float:
        read.append(time.time())
        return read[-1]

    limiter = Limiter(file, allowed=40, window=1, clock=clock)
    for _ in range(count):
        limiter.take()
        # What the limiter itself went by: however long this process then waits to be heard.
        told.put(read[-1])


@pytest.mark.soak
def test_processes_share_one_limit_even_when_one_is_killed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    workers = [context.Process(target=_take, args=(tmp_path / "a", 40, told)) for _ in range(3)]
    endless = context.Process(target=_take, args=(tmp_path / "a", 10_000, context.Queue()))
    for worker in (*workers, endless):
        worker.start()
    taken = sorted(told.get(timeout=30) for _ in range(20))
    assert endless.pid is not None
    os.kill(endless.pid, signal.SIGKILL)
    endless.join()
    taken += [told.get(timeout=30) for _ in range(100)]
    for worker in workers:
        worker.join()
    taken.sort()
    # Between two that stand 81 apart lies at least one whole window, with its 40.
    assert all(later - taken[i] >= 1 for i, later in enumerate(taken[81:]))
