"""Which of many parties a few entries could be, by keys of their names and numbers.

The search proper goes from a party to the entries that share a word, a join of words, an opening
or a number with it (`candidates.py`). This goes the other way round, by the same keys: a party
that shares none with an entry is one that `Index.search` does not find. Those that share one are
searched for properly, so that nothing else needs to be exact.
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from duediligence.matching.compare import MATCHER_VERSION
from duediligence.matching.evidence import AT_POSTCODE, Subject, keys_beside, most_added
from duediligence.matching.index import arrays as storage
from duediligence.matching.index.arrays import I64, U64, Arrays, hash_texts, prefix_of, side_of
from duediligence.matching.index.candidates import SCALES, Plan, cannot_carry
from duediligence.matching.index.index import Index
from duediligence.matching.index.rows import firm_word
from duediligence.matching.index.search import no_collecting
from duediligence.matching.index.vocabulary import Vocabulary, build_vocabulary
from duediligence.matching.names.prepared import NameReading, prepare_to_look_up
from duediligence.matching.names.similarity import ONE_EDIT_FROM, compare_words
from duediligence.matching.names.words import get_word

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


def merge_subject_keys(parts: Sequence[tuple[int, SubjectKeys]]) -> SubjectKeys:
    """Return the keys of several runs of subjects as those of one; with each the place of its
    first.
    """
    return SubjectKeys(
        np.concatenate([np.zeros(0, np.uint64), *(keys.keys for _, keys in parts)]),
        np.concatenate([np.zeros(0, np.int64), *(keys.owners + first for first, keys in parts)]),
        np.concatenate([np.zeros(0, np.bool_), *(keys.alone for _, keys in parts)]),
        sorted({word for _, keys in parts for word in keys.people_words}),
        sorted({word for _, keys in parts for word in keys.firm_words}),
    )


@no_collecting()
def subject_keys(subjects: Sequence[Subject], threshold: float) -> SubjectKeys:
    """Return under what the subjects are found by entries that score `threshold` or more."""
    texts: list[str] = []
    salts: list[int] = []
    owners: list[int] = []
    alone: list[bool] = []

    def add(kind: int, person: bool, place: int, keys: Collection[str], enough: list[bool]) -> None:
        texts.extend(keys)
        salts.extend([_number_key_kind(kind, person)] * len(keys))
        owners.extend([place] * len(keys))
        alone.extend(enough)

    sides: dict[bool, list[tuple[int, NameReading, float]]] = {person: [] for person in _SIDES}
    for place, subject in enumerate(subjects):
        least = threshold - most_added(subject)
        for name in subject.names:
            prepared = prepare_to_look_up(name, subject.kind, cell=subject.cell)
            sides[True] += [(place, reading, least) for reading in prepared.person]
            starts = [key for one in prepared.within for key in one.openings(listed=False)]
            add(START, True, place, starts, [True] * len(starts))
            sides[False] += [(place, reading, least) for reading in prepared.organisation]
        beside = keys_beside(subject, person=subject.kind == "person")
        add(NUMBER, False, place, beside, [not key.startswith(AT_POSTCODE) for key in beside])
    words: dict[bool, set[str]] = {person: set() for person in _SIDES}
    for person, side in sides.items():
        plan = Plan.of([r for _, r, _ in side], [least for _, _, least in side], person=person)
        for (place, reading, least), sought in zip(side, plan.sought, strict=True):
            own = [w.text for w in reading.words]
            words[person].update(own)
            carries = [_is_word_enough(reading, at, least, person=person) for at in sought]
            add(SOUGHT, person, place, [own[at] for at in sought], carries)
            rest = [text for at, text in enumerate(own) if at not in sought]
            add(OTHER, person, place, rest, [False] * len(rest))
            joins, openings = reading.joins.texts, reading.openings(listed=False)
            add(JOIN, person, place, joins, [True] * len(joins))
            add(START, person, place, openings, [True] * len(openings))
    return SubjectKeys(
        hash_texts(texts) ^ (_SALT * np.array(salts, np.uint64)),
        np.array(owners, np.int64),
        np.array(alone, np.bool_),
        *[sorted(words[person]) for person in _SIDES],
    )


def _is_word_enough(reading: NameReading, place: int, least: float, *, person: bool) -> bool:
    """Return whether one word may be enough for a match though no other word of the name agrees."""
    left, missing = reading.weights[place], 0.0
    for at, (w, weight) in enumerate(zip(reading.words, reading.weights, strict=True)):
        if at != place and reading.initials and w.initial:  # each may answer to any word
            left += weight
        elif at != place and firm_word(w, reading):
            missing += min(weight, SCALES[person].dearest)
    return not cannot_carry(left, 1 + reading.initials, missing, least, person=person)


class SubjectIndex:
    """Finds those of some subjects that an entry of a list could be, each by its place."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays

    @classmethod
    def build(cls, subjects: Sequence[Subject], threshold: float) -> "SubjectIndex":
        """Index subjects for entries that score `threshold` or more."""
        found = subject_keys(subjects, threshold)
        order = np.argsort(found.keys)
        own = {
            "key": found.keys[order],
            "key_owner": found.owners[order],
            "key_alone": found.alone[order],
        }
        return cls(own | _word_arrays(found.people_words, found.firm_words))

    def save(self, path: Path) -> str:
        """Write it to the file `path`; return the SHA-256 of that. Raises StorageError."""
        return storage.write(path, MATCHER_VERSION, self._arrays)

    @classmethod
    def load(cls, path: Path, recorded: str) -> "SubjectIndex":
        """Open a saved one. Raises StorageError where it is missing or not as recorded."""
        return cls(storage.read(path, MATCHER_VERSION, recorded))

    def affected(self, index: Index) -> set[int]:
        """Return the places of all subjects that `search_many` of the index could find."""
        wanted = entry_keys(index, [self._arrays])
        which, at = storage.ranges_of(wanted.keys, self._arrays["key"])
        owners = self._arrays["key_owner"][at]
        enough = owners[wanted.alone[which] | self._arrays["key_alone"][at]]
        several = np.unique(np.stack((owners, which)), axis=1)[0]
        found, counts = np.unique(several, return_counts=True)
        return {*enough.tolist(), *found[counts > 1].tolist()}


