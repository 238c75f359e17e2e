"""The data that ships with the matcher, read once."""

from pathlib import Path

from duediligence.text.tables import read_rows

_DATA = Path(__file__).parents[1] / "data"


def rows(name: str) -> list[list[str]]:
    """The rows of a tab-separated table in `data/`, without its comments."""
    return read_rows(_DATA / name)
