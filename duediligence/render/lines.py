"""A line of what a front end shows: its text, and how much it matters."""

from dataclasses import dataclass
from typing import Literal

from duediligence.errors import Hint

Level = Literal["result", "note", "warning"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line. A `result` was asked for, a `note` goes beside it, a `warning` must be seen.

    `is_detail`: it says more about the line before.
    """

    text: str | Hint
    level: Level = "result"
    is_detail: bool = False
