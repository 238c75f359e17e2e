"""The script that a name is written in."""

import unicodedata
from collections import Counter
from functools import cache

# By the first word of a letter's name in Unicode.
_SCRIPTS = {
    "LATIN": "Latin",
    "CYRILLIC": "Cyrillic",
    "ARABIC": "Arabic",
    "CJK": "Han",
    "HANGUL": "Hangul",
    "KATAKANA": "kana",
    "HIRAGANA": "kana",
    "KATAKANA-HIRAGANA": "kana",
    "HEBREW": "Hebrew",
    "GREEK": "Greek",
}
LATIN = "Latin"
# Names in any other script are reported together.
SCRIPTS = tuple(dict.fromkeys(_SCRIPTS.values()))


@cache
def _script_of_letter(letter: str) -> str:
    name = unicodedata.name(unicodedata.normalize("NFKC", letter)[0], "")
    return _SCRIPTS.get(name.split(" ")[0], "other") if letter.isalpha() and name else ""


def script_of(name: str) -> str:
    """The script of most letters of a name: one of SCRIPTS, or `other`; Latin where it has none.

    Japanese names that mix kana and Chinese characters count as Han.
    """
    counts = Counter(map(_script_of_letter, name))
    del counts[""]
    if counts["Han"] and counts["kana"]:
        return "Han"
    return counts.most_common(1)[0][0] if counts else LATIN
