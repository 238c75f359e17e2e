"""The data that ships with the matcher, read once."""

from pathlib import Path

_DATA = Path(__file__).parents[1] / "data"


def rows(name: str) -> list[list[str]]:
    """The rows of a tab-separated table in `data/`, without its comments."""
    text = (_DATA / name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
