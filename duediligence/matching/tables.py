"""The tables of `data/`, each read once."""

from functools import cache
from itertools import chain
from pathlib import Path

from duediligence.text.tables import read_rows

DATA = Path(__file__).parent / "data"


def rows(name: str, splits: int = -1) -> list[list[str]]:
    """Return the rows of a tab-separated table, as `read_rows` does."""
    return read_rows(DATA / name, splits)


@cache
def _group_table_parts(name: str) -> dict[str, dict[str, list[str]]]:
    """Return the parts of a table of several, each with its rows by their keys."""
    found: dict[str, dict[str, list[str]]] = {}
    for part, key, *columns in rows(name):
        found.setdefault(part, {})[key] = columns
    return found


def letter_columns(name: str) -> dict[str, list[str]]:
    """Return all columns of a table of romanisations, by letter."""
    return _group_table_parts("romanisations.tsv")[name]


@cache
def letter_table(name: str) -> dict[str, str]:
    """Return the first column of a table of romanisations, by letter."""
    return {key: row[0] for key, row in letter_columns(name).items()}


def word_lists(name: str) -> list[list[str]]:
    """Return lists of words that names are read by, one after the other."""
    return [line.split() for line in _group_table_parts("word_sets.tsv")[name]]


def word_set(name: str) -> frozenset[str]:
    return frozenset(chain.from_iterable(word_lists(name)))
