"""Which word of one name answers to which of the other."""

from typing import Final, NamedTuple

from duediligence.matching.names.joins import Join
from duediligence.matching.names.prepared import AT_A_FIELD, IN_A_WORD, NameReading
from duediligence.matching.names.similarity import ABBREVIATED, compare_words, similar_pairs
from duediligence.matching.names.words import INITIAL_WEIGHT, Word, pair_weight

INITIAL = 0.85
CUT_OFF = 0.90
STOPPED = 0.97  # of a firm's word: a feature of its own says and weighs that it is cut
OPTIONAL_WEIGHT = 0.1
LEAST_CUT = 1.5  # the weight that agrees where one name is the other, cut off
_AT_NO_PLACE = 0
_SURELY_CUT = 2  # letters; a word of one letter less may as well be misspelt
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
    `conflict` weighs words left on both sides, `extra_query` and `extra_listed` those left on one,
    `heaviest_extra` the heaviest of these; `within`: a cell holds the whole listed name.
    """

    __slots__ = (
        "alike", "conflict", "cut_off", "extra_listed", "extra_query", "firm_rest", "full",
        "heaviest_extra", "listed", "matched", "pairs", "parts", "person", "query", "rest_listed",
        "rest_query", "within",
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
        stops = self._pair_stopped() if query.letters and listed.letters else _AT_NO_PLACE
        if self.rest_query and self.rest_listed:
            self._pair_joined()
            goes_on = _goes_on(query.stump, self.rest_listed) or _goes_on(
                listed.stump, self.rest_query
            )
            if goes_on:
                self._pair_cut_off()
            self._pair_alike()
            if person and self.rest_query and self.rest_listed:
                if query.initials or listed.initials:
                    self._pair_initials()
                if goes_on:
                    self._pair_cut_off(last=True)
        if len(self.pairs) > 2 and (query.syllabic or listed.syllabic):
            self._unpair_reordered()
        self.matched = self.alike = 0.0
        if self.pairs:
            self.matched = sum([pair.weight for pair in self.pairs])
            self.alike = sum([pair.weight * pair.likeness for pair in self.pairs])
        self.conflict = self.extra_query = self.extra_listed = self.heaviest_extra = 0.0
        self.firm_rest = False
        rest = bool(self.rest_query or self.rest_listed)
        self.cut_off = stops == IN_A_WORD or (
            rest and (stops == AT_A_FIELD or (stops > 0 and self.matched >= LEAST_CUT))
        )
        if rest and self.pairs and not self.cut_off:
            self._weigh_rest()
        self.within = (
            query.cell
            and not self.rest_listed
            and not set(query.names_within(listed=False)).isdisjoint(
                listed.names_within(listed=True)
            )
        )

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
        if likeness == ABBREVIATED:
            weight = min(weight, INITIAL_WEIGHT)
        elif a.initial and self.person:
            self.parts += 1
        else:
            self.full += 1
        self.pairs.append(Pair(a.text, b.text, weight, likeness))

    def _pair_stopped(self) -> int:
        """Return where one long name of a firm stops and the other goes on; pairs a word cut in
        two.
        """
        short, long = self.query, self.listed
        one, other = self.rest_query, self.rest_listed
        if len(short.letters) > len(long.letters):
            short, long, one, other = long, short, other, one
        stops = short.may_stop
        if not stops or not (one or other) or not long.letters.startswith(short.letters):
            return _AT_NO_PLACE
        size, ends = len(short.letters), long.ends
        # One that lacks an s may as well be whole, and say so in the singular.
        if size in ends or (long.letters.startswith("s", size) and size + 1 in ends):
            return stops if stops > IN_A_WORD else _AT_NO_PLACE
        if short.letters[-1].isdigit():  # Unit 1 is not Unit 12, cut off
            return _AT_NO_PLACE
        for stump in one[-1:]:
            if short.letters.endswith(stump.text):
                answer = next((w for w in other if w.text.startswith(stump.text)), None)
                if answer is not None:
                    left, right = (stump, answer) if one is self.rest_query else (answer, stump)
                    self._take(left, right, STOPPED)
        return IN_A_WORD

    def _pair_joined(self) -> None:
        """Words split on one side and joined on the other, or split at another letter."""
        ours, theirs = self.query.joins, self.listed.joins
        if not ours.may_meet(theirs):
            return
        for whole in tuple(self.rest_listed):
            self._take_joined(ours.find(whole), whole)
        for whole in tuple(self.rest_query):
            self._take_joined(whole, theirs.find(whole))
        if self.rest_query and self.rest_listed:
            for text in sorted(ours.texts.keys() & theirs.texts.keys()):
                left, right = ours.join(text), theirs.join(text)
                if left and right and left.split != right.split:
                    self._take_joined(left, right)

    def _take_joined(self, ours: Join | Word | None, theirs: Join | Word | None) -> None:
        if ours is None or theirs is None:
            return
        sides = (
            (_list_side_words(ours), self.rest_query),
            (_list_side_words(theirs), self.rest_listed),
        )
        if any(some.count(w) > rest.count(w) for some, rest in sides for w in some):
            return
        joins = [one for one in (ours, theirs) if isinstance(one, Join)]
        left, right = [
            " ".join(one.tokens) if isinstance(one, Join) else one.text for one in (ours, theirs)
        ]
        weight, likeness = min([j.weight for j in joins]), min([j.likeness for j in joins])
        self.pairs.append(Pair(left, right, weight, likeness))
        for some, rest in sides:
            for w in some:
                rest.remove(w)
        self.full += max(len(some) for some, _ in sides)

    def _pair_alike(self) -> None:
        found = similar_pairs(self.rest_query, self.rest_listed, person=self.person)
        if len(found) > 1:
            # By likeness; of equal ones by their texts in an order that is the same both ways.
            found.sort(key=lambda f: (-f[0], min(f[1:]), max(f[1:])))
        for likeness, a, b in found:
            if a in self.rest_query and b in self.rest_listed:
                self._take(a, b, likeness)

    def places(self) -> list[tuple[int, int]]:
        """Return where the words of each pair stand in both names, in the order of ours."""
        return sorted(
            (_find_word_place(pair.query, self.query), _find_word_place(pair.listed, self.listed))
            for pair in self.pairs
        )

    def _unpair_reordered(self) -> None:
        """Syllables in another order are another name, but for a family name first or last."""
        places = [place for _, place in self.places()]
        lowest = places.index(min(places))
        if places[lowest:] + places[:lowest] == sorted(places):
            return
        family = (self.query if self.query.syllabic else self.listed).words[0]
        for pair in [p for p in self.pairs if family not in (p.query, p.listed)]:
            self.pairs.remove(pair)
            self.rest_query += [w for w in self.query.words if w.text in pair.query.split()]
            self.rest_listed += [w for w in self.listed.words if w.text in pair.listed.split()]
        self.full = len(self.pairs)

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

    def _pair_cut_off(self, *, last: bool = False) -> None:
        """Pair the last word of a name that a narrow field cut off: `Zorkov, Alek`.

        Tried before a likeness of words, which would take it for another word misspelt, where
        two letters or more are gone and no other word answers; and `last`, for what is left.
        """
        for one, other, reading in (
            (self.rest_query, self.rest_listed, self.query),
            (self.rest_listed, self.rest_query, self.listed),
        ):
            if reading.stump not in one:
                continue
            stump = next(w for w in one if w.text == reading.stump)
            least = stump.length + (1 if last else _SURELY_CUT)
            longer = [w for w in other if w.length >= least]
            answer = next((w for w in longer if w.text.startswith(stump.text)), None)
            if answer is None:
                continue
            if last or not any(
                compare_words(w, answer, person=self.person) for w in one if w is not stump
            ):
                self._take_part(one, other, stump, answer, CUT_OFF)

    def _take_part(
        self, one: list[Word], other: list[Word], part: Word, whole: Word, likeness: float
    ) -> None:
        """Pair a part with a whole word, which weighs little whatever the word."""
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
        self.heaviest_extra = max(left[opposed:] + right[opposed:], default=0.0)

    def _weight(self, word: Word, reading: NameReading) -> float:
        if self.person:
            return word.weight_person
        if word.text in reading.optional:
            return OPTIONAL_WEIGHT
        # That only one name has a number is a feature of its own.
        missing = word.text.isdigit() and not (self.query.numbers and self.listed.numbers)
        return OPTIONAL_WEIGHT if missing else word.weight_organisation


def _goes_on(stump: str, words: list[Word]) -> bool:
    """Return whether one of the words may be a last word, cut off."""
    return bool(stump) and True in [w.startswith(stump) for w in words]


def _find_word_place(text: str, reading: NameReading) -> int:
    """Return where the first of some words stands; one that was dropped from the name stands
    nowhere.
    """
    return next((place for place, w in enumerate(reading.words) if w.text in text.split()), 0)


def _list_side_words(side: Join | Word) -> tuple[Word, ...]:
    return side.words if isinstance(side, Join) else (side,)
