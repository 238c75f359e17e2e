"""The rows of an index: entries and their names."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from duediligence.matching.evidence import AT_POSTCODE, EntryFacts, keys_beside
from duediligence.matching.index.arrays import (
    I64,
    U64,
    Arrays,
    deduplicate_keys,
    hash_texts,
    prefix_of,
    starts_of,
    text_arrays,
)  # fmt: skip
from duediligence.matching.index.vocabulary import build_vocabulary
from duediligence.matching.names.alignment import OPTIONAL_WEIGHT
from duediligence.matching.names.prepared import NameReading, PreparedName, prepare
from duediligence.matching.names.words import Word
from duediligence.model import Kind, ListEntry, Strength

KINDS: tuple[Kind, ...] = ("person", "organisation", "vessel", "aircraft", "unknown")
STRENGTHS: tuple[Strength, ...] = ("strong", "weak", "unstated")
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
        self._prepared: dict[int, PreparedName] = {}
        self._entries: dict[int, StoredEntry] = {}
        self._decode = msgspec.msgpack.Decoder(StoredEntry).decode

    def __len__(self) -> int:
        return len(self._arrays["entry_kind"])

    @property
    def names(self) -> int:
        """Return the number of names."""
        return len(self._arrays["name_entry"])

    def of_name(self, name: int) -> int:
        """Return the number of the entry that has a name."""
        return int(self._arrays["name_entry"][name])

    def kind(self, entry: int) -> Kind:
        return KINDS[int(self._arrays["entry_kind"][entry])]

    def names_of(self, entry: int) -> range:
        return range(*self._arrays["entry_first"][entry : entry + 2].tolist())

    def strength(self, name: int) -> Strength:
        return STRENGTHS[int(self._arrays["name_strength"][name])]

    def text(self, name: int) -> str:
        """Return a name as the list has it."""
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
        """Return the list, the entry's id and the text of each name; nothing of it is kept."""
        for number in range(len(self)):
            entry = self._decode(self._slice("entry", number))
            for name in self.names_of(number):
                yield entry.list_id, entry.id, self.text(name)

    def postcodes(self) -> set[str]:
        """Return the keys under which firms are found at their postcodes."""
        every = (self._decode(self._slice("entry", number)) for number in range(len(self)))
        keys = {key for entry in every for key in keys_beside(entry.facts, person=False)}
        return {key for key in keys if key.startswith(AT_POSTCODE)}

    def _slice(self, what: str, number: int) -> bytes:
        first, last = self._arrays[f"{what}_start"][number : number + 2]
        return self._arrays[f"{what}_text"][first:last].tobytes()


def compile_entries(entries: Iterable[ListEntry]) -> Arrays:
    """Return the arrays of an index over the names, numbers and facts of the entries."""
    columns = _make_empty_columns(
        "name_entry i, name_strength b, entry_kind b, entry_first i, number_entry i"
    )
    texts: list[bytes] = []
    encoded: list[bytes] = []
    number_keys: list[str] = []
    people, organisations = Rows(person=True), Rows(person=False)
    columns["entry_first"].append(0)
    for number, entry in enumerate(entries):
        columns["entry_kind"].append(KINDS.index(entry.kind))
        for name in entry.names:
            prepared = prepare(name.text, entry.kind)
            for rows, readings in (
                (people, prepared.person),
                (organisations, prepared.organisation),
            ):
                for place, reading in enumerate(readings):
                    rows.add(len(texts), place, reading)
            texts.append(name.text.encode("utf-8", "replace"))
            columns["name_entry"].append(number)
            columns["name_strength"].append(STRENGTHS.index(name.strength))
        columns["entry_first"].append(len(texts))
        facts = EntryFacts(entry.birth_dates, entry.countries, entry.identifiers, entry.addresses)
        encoded.append(msgspec.msgpack.encode(StoredEntry(entry.id, entry.list_id, facts)))
        keys = keys_beside(facts, person=entry.kind == "person")
        number_keys += sorted(keys)
        columns["number_entry"].extend([number] * len(keys))
    return (
        people.arrays()
        | organisations.arrays()
        | text_arrays("name", texts)
        | text_arrays("entry", encoded)
        | {what: np.array(column) for what, column in columns.items() if what != "number_entry"}
        | _by_hash("number", hash_texts(number_keys), columns)
    )


def _make_empty_columns(described: str) -> dict[str, "array[Any]"]:
    """Return columns that are empty: `row_name i, row_reading b` and so on, each with its type."""
    return {what: array(type_) for what, type_ in map(str.split, described.split(", "))}


def _by_hash(what: str, hashes: U64, columns: Mapping[str, "array[Any]"]) -> Arrays:
    """Return the hashes in order, and the columns of that name in the same."""
    order = np.argsort(hashes, kind="stable")
    own = {name: np.array(c)[order] for name, c in columns.items() if name.startswith(f"{what}_")}
    return {f"{what}_hash": hashes[order], **own}


