"""A view made into bytes, pages and words."""

from duediligence.render.flags import COLUMNS, Flag, sort_findings
from duediligence.render.wording import fold

__all__ = ["COLUMNS", "RENDERER_VERSION", "Flag", "fold", "sort_findings"]

RENDERER_VERSION = "4"
"""Of what an evidence pack shows, and of how its files are written: templates, words and forms.

Packs name it. Raise it whenever the same contents would be shown or written otherwise, so that a
pack from before is not called different for that: a test of a golden pack fails until it is.
"""
