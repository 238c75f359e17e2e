"""Which column is which field, and how dates are written: guessed from headings and cells."""

from collections.abc import Iterable, Mapping, Sequence

from duediligence.local_registers.fields import FIELDS, plain
from duediligence.local_registers.rows.values import Dates, day, given

_FORMATS = ("%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%d-%b-%y", "%d %b %y", "%d-%b-%Y", "%Y%m%d")


def guess_columns(header: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The headings of each field that could be guessed; no heading serves two."""
    free = list(dict.fromkeys(heading for heading in header if heading))
    found: dict[str, tuple[str, ...]] = {}
    for field in FIELDS:
        known = [plain(heading) for heading in field.headings]
        ranks = {h: rank for h in free if (rank := _rank(h, known)) is not None}
        best = sorted(ranks, key=lambda heading: ranks[heading])
        if taken := best if field.several else best[:1]:
            # In the order of the file, as the parts of an address stand.
            found[field.name] = tuple(sorted(taken, key=header.index))
            free = [heading for heading in free if heading not in taken]
    return found


def _rank(heading: str, known: Sequence[str]) -> int | None:
    """How sure it is that the heading is one of the `known`, 0 the surest; `a.b` may be `b`."""
    for form in (plain(heading), plain(heading.rpartition(".")[2])):
        if form in known:
            return known.index(form)
    return None


def guess_dates(cells: Iterable[str]) -> tuple[Dates | None, bool]:
    """How the dates are written, None where they cannot be read; and whether that is sure."""
    texts = [text for cell in cells if (text := given(cell))]
    fits = [dates for dates in (Dates(), Dates(day_first=False)) if _all_read(texts, dates)]
    if fits:
        told = {day(text, fits[0]) for text in texts} == {day(text, fits[-1]) for text in texts}
        return fits[0], len(fits) == 1 or told
    return next((d for form in _FORMATS if _all_read(texts, d := Dates(form))), None), False


def _all_read(texts: Sequence[str], dates: Dates) -> bool:
    try:
        return all(day(text, dates) for text in texts)
    except ValueError:
        return False


def unread(header: Sequence[str], columns: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The headings that no field was guessed for."""
    read = {heading for headings in columns.values() for heading in headings}
    return [heading for heading in header if heading and heading not in read]
