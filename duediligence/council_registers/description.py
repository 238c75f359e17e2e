"""The description of a register: one TOML file, read whole or refused with all its faults."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from duediligence.council_registers.values import Dates
from duediligence.errors import Hint, Invalid, Step
from duediligence.formats.cells import clean
from duediligence.model.entries import Handling, Power

Format = Literal["csv", "xlsx", "json", "html"]
MOST_PROBLEMS = 20


class WrongDescription(Invalid):
    """The file that describes a register cannot be used: `problems` holds each fault, one line.

    `advice` says how to correct the first, where more can be said than how to find all.
    """

    code = "invalid-register-description"

    def __init__(self, path: Path, problems: Sequence[str], *, hint: str = "") -> None:
        self.problems = tuple(problems[:MOST_PROBLEMS])
        self.advice = hint
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        test = Hint(
            "To see everything that is wrong with it: ",
            Step("test-register-description", file=str(path)),
        )
        super().__init__(f"{path.name}: {problems[0]}{more}", hint=hint or test)


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field comes from: columns by their headings, or one fixed `value`.

    `link` takes the address of the link that stands in the column, not its text.
    """

    headings: tuple[str, ...] = ()
    value: str = ""
    link: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSource:
    """Where the register is: exactly one of `url`, `file` and `folder` is set.

    `format` is empty where the content is to tell. `table` is a CSS selector, the number of the
    table on the page (from 1) or words of its header; `rows` a CSS selector of its rows, or in
    JSON the path to the list of records; `next` a CSS selector of the link to the next page.
    """

    url: str = ""
    file: Path | None = None
    folder: Path | None = None
    files: str = ""
    format: Format | None = None
    sheet: str = ""
    table: str | int | tuple[str, ...] = ""
    rows: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many rows may be left unread: a number, or a share (0.0 … 1.0) of the rows."""

    rows: int = 0
    share: float = 0.0

    def of(self, rows: int) -> int:
        """Return how many of this many rows may be left unread."""
        return max(self.rows, math.floor(round(self.share * rows, 6)))

    def __str__(self) -> str:
        return f"{self.share * 100:g} %" if self.share else str(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A register, described. `power` is empty where a column tells it.

    `own_dates` are how single fields write theirs. `values` maps, for a field, the register's
    words (as `fold_label` gives them) to ours.
    """

    path: Path
    id: str
    title: str
    authority: str
    power: Power | None
    licence: str
    homepage: str
    handling: Handling
    max_age_days: int
    expected: tuple[int, int]
    allowance: Allowance
    ignore: tuple[str, ...]
    source: RegisterSource
    columns: Mapping[str, Column]
    dates: Dates
    own_dates: Mapping[str, Dates]
    values: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, str]

    def dates_of(self, field: str) -> Dates:
        """Return how the dates of a field are written."""
        return self.own_dates.get(field, self.dates)


def fold_label(text: str) -> str:
    """Return the text apart from case and spacing, as headings and words are compared."""
    return clean(text).casefold()
