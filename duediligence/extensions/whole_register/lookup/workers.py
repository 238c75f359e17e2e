"""Do the parts of a plan in several processes of this machine.

Workers are plain child processes, as those of the matcher are. One that ends before its time, as
where memory ran out, is replaced, and its part given out again.
"""

import logging
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec

from duediligence.children import OWN_GROUP, end_with_parent, how_it_ended
from duediligence.errors import DuediligenceError
from duediligence.extensions.whole_register.lookup.layers import DoParts, Failures
from duediligence.extensions.whole_register.lookup.parts import PartSearch
from duediligence.extensions.whole_register.lookup.plan import LookupPart, WorkerJob
from duediligence.typed_data import decode_json

_log = logging.getLogger(__name__)
_WORKER = f"from {__name__} import answer_stdin; answer_stdin()"
_TRIES = 3
_MOST = 8


def in_processes(workers: int | None) -> DoParts:
    """Return what does parts in a number of processes; None takes what the machine has.

    Everything done stays done where it is stopped.
    """
    count = workers or min(_MOST, os.cpu_count() or 1)

    def do(job: WorkerJob, parts: Sequence[LookupPart], done: Callable[[], object]) -> Failures:
        if count == 1 or len(parts) < 2:
            return _search_in_process(job, parts, done)
        crew = _Crew(job, parts, done)
        crew.run(min(count, len(parts)))
        return crew.failures

    return do


def _search_in_process(
    job: WorkerJob, parts: Sequence[LookupPart], done: Callable[[], object]
) -> Failures:
    failures: dict[LookupPart, str] = {}
    search = PartSearch(job)
    try:
        for part in parts:
            try:
                search.run(part)
            except DuediligenceError as error:
                failures[part] = error.message
            done()
    finally:
        search.close()
    return failures


class _Crew:
    """The worker processes, a thread for each, and the parts that are left."""

    def __init__(
        self, job: WorkerJob, parts: Sequence[LookupPart], done: Callable[[], object]
    ) -> None:
        self._job = msgspec.json.encode(job)
        self._left = deque(parts)
        self._tries: dict[LookupPart, int] = {}
        self._unanswered = set(parts)
        self._done = done
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._stopped = False
        self.failures: dict[LookupPart, str] = {}

    def run(self, count: int) -> None:
        threads = [threading.Thread(target=self._feed, daemon=True) for _ in range(count)]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.2)
        finally:
            with self._lock:
                self._stopped = True
                for process in self._processes:
                    process.kill()
            for thread in threads:
                thread.join()
        # Where a thread ended by an error of ours, what it left undone is never taken for done.
        for part in self._unanswered - self.failures.keys():
            self.failures[part] = "it was not given to a process"

    def _feed(self) -> None:
        process: subprocess.Popen[bytes] | None = None
        while (part := self._take()) is not None:
            if process is None:
                process = self._start()
            answer = _ask_worker(process, part) if process else None
            ended = "it could not be started"
            if answer is None and process is not None:
                self._end(process)
                ended = how_it_ended(process.returncode)
                _log.error("a process that looks companies up ended: %s", ended)
                process = None
            self._note(part, answer, ended)
        if process is not None:
            self._end(process)

    def _take(self) -> LookupPart | None:
        with self._lock:
            return self._left.popleft() if self._left and not self._stopped else None

    def _note(self, part: LookupPart, answer: str | None, ended: str) -> None:
        with self._lock:
            if self._stopped:
                return
            tries = self._tries[part] = self._tries.get(part, 0) + 1
            if answer is None and tries < _TRIES:
                self._left.append(part)
                return
            if answer is None:
                self.failures[part] = f"its process ended {tries} times; the last: {ended}"
            elif answer:
                self.failures[part] = answer
            self._unanswered.discard(part)
            self._done()

    def _start(self) -> "subprocess.Popen[bytes] | None":
        with self._lock:
            if self._stopped:
                return None
            try:
                process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-c", _WORKER],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    **OWN_GROUP,
                )
            except OSError:  # no memory for another
                return None
            self._processes.add(process)
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.write(self._job + b"\n")
            process.stdin.flush()
        return process

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()
        with self._lock:
            self._processes.discard(process)


def _ask_worker(process: "subprocess.Popen[bytes]", part: LookupPart) -> str | None:
    """Return why the part was not done, or an empty text; None where the process ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(msgspec.json.encode(part) + b"\n")
        process.stdin.flush()
        line = process.stdout.readline()
    except OSError:
        return None
    try:
        return decode_json(line, str)
    except msgspec.DecodeError:
        return None


def answer_stdin() -> None:
    """Be a worker: the first line is the job, each further one a part. Ends with its input.

    Answers have the standard output for themselves: what a library prints there goes to the
    standard error.
    """
    end_with_parent()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # Whoever asked may have been stopped: then nobody reads the answer.
    with suppress(BrokenPipeError):
        search = PartSearch(decode_json(sys.stdin.buffer.readline(), WorkerJob))
        for line in sys.stdin.buffer:
            try:
                search.run(decode_json(line, LookupPart))
                answer = ""
            except DuediligenceError as error:
                answer = error.message
            answers.write(msgspec.json.encode(answer) + b"\n")
            answers.flush()
