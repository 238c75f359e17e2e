"""Which mentions of people are one person: by officer id, or by name and month of birth."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from duediligence.model import PartialDate
from duediligence.text.names import TITLES, name_words, same_person

# An officer id, a name with its birth month, or a name at one company that has neither.
Mention = tuple[str, ...]


@dataclass
class PeopleCollector:
    """Collects mentions of people, then says which node each is.

    Two mentions are one person where the officer ids agree, or month and year of birth agree and
    the names are of one person (`same_person`). An initial stands for a forename only where one
    person alone of that surname and month has it. Without a birth month a name is only itself,
    within one company.
    """

    _joined: dict[Mention, Mention] = field(default_factory=dict)
    _born: dict[tuple[str, ...], set[tuple[str, ...]]] = field(default_factory=dict)
    _names: dict[Mention, set[str]] = field(default_factory=dict)
    _ids: dict[Mention, str] = field(default_factory=dict)

    def add(self, name: str, born: PartialDate | None, officer_id: str, at: str) -> Mention:
        """Return a mention of a person at the company or supplier `at`; gives what stands for
        it.
        """
        keys: list[Mention] = []
        words = _list_person_name_words(name) if not officer_id or (born and born.month) else ()
        if born and born.month and words:
            month = f"{born.year:04}-{born.month:02}"
            keys.append(("born", month, *words))
            self._born.setdefault((month, words[-1]), set()).add(words)
        if officer_id:
            keys.append(("officer", officer_id))
        if not keys:
            keys.append(("here", at, *words))
        for key in keys:
            self._joined.setdefault(key, key)
            self._names.setdefault(key, set()).add(name)
        for key in keys[1:]:
            self._join(keys[0], key)
        return keys[0]

    def settle(self) -> None:
        """Join the mentions that are one person; to be called once, after the last mention."""
        for (month, _), names in self._born.items():
            for one, other in _pair_same_names(names):
                self._join(("born", month, *one), ("born", month, *other))
        every: dict[Mention, list[Mention]] = {}
        for key in self._joined:
            every.setdefault(self._top(key), []).append(key)
        for top, keys in every.items():
            # What names the person outlives an officer id, which the register may split.
            digest = sha256("\x1f".join(min(keys)).encode()).hexdigest()[:24]
            self._ids[top] = f"person:{digest}"
            self._names[top] = set().union(*(self._names[key] for key in keys))

    def node_id(self, key: Mention) -> str:
        """Return the id of the node of a mention: it holds no name."""
        return self._ids[self._top(key)]

    def nodes(self) -> Iterator[tuple[str, str]]:
        """Yield each person's node, and the fullest of the names that the person has."""
        for top, node_id in self._ids.items():
            yield node_id, min(self._names[top], key=lambda name: (-len(name), name))

    def _top(self, key: Mention) -> Mention:
        while self._joined[key] != key:
            self._joined[key] = self._joined[self._joined[key]]
            key = self._joined[key]
        return key

    def _join(self, one: Mention, other: Mention) -> None:
        one, other = self._top(one), self._top(other)
        if one != other:
            # Which stands for both must not depend on the order of the mentions.
            first, second = sorted((one, other))
            self._joined[second] = first


@lru_cache(maxsize=65536)
def _list_person_name_words(name: str) -> tuple[str, ...]:
    return tuple(word for word in name_words(name) if word not in TITLES)


def _pair_same_names(names: set[tuple[str, ...]]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return pairs of names, of one surname and birth month, that are one person's."""
    found = []
    forenames: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted(names):
        if len(words) > 1:
            forenames.setdefault(words[0], []).append(words)
    for some in forenames.values():
        found += [(some[0], each) for each in some[1:]]
    for forename, some in forenames.items():
        if len(forename) > 1:
            continue
        full = [
            others[0]
            for other, others in forenames.items()
            if len(other) > 1 and same_person(" ".join(some[0]), " ".join(others[0]))
        ]
        if len(full) == 1:
            found.append((some[0], full[0]))
    return found
