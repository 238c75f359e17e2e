"""Days, months and ages, and how a day is written."""

from datetime import date

from duediligence.model import PartialDate
from duediligence.text.dates import long_date, months_after


def on(value: date | None) -> str:
    """` on 24 November 2026`, or nothing where the day is not known."""
    return f" on {long_date(value)}" if value else ""


def since(value: date | None, today: date, months: int) -> bool:
    """Whether it was within so many months. What has no date counts as recent."""
    return value is None or value >= months_after(today, -months)


def age(born: PartialDate, on: date) -> tuple[int, int]:
    """The least and the greatest age in whole years that a person can have on that day."""
    earliest, latest = born.span()
    return _years(latest, on), _years(earliest, on)


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
