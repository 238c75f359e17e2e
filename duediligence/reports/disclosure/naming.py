"""Names of people in a text: found however they are set, and put in other words."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from duediligence.text.folding import fold
from duediligence.text.names import TITLES

LEFT_OUT = "Names and dates left out."
MASK = "…"
# Shorter words tell nobody apart, and stand in every text.
LEAST = 3
# A run of letters with their accents. Digits and signs part words, so that none hides a name.
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_BORN = re.compile(
    r"\bborn\b.{0,24}\d{4}|\b(?:birth ?dates?|dates? of birth)\b.*\d{4}", re.IGNORECASE
)

Words = tuple[str, ...]


def words_of(text: str) -> Words:
    """The words of a name as they are compared: folded, without a title before them."""
    words = tuple(map(_folded, _WORD.findall(composed(text))))
    return words[1:] if len(words) > 1 and words[0] in TITLES else words


@dataclass
class Naming:
    """What each name in a text becomes. `labels` are by the words of a name; None: it is shown.

    `secret` are the words that may not stand alone either; `used` the labels given so far.
    """

    labels: dict[Words, str | None] = field(default_factory=dict)
    secret: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    _longest: dict[str, int] = field(default_factory=dict)

    def add(self, names: Iterable[str], label: str, *, secret: bool = True) -> None:
        """Name a person so; a name that has a label keeps it. `secret`: their words as well."""
        for words in filter(None, map(words_of, names)):
            self.labels.setdefault(words, label)
            self._reach(words)
            if secret:
                self.secret.update(word for word in words if len(word) >= LEAST)

    def show(self, names: Iterable[str]) -> None:
        """Leave these names as they are, and their words wherever they stand."""
        for words in filter(None, map(words_of, names)):
            self.labels[words] = None
            self._reach(words)
            self.secret.difference_update(words)

    def preferring(self, names: Iterable[str], label: str | None) -> "Naming":
        """The same, except that these names have this label, whoever else has the name."""
        preferred = dict.fromkeys(filter(None, map(words_of, names)), label)
        other = replace(self, labels={**self.labels, **preferred}, _longest={**self._longest})
        for words in preferred:
            other._reach(words)
        return other

    def named(self, text: str) -> str:
        """The text with each full name as its label."""
        return self._put(text, single=False)[0]

    def masked(self, text: str) -> str:
        """The text with each full name as its label and each single word of one as `…`, and
        without each sentence that has a birth date.
        """
        return self._left_out(self._put(text, single=True)[0])

    def told(self, text: str) -> str:
        """The text with each full name as its label, and without each sentence that has a single
        word of a name, or a birth date.
        """
        return self._left_out(self.named(text))

    def holds(self, text: str) -> bool:
        """Whether the text has a name or a word of one."""
        return self._put(text, single=True)[1]

    def _left_out(self, text: str) -> str:
        kept: list[str] = []
        for sentence in _SENTENCE.split(text):
            personal = _BORN.search(sentence) or self.holds(sentence)
            kept.append(LEFT_OUT if personal else sentence)
        once = [s for at, s in enumerate(kept) if s != LEFT_OUT or LEFT_OUT not in kept[:at]]
        return " ".join(once)

    def _put(self, text: str, *, single: bool) -> tuple[str, bool]:
        """The text with other words for names, and whether there were any to replace."""
        if not text:
            return "", False
        text = composed(text)
        found = list(_WORD.finditer(text))
        words = [_folded(one[0]) for one in found]
        if self._longest.keys().isdisjoint(words) and not (single and self.secret & set(words)):
            return text, False
        parts: list[str] = []
        end = at = 0
        while at < len(words):
            length, label = self._at(words, at)
            if not length and single and words[at] in self.secret:
                length, label = 1, MASK
            if label is not None:
                start = found[at - 1 if at and words[at - 1] in TITLES else at].start()
                before = text[: max(end, start)].rstrip()
                begins = not before or before.endswith((".", "!", "?"))
                parts += (text[end : max(end, start)], _capital(label) if begins else label)
                end = found[at + length - 1].end()
                self.used.add(label)
            at += length or 1
        return "".join((*parts, text[end:])), bool(parts)

    def _at(self, words: list[str], at: int) -> tuple[int, str | None]:
        """How many words the longest name here has, and its label."""
        for length in range(min(self._longest.get(words[at], 0), len(words) - at), 0, -1):
            name = tuple(words[at : at + length])
            if name in self.labels:
                return length, self.labels[name]
        return 0, None

    def _reach(self, words: Words) -> None:
        self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))


def composed(text: str) -> str:
    """The text with letters and their accents in one, where Unicode has such a one."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    return fold(word) or word.casefold()
