"""Names within names: what SUPP_NAME and ADD_SUPP_INFO tell beside the name itself."""

import re
from dataclasses import dataclass

from duediligence.watchlists._readers.fields.names import in_original_script, usable

from duediligence.model import Identifier, Kind, Name, NameType, company_number
from duediligence.model.identifiers import COMPANY, NATIONAL_ID, REGISTRATION, TAX

# `*55`, `* 43 and 45`, `*566, 576`: footnotes of the publisher's page.
_FOOTNOTE = re.compile(r"\*\s*\d+(?:\s*(?:,|and)\s*\*?\s*\d+)*")
_NUMBER = re.compile(
    r"\(?\s*\b(?P<label>Reg(?:istration)?|Tax(?: ID| Registration)?|TIN|CNPJ|(?:National )?ID|"
    r"Unified)[.,]?\s*(?:No\b|Number\b|#|:)[\s.:;#]*"
    r"(?P<number>(?=[^()]*\d)[^()]+(?:\([^()]*\))?)(?:\)|$)",
    re.IGNORECASE,
)
# China's unified social credit code, which the file gives without a label.
_SOCIAL_CREDIT = re.compile(r"\(\s*(?P<number>[0-9][0-9A-HJ-NPQRTUWXY]{16,17})\s*\)")
_MARKER = re.compile(
    r"(?:\b(?:also|currently|now)\s+)?\b(?:"
    r"(?P<trading>d[./]b[./]a\b\.?|dba\b|doing\s+business\s+(?:as|under)\b|trading\s+as\b)"
    r"|(?P<former>f[./]k[./]a\b\.?|fka\b|(?:formerly|previously)\b(?:\s+(?:known|operating))?"
    r"(?:\s+as\b)?)"
    r"|(?P<alias>a[./]k[./]a\b\.?|aka\b|known\s+as\b)"
    r"):?",
    re.IGNORECASE,
)
_BARE = re.compile(r"aka|fka|dba", re.IGNORECASE)
_TITLE = re.compile(r"(?:(?:MR|MRS|MS|MISS|DR)\.|M/S\b\.?)\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """A text taken apart. `head` is what stands before any other name."""

    head: str
    names: tuple[Name, ...]
    identifiers: tuple[Identifier, ...]
    footnotes: tuple[str, ...]


def take_apart(text: str, country: str, kind: Kind, *, bare: bool = True) -> Parts:
    """`A Ltd (formerly B) (Reg. No: 12) *55` → head A Ltd, former name B, number 12, note *55.

    `bare` says whether AKA without stops divides names wherever it stands. In a person's name it
    does not, unless it opens a bracket: it is a surname too.
    """
    footnotes = tuple(found[0] for found in _FOOTNOTE.finditer(text))
    text = _FOOTNOTE.sub(" ", text)
    identifiers = [
        _numbered(found["label"], found["number"].strip(), country, kind)
        for found in _NUMBER.finditer(text)
    ]
    text = _NUMBER.sub(" ", text)
    identifiers += [
        Identifier(REGISTRATION, found["number"], country, "Unified Social Credit Code")
        for found in _SOCIAL_CREDIT.finditer(text)
    ]
    text = _SOCIAL_CREDIT.sub(" ", text)
    markers = [m for m in _MARKER.finditer(text) if bare or not _in_a_name(m)]
    ends = [m.start() for m in markers[1:]] + [len(text)]
    names = [
        name
        for marker, end in zip(markers, ends, strict=False)
        for name in _names(text[marker.end() : end], _type(marker))
    ]
    head = _clean(text[: markers[0].start()] if markers else text)
    return Parts(head, tuple(names), tuple(identifiers), footnotes)


def native(head: str) -> tuple[tuple[Name, ...], str]:
    """The names in another script within a text, and the rest of it."""
    names, rest = [], []
    for part in (_clean(part) for part in re.split(r"\)\s*\(|,", head)):
        if in_original_script(part) and not any(character.isdigit() for character in part):
            names.append(Name(part, "original-script"))
        elif part:
            rest.append(part)
    return tuple(names), ", ".join(rest)


def registration(number: str, country: str, label: str) -> Identifier:
    """A registration number; one of the United Kingdom as Companies House writes it."""
    uk = company_number(number) if country == "United Kingdom" and len(number) >= 6 else None
    return Identifier(COMPANY if uk else REGISTRATION, uk or number, country, label)


def _clean(text: str) -> str:
    """Without the brackets and commas that parted it from the rest, and forms of address."""
    text = " ".join(text.split()).strip(" ,;:-[]").rstrip("( ").lstrip(") ")
    if text.count("(") > text.count(")"):
        text = text.removeprefix("(") if text.startswith("(") else text.rstrip("( ")
    elif text.count("(") < text.count(")"):
        text = text.removesuffix(")")
    elif text.startswith("(") and text.find(")", 0, -1) in (-1, text.rfind(")", 0, -1)):
        text = text[1:-1] if text.endswith(")") else text
    return _TITLE.sub("", text.strip(" ,;:-[]"), count=1)


def _in_a_name(marker: re.Match[str]) -> bool:
    opens = marker.string[: marker.start()].rstrip().endswith("(")
    return _BARE.fullmatch(marker[0]) is not None and not opens


def _type(marker: re.Match[str]) -> NameType:
    return "trading" if marker["trading"] else "former" if marker["former"] else "alias"


def _names(text: str, name_type: NameType) -> list[Name]:
    parts = (_clean(part) for part in re.split(r";|\s+or\s+|\)\s*\(", text))
    return [
        Name(part, "original-script" if in_original_script(part) else name_type)
        for part in parts
        if usable(part)
    ]


def _numbered(label: str, number: str, country: str, kind: Kind) -> Identifier:
    word = label.upper()
    if word.startswith(("TAX", "TIN", "CNPJ")):
        return Identifier(TAX, number, country, label)
    if word == "NATIONAL ID" or (word == "ID" and kind == "person"):
        return Identifier(NATIONAL_ID, number, country, label)
    return registration(number, country, label)
