"""All names of a list, ready to be searched: built at a refresh, saved, opened memory-mapped."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from duediligence.errors import StorageError
from duediligence.matching.index import arrays as storage
from duediligence.matching.index.entries import Entries, compile_entries
from duediligence.matching.index.search import EntrySearch
from duediligence.matching.subject import Subject
from duediligence.matching.version import DEFAULT_THRESHOLD, MATCHER_VERSION
from duediligence.model import ListEntry, Match

_FILE = "names.index"


class Index:
    """Searches the names of list entries. Made by `build` or `load`.

    `name` is that of the folder it was opened from, empty where it was built.
    """

    def __init__(self, arrays: storage.Arrays, name: str = "") -> None:
        self.name = name
        self._arrays = arrays
        self._entries = Entries(arrays)
        self._search = EntrySearch(arrays, self._entries)

    @classmethod
    def build(cls, entries: Iterable[ListEntry]) -> "Index":
        """Index the entries, of one list or of several."""
        return cls(compile_entries(entries))

    def save(self, path: Path | str, *, durable: bool = True) -> None:
        """Write the index into the directory `path`, made where missing. Raises StorageError."""
        folder = Path(path)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{folder} cannot be made: {error.strerror}") from error
        storage.write(folder / _FILE, MATCHER_VERSION, self._arrays, durable=durable)

    @classmethod
    def load(cls, path: Path | str) -> "Index":
        """Open a saved index. It stays valid on POSIX when its directory is replaced.

        Raises StorageError where it is missing, damaged or made by another version.
        """
        folder = Path(path)
        return cls(storage.read(folder / _FILE, MATCHER_VERSION), folder.name)

    def __len__(self) -> int:
        """The number of entries."""
        return len(self._entries)

    @property
    def names(self) -> int:
        """The number of names."""
        return self._entries.names

    def search(
        self,
        subject: Subject,
        *,
        threshold: float = DEFAULT_THRESHOLD,
        limit: int = 10,
        namesakes: bool = False,
    ) -> list[Match]:
        """Entries that may be the subject, at or above `threshold`, best first, one match each.

        A match is at the threshold by `Match.shown_up_to`: what differs beside strong names hides
        nothing. With `namesakes`, every match that is set aside for its birth date follows.
        """
        return self.search_chunk([subject], threshold, limit, namesakes=namesakes)[0]

    def search_chunk(
        self, subjects: Sequence[Subject], threshold: float, limit: int, *, namesakes: bool = False
    ) -> list[list[Match]]:
        """What `search` gives for each of some subjects, in this process."""
        found = self._search.chunk(subjects, threshold, limit)
        if namesakes:
            return found
        return [[match for match in matches if not match.set_aside] for matches in found]

    def search_many(
        self,
        subjects: Iterable[Subject],
        *,
        threshold: float = DEFAULT_THRESHOLD,
        limit: int = 10,
        workers: int | None = None,
        namesakes: bool = False,
    ) -> Iterator[list[Match]]:
        """What `search` gives for each subject, in the same order.

        `workers` is the number of processes; None takes what the machine has where the work is
        worth it. The results do not depend on it.
        """
        from duediligence.matching.index.workers import Options, search_with_workers

        return search_with_workers(self, subjects, Options(threshold, limit, namesakes), workers)
