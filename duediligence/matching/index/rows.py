"""The rows of an index: entries and their names."""

from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from duediligence.matching.evidence import AT_POSTCODE, EntryFacts, keys_beside
from duediligence.matching.index.arrays import I64, U64, Arrays, distinct, hash_texts
from duediligence.matching.index.vocabulary import build as build_vocabulary
from duediligence.matching.names.alignment import OPTIONAL_WEIGHT
from duediligence.matching.names.prepared import NameReading, PreparedName, prepare
from duediligence.matching.names.words import Word
from duediligence.model import Kind, ListEntry, Strength

KINDS: tuple[Kind, ...] = ("person", "organisation", "vessel", "aircraft", "unknown")
STRENGTHS: tuple[Strength, ...] = ("strong", "weak", "unstated")
WEAK = STRENGTHS.index("weak")
_CACHED_NAMES = 60_000


class StoredEntry(msgspec.Struct, array_like=True):
    """What the index keeps of a list entry."""

    id: str
    list_id: str
    facts: EntryFacts


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

    def every_name(self) -> Iterator[tuple[str, str, str]]:
        """The list, the entry's id and the text of each name; nothing of it is kept."""
        for number in range(len(self)):
            entry = self._decode(self._slice("entry", number))
            for name in self.names_of(number):
                yield entry.list_id, entry.id, self.text(name)

    def postcodes(self) -> set[str]:
        """The keys under which firms are found at their postcodes."""
        every = (self._decode(self._slice("entry", number)) for number in range(len(self)))
        keys = {key for entry in every for key in keys_beside(entry.facts, person=False)}
        return {key for key in keys if key.startswith(AT_POSTCODE)}

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
        facts = EntryFacts(entry.birth_dates, entry.countries, entry.identifiers, entry.addresses)
        encoded.append(msgspec.msgpack.encode(StoredEntry(entry.id, entry.list_id, facts)))
        keys = keys_beside(facts, person=entry.kind == "person")
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


_BATCH = 100_000
_BITS = 61  # that fit in a number of an array, by whose number hashes spread evenly
_PRIME = 2**31 - 1


class Rows:
    """Gathers the rows of a side; keeps numbers only, as half a million names must fit."""

    def __init__(self, *, person: bool) -> None:
        self._person = person
        self._numbers: dict[Word, int] = {}
        self._columns: dict[str, array[Any]] = {
            "row_name": array("i"),
            "row_reading": array("b"),
            "row_firm": array("h"),
            "row_initials": array("h"),
            "row_least": array("f"),
            "row_bits": array("q"),
        }
        self._words = array("i")
        self._sizes = array("i")
        self._joined_row = array("i")
        self._joined_words = array("b")
        self._joined_split = array("h")
        self._joined: list[str] = []
        self._joined_hashes: list[U64] = []
        self._long_row = array("i")
        self._openings: list[str] = []

    def add(self, name: int, number: int, reading: NameReading) -> None:
        """Add the reading that is `number` of the name that is `name`."""
        row = len(self._sizes)
        numbers = self._numbers
        self._words.extend([numbers.setdefault(w, len(numbers)) for w in reading.words])
        self._sizes.append(len(reading.words))
        for text in reading.joins.texts:
            join = reading.joins.join(text)
            if join is not None:
                self._joined.append(text)
                self._joined_row.append(row)
                self._joined_words.append(len(join.words))
                self._joined_split.append(join.split)
        openings = reading.openings(listed=True)
        self._openings += openings
        self._long_row.extend([row] * len(openings))
        if len(self._joined) > _BATCH:
            self._hash_joined()
        values = (name, number, firm_words(reading), reading.initials, least_weight(reading))
        for column, value in zip(self._columns.values(), values, strict=False):
            column.append(value)
        self._columns["row_bits"].extend(part_bits(reading))

    def _hash_joined(self) -> None:
        self._joined_hashes.append(hash_texts(self._joined))
        self._joined.clear()

    def arrays(self) -> Arrays:
        """The arrays of the side; their names begin with `prefix_of(person)`."""
        self._hash_joined()
        joined = np.concatenate(self._joined_hashes)
        order = np.argsort(joined, kind="stable")
        opening = hash_texts(self._openings)
        by_opening = np.argsort(opening, kind="stable")
        prefix = prefix_of(self._person)
        texts = [w.text for w in self._numbers]
        self._numbers.clear()
        sizes, row_word = np.array(self._sizes, np.int64), np.array(self._words, np.int32)
        made: Arrays = {
            "row_start": np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
            "row_word": row_word,
            **inverted(row_word, sizes, len(texts)),
            "joined_hash": joined[order],
            "joined_row": np.array(self._joined_row, np.int32)[order],
            "joined_words": np.array(self._joined_words, np.int8)[order],
            "joined_split": np.array(self._joined_split, np.int16)[order],
            "opening_hash": opening[by_opening],
            "opening_row": np.array(self._long_row, np.int32)[by_opening],
        }
        made |= {name: np.array(column) for name, column in self._columns.items()}
        del order, joined
        vocabulary = build_vocabulary(texts, person=self._person, prefix=prefix)
        return vocabulary | {prefix + name: column for name, column in made.items()}


