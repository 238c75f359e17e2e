"""The parties in one name: who trades as whom, partners, a firm's owner, the firm cared for.

Every reading of such a name comes from here: those of a name that is prepared to be compared, and
the people and firms that are looked up beside a supplier.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from duediligence.matching.names.people import PARTICLES, TITLES
from duediligence.matching.names.words import counts, is_given_name
from duediligence.matching.tables import word_set
from duediligence.model import Kind
from duediligence.text.folding import fold
from duediligence.text.legal_forms import (
    UK_FORMS,
    ends_in_legal_form,
    is_legal_form,
    split_legal_forms,
)

Role = Literal[
    "sole trader",
    "partner in the name",
    "firm in the name",
    "care of",
    "brand owner",
    "other name",
    "named in the name cell",
]

_ALTERNATIVE = re.compile(
    r"\s*[,;(\[]?\s*\b(?:t\s?/\s?as?|t\.a\.|trading\s+as|d/b/a|dba|doing\s+business\s+as|f/k/a|fka"
    r"|a/k/a|aka|formerly(?:\s+known\s+as)?|also\s+known\s+as|previously(?:\s+known\s+as)?|née|n/k/a"
    r")(?![\w/])[\s:.]*"
    r"|\s*[,;(\[–—-]?\s*(?:\bc\s?/\s?o(?![\w/])"
    r"|\b(?:an?|the)\s+(?:brand|division|subsidiary|trading\s+(?:name|style|arm))\s+of\b"
    r"|\b(?:brand|trading\s+(?:name|style|arm))\s+of\b|\((?:part|division|subsidiary)\s+of\b"
    r"|[(,–—-]\s*(?:props?|owner)\b(?=[\s.:])|(?<=\w)\s+props?[.:]"
    r"|(?<=\w)\W{1,3}proprietors?(?=[\s:])|\b(?:owned|run)\s+by\b)[\s:.]*",
    re.IGNORECASE,
)
# A part of each of them: these settle most names without the expression, which is slow.
_HINTS = ("t/a", "t /", "t.a.", "trading", "dba", "b/a", "k/a", "fka", "aka", "business",
          "formerly", "known", "previously", "née", "c/o", "c /", "brand of", "division of",
          "subsidiary of", "part of", "prop", "owner", "owned by", "run by")  # fmt: skip
_WORDED_HINTS = [hint for hint in _HINTS if "/" not in hint]
# The same of all that joins two names, blanks written in any way.
_MARKS = ("/", "t.a", "trading", "dba", "business", "fka", "aka", "formerly", "known", "previously",
          "née", "brand", "division", "subsidiary", "part", "prop", "own", "run")  # fmt: skip
_OWNER = re.compile(r"prop|own|run", re.IGNORECASE)
_BRAND = re.compile(r"\bof\b", re.IGNORECASE)
_CARE = re.compile(r"c\s?/\s?o", re.IGNORECASE)
_TRADING = re.compile(r"t\s?/\s?a|t\.a|trading|d/?b/?a|doing", re.IGNORECASE)
# `s/o`, `d/o` and `w/o` are parts of names; `t/a` and `c/o` join them.
_SLASH = r"(?<!\b[sdwtc])/"
AND = re.compile(rf"\s*(?:[&+]|\band\b|{_SLASH})\s*", re.IGNORECASE)
_JOINED = re.compile(rf"\s*(?:[&+,;]|\band\b|{_SLASH})\s*", re.IGNORECASE)
_FAMILY = re.compile(
    r"(.+?)\s*[,&+]?\s*(?:&|\+|\band\b)\s*(?:sons?|daughters?|co|company|bro(?:ther)?s|partners?"
    r"|associates?|family|wife|husband|nephews?)\b",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_DASH = re.compile(r"\s+[-–—]+\s+")
_FORMS = re.compile(
    rf"\W*\b(?:{'|'.join((*UK_FORMS, 'partnership', 'messrs'))})\b\W*", re.IGNORECASE
)
_NOT_PEOPLE = word_set("not of people")
_MOST_WORDS = 6
_MOST_OFTEN = 10  # how often a word may stand in firms' names that tells one firm from others
# What stands around a name and is no part of it. A full stop after it may be.
_AFTER = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000()[],;:&+/–—-"
)
_BEFORE = _AFTER + "."
# The counts from which a word that hardly any person has may be one of firms, and from which it
# is a sign of a firm by itself. Rarer words may be names of people, or what they are in a firm.
_OF_FIRMS, _COMMON_OF_FIRMS = 25, 100


class NamedParty(NamedTuple):
    """Somebody named within a name, and what they are to the firm of that name."""

    text: str
    kind: Kind
    role: Role


Parties = tuple[NamedParty, ...] | None
ONE: Parties = None  # a name that plainly is of one party


def split_alternative_names(text: str) -> list[str]:
    """Return the names that one string holds: `Acme Ltd t/a Bolt (formerly Nuts)` holds three."""
    lower = text.lower()
    if not [hint for hint in _HINTS if hint in lower] or _ALTERNATIVE.search(text) is None:
        return [text]
    parts = [_bare(part) for part in _ALTERNATIVE.split(text)]
    return [part for part in parts if part] or [text]


def may_hold_several(text: str) -> bool:
    """Return whether it is worth asking for the parties in a name: most hold one, which is quickly
    told.

    A comma, a bracket and a hyphen alone are no sign of two.
    """
    if "&" in text or "/" in text or "+" in text or "(" in text or " - " in text:
        return True
    lower = text.lower()
    return " and " in lower or bool([hint for hint in _WORDED_HINTS if hint in lower])


def parties_in(text: str) -> tuple[NamedParty, ...]:
    """Return the people and other firms named in a name, none where it is the name of one party.

    `Ann Noname t/a Gull Cafe` names Ann Noname, `Gull Cafe (a brand of Moss Ltd)` names Moss Ltd.
    What reads as the name of a person is of that kind where one of its words is known to be one
    of people, else of kind unknown.
    """
    return _parties_in(text) if may_hold_several(text) else ()


@lru_cache(maxsize=8192)
def _parties_in(text: str) -> tuple[NamedParty, ...]:
    pieces, markers = _split_at_markers(text)
    found: dict[str, NamedParty] = {}
    owned = any(map(_TRADING.search, markers))
    for at, piece in enumerate(pieces):
        marker = markers[at - 1] if at else ""
        if _CARE.search(marker):
            several = _find_partners(piece, "care of", whole=True)
        elif _BRAND.search(marker):
            several = _find_partners(piece, "brand owner", whole=True)
        elif (at == 0 and owned) or _OWNER.search(marker):
            several = _find_partners(piece, "sole trader", whole=True)
        else:
            several = _find_unmarked_parties(piece)
            if markers and not several and reads_as_person(piece) and is_known_of_people(piece):
                several = [name_party(_bare(piece), "other name")]
        for one in several:
            if one.text != text:
                found.setdefault(one.text.casefold(), one)
    return tuple(found.values())


def with_family_names(parts: Sequence[str], *, given_only: bool = True) -> list[str]:
    """Return each part of one word with the family name of the next that has one, else of the one
    before.

    `J`, `M Noname` are J Noname and M Noname. With `given_only`, that is done for initials and
    known given names alone. Parts that are nothing but titles are left out.
    """
    split = [(part, [w for w in fold(part).split() if w not in TITLES]) for part in parts]
    found = []
    for at, (part, words) in enumerate(split):
        whole = ""
        if len(words) == 1 and (not given_only or len(words[0]) == 1 or is_given_name(words[0])):
            later = (other for other, held in split[at + 1 :] if len(held) > 1)
            before = (other for other, held in reversed(split[:at]) if len(held) > 1)
            whole = next(later, "") or next(before, "")
        if words:
            found.append(f"{part} {whole.split()[-1]}" if whole else part)
    return found


def reads_as_person(text: str) -> bool:
    """Return whether a text can be the whole name of a person: two words or more, none only of
    firms.
    """
    words = _list_name_words(text)
    if not 2 <= len(words) <= _MOST_WORDS or any(map(str.isdigit, text)):
        return False
    return not reads_as_firm(text) and sum(map(len, words)) > len(words)


def reads_as_firm(text: str) -> bool:
    """Return whether a text has a legal form, or a word that firms and not people have in their
    names.
    """
    words = [word for word in fold(text).split() if word not in TITLES and word != "and"]
    if not _NOT_PEOPLE.isdisjoint(words):
        return True
    return bool(split_legal_forms(words)[1]) or any(map(_of_firms, words))


def may_name_several(text: str) -> bool:
    """Return whether a text may name several people, so that a birth date with it may be of any."""
    parts = [bare for part in AND.split(text) if (bare := _bare(part))]
    listed = [part for part in re.split(r"[,;|\n]", text) if len(_list_name_words(part)) > 1]
    return len(parts) > 1 or len(listed) > 1


def is_known_of_people(text: str) -> bool:
    """Return whether a word of the text is known to be one of people's names, or a title."""
    words = fold(text).split()
    return not TITLES.isdisjoint(words) or any(
        is_given_name(word) or counts(word)[0] > counts(word)[1] for word in words if len(word) > 1
    )


