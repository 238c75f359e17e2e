"""Words and days that a person typed or chose, wherever that was."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from duediligence.errors import Invalid

Word = TypeVar("Word", bound=str)


def word_of(field: str, text: str, words: Sequence[Word]) -> Word:
    """Return the one of `words` that was given, in capitals or with hyphens as well. Raises
    Invalid.
    """
    plain = text.casefold().replace("-", " ")
    for each in words:
        if each.casefold().replace("-", " ") == plain:
            return each
    known = ", ".join(each.replace(" ", "-") for each in words if each)
    raise Invalid(
        f"{text!r} is not a valid value", field=field, given="", hint=f"Choose from {known}."
    )


def code_of(field: str, text: str, codes: Sequence[Word]) -> Word:
    """Return the one of `codes` that was given, letter by letter. Raises Invalid."""
    for each in codes:
        if each == text:
            return each
    raise Invalid(f"Unknown {field} {text!r}", field=field, hint=f"Valid: {', '.join(codes)}.")


def date_of(field: str, text: str) -> date | None:
    """Return the day, None where none was given. Raises Invalid for a text that is not a date."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(
            f"{text!r} is not a valid date", field=field, given="", hint="Write it as 2026-11-24."
        ) from None
