"""Options that several commands take, and the words and days that may stand in one."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, TypeVar

import typer

from duediligence.errors import UsageError

Word = TypeVar("Word", bound=str)
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
RunJsonOption = Annotated[bool, typer.Option("--json", help="Print the run as JSON.")]
SeverityOption = Annotated[
    str, typer.Option(metavar="LEVEL", help="Least severity: low, medium, high or critical.")
]
NamesakesOption = Annotated[
    bool,
    typer.Option(
        "--namesakes", help="List the people who were left out because their birth dates differ."
    ),
]
ThresholdOption = Annotated[
    float | None, typer.Option(help="Lowest score, 0 to 1, that shows a possible match.")
]


def word(option: str, text: str, words: Sequence[Word]) -> Word:
    """The one of `words` that was typed, in capitals or with hyphens as well. Raises UsageError."""
    plain = text.casefold().replace("-", " ")
    for each in words:
        if each == plain:
            return each
    known = ", ".join(each.replace(" ", "-") for each in words)
    raise UsageError(f"{option} {text!r} is not known", hint=f"Choose from {known}.")


def date_of(option: str, text: str) -> date | None:
    """The day, None where none was given. Raises UsageError for what is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{option}: {text!r} is no date", hint="Write it as 2026-11-24.") from None
