"""Slavic patronymics: of which given name each is made, whatever language wrote it.

Nikolayevich, Nikolaevich, Mykolaiovych and Mikalaevich all say that the father's name is one of
the forms of Nikolai. Endings are those of Russian, Ukrainian and Belarusian, romanised as by
BGN/PCGN, ISO 9, ICAO 9303 and in Swedish, German, French and Polish.
"""

import re
from collections.abc import Container

_ENDING = re.compile(
    r"(?P<stem>.{2,}?)[aeijoy]?(?:(?P<son>[vw]i?[iy](?:tsch|tch|ch|cz|tj|ts|c))|(?:[vw]|u)na)"
)
# What the ending of a given name may have lost or gained before that of the patronymic.
_LOST = ("", "y", "i", "o", "iy", "a", "ei", "ai")
_GAINED = ("y", "i", "j", "l", "o")


def parse_patronymic(word: str, known: Container[str]) -> tuple[str, bool]:
    """Return the given name that a patronymic is made of, and whether it is a son's, not a
    daughter's.

    `known` are given names; a word that is made of none of them is no patronymic (`""`).
    """
    found = _ENDING.fullmatch(word) if word[-1:] in "hjcsza" and len(word) > 5 else None
    if found is None:
        return "", False
    whole = found["stem"]
    ending = len(word) - len(whole)
    # The vowel before the ending is the given name's, the ending's or both: Nikola|evich.
    stems = [whole, word[: len(whole) + 1]] if ending > 3 else [whole]
    stems += [stem[:-1] for stem in stems if stem.endswith(_GAINED)]
    names = (stem + lost for stem in stems for lost in _LOST)
    return next((name for name in names if name in known), ""), found["son"] is not None
