"""A run becomes bytes: one file a format, every one of them with what was not checked."""

from duediligence.reports.cells import fold
from duediligence.reports.rows import COLUMNS, Flag, ordered

__all__ = ["COLUMNS", "Flag", "fold", "ordered"]
