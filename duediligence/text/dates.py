"""Dates in words, the names of months, steps of whole months, and how far two clocks may differ.

Times are aware.
"""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

Moment = TypeVar("Moment", date, datetime)

# As people shorten them; the first three letters tell every month.
MONTHS: Final = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
MONTH_NAMES: Final = tuple(
    "January February March April May June July August September October November December".split()
)
# A month's name, whole or shortened, as part of an expression that ignores case.
MONTH_PATTERN: Final = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)


_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.]{1,18}Z?)?")
_BRITISH = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})")
_NAMED = re.compile(
    rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)?[ /-])?{MONTH_PATTERN}[ /-](?:[0-9]{{4}}|[0-9]{{2}})",
    re.IGNORECASE,
)


def parse_day(text: str, *, last: bool = False) -> date | None:
    """Read a day of this century or the last as people write it, the day before the month.

    `2026-03-31`, `31/03/2026`, `31.3.26`, `31 March 2026`, `31-Mar-26`; of a month (`Mar 2026`) the
    first day, or the `last`. A year of two digits is of this century. None for anything else.
    """
    text = " ".join(text.split()).replace(",", "")
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _BRITISH.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif _NAMED.fullmatch(text):
        parts = re.findall(r"[0-9]+|[a-z]{3,}", text.lower())
        year, month = int(parts[-1]), month_number(parts[-2]) or 0
        # The ending of `31st` is a word of two letters, and passed over.
        day = int(parts[0]) if parts[0].isdigit() else 0
    else:
        return None
    year += 2000 if year < 100 else 0
    if not (1900 <= year <= 2199 and 1 <= month <= 12):
        return None
    of_month = monthrange(year, month)[1]
    if day == 0 and _NAMED.fullmatch(text) and not text[0].isdigit():
        day = of_month if last else 1
    return date(year, month, day) if 1 <= day <= of_month else None


def long_date(day: date) -> str:
    """Write a date as `5 March 2026`, as the GOV.UK style guide does."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def month_and_year(year: int, month: int) -> str:
    """Write a month as `March 2026`."""
    return f"{MONTH_NAMES[month - 1]} {year}"


def month_number(word: str) -> int | None:
    """Return 1 to 12 for a month's name or its beginning (`Sept`); None for another word."""
    start = word[:3].lower()
    return MONTHS.index(start) + 1 if start in MONTHS else None


def months_after(moment: Moment, months: int) -> Moment:
    """Return the same day (and time) that many months later, or earlier if `months` is negative.

    Where the month has no such day, its last day is taken. Never before year 1 or after 9999.
    """
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if year < 1:
        return moment.replace(year=1, month=1, day=1)
    if year > 9999:
        return moment.replace(year=9999, month=12, day=31)
    return moment.replace(
        year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1])
    )


def months_between(first: date, last: date) -> int:
    """Count the whole months from one day to a later one."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def months_before(moment: Moment, months: int) -> Moment:
    """Return the same day (and time) that many months earlier, as `months_after` does."""
    return months_after(moment, -months)


# Two machines that share a home, and a clock that is set by hand.
TOLERANCE = timedelta(minutes=5)
# A publisher's day may begin before ours.
MOST_DAYS_AHEAD = 1


def is_ahead(at: datetime, now: datetime) -> bool:
    """Return whether a time lies further ahead of the clock than two clocks may differ."""
    return at - now > TOLERANCE


def is_day_ahead(day: date, today: date) -> bool:
    """Return whether a publisher's day lies further ahead of ours than time zones explain."""
    return (day - today).days > MOST_DAYS_AHEAD
