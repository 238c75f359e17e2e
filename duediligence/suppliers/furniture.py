"""Rows that are no supplier: titles, totals, footnotes, repeated headers."""

import re
from collections.abc import Sequence

from duediligence.matching.names.parties import is_known_of_people, reads_as_person
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms

_THINGS = r"(?:suppliers?|vendors?|contracts?|contractors?|providers?|rows?|records?|lines?|items?)"
_TOTAL = re.compile(
    r"(?:(?:grand|overall|running|report|page|supplier|vendor) )?(?:sub[ -]?)?totals?"
    r"(?: \(?(?:of |for |all |no\.? of |number of )?"
    rf"(?:{_THINGS}|spend|amount|value|gbp|£|"
    r"(?:ex|excl|exc|excluding|inc|incl|including)\.? vat)\)?)?"
    rf"(?: \([\d,]+ ?{_THINGS}?\))?"
    rf"|(?:sum|count)(?: of (?:spend|value|amount|{_THINGS}))?"
    rf"|(?:no\.?|number) of {_THINGS}|(?:carried|brought) forward|balance [cb]/f|[cb]/f"
    r"|sub[ -]?totals?(?: ?[-–—:(]| (?:for|of)\b).*",
    re.IGNORECASE,
)
# What is a total only where an amount is beside it: with nothing else it may be a name.
_BESIDE_AMOUNT = re.compile(
    r"(?:average|mean|median|minimum|maximum|min|max)(?: (?:spend|value|amount))?"
    r"|(?:grand )?total for .+|.+ (?:sub-?)?totals?|\(blank\)|row labels",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"(?:(?:grand |sub[ -]?)?total\b[^:]{{0,30}}|count|{_THINGS}):[£\s\d,.]{{0,30}}",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"[*†‡§]{1,4}\s*(?-i:[a-z(]).*|(?:notes?|source|key|nb|n\.b\.|prepared by|printed(?: on)?|"
    r"(?:report )?run by|report (?:run|date|generated)|generated(?: on| by)?|last updated|"
    r"last refreshed|updated|run date|(?:data )?(?:extracted|exported|downloaded)(?: on| from)?|"
    r"extract date|date)\s*[:\d].*"
    r"|(?:data |position |figures )?(?:correct )?as (?:at|of) (?:the )?[\d(].*"
    r"|(?:[*†‡§]{1,4} ?)?(?:\(?\d{1,2}[.)] ?)?(?:all )?(?:figures|amounts|values|spend)(?: shown)? "
    r"(?:exclude|include|are|is|excl|incl)\b.*"
    r"|page \d+(?: of \d+)?|\d+ of \d+"
    r"|[-<(* ]*end(?: of (?:report|list|file|extract|data))?[->)* .]*"
    rf"|[\d,]+ {_THINGS}(?: returned| found| listed| in total)?|continued (?:overleaf|on .{{1,30}})"
    r"|(?:official|official[- ]sensitive|confidential|restricted)|(?:©|\(c\)) .*"
    r"|(?:list|register|extract|schedule) of (?:approved |active |all )?"
    r"(?:suppliers|vendors|contractors|providers)\b.*"
    r"|(?:approved |active |preferred )?(?:supplier|vendor|contractor|provider) "
    r"(?:list|register|report|extract|spend)\b.*|=+|-+|_+|\*+",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_NOTE = 500
_LABELLED = re.compile(r"[a-z. ]{1,30}:|©|\(c\)", re.IGNORECASE)
_AMOUNT = re.compile(
    rf"[-(]?[£€$]?\s?[\d,. ]+%?\)?|[-–—]|(?:count: ?)?[\d,]+(?: {_THINGS})?|\(blank\)",
    re.IGNORECASE,
)


def is_furniture(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row is a repeated header, a total, a title or a footnote, and no supplier.

    A total has nothing but amounts beside its word, a footnote or title nothing at all: `Total Care
    Ltd` is a supplier, and so is `Total` with an address.
    """
    held = [" ".join(cell.split()) for cell in cells]
    if [cell.casefold() for cell in held[: len(header)]] == [name.casefold() for name in header]:
        return True
    filled = [cell for cell in held if cell]
    if len(filled) == 1 and len(filled[0]) <= _LONGEST_NOTE:
        (text,) = filled
        counted = _COUNTED.fullmatch(text) is not None
        return counted or _is_total(text.rstrip(" :")) or _is_note(text)
    words = [cell for cell in filled if not _AMOUNT.fullmatch(cell)]
    if not words and "(blank)" in map(str.casefold, filled) and len(filled) > 1:
        return True
    if len(words) != 1 or len(words[0]) > _LONGEST_NOTE:
        return False
    bare = words[0].rstrip(" :")
    if _COUNTED.fullmatch(words[0]) or _is_total(bare):
        return True
    return bool(_BESIDE_AMOUNT.fullmatch(bare)) and not _may_name(bare)


def _is_total(text: str) -> bool:
    return _TOTAL.fullmatch(text) is not None and not _ends_as_firm(text)


def _is_note(text: str) -> bool:
    """Whether it is a title or a footnote: nothing that may be the name of a supplier.

    What a word and a colon introduce, and who has the copyright, is a footnote all the same.
    """
    return bool(_NOTE.fullmatch(text)) and (bool(_LABELLED.match(text)) or not _may_name(text))


def _may_name(text: str) -> bool:
    """Whether a text ends as a firm's name does, or is a person's."""
    if _ends_as_firm(text):
        return True
    return reads_as_person(text) and is_known_of_people(text)


def _ends_as_firm(text: str) -> bool:
    return bool(split_legal_forms(fold(text).split())[1])
