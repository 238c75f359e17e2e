"""Tab-separated tables that ship with the code."""

from pathlib import Path


def read_rows(path: Path) -> list[list[str]]:
    """Read the rows of a tab-separated table, without its comments."""
    text = path.read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
