"""The words of a list, found by words that are spelled, sound or mean like them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from duediligence.matching.index.arrays import (
    BARE,
    BONES,
    FAMILY,
    I64,
    LATIN,
    PLAIN,
    SCRIPTED,
    SHAPE,
    SOUND,
    STEM,
    U64,
    VOWELLESS,
    Arrays,
    deletions,
    distinct,
    hash_texts,
    ranges_of,
)
from duediligence.matching.names.similarity import (
    ONE_EDIT_FROM,
    STEM_FROM,
    TWO_EDITS_FROM,
    similarity,
    tells_by_consonants,
)
from duediligence.matching.names.words import Word, pair_weight, word
from duediligence.matching.scripts.consonants import latin_keys

_CACHED_WORDS = 200_000
_BATCH = 20_000  # words whose keys are made at once: bounds the memory of a build


class Similar(NamedTuple):
    """What a list has that answers to a word.

    The numbers of the words like it; for each the weight of the pair times its likeness; the most
    of these.
    """

    numbers: I64
    weights: npt.NDArray[np.float64]
    most: float


def keys(words: Sequence[Word], *, person: bool, listed: bool) -> tuple[U64, I64]:
    """Every key under which each word is found, and the place of the word it belongs to.

    `similarity` is above zero only for words of which one, `listed`, shares a key with the other.
    """
    texts = [w.text for w in words]
    hashes, owners = deletions(texts, one_from=ONE_EDIT_FROM, two_from=TWO_EDITS_FROM)
    all_keyed: list[tuple[int, str]] = []
    salts: list[np.uint64] = []
    sizes: list[int] = []

    def add(keyed: list[tuple[int, str]], salt: np.uint64) -> None:
        all_keyed.extend(keyed)
        salts.append(salt)
        sizes.append(len(keyed))

    numbered = list(enumerate(words))
    add([(place, w.key) for place, w in numbered], SOUND)
    # These lead from words without their vowels to words with them, and back.
    bare = [(place, w) for place, w in numbered if len(w.bare) > (1 if person else 3)]
    add([(place, w.bare) for place, w in bare if w.vowelless == listed], BARE)
    add([(place, w.bare) for place, w in bare if w.vowelless != listed], VOWELLESS)
    add([(place, w.shape) for place, w in numbered], SHAPE)
    scripted = [(place, w.romanised) for place, w in numbered if w.romanised is not None]
    add([(place, spelling) for place, one in scripted for spelling in one.spellings], PLAIN)
    # These lead from a word of another script to Latin ones and back.
    heard, written = (LATIN, SCRIPTED) if listed else (SCRIPTED, LATIN)
    latin = [(place, w.text) for place, w in numbered if not w.script]
    add([(place, key) for place, text in latin for key in latin_keys(text)], heard)
    add([(place, key) for place, one in scripted for key in one.keys], written)
    if person:
        add([(place, w.bones) for place, w in numbered if tells_by_consonants(w)], BONES)
        add([(place, str(family)) for place, w in numbered for family in w.families], FAMILY)
        add([(place, w.stripped) for place, w in numbered if w.stripped], PLAIN)
    else:
        add([(place, w.stripped) for place, w in numbered if w.article], PLAIN)
        add([(place, str(synonym)) for place, w in numbered for synonym in w.synonyms], FAMILY)
        add([(place, full) for place, w in numbered for full in w.full], PLAIN)
        stems = [(place, w.stem) for place, w in numbered if len(w.stem) >= STEM_FROM]
        for cut in range(3):
            add(
                [
                    (at, stem[: len(stem) - cut])
                    for at, stem in stems
                    if len(stem) - cut >= STEM_FROM
                ],
                STEM,
            )
    others = hash_texts([key for _, key in all_keyed]) ^ np.repeat(np.array(salts), sizes)
    places = np.array([place for place, _ in all_keyed], dtype=np.int64)
    return np.concatenate((hashes, others)), np.concatenate((owners, places))


def build(texts: list[str], *, person: bool, prefix: str) -> Arrays:
    """The arrays of a vocabulary."""
    hashes, owners = _keys_of(texts, person=person)
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    del order
    exact = hash_texts(texts)
    by_hash = np.argsort(exact, kind="stable")
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    encoded = [text.encode() for text in texts]
    np.cumsum([len(text) for text in encoded], out=starts[1:])
    return {
        f"{prefix}key_hash": hashes,
        f"{prefix}key_word": owners,
        f"{prefix}exact_hash": exact[by_hash],
        f"{prefix}exact_word": by_hash.astype(np.int32),
        f"{prefix}word_text": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        f"{prefix}word_start": starts,
    }


def _keys_of(texts: list[str], *, person: bool) -> tuple[U64, npt.NDArray[np.int32]]:
    hashes: list[U64] = [np.zeros(0, np.uint64)]
    owners: list[npt.NDArray[np.int32]] = [np.zeros(0, np.int32)]
    for first in range(0, len(texts), _BATCH):
        some = [word(text) for text in texts[first : first + _BATCH]]
        found, places = keys(some, person=person, listed=True)
        hashes.append(found)
        owners.append((places + first).astype(np.int32))
    return np.concatenate(hashes), np.concatenate(owners)


class Vocabulary:
    """The distinct words of one side of an index."""

    def __init__(self, arrays: Arrays, *, person: bool, prefix: str) -> None:
        self._person = person
        self._key_hash = arrays[f"{prefix}key_hash"]
        self._key_word = arrays[f"{prefix}key_word"]
        self._exact_hash = arrays[f"{prefix}exact_hash"]
        self._exact_word = arrays[f"{prefix}exact_word"]
        self._text = arrays[f"{prefix}word_text"]
        self._start = arrays[f"{prefix}word_start"]
        self._words: dict[int, Word] = {}
        self._similar: dict[str, Similar] = {}

    def __len__(self) -> int:
        return len(self._start) - 1

    def word(self, number: int) -> Word:
        known = self._words.get(number)
        if known is None:
            text = self._text[self._start[number] : self._start[number + 1]].tobytes().decode()
            known = self._words[number] = word(text)
        return known

    def exact(self, hashes: U64) -> I64:
        """For the hash of each text the number of the word it is, or −1."""
        if not len(hashes) or not len(self):
            return np.full(len(hashes), -1, dtype=np.int64)
        places = np.searchsorted(self._exact_hash, hashes)
        places[places == len(self._exact_hash)] = 0
        found = self._exact_hash[places] == hashes
        return np.where(found, self._exact_word[places], -1).astype(np.int64)

    def one_letter_more(self, texts: Sequence[str], hashes: U64) -> tuple[I64, I64]:
        """The words that are one of the texts with a letter more: places of texts, and words."""
        which, places = ranges_of(hashes, self._key_hash)
        numbers = self._key_word[places].astype(np.int64)
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        longer = self._start[numbers + 1] - self._start[numbers] == lengths[which] + 1
        return which[longer], numbers[longer]

    def similar(self, words: Sequence[Word]) -> dict[str, Similar]:
        """What answers to each word here."""
        if len(self._similar) > _CACHED_WORDS:
            self._similar.clear()
        unseen = list({w.text: w for w in words if w.text not in self._similar}.values())
        if unseen:
            self._look_up(unseen)
        return self._similar

    def _look_up(self, words: list[Word]) -> None:
        hashes, owners = keys(words, person=self._person, listed=False)
        hits, places = ranges_of(hashes, self._key_hash)
        pairs = distinct(owners[hits] * np.int64(len(self) + 1) + self._key_word[places])
        found: list[tuple[list[int], list[float]]] = [([], []) for _ in words]
        owner_list, number_list = (part.tolist() for part in np.divmod(pairs, len(self) + 1))
        for owner, number in zip(owner_list, number_list, strict=True):
            ours, theirs = words[owner], self.word(number)
            likeness = similarity(ours, theirs, person=self._person)
            if likeness:
                numbers, weights = found[owner]
                numbers.append(number)
                weights.append(likeness * pair_weight(ours, theirs, person=self._person))
        for w, (numbers, weights) in zip(words, found, strict=True):
            self._similar[w.text] = (
                Similar(np.array(numbers, dtype=np.int64), np.array(weights), max(weights))
                if numbers
                else _NOTHING
            )


_NOTHING = Similar(np.zeros(0, dtype=np.int64), np.zeros(0), 0.0)
