"""A run becomes bytes: one file a format, every one of them with what was not checked first."""

from duediligence.reports.rows import COLUMNS, fold, ordered, row

__all__ = ["COLUMNS", "fold", "ordered", "row"]
