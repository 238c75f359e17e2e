"""The values of a cell: dates, months of birth, money, numbers. ValueError says what is wrong."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from duediligence.model import Identifier, PartialDate, company_number
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    REGISTRATION,
)
from duediligence.text.dates import month_number
from duediligence.text.money import parse_pounds

# What people write where there is nothing to write.
_NOTHING = frozenset("-|--|–|—|.|n/a|na|none|nil|null|tbc|tba|unknown|not known".split("|"))
# Outside these a year is a slip of the pen, not the year of a record.
_YEARS = range(1900, 2101)
_TIME = re.compile(
    r"(?:T|,? )\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[ap]m)?(?:Z|[+-]\d\d:\d\d)?$", re.I
)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.A)
_NUMBERS = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", re.A)
_WORDED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})", re.A | re.I)
_ROUNDED = re.compile(r"\d+(?:[.,]\d+)?e\+?\d+", re.IGNORECASE | re.ASCII)


_SHORT_NUMBERS = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2})", re.A)
_SHORT_WORDED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{2})", re.A | re.I
)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.A)
# The day that spreadsheets count as 0 (ECMA-376 part 1, 18.17.4.1: the 1900 date system).
_DAY_ZERO = date(1899, 12, 30)
# A year of two digits is at most this far ahead, unless a pivot says otherwise: licences run long.
YEARS_AHEAD = 20


@dataclass(frozen=True, slots=True)
class Dates:
    """How a register writes its dates.

    `formats` are those of `strptime`, tried in this order: the first that fits wins. Then
    25/07/2026 is read with the day first or the month first; not at all where `day_first` is None.
    Dates like 2026-07-25 and 25 July 2026 are read besides.

    Of years of two digits those below `year_pivot` are of this century (26 is 2026 for a pivot of
    50), others of the last. Without one they are read by a format that has `%y` alone, and are at
    most YEARS_AHEAD in the future. `serial`: a number of five digits is a date as spreadsheets
    count days.
    """

    formats: tuple[str, ...] = ()
    day_first: bool | None = True
    year_pivot: int | None = None
    serial: bool = False


def drop_placeholder(text: str) -> str:
    """Return the text; or nothing, where it is what people write in place of nothing."""
    return "" if text.casefold() in _NOTHING else text


def day(text: str, dates: Dates, *, ahead: int = YEARS_AHEAD) -> date:
    """Return the day that a text names. Raises ValueError.

    A year of two digits is at most `ahead` years in the future, where no pivot says otherwise.
    """
    bare = _TIME.sub("", text)
    if found := _ISO.fullmatch(bare):
        return _sound(text, *map(int, found.groups()))
    for form in dates.formats:
        for written in dict.fromkeys((text, bare)):
            try:
                read = datetime.strptime(written, form)  # noqa: DTZ007
            except ValueError:
                continue
            year = (
                _expand_short_year(read.year % 100, dates, ahead)
                if has_short_year(form)
                else read.year
            )
            return _sound(text, year, read.month, read.day)
    if dates.serial and (found := _SERIAL.fullmatch(bare)):
        counted = _DAY_ZERO + timedelta(days=int(found[1]))
        return _sound(text, counted.year, counted.month, counted.day)
    if (found := _WORDED.fullmatch(bare)) and (month := month_number(found[2])):
        return _sound(text, int(found[3]), month, int(found[1]))
    if dates.day_first is not None and (found := _NUMBERS.fullmatch(bare)):
        return _in_figures(text, found, int(found[3]), dates)
    if dates.year_pivot is not None:
        if (found := _SHORT_WORDED.fullmatch(bare)) and (month := month_number(found[2])):
            return _sound(
                text, _expand_short_year(int(found[3]), dates, ahead), month, int(found[1])
            )
        if dates.day_first is not None and (found := _SHORT_NUMBERS.fullmatch(bare)):
            return _in_figures(text, found, _expand_short_year(int(found[3]), dates, ahead), dates)
    if dates.formats:
        forms = " or ".join(dates.formats)
        raise ValueError(f"is {_quote_cell(text)}: not a date of the form {forms}")
    raise ValueError(f"is {_quote_cell(text)}: not understood as a date")


def has_short_year(form: str) -> bool:
    """Return whether a format of `strptime` reads a year of two digits."""
    return re.search(r"(?<!%)(?:%%)*%[yD]", form) is not None


def _expand_short_year(short: int, dates: Dates, ahead: int) -> int:
    """Return the year of which these are the last two digits."""
    if dates.year_pivot is not None:
        return (2000 if short < dates.year_pivot else 1900) + short
    latest = datetime.now(UTC).year + ahead
    return latest - (latest - short) % 100


def _in_figures(text: str, found: re.Match[str], year: int, dates: Dates) -> date:
    first, second = int(found[1]), int(found[2])
    return _sound(text, year, *((second, first) if dates.day_first else (first, second)))


def birth_month(text: str, dates: Dates) -> PartialDate:
    """Return month and year of birth; the day of a whole date is dropped. Raises ValueError."""
    if found := re.fullmatch(r"(\d{4})-(\d\d)", text, re.A):
        year, month = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"(\d{1,2})[/.\-](\d{4})", text, re.A):
        year, month = int(found[2]), int(found[1])
    elif (found := re.fullmatch(r"([a-z]{3,9})\.? (\d{4})", text, re.A | re.I)) and (
        named := month_number(found[1])
    ):
        year, month = int(found[2]), named
    else:
        try:
            whole = day(text, dates, ahead=0)
        except ValueError:
            # A date of birth is never shown, in an error least of all.
            raise ValueError("is not understood as a month and year of birth") from None
        year, month = whole.year, whole.month
    if year not in _YEARS or not 1 <= month <= 12:
        raise ValueError("is not understood as a month and year of birth")
    return PartialDate(year, month)


def parse_pounds_cell(text: str) -> Decimal:
    """Return an amount in pounds: `£1,250.00`, `1250`. Raises ValueError."""
    amount = parse_pounds(text)
    if amount is None:
        raise ValueError(f"is {_quote_cell(text)}: not understood as an amount in pounds")
    return amount


def word(text: str) -> str:
    """Return a word as the vocabularies write it: `Civil penalty` is `civil_penalty`."""
    return "_".join(re.findall(r"[^\W_]+", text.casefold()))


def parse_company_cell(text: str) -> Identifier:
    """Return a Companies House number; a registration of an unknown kind where it is none.

    Raises ValueError where a spreadsheet has rounded it.
    """
    if _ROUNDED.fullmatch(text):
        raise ValueError(f"is {_quote_cell(text)}: a spreadsheet has rounded it")
    number = company_number(re.sub(r"\.0$", "", text))
    return Identifier(COMPANY, number) if number else Identifier(REGISTRATION, text)


def parse_charity_cell(text: str) -> Identifier:
    """Return the number of a charity, its register told by its form. Raises ValueError."""
    compact = re.sub(r"\s|\.0$", "", text).upper()
    if re.fullmatch(r"SC[0-9]{6}", compact):
        return Identifier(CHARITY_SCOTLAND, compact)
    if found := re.fullmatch(r"NIC?([0-9]{6})", compact):
        return Identifier(CHARITY_NORTHERN_IRELAND, found[1])
    if re.fullmatch(r"[0-9]{6,7}", compact):
        return Identifier(CHARITY_ENGLAND_WALES, compact)
    raise ValueError(f"is {_quote_cell(text)}: not a charity number (6 or 7 digits, SC… or NIC…)")


def web_address(text: str) -> str:
    """Return an address of the web. Raises ValueError."""
    if not re.fullmatch(r"https?://[^\s\"'<>]{4,1000}", text):
        raise ValueError(f"is {_quote_cell(text)}: not an address that starts with https://")
    return text


def _sound(text: str, year: int, month: int, day_of_month: int) -> date:
    if year not in _YEARS:
        raise ValueError(f"is {_quote_cell(text)}: not a year between {_YEARS[0]} and {_YEARS[-1]}")
    try:
        return date(year, month, day_of_month)
    except ValueError:
        raise ValueError(f"is {_quote_cell(text)}: there is no such day") from None


def _quote_cell(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