def is_plainly_firm(text: str) -> bool:
    """Return whether a name can only be a firm's: it has a legal form that people's names never
    have, or a common word of firms, and no word known to be one of people's.
    """
    # Shorter words are syllables of names elsewhere: In, On, To, No.
    words = [word for word in fold(text).split() if len(word) > 3]
    sign = (
        ends_in_legal_form(text)
        or not _NOT_PEOPLE.isdisjoint(words)
        or any(counts(word)[1] >= _COMMON_OF_FIRMS and _of_firms(word) for word in words)
    )
    return sign and not is_known_of_people(text)


def may_name(text: str) -> bool:
    """Return whether a text ends as a firm's name does, or is a person's."""
    if split_legal_forms(fold(text).split())[1]:
        return True
    return reads_as_person(text) and is_known_of_people(text)


def _split_at_markers(text: str) -> tuple[list[str], list[str]]:
    """Return the text around the words that join two names, and those words."""
    lower = text.lower()
    if not [mark for mark in _MARKS if mark in lower]:
        return [text], []
    markers = list(_ALTERNATIVE.finditer(text))
    bounds = [0, *(place for one in markers for place in one.span()), len(text)]
    pieces = [text[first:last] for first, last in zip(bounds[::2], bounds[1::2], strict=True)]
    return pieces, [one[0] for one in markers]


