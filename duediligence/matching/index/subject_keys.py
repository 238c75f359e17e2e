"""Which of many parties a few entries could be, by keys of their names and numbers.

The search proper goes from a party to the entries that share a word, a join of words, an opening
or a number with it (`candidates.py`). This goes the other way round, by the same keys: a party
that shares none with an entry is one that `Index.search` does not find. Those that share one are
searched for properly, so that nothing else needs to be exact.
"""

import gc
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from duediligence.matching.compare import MATCHER_VERSION
from duediligence.matching.evidence import AT_POSTCODE, Subject, keys_beside, most_added
from duediligence.matching.index import arrays as storage
from duediligence.matching.index.arrays import I64, U64, Arrays, deletions, hash_texts, ranges_of
from duediligence.matching.index.candidates import ORGANISATION, PERSON, Plan, cannot_carry
from duediligence.matching.index.index import Index
from duediligence.matching.index.rows import firm_word, prefix_of
from duediligence.matching.index.vocabulary import Vocabulary, build, keys
from duediligence.matching.names.prepared import NameReading, prepare_to_look_up
from duediligence.matching.names.similarity import ONE_EDIT_FROM, similarity
from duediligence.matching.names.words import word

# One salt for each kind of key and side, far from those of `arrays`.
_SALT = np.uint64(0xD6E8FEB86659FD93)
SOUGHT, OTHER, JOIN, START, NUMBER = range(5)
_NEVER = 99  # letters: no word is so long that two are left out
_SIDES = (True, False)


Flags = npt.NDArray[np.bool_]


class EntryKeys(NamedTuple):
    """Keys by which subjects are found, each once: one that is `alone` in either is enough, else
    it takes two.
    """

    keys: U64
    alone: Flags


class SubjectKeys(NamedTuple):
    """The keys of some subjects, the place of the subject of each, and the words that they have.

    `alone` says of each key whether it can carry a match with no other key beside it.
    """

    keys: U64
    owners: I64
    alone: Flags
    people_words: list[str]
    firm_words: list[str]


def subject_keys(subjects: Sequence[Subject], threshold: float) -> SubjectKeys:
    """Under what the subjects are found by entries that score `threshold` or more."""
    # Nothing made here refers to itself; looking for such cycles would cost half the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _subject_keys(subjects, threshold)
    finally:
        if collects:
            gc.enable()


def together(parts: Sequence[tuple[int, SubjectKeys]]) -> SubjectKeys:
    """The keys of several runs of subjects as those of one; with each the place of its first."""
    return SubjectKeys(
        np.concatenate([np.zeros(0, np.uint64), *(keys.keys for _, keys in parts)]),
        np.concatenate([np.zeros(0, np.int64), *(keys.owners + first for first, keys in parts)]),
        np.concatenate([np.zeros(0, np.bool_), *(keys.alone for _, keys in parts)]),
        sorted({word for _, keys in parts for word in keys.people_words}),
        sorted({word for _, keys in parts for word in keys.firm_words}),
    )


def _subject_keys(subjects: Sequence[Subject], threshold: float) -> SubjectKeys:
    sides = {person: _Side() for person in _SIDES}
    numbers: list[str] = []
    numbered: list[int] = []
    for place, subject in enumerate(subjects):
        least = threshold - most_added(subject)
        for name in subject.names:
            prepared = prepare_to_look_up(name, subject.kind)
            for reading in prepared.person:
                sides[True].add(place, reading, least)
            for reading in prepared.organisation:
                sides[False].add(place, reading, least)
        beside = keys_beside(subject, person=subject.kind == "person")
        numbers += beside
        numbered += [place] * len(beside)
    hashes = [hash_texts(numbers) ^ _salt(NUMBER, False)]
    owners = [np.array(numbered, dtype=np.int64)]
    alone = [np.array([not key.startswith(AT_POSTCODE) for key in numbers], dtype=np.bool_)]
    for person, side in sides.items():
        for kind, (texts, places, enough) in enumerate(side.keys(person=person)):
            hashes.append(hash_texts(texts) ^ _salt(kind, person))
            owners.append(np.array(places, dtype=np.int64))
            alone.append(np.array(enough, dtype=np.bool_))
    return SubjectKeys(
        np.concatenate(hashes),
        np.concatenate(owners),
        np.concatenate(alone),
        sorted(sides[True].words),
        sorted(sides[False].words),
    )


class _Side:
    """The readings of subjects as people or as firms, and the words of all of them."""

    def __init__(self) -> None:
        self._places: list[int] = []
        self._readings: list[NameReading] = []
        self._least: list[float] = []
        self.words: set[str] = set()

    def add(self, place: int, reading: NameReading, least: float) -> None:
        self._places.append(place)
        self._readings.append(reading)
        self._least.append(least)

    def keys(self, *, person: bool) -> list[tuple[list[str], list[int], list[bool]]]:
        """For each kind of key the texts, the place of the subject of each, and what is alone."""
        kinds: list[tuple[list[str], list[int], list[bool]]] = [([], [], []) for _ in range(NUMBER)]
        plan = Plan.of(self._readings, self._least, person=person)
        for place, reading, least, sought in zip(
            self._places, self._readings, self._least, plan.sought, strict=True
        ):
            own = [w.text for w in reading.words]
            self.words.update(own)
            rest = [at for at in range(len(own)) if at not in sought]
            for kind, some in ((SOUGHT, sought), (OTHER, rest)):
                texts, places, alone = kinds[kind]
                texts += [own[at] for at in some]
                places += [place] * len(some)
                alone += [
                    kind == SOUGHT and _carries(reading, at, least, person=person) for at in some
                ]
            for kind, found in (
                (JOIN, reading.joins.texts),
                (START, reading.openings(listed=False)),
            ):
                texts, places, alone = kinds[kind]
                texts += found
                places += [place] * len(found)
                alone += [True] * len(found)
        return kinds


