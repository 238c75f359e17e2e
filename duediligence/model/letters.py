"""Letters to suppliers, and to the people behind them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args

LetterKind = Literal["details-wanted", "explanation-wanted", "representations", "privacy-notice"]
LETTER_KINDS: tuple[LetterKind, ...] = get_args(LetterKind)
LetterFormat = Literal["html", "pdf"]
TEMPLATES = "letters"
"""The folder of the council's own templates, in the home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as it was made, without its bytes: `sha256` is their hash.

    `position` counts from 1 over all letters; `reference` is what the receiver quotes. `by` is the
    account that made it, `at` the time (UTC), `reply_by` the day until which an answer is wanted
    (None for a notice). `confirmed_with` is who agreed that it may be sent, where it was asked for.
    """

    position: int
    alert_id: str
    kind: LetterKind
    format: LetterFormat
    by: str
    at: datetime
    reply_by: date | None
    confirmed_with: str
    sha256: str

    @property
    def reference(self) -> str:
        return format_letter_reference(self.position)

    def without_people(self) -> "Letter":
        """Return the same without who agreed, which is free text."""
        return replace(self, confirmed_with="left out" if self.confirmed_with else "")


def format_letter_reference(position: int) -> str:
    """Return `L12`: no ID of an alert, from which a receiver could work out what it is about."""
    return f"L{position}"
