"""Dates of which only a part may be known."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date with a known year, and perhaps a month and a day; or a range of years.

    `PartialDate(1965)`, `PartialDate(1965, 4)`, `PartialDate(1965, 4, 23)`;
    `PartialDate(1958, until=1965)` is some day from 1958 to the end of 1965.
    `circa` marks a date that the publisher calls approximate: two years of slack either side.

    Raises ValueError for a day that no calendar has, so that a parser cannot invent one.
    """

    year: int
    month: int | None = None
    day: int | None = None
    until: int | None = None
    circa: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.year <= 9999:
            raise ValueError(f"year {self.year} is not between 1 and 9999")
        if self.month is not None and not 1 <= self.month <= 12:
            raise ValueError(f"month {self.month} is not between 1 and 12")
        if self.day is not None:
            if self.month is None:
                raise ValueError("a day needs a month")
            if not 1 <= self.day <= monthrange(self.year, self.month)[1]:
                raise ValueError(f"{self.year}-{self.month:02} has no day {self.day}")
        if self.until is not None:
            if self.month is not None:
                raise ValueError("a range of years has no month")
            if not self.year <= self.until <= 9999:
                raise ValueError(f"{self.until} ends before {self.year} begins")

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read `1965`, `1965-04`, `1965-04-23` or `1958/1965` (a range). Raises ValueError."""
        text = text.strip()
        if "/" in text:
            first, last = text.split("/")
            return cls(int(first), until=int(last))
        parts = text.split("-")
        if len(parts) > 3 or len(parts[0]) != 4:
            raise ValueError(f"{text!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = (*(int(part) for part in parts), None, None)[:3]
        return cls(year or 0, month, day)

    def span(self) -> tuple[date, date]:
        """Return the first and the last day this date can be."""
        slack = 2 if self.circa else 0
        first_year = max(1, self.year - slack)
        last_year = min(9999, (self.until or self.year) + slack)
        if self.circa or self.month is None:
            return date(first_year, 1, 1), date(last_year, 12, 31)
        if self.day is None:
            last_day = monthrange(self.year, self.month)[1]
            return date(self.year, self.month, 1), date(self.year, self.month, last_day)
        exact = date(self.year, self.month, self.day)
        return exact, exact

    def compatible(self, other: "PartialDate") -> bool:
        """Return whether both can be the same day. What is unknown on either side never
        conflicts.
        """
        first, last = self.span()
        other_first, other_last = other.span()
        return first <= other_last and other_first <= last

    def __str__(self) -> str:
        about = "about " if self.circa else ""
        if self.until is not None and self.until != self.year:
            return f"{about}{self.year} to {self.until}"
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return about + "-".join(parts)
