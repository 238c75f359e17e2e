"""How far two clocks may differ before one of them is in doubt. All times are aware."""

from datetime import date, datetime, timedelta

# Two machines that share a home, and a clock that is set by hand.
TOLERANCE = timedelta(minutes=5)
# A publisher's day may begin before ours.
MOST_DAYS_AHEAD = 1


def is_ahead(at: datetime, now: datetime) -> bool:
    """Return whether a time lies further ahead of the clock than two clocks may differ."""
    return at - now > TOLERANCE


def is_day_ahead(day: date, today: date) -> bool:
    """Return whether a publisher's day lies further ahead of ours than time zones explain."""
    return (day - today).days > MOST_DAYS_AHEAD
