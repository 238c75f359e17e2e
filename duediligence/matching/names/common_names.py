"""Is a person's name so common that only a birth date or a number can tell who is meant?"""

from duediligence.matching.names.alignment import Alignment, Pair
from duediligence.matching.names.features import PART
from duediligence.matching.text.words import word

# The rarity (see `Word`) below which names that agree are common together. By measurement, under
# one in ten of the people on any list has so common a name (docs/matching.md).
COMMON = 1.9
_NEVER_COUNTED = 1.0


def is_common(a: Alignment) -> bool:
    """Whether the words that agree are common together. Never of names read as a firm's.

    By how often each word stands in the names of listed people, and whether it is one of the
    commonest of a country (`word_counts.tsv`, `common_names.tsv`).
    """
    if not a.person:
        return False
    rarities = [_rarity(pair) for pair in a.pairs]
    # A word that is nobody else's tells who is meant, however common the others.
    return max(rarities, default=1.0) < _NEVER_COUNTED and sum(rarities) + PART * a.parts < COMMON


def _rarity(pair: Pair) -> float:
    """Of the less rare of both words; a part of a word is worth little whatever the word."""
    words = (word(text.replace(" ", "")) for text in (pair.query, pair.listed))
    return min(pair.weight, *(w.rarity for w in words))
