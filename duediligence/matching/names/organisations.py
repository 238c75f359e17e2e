"""Names of organisations: what tells one apart, and its legal form."""

import re
from functools import cache, lru_cache
from itertools import groupby, pairwise, product
from string import ascii_lowercase
from typing import NamedTuple

from rapidfuzz.distance import OSA

from duediligence.matching.names.words import (
    KEPT_IN_SOUND,
    Word,
    derive_print_shape,
    first_sounds,
    is_common,
)
from duediligence.matching.names.words import get_word as to_word
from duediligence.matching.tables import rows, word_lists, word_set
from duediligence.text.folding import letters_for_digits
from duediligence.text.legal_forms import is_legal_form, split_legal_forms

_SPELLED_OUT = word_set("form spelled out")
_TWO_WORDS = (("joint", "stock"), ("state", "owned"))
_OF_TWO_WORDS = frozenset("joint stock join state owned".split())
_BY_LETTER = {
    form[0]: [f for f in sorted(_SPELLED_OUT) if f[0] == form[0]] for form in _SPELLED_OUT
}
_BEGINNINGS = frozenset(form[:size] for form in _SPELLED_OUT for size in range(1, len(form)))
_BY_SHAPE = {derive_print_shape(form): form for form in _SPELLED_OUT if len(form) > 6}
_SHORTEST = min(map(len, _BY_SHAPE))


def mend_legal_forms(words: list[str]) -> list[str]:
    """Return words of legal forms that are misspelt, split or joined, as they should be.

    `Lmited Lia bility Company` would else be told from a Limited Liability Company by two words.
    """
    if not _BEGINNINGS.isdisjoint(words[:-1]):
        words = _rejoin_split_words(words)
    if not _OF_TWO_WORDS.isdisjoint(words):
        words = _of_two_words(words)
    return [correct for word in words for correct in _correct_form_word(word)]


def _rejoin_split_words(words: list[str]) -> list[str]:
    """Return `lia bility` in one piece."""
    joined: list[str] = []
    place = 0
    while place < len(words):
        size = 2 if "".join(words[place : place + 2]) in _SPELLED_OUT else 1
        joined.append("".join(words[place : place + size]))
        place += size
    return joined


def _of_two_words(words: list[str]) -> list[str]:
    """Return words of which one belongs to a form of two, beside the other misspelt: `joit
    stock`.
    """
    mended = list(words)
    for place, pair in enumerate(pairwise(words)):
        for form in _TWO_WORDS:
            if any(
                pair[at] == form[at] and _is_misspelled_form(pair[1 - at], form[1 - at])
                for at in (0, 1)
            ) or "".join(pair) == "".join(form):
                mended[place : place + 2] = form
    return mended


def _is_misspelled_form(word: str, form: str) -> bool:
    return len(word) > 3 and OSA.distance(word, form, score_cutoff=1) <= 1


@lru_cache(maxsize=65_536)
def _correct_form_word(word: str) -> tuple[str, ...]:
    if word == "jointstock":
        return ("joint", "stock")
    if len(word) < 5 or word in _SPELLED_OUT or is_common(word):
        return (word,)
    for form in _BY_LETTER.get(word[0], ()):
        if abs(len(form) - len(word)) < 2 and OSA.distance(word, form, score_cutoff=1) <= 1:
            return (form,)
    # A word is no shorter than its shape.
    return (_BY_SHAPE.get(derive_print_shape(word), word) if len(word) >= _SHORTEST else word,)


_CUT_FORMS = word_set("form cut off")
_NAMED_AFTER = (("named", "after"), ("imeni",), ("im",))
_DEDICATIONS = frozenset(opening[0] for opening in _NAMED_AFTER)
_HONOURS = word_set("honour")
SMALL_WORDS = word_set("small word")
# Grammar within a name; what opens one belongs to it (On Track is not Track).
_OPENINGS = frozenset("at by in on to".split())
_WITH_O = frozenset("of to on co do no".split())
_NUMBERS = {
    word: str(number) for number, words in enumerate(word_lists("number"), 1) for word in words
}
_ROMAN = frozenset("ii iii iv vi vii viii ix xi xii".split())
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|y|i|oy)$")
_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
_GROWN_NUMBER = re.compile(r"([a-z]{3,})(\d+)$")
_NUMBERED = word_set("numbered")
_LETTERS = re.compile(r"(?<!\S)[^\W\d_](?!\S)(?:(?: and(?= [a-z](?!\S)))? [^\W\d_](?!\S))+")
_SHIP_PREFIXES = frozenset("mv mt ms ss mts".split())


