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
            "ا": "أإآٱ", "ي": "ىیۍېے", "ك": "ک", "گ": "ګ", "و": "ۆ", "ه": "ةۀہھەۃ", "ن": "ںڼ",
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
    "ال": "al", "عبد": "abd", "ولد": "ould", "الله": "allah", "ملا": "mullah", "مولوي": "maulavi",
    "شيخ": "sheikh", "حاجي": "haji", "حاج": "haji", "سيد": "sayyid", "دكتور": "dr",
}  # fmt: skip
_RELIGION = "الدين"
_GOD = "الله"

_AI = "y i e j ay ey iy ai ei ie"
_AU = "w v u o ou aw av au ow ew uw oe"
LETTERS: Final = {
    "ا": Letter("a e o", first="a e i o u y", last="a e o -"),
    "ب": Letter("b p"),
    "پ": Letter("p b"),
    "ت": Letter("t"),
    "ث": Letter("th s t"),
    "ج": Letter("j dj g dzh zh c"),
    "چ": Letter("ch tch sh c"),
    "ح": Letter("h"),
    "خ": Letter("kh k h x ch"),
    "د": Letter("d"),
    "ذ": Letter("dh z d"),
    "ر": Letter("r"),
    "ز": Letter("z s"),
    "ژ": Letter("zh j z"),
    "س": Letter("s c"),
    "ش": Letter("sh ch sch s sz"),
    "ښ": Letter("sh kh x"),
    "ص": Letter("s"),
    "ض": Letter("d dh z"),
    "ط": Letter("t"),
    "ظ": Letter("z dh d th"),
    "ع": Letter("- a e i o", first="a e i o u"),
    "غ": Letter("gh g q kh"),
    "ف": Letter("f ph v"),
    "ڤ": Letter("v f"),
    "ق": Letter("q k g gh kh c"),
    "ك": Letter("k c q ck"),
    "گ": Letter("g"),
    "ږ": Letter("g gh zh j"),
    "ځ": Letter("dz z j"),
    "څ": Letter("ts s"),
    "ل": Letter("l"),
    "م": Letter("m"),
    "ن": Letter("n"),
    "ه": Letter("h", last="a ah eh e h ha i at et -"),
    "و": Letter(_AU, first="w v ou u o"),
    "ي": Letter(_AI, last=f"a {_AI}"),
    "ئ": Letter("- y i e"),
    "ؤ": Letter("- w u o"),
}


def arabic_words(run: str) -> list[str]:
    """The words of a run of Arabic letters: itself in one form, particles as in Latin names."""
    word = run.translate(_ONE_FORM)
    known = _PARTICLES.get(word)
    if known is not None:
        return [known]
    if word.startswith("عبد") and len(word) > 5:
        return ["abd", *arabic_words(word[3:].removeprefix(_ARTICLE) or word[3:])]
    for grown, words in ((_RELIGION, ["al", "din"]), (_GOD, ["allah"])):
        if word.endswith(grown):
            return [*(arabic_words(word[: -len(grown)]) if word != grown else []), *words]
    if word.startswith(_ARTICLE) and len(word) > 4 and word not in _NOT_ARTICLED:
        return ["al", *arabic_words(word[2:])]
    return [word] if word else []
