"""Ways in which a listed name comes to be written otherwise: innocent, degraded, and on purpose.

Each takes a name and a source of chance and returns another spelling, or None where the change
does not apply. Written for this project from its complaints and lists.
"""

import random
import re
import unicodedata
from collections.abc import Callable

from duediligence.matching.names.words import is_common

Change = Callable[[str, random.Random], str | None]
_VARIANTS = [
    "muhammad mohammed mohamed mohammad", "ahmad ahmed", "yusuf yousef youssef", "hussein hussain",
    "abdullah abdallah abdulla", "aleksandr alexander oleksandr", "sergei sergey sergiy",
    "dmitry dmitriy dmitri", "yevgeny evgeny evgeniy", "khalid khaled", "ibrahim ebrahim",
    "nikolai nikolay nikolaj", "mikhail mikhael mihail", "omar umar", "ali aly", "hasan hassan",
    "aleksey alexei alexey", "andrei andrey andrii", "yuri yury yuriy", "said saeed",
]  # fmt: skip
_CYRILLIC = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_HALF = frozenset("abd abdul abdel abdal al el bin ben ibn haj haji al-din".split())
_KEYS = "qwertyuiop asdfghjkl zxcvbnm"


def _words(name: str) -> list[str]:
    return name.replace(",", " ").split()


def _edit(name: str, chance: random.Random, change: Callable[[str, int], str]) -> str | None:
    """Change one inner letter of the longest word."""
    longest = max(_words(name), key=len, default="")
    if len(longest) < 6:
        return None
    place = chance.randrange(1, len(longest) - 2)
    return name.replace(longest, change(longest, place), 1)


def other_romanisation(name: str, chance: random.Random) -> str | None:
    for family in _VARIANTS:
        forms = family.split()
        for form in forms:
            if re.search(rf"\b{form}\b", name, re.IGNORECASE):
                other = chance.choice([f for f in forms if f != form])
                return re.sub(rf"\b{form}\b", other.title(), name, count=1, flags=re.IGNORECASE)
    return None


def reversed_order(name: str, _: random.Random) -> str | None:
    words = _words(name)
    return " ".join(reversed(words)) if 1 < len(words) < 5 else None


def family_name_first(name: str, _: random.Random) -> str | None:
    words = name.split()
    return f"{words[-1]}, {' '.join(words[:-1])}" if len(words) > 1 and "," not in name else None


def no_middle_name(name: str, chance: random.Random) -> str | None:
    words = name.split()
    middle = [
        place
        for place in range(1, len(words) - 1)
        # Of Abdul Karim, and of what follows an article or a title, no half is a middle name.
        if not {w.lower().strip(".-") for w in words[place - 1 : place + 1]} & _HALF
    ]
    if not middle:
        return None
    del words[chance.choice(middle)]
    return " ".join(words)


def initial(name: str, _: random.Random) -> str | None:
    words = _words(name)
    return (
        " ".join([words[0][0] + ".", *words[1:]]) if len(words) > 1 and words[0].isalpha() else None
    )


def title_added(name: str, chance: random.Random) -> str | None:
    return f"{chance.choice(['Mr', 'Dr.', 'Sheikh', 'Prof.', 'Col.', 'Haji'])} {name}"


def capitals(name: str, _: random.Random) -> str | None:
    return name.upper() if name != name.upper() else name.lower()


def hyphens_gone(name: str, _: random.Random) -> str | None:
    return name.replace("-", "") if "-" in name else None


def hyphens_apart(name: str, _: random.Random) -> str | None:
    return name.replace("-", " ") if "-" in name else None


def apostrophes_gone(name: str, _: random.Random) -> str | None:
    return re.sub("['’`]", "", name) if re.search("['’`]", name) else None


def accents_gone(name: str, _: random.Random) -> str | None:
    plain = unicodedata.normalize("NFD", name)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Mn")
    return plain if plain != name else None


def legal_form_otherwise(name: str, _: random.Random) -> str | None:
    for one, other in (
        ("Limited Liability Company", "LLC"), ("LLC", "Limited Liability Company"),
        ("Joint Stock Company", "JSC"), ("JSC", "Joint Stock Company"), ("Limited", "Ltd."),
        ("Ltd", "Limited"), ("OOO", "LLC"), ("Company", "Co."), ("PJSC", "PAO"),
        ("Corporation", "Corp"),
    ):  # fmt: skip
        if re.search(rf"\b{one}\b", name, re.IGNORECASE):
            return re.sub(rf"\b{one}\b", other, name, count=1, flags=re.IGNORECASE)
    return None


def ampersand(name: str, _: random.Random) -> str | None:
    return re.sub(r"\band\b", "&", name, flags=re.IGNORECASE) if " and " in name.lower() else None


def letter_lost(name: str, chance: random.Random) -> str | None:
    return _edit(name, chance, lambda w, at: w[:at] + w[at + 1 :])


def letter_doubled(name: str, chance: random.Random) -> str | None:
    return _edit(name, chance, lambda w, at: w[:at] + w[at] + w[at:])


