"""An index of the entries of lists: built, saved, loaded, searched by one process or several.

Workers are plain child processes that open the saved index, so that they start alike on every
platform and never run the caller's own script again.
"""

import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import IO, TypedDict, Unpack

import msgspec

from duediligence.children import OWN_GROUP, end_with_parent, how_it_ended
from duediligence.errors import Hint, OptionRemark, StorageError
from duediligence.matching.compare import DEFAULT_THRESHOLD, MATCHER_VERSION
from duediligence.matching.evidence import Subject
from duediligence.matching.index import arrays as storage
from duediligence.matching.index.rows import Entries, compile_entries
from duediligence.matching.index.search import EntrySearch, select_best_matches
from duediligence.model import ListEntry, Match
from duediligence.writing import make_folder

_FILE = "names.index"
_log = logging.getLogger(__name__)


# The matches of one subject, by the number of the list.
Found = dict[int, list[Match]]
MOST_MATCHES = 10


class SearchOptions(TypedDict, total=False):
    """How to search.

    `limit` is the most matches of each list, 10 where it is not given. `workers` is the number of
    processes; None takes what the machine has where the work is worth it. The results do not depend
    on it. With `namesakes`, every match that is set aside for its birth date follows the others.
    """

    limit: int
    workers: int | None
    namesakes: bool


class Index:
    """Searches the names of list entries. Made by `build` or `load`.

    `name` is that of the folder it was opened from, empty where it was built.
    """

    def __init__(self, arrays: storage.Arrays, name: str = "") -> None:
        self.name = name
        self.arrays = arrays
        self.entries = Entries(arrays)
        self._search = EntrySearch(arrays, self.entries)

    @classmethod
    def build(cls, entries: Iterable[ListEntry]) -> "Index":
        """Index the entries, of one list or of several."""
        return cls(compile_entries(entries))

    def save(self, path: Path | str, *, durable: bool = True, made_of: str = "") -> str:
        """Write the index into the directory `path`, made where missing; the SHA-256 of its file.

        `made_of` names what it was merged from. Raises StorageError.
        """
        folder = Path(path)
        try:
            make_folder(folder)
        except OSError as error:
            raise StorageError(f"{folder} cannot be created: {error.strerror}") from error
        return storage.write(
            index_file(folder), _format_index_version(made_of), self.arrays, durable=durable
        )

    @classmethod
    def load(cls, path: Path | str, *, made_of: str = "", recorded: str = "") -> "Index":
        """Open a saved index. It stays valid on POSIX when its directory is replaced.

        Raises StorageError where it is missing, damaged or made by another version, merged from
        anything but `made_of`, or has another SHA-256 than `recorded`, where that is given.
        """
        folder = Path(path)
        arrays = storage.read(index_file(folder), _format_index_version(made_of), recorded)
        return cls(arrays, folder.name)

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.entries)

    @property
    def lists(self) -> int:
        """Return the number of lists that were merged into it, or 1."""
        return len(self._search.list_first)

    @property
    def names(self) -> int:
        """Return the number of names."""
        return self.entries.names

    def search(
        self,
        subject: Subject,
        *,
        threshold: float = DEFAULT_THRESHOLD,
        **options: Unpack[SearchOptions],
    ) -> list[Match]:
        """Return entries that may be the subject, at or above `threshold`, best first, each once.

        A match is at the threshold by `Match.shown_up_to`: what differs beside strong names hides
        nothing.
        """
        options["workers"] = 1
        return next(self.search_many([subject], threshold=threshold, **options))

    def search_many(
        self,
        subjects: Iterable[Subject],
        *,
        threshold: float = DEFAULT_THRESHOLD,
        **options: Unpack[SearchOptions],
    ) -> Iterator[list[Match]]:
        """Yield what `search` gives for each subject, in the same order."""
        limit = options.setdefault("limit", MOST_MATCHES)
        for found in self.search_lists(subjects, [threshold] * self.lists, **options):
            every = chain.from_iterable(found.values())
            yield select_best_matches(every, limit) if len(found) > 1 else list(every)

    def search_lists(
        self,
        subjects: Iterable[Subject],
        thresholds: Sequence[float],
        **options: Unpack[SearchOptions],
    ) -> Iterator[Found]:
        """Return the matches of each subject by the number of the list.

        `thresholds` has one for each list; an infinite one leaves the list out.
        """
        limit, namesakes = options.get("limit", MOST_MATCHES), options.get("namesakes", False)
        task = Options(tuple(thresholds), limit, namesakes)
        return _search_with_workers(self, subjects, task, options.get("workers"))

    def search_chunk(self, subjects: Sequence[Subject], options: "Options") -> list[Found]:
        """Return what `search_lists` gives for some subjects, in this process."""
        found = self._search.chunk(subjects, options.thresholds, options.limit)
        return found if options.namesakes else [_without_namesakes(one) for one in found]


