"""One spelling for the many ways in which a word of another script is written in Latin letters."""

import re

# Longest first; one pass from left to right. Sources: the ICAO 9303, BGN/PCGN, ISO 9 and common
# English, French and German habits for Cyrillic and Arabic names, as met on the lists.
_SOUNDS = dict(
    pair.split(">")
    for pair in (
        "shch>sh schtsch>sh tsch>ch tch>ch sch>sh dzh>j dsch>j dj>j zh>j kh>h gh>g ph>f th>t "
        "dh>d ck>k cz>ch ch>ch sh>sh ts>ts tz>ts ou>u oo>u ee>i ea>i ie>i iy>i ij>i yi>i yy>i "
        "ii>i ei>i ey>i ue>u oe>u ae>a aa>a uu>u ya>ia ja>ja yu>iu yo>iu ye>i io>iu y>i w>v "
        "q>k c>k x>ks e>i o>u sz>sh ai>i ay>i z>s "
    ).split()
)
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_DOUBLED = re.compile(r"(.)\1+")
_FINAL_H = re.compile(r"(?<=[aeiou])h$")
_VOWELS = str.maketrans("", "", "aeiou")


def sound_key(word: str) -> str:
    """The word as it sounds: `yousef`, `yusuf` and `youssef` share `iusuf` or nearly so."""
    word = _FINAL_H.sub("", word)
    return _DOUBLED.sub(r"\1", _SOUND.sub(lambda m: _SOUNDS[m[0]], word))


def skeleton(key: str) -> str:
    """The consonants of a sound key, after its first letter where that is a vowel (as `a`)."""
    if not key:
        return key
    first = "a" if key[0] in "aeiou" else key[0]
    return first + _DOUBLED.sub(r"\1", key[1:].translate(_VOWELS))
