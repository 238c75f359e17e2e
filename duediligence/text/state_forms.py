"""Legal forms of state bodies: `federal state budgetary educational institution`, FGUP.

A grammar rather than a list: words of whose it is, of its kind and of its field, in any order and
with any ending, then what it is, and what for. Roles of words are in `state_forms.tsv`.
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from duediligence.text.tables import read_rows

_BEFORE: Final = frozenset(("level", "kind", "field", "word"))
_WHOSE: Final = frozenset(("level", "kind"))
LINKS: Final = frozenset("of for and in i the".split())
_LONGEST_ENDING = 4  # letters: federalnogo


def has_word_of_state_form(words: list[str]) -> bool:
    """Return whether any folded word may be part of a state body's form; quick."""
    return any(map(_role, words))


def state_form(words: list[str], start: int) -> int:
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
        elif words[at] not in LINKS:
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
