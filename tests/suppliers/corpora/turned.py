"""Ways to turn a name: it shows as always, and its letters stand elsewhere in the file."""

from collections.abc import Callable
from pathlib import Path

# Embeddings, overrides and isolates by their short names (Unicode, annex 9).
LRE, RLE, PDF, LRO, RLO = "\u202a\u202b\u202c\u202d\u202e"
LRI, RLI, FSI, PDI = "\u2066\u2067\u2068\u2069"
_MARKS = {"<ZWNJ>": "\u200c", "<ZWJ>": "\u200d", "<LRM>": "\u200e", "<RLM>": "\u200f"}


def _halves(word: str) -> tuple[str, str]:
    return word[: len(word) // 2], word[len(word) // 2 :]


def _swap_halves(name: str) -> str:
    """Each word in two isolates, the second first, in one that runs from right to left."""
    words = []
    for word in name.split():
        first, second = _halves(word)
        words.append(f"{RLI}{LRI}{second}{PDI}{LRI}{first}{PDI}{PDI}")
    return " ".join(words)


WAYS: dict[str, Callable[[str], str]] = {
    "whole, overridden": lambda name: f"{RLO}{name[::-1]}{PDF}",
    "whole, never closed": lambda name: f"{RLO}{name[::-1]}",
    "last word": lambda name: " ".join([*name.split()[:-1], f"{RLO}{name.split()[-1][::-1]}{PDF}"]),
    "first word, in an isolate": lambda name: " ".join(
        [f"{LRI}{RLO}{name.split()[0][::-1]}{PDI}", *name.split()[1:]]
    ),
    "each word": lambda name: " ".join(f"{RLO}{word[::-1]}{PDF}" for word in name.split()),
    "override in an isolate": lambda name: f"{RLI}{RLO}{name[::-1]}{PDF}{PDI}",
    "override in a first-strong isolate": lambda name: f"{FSI}{RLO}{name[::-1]}{PDI}",
    "override in an override": lambda name: f"{LRO}{RLO}{name[::-1]}{PDF}{PDF}",
    "words in isolates": lambda name: (
        RLI + " ".join(f"{LRI}{word}{PDI}" for word in reversed(name.split())) + PDI
    ),
    "words in embeddings": lambda name: (
        RLE + " ".join(f"{LRE}{word}{PDF}" for word in reversed(name.split())) + PDF
    ),
    "halves of words": _swap_halves,
    "two letters": lambda name: f"{name[0]}{RLO}{name[2]}{name[1]}{PDF}{name[3:]}",
}


def read_ordinary_names(path: Path) -> list[tuple[str, str]]:
    """Read kind and name of the table, its marks put in for their abbreviations."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        _language, kind, name = line.split("\t")
        for short, mark in _MARKS.items():
            name = name.replace(short, mark)
        found.append((kind, name))
    return found
