"""Passports and identity documents of a UN listing."""

import re
from collections.abc import Iterable, Iterator

from duediligence.watchlists._readers.fields.countries import stated_country
from duediligence.watchlists._readers.fields.names import joined
from duediligence.watchlists._readers.fields.numbers import document_number
from duediligence.watchlists._readers.fields.records import Children, one

from duediligence.contracts import Drift
from duediligence.model import Identifier
from duediligence.model.identifiers import NATIONAL_ID, OTHER, PASSPORT, TAX

# The first that the type names decides; the second, free type is the more exact of the two.
_SCHEMES = (
    (PASSPORT, re.compile(r"passport|passeport|pasaporte", re.I)),
    (TAX, re.compile(r"\btax|fiscal", re.I)),
    (NATIONAL_ID, re.compile(r"national|identi|social security|\bid\b|tazkira|card", re.I)),
)
# Where the number is only in the note: the first word of it with five digits or more.
_IN_NOTE = re.compile(r"\b(?:[A-Z]{1,3}(?: |- ?))?(?=(?:[\w./-]*\d){5})\w[\w./-]*", re.A)


def identifiers(documents: Iterable[Children], drift: Drift) -> Iterator[Identifier]:
    for document in documents:
        type_, type2 = one(document, "TYPE_OF_DOCUMENT"), one(document, "TYPE_OF_DOCUMENT2")
        note = one(document, "NOTE")
        number, words = document_number(one(document, "NUMBER"))
        if not number:
            found = _IN_NOTE.search(type2) or _IN_NOTE.search(note)
            number = found[0].rstrip("./-") if found else ""
        label = joined(type2 or type_, words, note, by="; ")
        country = one(document, "ISSUING_COUNTRY") or one(document, "COUNTRY_OF_ISSUE")
        if number:
            yield Identifier(
                _scheme(type2, type_, drift), number, country or stated_country(label), label
            )
        elif label:
            drift.unmapped("document without a number", label)


def described(document: Children) -> str:
    """What is said of a document whose number is not given apart; else an empty string."""
    if one(document, "NUMBER"):
        return ""
    type_ = one(document, "TYPE_OF_DOCUMENT2") or one(document, "TYPE_OF_DOCUMENT")
    return joined(type_, one(document, "NOTE"), by="; ")


def _scheme(type2: str, type_: str, drift: Drift) -> str:
    for text in (type2, type_):
        for scheme, words in _SCHEMES:
            if words.search(text):
                return scheme
    if type_:
        drift.unmapped("TYPE_OF_DOCUMENT", type_)
    return OTHER
