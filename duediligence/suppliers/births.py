"""Birth dates in a text: of each no more than year and month is kept."""

import re
from datetime import date

from duediligence.model import PartialDate
from duediligence.text.dates import MONTH_PATTERN, month_number

YOUNGEST, OLDEST = 16, 100
_YEAR = r"(?:\d{4}|'?\d{2})"
# A date 04/05/1965 is in May: suppliers of British councils write the day first.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.]\d{1,2}(?:[T ][\d:.]+Z?)?)?",
        r"(?P<month>\d{1,2})[-/.](?P<other>\d{1,2})[-/.](?P<year>\d{4}|\d{2})",
        r"(?P<month>\d{1,2}) (?P<other>\d{1,2}) (?P<year>\d{4}|\d{2})",
        r"(?P<month>\d{1,2})[-/.](?P<year>\d{4}|\d{2})",
        r"(?P<month>\d{1,2}) (?P<year>\d{4})",
        rf"(?P<word>{MONTH_PATTERN})[. ]{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?,? (?P<year>\d{{4}})",
        rf"\d{{1,2}}(?:st|nd|rd|th)?[- ,.]{{0,2}}(?:of )?(?P<word>{MONTH_PATTERN})[-., ]{{0,2}}"
        rf"(?P<year>{_YEAR})",
        rf"(?P<word>{MONTH_PATTERN})[-. ]{{0,2}}(?P<year>{_YEAR})",
        r"(?P<year>\d{4})",
    )
)
# Anything that has the form of one of them, readable or not, so that no day is left in a name.
SOME_DATE = "|".join(re.sub("[?]P<[a-z]+>", "?:", form.pattern) for form in _FORMS)


def birth_date(text: str, today: date) -> PartialDate | None:
    """The year, and the month if it is there; None for what is not understood.

    Reads `1965`, `1965-04`, `04/1965`, `23/04/65`, `23 April 1965`, `Apr-65` and their like, from
    1900 on. A year of two digits is the one in which whoever is 16 to 100 years old on `today` was
    born. The day is dropped here, so that no later step can keep it.
    """
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            held = found.groupdict()
            year = _year(held["year"].strip("'"), today)
            if word := held.get("word"):
                month = month_number(word)
            else:
                month = _month(held.get("month"), held.get("other"))
            if year is not None and month != 0:
                return PartialDate(year, month)
    return None


def _year(text: str, today: date) -> int | None:
    if len(text) == 4:
        year = int(text)
        return year if 1900 <= year <= today.year - YOUNGEST else None
    for century in (1900, 2000):
        if YOUNGEST <= today.year - (century + int(text)) <= OLDEST:
            return century + int(text)
    return None


def _month(first: str | None, second: str | None) -> int | None:
    """The month of `first/second/year`; the first where the second can be none; 0: neither."""
    if first is None:
        return None
    day_first = int(second) if second else int(first)
    month = day_first if 1 <= day_first <= 12 else int(first)
    sound = 1 <= month <= 12 and (second is None or 1 <= max(int(first), int(second)) <= 31)
    return month if sound else 0
