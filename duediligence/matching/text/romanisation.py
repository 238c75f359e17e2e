"""One spelling for the many ways in which a word of another script is written in Latin letters."""

import re

# Longest first; one pass from left to right. Sources: ICAO 9303, BGN/PCGN, ISO 9 and common
# English, French and German habits for Cyrillic and Arabic names, as met on the lists.
_SOUNDS = dict(
    pair.split(">")
    for pair in (
        "shch>sh schtsch>sh tsch>ch tch>ch tj>ch sch>sh dzh>j dsch>j dj>j zh>j kh>h gh>g ph>f th>t "
        "dh>d ck>k cz>ch ch>ch sh>sh ts>ts tz>ts ou>u oo>u ee>i ea>i ie>i iy>i ij>i ej>i aj>i oj>i "
        "yi>i yy>i ii>i ei>i ey>i ue>u oe>u ae>a aa>a uu>u ya>ia yu>iu yo>iu ye>i io>iu y>i w>v "
        "q>k c>k x>ks e>i o>u sz>sh ai>i ay>i z>s "
    ).split()
)
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_DOUBLED = re.compile(r"(.)\1+")
_FINAL_H = re.compile(r"(?<=[aeiou])h$")
_FINAL_OFF = re.compile(r"(?<=[oe])ff?$")
# Russian ё is written yo, e and io; Korean names have -yo- before other letters.
_YO = re.compile(r"(?<=[bcdfghklmnprstvz])[yi]o(?=[dtrvszp])")
_ADJECTIVE = re.compile(r"(?<=.{4}[kn])(?:ii|iy|yi|yy|ij|i|y|aya|aia|oe|oye|ogo)$")
_VOWELS = str.maketrans("", "", "aeiou")
_SOFT = str.maketrans("", "", "aeiouyw")
# What print, scanning and handwriting confuse.
_SHAPED = {"rn": "m", "cl": "d", "vv": "w", "ri": "n"}
_STROKES = str.maketrans("jl1", "iii")
_AFFIXES = re.compile(r"(?:abdul|al|el|de|del|da|di|la|bin|ben|ibn|abu|van|von|mac|mc|o)(?=...)")


def sound_key(word: str) -> str:
    """The word as it sounds: `yousef`, `yusuf` and `youssef` are nearly one key."""
    if word[-1:] in "hf":
        word = _FINAL_OFF.sub("v", _FINAL_H.sub("", word))
    if "yo" in word or "io" in word:
        word = _YO.sub("e", word)
    return _DOUBLED.sub(r"\1", _SOUND.sub(lambda found: _SOUNDS[found[0]], word))


def bones(key: str) -> str:
    """The consonants of a sound key, after its first letter where that is a vowel (as `a`)."""
    if not key:
        return key
    return ("a" if key[0] in "aeiou" else key[0]) + key[1:].translate(_VOWELS)


def stem(word: str) -> str:
    """The word without the ending of a Slavic adjective: `lipetskii`, `lipetskaya` → `lipetsk`."""
    return _ADJECTIVE.sub("", word) if len(word) > 5 and word[-1] in "iyaejo" else word


def bare(word: str) -> str:
    """The first letter and the consonants of a word, without y and w that stand for vowels."""
    return _DOUBLED.sub(r"\1", word[:1] + word[1:].translate(_SOFT))


def vowelless(word: str) -> bool:
    """Whether a word has lost its vowels: `mhmmd`, `svchnko`."""
    inner = word[1:-1] or word[1:]
    return len(word) > 1 and len(inner.translate(_VOWELS)) == len(inner)


def shape(word: str) -> str:
    """The word as it looks in poor print: `burn` and `bum` are one."""
    for looks, like in _SHAPED.items():
        word = word.replace(looks, like)
    return word.translate(_STROKES)


def stripped(word: str) -> str:
    """The word without an article or particle grown onto it: `alassad` → `assad`; else empty."""
    affix = _AFFIXES.match(word)
    return word[affix.end() :] if affix else ""
