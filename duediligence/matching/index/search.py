"""From candidates to matches: every candidate is compared word by word, then the evidence told."""

import gc
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from duediligence.matching.compare import compatible, may_be_person
from duediligence.matching.evidence import (
    IDENTIFIER_EQUAL,
    WEAK_ALIAS,
    evidence,
    identifier_keys,
    most_added,
    no_name,
    weak_alias,
)
from duediligence.matching.index.arrays import Arrays
from duediligence.matching.index.bound import SLACK
from duediligence.matching.index.candidates import CandidateFinder
from duediligence.matching.index.entries import Entries
from duediligence.matching.index.hashing import hash_texts
from duediligence.matching.names.alignment import Alignment
from duediligence.matching.names.common_names import is_common
from duediligence.matching.names.features import name_features, name_score
from duediligence.matching.names.prepared import PreparedName, Reading, prepare
from duediligence.matching.subject import Subject
from duediligence.model import Match


class Best(NamedTuple):
    """The best pair of names found so far: score, place of ours, number of theirs, alignment."""

    score: float
    place: int
    name: int
    alignment: Alignment | None


class EntrySearch:
    """Searches chunks of subjects, which is far cheaper than one by one."""

    def __init__(self, arrays: Arrays, entries: Entries) -> None:
        self._entries = entries
        self._sides = (CandidateFinder(arrays, person=True), CandidateFinder(arrays, person=False))
        self._number_hash = arrays["number_hash"]
        self._number_entry = arrays["number_entry"]

    def chunk(self, subjects: Sequence[Subject], threshold: float, limit: int) -> list[list[Match]]:
        """For each subject its matches at or above the threshold, best first, namesakes last."""
        # Nothing made here refers to itself; looking for such cycles would cost half the time.
        collects = gc.isenabled()
        gc.disable()
        try:
            return self._chunk(subjects, threshold, limit)
        finally:
            if collects:
                gc.enable()

    def _chunk(
        self, subjects: Sequence[Subject], threshold: float, limit: int
    ) -> list[list[Match]]:
        prepared = [[prepare(name, s.kind) for name in s.names] for s in subjects]
        best: list[dict[int, Best]] = [{} for _ in subjects]
        for side in self._sides:
            self._by_name(side, subjects, prepared, best, threshold)
        self._by_number(subjects, prepared, best)
        return [
            self._matches(subject, found, threshold, limit) if found else []
            for subject, found in zip(subjects, best, strict=True)
        ]

    def _by_name(
        self,
        side: CandidateFinder,
        subjects: Sequence[Subject],
        prepared: list[list[PreparedName]],
        best: list[dict[int, Best]],
        threshold: float,
    ) -> None:
        readings: list[Reading] = []
        owners: list[tuple[int, int]] = []
        least: list[float] = []
        for number, names in enumerate(prepared):
            needed = threshold - most_added(subjects[number])
            for place, ours in enumerate(names):
                for reading in ours.person if side.person else ours.organisation:
                    readings.append(reading)
                    owners.append((number, place))
                    least.append(needed)
        numbers, rows = side.candidates(readings, least)
        for reading_number, row in zip(numbers, rows, strict=True):
            number, place = owners[reading_number]
            name = int(side.row_name[row])
            entry = self._entries.of_name(name)
            if not compatible(subjects[number].kind, self._entries.kind(entry)):
                continue
            listed = self._entries.name(name)
            theirs = (listed.person if side.person else listed.organisation)[side.row_reading[row]]
            alignment = Alignment(readings[reading_number], theirs)
            self._keep_best(best[number], entry, place, name, alignment)

    def _keep_best(
        self, found: dict[int, Best], entry: int, place: int, name: int, alignment: Alignment
    ) -> None:
        score = name_score(alignment) + (WEAK_ALIAS if self._entries.is_weak(name) else 0.0)
        known = found.get(entry)
        # Of equal scores the earlier name, so that the order of candidates does not matter.
        if known is None or (-score, place, name) < (-known.score, known.place, known.name):
            found[entry] = Best(score, place, name, alignment)

    def _by_number(
        self,
        subjects: Sequence[Subject],
        prepared: list[list[PreparedName]],
        best: list[dict[int, Best]],
    ) -> None:
        """Entries that share a number with a subject, whatever their names."""
        keys = [
            (number, key)
            for number, subject in enumerate(subjects)
            for identifier in subject.identifiers
            for key in identifier_keys(identifier)
        ]
        if not keys:
            return
        hashes = hash_texts([key for _, key in keys])
        left = np.searchsorted(self._number_hash, hashes, side="left")
        right = np.searchsorted(self._number_hash, hashes, side="right")
        for (number, _), first, last in zip(keys, left.tolist(), right.tolist(), strict=True):
            for entry in self._number_entry[first:last].tolist():
                if compatible(subjects[number].kind, self._entries.kind(entry)):
                    self._compare_all(prepared[number], entry, best[number])

    def _compare_all(self, ours: list[PreparedName], entry: int, found: dict[int, Best]) -> None:
        """The best pair of names of a subject and an entry, by comparing every pair."""
        names = self._entries.names_of(entry)
        found.setdefault(entry, Best(0.0, len(ours), names.start, None))
        for place, name in enumerate(ours):
            for number in names:
                theirs = self._entries.name(number)
                for left, right in (
                    (name.person, theirs.person),
                    (name.organisation, theirs.organisation),
                ):
                    for a in left:
                        for b in right:
                            alignment = Alignment(a, b)
                            if alignment.pairs:
                                self._keep_best(found, entry, place, number, alignment)

    def _matches(
        self, subject: Subject, found: dict[int, Best], threshold: float, limit: int
    ) -> list[Match]:
        matches = []
        most = most_added(subject) + (IDENTIFIER_EQUAL if subject.identifiers else 0.0)
        for number, best in found.items():
            if best.score + most < threshold - SLACK:
                continue
            entry = self._entries.entry(number)
            listed = self._entries.text(best.name)
            person = may_be_person(subject.kind, self._entries.kind(number), best.alignment)
            features = (
                [no_name(person)]
                if best.alignment is None
                else name_features(best.alignment, person=person)
            )
            if weak := weak_alias(self._entries.strength(best.name), listed, person=person):
                features.append(weak)
            common = best.alignment is not None and is_common(best.alignment)
            features += evidence(subject, entry.facts, features, person=person, common=common)
            ours = subject.names[best.place] if best.place < len(subject.names) else ""
            match = Match(tuple(features), ours, listed, entry.id, entry.list_id)
            if match.shown_up_to >= threshold:
                matches.append(match)
        return first(matches, limit)


def first(matches: Iterable[Match], limit: int) -> list[Match]:
    """The best matches, no more than `limit`, then every one that is set aside, best first."""
    ordered = sorted(matches, key=lambda m: (-m.score, m.entry_id, m.list_id))
    shown = [match for match in ordered if not match.set_aside]
    return shown[:limit] + [match for match in ordered if match.set_aside]
