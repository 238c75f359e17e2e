"""Words of syllables, Chinese and Korean, compared with Latin words that they may be written as.

A Chinese character is written in Pinyin (mainland), in Wade-Giles without its marks (Taiwan, and
older names), as in Hong Kong, which follows the Cantonese reading, and in family names as they are
spelled in South-East Asia. A Hangul syllable by its letters: Revised Romanisation (South Korea,
2000), McCune-Reischauer without its marks, the habits of the North, and those met on passports of
the South.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import islice, product
from typing import Final, NamedTuple

from duediligence.matching.tables import letter_table, rows

# How like a spelling is: by a standard or by habit, of a reading that is not the first.
STANDARD, HABIT, OTHER_READING = 0.97, 0.91, 0.85
KOREAN_GRADES = (STANDARD, 0.95, 0.9)  # a standard, a habit, rare
_SOFT_VOWELS = frozenset("ᅣᅤᅧᅨᅭᅱᅲᅵ")  # i, and those with y or wi
_SILENT, _RIEUL, _NASALS = "ᄋ", "ᄅ", frozenset("ᄂᄅᄆ")  # initials
_YE, _N, _L, _NO_FINAL = "ᅨ", "ᆫ", "ᆯ", "-"
MOST_SYLLABLES = 3
_MOST_SPELLINGS = 1_500
# A syllable or two are shared by chance, however rare: the most that a word of so many weighs.
_WEIGHTS = {1: 0.6, 2: 0.8}


class Spelling(NamedTuple):
    """What a syllable is written as, and how like it that is: a standard, or a habit."""

    latin: str
    likeness: float


def best_first(spellings: Iterable[tuple[str, float]]) -> tuple[Spelling, ...]:
    """Return each spelling once, at its best, the likeliest first."""
    best: dict[str, float] = {}
    for latin, likeness in spellings:
        best[latin] = max(likeness, best.get(latin, 0.0))
    return tuple([Spelling(*item) for item in sorted(best.items(), key=lambda item: -item[1])])


class Syllables:
    """A word of one syllable or more, each with all its spellings, the likeliest first.

    A Latin word is like it where it is one of the spellings, and as like as its unlikeliest part.
    """

    __slots__ = ("_likeness", "spellings", "weight")
    keys: frozenset[str] = frozenset()

    def __init__(self, systems: Iterable[Sequence[Sequence[Spelling]]], size: int) -> None:
        """`systems` are the `size` syllables in each system of romanisation: none is mixed."""
        likeness: dict[str, float] = {}
        for system in systems:
            for parts in islice(product(*system), _MOST_SPELLINGS):
                latin = "".join([part.latin for part in parts])
                least = min([part.likeness for part in parts])
                if least > likeness.get(latin, 0.0):
                    likeness[latin] = least
        self._likeness: Final = likeness
        self.spellings: Final = tuple(likeness)
        self.weight: Final = _WEIGHTS.get(size, 1.0)

    def likeness(self, latin: str) -> float:
        """Return how like a Latin word is to it: 0.0 or more."""
        return self._likeness.get(latin, 0.0)


def romanise_han(word: str) -> Syllables:
    """Return what compares a word of Chinese characters, in their simplified form, with Latin
    ones.
    """
    systems = list(zip(*[_spell_character(character) for character in word], strict=True))
    if len(word) > 1 and word in _load_han_families():
        systems.append((tuple([Spelling(one, HABIT) for one in _load_han_families()[word]]),))
    return Syllables(systems, len(word))


def simplify_characters(text: str) -> str:
    """Return traditional characters as simplified ones; a pair of forms is one character."""
    return text.translate(_load_simplified_forms())


@lru_cache(maxsize=16_384)
def _spell_character(character: str) -> tuple[tuple[Spelling, ...], ...]:
    """Return the spellings of a character in Pinyin, in Wade-Giles, and in those of Hong Kong."""
    pinyin, jyutping = _load_han_readings().get(character, ((), ()))
    families = [Spelling(one, HABIT) for one in _load_han_families().get(character, ())]
    return (
        _grade_readings([_spell_pinyin(one) for one in pinyin], STANDARD),
        _grade_readings([_wade_giles(one) for one in pinyin], HABIT),
        _grade_readings([_hong_kong(one) for one in jyutping], HABIT) + tuple(families),
    )


def _grade_readings(readings: list[list[str]], likeness: float) -> tuple[Spelling, ...]:
    """Return the spellings of every reading, of which later ones are rare."""
    return best_first(
        (latin, OTHER_READING if later else likeness)
        for later, reading in enumerate(readings)
        for latin in reading
    )


def _spell_pinyin(reading: str) -> list[str]:
    """Return a reading as mainland names have it: `ü` is u, yu or v."""
    return (
        [reading.replace("v", u) for u in ("u", "yu", "v", "ue")] if "v" in reading else [reading]
    )


def _wade_giles(reading: str) -> list[str]:
    if known := letter_table("wade-giles").get(reading):
        return known.split()
    initials = letter_table("wade-giles initial")
    initial = next((one for one in initials if reading.startswith(one)), "")
    final = reading[len(initial) :]
    finals = letter_table("wade-giles final")
    changed = finals.get(final, final)
    if initial in ("j", "q", "x") or final == "ve":
        changed = letter_table("wade-giles close final").get(final, changed)
    if not initial and final[:1] in tuple("lnmtd"):  # whose initial is the same in both
        changed = final[0] + finals.get(final[1:], final[1:])
    return (initials.get(initial, "") + changed).split()


def _hong_kong(reading: str) -> list[str]:
    if known := letter_table("cantonese").get(reading):
        return known.split()
    initials = letter_table("cantonese initial")
    size = next(size for size in (2, 1, 0) if reading[:size] in initials)
    return [
        initial.strip("-") + final
        for initial in initials[reading[:size]].split()
        for final in letter_table("cantonese final").get(reading[size:], "").split()
    ]


@cache
def _load_han_readings() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the readings of each character, in Pinyin and in Jyutping without tones."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for pinyin, jyutping, characters in rows("han_readings.tsv"):
        readings = tuple(pinyin.split()), tuple(jyutping.split())
        for character in characters:
            found[character] = readings
    return found


@cache
def _load_han_families() -> dict[str, tuple[str, ...]]:
    """Return how family names are spelled that no system gives."""
    return {family: tuple(spelled.split()) for family, spelled in rows("han_families.tsv")}


@cache
def _load_simplified_forms() -> dict[int, int]:
    ((traditional, simple),) = rows("han_forms.tsv")
    return str.maketrans(traditional, simple)


def romanise_hangul(word: str) -> Syllables:
    """Return what compares a word of Hangul syllables with Latin ones."""
    last = len(word) - 1
    parts = [
        _spell_syllable(character, word[place + 1] if place < last else "")
        for place, character in enumerate(word)
    ]
    return Syllables([parts], len(word))


@lru_cache(maxsize=16_384)
def _spell_syllable(character: str, following: str) -> tuple[Spelling, ...]:
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
            KOREAN_GRADES,
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
