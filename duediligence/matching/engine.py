"""Look parties up on several lists in one pass."""

import os
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain, pairwise
from math import inf
from pathlib import Path
from time import time
from typing import Unpack

import numpy as np

from duediligence.errors import StorageError
from duediligence.matching.compare import DEFAULT_THRESHOLD
from duediligence.matching.evidence import Subject
from duediligence.matching.index.arrays import I64, Arrays, prefix_of, side_of, starts_of
from duediligence.matching.index.index import Index, SearchOptions, index_file
from duediligence.matching.index.rows import invert_row_words
from duediligence.matching.index.vocabulary import sort_vocabulary
from duediligence.model import Match
from duediligence.writing import rename

# A list whose index is larger has half the work of a look-up to itself, and is not worth copying.
_LARGE = 64 * 2**20
_A_DAY = 86_400

Found = dict[str, list[Match]]
Stamp = tuple[tuple[str, str, int, int], ...]

_OF_WORDS = ("key_", "exact_", "word_", "row_word", "post_")
_SIDES = tuple(prefix_of(person) for person in (True, False))


@dataclass(frozen=True, slots=True)
class RecordedHashes:
    """The SHA-256 that indexes must have: those of lists, by list, and the merged one, if known."""

    lists: Mapping[str, str] = field(default_factory=dict)
    merged: str = ""


