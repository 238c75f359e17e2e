"""The data that ships with the matcher, read once."""

from importlib.resources import files


def rows(name: str) -> list[list[str]]:
    """The rows of a tab-separated table in `data/`, without its comments."""
    text = files("duediligence.matching").joinpath("data", name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
