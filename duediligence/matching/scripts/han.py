"""How a Chinese character is written in Latin letters.

Pinyin (mainland), Wade-Giles without its marks (Taiwan, and older names), the spellings of Hong
Kong, which follow the Cantonese reading, and family names as they are spelled in South-East Asia.
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from duediligence.matching.scripts.syllables import Spelling, Syllables
from duediligence.text.tables import read_rows

_DATA = Path(__file__).parents[1] / "data"
STANDARD, HABIT, OTHER_READING = 0.97, 0.91, 0.85

# Pinyin to Wade-Giles: whole syllables, then initials and finals.
_WADE_GILES_WHOLE: Final = {
    "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "zi": "tzu tze", "ci": "tzu tze",
    "si": "ssu szu sze", "er": "erh", "ge": "ko ke", "ke": "ko ke", "he": "ho", "e": "o",
    "yi": "i", "ye": "yeh", "yan": "yen", "you": "yu", "yue": "yueh", "yong": "yung",
    "gui": "kuei", "kui": "kuei", "guo": "kuo", "luo": "lo", "nuo": "no", "duo": "to",
    "tuo": "to", "zuo": "tso", "cuo": "tso", "suo": "so", "zhuo": "cho", "chuo": "cho",
    "ruo": "jo", "shuo": "shuo", "lv": "lu", "nv": "nu", "lve": "lueh", "nve": "nueh",
}  # fmt: skip
_WADE_GILES_INITIAL: Final = (
    ("zh", "ch"), ("ch", "ch"), ("sh", "sh"), ("b", "p"), ("d", "t"), ("g", "k"), ("j", "ch"),
    ("q", "ch"), ("x", "hs"), ("z", "ts"), ("c", "ts"), ("r", "j"),
)  # fmt: skip
_WADE_GILES_FINAL: Final = {"ong": "ung", "iong": "iung", "ian": "ien", "ie": "ieh"}
_CLOSE_U: Final = {"ue": "ueh", "uan": "uan", "un": "un", "u": "u"}

_CANTONESE_INITIAL: Final = {
    "b": "p b", "p": "p", "m": "m", "f": "f", "d": "t d", "t": "t", "n": "n", "l": "l",
    "g": "k g", "k": "k", "ng": "ng -", "h": "h", "gw": "kw gw", "kw": "kw", "w": "w",
    "z": "ch j ts", "c": "ch ts", "s": "s sh", "j": "y", "": "-",
}  # fmt: skip
_CANTONESE_FINAL: Final = {
    "aa": "a ah", "aai": "ai", "aau": "au", "aam": "am", "aan": "an", "aang": "ang", "aap": "ap",
    "aat": "at", "aak": "ak", "ai": "ai", "au": "au ow", "am": "am um", "an": "an un",
    "ang": "ang", "ap": "ap up", "at": "at ut", "ak": "ak uk", "e": "e eh", "ei": "ei i ee",
    "eng": "eng ing", "ek": "ek ik", "i": "i ee ze", "iu": "iu", "im": "im", "in": "in",
    "ing": "ing", "ip": "ip", "it": "it", "ik": "ik", "o": "o", "oi": "oi oy", "on": "on",
    "ong": "ong", "ot": "ot", "ok": "ok", "ou": "o ou oo u", "oeng": "eung eong", "oek": "euk",
    "eoi": "ui", "eon": "un", "eot": "ut", "u": "u oo", "ui": "ui", "un": "un oon", "ung": "ung",
    "ut": "ut", "uk": "uk", "yu": "u yu ue", "yun": "uen un yun", "yut": "uet ut yut",
}  # fmt: skip
_CANTONESE_WHOLE: Final = {
    "ng": "ng", "m": "ng", "zi": "chi tsz tze", "ci": "chi tsz tze", "si": "sze si see shi",
    "ji": "yi yee", "jyu": "yu yue", "jyun": "yuen yun", "jyut": "yuet yut", "jing": "ying",
}  # fmt: skip


def han(word: str) -> Syllables:
    """What compares a word of Chinese characters, in their simplified form, with Latin ones."""
    systems = list(zip(*[_spellings(character) for character in word], strict=True))
    if len(word) > 1 and word in _families():
        systems.append((tuple([Spelling(one, HABIT) for one in _families()[word]]),))
    return Syllables(systems, len(word))


def simplified(text: str) -> str:
    """Traditional characters as simplified ones; a pair of forms is one character."""
    return text.translate(_forms())


@lru_cache(maxsize=16_384)
def _spellings(character: str) -> tuple[tuple[Spelling, ...], ...]:
    """The spellings of a character in Pinyin, in Wade-Giles, and in those of Hong Kong."""
    pinyin, jyutping = _readings().get(character, ((), ()))
    families = [Spelling(one, HABIT) for one in _families().get(character, ())]
    return (
        _distinct([s for n, one in enumerate(pinyin) for s in _pinyin(one, later=n > 0)]),
        _distinct([s for n, one in enumerate(pinyin) for s in _wade_giles(one, later=n > 0)]),
        _distinct([s for n, one in enumerate(jyutping) for s in _hong_kong(one, later=n > 0)])
        + tuple(families),
    )


def _distinct(spellings: list[Spelling]) -> tuple[Spelling, ...]:
    best: dict[str, float] = {}
    for latin, likeness in spellings:
        best[latin] = max(likeness, best.get(latin, 0.0))
    return tuple([Spelling(*item) for item in sorted(best.items(), key=lambda item: -item[1])])


def _pinyin(reading: str, *, later: bool) -> list[Spelling]:
    """A reading as mainland names have it: `ü` is u, yu or v."""
    likeness = OTHER_READING if later else STANDARD
    if "v" not in reading:
        return [Spelling(reading, likeness)]
    return [Spelling(reading.replace("v", u), likeness) for u in ("u", "yu", "v", "ue")]


def _wade_giles(reading: str, *, later: bool) -> list[Spelling]:
    likeness = OTHER_READING if later else HABIT
    known = _WADE_GILES_WHOLE.get(reading)
    if known is None:
        initial, ours = next(
            (pair for pair in _WADE_GILES_INITIAL if reading.startswith(pair[0])), ("", "")
        )
        final = reading[len(initial) :]
        changed = _WADE_GILES_FINAL.get(final, final)
        if initial in ("j", "q", "x") or final == "ve":
            changed = _CLOSE_U.get(final, changed)
        for consonant in "lnmtd":  # whose initial is the same in both
            if not initial and final.startswith(consonant):
                changed = consonant + _WADE_GILES_FINAL.get(final[1:], final[1:])
        known = ours + changed
    return [Spelling(latin, likeness) for latin in known.split()]


def _hong_kong(reading: str, *, later: bool) -> list[Spelling]:
    likeness = OTHER_READING if later else HABIT
    known = _CANTONESE_WHOLE.get(reading)
    if known is not None:
        return [Spelling(latin, likeness) for latin in known.split()]
    size = next(size for size in (2, 1, 0) if reading[:size] in _CANTONESE_INITIAL)
    initials, finals = _CANTONESE_INITIAL[reading[:size]], _CANTONESE_FINAL.get(reading[size:], "")
    return [
        Spelling(initial.strip("-") + final, likeness)
        for initial in initials.split()
        for final in finals.split()
    ]


@cache
def _readings() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The readings of each character, in Pinyin and in Jyutping without tones."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for pinyin, jyutping, characters in read_rows(_DATA / "han_readings.tsv"):
        readings = tuple(pinyin.split()), tuple(jyutping.split())
        for character in characters:
            found[character] = readings
    return found


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """How family names are spelled that no system gives."""
    rows = read_rows(_DATA / "han_families.tsv")
    return {character: tuple(spelled.split()) for character, spelled in rows}


@cache
def _forms() -> dict[int, int]:
    ((traditional, simple),) = read_rows(_DATA / "han_forms.tsv")
    return str.maketrans(traditional, simple)