def _find_unmarked_parties(text: str) -> list[NamedParty]:
    """Return the parties of a text without a word that tells who they are: partners, and in
    brackets.
    """
    if family := _FAMILY.match(text):
        return _find_partners(family[1], "partner in the name", whole=True)
    inside = [_bare(one[1] or one[2] or "") for one in _BRACKET.finditer(text)]
    parts = [*map(_bare, _DASH.split(_BRACKET.sub(" ", text))), *inside]
    found = []
    for part in parts if len(parts) > 1 else ():
        if reads_as_person(part) and (
            is_known_of_people(part)
            or any(reads_as_firm(other) for other in parts if other != part)
        ):
            found.append(name_party(part, "sole trader"))
    for part in parts:
        found += _find_partners(part, "partner in the name", whole=False)
    return found


def _find_partners(text: str, role: Role, *, whole: bool) -> list[NamedParty]:
    """Return the partners in a text; with `whole`, the text itself where it has no partners."""
    text = _bare(text)
    parts = [bare for part in _JOINED.split(text) if (bare := _bare(part))]
    if len(joined := parts) > 1:  # `Co., Ltd.` is one
        joined = [part for part in parts if not is_legal_form(fold(part).split())]
    if len(joined) < 2 or _FAMILY.match(text):
        if not whole:
            return []
        family = _FAMILY.match(text)
        text = _bare(family[1]) if family else text
        if reads_as_person(text) or (role in ("care of", "brand owner") and text):
            return [name_party(text, role)]
        return []
    several: Role = "partner in the name" if role == "sole trader" else role
    with_form = [bool(split_legal_forms(fold(part).split())[1]) for part in joined]
    # `Moss Ltd & Ann Noname` names two parties, and so may `Ann Noname & Moss Ltd`; `Horse and
    # Hound Ltd` is one.
    apart = whole or any(with_form[:-1])
    people = [
        one
        for one in with_family_names(
            [_bare(_FORMS.sub(" ", part)) for part in joined], given_only=not whole
        )
        if reads_as_person(one) and (apart or not with_form[-1] or is_known_of_people(one))
    ]
    firms = [p for p, form in zip(joined, with_form, strict=True) if form and has_own_word(p)]
    names = {_bare(_FORMS.sub(" ", firm)) for firm in firms}
    people = [one for one in people if one not in names or is_known_of_people(one)]
    # `Gems & Jewellery Co` names no firm `Jewellery Co`: each half must be a party, but for what
    # stands after `Moss Ltd`.
    if len(names.union(people)) < len(joined):
        firms = [f for f in firms if f == joined[0] and is_legal_form(fold(f).split()[-1:])]
    found = [name_party(firm, "firm in the name") for firm in firms if any(with_form[:-1])]
    found += [name_party(one, several) for one in people]
    if whole and not found and role in ("care of", "brand owner"):
        found.append(name_party(text, role))
    return found


def name_party(text: str, role: Role) -> NamedParty:
    """Return a party of this name, of the kind that the name shows."""
    kind: Kind = "unknown"
    if split_legal_forms(fold(text).split())[1]:
        kind = "organisation"
    elif reads_as_person(text) and is_known_of_people(text):
        kind = "person"
    return NamedParty(text, kind, role)


def _bare(text: str) -> str:
    return text.rstrip(_AFTER).lstrip(_BEFORE)


def _list_name_words(text: str) -> list[str]:
    """Return the folded words of a name without titles and particles."""
    return [word for word in fold(text).split() if word not in TITLES and word not in PARTICLES]


def has_own_word(text: str) -> bool:
    """Return whether a firm has a word of its own: `Technology Development Co` is the end of a
    name.
    """
    words, _ = split_legal_forms(fold(text).split())
    return any(counts(word)[1] <= _MOST_OFTEN for word in words)


def _of_firms(word: str) -> bool:
    """Return whether a word is one of firms. `Ni` is also in Irish family names: Ní Fhearghail."""
    people, firms = counts(word)
    common = firms > max(10 * people, _OF_FIRMS)
    return common and not (word == "ni" or is_given_name(word) or word in PARTICLES)
