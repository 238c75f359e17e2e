"""The words of a list, found by words that are spelled, sound or mean like them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from duediligence.matching.index import arrays
from duediligence.matching.index.arrays import I64, U64, Arrays, hash_texts, ranges_of
from duediligence.matching.names.similarity import (
    ONE_EDIT_FROM,
    STEM_FROM,
    TWO_EDITS_FROM,
    compare_words,
    tells_by_consonants,
)
from duediligence.matching.names.words import Word, get_word, pair_weight
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


def list_word_keys(words: Sequence[Word], *, person: bool, listed: bool) -> tuple[U64, I64]:
    """Return every key under which each word is found, and the place of the word it belongs to.

    `similarity` is above zero only for words of which one, `listed`, shares a key with the other.
    """
    texts = [w.text for w in words]
    hashes, owners = arrays.hash_deletions(texts, one_from=ONE_EDIT_FROM, two_from=TWO_EDITS_FROM)
    found: list[tuple[int, str]] = []
    salts: list[np.uint64] = []
    sizes: list[int] = []

    def add(salt: np.uint64, keyed: list[tuple[int, str]]) -> None:
        found.extend(keyed)
        salts.append(salt)
        sizes.append(len(keyed))

    numbered = list(enumerate(words))
    add(arrays.SOUND, [(at, w.key) for at, w in numbered])
    # These lead from words without their vowels to words with them, and back.
    bare = [(at, w) for at, w in numbered if len(w.bare) > (1 if person else 3)]
    add(arrays.BARE, [(at, w.bare) for at, w in bare if w.vowelless == listed])
    add(arrays.VOWELLESS, [(at, w.bare) for at, w in bare if w.vowelless != listed])
    add(arrays.SHAPE, [(at, w.shape) for at, w in numbered])
    scripted = [(at, w.romanised) for at, w in numbered if w.romanised is not None]
    add(arrays.PLAIN, [(at, spelling) for at, one in scripted for spelling in one.spellings])
    # These lead from a word of another script to Latin ones and back.
    heard, written = arrays.LATIN, arrays.SCRIPTED
    if not listed:
        heard, written = written, heard
    plain = [at for at, w in numbered if not w.script]
    keyed = zip(plain, latin_keys([texts[at] for at in plain]), strict=True)
    add(heard, [(at, key) for at, latin in keyed for key in latin])
    add(written, [(at, key) for at, one in scripted for key in one.keys])
    if person:
        add(arrays.BONES, [(at, w.bones) for at, w in numbered if tells_by_consonants(w)])
        add(arrays.FAMILY, [(at, str(family)) for at, w in numbered for family in w.families])
        add(arrays.PLAIN, [(at, w.stripped) for at, w in numbered if w.stripped])
    else:
        add(arrays.PLAIN, [(at, w.stripped) for at, w in numbered if w.article])
        add(arrays.FAMILY, [(at, str(synonym)) for at, w in numbered for synonym in w.synonyms])
        add(arrays.PLAIN, [(at, full) for at, w in numbered for full in w.full])
        for cut in range(3):
            cuts = [(at, w.stem[: len(w.stem) - cut]) for at, w in numbered]
            add(arrays.STEM, [(at, stem) for at, stem in cuts if len(stem) >= STEM_FROM])
    others = hash_texts([key for _, key in found]) ^ np.repeat(np.array(salts), sizes)
    places = np.array([at for at, _ in found], np.int64)
    return np.concatenate((hashes, others)), np.concatenate((owners, places))


def build_vocabulary(texts: list[str], *, person: bool) -> Arrays:
    """Return the arrays of a vocabulary."""
    hashes: list[U64] = [np.zeros(0, np.uint64)]
    owners: list[npt.NDArray[np.int32]] = [np.zeros(0, np.int32)]
    for first in range(0, len(texts), _BATCH):
        some = [get_word(text) for text in texts[first : first + _BATCH]]
        found, places = list_word_keys(some, person=person, listed=True)
        hashes.append(found)
        owners.append((places + first).astype(np.int32))
    return sort_vocabulary(texts, np.concatenate(hashes), np.concatenate(owners))


def sort_vocabulary(texts: list[str], key_hash: U64, key_word: npt.NDArray[np.int32]) -> Arrays:
    """Return the arrays of these words with these keys, each the key of a word."""
    order = np.argsort(key_hash, kind="stable")
    exact = hash_texts(texts)
    by_hash = np.argsort(exact, kind="stable")
    return {
        "key_hash": key_hash[order],
        "key_word": key_word[order],
        "exact_hash": exact[by_hash],
        "exact_word": by_hash.astype(np.int32),
        **arrays.text_arrays("word", [text.encode() for text in texts]),
    }


class Vocabulary:
    """The distinct words of one side of an index."""

    def __init__(self, side: Arrays, *, person: bool) -> None:
        self._person = person
        self._side = side
        self._start = side["word_start"]
        self._words: dict[int, Word] = {}
        self._similar: dict[str, Similar] = {}

    def __len__(self) -> int:
        return len(self._start) - 1

    def word(self, number: int) -> Word:
        known = self._words.get(number)
        if known is None:
            text = self._side["word_text"][self._start[number] : self._start[number + 1]]
            known = self._words[number] = get_word(text.tobytes().decode())
        return known

    def exact(self, hashes: U64) -> I64:
        """For the hash of each text the number of the word it is, or −1."""
        if not len(hashes) or not len(self):
            return np.full(len(hashes), -1, dtype=np.int64)
        ordered = self._side["exact_hash"]
        places = np.searchsorted(ordered, hashes)
        places[places == len(ordered)] = 0
        found = ordered[places] == hashes
        return np.where(found, self._side["exact_word"][places], -1).astype(np.int64)

    def one_letter_more(self, texts: Sequence[str], hashes: U64) -> tuple[I64, I64]:
        """Return the words that are one of the texts with a letter more: places of texts, and
        words.
        """
        which, places = ranges_of(hashes, self._side["key_hash"])
        numbers = self._side["key_word"][places].astype(np.int64)
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        longer = self._start[numbers + 1] - self._start[numbers] == lengths[which] + 1
        return which[longer], numbers[longer]

    def similar(self, words: Sequence[Word]) -> dict[str, Similar]:
        """Return what answers to each word here."""
        if len(self._similar) > _CACHED_WORDS:
            self._similar.clear()
        unseen = list({w.text: w for w in words if w.text not in self._similar}.values())
        if unseen:
            self._look_up(unseen)
        return self._similar

    def answers(self, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        """Return the place of a word and the number of a word here that share a key, each pair
        once.
        """
        hashes, owners = list_word_keys(words, person=self._person, listed=False)
        hits, places = ranges_of(hashes, self._side["key_hash"])
        size = len(self) + 1
        pairs = arrays.deduplicate_keys(
            owners[hits] * np.int64(size) + self._side["key_word"][places]
        )
        owner, number = np.divmod(pairs, size)
        return zip(owner.tolist(), number.tolist(), strict=True)

    def _look_up(self, words: list[Word]) -> None:
        found: list[tuple[list[int], list[float]]] = [([], []) for _ in words]
        for owner, number in self.answers(words):
            ours, theirs = words[owner], self.word(number)
            if likeness := compare_words(ours, theirs, person=self._person):
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
