"""Cells of the charity registers, typed. What means nothing is told of, and is not known."""

import re
from datetime import date

from duediligence.contracts import Drift
from duediligence.model import register_number
from duediligence.text.dates import month_number

# Typed in where a number was asked for and there was none.
_PLACEHOLDERS = frozenset({"00000000", "01234567", "12345678"})
_DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?|([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?: .*)?"
)
_WORDED = re.compile(r"([0-9]{1,2})[- ]([A-Za-z]{3})[- ]([0-9]{4})")


def day(column: str, cell: str, drift: Drift) -> date | None:
    """`2026-11-24` (with or without a time), `24/11/2026` or `24-Nov-2026`."""
    if not cell:
        return None
    try:
        if found := _DATE.fullmatch(cell):
            y, m, d, day_, month, year = found.groups()
            return date(int(y or year), int(m or month), int(d or day_))
        if (found := _WORDED.fullmatch(cell)) and (number := month_number(found[2])):
            return date(int(found[3]), number, int(found[1]))
    except ValueError:
        pass
    drift.unmapped(column, cell)
    return None


def flag(column: str, cell: str, drift: Drift) -> bool | None:
    if not cell:
        return None
    known = {"true": True, "1": True, "yes": True, "y": True, "false": False, "0": False,
             "no": False, "n": False}.get(cell.lower())  # fmt: skip
    if known is None:
        drift.unmapped(column, cell)
    return known


def amount(column: str, cell: str, drift: Drift) -> int | None:
    """Pounds, without the pence."""
    if not cell:
        return None
    found = re.fullmatch(r"£?(-?[0-9][0-9,]{0,17})(?:\.[0-9]+)?", cell)
    if not found:
        drift.unmapped(column, cell)
        return None
    return int(found[1].replace(",", ""))


def company_number(cell: str) -> str:
    """The company's number; empty for none, and for what is typed in place of one."""
    number = register_number(cell)
    sound = len(number) == 8 and number.isascii() and number.isalnum()
    return number if sound and number not in _PLACEHOLDERS else ""