def without_brackets(text: str) -> tuple[str, str]:
    """Return the text outside brackets, and the text inside them."""
    if "(" not in text and "[" not in text:
        return text, ""
    outside = _BRACKETS.sub(" ", text)
    if not any(character.isalnum() for character in outside):
        return text, ""
    return outside, " ".join(_BRACKETS.findall(text))


def own_name(outside: list[str], inside: list[str], forms: frozenset[str]) -> bool:
    """Return whether brackets hold a name of its own: one with a legal form, or an acronym."""
    if forms and inside:
        return True
    for short, long in ((inside, outside), (outside, inside)):
        acronym = "".join(short)
        if len(short) == 1 and len(long) > 2 and len(acronym) > 2 and acronym.isalpha():
            initials = "".join(word[0] for word in long)
            if acronym == initials or _fits_acronym(acronym, initials):
                return True
    return False


def _fits_acronym(acronym: str, initials: str) -> bool:
    """Return whether most initials stand in the acronym in their order (small words are gone)."""
    rest = iter(acronym)
    return len(initials) >= len(acronym) - 2 and all(letter in rest for letter in initials)


class OrganisationWords(NamedTuple):
    """The words that name an organisation, each once; the families of its legal form; those words
    that only say what it is (see descriptors)."""

    words: list[str]
    forms: frozenset[str]
    descriptors: frozenset[str]


def organisation_words(words: list[str], *, ship: bool = False) -> OrganisationWords:
    """Return `Zorkov Zavod named after I. Zork, OOO` → zorkov, zavod, zork. Never empties a
    name.
    """
    patrons = _initials_of_a_person(words)
    words, initials = _join_letters(without_dedication(words))
    if ship and len(words) > 1 and words[0] in _SHIP_PREFIXES:
        words = words[1:]
    if not "".join(words).isalpha():
        words = [_restore_word_letters(word) for word in words]
    words, forms = split_legal_forms(mend_legal_forms(words))
    kept = [word for word in words if word not in SMALL_WORDS or word in initials] or words
    if words[0] in _OPENINGS and words[0] != kept[0]:
        kept = [words[0], *kept]
    kept, descriptors = (kept, frozenset()) if ship else with_descriptors(kept)
    if len(kept) > 1 and kept[-1] in _CUT_FORMS:
        descriptors |= {kept[-1]}
    descriptors |= patrons.intersection(kept) if descriptors or "state" in forms else set()
    if not "".join(kept).isalpha() or not _NUMBERS.keys().isdisjoint(kept):
        kept = [p for place, word in enumerate(kept) for p in _read_number_word(word, place)]
    plain = dict.fromkeys(kept)
    return OrganisationWords(list(plain), forms, descriptors)


def _join_letters(words: list[str]) -> tuple[list[str], set[str]]:
    """Join runs of single letters: `j s c` → `jsc`, `a and t` → `at`; return those pieces too."""
    made: set[str] = set()
    if 1 not in map(len, words):
        return words, made

    def join(run: re.Match[str]) -> str:
        piece = run[0].replace(" and ", "").replace(" ", "")
        made.add(piece)
        return piece

    return _LETTERS.sub(join, " ".join(words)).split(), made


def _read_number_word(word: str, place: int) -> list[str]:
    """Return ordinals and Roman numerals as digits, so that Fund II and Fund III are distinguished.

    A number grown onto a word stands apart (`phase2`).
    """
    if word.isalpha():
        plain = _NUMBERS.get(word)
        return [word if plain is None or (place == 0 and word in _ROMAN) else plain]
    ordinal = _ORDINAL.match(word)
    if ordinal:
        return [ordinal[1]]
    grown = _GROWN_NUMBER.match(word)
    if grown:
        return [grown[1], grown[2].lstrip("0") or "0"]
    return [word.lstrip("0") or "0"] if word.isdigit() else [word]


def _restore_word_letters(word: str) -> str:
    """Return a word with letters for the digits that stand for them; not where a number has grown
    on.

    A digit at the end is a letter where the rest is no word by itself (`brukid4`, not `phase2`).
    """
    if word.isalpha() or word.isdigit() or _ORDINAL.match(word):
        return word
    if known := _known_word(word):
        return known
    only_zeros = {"0"}.issuperset(character for character in word if character.isdigit())
    grown = _GROWN_NUMBER.match(word)
    if grown and (
        len(grown[2]) > 1
        or grown[1] in _NUMBERED
        or (len(grown[1]) < 4 and not only_zeros)
        or is_common(grown[1])
    ):
        return word
    return letters_for_digits(word, least=2 if only_zeros else 3)


