"""Tab-separated tables that ship with the code."""

from pathlib import Path


def read_rows(path: Path, splits: int = -1) -> list[list[str]]:
    """Read the rows of a tab-separated table, without its comments.

    With `splits`, what comes after that number of tabs is one cell.
    """
    text = path.read_text("utf-8")
    return [
        line.split("\t", splits) for line in text.splitlines() if line and not line.startswith("#")
    ]
