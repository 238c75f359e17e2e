"""A view made into bytes, pages and words."""

from duediligence.render.flags import COLUMNS, Flag, ordered
from duediligence.render.wording import fold

__all__ = ["COLUMNS", "Flag", "fold", "ordered"]
