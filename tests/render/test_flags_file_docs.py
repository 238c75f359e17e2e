"""The page about the flags file names every column, in order."""

import re
from pathlib import Path

from duediligence.render.flags import COLUMNS

PAGE = Path(__file__).parents[2] / "docs" / "officer" / "flags-file.md"


def test_the_page_names_every_column_in_its_order() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert tuple(named) == COLUMNS