def save_words(path: Path, people: list[str], firms: list[str]) -> None:
    """Write the words of subjects to `path`, to be found by entries. Raises StorageError."""
    storage.write(path, MATCHER_VERSION, _word_arrays(people, firms))


def _word_arrays(people: list[str], firms: list[str]) -> Arrays:
    return {
        prefix_of(person) + what: array
        for person, words in ((True, people), (False, firms))
        for what, array in build_vocabulary(words, person=person).items()
    }


def load_words(path: Path) -> Arrays:
    """Return the words that `save_words` wrote. Raises StorageError for a damaged file, and for one
    of another version of the matcher.
    """
    return storage.read(path, MATCHER_VERSION)


def entry_keys(index: Index, words: Sequence[Arrays]) -> EntryKeys:
    """Return the keys that every subject has one of which an entry of the index could be.

    `words` hold all words of the subjects.
    """
    # A postcode takes a word beside it.
    places = hash_texts(sorted(index.entries.postcodes())) ^ _salt(NUMBER, False)
    beside = [places]
    alone = [np.setdiff1d(index.arrays["number_hash"] ^ _salt(NUMBER, False), places)]
    for person in _SIDES:
        side = side_of(index.arrays, person=person)
        listed = Vocabulary(side, person=person)
        texts = [listed.word(number).text for number in range(len(listed))]
        joined = side["joined_hash"]
        for arrays in words:
            keyed = side_of(arrays, person=person)
            ours = Vocabulary(keyed, person=person)
            similar = _hash_words(ours, _find_similar_words(ours, texts, person=person))
            beside += [similar ^ _salt(SOUGHT, person), similar ^ _salt(OTHER, person)]
            _, at = storage.ranges_of(joined, keyed["key_hash"])
            split = _hash_words(ours, set(keyed["key_word"][at].tolist()))
            alone += [split ^ _salt(SOUGHT, person), split ^ _salt(OTHER, person)]
        whole, _ = storage.hash_deletions(texts, one_from=ONE_EDIT_FROM, two_from=_NEVER)
        alone += [
            whole ^ _salt(JOIN, person),
            joined ^ _salt(JOIN, person),
            side["opening_hash"] ^ _salt(START, person),
        ]
    enough: U64 = np.unique(np.concatenate(alone))
    others: U64 = np.setdiff1d(np.concatenate(beside), enough)
    flags = np.repeat(np.array([True, False]), [len(enough), len(others)])
    return EntryKeys(np.concatenate((enough, others)), flags)


def _find_similar_words(ours: Vocabulary, texts: list[str], *, person: bool) -> set[int]:
    """Return the numbers of our words that answer to one of the listed texts."""
    listed = [get_word(text) for text in texts]
    found: set[int] = set()
    # Kept as listed words are, and asked for as a party's are: which is which makes no difference.
    for owner, number in ours.answers(listed):
        if number not in found and compare_words(ours.word(number), listed[owner], person=person):
            found.add(number)
    return found


def _hash_words(vocabulary: Vocabulary, numbers: Iterable[int]) -> U64:
    return hash_texts([vocabulary.word(number).text for number in sorted(numbers)])


def _salt(kind: int, person: bool) -> np.uint64:
    with np.errstate(over="ignore"):
        salt: np.uint64 = _SALT * np.uint64(_number_key_kind(kind, person))
    return salt


def _number_key_kind(kind: int, person: bool) -> int:
    return 2 * kind + person + 1
