"""Any register file as a header and rows: delimited text, workbook, JSON or web page."""

from duediligence.local_registers.tables.grid import Grid, Line, Score
from duediligence.local_registers.tables.reading import format_of, read_grid

__all__ = ["Grid", "Line", "Score", "format_of", "read_grid"]
