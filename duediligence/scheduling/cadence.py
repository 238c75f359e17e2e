"""When a job is due, by the clocks of the United Kingdom, on the days that they change as well."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from duediligence.errors import UsageError

ZONE = "Europe/London"
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
# Those that divide a day, so that every day has the same times.
HOURS = (1, 2, 3, 4, 6, 8, 12)
_EVERY_HOURS = re.compile(r"(\d{1,2}) hours?|hour")
_AT = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_LONGEST = 31  # days between two times of the rarest cadence, which is monthly


@dataclass(frozen=True, slots=True)
class Cadence:
    """Times on the clock, on the days of the week named; with `monthly`, on the first of a month.

    Every time comes once on its day: one that comes twice when the clocks go back counts the
    first time, one that is skipped when they go forward is the next minute that there is.
    """

    times: tuple[time, ...]
    weekdays: frozenset[int] = frozenset(range(7))
    monthly: bool = False

    def latest(self, moment: datetime) -> datetime:
        """The last time that is not after `moment`. Both are aware; the answer is in UTC."""
        day = on_the_clock(moment).date()
        days = (day - timedelta(days=back) for back in range(_LONGEST + 1))
        return next(at for day in days for at in reversed(self._on(day)) if at <= moment)

    def following(self, moment: datetime) -> datetime:
        """The first time after `moment`. Both are aware; the answer is in UTC."""
        day = on_the_clock(moment).date()
        days = (day + timedelta(days=ahead) for ahead in range(_LONGEST + 1))
        return next(at for day in days for at in self._on(day) if at > moment)

    def _on(self, day: date) -> list[datetime]:
        if day.weekday() not in self.weekdays or (self.monthly and day.day != 1):
            return []
        return sorted({_instant(day, at) for at in self.times})


def read(every: str, at: str) -> Cadence:
    """`"day"`, `"02:30"` as a cadence.

    `every` is `hour`, `N hours` (N divides 24), `day`, `weekday` (Monday to Friday), a day of the
    week or `month` (its first day); `at` is HH:MM, and for hours the first time of the day (empty:
    midnight). Raises ValueError that says what is wrong.
    """
    every = every.strip().lower()
    hours = _EVERY_HOURS.fullmatch(every)
    if hours:
        step = int(hours[1] or 1)
        if step not in HOURS:
            raise ValueError(f"every = {every!r}: hours must divide a day: 1, 2, 3, 4, 6, 8 or 12")
        first = _time(at or "00:00")
        return Cadence(tuple(first.replace(hour=(first.hour + h) % 24) for h in range(0, 24, step)))
    if every == "day":
        return Cadence((_time(at),))
    if every == "weekday":
        return Cadence((_time(at),), frozenset(range(5)))
    if every in WEEKDAYS:
        return Cadence((_time(at),), frozenset({WEEKDAYS.index(every)}))
    if every == "month":
        return Cadence((_time(at),), monthly=True)
    raise ValueError(
        f"every = {every!r} is not known; write hour, 6 hours, day, weekday, monday … or month"
    )


def on_the_clock(moment: datetime) -> datetime:
    """The same moment as the clocks of the United Kingdom show it."""
    return moment.astimezone(_zone())


def _time(at: str) -> time:
    if not _AT.fullmatch(at):
        raise ValueError(f'at = {at!r} is not a time of day; write it as at = "02:30"')
    return time.fromisoformat(at)


def _instant(day: date, at: time) -> datetime:
    # Without a fold: the first of two. A minute that the wall skips comes back as another one.
    wall = datetime.combine(day, at, _zone())
    while on_the_clock(moment := wall.astimezone(UTC)).time() != wall.time():
        wall += timedelta(minutes=1)
    return moment


@cache
def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(ZONE)
    except ZoneInfoNotFoundError as error:
        raise UsageError(
            f"this machine has no time zones, so that the clocks of {ZONE} are not known",
            hint="Install the system's tzdata package, or `pip install tzdata`.",
        ) from error
