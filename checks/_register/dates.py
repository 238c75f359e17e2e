"""Days, months and ages, and how a day is written."""

from calendar import monthrange
from datetime import date

from duediligence.model import PartialDate


def day(value: date) -> str:
    """`24 November 2026`."""
    return f"{value.day} {value:%B} {value.year}"


def on(value: date | None) -> str:
    """` on 24 November 2026`, or nothing where the day is not known."""
    return f" on {day(value)}" if value else ""


def months_before(value: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month; never before year 1."""
    year, month = divmod(value.year * 12 + value.month - 1 - months, 12)
    if not 1 <= year <= 9999:
        return date.min if year < 1 else date.max
    return date(year, month + 1, min(value.day, monthrange(year, month + 1)[1]))


def since(value: date | None, today: date, months: int) -> bool:
    """Whether it was within so many months. What has no date counts as recent."""
    return value is None or value >= months_before(today, months)


def age(born: PartialDate, on: date) -> tuple[int, int]:
    """The least and the greatest age in whole years that a person can have on that day."""
    earliest, latest = born.span()
    return _years(latest, on), _years(earliest, on)


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
