"""Rows that are no supplier: titles, totals, footnotes, repeated headers."""

from collections.abc import Sequence

from duediligence.formats.furniture import furniture
from duediligence.matching.names.parties import may_name


def is_furniture(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row is a repeated header, a total, a title or a footnote, and no supplier."""
    return furniture(cells, header, may_name, summed=True) is not None
