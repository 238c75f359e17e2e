"""How a Hangul syllable is written in Latin letters.

By its letters: Revised Romanisation (South Korea, 2000), McCune-Reischauer without its marks, the
habits of the North, and those met on passports of the South.
"""

from functools import lru_cache
from itertools import product
from typing import Final

from duediligence.matching.scripts.syllables import Spelling, Syllables

STANDARD, HABIT, RARE = 0.97, 0.95, 0.9
_FIRST = 0xAC00
_VOWELS, _FINALS = 21, 28

# Each: what the standards have, habits after a bar, what is rare after another; `-` is nothing.
_INITIAL: Final = (
    "g k", "kk|gg k g", "n", "d t", "tt|dd t d", "r n l", "m", "b p", "pp|bb p b", "s", "ss|s",
    "-", "j ch", "tch jj|ch j", "ch", "k", "t", "p|ph", "h",
)  # fmt: skip
# Before i and y: the South does not speak ㄹ and ㄴ, nor write them in names.
_INITIAL_SOFT: Final = {2: "n|-", 5: "r l|n -", 9: "s sh"}
_VOWEL: Final = (
    "a||ah aa", "ae|ai e ay|eh", "ya|ia|yah", "yae|ye", "eo o|u|e uh ou", "e|ey ay|eh",
    "yeo yo|you yu yeu|ye yuh", "ye|e yeh", "o||oh oo", "wa|oa|wah", "wae|wai we", "oe|oi oy we",
    "yo||yoh", "u|oo ou|uu", "wo|weo|wu", "we", "wi|ui|wee", "yu|yoo you", "eu u||o e",
    "ui|ee eui i|yi hi", "i|ee|ea yi",
)  # fmt: skip
# Without a final: Seo, Suh, not Su.
_OPEN_VOWEL: Final = {4: "eo o||uh ou e", 6: "yeo yo||yuh ye you"}
_FINAL: Final = (
    "-", "k g|ck|c", "k", "k", "n", "n", "n", "t d", "l", "k", "m", "l", "l", "l", "p", "l", "m",
    "p b", "p", "t s", "t", "ng", "t", "t", "k", "t", "p", "t",
)  # fmt: skip
_SOFT_VOWELS = frozenset((2, 3, 6, 7, 12, 16, 17, 20))  # i, and those with y or wi
# Places in the tables: initials, then finals.
_RIEUL, _SILENT = 5, 11
_NASALS = frozenset((2, _RIEUL, 6))
_N, _L = 4, 8
_YE = 7  # among the vowels
_NASAL_FINAL: Final = {1: "ng", 7: "n", 17: "m", 19: "n"}
# Family names with spellings that no rule gives: the North keeps an initial that the South lost.
_FAMILIES: Final = {
    "이": "lee yi ri|rhee rhie yee lie", "리": "lee yi|rhee rhie", "박": "park|bark",
    "임": "lim rim|leem yim", "림": "yim", "노": "roh ro", "로": "roh", "유": "ryu|ryoo",
    "나": "ra|rha", "라": "rha", "양": "ryang", "여": "ryo", "염": "ryom", "최": "|chey",
    "허": "hur|her huh", "서": "suh", "백": "|back", "우": "woo|wu", "오": "oh", "안": "ahn",
    "손": "sohn|shon", "황": "|whang", "인": "|inn", "강": "|khang", "고": "koh|goh",
    "정": "|joung",
}  # fmt: skip


def hangul(word: str) -> Syllables:
    """What compares a word of Hangul syllables with Latin ones."""
    last = len(word) - 1
    parts = [
        _syllable(character, word[place + 1] if place < last else "")
        for place, character in enumerate(word)
    ]
    return Syllables([parts], len(word))


@lru_cache(maxsize=16_384)
def _syllable(character: str, following: str) -> tuple[Spelling, ...]:
    """The spellings of a syllable, before the one that follows."""
    rest, final = divmod(ord(character) - _FIRST, _FINALS)
    initial, vowel = divmod(rest, _VOWELS)
    soft = vowel in _SOFT_VOWELS
    initials = _graded(_INITIAL_SOFT.get(initial, _INITIAL[initial]) if soft else _INITIAL[initial])
    vowels = _graded(_OPEN_VOWEL.get(vowel, _VOWEL[vowel]) if not final else _VOWEL[vowel])
    if initial == _SILENT and vowel == _YE:
        vowels = [one for one in vowels if one.latin[0] == "y"]  # kye and ke, but ye alone
    finals = _graded(_FINAL[final])
    if following:
        finals += _before(final, (ord(following) - _FIRST) // (_VOWELS * _FINALS))
    found: dict[str, float] = {}
    for parts in product(initials, vowels, finals):
        latin = "".join([part.latin for part in parts])
        grade = min([part.likeness for part in parts])
        found[latin] = max(grade, found.get(latin, 0.0))
    for family in _graded(_FAMILIES.get(character, "")):
        found[family.latin] = max(family.likeness, found.get(family.latin, 0.0))
    ordered = sorted(found.items(), key=lambda item: -item[1])
    return tuple([Spelling(latin, grade) for latin, grade in ordered])


def _graded(row: str) -> list[Spelling]:
    """The spellings of a row of the tables."""
    return [
        Spelling("" if latin == "-" else latin, grade)
        for part, grade in zip(row.split("|"), (STANDARD, HABIT, RARE), strict=False)
        for latin in part.split()
    ]


def _before(final: int, initial: int) -> list[Spelling]:
    """How a final sounds otherwise before the initial of the next syllable."""
    nasal = initial in _NASALS
    changed = _NASAL_FINAL.get(final, "") if nasal else ""
    if final == _N and initial == _RIEUL:
        changed = "l"
    if final == _L and initial == _SILENT:
        changed = "r"
    return [Spelling(changed, STANDARD)] if changed else []
