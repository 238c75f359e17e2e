"""All names of a list, ready to be searched: built at a refresh, saved, opened memory-mapped."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.errors import StorageError
from duediligence.matching.index import arrays as storage
from duediligence.matching.index.entries import Entries, compile_entries
from duediligence.matching.index.search import EntrySearch, first
from duediligence.matching.subject import Subject
from duediligence.matching.version import DEFAULT_THRESHOLD, MATCHER_VERSION
from duediligence.model import ListEntry, Match

if TYPE_CHECKING:
    from duediligence.matching.index.workers import Options

_FILE = "names.index"


class Index:
    """Searches the names of list entries. Made by `build` or `load`.

    `name` is that of the folder it was opened from, empty where it was built.
    """

    def __init__(self, arrays: storage.Arrays, name: str = "") -> None:
        self.name = name
        self.arrays = arrays
        self._entries = Entries(arrays)
        self._search = EntrySearch(arrays, self._entries)

    @classmethod
    def build(cls, entries: Iterable[ListEntry]) -> "Index":
        """Index the entries, of one list or of several."""
        return cls(compile_entries(entries))

    def save(self, path: Path | str, *, durable: bool = True, made_of: str = "") -> None:
        """Write the index into the directory `path`, made where missing. Raises StorageError.

        `made_of` names what it was merged from.
        """
        folder = Path(path)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{folder} cannot be made: {error.strerror}") from error
        storage.write(index_file(folder), _version(made_of), self.arrays, durable=durable)

    @classmethod
    def load(cls, path: Path | str, *, made_of: str = "") -> "Index":
        """Open a saved index. It stays valid on POSIX when its directory is replaced.

        Raises StorageError where it is missing, damaged or made by another version, or merged
        from anything but `made_of`.
        """
        folder = Path(path)
        return cls(storage.read(index_file(folder), _version(made_of)), folder.name)

    def __len__(self) -> int:
        """The number of entries."""
        return len(self._entries)

    @property
    def lists(self) -> int:
        """The number of lists that were merged into it, or 1."""
        return self._search.lists

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
        return next(
            self.search_many(
                [subject], threshold=threshold, limit=limit, workers=1, namesakes=namesakes
            )
        )

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
        thresholds = [threshold] * self.lists
        for found in self.search_lists(
            subjects, thresholds, limit=limit, workers=workers, namesakes=namesakes
        ):
            yield _together(found, limit)

    def search_lists(
        self,
        subjects: Iterable[Subject],
        thresholds: Sequence[float],
        *,
        limit: int,
        workers: int | None = None,
        namesakes: bool = False,
    ) -> Iterator[dict[int, list[Match]]]:
        """The matches of each subject by the number of the list, `limit` of each list.

        `thresholds` has one for each list; an infinite one leaves the list out.
        """
        from duediligence.matching.index.workers import Options, search_with_workers

        options = Options(tuple(thresholds), limit, namesakes)
        return search_with_workers(self, subjects, options, workers)

    def search_chunk(
        self, subjects: Sequence[Subject], options: "Options"
    ) -> list[dict[int, list[Match]]]:
        """What `search_lists` gives for some subjects, in this process."""
        found = self._search.chunk(subjects, options.thresholds, options.limit)
        return found if options.namesakes else [_without_namesakes(one) for one in found]


def index_file(folder: Path) -> Path:
    """The file of an index saved in a directory."""
    return folder / _FILE


def _version(made_of: str) -> str:
    return f"{MATCHER_VERSION} {made_of}".strip()


def _together(found: dict[int, list[Match]], limit: int) -> list[Match]:
    """The matches of all lists as those of one."""
    if len(found) < 2:
        return next(iter(found.values()), [])
    return first(chain.from_iterable(found.values()), limit)


def _without_namesakes(found: dict[int, list[Match]]) -> dict[int, list[Match]]:
    shown = {
        number: [match for match in matches if not match.set_aside]
        for number, matches in found.items()
    }
    return {number: matches for number, matches in shown.items() if matches}
