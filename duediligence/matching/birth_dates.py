"""Two birth dates of which parts may be known: do they agree, and if not, is it a single slip?"""

from duediligence.model import PartialDate
from duediligence.model.matches import Detail, Verdict

# Beyond `about`, which has two years of slack itself, and beyond the ends of a range.
_NEAR_RANGE_YEARS = 2
_FAR_DAYS = 3653  # ten years


def compare_birth_dates(ours: PartialDate, theirs: PartialDate) -> tuple[Verdict, Detail]:
    """Whether both can be one day (`agree`), and else how they differ.

    `nearly agree` where one slip explains the difference, and the detail says which. Dates that
    `differ` have the detail `more than ten years apart` where they are, else none.
    """
    if ours.compatible(theirs):
        return "agree", ""
    if slip := _slip(ours, theirs):
        return "nearly agree", slip
    return "differ", "more than ten years apart" if _days_apart(ours, theirs) > _FAR_DAYS else ""


def digits_swapped(one: str, other: str) -> bool:
    """Whether two neighbouring characters changed places, and all else is the same."""
    places = [at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    return (
        len(one) == len(other)
        and len(places) == 2
        and places[1] == places[0] + 1
        and (one[places[0]], one[places[1]]) == (other[places[1]], other[places[0]])
    )


def digit_mistyped(one: str, other: str) -> bool:
    """Whether a single character is another, and all else is the same."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _slip(a: PartialDate, b: PartialDate) -> Detail:
    if a.circa or b.circa or a.until or b.until:
        if _days_apart(a, b) < 366 * _NEAR_RANGE_YEARS:
            return "just outside the years given"
        return "" if a.until or b.until else _digits(f"{a.year}", f"{b.year}")
    if a.year == b.year and a.month == b.month:
        return "another day"
    if _day_for_month(a, b) or _day_for_month(b, a):
        return "day and month swapped"
    if a.day and b.day and a.day != b.day:
        return ""
    if a.month and b.month:
        if abs(12 * (a.year - b.year) + a.month - b.month) == 1:
            return "one month apart"
        if a.year == b.year:
            return _digits(f"{a.month:02}", f"{b.month:02}")
        if a.month != b.month:
            return ""
    return "one year apart" if abs(a.year - b.year) == 1 else _digits(f"{a.year}", f"{b.year}")


def _day_for_month(a: PartialDate, b: PartialDate) -> bool:
    """Whether the day of one stands as the month of the other: 5 April, and May or 4 May."""
    return a.year == b.year and a.day == b.month and b.day in (None, a.month)


def _digits(one: str, other: str) -> Detail:
    if digits_swapped(one, other):
        return "digits swapped"
    return "digit mistyped" if digit_mistyped(one, other) else ""


def _days_apart(a: PartialDate, b: PartialDate) -> int:
    """Days between the nearest ends of two dates that cannot be the same day."""
    (a_first, a_last), (b_first, b_last) = a.span(), b.span()
    return max((b_first - a_last).days, (a_first - b_last).days)
