"""How several people stand in one cell: the entries of a cell, and the names joined in an entry."""

import re
from collections.abc import Iterator
from itertools import pairwise

from duediligence.formats.cells import clean, parts
from duediligence.matching.names.parties import AND, reads_as_firm, with_family_names
from duediligence.matching.text.folding import fold
from duediligence.matching.text.words import is_given_name
from duediligence.suppliers.decorations import (
    NOBODY,
    TITLES,
    is_decoration,
    undecorated,
    words,
)
from duediligence.suppliers.numbers import NOTHING

_BULLETS = "•●▪◦‣·\t\\~<>*=、"
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s,;|]))(?:\(?(?:\d{1,2}|[a-h]|i{1,3}|iv|v)\)\s*|\d{1,2}[.:]\s*(?=[^\W\d])"
    r"|#\d{1,2}\s+|\d{1,2}\s+[-–]\s+(?=[^\W\d]))",
    re.IGNORECASE,
)
# Letters and bare numbers count people only where the first and the second stand there.
_COUNTED = (
    (re.compile(r"1\s+[^\W\d].*\s2\s"), re.compile(r"(?:^|\s)\d{1,2}\s+(?=[^\W\d])")),
    (re.compile(r"i\. .*\sii\. "), re.compile(r"(?:^|\s)[ivx]{1,4}\. ")),
    (re.compile(r"a\. .*\sb\. "), re.compile(r"(?:^|\s)[a-h]\. ")),
)
_BETWEEN = re.compile(
    r"(?<=\w)[ ,]+(?:managing director|director|company secretary|secretary|chairman|chairwoman|"
    r"chairperson|chair|treasurer|trustee|chief executive|ceo)[ ,]+(?=\w+ \w)",
    re.IGNORECASE,
)
_PLUS = re.compile(r"\s+(?:plus|with|et)\s+", re.IGNORECASE)


def names_nobody(text: str) -> bool:
    """Whether a cell says that there is nobody, or nothing."""
    return clean(text).casefold().strip(" .") in NOTHING | NOBODY


def size(name: str) -> int:
    """How many words a name has, titles apart."""
    return len([word for word in words(name) if word not in TITLES])


def entries(text: str) -> Iterator[str]:
    """The entries of a cell: lines, and what stands between ; and |, bullets and numbers."""
    columned = re.sub(r"(?<=\S)[ \u00a0]{3,}(?=\S)", ", ", text)
    for line in parts(columned, ";|\r\n\v\f" + _BULLETS):
        form = next((form for sign, form in _COUNTED if sign.match(line)), _NUMBERED)
        for entry in form.split(_PLUS.sub(" & ", _BETWEEN.sub(" , ", line))):
            if entry.strip() and not names_nobody(entry):
                yield entry


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
