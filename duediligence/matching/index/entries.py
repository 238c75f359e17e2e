"""The entries and names of an index, decoded only where a search touches them."""

import msgspec

from duediligence.matching.evidence import Facts
from duediligence.matching.index.arrays import Arrays
from duediligence.matching.names.prepared import PreparedName, prepare
from duediligence.model import Kind, Strength

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
