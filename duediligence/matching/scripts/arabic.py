"""Words in Arabic script, of Arabic, Persian, Pashto, Urdu and Kurdish names.

What each letter is romanised as: ISO 233, ALA-LC, BGN/PCGN, and the English, French and Turkish
habits met on passports.
"""

from typing import Final

from duediligence.matching.scripts.consonants import Letter

# One letter for what is written with several: hamza on its bearers, Persian and Urdu forms.
_ONE_FORM = str.maketrans(
    {
        variant: letter
        for letter, variants in {
            "ا": "أإآٱ", "ي": "ىیۍېئے", "ك": "ک", "گ": "ګ", "و": "ؤۆ", "ه": "ةۀہھەۃ", "ن": "ںڼ",
            "ت": "ٹټ", "د": "ڈډ", "ر": "ڑړ", "": "ء",
        }.items()
        for variant in variants
    }
)  # fmt: skip
_ARTICLE = "ال"
# Names that begin as the article does.
_NOT_ARTICLED = frozenset("الياس الهام الطاف الماس الكسندر البرت الينا السا الفرد الهه".split())
_PARTICLES: Final = {
    "بن": "bin", "ابن": "ibn", "بنت": "bint", "ابو": "abu", "ابي": "abu", "ابا": "abu",
    "عبد": "abd", "ولد": "ould", "الله": "allah", "ملا": "mullah", "مولوي": "maulavi",
    "شيخ": "sheikh", "حاجي": "haji", "حاج": "haji", "سيد": "sayyid", "دكتور": "dr",
}  # fmt: skip
_RELIGION = "الدين"
_GOD = "الله"

LETTERS: Final = {
    "ا": Letter(("",), "[aeo]", first="[aeiouy]?"),
    "ب": Letter(("b",), "[bp]"),
    "پ": Letter(("p", "b"), "[pb]"),
    "ت": Letter(("t",), "t"),
    "ث": Letter(("t", "s"), "th|s|t"),
    "ج": Letter(("j", "g"), "d?j|g|dzh|zh"),
    "چ": Letter(("ch", "sh"), "t?ch|sh"),
    "ح": Letter(("h", ""), "h?"),
    "خ": Letter(("h", "k"), "k?h|k|x"),
    "د": Letter(("d",), "d"),
    "ذ": Letter(("d", "s"), "dh|z|d"),
    "ر": Letter(("r",), "r"),
    "ز": Letter(("s",), "z|s"),
    "ژ": Letter(("j", "s"), "zh|j|z"),
    "س": Letter(("s",), "[sc]"),
    "ش": Letter(("sh", "ch", "s"), "s?c?h|s"),
    "ښ": Letter(("sh", "h"), "k?s?h|x"),
    "ص": Letter(("s",), "s"),
    "ض": Letter(("d", "s"), "dh?|z"),
    "ط": Letter(("t",), "t"),
    "ظ": Letter(("s", "d"), "dh|z|d"),
    "ع": Letter(("",), "[aeio]?", first="[aeiou]?"),
    "غ": Letter(("g", "k"), "gh?|q|kh"),
    "ف": Letter(("f", "v"), "ph|f"),
    "ڤ": Letter(("v", "f"), "v|f"),
    "ق": Letter(("k", "g"), "gh?|kh?|q|c"),
    "ك": Letter(("k",), "k|c|q"),
    "گ": Letter(("g",), "g"),
    "ږ": Letter(("g", "j"), "gh?|zh|j"),
    "ځ": Letter(("s",), "d?z|j"),
    "څ": Letter(("ts", "s"), "ts|s"),
    "ل": Letter(("l",), "l"),
    "م": Letter(("m",), "m"),
    "ن": Letter(("n",), "n"),
    "ه": Letter(("h", ""), "h?", last="[aei]?[ht]?"),
    "و": Letter(("", "v"), "[aeou]?[wv]|[aeo]?[ou]|oe", first="[wv]|ou|u|o"),
    "ي": Letter(("", "j"), "[aeiou]?[yj]|[aei]?[ieyj]", first="y|j|i|e", last="[aeiy]?[aieyj]"),
}


def arabic_words(run: str) -> list[str]:
    """The words of a run of Arabic letters: itself in one form, particles as in Latin names."""
    word = run.translate(_ONE_FORM)
    known = _PARTICLES.get(word)
    if known is not None:
        return [known]
    if word.startswith("عبد") and len(word) > 5:
        return ["abd", *arabic_words(word[3:])]
    for grown, words in ((_RELIGION, ["al", "din"]), (_GOD, ["allah"])):
        if word.endswith(grown):
            return [*(arabic_words(word[: -len(grown)]) if word != grown else []), *words]
    if word.startswith(_ARTICLE) and len(word) > 4 and word not in _NOT_ARTICLED:
        return ["al", *arabic_words(word[2:])]
    return [word] if word else []
