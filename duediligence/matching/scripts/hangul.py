"""How a Hangul syllable is written in Latin letters.

By its letters: Revised Romanisation (South Korea, 2000), McCune-Reischauer without its marks, the
habits of the North, and those met on passports of the South.
"""

import unicodedata
from functools import lru_cache
from itertools import product

from duediligence.matching.scripts.syllables import Spelling, Syllables, best_first
from duediligence.matching.tables import letter_table

STANDARD, HABIT, RARE = 0.97, 0.95, 0.9
_SOFT_VOWELS = frozenset("ᅣᅤᅧᅨᅭᅱᅲᅵ")  # i, and those with y or wi
_SILENT, _RIEUL, _NASALS = "ᄋ", "ᄅ", frozenset("ᄂᄅᄆ")  # initials
_YE, _N, _L, _NO_FINAL = "ᅨ", "ᆫ", "ᆯ", "-"


def hangul(word: str) -> Syllables:
    """Return what compares a word of Hangul syllables with Latin ones."""
    last = len(word) - 1
    parts = [
        _syllable(character, word[place + 1] if place < last else "")
        for place, character in enumerate(word)
    ]
    return Syllables([parts], len(word))


@lru_cache(maxsize=16_384)
def _syllable(character: str, following: str) -> tuple[Spelling, ...]:
    """Return the spellings of a syllable, before the one that follows."""
    initial, vowel, final = (*unicodedata.normalize("NFD", character), _NO_FINAL)[:3]
    initials = _spell_part("soft initial", initial) if vowel in _SOFT_VOWELS else []
    vowels = _spell_part("open vowel", vowel) if final == _NO_FINAL else []
    vowels = vowels or _spell_part("vowel", vowel)
    if (initial, vowel) == (_SILENT, _YE):
        vowels = [one for one in vowels if one.latin[0] == "y"]  # kye and ke, but ye alone
    finals = _spell_part("final", final)
    if following:
        changed = _spell_before(final, unicodedata.normalize("NFD", following)[0])
        finals += [Spelling(changed, STANDARD)] if changed else []
    made = [
        ("".join([part.latin for part in parts]), min([part.likeness for part in parts]))
        for parts in product(initials or _spell_part("initial", initial), vowels, finals)
    ]
    return best_first([*made, *_spell_part("family", character)])


def _spell_part(what: str, part: str) -> list[Spelling]:
    """Return the spellings of a part of a syllable, in a row of the tables."""
    return [
        Spelling("" if latin == "-" else latin, grade)
        for some, grade in zip(
            letter_table(f"hangul {what}").get(part, "").split("|"),
            (STANDARD, HABIT, RARE),
            strict=False,
        )
        for latin in some.split()
    ]


def _spell_before(final: str, initial: str) -> str:
    """Return how a final sounds otherwise before the initial of the next syllable, if it does."""
    if (final, initial) == (_N, _RIEUL):
        return "l"
    if (final, initial) == (_L, _SILENT):
        return "r"
    return letter_table("hangul nasal final").get(final, "") if initial in _NASALS else ""
