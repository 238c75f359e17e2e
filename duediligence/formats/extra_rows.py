"""Rows of a table that are no records: repeated headings, totals, titles, sub-headings, footnotes.

A row is extra only where nothing in it can be a record: what may name somebody is one.
"""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from duediligence.text.dates import MONTH_PATTERN
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms

ExtraRowKind = Literal["repeated heading", "total", "title or footnote", "sub-heading"]
MayName = Callable[[str], bool]

_THINGS = (
    r"(?:suppliers?|vendors?|contracts?|contractors?|providers?|rows?|records?|lines?|items?"
    r"|licen[cs]es?|premises|entries|notices|permits|registrations|applications|holders"
    r"|properties)"
)
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
_TOTAL_OF = re.compile(
    r"(?:grand |overall |net |gross |sum )*(?:sub[ -]?)?totals?(?:[\s:,&()-]+(?:for|of|in|to|date"
    r"|month|year|quarter|q[1-4]|period|page|sheet|net|gross|paid|due|all|the|above|spend|spending"
    rf"|expenditure|payments?|invoices?|costs?|amounts?|values?|vat|{MONTH_PATTERN}"
    r"|(?:20)?\d\d))+\W*",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"(?:(?:grand |sub[ -]?)?total\b[^:]{{0,30}}|count|{_THINGS}):[£\s\d,.]{{0,30}}"
    rf"|(?:grand |overall |sub[ -]?)?totals?(?: (?:no\.? |number )?(?:of )?{_THINGS})?"
    r" ?[=–-]? ?£?[\d,.]{1,20}"
    rf"|(?:no\.?|number) of {_THINGS} ?[:=]? ?[\d,]{{1,9}}",
    re.IGNORECASE,
)
# After a mark, a sentence: no name has a verb in small letters between other words.
_SENTENCE = (
    r"(?:[*†‡§]{1,4}|\(?\d{1,2}[.)])\s*\w+(?: [\w’'-]+){0,9}?(?-i: (?:is|are|was|were|has|have|had"
    r"|shows?|means?|may|can|must|refers?|applies|apply|relates?|includes?|excludes?)) \S.*"
)
_NOTE = re.compile(
    rf"{_SENTENCE}|"
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
# What a footnote of a register explains, and a name alone never says.
_EXPLAINED = re.compile(
    r"[*†‡§]{1,4}\s*(?:\w+ ){0,6}?(?:licen[cs]es?|suspended|revoked|surrendered|lapsed|expired"
    r"|pending|appeal|denotes|indicates|means|subject to|conditions?|see )\b.*",
    re.IGNORECASE | re.DOTALL,
)
_OF_REGISTER = re.compile(
    r"(?:public )?(?:register|list|schedule|extract)s? of (?:\w+ ){0,4}?(?:licen[cs]\w*|premises"
    r"|notices?|permits?|registrations?|landlords?|hmos?|houses|taxis?|vehicles?|drivers?)\b.*"
    r"|(?:\w+ ){0,4}(?:licensing|licen[cs]es?|enforcement|planning|hmo|public) register\b.*"
    r"|(?:this|the) (?:register|list|page|document) (?:is|was|has|shows|holds|contains)\b.*"
    r"|(?:for|to) (?:more|further|any|view|see|report|contact)\b.*"
    r"|(?:continued|continues) (?:on|from|over).*|last (?:reviewed|published|changed)\b.*\d.*"
    r"|(?:please|contact|telephone|tel|email|e-mail|website)\b ?[:.]? .*",
    re.IGNORECASE | re.DOTALL,
)
_SUB_HEADING = re.compile(
    r"[a-z]|\d{1,2}|(?:section|part|schedule|table|area|zone|district|ward|year) ?[:.]? ?\w{1,20}"
    r"|(?:[\w/-]+ ){0,4}?(?:licen[cs]es?|certificates|permits|registrations|notices|consents"
    r"|prosecutions|convictions|cautions|orders|penalties)"
    r"(?: (?:granted|issued|in force|served|refused|revoked|suspended))?"
    rf"|{MONTH_PATTERN}(?: \d{{4}})?"
    r"|\d{4}(?: ?[/–-] ?\d{2,4})?",
    re.IGNORECASE,
)
# In a column of names `Moor Ward` may be a person.
_PLACE = re.compile(
    r"[\w' &/.-]{1,40} (?:wards?|parish(?:es)?|districts?|division|town council)", re.IGNORECASE
)
# In a column of names these may be those of a firm.
_BUSINESSES = re.compile(
    r"(?:[\w/-]+ ){0,4}?(?:premises|landlords|hmos|drivers|vehicles|operators|shops|pubs|clubs"
    r"|restaurants|hotels|takeaways|homes)",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"[a-z. ]{1,30}:|©|\(c\)", re.IGNORECASE)
# A label with what it says in the next cell: `Last updated`, `3 March 2026`.
_DATED = re.compile(
    r"(?:last |date )?(?:updated|printed|generated|published|exported|extracted|reviewed)"
    r"(?: on| at)?\s*:?|(?:report|run|extract|print) date\s*:?|(?:correct )?as (?:at|of)\s*:?|page",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    rf"[-(]?[£€$]?\s?[\d,. ]+%?\)?|[-–—]|(?:count: ?)?[\d,]+(?: {_THINGS})?|\(blank\)",
    re.IGNORECASE,
)


def find_extra_row_kind(
    cells: Sequence[str], header: Sequence[str], may_name: MayName, *, summed: bool = False
) -> ExtraRowKind | None:
    """Return what kind of extra row it is; None where it is, or may be, a record.

    A total has nothing but amounts beside its word, a footnote or title nothing at all: `Total Care
    Ltd` is a record, and so is `Total` with an address. `may_name` says whether a text may be the
    name of a firm or a person. `summed`: the rows may be those of a pivot table, so that `Roofing
    total` beside an amount is a total as well.
    """
    held = [" ".join(cell.split()) for cell in cells]
    if _same_words(held, header):
        return "repeated heading"
    filled = [cell for cell in held if cell]
    if len(filled) == 1 and len(filled[0]) <= _LONGEST_NOTE:
        (text,) = filled
        if _COUNTED.fullmatch(text) or _is_total(text.rstrip(" :")):
            return "total"
        return "title or footnote" if _is_note(text, may_name) else None
    if len(filled) == 2 and _DATED.fullmatch(filled[0]) and re.search(r"\d", filled[1]):
        return None if may_name(filled[1]) else "title or footnote"
    words = [cell for cell in filled if not _AMOUNT.fullmatch(cell)]
    if not words and len(filled) > 1 and "(blank)" in map(str.casefold, filled):
        return "total" if summed else None
    if len(words) != 1 or len(words[0]) > _LONGEST_NOTE:
        return None
    bare = words[0].rstrip(" :")
    if _COUNTED.fullmatch(words[0]) or _is_total(bare):
        return "total"
    return "total" if summed and _BESIDE_AMOUNT.fullmatch(bare) and not may_name(bare) else None


def is_total_with_amount(text: str, others: Sequence[str]) -> bool:
    """Return whether a text is the word of a total, and one of the cells an amount, whatever else
    they hold.
    """
    sums = (cell for cell in others if _AMOUNT.fullmatch(cell) and any(map(str.isdigit, cell)))
    return any(sums) and bool(_is_total(text.rstrip(" :")) or _TOTAL_OF.fullmatch(text))


def _is_total(text: str) -> bool:
    ends_as_firm = bool(split_legal_forms(fold(text).split())[1])
    return _TOTAL.fullmatch(text) is not None and not ends_as_firm


def is_place(text: str) -> bool:
    """Return whether a text that is in no column of names is that of a ward, a parish or a
    district.
    """
    return _PLACE.fullmatch(" ".join(text.split())) is not None


def sub_heading(text: str, may_name: MayName, *, of_names: bool = False) -> bool:
    """Return whether a text, alone in its row, heads the rows below: a ward, a kind of licence, a
    letter.

    So does what is said of the register as a whole, and what explains a mark in it. `of_names`: it
    is in a column of names or addresses.
    """
    text = " ".join(text.split()).strip(" :–—-")
    if not text or len(text) > 500 or may_name(text):
        return False
    return bool(
        _SUB_HEADING.fullmatch(text)
        or _OF_REGISTER.fullmatch(text)
        or _EXPLAINED.fullmatch(text)
        or (not of_names and _BUSINESSES.fullmatch(text))
    )


def _same_words(held: Sequence[str], header: Sequence[str]) -> bool:
    wanted = [" ".join(name.split()).casefold() for name in header]
    return [cell.casefold() for cell in held[: len(wanted)]] == wanted and any(wanted)


def _is_note(text: str, may_name: MayName) -> bool:
    """Return whether it is a title or a footnote: nothing that may be the name of a party.

    What a word and a colon introduce, and who has the copyright, is a footnote all the same.
    """
    return bool(_NOTE.fullmatch(text)) and (bool(_LABELLED.match(text)) or not may_name(text))
