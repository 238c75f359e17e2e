"""Which heading of a file is probably which, where its publisher renamed some."""

import re
from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, utils

# So much alike (0 … 100) in letters and words, in any order, are an old and a new name.
_ALIKE = 70


def _split_heading_words(heading: str) -> str:
    """Return the words of a heading, those of `OperatorName` apart."""
    return utils.default_process(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading))


def renamed_headings(gone: Iterable[str], new: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of a heading that is gone and a new one that resembles it, the most alike first.

    No heading is in two pairs.
    """
    were, are = set(gone), set(new)
    pairs = (
        (fuzz.WRatio(old, name, processor=_split_heading_words), old, name)
        for old in were
        for name in are
    )
    for score, old, name in sorted(pairs, reverse=True):
        if score >= _ALIKE and old in were and name in are:
            were.remove(old)
            are.remove(name)
            yield old, name
