"""Rows that are no suppliers: repeated headers, totals, titles, footnotes, page numbers."""

import re
from collections.abc import Sequence

from duediligence.matching.names.parties import is_known_of_people, reads_as_person
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms

_TOTAL = re.compile(
    r"(?:grand |overall |running )?(?:sub[ -]?)?totals?(?: \(?(?:of |for |all |number of )?"
    r"(?:suppliers?|vendors?|spend|amount|value|gbp|£|rows?|records?|lines?)\)?)?"
    r"|(?:sum|count|no\.? of suppliers|number of (?:suppliers|records|rows))",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?:grand |sub[ -]?)?total\b[^:]{0,30}:[£\s\d,.]{0,30}", re.IGNORECASE)
_NOTE = re.compile(
    r"[*†‡§]{1,4}\s*(?-i:[a-z(]).*|(?:notes?|source|key|nb|n\.b\.|prepared by|printed(?: on)?|"
    r"report (?:run|date|generated)|generated(?: on| by)?|last updated|updated|run date|"
    r"exported(?: on| from)?|extract date|date)\s*[:\d].*"
    r"|(?:data |position |figures )?(?:correct )?as (?:at|of) (?:the )?[\d(].*"
    r"|page \d+(?: of \d+)?|\d+ of \d+|(?:\*+\s*)?end of (?:report|list|file|extract)\W*"
    r"|(?:official|official[- ]sensitive|confidential|restricted)|(?:©|\(c\)) .*"
    r"|(?:list|register|extract|schedule) of (?:approved |active |all )?"
    r"(?:suppliers|vendors|contractors|providers)\b.*"
    r"|(?:approved |active |preferred )?(?:supplier|vendor|contractor|provider) "
    r"(?:list|register|report|extract|spend)\b.*|=+|-+|_+|\*+",
    re.IGNORECASE | re.DOTALL,
)
_LABELLED = re.compile(r"[a-z. ]{1,30}:|©|\(c\)", re.IGNORECASE)
_AMOUNT = re.compile(r"[-(]?[£€$]?\s?[\d,. ]+%?\)?|[-–—]")


def is_furniture(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row is a repeated header, a total, a title or a footnote, and no supplier.

    A total has nothing but amounts beside its word, a footnote or title nothing at all: `Total Care
    Ltd` is a supplier, and so is `Total` with an address.
    """
    held = [" ".join(cell.split()) for cell in cells]
    if [cell.casefold() for cell in held[: len(header)]] == [name.casefold() for name in header]:
        return True
    filled = [cell for cell in held if cell]
    words = [cell for cell in filled if not _AMOUNT.fullmatch(cell)]
    if not words or len(words) > 1 or len(words[0]) > 500:
        return False
    bare = words[0].rstrip(" :")
    if _TOTAL.fullmatch(bare) or _COUNTED.fullmatch(words[0]):
        return True
    return len(filled) == 1 and _is_note(words[0])


def _is_note(text: str) -> bool:
    """Whether it is a title or a footnote: nothing that may be the name of a supplier.

    What a word and a colon introduce, and who has the copyright, is a footnote all the same.
    """
    return bool(_NOTE.fullmatch(text)) and (bool(_LABELLED.match(text)) or not _may_name(text))


def _may_name(text: str) -> bool:
    """Whether a text ends as a firm's name does, or is a person's."""
    if split_legal_forms(fold(text).split())[1]:
        return True
    return reads_as_person(text) and is_known_of_people(text)