def _known_word(word: str) -> str:
    """Return a legal form or a common word in which digits stand for letters: `j5c`, `0f`, `0il`.

    Empty where it is none. A plural is none: `home5` is a number grown on.
    """
    plain = letters_for_digits(word, least=1)
    if plain == word or (word[-1] in "25" and word[:-1].isalpha() and len(word) > 3):
        return ""
    known = len(plain) > 2 and (is_common(plain) or is_legal_form([plain]))
    return plain if known or ("0" in word and plain in _WITH_O) else ""


# How transliteration writes one Cyrillic letter.
_DIGRAPHS = frozenset("ya yu ye yo sh ch zh kh ts".split())


def _initials_of_a_person(words: list[str]) -> frozenset[str]:
    """Return one or two initials of a person in a row, in the piece that `_join_letters` makes of
    them.

    The bodies of a state bear the names of people, with their initials or without.
    """
    found: set[str] = set()
    if 1 not in map(len, words):
        return frozenset()
    place = 0
    for initials, group in groupby(words, _may_be_initial):
        run = list(group)
        place += len(run)
        # One letter that ends a name is not a person's: whose would follow.
        if initials and (len(run) == 2 or (len(run) == 1 and place < len(words))):
            found.update(["".join(run)] if _DIGRAPHS.isdisjoint(run) else run)
    return frozenset(found)


def _may_be_initial(word: str) -> bool:
    return word.isalpha() and (len(word) == 1 or word in _DIGRAPHS)


@cache
def _load_descriptors() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return the descriptions by the sound of their first word, longest first."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for token, forms in rows("descriptors.tsv"):
        for form in forms.split("|"):
            sounds = tuple(to_word(w).key for w in form.split())
            table.setdefault(sounds[0], []).append((sounds, token))
    return {first: sorted(forms, key=lambda form: -len(form[0])) for first, forms in table.items()}


def _derive_word_opening(word: Word) -> tuple[str, int]:
    return word.text[0], word.letters & KEPT_IN_SOUND


@cache
def _list_descriptor_openings() -> frozenset[tuple[str, int]]:
    """Return the openings of every word that may sound like the first of a description."""
    forms = (form for _, forms in rows("descriptors.tsv") for form in forms.split("|"))
    firsts = {to_word(form.split()[0]) for form in forms}
    return frozenset(
        (letter, first.letters & KEPT_IN_SOUND)
        for first, letter in product(firsts, ascii_lowercase)
        if first.key[0] in first_sounds(letter)
    )


def with_descriptors(words: list[str]) -> tuple[list[str], frozenset[str]]:
    """Return the words with a token for each description among them, and those tokens.

    A name that is nothing but descriptions stays as it is.
    """
    table, openings = _load_descriptors(), _list_descriptor_openings()
    made = [to_word(w) for w in words]
    # Of hardly a third of all words the sound is needed.
    if table.keys().isdisjoint([w.key for w in made if _derive_word_opening(w) in openings]):
        return words, frozenset()
    sounds = tuple(w.key for w in made)
    kept: list[str] = []
    found: set[str] = set()
    gone = 0
    while (place := len(kept) + gone) < len(words):
        # A short word must be the abbreviation itself, not something that sounds like it.
        size, token = next(
            (
                (len(form), token)
                for form, token in table.get(sounds[place], ())
                if sounds[place : place + len(form)] == form
                and (len(form) > 1 or len(form[0]) > 3 or words[place] == form[0])
            ),
            (1, ""),
        )
        kept.append(token or words[place])
        found.update([token] if token else [])
        gone += size - 1
    return (words, frozenset()) if found.issuperset(kept) else (kept, frozenset(found))


def without_dedication(words: list[str]) -> list[str]:
    """Return `plant named after y m zorkov` → `plant zorkov`: initials and honours go too."""
    if _DEDICATIONS.isdisjoint(words):
        return words
    for opening, place in product(_NAMED_AFTER, range(len(words) - 1)):
        rest = words[place + len(opening) :]
        if rest and tuple(words[place : place + len(opening)]) == opening:
            while len(rest) > 1 and (len(rest[0]) < 3 or rest[0] in _HONOURS):
                rest = rest[1:]
            return words[:place] + rest
    return words
