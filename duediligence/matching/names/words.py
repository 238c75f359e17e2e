"""Words of a name: folded, romanised, and how rare each is."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from functools import cache, lru_cache
from math import log
from string import ascii_lowercase
from typing import Any, Final, Protocol

from duediligence.matching.scripts.consonants import Consonants, latin_keys, letters_of
from duediligence.matching.scripts.kana import Kana
from duediligence.matching.scripts.splitting import SYLLABIC, script_of
from duediligence.matching.scripts.syllables import MOST_SYLLABLES, romanise_han, romanise_hangul
from duediligence.matching.tables import DATA
from duediligence.matching.tables import rows as rows

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

# Slavic patronymics: Nikolayevich, Nikolaevich, Mykolaiovych and Mikalaevich all say that the
# father's name is one of the forms of Nikolai. Endings are those of Russian, Ukrainian and
# Belarusian, romanised as by BGN/PCGN, ISO 9, ICAO 9303 and in Swedish, German, French and Polish.
_ENDING = re.compile(
    r"(?P<stem>.{2,}?)[aeijoy]?(?:(?P<son>[vw]i?[iy](?:tsch|tch|ch|cz|tj|ts|c))|(?:[vw]|u)na)"
)
# What the ending of a given name may have lost or gained before that of the patronymic.
_LOST = ("", "y", "i", "o", "iy", "a", "ei", "ai")
_GAINED = ("y", "i", "j", "l", "o")


class Romanised(Protocol):
    """What compares a word with Latin ones.

    Any Latin word that is like it is one of its `spellings`, or has one of its `keys`.
    """

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return Latin words that it may be, folded."""
        ...

    @property
    def keys(self) -> frozenset[str]:
        """Of what `latin_keys` gives for Latin words that are like it, one for each."""
        ...

    @property
    def weight(self) -> float:
        """Return the most that a word of its length weighs, 0.0 to 1.0: short ones agree by
        chance.
        """
        ...

    def likeness(self, latin: str) -> float:
        """Return how like a folded Latin word is to it: 0.0 to 1.0."""
        ...


def romanise_word(word: str) -> Romanised | None:
    """Return what compares a word of `words_of` with Latin ones; None where nothing does."""
    script = script_of(word)
    if script in ("arabic", "hebrew"):
        return Consonants(word, letters_of(script))
    if script == "kana":
        return Kana(word)
    # Of more syllables, or of two scripts, no Latin word is made.
    if len(word) > MOST_SYLLABLES or {script_of(character) for character in word} != {script}:
        return None
    return romanise_han(word) if script == "han" else romanise_hangul(word)


