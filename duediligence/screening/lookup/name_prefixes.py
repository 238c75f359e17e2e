"""Names of lists by how they begin, for whoever is typing one."""

import threading
from bisect import bisect_left
from collections.abc import Collection, Iterator
from itertools import islice

from duediligence.matching import Engine
from duediligence.text.folding import fold


class NamePrefixes:
    """Every name on some lists, in order of its letters."""

    def __init__(self, engine: Engine, lists: Collection[str]) -> None:
        self._names = sorted(
            (fold(text), list_id, entry_id) for list_id, entry_id, text in engine.every_name(lists)
        )

    def beginning(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Yield the list and id of each entry that has a name which begins so, each once."""
        wanted = fold(prefix)
        seen: set[tuple[str, str]] = set()
        if not wanted:
            return
        first = bisect_left(self._names, (wanted,))
        for name, *key in islice(self._names, first, None):
            if not name.startswith(wanted):
                return
            entry = (key[0], key[1])
            if entry not in seen:
                seen.add(entry)
                yield entry


class NamePrefixCache:
    """Keeps the names of the lists that were last asked for; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[Engine, frozenset[str], NamePrefixes] | None = None

    def get(self, engine: Engine, lists: frozenset[str]) -> NamePrefixes:
        """Return the names on these lists. Raises StorageError."""
        with self._lock:
            if self._made is None or self._made[0] is not engine or self._made[1] != lists:
                self._made = engine, lists, NamePrefixes(engine, lists)
            return self._made[2]
