"""Numbers of documents, as they stand among words."""

import re

_BRACKETED = re.compile(r"\([^)]*\)?")
# `12/Na Na Na (N) 990001`: the form of a Myanmar identity card is letters, brackets and all.
_WHOLE = re.compile(r"\d{1,2}/[^\d(]*\([^)]*\)[\d ]+", re.A)
# `9900 No. 990001`: series and number of a Russian passport, one after the other.
_SERIES = re.compile(r"(\d) no\.? (\d)", re.I | re.A)
# What introduces the number: `diplomatic passport no. D99000001`, `TIN: 990000000001`.
_INTRODUCED = re.compile(
    r"[^\d]*?(?:\bno\b\.?|\bnumber\b|:)[\s.:°]*(?=\S*\d|[A-Z]{1,3} ?\d)", re.I | re.S | re.A
)
_WORD = re.compile(r"[^\W\d_]*[a-z][^\W\d_]*[.,;:]?|[^\W\d_]{3,}[.,;:]?")


def document_number(text: str) -> tuple[str, str]:
    """The number in `text`, and the words that stood around it.

    `Yemen B/990021` → `("B/990021", "Yemen")`. The apostrophe with which a spreadsheet marks text
    is dropped, as is punctuation at either end. The number is empty where there is no digit, unless
    all of the text is one word in capitals.
    """
    text = " ".join(text.split()).strip(" '’‘\"")
    if _WHOLE.fullmatch(text):
        return text, ""
    bare = _SERIES.sub(r"\1 \2", _BRACKETED.sub(" ", text))
    if introduced := _INTRODUCED.match(bare):
        bare = bare[introduced.end() :]
    tokens = bare.split()
    start = next((i for i, token in enumerate(tokens) if not _WORD.fullmatch(token)), len(tokens))
    end = next((i for i in range(start, len(tokens)) if _WORD.fullmatch(tokens[i])), len(tokens))
    number = " ".join(tokens[start:end]).strip(" ,;:.'’‘\"")
    if not any(character.isdigit() for character in number):
        return (text, "") if text.isupper() and " " not in text else ("", text)
    return number, " ".join(text.replace(number, " ", 1).split()).strip(" ,;:.-")


def imo_number(text: str) -> str:
    """The seven digits of an IMO number (`IMO9999901`), or an empty string where it has others."""
    digits = re.sub(r"[^0-9]", "", text)
    return digits if len(digits) == 7 else ""
