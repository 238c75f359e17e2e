"""How several people are written in one cell, and what is written beside their names."""

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
from duediligence.matching.names.words import is_given_name
from duediligence.suppliers.numbers import NOTHING
from duediligence.text.dates import MONTH_NAMES, MONTH_PATTERN, MONTHS
from duediligence.text.folding import fold
from duediligence.text.names import TITLES

# What people write where there is nobody to write, beside `numbers.NOTHING`.
NOBODY = frozenset(
    "yes|y|no|n|true|false|x|vacant|vacancy|not recorded|not provided|not stated|nobody|"
    "no directors|no trustees|no owners|no one|as above|0|1".split("|")
) - {"as above"}
ROLE_WORDS = frozenset(
    "director directors dir managing md executive exec non nonexecutive ned chair chairman "
    "chairwoman chairperson vice deputy ceo cfo coo cto chief officer officers financial finance "
    "operating operations commercial technical sales marketing secretary treasurer trustee "
    "trustees owner owners coowner proprietor proprietors prop props partner partners sole trader "
    "senior junior member members designated founder cofounder shareholder shareholders psc pscs "
    "ubo ubos beneficial ultimate significant control controller key principal principals manager "
    "nominated individual responsible president governor governors signatory interim acting joint "
    "licensee".split()
)
_BESIDE_ROLES = frozenset(
    "the of and a an in for with person persons people company corporate current former active "
    "resigned retired appointed appt apptd ceased since from until to on joined left majority "
    "minority equal share shares shareholding ordinary holding interest statutory legal authorised "
    "name names full surname forename first last dob born birth date nationality age aged male "
    "female title role position uk gb resident residence country occupation deceased is per cent "
    "more than or less between over under at "
    "british english scottish welsh irish american australian canadian french german italian "
    "spanish polish romanian bulgarian portuguese dutch indian pakistani bangladeshi nigerian "
    "ghanaian zimbabwean chinese russian ukrainian turkish greek sept".split()
) | {name.lower() for name in (*MONTHS, *MONTH_NAMES) if name.lower() != "may"}
HONOURS = frozenset(
    "obe mbe cbe kbe dbe jp dl qc kc mp fca aca fcca acca cima acma fcma ba bsc ma msc mba llb phd "
    "bed pgce frcs frcp frics mrics fcipd mcipd cert hons rgn esq jr snr sr".split()
)
DECORATIONS = ROLE_WORDS | _BESIDE_ROLES | HONOURS

# Mail addresses, web addresses, phone numbers, shares and amounts of money.
_CONTACTS = re.compile(
    r"(?:mailto:)?[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}|(?:https?://|www\.)[^\s,;|]+"
    r"|(?<![\d-])(?:\+44|0)(?:[ ()]?\d){9,10}(?!\d)|\b(?:50/50|60/40|40/60|51/49|49/51)\b"
    r"|(?:\d{1,3}(?:\.\d{1,4})?\s?(?:-|to)\s?)?\d{1,3}(?:\.\d{1,4})?\s?%|£\s?[\d,.]+"
    r"|\b[\d,]{1,12}\s?(?:ordinary )?shares?\b|\baged?\s?:?\s?\d{1,3}\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")


def without_contacts(text: str) -> str:
    """The text without mail and web addresses, phone numbers, shares and amounts."""
    return _CONTACTS.sub(" ", text) if re.search(r"[@%£\d/]|www|share|age", text) else text


def words(text: str) -> list[str]:
    """The words of a text in lower case, without their punctuation."""
    return [re.sub(r"[^\w]", "", word.casefold()) for word in _WORD.findall(text)]


def is_decoration(text: str) -> bool:
    """Whether no word of a text is of a name: `Managing Director`, `British`, `75% or more`."""
    return all(word in DECORATIONS for word in words(text))


def undecorated(text: str) -> str:
    """The text without roles before and after it, honours after it, and marks around it.

    Two words are left: `John Head` is a name.
    """
    pieces = clean(text).strip(" .,:-–—*†•\"“”'‘’/_#>").split()
    while len(pieces) > 2 and _is_role(pieces[-1], honours=True):
        pieces.pop()
    while len(pieces) > 2 and _is_role(pieces[0]):
        pieces.pop(0)
    return " ".join(pieces).strip(" .,:-–—*†•\"“”'‘’/_#>")


def _is_role(piece: str, *, honours: bool = False) -> bool:
    word = re.sub(r"\W", "", piece.casefold())
    return not word or word in ROLE_WORDS or (honours and word in HONOURS)


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
