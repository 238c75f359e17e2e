"""A view made into bytes, pages and words."""

RENDERER_VERSION = "5"
"""Of what an evidence pack shows, and of how its files are written: templates, words and forms.

Packs name it. Raise it whenever the same contents would be shown or written otherwise, so that a
pack from before is not called different for that: a test of a golden pack fails until it is.
"""
