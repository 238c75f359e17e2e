"""How several people stand in one cell: the entries of a cell, and the names joined in an entry."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from duediligence.formats.cells import clean, parts
from duediligence.matching.names.parties import (
    AND,
    reads_as_firm,
    reads_as_person,
    with_family_names,
)
from duediligence.matching.text.words import is_given_name
from duediligence.suppliers.decorations import (
    NOBODY,
    is_decoration,
    undecorated,
    words,
)
from duediligence.suppliers.numbers import NOTHING
from duediligence.text.dates import MONTH_PATTERN
from duediligence.text.folding import fold
from duediligence.text.names import TITLES

_SEPARATORS = ";|^\r\n\v\f•●▪◦‣·\t\\~<>*=、"
# Signs that stand in names or that are read below; all others stand between names.
_IN_NAMES = frozenset("!\"#%&'()*+,-./:;?@[\\]_{|}£$€`´^¨‐‑‒–—―‘’‛“”„«»‹›…†‡§¹²³°ºª")
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{4})\.\s+(?=[^\W\d_]{2}\w*\s+\w)")
_COMMAS = str.maketrans(dict.fromkeys("‚،，", ","))
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s,;|]))(?:\(?(?:\d{1,2}|[a-h]|i{1,3}|iv|v)\)\s*|\d{1,2}[.:]\s*(?=[^\W\d])"
    rf"|\d{{1,2}}(?:st|nd|rd|th)[.:)]?\s+(?!of\b|{MONTH_PATTERN}\b)(?=[^\W\d])"
    r"|(?:no|nr|number)\.?\s?\d{1,2}[.:)]?\s+(?=[^\W\d])"
    r"|#\d{1,2}\s+|\d{1,2}\s+[-–]\s+(?=[^\W\d]))",
    re.IGNORECASE,
)
# Letters and bare numbers count people only where the first and the second stand there.
_COUNTED = (
    (re.compile(r"1\s+[^\W\d].*\s2\s"), re.compile(r"(?:^|\s)\d{1,2}\s+(?=[^\W\d])")),
    (re.compile(r"i\. .*\sii\. ", re.I), re.compile(r"(?:^|\s)[ivx]{1,4}\. ", re.I)),
    (re.compile(r"a\. .*\sb\. "), re.compile(r"(?:^|\s)[a-h]\. ")),
)
_BETWEEN = re.compile(
    r"(?<=\w)[ ,]+(?:managing director|director|company secretary|secretary|chairman|chairwoman|"
    r"chairperson|chair|treasurer|trustee|chief executive|ceo)[ ,]+(?=\w+ \w)",
    re.IGNORECASE,
)
_PLUS = re.compile(r"\s+(?:plus|with|et)\s+", re.IGNORECASE)
# Words that join two parties where no name has them; what stands around them is looked up, too.
_JOINED = re.compile(
    r"[\s,;(]+(?:or|then|alias|aka|a\.k\.a\.?|also known as|known as|formerly|n[ée]e|per|p\.?p\.?"
    r"|via|for|of|on behalf of|acting for|represented by|through|care of|c/o|under)[\s:]+",
    re.IGNORECASE,
)


def names_nobody(text: str) -> bool:
    """Whether a cell says that there is nobody, or nothing."""
    return clean(text).casefold().strip(" .") in NOTHING | NOBODY


def size(name: str) -> int:
    """How many words a name has, titles apart."""
    return len([word for word in words(name) if word not in TITLES])


def entries(text: str) -> Iterator[str]:
    """The entries of a cell: lines, and what stands between ; and |, bullets and numbers."""
    bare = "".join(";" if _is_sign(c) else c for c in text.translate(_COMMAS))
    columned = re.sub(r"(?<=\S)[ \u00a0]{3,}(?=\S)", ", ", bare.replace("_x000D_", ";"))
    for line in parts(_SENTENCE_END.sub(";", _in_columns(columned)), _SEPARATORS):
        form = next((form for sign, form in _COUNTED if sign.match(line)), _NUMBERED)
        for entry in form.split(_PLUS.sub(" & ", _BETWEEN.sub(" , ", line))):
            if entry.strip() and not names_nobody(entry):
                yield entry


def _in_columns(text: str) -> str:
    """The text with commas for two spaces, where those stand between names of two words or more."""
    pieces = re.split(r"(?<=\S)[ \u00a0]{2}(?=\S)", text)
    several = len(pieces) > 1 and all(size(piece) > 1 for piece in pieces)
    return ", ".join(pieces) if several else text


def _is_sign(character: str) -> bool:
    """Whether it is a picture, an arrow or another sign that no name has."""
    if character.isascii() or character in _IN_NAMES:
        return False
    return unicodedata.category(character) in ("So", "Sm", "Sk", "Po", "Pd", "Ps", "Pe")


def people_around(name: str) -> list[str]:
    """The people around a word that joins two parties: `Moss Ltd on behalf of Ann Noname`."""
    pieces = [undecorated(piece) for piece in _JOINED.split(name)]
    return [one for one in pieces if reads_as_person(one)] if len(pieces) > 1 else []


def joined_names(text: str) -> list[str]:
    """The names in a clause, with family names written once; none in one of roles alone."""
    text = undecorated(text)
    if is_decoration(text) and not any(map(str.isdigit, text)):
        return []
    if reads_as_firm(text):
        return [text]
    several = [undecorated(part) for part in AND.split(text)]
    several = [part for part in several if part and not is_decoration(part)]
    found = with_family_names(several, given_only=False) or [text]
    if "/" in text:  # `Ann Noname/Other` has two family names
        for one, other in pairwise(several):
            if size(one) > 1 and size(other) == 1:
                found.append(f"{one.rpartition(' ')[0]} {other}")
    return found


def can_turn(name: str) -> bool:
    """Whether a family name and what follows its comma can be one person's."""
    return not reads_as_firm(name) and not any(map(str.isdigit, name))


def is_family_first(family: str, given: str) -> bool:
    """Whether `family, given` can be read in no other way."""
    if family.isupper() and not given.isupper() and len(family) > 2:
        return True
    first = fold(given).partition(" ")[0]
    return (is_given_name(first) or len(first) == 1) and not is_given_name(fold(family))
