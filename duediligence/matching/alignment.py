"""Which word of one name answers to which of the other."""

from typing import Final

from duediligence.matching.prepared import Reading
from duediligence.matching.similarity import similarity
from duediligence.matching.words import INITIAL_WEIGHT, Word

INITIAL = 0.85
JOINED = 0.95


class Alignment:
    """The outcome for one pair of readings, in weights (see `Word`).

    `matched` is the weight of words that answer to one another and `alike` the same times their
    likeness. `conflict` counts words left on both sides, `extra_query` and `extra_listed` weigh
    those left on one. Words of the pairs and the rest are kept for the explanation.
    """

    __slots__ = (
        "alike", "conflict", "extra_listed", "extra_query", "full", "listed", "matched", "pairs",
        "person", "query", "rest_listed", "rest_query",
    )  # fmt: skip

    def __init__(self, query: Reading, listed: Reading) -> None:
        person = query.person
        self.query: Final = query
        self.listed: Final = listed
        self.person: Final = person
        pairs: list[tuple[str, str, float, float]] = []
        shared = query.word_set & listed.word_set
        rest_query, rest_listed = list(query.words), list(listed.words)
        if shared:
            for word in query.words:
                if word in shared and word in rest_listed:
                    rest_query.remove(word)
                    rest_listed.remove(word)
                    weight = word.weight_person if person else word.weight_organisation
                    pairs.append((word.text, word.text, weight, 1.0))
        self.full = len(pairs)
        if rest_query and rest_listed:
            _pair_alike(rest_query, rest_listed, pairs, person)
            if rest_query and rest_listed:
                _pair_joined(rest_query, rest_listed, pairs, person)
                if person and rest_query and rest_listed:
                    self.full = len(pairs)
                    _pair_initials(rest_query, rest_listed, pairs)
        self.full = self.full if person and self.full else len(pairs)
        self.pairs = pairs
        self.matched = sum([weight for _, _, weight, _ in pairs])
        self.alike = sum([weight * likeness for _, _, weight, likeness in pairs])
        self.rest_query, self.rest_listed = rest_query, rest_listed
        self.conflict = self.extra_query = self.extra_listed = 0.0
        if rest_query and rest_listed:
            self._split_rest()
        elif rest_query:
            self.extra_query = _weigh(rest_query, query.optional, person)
        elif rest_listed:
            self.extra_listed = _weigh(rest_listed, listed.optional, person)

    def _split_rest(self) -> None:
        """Words left on both sides oppose one another, heaviest first; what is over is extra."""
        person = self.person
        left = sorted(
            [_weight(w, self.query.optional, person) for w in self.rest_query], reverse=True
        )
        right = sorted(
            [_weight(w, self.listed.optional, person) for w in self.rest_listed], reverse=True
        )
        opposed = min(len(left), len(right))
        self.conflict = sum(
            [
                0.6 + 0.4 * max(a, b) if min(a, b) > 0.11 else 0.3
                for a, b in zip(left, right, strict=False)
            ]
        )
        self.extra_query = sum(left[opposed:])
        self.extra_listed = sum(right[opposed:])


def _weight(word: Word, optional: frozenset[str], person: bool) -> float:
    if person:
        return word.weight_person
    return 0.1 if word.text in optional else word.weight_organisation


def _weigh(words: list[Word], optional: frozenset[str], person: bool) -> float:
    return sum([_weight(word, optional, person) for word in words])


def _pair_alike(
    rest_query: list[Word],
    rest_listed: list[Word],
    pairs: list[tuple[str, str, float, float]],
    person: bool,
) -> None:
    found = []
    for a in rest_query:
        for b in rest_listed:
            likeness = similarity(a, b, person=person)
            if likeness:
                found.append((likeness, a.text, b.text, a, b))
    if not found:
        return
    if len(found) > 1:
        found.sort(key=lambda f: (-f[0], f[1], f[2]))
    for likeness, _, _, a, b in found:
        if a in rest_query and b in rest_listed:
            rest_query.remove(a)
            rest_listed.remove(b)
            if person:
                weight = min(a.weight_person, b.weight_person)
            else:
                weight = min(a.weight_organisation, b.weight_organisation)
            pairs.append((a.text, b.text, weight, likeness))


def _pair_joined(
    rest_query: list[Word],
    rest_listed: list[Word],
    pairs: list[tuple[str, str, float, float]],
    person: bool,
) -> None:
    """Words split on one side and joined on the other: `rosneft marine`, `rosneftmarine`."""
    if len(rest_query) > 1:
        _join(rest_query, rest_listed, pairs, person, flipped=False)
    if len(rest_listed) > 1 and rest_query:
        _join(rest_listed, rest_query, pairs, person, flipped=True)


def _join(
    parts: list[Word],
    wholes: list[Word],
    pairs: list[tuple[str, str, float, float]],
    person: bool,
    *,
    flipped: bool,
) -> None:
    place = 0
    while place + 1 < len(parts) and wholes:
        a, b = parts[place], parts[place + 1]
        text = a.text + b.text
        length = a.length + b.length
        whole = next((w for w in wholes if w.length == length and w.text == text), None)
        if whole is None:
            place += 1
            continue
        del parts[place : place + 2]
        wholes.remove(whole)
        weight = whole.weight_person if person else whole.weight_organisation
        split = f"{a.text} {b.text}"
        left, right = (whole.text, split) if flipped else (split, whole.text)
        pairs.append((left, right, weight, JOINED))


def _pair_initials(
    rest_query: list[Word], rest_listed: list[Word], pairs: list[tuple[str, str, float, float]]
) -> None:
    for one, other in ((rest_query, rest_listed), (rest_listed, rest_query)):
        for initial in [w for w in one if w.initial]:
            answer = next((w for w in other if w.text[0] == initial.text and not w.initial), None)
            if answer is not None:
                one.remove(initial)
                other.remove(answer)
                left, right = (initial, answer) if one is rest_query else (answer, initial)
                pairs.append((left.text, right.text, INITIAL_WEIGHT, INITIAL))
