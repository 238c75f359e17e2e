"""Sums in pounds as publishers write them."""

from decimal import Decimal

from duediligence.contracts import Drift
from duediligence.text.money import parse_pounds


def stated_pounds(text: str, field: str, drift: Drift) -> Decimal | None:
    """The sum in a cell (`£1,234.50`); `drift` is told of one that is there and cannot be read."""
    if not text:
        return None
    amount = parse_pounds(text)
    if amount is None:
        drift.unmapped(field, text)
    return amount
