"""Legal forms of organisations: which words they are, and where they stand in a name."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from duediligence.text.folding import fold
from duediligence.text.tables import read_rows

# What most UK bodies end their names with, each a word.
UK_FORMS: Final = tuple("limited ltd llp plc cic cyfyngedig cyf".split())
# Only a body of its own may end its name so: a sole trader's business name is a person's.
_CLOSING = (
    *UK_FORMS, "p.l.c", "l.l.p", "lp", "c.i.c", "cio", "scio", "ccc", "inc", "incorporated",
    "llc", "gmbh",
)  # fmt: skip
_BRACKETED = re.compile(r"\([^()]*\)")
_ENDS = re.compile(rf"\b(?:{'|'.join(map(re.escape, _CLOSING))})\.?\W*$", re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:ltd|limited|llp|plc|c\.?i\.?c|cio)\b\.?", re.IGNORECASE)
# A form that may open a name (OOO Romashka) or stand in its middle; the others only close it,
# because as words of their own they mean something else (AS Roma, SE, AD, Spa).
_ANYWHERE = frozenset(
    "ltd limited llc llp plc cic cio scio gmbh sarl jsc pjsc ojsc cjsc ooo oao zao pao jscb".split()
)
_OPENING = frozenset(
    "ooo oao zao pao ao jsc pjsc ojsc cjsc llc too tov tat pt ip kk cv pp psc sarl sherkat company "
    "firm".split()
)

# Forms of state bodies, such as `federal state budgetary educational institution`, FGUP, are read
# by a grammar rather than a list: words of whose it is, of its kind and of its field, in any order
# and with any ending, then what it is, and what for. Roles of words are in `state_forms.tsv`.
_BEFORE: Final = frozenset(("level", "kind", "field", "word"))
_WHOSE: Final = frozenset(("level", "kind"))
_LINKS: Final = frozenset("of for and in i the".split())
_LONGEST_ENDING = 4  # letters: federalnogo


def ends_in_legal_form(name: str) -> bool:
    """Return whether a name closes with a legal form, what stands in brackets apart: `Moss Ltd
    (UK)`.
    """
    bare = _BRACKETED.sub(" ", name)
    found = _ENDS.search(bare)
    return found is not None and any(map(str.isalnum, bare[: found.start()]))


def has_legal_form(text: str) -> bool:
    """Return whether a UK legal form stands anywhere in a text: `Moss Ltd, Truro`."""
    return _WITHIN.search(text) is not None


def has_same_words(one: str, other: str) -> bool:
    """Return whether two names are one but for legal forms, `the`, `and`, and gaps in words."""
    return _join_naming_words(one) == _join_naming_words(other)


@lru_cache(maxsize=4096)
def _join_naming_words(name: str) -> str:
    words, _ = split_legal_forms(fold(name).split())
    return "".join(word for word in words if word not in ("the", "and"))


def split_legal_forms(words: list[str]) -> tuple[list[str], frozenset[str]]:
    """Split folded words into those that name the organisation and its families of legal form.

    Never empties a name: where all words are legal forms, all are kept.
    """
    table = _load_legal_forms()
    of_state = _has_word_of_state_form(words)
    if not of_state and table.keys().isdisjoint(words):
        return words, frozenset()
    kept: list[str] = []
    families: set[str] = set()
    position, end = 0, len(words)
    while position < end:
        found = None
        size = _state_form(words, position) if of_state else 0
        if size and (size > 2 or not kept or _only_forms(words, position + size)):
            found = (size, "state")
        elif words[position] not in table:
            kept.append(words[position])
            position += 1
            continue
        for form, family in table[words[position]] if found is None else ():
            size = len(form)
            if size > 1 and (
                size > end - position or tuple(words[position : position + size]) != form
            ):
                continue
            closes = position + size == end or _only_forms(words, position + size)
            opens = not kept and (size > 1 or form[0] in _OPENING)
            if closes or size > 2 or form[0] in _ANYWHERE or opens:
                found = (size, family)
                break
        if found is None:
            kept.append(words[position])
            position += 1
        else:
            families.add(found[1])
            position += found[0]
    if _LINKS.issuperset(kept):
        return words, frozenset()
    return kept, frozenset(families)


def is_legal_form(words: list[str]) -> bool:
    """Return whether folded words are a legal form, or several, and name nobody."""
    if words and words[0] not in _load_legal_forms() and not _has_word_of_state_form(words[:1]):
        return False
    return any(split_legal_forms(beside)[0] == [""] for beside in ([*words, ""], ["", *words]))


@cache
def _load_legal_forms() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return by first word: the forms that begin with it, longest first, each with its family."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for family, forms in read_rows(Path(__file__).with_name("legal_forms.tsv")):
        for form in forms.split("|"):
            words = tuple(form.split())
            table.setdefault(words[0], []).append((words, family))
    for forms_of_word in table.values():
        forms_of_word.sort(key=lambda form: -len(form[0]))
    return table


def _only_forms(words: list[str], position: int) -> bool:
    table = _load_legal_forms()
    return all(any(len(form) == 1 for form, _ in table.get(word, ())) for word in words[position:])


def _has_word_of_state_form(words: list[str]) -> bool:
    """Return whether any folded word may be part of a state body's form; quick."""
    return any(map(_role, words))


def _state_form(words: list[str], start: int) -> int:
    """Return how many words from `start` on are the legal form of a state body; 0 where none is.

    A form has a word for what the body is and one for whose or of what kind, before it or (as in
    `empresa estatal`) after: `Care Institute` and `State Street` are names. A short form is one
    at the beginning or the end only.
    """
    role = _role(words[start])
    if not role:
        return 0
    if role == "short":
        return 1 if start == 0 or start == len(words) - 1 else 0
    at, roles = start, set()
    while at < len(words) and _role(words[at]) in _BEFORE:
        roles.add(_role(words[at]))
        at += 1
        # `scientific and research institution`, `nauchno i ...`
        if words[at : at + 1] and words[at] in ("and", "i") and _leads_on(words, at + 1):
            at += 1
    if at == len(words) or _role(words[at]) != "noun":
        return 0
    at += 1
    if not roles:
        while at < len(words) and _role(words[at]) in _WHOSE:
            roles.add(_role(words[at]))
            at += 1
    return _past_purpose(words, at) - start if roles & _WHOSE else 0


def _leads_on(words: list[str], at: int) -> bool:
    """Return whether words of a form go on to say what the body is."""
    while at < len(words) and _role(words[at]) in _BEFORE:
        at += 1
    return at < len(words) and _role(words[at]) == "noun"


def _past_purpose(words: list[str], at: int) -> int:
    """Return the place after `of science and higher education`, or `at` where no such words
    follow.
    """
    end = at
    while at < len(words):
        if _role(words[at]) == "purpose":
            end = at + 1
        elif words[at] not in _LINKS:
            break
        at += 1
    return end


@lru_cache(maxsize=65_536)
def _role(word: str) -> str:
    table = _load_role_table()
    role = table.get(word, "")
    if not role and len(word) > 5:
        for ending in range(_LONGEST_ENDING + 1):
            if role := table.get(f"{word[: len(word) - ending]}*", ""):
                break
    return role


@cache
def _load_role_table() -> dict[str, str]:
    rows = read_rows(Path(__file__).with_name("state_forms.tsv"))
    return {word: role for role, words in rows for word in words.split()}