def letters_swapped(name: str, chance: random.Random) -> str | None:
    return _edit(name, chance, lambda w, at: w[:at] + w[at + 1] + w[at] + w[at + 2 :])


def neighbouring_key(name: str, chance: random.Random) -> str | None:
    def press(word: str, at: int) -> str:
        place = _KEYS.find(word[at].lower())
        return word[:at] + _KEYS[place + 1 : place + 2].strip() + word[at + 1 :]

    return _edit(name, chance, press)


def scanned(name: str, _: random.Random) -> str | None:
    for good, bad in (("rn", "m"), ("m", "rn"), ("cl", "d"), ("l", "1"), ("O", "0"), ("S", "5")):
        if good in name:
            return name.replace(good, bad, 1)
    return None


def cut_at_35(name: str, _: random.Random) -> str | None:
    return name[:35].strip() if len(name) > 37 else None


def cut_at_20(name: str, _: random.Random) -> str | None:
    """A narrow field of a form, that a person's name does not fit into."""
    return name[:20].strip() if len(name) > 22 else None


def cut_at_25(name: str, _: random.Random) -> str | None:
    return name[:25].strip() if len(name) > 27 else None


def cut_at_30(name: str, _: random.Random) -> str | None:
    return name[:30].strip() if len(name) > 32 else None


def word_abbreviated(name: str, chance: random.Random) -> str | None:
    """One word as a ledger writes it short: its beginning, its first syllable and s, its ends."""
    return _one_word(name, chance, _short_forms)


def word_without_vowels(name: str, chance: random.Random) -> str | None:
    return _one_word(name, chance, lambda word: [word[0] + re.sub("[aeiou]", "", word[1:])])


def _one_word(name: str, chance: random.Random, forms: Callable[[str], list[str]]) -> str | None:
    """Shorten a word that is a common one of firms: nobody abbreviates a name of its own."""
    words = [w for w in _words(name) if w.isalpha() and len(w) > 4 and is_common(w.lower())]
    word = chance.choice(words) if words else ""
    short = [form for form in forms(word.lower()) if 2 < len(form) < len(word) - 1] if word else []
    return name.replace(word, chance.choice(short).upper(), 1) if short else None


def _short_forms(word: str) -> list[str]:
    syllable = re.match("[^aeiouy]*[aeiouy]+[^aeiouy]", word)
    inner = word[0] + re.sub("[aeiou]", "", word[1:-1]) + word[-1]
    return [word[:3], word[:4], word[:5], inner, *([syllable[0] + "s"] if syllable else [])]


def cyrillic_twins(name: str, _: random.Random) -> str | None:
    return name.translate(_CYRILLIC) if name.isascii() else None


def invisible(name: str, chance: random.Random) -> str | None:
    place = chance.randrange(1, max(2, len(name) - 1))
    return name[:place] + chance.choice("\u200b\u200c\u200d\u2060\u00ad") + name[place:]


def vowels_gone(name: str, _: random.Random) -> str | None:
    words = [
        w if len(w) < 5 else w[0] + re.sub("[aeiouAEIOU]", "", w[1:-1]) + w[-1]
        for w in name.split()
    ]
    return " ".join(words) if " ".join(words) != name else None


def digits_for_letters(name: str, _: random.Random) -> str | None:
    longest = max(_words(name), key=len, default="")
    if len(longest) < 5:
        return None
    return name.replace(
        longest, longest[0] + longest[1:].translate(str.maketrans("oOeEaA", "003344")), 1
    )


def full_width(name: str, _: random.Random) -> str | None:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)


def split_word(name: str, chance: random.Random) -> str | None:
    return _edit(name, chance, lambda w, at: f"{w[: at + 1]} {w[at + 1 :]}")


INNOCENT: tuple[Change, ...] = (
    other_romanisation, reversed_order, family_name_first, no_middle_name, initial, title_added,
    capitals, hyphens_gone, hyphens_apart, apostrophes_gone, accents_gone,
    legal_form_otherwise, ampersand,
)  # fmt: skip
DEGRADED: tuple[Change, ...] = (
    letter_lost, letter_doubled, letters_swapped, neighbouring_key, scanned, cut_at_35, cut_at_20,
)  # fmt: skip
LEDGER: tuple[Change, ...] = (
    word_abbreviated, word_without_vowels, cut_at_20, cut_at_25, cut_at_30, cut_at_35,
)  # fmt: skip
EVASIVE: tuple[Change, ...] = (
    cyrillic_twins, invisible, vowels_gone, digits_for_letters, full_width, split_word,
)  # fmt: skip
# Changes that people's names know and firms' do not, and the other way round.
ONLY_PEOPLE = {
    other_romanisation,
    reversed_order,
    family_name_first,
    no_middle_name,
    initial,
    title_added,
    vowels_gone,
    cut_at_20,
}
ONLY_FIRMS = {legal_form_otherwise, ampersand, cut_at_35}
