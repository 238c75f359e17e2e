"""How a register writes its dates."""

from collections.abc import Iterable

from duediligence.local_registers.rows.values import Dates, day, given

_FORMATS = ("%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%d-%b-%y", "%d %b %y", "%d-%b-%Y", "%Y%m%d")
DATES = (Dates(), Dates(day_first=False), *map(Dates, _FORMATS))


def guess_dates(cells: Iterable[str]) -> tuple[Dates | None, bool]:
    """How most of the dates are written, None where most cannot be read; and whether it is sure."""
    texts = [text for cell in cells if (text := given(cell))]
    counts = {dates: sum(reads(text, dates) for text in texts) for dates in DATES}
    best = max(DATES, key=counts.__getitem__)
    if counts[best] * 2 < len(texts):
        return None, False
    if best.format:
        return best, False
    other = Dates(day_first=not best.day_first)
    return best, counts[other] < counts[best] or all(
        day(text, best) == day(text, other) for text in texts if reads(text, best)
    )


def unreadable(cells: Iterable[str], dates: Dates) -> list[str]:
    """Those of the cells that are no dates written so."""
    return [text for cell in cells if (text := given(cell)) and not reads(text, dates)]


def reads(text: str, dates: Dates) -> bool:
    """Whether the text is a date written so."""
    try:
        day(text, dates)
    except ValueError:
        return False
    return True
