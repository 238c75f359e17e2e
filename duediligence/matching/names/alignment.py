"""Which word of one name answers to which of the other."""

from typing import Final, NamedTuple

from duediligence.matching.names.prepared import NameReading
from duediligence.matching.names.similarity import similar_pairs
from duediligence.matching.names.words import INITIAL_WEIGHT, Word, pair_weight

INITIAL = 0.85
CUT_OFF = 0.90
JOINED = 0.96
OPTIONAL_WEIGHT = 0.1
LEAST_CUT = 1.5  # the weight that agrees where one name is the other, cut off
LEAST_CONFLICT, MOST_CONFLICT, OPTIONAL_CONFLICT = 0.6, 1.0, 0.3


class Pair(NamedTuple):
    """Words that answer to one another: as written, their weight and their likeness."""

    query: str
    listed: str
    weight: float
    likeness: float


class Alignment:
    """The outcome for one pair of readings, in weights (see `Word`).

    `matched` is the weight of the words that answer to one another, `alike` the same times their
    likeness, `full` the number of words on one side that found a whole word to answer.
    `firm_rest` tells whether any word left over costs much, `cut_off` whether one name of a firm
    stops where the other goes on, so that none does;
    `conflict` weighs words left on both sides, `extra_query` and `extra_listed` those left on one.
    """

    __slots__ = (
        "alike", "conflict", "cut_off", "extra_listed", "extra_query", "firm_rest",
        "full", "listed", "matched", "pairs",
        "parts",
        "person", "query", "rest_listed", "rest_query",
    )  # fmt: skip

    def __init__(self, query: NameReading, listed: NameReading) -> None:
        person = query.person
        self.query: Final = query
        self.listed: Final = listed
        self.person: Final = person
        self.pairs: list[Pair] = []
        self.rest_query, self.rest_listed = list(query.words), list(listed.words)
        self.full = self.parts = 0
        self._pair_equal()
        if self.rest_query and self.rest_listed:
            if len(self.rest_query) != len(self.rest_listed):
                self._pair_joined()
            self._pair_alike()
            if person and self.rest_query and self.rest_listed:
                if query.initials or listed.initials:
                    self._pair_initials()
                if query.stump or listed.stump:
                    self._pair_cut_off()
        self.conflict = self.extra_query = self.extra_listed = 0.0
        self.matched = self.alike = 0.0
        self.firm_rest = self.cut_off = False
        if self.pairs:
            self._weigh()

    def _weigh(self) -> None:
        self.matched = sum([pair.weight for pair in self.pairs])
        self.alike = sum([pair.weight * pair.likeness for pair in self.pairs])
        if self.rest_query or self.rest_listed:
            self.cut_off = self.matched >= LEAST_CUT and _goes_on(
                self.query.letters, self.listed.letters
            )
            if not self.cut_off:
                self._weigh_rest()

    def _pair_equal(self) -> None:
        listed_set = self.listed.word_set
        if listed_set.isdisjoint(self.query.words):
            return
        for word in self.query.words:
            if word in listed_set and word in self.rest_listed:
                self._take(word, word, 1.0)

    def _take(self, a: Word, b: Word, likeness: float) -> None:
        self.rest_query.remove(a)
        self.rest_listed.remove(b)
        weight = pair_weight(a, b, person=self.person)
        self.pairs.append(Pair(a.text, b.text, weight, likeness))
        if a.initial and self.person:
            self.parts += 1
        else:
            self.full += 1

    def _pair_joined(self) -> None:
        """Words split on one side and joined on the other: `ros neft`, `rosneft`."""
        for parts, wholes in (
            (self.rest_query, self.rest_listed),
            (self.rest_listed, self.rest_query),
        ):
            place = 0
            while place + 1 < len(parts) and wholes:
                a, b = parts[place], parts[place + 1]
                length = a.length + b.length
                whole = next(
                    (w for w in wholes if w.length == length and w.text == a.text + b.text), None
                )
                if whole is None:
                    place += 1
                    continue
                del parts[place : place + 2]
                wholes.remove(whole)
                weight = whole.weight_person if self.person else whole.weight_organisation
                texts = (f"{a.text} {b.text}", whole.text)
                left, right = texts if parts is self.rest_query else texts[::-1]
                self.pairs.append(Pair(left, right, weight, JOINED))
                self.full += 2

    def _pair_alike(self) -> None:
        found = similar_pairs(self.rest_query, self.rest_listed, person=self.person)
        if len(found) > 1:
            # By likeness; of equal ones by their texts in an order that is the same both ways.
            found.sort(key=lambda f: (-f[0], min(f[1:]), max(f[1:])))
        for likeness, a, b in found:
            if a in self.rest_query and b in self.rest_listed:
                self._take(a, b, likeness)

    def _pair_initials(self) -> None:
        for one, other in (
            (self.rest_query, self.rest_listed),
            (self.rest_listed, self.rest_query),
        ):
            for initial in [w for w in one if w.initial]:
                answer = next((w for w in other if w.text[0] == initial.text), None)
                if answer is None and initial.text in "ae":
                    articled = (self.listed if one is self.rest_query else self.query).articled
                    answer = next((w for w in other if w.text in articled), None)
                if answer is not None:
                    self._take_part(one, other, initial, answer, INITIAL)

    def _pair_cut_off(self) -> None:
        """The last word of a name that a narrow field cut off: `Zorkov, Alek`."""
        for one, other, reading in (
            (self.rest_query, self.rest_listed, self.query),
            (self.rest_listed, self.rest_query, self.listed),
        ):
            stump = reading.stump
            answers = [w for w in other if w.startswith(stump)] if stump in one else []
            if answers:
                part = next(w for w in one if w.text == stump)
                self._take_part(one, other, part, answers[0], CUT_OFF)

    def _take_part(
        self, one: list[Word], other: list[Word], part: Word, whole: Word, likeness: float
    ) -> None:
        """A part that answers to a whole word weighs little, whatever the word."""
        one.remove(part)
        other.remove(whole)
        texts = (part.text, whole.text)
        left, right = texts if one is self.rest_query else texts[::-1]
        self.pairs.append(Pair(left, right, INITIAL_WEIGHT, likeness))
        self.parts += 1

    def _weigh_rest(self) -> None:
        """Words left on both sides oppose one another, heaviest first; what is over is extra."""
        left = sorted([self._weight(w, self.query) for w in self.rest_query], reverse=True)
        right = sorted([self._weight(w, self.listed) for w in self.rest_listed], reverse=True)
        self.firm_rest = max(left[:1] + right[:1]) > OPTIONAL_WEIGHT
        for a, b in zip(left, right, strict=False):
            if a <= OPTIONAL_WEIGHT or b <= OPTIONAL_WEIGHT:
                self.conflict += OPTIONAL_CONFLICT
            else:
                heavier = a if a > b else b
                self.conflict += LEAST_CONFLICT + (MOST_CONFLICT - LEAST_CONFLICT) * heavier
        opposed = min(len(left), len(right))
        self.extra_query = sum(left[opposed:])
        self.extra_listed = sum(right[opposed:])

    def _weight(self, word: Word, reading: NameReading) -> float:
        if self.person:
            return word.weight_person
        if word.text in reading.optional or (word.text.isdigit() and self._number_missing()):
            return OPTIONAL_WEIGHT
        return word.weight_organisation

    def _number_missing(self) -> bool:
        """Whether only one name has a number, which is a feature of its own."""
        return not (self.query.numbers and self.listed.numbers)


def _goes_on(a: str, b: str) -> bool:
    """Whether one name begins with the other, cut off in a word or after one."""
    return bool(a) and bool(b) and (a.startswith(b) or b.startswith(a))
