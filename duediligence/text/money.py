"""Sums in pounds: how they are read and written."""

import re
from decimal import Decimal

_SUM = r"([0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,12})(\.[0-9]{1,2})?"
_WHOLE = re.compile(rf"(?:GBP|£)?\s*{_SUM}", re.ASCII | re.IGNORECASE)
_IN_TEXT = re.compile(rf"£\s*{_SUM}(?![0-9])", re.ASCII)


def parse_pounds(text: str) -> Decimal | None:
    """Read a sum in pounds: `£1,250.00`, `GBP 1250`, `1250`. None for any other text."""
    found = _WHOLE.fullmatch(text)
    return _decimal(found) if found else None


def pounds_in(text: str) -> Decimal | None:
    """Find the first sum with a pound sign in a sentence; None if there is none."""
    found = _IN_TEXT.search(text)
    return _decimal(found) if found else None


def in_pounds(amount: Decimal) -> str:
    """Write a sum as `£1,250.00`."""
    return f"£{amount:,.2f}"


def _decimal(found: re.Match[str]) -> Decimal:
    return Decimal(found[1].replace(",", "") + (found[2] or ""))