def inverted(row_word: npt.NDArray[np.int32], sizes: I64, words: int) -> Arrays:
    """The words of each row, turned round: the rows of each word, each once."""
    of_row = np.repeat(np.arange(len(sizes)), sizes)
    pairs = distinct(row_word.astype(np.int64) * max(1, len(sizes)) + of_row)
    word_of, post_row = np.divmod(pairs, max(1, len(sizes)))
    return {
        "post_start": np.searchsorted(word_of, np.arange(words + 1)).astype(np.int64),
        "post_row": post_row.astype(np.int32),
    }


def prefix_of(person: bool) -> str:
    return "person_" if person else "organisation_"


def firm_word(w: Word, reading: NameReading) -> bool:
    """Whether a word that finds no answer surely costs something."""
    if reading.person:
        return not w.initial
    # A number that one name lacks costs a feature of its own, which the bound leaves out.
    return (
        w.weight_organisation > OPTIONAL_WEIGHT
        and w.text not in reading.optional
        and not w.text.isdigit()
    )


def firm_words(reading: NameReading) -> int:
    return sum([firm_word(w, reading) for w in reading.words])


def least_weight(reading: NameReading) -> float:
    """The least that a firm word of the reading weighs."""
    weights = zip(reading.words, reading.weights, strict=True)
    return min([weight for w, weight in weights if firm_word(w, reading)], default=0.0)


class PartBits(NamedTuple):
    """By which letters words of a reading may answer in part, as bits.

    `letters` are first letters of words, `initials` those of initials; `starts` all beginnings
    of words (hashed), `stump` those of a last word that may be cut off, itself among them.
    """

    letters: int
    initials: int
    starts: int
    stump: int


def part_bits(reading: NameReading) -> PartBits:
    texts = [w.text for w in reading.words]
    starts = 0
    for text in texts:
        starts |= _beginnings(text[:-1])
    return PartBits(
        letters=_bits(texts) | (_bits(["a", "e"]) if reading.articled else 0),
        initials=_bits([w.text for w in reading.words if w.length == 1 and not w.script]),
        starts=starts,
        stump=_beginnings(reading.stump),
    )


def _bits(texts: Iterable[str]) -> int:
    bits = 0
    for text in texts:
        bits |= 1 << ord(text[0]) % _BITS
    return bits


@lru_cache(maxsize=65_536)
def _beginnings(text: str) -> int:
    """The bits of the first two letters of a text, the first three, and so on up to all."""
    bits, hashed = 0, ord(text[0]) if text else 0
    for character in text[1:]:
        hashed = (hashed * 31 + ord(character)) % _PRIME
        bits |= 1 << hashed % _BITS
    return bits
