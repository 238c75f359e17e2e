"""Days, months and ages."""

from datetime import date

from duediligence.model import Clause, PartialDate
from duediligence.model.facts import NOTHING, say
from duediligence.text.dates import months_after


def on(value: date | None) -> Clause:
    """` on 24 November 2026`, or nothing where the day is not known."""
    return say(" on {day}", day=value) if value else NOTHING


def since(value: date | None, today: date, months: int) -> bool:
    """Whether it was within so many months. What has no date counts as recent."""
    return value is None or value >= months_after(today, -months)


def age(born: PartialDate, on: date) -> tuple[int, int]:
    """The least and the greatest age in whole years that a person can have on that day."""
    earliest, latest = born.span()
    return _years(latest, on), _years(earliest, on)


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