def _any_of(texts: Iterable[str]) -> re.Pattern[str]:
    """Return matches the longest of the texts, sought by their first letters, which is fast."""
    rests: dict[str, list[str]] = {}
    for text in sorted(texts, key=len, reverse=True):
        rests.setdefault(text[0], []).append(text[1:])
    return re.compile("|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items()))


# Several letters become capitals, so that what is left is single letters that sound otherwise.
_SEVERAL = {letters: sound.upper() for letters, sound in _SOUNDS.items() if len(letters) > 1}
_SOUND = _any_of(_SEVERAL)
_LETTER = str.maketrans(
    {letter: sound for letter, sound in _SOUNDS.items() if len(letter) == 1}
    | {letter.upper(): letter for letter in ascii_lowercase}
)
_FINAL_H = re.compile(r"(?<=[aeiou])h$")
_FINAL_OFF = re.compile(r"(?<=[oe])ff?$")
# Russian ё is written yo, e and io; Korean names have -yo- before other letters.
_YO = re.compile(r"(?<=[bcdfghklmnprstvz])[yi]o(?=[dtrvszp])")
_ADJECTIVE = re.compile(r"(?<=.{4}[kn])(?:ii|iy|yi|yy|ij|i|y|aya|aia|oe|oye|ogo)$")
_VOWELS = str.maketrans("", "", "aeiou")
_HARD = dict(pair.split(">") for pair in "ng>ng zh>ch j>ch b>p d>t g>k eo>o eu>u oo>u ee>i".split())
_HARDENED = re.compile("|".join(_HARD))
_RELATED = str.maketrans("gpvdsc", "kbfttt", "aeiouhy")
_SOFT = str.maketrans("", "", "aeiouyw")
_LONGEST_SYLLABLE = 8
# One syllable of a Chinese, Korean, Vietnamese or Burmese name.
_SYLLABLE = re.compile(r"[bcdfghj-np-tv-z]{0,3}[aeiouy]{1,3}(?:ng?|[hklmprtw]|ch|nh)?")
# What print, scanning and handwriting confuse.
_SHAPED = {"rn": "m", "cl": "d", "vv": "w", "ri": "n"}
_STROKES = dict.fromkeys("jl1", "i")
_STROKE = str.maketrans(_STROKES)
_AFFIXES = re.compile(r"(?:abdul|al|el|de|del|da|di|la|bin|ben|ibn|abu|van|von|mac|mc|o)(?=...)")
_HALVES = re.compile(r"(?<=...)(?<!^abd)(?:ullah|uddin)$")


def sound_key(word: str) -> str:
    """Return the word as it sounds: `yousef`, `yusuf` and `youssef` are nearly one key."""
    if word[-1:] in "hf":
        word = _FINAL_OFF.sub("v", _FINAL_H.sub("", word))
    if "yo" in word or "io" in word:
        word = _YO.sub("e", word)
    return _remove_doubled_letters(
        _SOUND.sub(lambda found: _SEVERAL[found[0]], word).translate(_LETTER)
    )


def first_sounds(letter: str) -> frozenset[str]:
    """Return what the sound keys of words with this first letter begin with."""
    sounds = [sound[0] for letters, sound in _SOUNDS.items() if letters[0] == letter]
    return frozenset(sounds if letter in _SOUNDS else (letter, *sounds))


def _remove_doubled_letters(text: str) -> str:
    kept = text[:1]
    for letter in text[1:]:
        if letter != kept[-1]:
            kept += letter
    return kept


def keep_consonants(key: str) -> str:
    """Return the consonants of a sound key, after its first letter where that is a vowel (as
    `a`).
    """
    return ("a" if key[:1] in "aeiou" else key[:1]) + key[1:].translate(_VOWELS)


def fold_consonants(key: str) -> str:
    """Return the consonants of a sound key, those as one that languages write for one another.

    Persian and Arabic q and g (Qasemi, Ghasemi), th, dh, d, t and z (Kadhim, Kazim), Turkish and
    Russian final b and p, d and t; ch and sh (Chafik, Shafik). A first vowel is `a`; h and y are
    heard or not.
    """
    if not key:
        return key
    first = "a" if key[0] in "aeiou" else key[0].translate(_RELATED) or key[0]
    return _remove_doubled_letters(first + key[1:].translate(_RELATED))


def stem_adjective(word: str) -> str:
    """Return the word without the ending of a Slavic adjective: `lipetskii`, `lipetskaya` →
    `lipetsk`.
    """
    return _ADJECTIVE.sub("", word) if len(word) > 5 and word[-1] in "iyaejo" else word


def drop_vowels(word: str) -> str:
    """Return the first letter and the consonants of a word, without y and w that stand for
    vowels.
    """
    return _remove_doubled_letters(word[:1] + word[1:].translate(_SOFT))


def has_lost_vowels(word: str) -> bool:
    """Return whether a word has lost its vowels: `mhmmd`, `svchnko`."""
    inner = word[1:-1] or word[1:]
    return len(word) > 1 and len(inner.translate(_VOWELS)) == len(inner)


def derive_print_shape(word: str) -> str:
    """Return the word as it looks in poor print: `burn` and `bum` are one."""
    for looks, like in _SHAPED.items():
        word = word.replace(looks, like)
    return word.translate(_STROKE)


def strip_affix(word: str) -> str:
    """Return the word without what has grown onto it; else empty.

    An article or particle (`alassad` → `assad`), or the second half of a compound given name, which
    may go unsaid (`amanatullah` → `amanat`).
    """
    if affix := _AFFIXES.match(word):
        return word[affix.end() :]
    half = _HALVES.search(word)
    return word[: half.start()] if half else ""


def letters_in(text: Iterable[str]) -> int:
    """Return which letters a text has, a bit for each; those of other scripts share bits."""
    letters = 0
    for character in text:
        letters |= 1 << (ord(character) & 63)
    return letters


def _find_kept_letters(rules: Mapping[str, str]) -> int:
    """Return the letters that no rule adds to a word or takes from it, as bits."""
    changed = {letter for old, new in rules.items() for letter in set(old) ^ set(new)}
    return letters_in(set(ascii_lowercase) - changed)


# Words that sound alike have the same of these letters, and so have words that look alike.
KEPT_IN_SOUND = _find_kept_letters(_SOUNDS)
KEPT_IN_SHAPE = _find_kept_letters(_SHAPED | _STROKES)
# Words with related consonants, their vowels apart, have the same of these.
KEPT_IN_BONES = KEPT_IN_SOUND & ~letters_in(map(chr, [*_RELATED, *filter(None, _RELATED.values())]))

CACHED_WORDS = 200_000
RAREST = 1.0  # of a word never counted
_COMMONEST = 0.25
INITIAL_WEIGHT = 0.3
# "Father of", "mother of": many names by a child begin so, and what follows says whose it is.
_KUNYA = frozenset("abo aboo abou abu umm".split())
_KUNYA_WEIGHT = 0.11  # more than an optional word, so that it opposes another as any word does
_COMMONEST_COUNT = 6_000
_COMMON_NAME_COUNT = 60  # as a common British given name counts
COMMON_SYLLABLE = 0.35  # the most that one of the commonest names' syllables weighs
_SHORTEST_SHORT, _LONGEST_SHORT = 3, 8  # letters of an abbreviation
_SHORT = {1: 0.4, 2: 0.6, 3: 0.8}  # by length: short words are shared by chance


class Word(str):
    """One folded word: a text that carries what comparing it needs. Made by `word()`.

    `weight_person` and `weight_organisation` are 0.25 … 1.0: how much it says that this word is
    shared. `rarity` is the weight in a person's name where names that are common in countries of
    which few people are listed count as common too. `common_*`: it is a word of its own in names
    of that kind, so that a likeness to another such word is no slip of the pen; `known`: it is a
    name somewhere, and no letter of it was mistaken for one of another such name. `full`: the
    words of a ledger that it may be short for, which may be several.
    What few comparisons need is made when it is first asked for.
    """

    __slots__ = (
        "article", "bare", "bones", "common_organisation", "common_person", "families", "full",
        "initial", "key", "known", "latin", "length", "letters", "numeric", "rarity", "romanised",
        "script", "shape", "stem", "stripped", "syllable", "synonyms", "text", "vowelless",
        "weight_organisation", "weight_person",
    )  # fmt: skip
    rarity: float

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.length: Final = len(text)
        self.numeric: Final = not text.isalpha()
        self.script: Final = "" if text.isascii() else script_of(text)
        self.latin: Final = not (self.numeric or self.script)
        self.initial: Final = self.length == 1 and not self.numeric and self.script not in SYLLABIC
        self.romanised: Final = romanise_word(text) if self.script else None
        self.letters: Final = letters_in(text)
        self.synonyms: Final = _index_table_words("organisation_words.tsv").get(text, ())
        if self.romanised is None:
            people, organisations = counts(text)
            self.weight_person = INITIAL_WEIGHT if self.initial else _weigh_count(people)
            if text in _KUNYA:
                self.weight_person = _KUNYA_WEIGHT
            self.weight_organisation = _SHORT.get(self.length, 1.0) * _weigh_count(organisations)
            known = is_given_name(text) or text in _first_column("common_names.tsv")
            self.common_person = people > 0 or known
            self.common_organisation = organisations > 0

    def __getattr__(self, name: str) -> Any:
        made = _MADE.get(name)
        if made is None:
            if self.romanised is None or name not in _WEIGHED:
                raise AttributeError(name)
            self._weigh(self.romanised)
            return getattr(self, name)
        value = made(self)
        setattr(self, name, value)
        return value

    def _weigh(self, romanised: Romanised) -> None:
        people, organisations = _count_heard_words(romanised)
        most = (
            COMMON_SYLLABLE
            if self.text in _first_column("common_syllables.tsv")
            else romanised.weight
        )
        if self.script in SYLLABIC and self.length > 1:
            # Several syllables written as one word say what each does.
            self.weight_person = min(1.0, sum([get_word(c).weight_person for c in self.text]))
        else:
            self.weight_person = min(INITIAL_WEIGHT if self.initial else _weigh_count(people), most)
        self.weight_organisation = min(_weigh_count(organisations), most)
        self.common_person = people > 0
        self.common_organisation = organisations > 0


_WEIGHED = {"common_organisation", "common_person", "weight_organisation", "weight_person"}


def _derive_word_rarity(w: Word) -> float:
    most = _COMMON_NAME_COUNT if w.text in _first_column("common_names.tsv") else 0
    return min(w.weight_person, _weigh_count(most))


def _list_families(w: Word) -> tuple[int | str, ...]:
    """Return the families of variants of a word; of a patronymic, apart for sons and daughters; of
    a syllable as well how McCune and Reischauer or Wade and Giles write it, whoever wrote it: k, t,
    p and ch for what Revised Romanisation and Pinyin write g, d, b and j or zh (Jong, Chong).
    """
    known = _index_table_words("name_families.tsv")
    found: tuple[int | str, ...] = known.get(w.text, ())
    if not found:
        name, son = _parse_patronymic(w.text, known)
        found = tuple([-2 * family - son for family in known[name]]) if name else ()
    return (*found, _HARDENED.sub(lambda at: _HARD[at[0]], w.text)) if w.syllable else found


@cache
def _known_names() -> frozenset[str]:
    """Return words that are given or family names of people somewhere."""
    _, _, names = (DATA / "known_names.txt").read_text("utf-8").partition("\n")
    return frozenset(names.split())


# A word of other letters sounds and looks like itself alone.
_MADE: dict[str, Callable[[Word], Any]] = {
    "article": lambda w: w.text[:2] in ("al", "el") and len(w.stripped) == w.length - 2,
    "bare": lambda w: drop_vowels(w.text) if w.latin else w.text,
    "bones": lambda w: fold_consonants(w.key) if w.latin else w.text,
    "families": _list_families,
    "full": lambda w: _full_words(w.text) if w.latin else [],
    "key": lambda w: sound_key(w.text) if w.latin else w.text,
    "known": lambda w: w.text in _known_names(),
    "rarity": _derive_word_rarity,
    "shape": lambda w: derive_print_shape(w.text) if w.latin else w.text,
    "stem": lambda w: w.text if w.script else stem_adjective(w.text),
    "stripped": lambda w: strip_affix(w.text) if w.latin else "",
    "syllable": lambda w: w.length <= _LONGEST_SYLLABLE and _SYLLABLE.fullmatch(w.text) is not None,
    "vowelless": lambda w: w.latin and has_lost_vowels(w.text),
}
_words: dict[str, Word] = {}


def get_word(text: str) -> Word:
    """Return the word for a folded text without spaces."""
    known = _words.get(text)
    if known is None:
        if len(_words) >= CACHED_WORDS:
            _words.clear()
        known = _words[text] = Word(text)
    return known


def is_common(text: str) -> bool:
    """Return whether a word is one of its own in names of organisations."""
    return counts(text)[1] > 0


@lru_cache(1 << 15)
def counts(text: str) -> tuple[int, int]:
    """Return how often a folded word is counted in names of people, and in names of
    organisations.
    """
    people, organisations = _load_word_counts().get(text, "0\t0").split("\t")
    return int(people), int(organisations)


def _count_heard_words(word: Romanised) -> tuple[int, int]:
    """Return the counts of the commonest words that a word of another script may be."""
    heard = [counts(latin) for latin in word.spellings]
    like = [text for key in word.keys for text in _by_key().get(key, ())]
    heard += [counts(text) for text in like if word.likeness(text)]
    return max([n for n, _ in heard], default=0), max([n for _, n in heard], default=0)


@cache
def _by_key() -> dict[str, list[str]]:
    """Return the counted words by what romanisations have in common."""
    found = defaultdict[str, list[str]](list)
    texts = list(filter(str.isalpha, _load_word_counts()))
    for text, keys in zip(texts, latin_keys(texts), strict=True):
        for key in keys:
            found[key].append(text)
    return found


def is_given_name(text: str) -> bool:
    """Return whether a folded word is a form of a known given name."""
    return text in _index_table_words("name_families.tsv")


def pair_weight(a: Word, b: Word, *, person: bool) -> float:
    """Return what it says that one word answers to the other: the less rare of the two decides."""
    if person:
        return min(a.weight_person, b.weight_person)
    return min(a.weight_organisation, b.weight_organisation)


@cache
def _weigh_count(count: int) -> float:
    """From 1.0 for a word never counted down to 0.25 for the commonest, by its logarithm."""
    if count <= 0:
        return RAREST
    return round(max(_COMMONEST, 1.0 - 0.75 * log(1 + count) / log(1 + _COMMONEST_COUNT)), 4)


@cache
def _load_word_counts() -> dict[str, str]:
    """Per word: its count in names of people and, after a tab, in names of organisations.

    They are made numbers for the words that are asked for: a name has few of the 8,000.
    """
    return dict(rows("word_counts.tsv", splits=1))


@cache
def _first_column(table: str) -> frozenset[str]:
    """Return the first column: characters of the commonest Korean and Chinese names, words that are
    among the commonest given or family names of a country.
    """
    return frozenset(row[0] for row in rows(table))


@cache
def _index_table_words(table: str) -> dict[str, tuple[int, ...]]:
    """Per word: the numbers of the lines of a table it stands on."""
    found: dict[str, tuple[int, ...]] = {}
    for number, row in enumerate(rows(table), start=1):
        for member in row[0].split():
            found[member] = (*found.get(member, ()), number)
    return found


@cache
def _load_ledger_words() -> tuple[dict[str, list[str]], dict[str, list[str]], list[str]]:
    """Return the words that ledgers write short: by the forms said, by those left without vowels,
    and in order.
    """
    said, bare = (defaultdict[str, list[str]](list) for _ in range(2))
    words: list[str] = []
    for [line] in rows("ledger_words.tsv"):
        word, *short = line.split()
        plural = word[:-1] + "ies" if word[-1] == "y" else word + "s"
        for full in (word, plural) if word[-1] != "s" else (word,):
            said[full] += []
            for form in short:
                said[form].append(full)
            consonants = full[0] + full[1:].translate(_VOWELS)
            for form in (
                {consonants, consonants + full[-1]} if full[-1] in "aeiou" else {consonants}
            ):
                bare[form].append(full)
            words.append(full)
    return said, bare, sorted(words)


def _full_words(text: str) -> list[str]:
    """Return the words of a ledger that a short one, or one that is none of its own, may be.

    It is the beginning of the other (`nurs`), that and s (`servs`), or has lost its vowels, but
    for one that it ends with (`mngmnt`, `hse`).
    """
    said, bare, words = _load_ledger_words()
    if text in said:
        return said[text]
    if not _SHORTEST_SHORT <= len(text) <= _LONGEST_SHORT or text in _load_word_counts():
        return []
    own = text.removesuffix("s")
    first, last = bisect_left(words, own), bisect_left(words, f"{own}~")
    longer = words[first:last] if len(own) >= _SHORTEST_SHORT else []
    return [w for w in (*longer, *bare.get(text, ())) if len(w) > len(text) + 1]


def _parse_patronymic(word: str, known: Container[str]) -> tuple[str, bool]:
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
