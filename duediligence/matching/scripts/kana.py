"""Words in katakana or hiragana: Japanese names, and foreign ones as Japanese writes them.

Romanised by Hepburn and Kunrei, long vowels marked or not. Of a foreign name the sounds are left:
`ス` is also a bare s or th, `ル` r or l, `バ` ba or va, and a long vowel may be an r.
"""

import re
from functools import cache
from itertools import islice, product
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from duediligence.matching.scripts.consonants import derive_skeleton, most_ways
from duediligence.matching.tables import letter_columns, letter_table

WRITTEN, FOREIGN, SLIP = 1.0, 0.9, 0.88
_LEAST_FOREIGN = 3  # kana; of fewer, chance makes a foreign name
_MOST_SPELLINGS, _MOST_SKELETONS = 96, 192
_WEIGHTS = {1: 0.4, 2: 0.8}  # by beats: the most that a short word weighs
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = str.maketrans("", "", "aeiou")
TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_LONG, _DOUBLE, _N = "ー", "ッ", "ン"


class Mora(NamedTuple):
    """A beat of a word: its romanisations; its consonant by Hepburn, and its vowel."""

    romanised: tuple[str, ...]
    consonant: str
    vowel: str


@cache
def _load_plain_kana() -> dict[str, Mora]:
    found = {}
    for consonant, row in letter_table("kana").items():
        for kana, vowel in zip(row, "aiueo", strict=False):
            kunrei = consonant + vowel
            hepburn = letter_table("hepburn").get(kunrei, kunrei)
            forms = tuple(dict.fromkeys((hepburn, kunrei)))
            found[kana] = Mora(forms, hepburn.rstrip("aiueo"), vowel)
    found.pop(" ", None)
    return found


def _with_small(first: Mora, small: str) -> Mora:
    """Return a kana and the small one after it: `シャ`, `ティ`, `ヴァ`."""
    vowel = small[-1]
    kunrei = first.romanised[-1][:-1]
    if small[0] == "y":
        soft = kunrei + "y"
        forms = dict.fromkeys((letter_table("hepburn").get(soft, soft) + vowel, soft + vowel))
        return Mora(tuple(forms), letter_table("hepburn").get(soft, kunrei), vowel)
    if first.consonant == "":  # ウィ is wi, イェ is ye
        return Mora((("w" if first.vowel == "u" else "y") + vowel,), "w", vowel)
    consonant = first.consonant
    if consonant in ("ch", "ts") and (first.vowel, vowel) in (("u", "u"), ("o", "u")):
        consonant = "t"
    return Mora((consonant + vowel,), consonant, vowel)


class Kana:
    """A word of katakana, compared with Latin ones."""

    __slots__ = ("_close", "_foreign", "keys", "spellings", "weight")

    def __init__(self, word: str) -> None:
        self.spellings: Final = _romanise_kana(word)
        self.keys: Final = _list_kana_skeletons(word)
        self._close: Final = _build_kana_pattern(word)
        beats = [mora for mora in _split_morae(word) if isinstance(mora, Mora)]
        self.weight: Final = _WEIGHTS.get(len(beats), 1.0)
        self._foreign: Final = bool(beats) and len(word) >= _LEAST_FOREIGN

    def likeness(self, latin: str) -> float:
        """Return how like a Latin word is to it: 0.0 or more."""
        if latin in self.spellings:
            return WRITTEN
        if derive_skeleton(latin) not in self.keys:
            return 0.0
        if self._foreign and re.fullmatch(self._close, _DOUBLED.sub(r"\1", latin)):
            return FOREIGN
        return SLIP if any(_vowel_slipped(latin, one) for one in self.spellings) else 0.0


def _vowel_slipped(latin: str, spelling: str) -> bool:
    """Return whether a word is a spelling but for one vowel."""
    return (
        len(spelling) > 4
        and latin[:1] == spelling[0]
        and latin.translate(_VOWELS) == spelling.translate(_VOWELS)
        and OSA.distance(latin, spelling, score_cutoff=1) == 1
    )


def _split_morae(text: str) -> list[Mora | str]:
    """Return the beats of a word; what has no consonant and vowel of its own stays a character."""
    found: list[Mora | str] = []
    for character in text:
        small = letter_table("small kana").get(character)
        last = found[-1] if found else None
        if small is not None and isinstance(last, Mora):
            found[-1] = _with_small(last, small)
        elif small is not None:
            found.append(Mora((small,), "", small[-1]))
        elif character in (_LONG, _DOUBLE, _N):
            found.append(character)
        elif character in _load_plain_kana():
            found.append(_load_plain_kana()[character])
    return found


def _romanise_kana(text: str) -> tuple[str, ...]:
    parts: list[tuple[str, ...]] = []
    doubled = False
    before = ""
    for mora in _split_morae(text):
        if isinstance(mora, str):
            if mora == _N:
                parts.append(("n", "m"))
            elif mora == _LONG:
                parts.append(("", before))
            doubled = mora == _DOUBLE
            before = before if mora == _LONG else ""
            continue
        forms = mora.romanised
        if doubled:
            forms = tuple([("t" if form[0] == "c" else form[0]) + form for form in forms])
        elif before and mora.romanised[0] in (before, "u" if before == "o" else before):
            # A long vowel: `ou`, `oo` and `uu` are written as one, as two, or with an h.
            forms = (*forms, "", "h")
        parts.append(forms)
        doubled, before = False, mora.vowel
    made = ("".join(way) for way in islice(product(*parts), _MOST_SPELLINGS))
    return tuple(dict.fromkeys([one for one in made if one]))


def _list_kana_skeletons(text: str) -> frozenset[str]:
    """Return the skeletons of Latin words that are like it, with every consonant that it may be."""
    parts: list[list[str]] = []
    for mora in _split_morae(text):
        if isinstance(mora, str):
            parts.append({_N: ["n", "m", ""], _LONG: ["", "r"]}.get(mora, [""]))
        else:
            keys, _ = letter_columns("foreign").get(mora.consonant, (mora.consonant, ""))
            parts.append(list(map(derive_skeleton, keys.split())))
    found = most_ways(parts, _MOST_SKELETONS)
    # A vowel between two equal consonants may be silent, so that they are one.
    return frozenset((*found, *map(derive_skeleton, found)))


def _build_kana_pattern(text: str) -> str:
    parts, vowels = [], letter_table("foreign vowel")
    for mora in _split_morae(text):
        if isinstance(mora, str):
            parts.append({_N: "(?:n|m|ng|(?=m))", _LONG: "(?:r|h|[aeiouyw])?"}.get(mora, "[tkp]?"))
            continue
        if mora == _load_plain_kana()["ウ"]:  # also a v or w before a consonant
            parts.append(f"(?:v|{vowels['u']})")
            continue
        _, latin = letter_columns("foreign").get(mora.consonant, ("", re.escape(mora.consonant)))
        soft = "[yi]?" if mora.romanised[0][1:2] == "y" else ""
        parts.append(f"(?:{latin}){soft}(?:{vowels[mora.vowel]})")
    return "".join(parts)
