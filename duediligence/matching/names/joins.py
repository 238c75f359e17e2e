"""Neighbouring words of a name written as one: `ros neft` as `rosneft`."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rapidfuzz.distance import Prefix

from duediligence.matching.names.words import Word

JOINED: Final = 0.96
SLIPPED: Final = 0.92
LEAST: Final = 3  # letters: shorter words are made of others by chance
LEAST_SLIPPED: Final = 7
MOST_PARTS: Final = 3
_MOST_TOKENS = 24
_LONGEST = 127
_SLIP = -1
_NONE: frozenset[str] = frozenset()


class Join(NamedTuple):
    """Some words of a name in a row, and any that were dropped between or beside them.

    `tokens` is all of it; `places` are those of the words in the reading, `weight` is the sum of
    theirs: written as one they say no more and no less.
    """

    tokens: tuple[str, ...]
    places: tuple[int, ...]
    words: tuple[Word, ...]
    weight: float
    likeness: float

    @property
    def split(self) -> int:
        """Return where its text is split, as a number below 2**15: of two equal texts, at other
        letters where these differ.
        """
        first, second = (min(len(token), _LONGEST) for token in self.tokens[:2])
        return first * (_LONGEST + 1) + (second if len(self.tokens) == MOST_PARTS else 0)


class Joins:
    """What neighbouring words of a name make, written as one.

    `tokens` are the words as written, of which `words` were kept: what was dropped (an article, a
    legal form) may have been part of a word (`Afar in` for `Afarin`). `texts` are two or three
    words in a row as one; where the same letter ends one and begins the next, also with it once.
    """

    __slots__ = (
        "_answers", "_kept", "_lengths", "_marks", "_tokens", "_weights", "_words", "texts",
    )  # fmt: skip

    def __init__(
        self, tokens: Sequence[str], words: Sequence[Word], weights: Sequence[float]
    ) -> None:
        tokens = tokens[:_MOST_TOKENS] if tokens else [w.text for w in words]
        self._tokens: Final = tokens
        self._words: Final = words
        self._weights: Final = weights
        self._kept: list[int] = []
        # By text the tokens that make it: the first, and the one after the last; less than
        # nothing where a doubled letter is once.
        spans: dict[str, tuple[int, int, int]] = {}
        before, last = "", ""
        for end, token in enumerate(tokens, 1):
            if last:
                spans[last + token] = (end - 2, end, 0)
                if last[-1] == token[0] and len(last) + len(token) > LEAST_SLIPPED:
                    spans[last + token[1:]] = (end - 2, end, _SLIP)
                if before:
                    spans[before + last + token] = (end - 3, end, 0)
            before, last = last, token
        self.texts: Final = spans
        self._lengths: Final = frozenset(map(len, spans))
        self._marks: frozenset[str] = _NONE
        self._answers: frozenset[str] = _NONE

    def may_meet(self, other: "Joins") -> bool:
        """Return whether a join of one name may be a word or a join of the other: quick, and mostly
        not.

        A word with one letter more has the first letters or the last ones of what it is else.
        """
        for name in (self, other):
            if not name._answers:
                name._mark()
        apart = self._marks.isdisjoint(other._answers) and other._marks.isdisjoint(self._answers)
        return not apart

    def _mark(self) -> None:
        texts = [text for text in self.texts if len(text) >= LEAST]
        long = [text for text in texts if len(text) >= LEAST_SLIPPED - 1]
        self._marks = frozenset([*texts, *_list_word_ends(long)])
        long = [w.text for w in self._words if w.length >= LEAST_SLIPPED]
        self._answers = frozenset([*self._words, *texts, *_list_word_ends(long)])

    def join(self, text: str) -> Join | None:
        """Return the words that make one of the `texts`; none where all of them were dropped."""
        first, end, slip = self.texts[text]
        if not self._kept:
            self._kept = _map_tokens_to_words(self._tokens, self._words)
        places = tuple([place for place in self._kept[first:end] if place >= 0])
        if not places or len(text) < LEAST:
            return None
        return Join(
            tuple(self._tokens[first:end]),
            places,
            tuple([self._words[place] for place in places]),
            sum([self._weights[place] for place in places]),
            SLIPPED if slip else JOINED,
        )

    def find(self, whole: Word) -> Join | None:
        """Return the join that a word is, or is but for one letter more (a key struck for the
        hyphen).
        """
        if whole.text in self.texts:
            return self.join(whole.text)
        size = whole.length - 1
        if size < LEAST_SLIPPED - 1 or size not in self._lengths:
            return None
        for text, (_, _, slip) in self.texts.items():
            if len(text) == size and not slip and _is_within(text, whole.text):
                found = self.join(text)
                return found._replace(likeness=SLIPPED) if found else None
        return None


def _list_word_ends(texts: list[str]) -> list[str]:
    return [end for text in texts for end in (f"{text[:LEAST]}-", f"-{text[-LEAST:]}")]


def _is_within(shorter: str, longer: str) -> bool:
    """Return whether the longer word is the shorter with one letter more."""
    at = Prefix.similarity(shorter, longer)
    return longer[at + 1 :] == shorter[at:]


def _map_tokens_to_words(tokens: Sequence[str], words: Sequence[Word]) -> list[int]:
    """For each token the place of the word that it became, or -1 where it was dropped.

    Where several became one (`Abd al Rahman`), it is the first.
    """
    places = [-1] * len(tokens)
    after = 0
    for place, word in enumerate(words):
        text = word.text
        rest = range(after, len(tokens))
        at = next((at for at in rest if tokens[at] == text), -1)
        if at < 0:
            later = words[place + 1 :]
            begun = (at for at in rest if tokens[at][:2] == text[:2] and tokens[at] not in later)
            at = next(begun, -1)
        if at >= 0:
            places[at] = place
            after = at + 1
    return places
