"""Sums in pounds as publishers write them."""

import re
from decimal import Decimal

from duediligence.contracts import Drift

_POUNDS = re.compile(
    r"(?:GBP|£)?\s*([0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(\.[0-9]{1,2})?", re.A
)
_IN_TEXT = re.compile(
    r"£\s*([0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,12})(\.[0-9]{1,2})?(?![0-9])", re.A
)


def stated_pounds(text: str, field: str, drift: Drift) -> Decimal | None:
    """The sum in a cell (`£1,234.50`); `drift` is told of one that is there and cannot be read."""
    if not text:
        return None
    found = _POUNDS.fullmatch(text)
    if not found:
        drift.unmapped(field, text)
        return None
    return _decimal(found)


def pounds_in(text: str) -> Decimal | None:
    """The first sum with a pound sign in a sentence, or None."""
    found = _IN_TEXT.search(text)
    return _decimal(found) if found else None


def _decimal(found: re.Match[str]) -> Decimal:
    return Decimal(found[1].replace(",", "") + (found[2] or ""))
