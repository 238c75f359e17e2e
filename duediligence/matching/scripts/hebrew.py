"""What each letter of a Hebrew word is romanised as: the Academy's rules and common habits."""

from typing import Final

from duediligence.matching.scripts.consonants import Letter

LETTERS: Final = {
    "א": Letter(("",), "[aeiou]?", first="[aeiouy]?"),
    "ב": Letter(("b", "v"), "b|v|w"),
    "ג": Letter(("g", "j"), "g|j|dj"),
    "ד": Letter(("d",), "d"),
    "ה": Letter(("h", ""), "h?", last="[aeo]?h?"),
    "ו": Letter(("", "v"), "[aeou]?[wv]|[aeo]?[ou]", first="[wv]|u"),
    "ז": Letter(("s", "j"), "z|s|zh"),
    "ח": Letter(("h", "ch", "k"), "[ck]?h"),
    "ט": Letter(("t",), "t"),
    "י": Letter(("", "j"), "[aeiou]?[yj]|[aei]?[ieyj]", first="y|j|i|e", last="[aeio]?[ieyj]|a"),
    "כ": Letter(("k", "ch", "h"), "[ck]h?|h|q"),
    "ך": Letter(("k", "ch", "h"), "[ck]h?|h"),
    "ל": Letter(("l",), "l"),
    "מ": Letter(("m",), "m"),
    "ם": Letter(("m",), "m"),
    "נ": Letter(("n",), "n"),
    "ן": Letter(("n",), "n"),
    "ס": Letter(("s",), "s|c"),
    "ע": Letter(("",), "[aeiou]?", first="[aeiouy]?"),
    "פ": Letter(("p", "f"), "ph?|f"),
    "ף": Letter(("f", "v", "p"), "ph?|f|v"),
    "צ": Letter(("ts", "s", "ch"), "t?[zsc]|t?ch"),
    "ץ": Letter(("ts", "s", "ch"), "t?[zsc]|t?ch"),
    "ק": Letter(("k",), "k|c|q|ck"),
    "ר": Letter(("r",), "r"),
    "ש": Letter(("sh", "s", "ch"), "s?c?h|s"),
    "ת": Letter(("t",), "th?"),
}
