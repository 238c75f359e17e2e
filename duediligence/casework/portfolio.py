"""All suppliers at once and over time: what was screened, what waits, how long deciding takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median

from duediligence.casework import queue
from duediligence.model import SEVERITIES, Severity
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace

# How many months are shown, the newest first.
MONTHS = 12
_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class MonthScreened:
    """How many suppliers were screened in a month (its first day), each counted once, and in how
    many screenings.
    """

    month: date
    suppliers: int
    screenings: int


@dataclass(frozen=True, slots=True)
class MonthDecided:
    """How many alerts were decided first in a month, and after how many days: half of them by
    `median`, all by `longest`.
    """

    month: date
    alerts: int
    median: float
    longest: float


@dataclass(frozen=True, slots=True)
class MonthCovered:
    """What the last screening of a month looked at: of its lists and registers how many were
    current. `complete`: all that was in scope was checked.
    """

    month: date
    lists: int
    current_lists: int
    registers: int
    current_registers: int
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioTrends:
    """All suppliers over the last months that anything is kept of, the newest first; `open` alerts
    by severity are as of now, the most severe first.
    """

    screened: Sequence[MonthScreened]
    open: Mapping[Severity, int]
    decided: Sequence[MonthDecided]
    covered: Sequence[MonthCovered]


@use_case("read")
def load_portfolio(workspace: Workspace) -> PortfolioTrends:
    """Return it, as derived from what is kept: of screenings that retention removed nothing is
    left. Checks of a name are left out. Raises StorageError.
    """
    with workspace.casework.snapshot():
        events = queue.list_event_outlines(workspace)
        counts = dict.fromkeys(reversed(SEVERITIES), 0)
        for event in events:
            if event.is_waiting:
                counts[event.lead.severity] += 1
        return PortfolioTrends(
            screened=[
                MonthScreened(_find_first_of_month(month), suppliers, screenings)
                for month, suppliers, screenings in workspace.screened.months(MONTHS)
            ],
            open=counts,
            decided=_list_months_decided(workspace, events),
            covered=_list_months_covered(workspace),
        )


def _find_first_of_month(at: datetime | str) -> date:
    """Return the first day of the month of a time (UTC), or of `2026-11`."""
    text = at if isinstance(at, str) else at.astimezone(UTC).isoformat()
    return date.fromisoformat(f"{text[:7]}-01")


def _list_months_decided(
    workspace: Workspace, events: Sequence[queue.EventOutline]
) -> list[MonthDecided]:
    """Count events by the first decision about any source, from when the first source was seen."""
    aliases, first = workspace.casework.alerts.aliases(), dict[str, datetime]()
    for id_, decisions in workspace.decisions.history().items():
        for now in (id_, *aliases.get(id_, ())):
            first[now] = min(first.get(now, decisions[0].at), decisions[0].at)
    found: dict[date, list[float]] = {}
    for event in events:
        decided = [first[one.id] for one in event.alerts if one.id in first]
        if decided:
            at, seen = min(decided), min(one.first_seen for one in event.alerts)
            found.setdefault(_find_first_of_month(at), []).append(
                max(at.timestamp() - seen, 0) / _DAY
            )
    return [
        MonthDecided(month, len(days), median(days), max(days))
        for month, days in sorted(found.items(), reverse=True)[:MONTHS]
    ]


def _list_months_covered(workspace: Workspace) -> list[MonthCovered]:
    last: dict[date, str] = {}
    complete = {}
    for run in workspace.runs.headings():
        last.setdefault(_find_first_of_month(run.started_at), run.id)
        complete[run.id] = run.complete
    found = []
    for month, run_id in sorted(last.items(), reverse=True)[:MONTHS]:
        if whole := workspace.runs.outline(run_id):
            registers = whole.scope.registers if whole.scope else ()
            found.append(
                MonthCovered(
                    month,
                    len(whole.in_use),
                    sum(one.state == "current" for one in whole.in_use),
                    len(registers),
                    sum(not one.stale for one in registers),
                    complete[run_id],
                )
            )
    return found
