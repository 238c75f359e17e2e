"""The description of a register: one TOML file, read whole or refused with all its faults."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from duediligence.errors import Hint, Invalid, Step, UsageError
from duediligence.formats.cells import clean
from duediligence.local_registers.values import Dates
from duediligence.model.records import Handling, Power

Format = Literal["csv", "xlsx", "json", "html"]
MAX_BYTES = 1_000_000
MOST_PROBLEMS = 20


class WrongDescription(Invalid):
    """The file that describes a register cannot be used: `problems` holds each fault, one line."""

    code = "invalid-register-description"

    def __init__(self, path: Path, problems: Sequence[str], *, hint: str = "") -> None:
        self.problems = tuple(problems[:MOST_PROBLEMS])
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
class Source:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A register, described. `power` is empty where a column tells it.

    `values` maps, for a field, the register's words (as `folded` gives them) to ours.
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
    ignore: tuple[str, ...]
    source: Source
    columns: Mapping[str, Column]
    dates: Dates
    values: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, str]


def folded(text: str) -> str:
    """The text apart from case and spacing, as headings and words are compared."""
    return clean(text).casefold()


def read_description(path: Path) -> Description:
    """The register that a TOML file describes. Relative paths in it are relative to the file.

    Raises WrongDescription with every fault that was found, UsageError where it cannot be opened.
    """
    return described(_text(path), path)


def described(text: str, path: Path) -> Description:
    """As `read_description`, of a text that is or would be in the file `path`."""
    # Here, for the rules build what this module declares.
    from duediligence.local_registers.rules import description_of

    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        what = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
        if found := re.search(r"at line (\d+)", what):
            what += f": {clean(text.splitlines()[int(found[1]) - 1])[:80]}"
        raise WrongDescription(
            path,
            [f"is not TOML: {what}"],
            hint='Text stands in quotation marks: title = "Licences". A Windows path stands in '
            "single ones: file = 'C:\\registers\\licences.csv'.",
        ) from error
    return description_of(document, path)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path.name}: is over {MAX_BYTES:,} bytes: no description")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path.name}: is not UTF-8 text", hint="Save it as UTF-8 (in Notepad: Save as)."
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{path}: cannot be opened: {reason}", hint="Check the name of the file."
        ) from error
