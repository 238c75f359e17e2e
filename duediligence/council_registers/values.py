"""The values of a cell: dates, months of birth, money, numbers. ValueError says what is wrong."""

import re
from dataclasses import dataclass
from datetime import date, datetime
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


@dataclass(frozen=True, slots=True)
class Dates:
    """How a register writes its dates.

    `format` is one of `strptime`; where it is empty, 25/07/2026 is read with the day first or
    the month first. Dates like 2026-07-25 and 25 July 2026 are read besides.
    """

    format: str = ""
    day_first: bool = True


def given(text: str) -> str:
    """The text; or nothing, where it is what people write in place of nothing."""
    return "" if text.casefold() in _NOTHING else text


def day(text: str, dates: Dates) -> date:
    """The day that a text names. Raises ValueError."""
    bare = _TIME.sub("", text)
    if found := _ISO.fullmatch(bare):
        return _sound(text, *map(int, found.groups()))
    if dates.format:
        try:
            read = datetime.strptime(text, dates.format)  # noqa: DTZ007
        except ValueError:
            raise ValueError(f"is {_shown(text)}: not a date of the form {dates.format}") from None
        return _sound(text, read.year, read.month, read.day)
    if found := _WORDED.fullmatch(bare):
        if month := month_number(found[2]):
            return _sound(text, int(found[3]), month, int(found[1]))
    elif found := _NUMBERS.fullmatch(bare):
        first, second, year = map(int, found.groups())
        return _sound(text, year, *((second, first) if dates.day_first else (first, second)))
    raise ValueError(f"is {_shown(text)}: not understood as a date")


def birth_month(text: str, dates: Dates) -> PartialDate:
    """Month and year of birth; the day of a whole date is dropped. Raises ValueError."""
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
            whole = day(text, dates)
        except ValueError:
            # A date of birth is never shown, in an error least of all.
            raise ValueError("is not understood as a month and year of birth") from None
        year, month = whole.year, whole.month
    if year not in _YEARS or not 1 <= month <= 12:
        raise ValueError("is not understood as a month and year of birth")
    return PartialDate(year, month)


def pounds(text: str) -> Decimal:
    """An amount in pounds: `£1,250.00`, `1250`. Raises ValueError."""
    amount = parse_pounds(text)
    if amount is None:
        raise ValueError(f"is {_shown(text)}: not understood as an amount in pounds")
    return amount


def word(text: str) -> str:
    """A word as the vocabularies write it: `Civil penalty` is `civil_penalty`."""
    return "_".join(re.findall(r"[^\W_]+", text.casefold()))


def company(text: str) -> Identifier:
    """A Companies House number; a registration of an unknown kind where it is none.

    Raises ValueError where a spreadsheet has rounded it.
    """
    if _ROUNDED.fullmatch(text):
        raise ValueError(f"is {_shown(text)}: a spreadsheet has rounded it")
    number = company_number(re.sub(r"\.0$", "", text))
    return Identifier(COMPANY, number) if number else Identifier(REGISTRATION, text)


def charity(text: str) -> Identifier:
    """The number of a charity, its register told by its form. Raises ValueError."""
    compact = re.sub(r"\s|\.0$", "", text).upper()
    if re.fullmatch(r"SC[0-9]{6}", compact):
        return Identifier(CHARITY_SCOTLAND, compact)
    if found := re.fullmatch(r"NIC?([0-9]{6})", compact):
        return Identifier(CHARITY_NORTHERN_IRELAND, found[1])
    if re.fullmatch(r"[0-9]{6,7}", compact):
        return Identifier(CHARITY_ENGLAND_WALES, compact)
    raise ValueError(f"is {_shown(text)}: not a charity number (6 or 7 digits, SC… or NIC…)")


def web_address(text: str) -> str:
    """An address of the web. Raises ValueError."""
    if not re.fullmatch(r"https?://[^\s\"'<>]{4,1000}", text):
        raise ValueError(f"is {_shown(text)}: not an address that starts with https://")
    return text


def _sound(text: str, year: int, month: int, day_of_month: int) -> date:
    if year not in _YEARS:
        raise ValueError(f"is {_shown(text)}: not a year between {_YEARS[0]} and {_YEARS[-1]}")
    try:
        return date(year, month, day_of_month)
    except ValueError:
        raise ValueError(f"is {_shown(text)}: there is no such day") from None


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