def index_file(folder: Path) -> Path:
    """Return the file of an index saved in a directory."""
    return folder / _FILE


def _format_index_version(made_of: str) -> str:
    return f"{MATCHER_VERSION} {made_of}".strip()


def _without_namesakes(found: Found) -> Found:
    shown = {number: [m for m in matches if not m.set_aside] for number, matches in found.items()}
    return {number: matches for number, matches in shown.items() if matches}


# What a worker runs. `-m` would run a second copy of this module, and warn of it on the screen.
_WORKER = "from duediligence.matching.index.index import answer_stdin; answer_stdin()"
_CHUNK = 512
_WORTH_IT = 3_000  # subjects below which starting processes costs more than it saves
_MOST = 8
_encode = msgspec.msgpack.encode


class Options(msgspec.Struct, array_like=True, frozen=True):
    """How to search: see `Index.search_lists`."""

    thresholds: tuple[float, ...]
    limit: int
    namesakes: bool


class _Task(msgspec.Struct, array_like=True):
    subjects: list[Subject]
    options: Options


def _search_with_workers(
    index: Index, subjects: Iterable[Subject], options: Options, workers: int | None
) -> Iterator[Found]:
    """Search the subjects in chunks, in order; see `Index.search_lists`."""
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers}")
    subjects = iter(subjects)
    first = list(islice(subjects, _CHUNK if workers else _WORTH_IT))
    if workers is None:
        workers = min(_MOST, os.cpu_count() or 1) if len(first) == _WORTH_IT else 1
    subjects = chain(first, subjects)
    chunks = iter(lambda: list(islice(subjects, _CHUNK)), [])
    if workers == 1 or len(first) < _CHUNK:
        for chunk in chunks:
            yield from index.search_chunk(chunk, options)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    idle: SimpleQueue[Index | _Helper] = SimpleQueue()

    def search(chunk: list[Subject]) -> list[Found]:
        searcher = idle.get()
        try:
            return searcher.search_chunk(chunk, options)
        finally:
            idle.put(searcher)

    with TemporaryDirectory(prefix="duediligence-") as scratch, ThreadPoolExecutor(workers) as pool:
        # The index's own file may have been replaced since it was opened: workers get a copy.
        index.save(scratch, durable=False)
        helpers = [_Helper(scratch) for _ in range(workers - 1)]
        idle.put(index)
        for helper in helpers:
            idle.put(helper)
        try:
            ready: deque[Future[list[Found]]] = deque()
            for chunk in chunks:
                ready.append(pool.submit(search, chunk))
                if len(ready) > 2 * workers:
                    yield from ready.popleft().result()
            while ready:
                yield from ready.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for helper in helpers:
                helper.stop()


class _Helper:
    """A child process that searches."""

    def __init__(self, path: str) -> None:
        self._stopped = False
        self._decode = msgspec.msgpack.Decoder(list[Found]).decode
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _WORKER, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            **OWN_GROUP,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._pipes = self._process.stdin, self._process.stdout

    def search_chunk(self, subjects: list[Subject], options: Options) -> list[Found]:
        stdin, stdout = self._pipes
        with suppress(BrokenPipeError):  # it has ended, and has no answer
            write_frame(stdin, _encode(_Task(subjects, options)))
        answer = read_frame(stdout)
        if answer is not None:
            return self._decode(answer)
        how = how_it_ended(self._process.wait())
        if not self._stopped:
            _log.error("a search worker ended: %s", how)
        raise StorageError(
            f"a search worker ended before it finished: {how}",
            hint=Hint(OptionRemark("Try --workers 1.")),
        )

    def stop(self) -> None:
        self._stopped = True
        self._process.kill()
        for pipe in self._pipes:
            with suppress(OSError):
                pipe.close()
        self._process.wait()


def write_frame(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(8, "little") + data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes | None:
    """Return the next frame, or None at the end."""
    head = pipe.read(8)
    if len(head) < 8:
        return None
    size = int.from_bytes(head, "little")
    data = pipe.read(size)
    return data if len(data) == size else None


def answer_tasks(path: Path, requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer tasks until there are no more: the body of a worker."""

    index = Index.load(path)
    decoder = msgspec.msgpack.Decoder(_Task)
    while (frame := read_frame(requests)) is not None:
        task = decoder.decode(frame)
        write_frame(answers, _encode(index.search_chunk(task.subjects, task.options)))


def answer_stdin() -> None:
    """Be a worker on the index that the first argument names."""
    end_with_parent()
    # Whoever asked may have been stopped: then nobody reads the answer.
    with suppress(BrokenPipeError):
        answer_tasks(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
