"""How like two parties are, and why."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from duediligence.model.facts import Text

Verdict = Literal["agree", "nearly agree", "differ", "not known"]
# How two dates or numbers differ: by which slip, where it may be one.
Detail = Literal[
    "",
    "another day",
    "day and month swapped",
    "one month apart",
    "one year apart",
    "just outside the years given",
    "more than ten years apart",
    "digits swapped",
    "digit mistyped",
    "digit lost",
    "digit doubled",
]
# What stands beside the names. Every other feature is of the names themselves.
_BESIDE = frozenset(("identifier", "birth date", "country", "address", "common name"))
_SAME = frozenset(("agreeing words", "too common", "legal form"))
_WORD = re.compile(r"\w+")
# What a birth date may take from the score of a match that is shown (see `data/evidence.tsv`): of
# strong names another date, of common ones that are exact a slip, and of all others another day.
_MOST_STRONG, _MOST_EXACT, _MOST_OTHERS = -0.40, -0.05, -0.03
_ALIKE = 0.95  # the score from which names agree in every word that counts
_STRONG = 0.92  # the score of names that agree strongly: but for a middle name, say


# Of extra words: a cell holds the whole listed name, which nothing else shows.
FOUND_WITHIN: Final = "found within"


@dataclass(frozen=True, slots=True)
class Feature:
    """One piece of evidence: the two strings compared, and what it adds to the score.

    `contribution` is in points of score (−1.0 … 1.0). `bits` are its log-likelihood ratio, above 0
    where it speaks for one party; None where it has none, as words of names have. `personal`: it
    says something about a natural person, and is dropped for a reader who may not see people.
    `detail` says how dates or numbers differ. `of` is what the evidence is of, where the name
    leaves that open: the kind of a number, a postcode, the side that is cut off, FOUND_WITHIN.
    `words` are the
    words that answer to one another. `said` is what the check says that added it, empty for a
    feature of the matcher.
    """

    name: str
    query: str
    listed: str
    contribution: float
    verdict: Verdict
    personal: bool = False
    detail: Detail = ""
    of: str = ""
    words: tuple[tuple[str, str], ...] = ()
    said: Text = ""
    bits: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A comparison of a party with a list entry. The score is its features and nothing else.

    What stands beside strong names lowers the score or labels the match, and hides it only as
    `set_aside` says.
    """

    features: tuple[Feature, ...]
    query_name: str = ""
    listed_name: str = ""
    entry_id: str = ""
    list_id: str = ""

    @property
    def score(self) -> float:
        """Return the sum of the contributions, held between 0.0 and 1.0, to four decimal places."""
        return _sum_contributions(self.features)

    @property
    def name_score(self) -> float:
        """Return what the names alone score."""
        return _sum_contributions(f for f in self.features if f.name not in _BESIDE)

    @property
    def same_name(self) -> bool:
        """Return whether the names agree in every word that counts."""
        names = {f.name for f in self.features if f.name not in _BESIDE}
        return self.name_score > 0 and (names <= _SAME or self.name_score >= _ALIKE)

    @property
    def by_initial(self) -> bool:
        """Return whether a word of one name answers to its first letter alone in the other."""
        return any(
            (len(one) == 1) != (len(other) == 1)
            for f in self.features
            if f.name == "spelling"
            for one, other in f.words
        )

    @property
    def shown_up_to(self) -> float:
        """Return the highest threshold at which it is a match.

        A number that differs weighs only against names that are merely similar; nothing else
        that differs, and no common name, counts here.
        """
        score = _sum_contributions(f for f in self.features if f.name != "common name")
        number = self.feature("identifier")
        if number and number.verdict == "differ" and not self._strong:
            return score
        return max(score, self.name_score)

    @property
    def certain(self) -> bool:
        """Return whether a number that only one party can have is the same on both sides."""
        number = self.feature("identifier")
        return number is not None and number.verdict == "agree"

    @property
    def common(self) -> bool:
        """Return whether the names are those of many people."""
        return self.feature("common name") is not None

    @property
    def undated(self) -> bool:
        """Return whether the name is common, and no birth date tells who is meant."""
        born = self.feature("birth date")
        return self.common and not self.certain and (born is None or born.verdict == "not known")

    @property
    def otherwise_born(self) -> bool:
        """Return whether the birth dates differ by more than a slip, and no number is the same."""
        born = self.feature("birth date")
        return born is not None and born.verdict == "differ" and not self.certain

    @property
    def exact_words(self) -> int:
        """Return how many words the names have, if the same but for capitals and signs; else 0."""
        ours, theirs = (
            _WORD.findall(name.casefold()) for name in (self.query_name, self.listed_name)
        )
        return len(self.listed_name.split()) if ours == theirs else 0

    @property
    def set_aside(self) -> bool:
        """Return whether it is a namesake: counted, but not shown unless somebody asks.

        Only a birth date sets aside, if it speaks louder against the match than such names allow.
        """
        born = self.feature("birth date")
        if born is None or self.certain or self.exact_words > 2:
            return False
        if self._strong and not self.common:
            return born.contribution < _MOST_STRONG
        return born.contribution < (_MOST_EXACT if self.exact_words else _MOST_OTHERS)

    @property
    def found_within(self) -> bool:
        """Return whether nothing but a name within a cell shows the match."""
        return any(feature.of == FOUND_WITHIN for feature in self.features)

    def feature(self, name: str) -> Feature | None:
        """Return the feature of this name, or None where it adds nothing."""
        return next((f for f in self.features if f.name == name), None)

    @property
    def _strong(self) -> bool:
        return self.same_name or self.name_score >= _STRONG


def _sum_contributions(features: Iterable[Feature]) -> float:
    total = sum(feature.contribution for feature in features)
    return round(min(1.0, max(0.0, total)), 4)
