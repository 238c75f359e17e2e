"""Dates as publishers write them: whole, partial, ranged, approximate."""

import re
from datetime import date

from duediligence.contracts import Drift
from duediligence.model import PartialDate
from duediligence.text.dates import month_number

# Outside these a year is a slip of the pen (or another calendar), not a year of birth.
_YEARS = range(1800, 2101)

_ABOUT = re.compile(r"(?:circa|approximately|approx\.?|about|ca?\.)\s*", re.I)
_ISO = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?:T.*|Z|[+-]\d\d:\d\d)?", re.A)
# `dd/mm/1945` and `dd/06/1971` come with the letters left in, where day or month is not known.
_SLASHED = re.compile(r"(\d{1,2}|[a-z]{2})/(\d{1,2}|[a-z]{2})/(\d{4})", re.A | re.I)
_WORDED = re.compile(r"(?:(\d{1,2})[ -])?([a-z]{3,9})\.?[ -](\d{4})", re.A | re.I)
_CENTURY = re.compile(r"(?:[\da-z]{1,2}/[\da-z]{1,2}/)?(\d{2,3})(y{1,2})", re.A | re.I)
_RANGE = re.compile(r"(?:between )?(\d{4}) ?(?:-|–|to|and|/) ?(\d{4})", re.A | re.I)


def day(text: str) -> date | None:
    """The day in `2026-08-22`, `2026-08-22T23:00:00Z`, `22/08/2026` or `22-Aug-2026`, else None."""
    partial = _exact(text.strip())
    try:
        return date(*partial) if partial else None
    except ValueError:
        return None


def stated_day(text: str, field: str, drift: Drift) -> date | None:
    """As `day`, and tells `drift` of a value that is there but cannot be read."""
    if not text:
        return None
    found = day(text)
    if found is None:
        drift.unmapped(field, text)
    return found


def birth_date(text: str) -> PartialDate | None:
    """A date of birth out of one value, or None where it holds none that can be trusted.

    Reads what `day` reads, and `dd/mm/1945`, `00/00/1975`, `dd/06/1971`, `1968`, `1965-04`,
    `Nov. 1973`, `31/12/19yy` (1900 to 1999), `1958-1965`, `between 1958 and 1965`, `circa 1965`.
    """
    text = " ".join(text.strip(" '\"‘’`").split())
    about = _ABOUT.match(text)
    if about:
        text = text[about.end() :]
    try:
        return _partial(text, circa=about is not None)
    except ValueError:
        return None


def _partial(text: str, *, circa: bool) -> PartialDate | None:
    if found := _RANGE.fullmatch(text):
        return PartialDate(_year(found[1]), until=_year(found[2]), circa=circa)
    if found := _CENTURY.fullmatch(text):
        digits, missing = found[1], len(found[2])
        if len(digits) + missing != 4:
            return None
        first, last = digits + "0" * missing, digits + "9" * missing
        return PartialDate(_year(first), until=_year(last), circa=circa)
    if re.fullmatch(r"\d{4}", text, re.A):
        return PartialDate(_year(text), circa=circa)
    parts = _exact(text)
    if parts is None:
        return None
    year, month, day_of_month = parts
    _year(str(year))
    return PartialDate(year, month or None, (month and day_of_month) or None, circa=circa)


def _exact(text: str) -> tuple[int, int, int] | None:
    """Year, month and day; 0 where not known."""
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3] or 0)
    if found := _SLASHED.fullmatch(text):
        first, second = (int(part) if part.isdigit() else 0 for part in found.group(1, 2))
        return int(found[3]), second, first
    if found := _WORDED.fullmatch(text):
        month = month_number(found[2])
        return (int(found[3]), month, int(found[1] or 0)) if month else None
    return None


def _year(text: str) -> int:
    year = int(text)
    if year not in _YEARS:
        raise ValueError(f"{year} is no year of birth")
    return year
