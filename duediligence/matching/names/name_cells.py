"""A cell for a supplier's name that holds more than a name: codes, notes, and second names.

The cell itself stays the supplier's name, by which it is known. What is read here is looked up
with it and stored nowhere: a change of the grammar changes no supplier.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from duediligence.matching.names.marks import places_in
from duediligence.matching.names.parties import (
    NamedParty,
    has_own_word,
    may_name,
    name_party,
    parties_in,
    reads_as_person,
)
from duediligence.matching.tables import rows, word_set
from duediligence.model.entries import IN_NAME_CELL
from duediligence.text.dates import MONTH_PATTERN
from duediligence.text.folding import fold
from duediligence.text.legal_forms import UK_FORMS, has_legal_form, is_legal_form, split_legal_forms
from duediligence.text.postcodes import POSTCODE

GRAMMAR_VERSION = 1


@cache
def _list_phrases(kind: str) -> frozenset[str]:
    """Return the phrases of a kind in `name_cells.tsv`."""
    return frozenset(
        chain.from_iterable(r[1].split("|") for r in rows("name_cells.tsv") if r[0] == kind)
    )


def _match_any(kind: str) -> str:
    """Return an expression for any phrase of a kind, the longest first, blanks in any way."""
    longest = sorted(_list_phrases(kind), key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, longest)).replace(r"\ ", r"\s+") + ")"


_PIECES = re.compile(
    r"\bt\s?[\\/]{1,2}\s?as?\b|[;|\t\r\n\v\f•·¦^]+|\s*(?:[-=~]*>+|→|⇒|//|\\|\*+|~+|\.{3,}"
    r"|(?<=\w)\s=)\s*"
    r"|\s[/,]\s|/\s|\s[-–—−]+\s*|\s*[-–—−]+\s|[–—]|(?<=\w{4}):\s*|:\s+|\s@\s*|\s*\+\s*(?=\w+\s+\w)|\s#\s|\s{3,}"
    r"|(?:^|\s)\(?(?:i{1,3}|[1-9a-d])[.)]\s"
)
_GLUED = re.compile(r"(?<=\d)_|_(?=[a-z]*\d)", re.IGNORECASE)
# Where a name begins without a blank: after a number, and a legal form: `Moss LtdGULL CAFE`.
_BEGINS = re.compile(
    r"(?<=\d{5})(?=[A-Za-z]{4})"
    rf"|(?:{'|'.join(f'(?<={form.title()})' for form in UK_FORMS)})(?=[A-Z])"
    rf"|(?:{'|'.join(f'(?<={form.upper()})' for form in UK_FORMS)})(?=[A-Z][a-z])"
)
_INSIDE = re.compile(r"[(\[{<]([^()\[\]{}<>]*)[)\]}>]")
_LAST_CLOSED = re.compile(r"[)\]}](?!.*[(\[{])")
_CLOSING = re.compile(r"(?:[(\[{]|\s[\"“‘'])([^()\[\]{}\"“”]{4,})[)\]}\"”’']\W*$")
_AFTER_FORM = "|".join(rf"(?<=\b{form})" for form in UK_FORMS)
_FORM = rf"(?:{'|'.join(UK_FORMS)})\b"
# A legal form that more follows ends a name.
_ENDED = re.compile(
    rf"(?:{_AFTER_FORM})[\s.,]+"
    r"(?=\w)(?!company\b|partnership\b|liability\b)"
    rf"(?!{_FORM})",
    re.IGNORECASE,
)
_MARKER = re.compile(
    rf"(?:^|[\s,(\[{{-]+)(?:{_match_any('before a joining word')}\s+)*(?:"
    rf"{_match_any('deed')}(?:\s+{_match_any('deed joins by')})+"
    rf"|{_match_any('noun')}\.?\s+{_match_any('noun joins by')}|(?!\A){_match_any('joins')}"
    rf"|{_match_any('joins anywhere')}|{_match_any('joins before a blank')}(?=[\s.:])"
    r"|(?<=\s)ex(?=[\s:])|a/c(?=\W+[^\W\d])|(?!\A)(?:dba|(?-i:TA|ta))(?=\s)"
    rf")(?![\w'’/&]|[\s:.]*{_FORM})[\s:.]*"
    # Words of ordinary names: after a mark or a legal form alone.
    rf"|(?:[,;:(\[]\s*|(?:{_AFTER_FORM})\.?\s+)"
    rf"{_match_any('joins after a mark')}(?![\w'’])[\s:.]*(?=\w+\W+\w+)",
    re.IGNORECASE,
)
_NOT_NAMES = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+\.\w+|,\s*[\w-]+\.(?:co|org|gov|nhs|com|net)(?:\.uk)?\b"
    r"|[£€$]\s?[\d,.]+\s?[kmp]?\b|\bgbp\s?[\d,.]+|\d[\d,]*\.\d\d\b|\d[\d.]*\s?%"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?[\s./-]+{MONTH_PATTERN}[\s./-]+\d{{2,4}}\b"
    rf"|\b{MONTH_PATTERN}[\s'’-]*\d{{2,4}}\b"
    r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?:19|20)\d\d\s?/\s?\d\d\b"
    r"|(?:\+44|\(?\b0)[\d\s()-]{8,}\d|\b[\da-f]{8}-[\da-f-]{20,}|\bx{3,}|x{3,}\b|\s[\w.-]+\.(?:co|org|gov|nhs)\.uk\s*$",
    re.IGNORECASE,
)
# Digits that no name begins or ends with, and words before them.
_CODE = (
    rf"(?:(?:(?:\bre\W+)?\b{_match_any('numbered')}[^\w/]*(?:{_match_any('number')}\b\W*)*)"
    r"(?:[a-z]{1,4}[-/]?)?\d[\w/-]*(?:\s\d+)*"
    r"|#\s?\w*\d\w*|\b[a-z]{1,5}-?\d{4,}(?:[-/.]?[a-z]{0,2}\d{1,6})*"
    r"|\b(?:0\d{3}|(?!19|20)\d{4}|\d{5})\d*(?:[-/.][a-z]{0,2}\d{1,6})*|\b[a-z]{1,5}\d*(?:[-/]\d+){2,}"
    r"|\b[a-z]{1,4}\d+-\d+|\b[a-z]{2}\d{2}\s\d{5,}|\b(?-i:[A-Z]{2,4})[-/]\d{3,}|\b\d{2,4}[-/]\d{3,6}"
    r")(?![\w&])"
)
_NOTE = rf"(?:{_match_any('note phrase')}|(?:x{{2,}}|z{{1,4}})(?:\W*(?:closed|old|dnu))?)(?![\w&])"
_LEADING = re.compile(
    rf"^[\s\W_]*(?:(?:{_CODE}|{_NOTE}|\b[a-z]{{1,4}}/\d+|\b[a-z]{{1,4}}\d+(?=[/:])|(?-i:[A-Z]{{1,4}}\d{{2,3}})(?=\s))[\s\W_]*)+"
    rf"(?!{_FORM})",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"(?:(?:^|[\s\W_])(?:{_CODE}|{_NOTE}|[a-z]{{1,2}}\d{{3,}}))+[\s\W_]*$", re.IGNORECASE
)
_LABEL = re.compile(rf"^\W*{_match_any('label')}\s(?=\w+\W+\w)", re.IGNORECASE)
_AROUND = " \t\"'“”‘’`*~_#!?=<>^,;:.-–—/\\|&"
_NOTES = _list_phrases("note word")
_NOTES_APART = _NOTES | _list_phrases("note word after a mark")
_BRIDGES = word_set("small word") | _list_phrases("bridge")
_BETWEEN = _list_phrases("between")
_SITED = word_set("not of people") | _list_phrases("site")
_STREET = re.compile(
    r"[,\n;–-]\s*(?:unit|flat|suite|floor|room|block|plot|p\.?\s?o\.?\s+box)\s+\w+"
    r"|\s(?:unit|flat|suite|plot|block)\s+\w*\d|[,\n;.]\s+\d{1,4}\s?[a-z]?\s(?!\s*(?:ltd|limited))",
    re.IGNORECASE,
)


_SIGNS = re.compile(r"[^\w\s.'’&]|[\d_\t\r\n\v\f]|\s{3}|\.{3}|\s['’]|[xX]{3}|\w{3}\.\w")
_GOES_ON = re.compile(rf"(?:{_AFTER_FORM})\W+\w", re.IGNORECASE)
_TELLING = frozenset(
    max(phrase.split(), key=len).strip(".")
    for kind in ("deed", "noun", "joins", "joins anywhere", "joins before a blank", "note phrase",
                 "note word", "between")
    for phrase in _list_phrases(kind)
) | {"ex", "dba", "ta", "t", "at", "xx", "z", "zz", "zzz", "zzzz"}  # fmt: skip


class NameCell(NamedTuple):
    """What a cell for a name holds beyond the name as written.

    `own` are names of the supplier itself, without codes and notes; `others` are named with it.
    """

    own: tuple[str, ...] = ()
    others: tuple[NamedParty, ...] = ()


def read_name_cell(text: str) -> NameCell:
    """Return the names that a cell for a supplier's name holds beyond the whole text.

    No person is sought by what can be a branch, a house or a service.
    """
    return NameCell() if _is_plain(text) else _read_marked_cell(text)


def _is_plain(text: str) -> bool:
    """Return whether a text has no sign or word by which anything is read: most names."""
    if _SIGNS.search(text) or _GOES_ON.search(text) or _BEGINS.search(text):
        return False
    words = [word.strip(".") for word in text.casefold().split()]
    last = fold(words[-1]) if words else ""
    return _TELLING.isdisjoint(words) and last not in _NOTES_APART | _BRIDGES


@lru_cache(maxsize=8192)
def _read_marked_cell(text: str) -> NameCell:
    written = _GLUED.sub(" | ", _BEGINS.sub(" | ", text)).replace("_", " ")
    pieces = [piece for part in _PIECES.split(written) for piece in _split_piece(part)]
    if len(pieces) > 1:
        pieces = [_LABEL.sub("", piece) for piece in pieces]
    names = list(dict.fromkeys(filter(None, map(_strip_notes, pieces))))
    whole = fold(text)
    found = [one for one in names if fold(one) != whole and _has_naming_word(one)]
    own = tuple(found[:1]) if found[:1] == names[:1] else ()
    if len(found) > 1 and own and " " not in own[0] and not has_own_word(own[0]):
        own, found = (), found[1:]  # `Capital - Moss Ltd`
    others = [name_party(one, IN_NAME_CELL) for one in found[len(own) :]]
    others += [party._replace(role=IN_NAME_CELL) for one in found for party in parties_in(one)]
    return NameCell(own, tuple(map(_as_firm, others)))


def _split_piece(text: str) -> Iterator[str]:
    """Yield the names around words, legal forms and commas that part two, then those in brackets at
    the end.
    """
    last = _CLOSING.search(text)
    if last and (last[0][0] != "(" or may_name(last[1])):
        text = text[: last.start()]
    else:
        last = None
    marked = chain.from_iterable(map(_split_after_bracket, _MARKER.split(text)))
    ended = chain.from_iterable(map(_ENDED.split, marked))
    for piece in chain.from_iterable(map(_split_at_words, ended)):
        yield from _split_at_commas(piece)
    if last:
        yield from _split_piece(last[0][0] + last[1])


def _split_after_bracket(text: str) -> list[str]:
    """Return what is within a bracket that opened before the text, and what follows."""
    return _LAST_CLOSED.split(text) if _is_half_open(text) else [text]


def _split_at_words(text: str) -> Iterator[str]:
    """Yield the texts around words that are seldom of a name, with two words or more on each
    side.
    """
    words = text.split()
    start = 0
    for at in range(2, len(words) - 2):
        word = words[at].casefold().strip(".:")
        site = word == "at" and _is_site(" ".join(words[at + 1 :]))
        if (word in _BETWEEN or site) and at - start > 1:
            yield " ".join(words[start:at])
            start = at + 1
    yield " ".join(words[start:]) if start else text


def _split_at_commas(text: str) -> Iterator[str]:
    """Yield the texts around commas, where a place or a legal form ends before one, or a name
    follows.
    """
    first, *others = text.split(",")
    for other in others:
        ended = has_legal_form(first) or _is_site(first)
        if len(first.split()) > 1 and len(other.split()) > 1 and (ended or may_name(other)):
            yield first
            first = other
        else:
            first += f",{other}"
    yield first


def _strip_notes(text: str) -> str:
    """Return a name without the codes, notes, sums, dates and addresses around and within it."""
    text = _INSIDE.sub(lambda one: " " if _is_only_note(one[1]) else one[0], text)
    if street := _STREET.search(text):
        text = text[: street.start()]
    elif code := POSTCODE.search(text.upper()):
        text = text[: code.start()].partition(",")[0]
    bare, before = _NOT_NAMES.sub(" ", text), ""
    while bare != before:
        before = bare
        bare = _TRAILING.sub(" ", _LEADING.sub(" ", bare)).strip(_AROUND)
        first, _, rest = bare.rpartition(",")
        bare = first if first and _is_only_note(rest) else bare
    bare = bare.strip("()[]{} ") if _is_half_open(bare) else bare
    return "" if _is_only_note(bare) else " ".join(_strip_note_words(bare.split()))


def _strip_note_words(words: list[str]) -> list[str]:
    """Return the words of a name without words of notes around them: several, or a last one with
    which no name ends.
    """
    at = len(words)
    while at > 1 and (_is_only_note(words[at - 1]) or fold(words[at - 1]) in _BRIDGES):
        at -= 1
    start = 0
    while start < at and _is_only_note(words[start]):
        start += 1
    if at == len(words) - 1 and fold(words[at]) not in _NOTES | _BRIDGES:
        at += 1
    noted = start > 1 and not _NOTES.isdisjoint(map(fold, words[:start]))
    kept = words[start if noted else 0 : at]
    return kept if _has_naming_word(" ".join(kept)) else words


def _is_only_note(text: str) -> bool:
    """Return whether a text is a note, without a name: `(2018)` may be of the name."""
    words = fold(_NOT_NAMES.sub(" 0 ", text)).split()
    said = [word for word in words if word not in _BRIDGES]
    if len(said) == 1 and said[0].isdigit() and said[0][:2] in ("19", "20"):
        return False
    return bool(said) and all(word in _NOTES_APART or any(map(str.isdigit, word)) for word in said)


def _is_half_open(text: str) -> bool:
    """Return whether a bracket of a text has no other half."""
    return any(
        text.count(opening) != text.count(closing) for opening, closing in ("()", "[]", "{}")
    )


def _as_firm(party: NamedParty) -> NamedParty:
    """Return what reads as no person, or can be a branch, a house or a service, as of that kind."""
    firm = party.kind != "person" and not reads_as_person(party.text)
    return party._replace(kind="organisation") if firm or _is_site(party.text) else party


def _is_site(text: str) -> bool:
    words, forms = split_legal_forms(fold(text).split())
    return not forms and (len(words) == 1 or not _SITED.isdisjoint(words))


def _has_naming_word(text: str) -> bool:
    """Return whether a text has a word of three letters that is none of places and services."""
    words = fold(text).split()
    if is_legal_form(words):
        return False
    said, _ = split_legal_forms(words)
    placed = {word for place in places_in(said) for word in place.text.split()}
    return any(len(word) > 2 for word in {*said} - placed - _BRIDGES - _SITED)