_BATCH = 100_000
_BITS = 61  # that fit in a number of an array, by whose number hashes spread evenly
_PRIME = 2**31 - 1


class Rows:
    """Gathers the rows of a side; keeps numbers only, as half a million names must fit."""

    def __init__(self, *, person: bool) -> None:
        self._person = person
        self._numbers: dict[Word, int] = {}
        self._rows = _make_empty_columns(
            "row_name i, row_reading b, row_firm h, row_initials h, row_least f, row_bits q"
        )
        self._keyed = _make_empty_columns(
            "joined_row i, joined_words b, joined_split h, opening_row i"
        )
        self._words = array("i")
        self._sizes = array("i")
        self._joined: list[str] = []
        self._joined_hashes: list[U64] = []
        self._openings: list[str] = []

    def add(self, name: int, number: int, reading: NameReading) -> None:
        """Add the reading that is `number` of the name that is `name`."""
        row = len(self._sizes)
        numbers = self._numbers
        self._words.extend([numbers.setdefault(w, len(numbers)) for w in reading.words])
        self._sizes.append(len(reading.words))
        keyed = self._keyed
        for text in reading.joins.texts:
            if join := reading.joins.join(text):
                self._joined.append(text)
                keyed["joined_row"].append(row)
                keyed["joined_words"].append(len(join.words))
                keyed["joined_split"].append(join.split)
        openings = reading.openings(listed=True)
        self._openings += openings
        keyed["opening_row"].extend([row] * len(openings))
        if len(self._joined) > _BATCH:
            self._hash_joined()
        firm = [w for w in reading.words if firm_word(w, reading)]
        values = (name, number, len(firm), reading.initials, least_weight(reading))
        for column, value in zip(self._rows.values(), values, strict=False):
            column.append(value)
        self._rows["row_bits"].extend(part_bits(reading))

    def _hash_joined(self) -> None:
        self._joined_hashes.append(hash_texts(self._joined))
        self._joined.clear()

    def arrays(self) -> Arrays:
        """Return the arrays of the side; their names begin with `prefix_of(person)`."""
        self._hash_joined()
        texts = [w.text for w in self._numbers]
        self._numbers.clear()
        row_word = np.array(self._words)
        made = {
            **build_vocabulary(texts, person=self._person),
            "row_start": starts_of(self._sizes),
            **invert_row_words(row_word, np.array(self._sizes, np.int64), len(texts)),
            **_by_hash("joined", np.concatenate(self._joined_hashes), self._keyed),
            **_by_hash("opening", hash_texts(self._openings), self._keyed),
            **{what: np.array(column) for what, column in self._rows.items()},
        }
        return {prefix_of(self._person) + what: column for what, column in made.items()}


def invert_row_words(row_word: npt.NDArray[np.int32], sizes: I64, words: int) -> Arrays:
    """Return the words of each row, and turned round: the rows of each word, each once."""
    of_row = np.repeat(np.arange(len(sizes)), sizes)
    pairs = deduplicate_keys(row_word.astype(np.int64) * max(1, len(sizes)) + of_row)
    word_of, post_row = np.divmod(pairs, max(1, len(sizes)))
    return {
        "row_word": row_word,
        "post_start": np.searchsorted(word_of, np.arange(words + 1)).astype(np.int64),
        "post_row": post_row.astype(np.int32),
    }


def firm_word(w: Word, reading: NameReading) -> bool:
    """Return whether a word that finds no answer surely costs something."""
    if reading.person:
        return not w.initial
    # A number that one name lacks costs a feature of its own, which the bound leaves out.
    return (
        w.weight_organisation > OPTIONAL_WEIGHT
        and w.text not in reading.optional
        and not w.text.isdigit()
    )


def least_weight(reading: NameReading) -> float:
    """Return the least that a firm word of the reading weighs."""
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
    letters = initials = starts = 0
    for w in reading.words:
        bit = 1 << ord(w.text[0]) % _BITS
        letters |= bit
        initials |= bit if w.length == 1 and not w.script else 0
        starts |= _hash_prefixes(w.text[:-1])
    if reading.articled:
        letters |= 1 << ord("a") % _BITS | 1 << ord("e") % _BITS
    return PartBits(letters, initials, starts, _hash_prefixes(reading.stump))


@lru_cache(maxsize=65_536)
def _hash_prefixes(text: str) -> int:
    """Return the bits of the first two letters of a text, the first three, and so on up to all."""
    bits, hashed = 0, ord(text[0]) if text else 0
    for character in text[1:]:
        hashed = (hashed * 31 + ord(character)) % _PRIME
        bits |= 1 << hashed % _BITS
    return bits
