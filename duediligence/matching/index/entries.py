"""The entries of an index: compiled into arrays, and decoded only where a search touches them."""

from collections.abc import Iterable

import msgspec
import numpy as np

from duediligence.matching.evidence import Facts, identifier_keys
from duediligence.matching.index.arrays import Arrays
from duediligence.matching.index.hashing import hash_texts
from duediligence.matching.index.rows import Rows
from duediligence.matching.names.prepared import PreparedName, prepare
from duediligence.model import Kind, ListEntry, Strength

KINDS: tuple[Kind, ...] = ("person", "organisation", "vessel", "aircraft", "unknown")
STRENGTHS: tuple[Strength, ...] = ("strong", "weak", "unstated")
WEAK = STRENGTHS.index("weak")
_CACHED_NAMES = 60_000


class StoredEntry(msgspec.Struct, array_like=True):
    """What the index keeps of a list entry."""

    id: str
    list_id: str
    facts: Facts


class Entries:
    """Opened over the arrays of an index."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._name_entry = arrays["name_entry"]
        self._name_strength = arrays["name_strength"]
        self._entry_kind = arrays["entry_kind"]
        self._entry_first = arrays["entry_first"]
        self._prepared: dict[int, PreparedName] = {}
        self._entries: dict[int, StoredEntry] = {}
        self._decode = msgspec.msgpack.Decoder(StoredEntry).decode

    def __len__(self) -> int:
        return len(self._entry_kind)

    @property
    def names(self) -> int:
        """The number of names."""
        return len(self._name_entry)

    def of_name(self, name: int) -> int:
        """The number of the entry that has a name."""
        return int(self._name_entry[name])

    def kind(self, entry: int) -> Kind:
        return KINDS[int(self._entry_kind[entry])]

    def names_of(self, entry: int) -> range:
        return range(int(self._entry_first[entry]), int(self._entry_first[entry + 1]))

    def strength(self, name: int) -> Strength:
        return STRENGTHS[int(self._name_strength[name])]

    def is_weak(self, name: int) -> bool:
        return bool(self._name_strength[name] == WEAK)

    def text(self, name: int) -> str:
        """A name as the list has it."""
        return self._slice("name", name).decode("utf-8")

    def name(self, name: int) -> PreparedName:
        known = self._prepared.get(name)
        if known is None:
            if len(self._prepared) >= _CACHED_NAMES:
                self._prepared.clear()
            prepared = prepare(self.text(name), self.kind(self.of_name(name)))
            known = self._prepared[name] = prepared
        return known

    def entry(self, number: int) -> StoredEntry:
        known = self._entries.get(number)
        if known is None:
            known = self._entries[number] = self._decode(self._slice("entry", number))
        return known

    def _slice(self, what: str, number: int) -> bytes:
        starts = self._arrays[f"{what}_start"]
        return self._arrays[f"{what}_text"][starts[number] : starts[number + 1]].tobytes()


def compile_entries(entries: Iterable[ListEntry]) -> Arrays:
    """The arrays of an index over the names, numbers and facts of the entries."""
    texts: list[bytes] = []
    name_entry: list[int] = []
    strengths: list[int] = []
    kinds: list[int] = []
    firsts = [0]
    people, organisations = Rows(person=True), Rows(person=False)
    encoded: list[bytes] = []
    number_keys: list[str] = []
    number_entries: list[int] = []
    for number, entry in enumerate(entries):
        kinds.append(KINDS.index(entry.kind))
        for name in entry.names:
            prepared = prepare(name.text, entry.kind)
            for place, reading in enumerate(prepared.person):
                people.add(len(texts), place, reading)
            for place, reading in enumerate(prepared.organisation):
                organisations.add(len(texts), place, reading)
            texts.append(name.text.encode("utf-8", "replace"))
            name_entry.append(number)
            strengths.append(STRENGTHS.index(name.strength))
        firsts.append(len(texts))
        facts = Facts(entry.birth_dates, entry.countries, entry.identifiers, entry.addresses)
        encoded.append(msgspec.msgpack.encode(StoredEntry(entry.id, entry.list_id, facts)))
        keys = {key for identifier in entry.identifiers for key in identifier_keys(identifier)}
        number_keys += sorted(keys)
        number_entries += [number] * len(keys)
    numbers = hash_texts(number_keys)
    order = np.argsort(numbers, kind="stable")
    return (
        people.arrays()
        | organisations.arrays()
        | _blob("name", texts)
        | _blob("entry", encoded)
        | {
            "name_entry": np.array(name_entry, dtype=np.int32),
            "name_strength": np.array(strengths, dtype=np.int8),
            "entry_kind": np.array(kinds, dtype=np.int8),
            "entry_first": np.array(firsts, dtype=np.int32),
            "number_hash": numbers[order],
            "number_entry": np.array(number_entries, dtype=np.int32)[order],
        }
    )


def _blob(what: str, parts: list[bytes]) -> Arrays:
    starts = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in parts], out=starts[1:])
    return {f"{what}_text": np.frombuffer(b"".join(parts), dtype=np.uint8), f"{what}_start": starts}
