"""What a worker does not answer for is never taken for done."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from duediligence.errors import UsageError
from duediligence.extensions.whole_register.lookup import workers
from duediligence.extensions.whole_register.lookup.parts import PartSearch
from duediligence.extensions.whole_register.lookup.plan import LookupPart, LookupRules, WorkerJob
from duediligence.extensions.whole_register.lookup.shared_storage import SharedFiles
from tests.rows import for_each

PARTS = [LookupPart("companies", number, 2) for number in range(2)]
# What stands in the place of an answer: nothing, half a line, another type, no text.
ANSWERS = ["", "half", "[1, 2]", "\x00\xff"]


@for_each("answer", ANSWERS)
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


@for_each(
    "other",
    [
        lambda job: replace(job, program="0.0.1"),
        lambda job: replace(job, rules=replace(job.rules, matcher="older")),
        lambda job: replace(job, rules=replace(job.rules, form=99)),
    ],
)
@for_each("place", ["", "memory://bucket"])
def test_a_worker_of_another_version_does_nothing(
    other: Callable[[WorkerJob], WorkerJob], place: str, tmp_path: Path
) -> None:
    job = other(_job(tmp_path))
    with pytest.raises(UsageError, match="install the same version"):
        SharedFiles(job, place).open()
    with pytest.raises(UsageError, match="install the same version"):
        PartSearch(job)


def _job(folder: Path) -> WorkerJob:
    return WorkerJob(
        rules=LookupRules(register="r", lists={}), folder=str(folder), indexes={}, merged=""
    )
