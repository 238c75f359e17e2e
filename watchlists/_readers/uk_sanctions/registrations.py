"""Business registration numbers out of free text.

One cell can hold several numbers of several registers, labelled before or behind, glued to each
other: `Tax ID No. 7700000001 (Russia); OGRN: 1020000000001KPP: 770000001`.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from duediligence.watchlists._readers.fields.countries import stated_country
from duediligence.watchlists._readers.fields.numbers import document_number
from duediligence.watchlists._readers.fields.records import clean

from duediligence.model import Identifier, company_number
from duediligence.model.identifiers import COMPANY, LEI, OTHER, REGISTRATION, SWIFT, TAX

_KNOWN = (
    "OGRNIP|OGRN|INN|KPP|PPC|TIN|SRN|BIN|BIK|OKPO|OKTMO|USCC|UEN|BRN|CRN|BR No|CR No|SWIFT|BIC|"
    "BvD|ISN|VAT|Tax|Acuris|Cedar|IP identification|Russia|Kyrgyzstan|India|UK Company"
)
_BEFORE_READING = (
    (re.compile(rf"(?<=[0-9])(?=(?:{_KNOWN})\b)", re.I), " "),  # …0000001KPP: 77…
    (re.compile(rf"\b({_KNOWN})[-–—:.]+", re.I), r"\1 "),  # INN-77…
    (re.compile(r"\bno\.(?=\S)", re.I), "no. "),
    (re.compile(r"\b(?:dated )?\d\d/\d\d/\d{4}\b", re.A), " "),
    (re.compile(r"\b(\d{10})\s*/\s*(\d{9})\b", re.A), r"\1 KPP \2"),  # INN/KPP
    (re.compile(r"(?<![\w/.-])(\d{1,6}) (?=\d{1,6}(?![\w/.-]))", re.A), r"\1"),  # 1 020 …
)
_SWIFT = re.compile(
    r"\b(?:SWIFT\W*(?:BIC|BIN|CODE)?|BIC)\W*([A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b", re.I
)
_TOKEN = re.compile(r"[^\W_][\w./\-]*")
_BRACKET = re.compile(r"\s*\(([^)]*)\)?")

# The first that the label names decides. `other` are numbers of a branch, a bank, a permit or a
# commercial database: true of the party, but no proof of identity.
_SCHEMES = (
    (LEI, re.compile(r"\bLEI\b|legal entity (?:identifier|number)", re.I)),
    (
        OTHER,
        re.compile(
            r"\b(?:KPP|PPC|OKPO|OKTMO|BIK|BvD|Acuris|Cedar Rose|IP identification|SPARK|ISN|OFAC|"
            r"licen[cs]e|gazette|bank (?:no|identification)|account|ICP|organisation code|charity|"
            r"FCA|FRN)\b",
            re.I,
        ),
    ),
    (TAX, re.compile(r"\b(?:INN|TIN|VAT|PAN|NIP|УНН|ИНН|tax\w*|fiscal)\b", re.I)),
)
_UNITED_KINGDOM = re.compile(
    r"\b(?:UK|United Kingdom|Great Britain|England|Scotland|Compan(?:y|ies) House)\b", re.I
)
# Forms that only Companies House issues: LLPs, limited partnerships, Scottish and Northern Irish
# companies, overseas companies and overseas entities.
_CERTAIN_FORM = re.compile(r"(?:OC|SO|NC|SC|NI|SL|LP|NL|OE|FC|SF|NF)\d{6}", re.A)
_PLAIN_FORM = re.compile(r"\d{7,8}", re.A)


def registrations(text: str, *, uk_only: bool = False) -> Iterator[Identifier]:
    """The numbers in one cell, each with the kind, country and label that the text gives it.

    A Companies House number is recognised where the text says so, or its form does, or where
    `uk_only` (every address of the party is in the United Kingdom) and it is a bare seven or
    eight digits. Without any digit in the text there is no number.
    """
    for part in clean(text).split(";"):
        yield from _in_part(part.strip(" '’‘\""), uk_only=uk_only)


def _in_part(text: str, *, uk_only: bool) -> Iterator[Identifier]:
    for swift in _SWIFT.finditer(text):
        yield Identifier(SWIFT, swift[1].upper(), label="SWIFT/BIC")
    remaining = _SWIFT.sub(" ", text)
    for pattern, replacement in _BEFORE_READING:
        remaining = pattern.sub(replacement, remaining)
    found = list(_numbers(remaining))
    for number, label, behind in found:
        yield _identifier(number, label, behind, uk_only=uk_only)
    if not found and any(character.isdigit() for character in remaining):
        number, label = document_number(remaining)
        yield _identifier(number or clean(remaining), label if number else "", "", uk_only=False)


def _numbers(text: str) -> Iterator[tuple[str, str, str]]:
    """(number, label, what stands behind it: in brackets, or as the last words of the text)."""
    tokens = [token for token in _TOKEN.finditer(text) if _is_number(token[0].strip("./-"))]
    ends = [*(token.start() for token in tokens), len(text)]
    start, label = 0, ""
    for token, (_, following) in zip(tokens, pairwise(ends), strict=True):
        before = text[start : token.start()]
        bracket = _BRACKET.match(text, token.end(), following)
        start = bracket.end() if bracket else token.end()
        if _has_letters(before):
            label = before
        elif "," not in before:  # a comma goes on counting under the same label
            label = ""
        behind = bracket[1] if bracket else ""
        if not label and not behind and following == len(text):
            behind = text[start:]
        yield token[0].strip("./-"), _bare(label or behind), behind


def _bare(label: str) -> str:
    label = clean(label).strip(" ,;:.-–—·/")
    return label[1:-1] if label.startswith("(") and label.endswith(")") else label


def _is_number(token: str) -> bool:
    digits = sum(character.isdigit() for character in token)
    return digits >= 4 or (digits > 0 and re.fullmatch(r"[A-Z0-9]{12}", token) is not None)


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _identifier(number: str, label: str, behind: str, *, uk_only: bool) -> Identifier:
    country = stated_country(behind) or stated_country(label)
    scheme = next((name for name, words in _SCHEMES if words.search(label)), REGISTRATION)
    if scheme == REGISTRATION and country in ("", "United Kingdom"):
        at_companies_house = (
            _UNITED_KINGDOM.search(f"{label} {behind}")
            or _CERTAIN_FORM.fullmatch(number.upper())
            or (uk_only and _PLAIN_FORM.fullmatch(number))
        )
        if at_companies_house and (company := company_number(number)):
            return Identifier(COMPANY, company, label=label)
    return Identifier(scheme, number, country, label)