def _carries(reading: NameReading, place: int, least: float, *, person: bool) -> bool:
    """Whether one word may be enough for a match though no other word of the name agrees."""
    dearest = (PERSON if person else ORGANISATION).dearest
    missing = sum(
        [
            min(weight, dearest)
            for at, (w, weight) in enumerate(zip(reading.words, reading.weights, strict=True))
            if at != place and not (person and w.initial) and firm_word(w, reading)
        ]
    )
    left = reading.weights[place]
    if reading.initials:  # each may answer to any word
        pairs = enumerate(zip(reading.words, reading.weights, strict=True))
        left += sum([weight for at, (w, weight) in pairs if w.initial and at != place])
    return not cannot_carry(left, 1 + reading.initials, missing, least, person=person)


def save_words(path: Path, people: list[str], firms: list[str]) -> None:
    """Write the words of subjects to `path`, to be found by entries. Raises StorageError."""
    arrays = build(people, person=True, prefix=prefix_of(person=True))
    arrays |= build(firms, person=False, prefix=prefix_of(person=False))
    storage.write(path, MATCHER_VERSION, arrays)


def load_words(path: Path) -> Arrays:
    """The words that `save_words` wrote. Raises StorageError for a damaged file, and for one of
    another version of the matcher.
    """
    return storage.read(path, MATCHER_VERSION)


def entry_keys(index: Index, words: Sequence[Arrays]) -> EntryKeys:
    """The keys that every subject has one of which an entry of the index could be.

    `words` hold all words of the subjects.
    """
    # A postcode takes a word beside it.
    places = hash_texts(sorted(index.postcodes())) ^ _salt(NUMBER, False)
    beside = [places]
    alone = [np.setdiff1d(index.arrays["number_hash"] ^ _salt(NUMBER, False), places)]
    for person in _SIDES:
        prefix = prefix_of(person)
        listed = Vocabulary(index.arrays, person=person, prefix=prefix)
        texts = [listed.word(number).text for number in range(len(listed))]
        joined = index.arrays[f"{prefix}joined_hash"]
        for arrays in words:
            ours = Vocabulary(arrays, person=person, prefix=prefix)
            similar = _hashes(ours, _similar(ours, arrays, prefix, texts, person=person))
            beside += [similar ^ _salt(SOUGHT, person), similar ^ _salt(OTHER, person)]
            _, at = ranges_of(joined, arrays[f"{prefix}key_hash"])
            split = _hashes(ours, set(arrays[f"{prefix}key_word"][at].tolist()))
            alone += [split ^ _salt(SOUGHT, person), split ^ _salt(OTHER, person)]
        whole, _ = deletions(texts, one_from=ONE_EDIT_FROM, two_from=_NEVER)
        alone += [
            whole ^ _salt(JOIN, person),
            joined ^ _salt(JOIN, person),
            index.arrays[f"{prefix}opening_hash"] ^ _salt(START, person),
        ]
    enough = _distinct(alone)
    others = np.setdiff1d(_distinct(beside), enough)
    return EntryKeys(
        np.concatenate((enough, others)),
        np.concatenate((np.ones(len(enough), np.bool_), np.zeros(len(others), np.bool_))),
    )


def _distinct(parts: Sequence[U64]) -> U64:
    found: U64 = np.unique(np.concatenate([np.zeros(0, np.uint64), *parts]))
    return found


def _similar(
    ours: Vocabulary, arrays: Arrays, prefix: str, texts: list[str], *, person: bool
) -> set[int]:
    """The numbers of our words that answer to one of the listed texts."""
    listed = [word(text) for text in texts]
    # Kept as listed words are, and asked for as a party's are: which is which makes no difference.
    hashes, owners = keys(listed, person=person, listed=False)
    hits, places = ranges_of(hashes, arrays[f"{prefix}key_hash"])
    size = np.int64(len(ours) + 1)
    pairs = set((owners[hits] * size + arrays[f"{prefix}key_word"][places]).tolist())
    found: set[int] = set()
    for owner, number in (divmod(pair, int(size)) for pair in pairs):
        if number not in found and similarity(ours.word(number), listed[owner], person=person):
            found.add(number)
    return found


def _hashes(vocabulary: Vocabulary, numbers: Iterable[int]) -> U64:
    return hash_texts([vocabulary.word(number).text for number in sorted(numbers)])


def _salt(kind: int, person: bool) -> np.uint64:
    with np.errstate(over="ignore"):
        salt: np.uint64 = _SALT * np.uint64(2 * kind + person + 1)
    return salt
