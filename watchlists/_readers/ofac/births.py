"""Birth dates as OFAC writes them: as other lists do, and from one day to another."""

from duediligence.watchlists._readers.fields import dates

from duediligence.model import PartialDate


def birth_date(text: str) -> PartialDate | None:
    """Read `10 Dec 1948`, `Oct 1965`, `circa 1965`, `01 Jan 1961 to 31 Dec 1962`; else None.

    A range within one month or year becomes that month or year, any other a range of years:
    wider than what is published, and so never a false conflict.
    """
    start, to, end = text.partition(" to ")
    first, last = dates.birth_date(start), dates.birth_date(end)
    if not to:
        return first
    if not first or not last or last.year < first.year:
        return None
    month = first.month if (first.year, first.month) == (last.year, last.month) else None
    until = last.year if last.year != first.year else None
    return PartialDate(first.year, month, until=until, circa=first.circa or last.circa)
