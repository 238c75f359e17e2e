"""Until when an alert is to be decided: a number of days, by its severity, since it is open."""

from collections.abc import Mapping
from datetime import date, timedelta

from duediligence.model import SEVERITIES, Severity
from duediligence.settings import Settings
from duediligence.store.casework.alerts import WAITING

DUE_DAYS: Mapping[Severity, int] = {"critical": 2, "high": 5, "medium": 20, "low": 60}


def due_days(settings: Settings) -> Mapping[Severity, int]:
    """In how many days an alert of each severity is to be decided, by these settings."""
    return {**DUE_DAYS, **settings.due_days}


def due_on(settings: Settings, severity: Severity, opened: date, state: str) -> date | None:
    """Return the day by the end of which an alert is to be decided that waits since `opened`; None
    in a state in which nobody needs to.
    """
    if state not in WAITING:
        return None
    return opened + timedelta(days=due_days(settings)[severity])


def overdue_after(settings: Settings) -> tuple[int, ...]:
    """After how many days an alert is overdue, by severity, the most severe first."""
    days = due_days(settings)
    return tuple(days[severity] for severity in reversed(SEVERITIES))