class Engine:
    """Several lists, searched in one pass. Made by `open`.

    The lists share one index, merged from theirs, in which each word of a party is looked up once
    rather than once a list. Scores rest on a party and an entry alone, so that each list gives
    what its own index gives. `unreadable` says, by list, why one cannot be searched, `merged` is
    the SHA-256 of the merged index where it was merged here.
    """

    def __init__(self, folders: Mapping[str, Path], recorded: RecordedHashes | None = None) -> None:
        self._folders = folders
        self._recorded = recorded
        self._own: dict[str, Index] = {}
        self._merged: Index | None = None
        self._together: tuple[str, ...] = ()
        self.unreadable: dict[str, StorageError] = {}
        self.unmerged = False
        self.merged = ""
        self.stamp = stamp_indexes(folders)

    @classmethod
    def open(
        cls,
        folders: Mapping[str, Path],
        cache: Path,
        *,
        merge: bool = True,
        recorded: RecordedHashes | None = None,
    ) -> "Engine":
        """Open the indexes in `folders`, by list; each file is verified once, here: against what is
        `recorded` of it, where that is given, and then no other file is searched.

        The merged index is kept in the folder `cache`, under a name made of what it was merged
        from. Where it is missing, damaged or made of other versions it is merged again, which takes
        seconds; without `merge` the engine is `unmerged` instead, gives the same and is slower.
        """
        engine = cls(folders, recorded)
        sizes: dict[str, int] = {}
        for list_id, folder in sorted(folders.items()):
            try:
                sizes[list_id] = index_file(folder).stat().st_size
            except OSError:
                engine._open(list_id)  # which says why it cannot be
        small = [list_id for list_id, size in sizes.items() if size <= _LARGE]
        for list_id in sizes.keys() - set(small):
            engine._open(list_id)
        if len(small) < 2 or not engine._open_merged(small, cache):
            for list_id in small:
                engine._open(list_id)
            readable = [list_id for list_id in small if list_id not in engine.unreadable]
            if len(readable) > 1 and not engine._open_merged(readable, cache):
                engine.unmerged = True
                if merge:
                    engine._merge(readable, cache)
        return engine

    def is_of(self, folders: Mapping[str, Path], recorded: RecordedHashes) -> bool:
        """Return whether these very indexes were opened, as they are recorded."""
        known = self._recorded.lists if self._recorded else None
        return self.stamp == stamp_indexes(folders) and known == recorded.lists

    @property
    def lists(self) -> frozenset[str]:
        """Return the lists that can be searched, by id."""
        return frozenset(self._folders.keys() - self.unreadable.keys())

    def index_name(self, list_id: str) -> str:
        """Return the name of the folder with the list's own index, which no other version
        shares.
        """
        return self._folders[list_id].name

    def every_name(self, lists: Collection[str]) -> Iterator[tuple[str, str, str]]:
        """Return the list, the entry's id and the text of each name on these lists.

        Raises StorageError for a list that cannot be searched.
        """
        for index, ids in self._parts(lists):
            for list_id, entry_id, text in index.entries.every_name():
                if list_id in lists or ids == (list_id,):
                    yield list_id, entry_id, text

    def search(
        self,
        subject: Subject,
        *,
        lists: Iterable[str] | None = None,
        threshold: float = DEFAULT_THRESHOLD,
        **options: Unpack[SearchOptions],
    ) -> Found:
        """Return the matches of one party on all lists (or on `lists`), by list, best first.

        Lists on which nothing is found are left out. Raises StorageError for a list that cannot be
        searched.
        """
        chosen = dict.fromkeys(self.lists if lists is None else lists, threshold)
        options["workers"] = 1
        return next(self.search_many([subject], chosen, **options))

    def search_many(
        self,
        subjects: Iterable[Subject],
        thresholds: Mapping[str, float],
        **options: Unpack[SearchOptions],
    ) -> Iterator[Found]:
        """Yield what `search` gives for each subject, in order, on the lists that have a threshold.

        Raises StorageError for a list that cannot be searched: unknown is not clear.
        """
        for list_id in thresholds:
            if list_id in self.unreadable:
                raise self.unreadable[list_id]
        parts = self._parts(thresholds)
        if not parts:
            yield from ({} for _ in subjects)
            return
        if len(parts) > 1:
            subjects = list(subjects)

        def search(index: Index, ids: Sequence[str]) -> Iterator[Found]:
            least = [thresholds.get(list_id, inf) for list_id in ids]
            for one in index.search_lists(subjects, least, **options):
                yield {ids[place]: matches for place, matches in one.items()}

        # Only the last search is left to be done as its results are asked for.
        *others, last = (search(*part) for part in parts)
        found = zip(*map(list, others), last, strict=True)
        yield from (dict(chain.from_iterable(one.items() for one in some)) for some in found)

    def _parts(self, wanted: Iterable[str]) -> list[tuple[Index, tuple[str, ...]]]:
        """Return the indexes to search, each with its lists in order."""
        alone = [list_id for list_id in wanted if list_id not in self._together]
        shared = [list_id for list_id in wanted if list_id in self._together]
        if len(shared) == 1:
            with suppress(StorageError):
                return [(self._index(list_id), (list_id,)) for list_id in (*alone, *shared)]
        parts: list[tuple[Index, tuple[str, ...]]]
        parts = [(self._index(list_id), (list_id,)) for list_id in alone]
        return [*parts, (self._merged, self._together)] if shared and self._merged else parts

    def _index(self, list_id: str) -> Index:
        """Return the list's own index. Raises StorageError."""
        known = self._own.get(list_id)
        if known is None:
            recorded = self._recorded.lists[list_id] if self._recorded else ""
            known = self._own[list_id] = Index.load(self._folders[list_id], recorded=recorded)
        return known

    def _open(self, list_id: str) -> None:
        try:
            self._index(list_id)
        except StorageError as error:
            self.unreadable[list_id] = error

    def _open_merged(self, lists: list[str], cache: Path) -> bool:
        name, recorded = self._name(lists), self._recorded.merged if self._recorded else ""
        if self._recorded and not recorded:
            return False
        try:
            self._merged = Index.load(cache / name, made_of=name, recorded=recorded)
        except StorageError:
            return False
        self._together = tuple(lists)
        return True

    def _merge(self, lists: list[str], cache: Path) -> None:
        self._merged = Index(merge_list_indexes([self._own[list_id].arrays for list_id in lists]))
        self._together = tuple(lists)
        self.unmerged = False
        for list_id in lists:
            del self._own[list_id]
        name = self._name(lists)
        building = cache / f".building-{os.getpid()}"
        # It is worth no failed search: it can be merged again, and another process may be at it.
        with suppress(StorageError, OSError):
            digest = self._merged.save(building, made_of=name)
            shutil.rmtree(cache / name, ignore_errors=True)
            rename(building, cache / name)
            self.merged = digest
            _remove_old_indexes(cache, name)

    def _name(self, lists: Iterable[str]) -> str:
        """Return the name of the index that is merged from those of these lists."""
        if self._recorded:
            parts: object = [(list_id, self._recorded.lists[list_id]) for list_id in lists]
        else:  # Of a home that was moved, the folders are the same ones.
            made_of = stamp_indexes({list_id: self._folders[list_id] for list_id in lists})
            parts = [(list_id, Path(folder).name, *state) for list_id, folder, *state in made_of]
        return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def stamp_indexes(folders: Mapping[str, Path]) -> Stamp:
    """Return what tells whether the indexes in `folders` are still those that were opened."""
    found = []
    for list_id, folder in sorted(folders.items()):
        size = at = 0
        with suppress(OSError):
            state = index_file(folder).stat()
            size, at = state.st_size, state.st_mtime_ns
        found.append((list_id, str(folder), size, at))
    return tuple(found)


