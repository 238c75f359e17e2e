"""What a worker does not answer for is never taken for done."""

from pathlib import Path

import pytest

from duediligence.bulk_register.lookup import workers
from duediligence.bulk_register.lookup.plan import Job, Part, Rules

PARTS = [Part("companies", number, 6) for number in range(6)]
# What stands in the place of an answer: nothing, half a line, a progress bar, another type.
ANSWERS = ["", "half", "100% ████", "7", "[1, 2]", "\x00\xff"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_cannot_be_read_is_a_failure_of_its_part(
    answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noisy = (
        "import sys\nsys.stdin.readline()\nfor _ in sys.stdin:\n"
        f"    sys.stdout.write({answer!r} + {'' if answer == 'half' else chr(10)!r})\n"
        "    sys.stdout.flush()\n    " + ("break" if answer in ("", "half") else "pass")
    )
    monkeypatch.setattr(workers, "_WORKER", noisy)
    done: list[None] = []
    failures = workers.in_processes(2)(_job(tmp_path), PARTS, lambda: done.append(None))
    assert set(failures) == set(PARTS)
    assert len(done) == len(PARTS)


def test_parts_are_failures_where_no_process_can_be_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers.sys, "executable", str(tmp_path / "no interpreter"))
    failures = workers.in_processes(2)(_job(tmp_path), PARTS, lambda: None)
    assert set(failures) == set(PARTS)


def _job(folder: Path) -> Job:
    return Job(rules=Rules(register="r", lists={}), folder=str(folder), indexes={}, merged="")
