"""Sums in pounds: how they are read and written."""

import re
from decimal import ROUND_HALF_UP, Decimal

_SUM = r"([0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,12})(\.[0-9]{1,2})?"
_WHOLE = re.compile(rf"(?:GBP|£)?\s*{_SUM}", re.ASCII | re.IGNORECASE)
_IN_TEXT = re.compile(rf"£\s*{_SUM}(?![0-9])", re.ASCII)
_WRITTEN = re.compile(
    r"(?:gbp|£)?\s*([0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,12})(\.[0-9]{1,12})?\s*"
    r"(k|m|mn|bn|thousand|million|billion)?(?:\s*gbp)?",
    re.ASCII | re.IGNORECASE,
)
_TIMES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9}
_A_YEAR = re.compile(
    r"\s*(?:(?:per|a|each|/)\s*(?:annum|year|yr)|p\.?\s?a\.?|annually"
    r"|[(+]?\s*(?:plus|ex|exc|excl|excluding|net of)?\.?\s*vat\)?)\s*$",
    re.IGNORECASE,
)
_MOST_WRITTEN = 100
# More than any public contract is worth: a telephone number, or a slip.
_TOO_MUCH = Decimal(10) ** 12


def parse_written_pounds(text: str) -> Decimal | None:
    """Read a sum as people write it: `£1.2m`, `50k`, `412,000 p.a.`, `1250.4567`, to the penny.

    None for anything else: a range, a sum below zero, another currency, a sum a month.
    """
    text = text.strip()[:_MOST_WRITTEN]
    for _ in range(2):  # `per annum excl. VAT`
        text = _A_YEAR.sub("", text)
    if not (found := _WRITTEN.fullmatch(text)):
        return None
    pounds = _parse_decimal_match(found).scaleb(_TIMES.get((found[3] or "").lower(), 0))
    return pounds.quantize(Decimal("0.01"), ROUND_HALF_UP) if pounds < _TOO_MUCH else None


def parse_pounds(text: str) -> Decimal | None:
    """Read a sum in pounds: `£1,250.00`, `GBP 1250`, `1250`. None for any other text."""
    found = _WHOLE.fullmatch(text)
    return _parse_decimal_match(found) if found else None


def pounds_in(text: str) -> Decimal | None:
    """Find the first sum with a pound sign in a sentence; None if there is none."""
    found = _IN_TEXT.search(text)
    return _parse_decimal_match(found) if found else None


def in_pounds(amount: Decimal) -> str:
    """Write a sum as `£1,250.00` or `-£1,250.00`."""
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}"


def _parse_decimal_match(found: re.Match[str]) -> Decimal:
    return Decimal(found[1].replace(",", "") + (found[2] or ""))