def _remove_old_indexes(cache: Path, name: str) -> None:
    """Remove merged indexes of other versions, and what a killed process left half-made."""
    for folder in cache.iterdir():
        building = folder.name.startswith(".building-")
        if folder.name != name and (not building or time() - folder.stat().st_mtime > _A_DAY):
            shutil.rmtree(folder, ignore_errors=True)


class EngineCache:
    """Keeps an engine open until a refresh has put other versions into service.

    A server makes one and gives it to each workspace: threads may share it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: Engine | None = None

    def get(self, folders: Mapping[str, Path], recorded: RecordedHashes) -> Engine:
        """Return an engine over the indexes in `folders`, by list, as they are recorded."""
        with self._lock:
            if self._opened is None or not self._opened.is_of(folders, recorded):
                self._opened = Engine.open(folders, self._folder, recorded=recorded)
            return self._opened

    def clear(self) -> None:
        """Close the engine and remove what it keeps on the disk: names of lists, dropped or not."""
        with self._lock:
            self._opened = None
            shutil.rmtree(self._folder, ignore_errors=True)


def merge_list_indexes(indexes: Sequence[Arrays]) -> Arrays:
    """Return the arrays of one index over all lists, in the order given: no name is prepared again.

    The index is that which `compile_entries` makes of the entries of all lists, one list after the
    other; `list_first` is the number of the first entry of each list.
    """
    entries = starts_of(len(one["entry_kind"]) for one in indexes)
    names = starts_of(len(one["name_entry"]) for one in indexes)
    beside = [
        {what: array for what, array in one.items() if not what.startswith(_SIDES)}
        for one in indexes
    ]
    return (
        _merge_side(indexes, names, person=True)
        | _merge_side(indexes, names, person=False)
        | _merge_arrays(beside, {"name_entry": entries, "number_entry": entries})
        | {"list_first": entries[: len(indexes)]}
    )


def _merge_side(indexes: Sequence[Arrays], names: I64, *, person: bool) -> Arrays:
    """Return the rows and the words of one side of all indexes."""
    sides = [side_of(one, person=person) for one in indexes]
    numbers: dict[str, int] = {}
    word_of, kept = [], []
    for side in sides:
        before = len(numbers)
        texts, starts = side["word_text"].tobytes(), side["word_start"].tolist()
        words = [texts[start:end].decode() for start, end in pairwise(starts)]
        number = np.array([numbers.setdefault(w, len(numbers)) for w in words], np.int32)
        word_of.append(number)
        # The keys of a word follow from its letters: those of the first index that has it will do.
        kept.append((number >= before)[side["key_word"]])
    key_hash = [s["key_hash"][k] for s, k in zip(sides, kept, strict=True)]
    key_word = [n[s["key_word"][k]] for s, n, k in zip(sides, word_of, kept, strict=True)]
    rows = starts_of(len(side["row_name"]) for side in sides)
    made = _merge_arrays(
        [{w: a for w, a in side.items() if not w.startswith(_OF_WORDS)} for side in sides],
        {"row_name": names, "joined_row": rows, "opening_row": rows},
    )
    row_start = made.pop("row_start")
    row_word = np.concatenate([n[s["row_word"]] for s, n in zip(sides, word_of, strict=True)])
    made = {
        **sort_vocabulary(list(numbers), np.concatenate(key_hash), np.concatenate(key_word)),
        "row_start": row_start,
        **invert_row_words(row_word, np.diff(row_start), len(numbers)),
        **made,
    }
    return {prefix_of(person) + what: array for what, array in made.items()}


def _merge_arrays(parts: Sequence[Arrays], moved: Mapping[str, I64]) -> Arrays:
    """Return each array of all parts as one, those with a hash for each member in its order.

    Numbers in those that are `moved`, and starts of slices, are as those of all parts.
    """
    made: Arrays = {}
    for what in parts[0]:
        arrays = [part[what] for part in parts]
        if what.endswith("_start") or what == "entry_first":  # each part's last is its end
            ends = starts_of(int(array[-1]) for array in arrays)
            moving = zip(arrays, ends, strict=False)
            arrays = [*[array[:-1] + end for array, end in moving], ends[-1:]]
        elif what in moved:
            arrays = [a + offset for a, offset in zip(arrays, moved[what], strict=False)]
        made[what] = np.concatenate(arrays).astype(parts[0][what].dtype)
    for hashed in [what for what in made if what.endswith("_hash")]:
        order = np.argsort(made[hashed], kind="stable")
        for what in made:
            if what.startswith(hashed.removesuffix("hash")):
                made[what] = made[what][order]
    return made
