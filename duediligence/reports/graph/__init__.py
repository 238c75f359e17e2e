"""Who is behind a supplier, as a picture and as a list."""

from duediligence.reports.graph.svg import ownership_list, ownership_svg

__all__ = ["ownership_list", "ownership_svg"]
