"""From candidates to matches: compare each candidate word by word, then add the evidence."""

import gc
import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product
from typing import NamedTuple

from duediligence.matching import evidence as beside
from duediligence.matching.compare import are_kinds_compatible, may_be_person
from duediligence.matching.evidence import AT_POSTCODE, WEAK_ALIAS, Subject, keys_beside, most_added
from duediligence.matching.index.arrays import Arrays, hash_texts, ranges_of
from duediligence.matching.index.candidates import SLACK, CandidateFinder
from duediligence.matching.index.rows import Entries
from duediligence.matching.names import features
from duediligence.matching.names.alignment import Alignment
from duediligence.matching.names.prepared import prepare, prepare_to_look_up
from duediligence.model import Match
from duediligence.model.entries import VEHICLES


@contextmanager
def no_collecting() -> Iterator[None]:
    """Look for no cycles of objects: a search makes none, and it would cost half the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class PairOfNames(NamedTuple):
    """Which names are compared, as which readings: the order in which equal scores are preferred.

    The place of our name, the number of theirs, whether both are read as organisations', and the
    places of the readings. It does not depend on what else the index holds.
    """

    place: int
    name: int
    organisation: bool
    ours: int
    theirs: int


class Best(NamedTuple):
    """The best pair of names found so far; no alignment where no word agrees."""

    score: float
    pair: PairOfNames
    alignment: Alignment | None


class Wanted:
    """A subject in a search: its names, and by the number of the entry what is found of it.

    `near` are entries that share a number or a postcode with it.
    """

    def __init__(self, subject: Subject) -> None:
        read = prepare if subject.anything else partial(prepare_to_look_up, cell=subject.cell)
        self.subject = subject
        self.names = [read(name, subject.kind) for name in subject.names]
        self.found: dict[int, Best] = {}
        self.near: set[int] = set()


class EntrySearch:
    """Searches chunks of subjects, which is far cheaper than one by one.

    The entries are those of one list, or of several one after the other; `list_first` holds the
    number of the first entry of each. Threads take turns, as the words known are kept.
    """

    def __init__(self, arrays: Arrays, entries: Entries) -> None:
        self._lock = threading.Lock()
        self._entries = entries
        self._sides = [CandidateFinder(arrays, person=person) for person in (True, False)]
        self._arrays = arrays
        self.list_first = arrays["list_first"].tolist() if "list_first" in arrays else [0]

    def chunk(
        self, subjects: Sequence[Subject], thresholds: Sequence[float], limit: int
    ) -> list[dict[int, list[Match]]]:
        """For each subject its matches, by the number of the list, best first, namesakes last.

        `thresholds` has one for each list: a match is at or above it. A list with an infinite one
        is left out, as are lists with no match.
        """
        with self._lock, no_collecting():
            wanted = [Wanted(subject) for subject in subjects]
            for side in self._sides:
                self._by_name(side, wanted, thresholds)
            self._beside(wanted, thresholds)
            return [self._matches(one, thresholds, limit) if one.found else {} for one in wanted]

    def _by_name(
        self, side: CandidateFinder, wanted: Sequence[Wanted], thresholds: Sequence[float]
    ) -> None:
        lowest = min(thresholds)
        readings = [
            (one, place, which, reading)
            for one in wanted
            for place, name in enumerate(one.names)
            for which, reading in enumerate(name.readings(person=side.person))
        ]
        cells = [
            (one, place, 0, reading)
            for one in wanted
            for place, name in enumerate(one.names)
            for reading in name.within
            if side.person
        ]
        numbers, rows = side.candidates(
            [reading for *_, reading in readings],
            [lowest - most_added(one.subject) for one, *_ in readings],
            [reading for *_, reading in cells],
        )
        plain = len(readings)
        readings += cells
        names = side.row_name[rows]
        entries = self._arrays["name_entry"][names].tolist()
        found = zip(numbers, names.tolist(), entries, side.row_reading[rows].tolist(), strict=True)
        for reading_number, name, entry, theirs in found:
            one, place, which, reading = readings[reading_number]
            if self._may_be(one.subject, entry, thresholds, within=reading_number >= plain):
                listed = self._entries.name(name).readings(person=side.person)[theirs]
                pair = PairOfNames(place, name, not side.person, which, theirs)
                alignment = Alignment(reading, listed)
                if reading_number < plain or alignment.within:
                    self._keep_best(one.found, entry, pair, alignment)

    def _list_of(self, entry: int) -> int:
        return bisect_right(self.list_first, entry) - 1

    def _may_be(
        self, subject: Subject, entry: int, thresholds: Sequence[float], *, within: bool = False
    ) -> bool:
        kind = self._entries.kind(entry)
        if not within and not are_kinds_compatible(subject.kind, kind):
            return False
        if subject.kind == "unknown" and not subject.anything and kind in VEHICLES:
            return False
        return len(thresholds) == 1 or thresholds[self._list_of(entry)] <= 1

    def _weakness(self, name: int) -> float:
        """Return what a name of an entry takes away as a weak alias."""
        return WEAK_ALIAS if self._entries.strength(name) == "weak" else 0.0

    def _keep_best(
        self, found: dict[int, Best], entry: int, pair: PairOfNames, alignment: Alignment
    ) -> None:
        score = features.name_score(alignment) + self._weakness(pair.name)
        known = found.get(entry)
        if known is None or (-score, pair) < (-known.score, known.pair):
            found[entry] = Best(score, pair, alignment)

    def _beside(self, wanted: Sequence[Wanted], thresholds: Sequence[float]) -> None:
        """Find entries that share a number with a subject, whatever their names, or a postcode."""
        keys = [
            (one, key)
            for one in wanted
            if one.subject.identifiers or one.subject.addresses
            for key in keys_beside(one.subject, person=one.subject.kind == "person")
        ]
        hashes = hash_texts([key for _, key in keys])
        which, places = ranges_of(hashes, self._arrays["number_hash"])
        for number, place in sorted(zip(which.tolist(), places.tolist(), strict=True)):
            one, key = keys[number]
            entry = int(self._arrays["number_entry"][place])
            if self._may_be(one.subject, entry, thresholds):
                one.near.add(entry)
                self._compare_all(one, entry, numbered=not key.startswith(AT_POSTCODE))

    def _compare_all(self, one: Wanted, entry: int, *, numbered: bool) -> None:
        """Find the best pair of names of a subject and an entry, by comparing every pair."""
        names = self._entries.names_of(entry)
        if numbered and ((known := one.found.get(entry)) is None or known.score < 0):
            # Names that agree in less than nothing count no worse than names that share no word.
            nothing = PairOfNames(len(one.names), names.start, False, 0, 0)
            one.found[entry] = Best(0.0, nothing, None)
        for (place, name), number in product(enumerate(one.names), names):
            theirs = self._entries.name(number)
            for person in (True, False):
                left, right = name.readings(person=person), theirs.readings(person=person)
                for (a, mine), (b, listed) in product(enumerate(left), enumerate(right)):
                    alignment = Alignment(mine, listed)
                    if alignment.pairs:
                        pair = PairOfNames(place, number, not person, a, b)
                        self._keep_best(one.found, entry, pair, alignment)

    def _matches(
        self, one: Wanted, thresholds: Sequence[float], limit: int
    ) -> dict[int, list[Match]]:
        matches: dict[int, list[Match]] = {}
        subject = one.subject
        most = most_added(subject) + (beside.SAME_NUMBER if subject.identifiers else 0.0)
        for number, (score, pair, alignment) in one.found.items():
            in_list = self._list_of(number)
            threshold = thresholds[in_list]
            short = threshold - SLACK - score - most + self._weakness(pair.name)
            if (short > 0 and number not in one.near) and not (
                subject.addresses and alignment and short <= features.score_opposed_marks(alignment)
            ):
                continue
            entry = self._entries.entry(number)
            listed = self._entries.text(pair.name)
            person = may_be_person(subject.kind, self._entries.kind(number), alignment)
            found = features.name_features(alignment, person=person)
            if self._weakness(pair.name):
                # A name that the publisher itself calls weak never makes a possible match alone.
                alias = ("weak alias", "weak alias", "", listed)
                found.append(beside.weigh_evidence(*alias, "not known", person))
            common = alignment is not None and features.names_are_common(alignment)
            found += beside.collect_evidence(
                subject, entry.facts, found, person=person, common=common
            )
            ours = subject.names[pair.place] if pair.place < len(subject.names) else ""
            match = Match(tuple(found), ours, listed, entry.id, entry.list_id)
            if match.shown_up_to >= threshold:
                matches.setdefault(in_list, []).append(match)
        return {number: select_best_matches(some, limit) for number, some in matches.items()}


def select_best_matches(matches: Iterable[Match], limit: int) -> list[Match]:
    """Return the best matches, no more than `limit`, then every one that is set aside, best
    first.
    """
    ordered = sorted(matches, key=lambda m: (-m.score, m.entry_id, m.list_id))
    shown = [match for match in ordered if not match.set_aside]
    return shown[:limit] + [match for match in ordered if match.set_aside]
