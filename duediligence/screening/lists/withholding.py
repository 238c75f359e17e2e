"""Messages about the files of a list without anything of what the files say.

What a reader reports may quote a cell, and a cell may name a person. What is kept here is what
cannot: the words that the program itself is written with, headings, names of files, and numbers
of rows and columns.
"""

import re
import sys
from collections.abc import Collection, Iterator
from functools import cache
from importlib.abc import InspectLoader
from types import CodeType

WITHHELD = "[…]"
# The code that reads lists and words what is wrong with them.
_READERS = (
    "duediligence.watchlists",
    "duediligence.formats",
    "duediligence.screening.lists",
    "duediligence.fetch.feeds",
)
_TOKEN = re.compile(r"\d+|[^\W\d_]+|.", re.DOTALL)
# A number that is longer is kept only after a word that says where something is.
_SHORT = 3
_WHERE = frozenset("row rows line lines column columns page result item record entry at".split())
# Two in a row, with nothing but signs between them.
_RUN = re.compile(rf"{re.escape(WITHHELD)}(?:[^\w\n]{{0,3}}{re.escape(WITHHELD)})+")


def without_content(message: str, reader: str, keep: Collection[str] = ()) -> str:
    """Return the message with `[…]` for all that may be content of a file.

    `reader` is the name of the module that reads the list. Texts in `keep` stay, such as headings
    and names of files.
    """
    phrases = sorted((text for text in keep if text.strip()), key=len, reverse=True)
    kept = "|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in phrases)
    words = _program_words(reader)
    pieces = re.split(f"({kept})", message) if kept else [message]
    found = "".join(
        piece if number % 2 else _mask_unknown_words(piece, words)
        for number, piece in enumerate(pieces)
    )
    return _RUN.sub(WITHHELD, found)


def _mask_unknown_words(text: str, words: frozenset[str]) -> str:
    shown = []
    before = ""
    for token in _TOKEN.findall(text):
        if token.isdecimal():
            shown.append(token if len(token) <= _SHORT or before in _WHERE else WITHHELD)
        elif token.isalpha():
            shown.append(token if token in words else WITHHELD)
            before = token.casefold()
        else:
            shown.append(token)
    return "".join(shown)


def _program_words(reader: str) -> frozenset[str]:
    """Return the words in the texts of the code that reads lists, in the case that they have
    there.
    """
    names = [name for name in sys.modules if name == reader or name.startswith(_READERS)]
    return frozenset().union(*map(_words_of, names))


@cache
def _words_of(module: str) -> frozenset[str]:
    found = sys.modules[module].__spec__
    loader = found.loader if found else None
    code = loader.get_code(module) if isinstance(loader, InspectLoader) else None
    return frozenset(
        word
        for text in (_list_code_texts(code) if code else ())
        for word in re.findall(r"[^\W\d_]+", text)
    )


def _list_code_texts(code: CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _list_code_texts(constant)
        elif isinstance(constant, str) and "\n" not in constant:
            yield constant
