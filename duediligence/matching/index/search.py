"""From candidates to matches: compare each candidate word by word, then add the evidence."""

import gc
import threading
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from duediligence.matching.compare import compatible, may_be_person
from duediligence.matching.evidence import (
    AT_POSTCODE,
    SAME_NUMBER,
    WEAK_ALIAS,
    Subject,
    evidence,
    keys_beside,
    most_added,
    no_name,
    weak_alias,
)
from duediligence.matching.index.arrays import Arrays, hash_texts
from duediligence.matching.index.candidates import SLACK, CandidateFinder
from duediligence.matching.index.rows import Entries
from duediligence.matching.names.alignment import Alignment
from duediligence.matching.names.features import (
    apart,
    name_features,
    name_score,
    names_are_common,
)
from duediligence.matching.names.prepared import (
    NameReading,
    PreparedName,
    prepare,
    prepare_to_look_up,
)
from duediligence.model import Match
from duediligence.model.entries import VEHICLES


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


class EntrySearch:
    """Searches chunks of subjects, which is far cheaper than one by one.

    The entries are those of one list, or of several one after the other; `list_first` holds the
    number of the first entry of each. Threads take turns, as the words known are kept.
    """

    def __init__(self, arrays: Arrays, entries: Entries) -> None:
        self._lock = threading.Lock()
        self._entries = entries
        self._sides = (CandidateFinder(arrays, person=True), CandidateFinder(arrays, person=False))
        self._number_hash = arrays["number_hash"]
        self._number_entry = arrays["number_entry"]
        self._list_first: list[int] = (
            arrays["list_first"].tolist() if "list_first" in arrays else [0]
        )

    @property
    def lists(self) -> int:
        """The number of lists."""
        return len(self._list_first)

    def chunk(
        self, subjects: Sequence[Subject], thresholds: Sequence[float], limit: int
    ) -> list[dict[int, list[Match]]]:
        """For each subject its matches, by the number of the list, best first, namesakes last.

        `thresholds` has one for each list: a match is at or above it. A list with an infinite one
        is left out, as are lists with no match.
        """
        with self._lock:
            # Nothing made here refers to itself; looking for such cycles would cost half the time.
            collects = gc.isenabled()
            gc.disable()
            try:
                return self._chunk(subjects, thresholds, limit)
            finally:
                if collects:
                    gc.enable()

    def _chunk(
        self, subjects: Sequence[Subject], thresholds: Sequence[float], limit: int
    ) -> list[dict[int, list[Match]]]:
        prepared = [
            [(prepare if s.anything else prepare_to_look_up)(name, s.kind) for name in s.names]
            for s in subjects
        ]
        best: list[dict[int, Best]] = [{} for _ in subjects]
        for side in self._sides:
            self._by_name(side, subjects, prepared, best, thresholds)
        beside = self._beside(subjects, prepared, best, thresholds)
        return [
            self._matches(subject, found, near, thresholds, limit) if found else {}
            for subject, found, near in zip(subjects, best, beside, strict=True)
        ]

    def _by_name(
        self,
        side: CandidateFinder,
        subjects: Sequence[Subject],
        prepared: list[list[PreparedName]],
        best: list[dict[int, Best]],
        thresholds: Sequence[float],
    ) -> None:
        readings: list[NameReading] = []
        owners: list[tuple[int, int, int]] = []
        least: list[float] = []
        lowest = min(thresholds)
        for number, (subject, names) in enumerate(zip(subjects, prepared, strict=True)):
            for place, ours in enumerate(names):
                mine = ours.person if side.person else ours.organisation
                for which, reading in enumerate(mine):
                    readings.append(reading)
                    owners.append((number, place, which))
                    least.append(lowest - most_added(subject))
        numbers, rows = side.candidates(readings, least)
        for reading_number, row in zip(numbers, rows, strict=True):
            number, place, ours_is = owners[reading_number]
            name = int(side.row_name[row])
            entry = self._entries.of_name(name)
            if not self._may_be(subjects[number], entry, thresholds):
                continue
            listed = self._entries.name(name)
            theirs_is = int(side.row_reading[row])
            theirs = (listed.person if side.person else listed.organisation)[theirs_is]
            pair = PairOfNames(place, name, not side.person, ours_is, theirs_is)
            alignment = Alignment(readings[reading_number], theirs)
            self._keep_best(best[number], entry, pair, alignment)

    def _list_of(self, entry: int) -> int:
        return bisect_right(self._list_first, entry) - 1

    def _may_be(self, subject: Subject, entry: int, thresholds: Sequence[float]) -> bool:
        kind = self._entries.kind(entry)
        if not compatible(subject.kind, kind):
            return False
        if subject.kind == "unknown" and not subject.anything and kind in VEHICLES:
            return False
        return len(thresholds) == 1 or thresholds[self._list_of(entry)] <= 1

    def _keep_best(
        self, found: dict[int, Best], entry: int, pair: PairOfNames, alignment: Alignment
    ) -> None:
        score = name_score(alignment) + (WEAK_ALIAS if self._entries.is_weak(pair.name) else 0.0)
        known = found.get(entry)
        if known is None or (-score, pair) < (-known.score, known.pair):
            found[entry] = Best(score, pair, alignment)

    def _beside(
        self,
        subjects: Sequence[Subject],
        prepared: list[list[PreparedName]],
        best: list[dict[int, Best]],
        thresholds: Sequence[float],
    ) -> list[set[int]]:
        """Entries that share a number with a subject, whatever their names, or a postcode."""
        near: list[set[int]] = [set() for _ in subjects]
        keys = [
            (number, key)
            for number, subject in enumerate(subjects)
            for key in keys_beside(subject, person=subject.kind == "person")
        ]
        if not keys:
            return near
        hashes = hash_texts([key for _, key in keys])
        left = np.searchsorted(self._number_hash, hashes, side="left")
        right = np.searchsorted(self._number_hash, hashes, side="right")
        for (number, key), first, last in zip(keys, left.tolist(), right.tolist(), strict=True):
            for entry in self._number_entry[first:last].tolist():
                if self._may_be(subjects[number], entry, thresholds):
                    near[number].add(entry)
                    numbered = not key.startswith(AT_POSTCODE)
                    self._compare_all(prepared[number], entry, best[number], numbered=numbered)
        return near

    def _compare_all(
        self, ours: list[PreparedName], entry: int, found: dict[int, Best], *, numbered: bool
    ) -> None:
        """The best pair of names of a subject and an entry, by comparing every pair."""
        names = self._entries.names_of(entry)
        if numbered and ((known := found.get(entry)) is None or known.score < 0):
            # Names that agree in less than nothing count no worse than names that share no word.
            nothing = PairOfNames(len(ours), names.start, False, 0, 0)
            found[entry] = Best(0.0, nothing, None)
        for place, name in enumerate(ours):
            for number in names:
                theirs = self._entries.name(number)
                for organisation, left, right in (
                    (False, name.person, theirs.person),
                    (True, name.organisation, theirs.organisation),
                ):
                    for (a, mine), (b, listed) in product(enumerate(left), enumerate(right)):
                        alignment = Alignment(mine, listed)
                        if alignment.pairs:
                            pair = PairOfNames(place, number, organisation, a, b)
                            self._keep_best(found, entry, pair, alignment)

    def _matches(
        self,
        subject: Subject,
        found: dict[int, Best],
        near: set[int],
        thresholds: Sequence[float],
        limit: int,
    ) -> dict[int, list[Match]]:
        matches: dict[int, list[Match]] = {}
        most = most_added(subject) + (SAME_NUMBER if subject.identifiers else 0.0)
        for number, best in found.items():
            in_list = self._list_of(number)
            threshold = thresholds[in_list]
            short = threshold - SLACK - best.score - most
            if self._entries.is_weak(best.pair.name):
                short += WEAK_ALIAS
            if (short > 0 and number not in near) and not (
                subject.addresses and best.alignment and short <= apart(best.alignment)
            ):
                continue
            entry = self._entries.entry(number)
            listed = self._entries.text(best.pair.name)
            person = may_be_person(subject.kind, self._entries.kind(number), best.alignment)
            features = (
                [no_name(person)]
                if best.alignment is None
                else name_features(best.alignment, person=person)
            )
            if weak := weak_alias(self._entries.strength(best.pair.name), listed, person=person):
                features.append(weak)
            common = best.alignment is not None and names_are_common(best.alignment)
            features += evidence(subject, entry.facts, features, person=person, common=common)
            ours = subject.names[best.pair.place] if best.pair.place < len(subject.names) else ""
            match = Match(tuple(features), ours, listed, entry.id, entry.list_id)
            if match.shown_up_to >= threshold:
                matches.setdefault(in_list, []).append(match)
        return {number: first(some, limit) for number, some in matches.items()}


def first(matches: Iterable[Match], limit: int) -> list[Match]:
    """The best matches, no more than `limit`, then every one that is set aside, best first."""
    ordered = sorted(matches, key=lambda m: (-m.score, m.entry_id, m.list_id))
    shown = [match for match in ordered if not match.set_aside]
    return shown[:limit] + [match for match in ordered if match.set_aside]
