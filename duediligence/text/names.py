"""Whether two names are written for one person or one firm, by whole words.

These are strict: they decide where a wrong yes would leave something out. Whether two names *may*
be of one party is the matcher's to say.
"""

import re
from typing import Final
from unicodedata import combining, normalize

from duediligence.text.legal_forms import UK_FORMS

TITLES: Final = frozenset(
    "mr mrs ms miss mx dr sir dame lord lady prof professor rev reverend messrs".split()
)
# What does not tell one firm from another (Insolvency Act 1986 s.216 asks what people hear).
_COMMON = frozenset(
    (*UK_FORMS, *"lp cio company co group holdings holding uk gb the and of ccc".split())
)


def name_words(text: str) -> list[str]:
    """Split a name into folded words: `O’Néill & Co` gives `["oneill", "co"]`."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(c for c in normalize("NFKD", plain) if not combining(c))
    return re.findall(r"[^\W_]+", re.sub(r"['’.]", "", plain))


def strip_titles(name: str) -> str:
    """Return a name in small letters, with single spaces and without the titles before it."""
    words = name.casefold().split()
    while len(words) > 1 and words[0].rstrip(".") in TITLES:
        words.pop(0)
    return " ".join(words)


def same_text(one: str, other: str) -> bool:
    """Return whether two texts are the same but for case and spaces, as when a user name is
    typed.
    """
    return one.casefold().split() == other.casefold().split()


def same_person(one: str, other: str) -> bool:
    """Return whether surname and first forename are the same; an initial agrees with a forename.

    Says nothing of identity: a birth date must agree as well.
    """
    a, b = ([word for word in name_words(name) if word not in TITLES] for name in (one, other))
    if len(a) < 2 or len(b) < 2:
        return bool(a) and a == b
    return a[-1] == b[-1] and (a[0][0] == b[0][0] if 1 in (len(a[0]), len(b[0])) else a[0] == b[0])


def firm_words(name: str) -> tuple[str, ...]:
    """Return the words that tell a firm apart: without legal form, group words and years."""
    return tuple(
        word
        for word in name_words(name)
        if word not in _COMMON and not re.fullmatch(r"\d{4}", word)
    )


def same_firm(one: str, other: str) -> bool:
    """Return whether two names of firms have the same telling words in the same order."""
    return bool(firm_words(one)) and firm_words(one) == firm_words(other)
