"""A text as words: those of scripts that are compared in themselves stay in them.

Arabic script is that of Arabic, Persian, Pashto, Urdu and Kurdish names. Latin names write the two
syllables of a given name as one word (`Xiaoming`, `Jongun`), and those of a double family name
(`Ouyang`); of Arabic and other words they join any two (`Walijan`). Of firms' names in Chinese
characters and Hangul, what a firm does and its legal form are translated, as firms do (`科技` is
technology); the rest is in words of two syllables, as most names of firms and places are.
"""

import re
import unicodedata
from functools import cache
from itertools import groupby, pairwise
from typing import Literal

from duediligence.matching.scripts.kana import TO_KATAKANA
from duediligence.matching.scripts.syllables import simplify_characters
from duediligence.matching.tables import letter_table, rows
from duediligence.text.folding import MOST_CHARACTERS, fold

_ARABIC = "\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f"
_HEBREW = "\u05d0-\u05ea"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_HANGUL = "\uac00-\ud7a3"
_KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
KEPT = _ARABIC + _HEBREW + _HAN + _HANGUL + _KANA

_Script = Literal["", "arabic", "hebrew", "han", "hangul", "kana"]
SYLLABIC: frozenset[_Script] = frozenset(("han", "hangul"))  # whose characters are syllables

# Vowel signs and accents, joiners, and what is no character at all.
_UNSEEN = frozenset(("Cf", "Mn", "Me", "Co", "Cs", "Cn"))
# The stretched stroke of Arabic; apostrophes, which change a Hebrew letter's sound.
_WITHIN = str.maketrans("", "", "\u0640\u05f3\u05f4'’`´\"")
_ARTICLE = "ال"
# Names that begin as the article does.
_NOT_ARTICLED = frozenset("الياس الهام الطاف الماس الكسندر البرت الينا السا الفرد الهه".split())
_RELIGION = "الدين"
_GOD = "الله"
# Double family names of China and Korea, each in the script they are written in.
_DOUBLE = frozenset(
    "欧阳 司徒 司马 上官 诸葛 皇甫 夏侯 尉迟 公孙 慕容 令狐 东方 端木 轩辕 长孙 宇文 司空 南宫 "
    "남궁 황보 제갈 선우 독고 사공 서문 동방".split()
)


def words_of(text: str) -> list[str]:
    """Return the words of a text: folded to ASCII, but for those in a script that is kept.

    Arabic and Hebrew words are without vowel signs, hiragana is written as katakana; of Han and
    Hangul each character is a word.
    Arabic particles (`bin`, `abd`) are written as in Latin names, so that one grammar reads both.
    """
    if text.isascii() or _compile_kept()[0].search(text) is None:
        return fold(text).split()
    text = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])
    text = "".join([c for c in text if unicodedata.category(c) not in _UNSEEN])
    words: list[str] = []
    for run in _compile_kept()[1].finditer(text.translate(_WITHIN)):
        if run["arabic"]:
            words += arabic_words(run[0])
        elif run["hebrew"]:
            words.append(run[0])
        elif run["kana"]:
            words.append(run[0].translate(TO_KATAKANA))
        elif run["syllables"]:
            words += simplify_characters(run[0])
        else:
            words += fold(run[0]).split()
    return words


@cache
def _compile_kept() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of a character that is kept, and of a run in one script.

    Compiled at first use: with all these characters it takes as long as to search a list.
    """
    return re.compile(f"[{KEPT}]"), re.compile(
        f"(?P<arabic>[{_ARABIC}]+)|(?P<hebrew>[{_HEBREW}]+)|(?P<syllables>[{_HAN}{_HANGUL}]+)"
        f"|(?P<kana>[{_KANA}]+)|[^{KEPT}]+"
    )


@cache
def _one_form() -> dict[int, str]:
    """Return one letter for what is written with several."""
    forms = letter_table("arabic form").items()
    return {ord(variant): letter for variants, letter in forms for variant in variants}


def arabic_words(run: str) -> list[str]:
    """Return the words of a run of Arabic letters: itself in one form, particles as in Latin
    names.
    """
    word = run.translate(_one_form())
    known = letter_table("arabic particle").get(word)
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


def regroup_words(words: list[str]) -> list[list[str]]:
    """Return the other ways in which Latin names may divide the words of a person's name."""
    if not 1 < len(words) < 5 or all(map(str.isascii, words)):
        return []
    scripts = {script_of(word) for word in words}
    if SYLLABIC.isdisjoint(scripts):
        return [
            [*words[:place], one + other, *words[place + 2 :]]
            for place, (one, other) in enumerate(pairwise(words))
            if script_of(one) and script_of(one) == script_of(other)
        ]
    if len(scripts) > 1 or len(words) < 3 or max(map(len, words)) > 1:
        return []
    family, given = words[:1], words[1:]
    if len(words) == 4 or "".join(words[:2]) in _DOUBLE:
        family, given = words[:2], words[2:]
    ways = [["".join(family), "".join(given)]]
    if len(family) == 2 and len(given) == 2:
        ways.append(["".join(family), *given])
    return ways


def firm_words(words: list[str]) -> list[str]:
    """Return the words of `words_of` of a firm's name, with its syllables in words."""
    if all(map(str.isascii, words)):
        return words
    found: list[str] = []
    for script, group in groupby(words, _find_syllabic_script):
        run = list(group)
        found += _divide_syllables("".join(run)) if script else run
    return found


def _find_syllabic_script(word: str) -> _Script:
    script = script_of(word)
    return script if script in SYLLABIC else ""


def _divide_syllables(run: str) -> list[str]:
    """Return a run of syllables as words: the longest that are known, and pairs of what is
    between.
    """
    known = _load_syllabic_words()
    found: list[str] = []
    between = ""
    place = 0
    while place < len(run):
        size = next(
            (n for n in range(_find_longest_word(), 0, -1) if run[place : place + n] in known), 0
        )
        if size:
            found += [*_pair_syllables(between), *known[run[place : place + size]]]
            between = ""
        else:
            between += run[place]
        place += size or 1
    return found + _pair_syllables(between)


def _pair_syllables(syllables: str) -> list[str]:
    """Return words of two syllables; the last has three where one would be left."""
    ends = [*range(2, len(syllables) - 1, 2), len(syllables)]
    return [syllables[start:end] for start, end in zip([0, *ends], ends, strict=False) if end]


@cache
def _load_syllabic_words() -> dict[str, list[str]]:
    return {syllables: latin.split() for syllables, latin in rows("syllabic_words.tsv")}


@cache
def _find_longest_word() -> int:
    return max(map(len, _load_syllabic_words()))


def script_of(word: str) -> _Script:
    """Return the script of a word of `words_of`; empty where it is ASCII.

    A particle grown onto a word is in Latin letters: the script is that of the rest.
    """
    if word.isascii():
        return ""
    last = max(word)
    if last <= "\u05ea":
        return "hebrew"
    if last <= "\u077f":
        return "arabic"
    if last <= "\u30fc":
        return "kana"
    return "hangul" if "\uac00" <= last <= "\ud7a3" else "han"
