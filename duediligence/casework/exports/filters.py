"""Which findings an export is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from duediligence.casework.alerts.queue import DONE
from duediligence.casework.alerts.standings import Standing
from duediligence.model import SEVERITIES, Finding, Severity
from duediligence.reports.wording import uk_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which findings are wanted. An empty filter lets all pass; `severity` is the least.

    `since` and `until` are the first and last day, in the UK, on which it was first seen.
    `changed`: only what is not as it was in the supplier's run before. `waiting`: only what still
    needs somebody. What could not be checked passes whatever is asked, save of other `lists`:
    nobody may read clear from its absence.
    """

    contract: str = ""
    states: tuple[str, ...] = ()
    severity: Severity = "low"
    since: date | None = None
    until: date | None = None
    lists: tuple[str, ...] = ()
    changed: bool = False
    waiting: bool = False

    def admits(self, finding: Finding, standing: Standing) -> bool:
        if finding.outcome == "unknown":
            return not self.lists or finding.list_id in ("", *self.lists)
        seen = uk_day(finding.first_seen) if finding.first_seen else None
        return (
            SEVERITIES.index(finding.severity) >= SEVERITIES.index(self.severity)
            and (not self.lists or finding.list_id in self.lists)
            and (not self.states or standing.status in self.states)
            and (self.since is None or (seen is not None and seen >= self.since))
            and (self.until is None or (seen is not None and seen <= self.until))
            and not (self.changed and standing.news == "unchanged")
            and not (self.waiting and standing.status in DONE)
        )

    def words(self) -> Iterator[str]:
        """Each filter that is set, as `severity high`."""
        if self.contract:
            yield f"contract {self.contract}"
        yield from (f"status {state}" for state in self.states)
        if self.severity != "low":
            yield f"severity {self.severity}"
        yield from (f"{name} {day}" for name in ("since", "until") if (day := getattr(self, name)))
        yield from (f"list {each}" for each in self.lists)
        yield from (name for name in ("changed", "waiting") if getattr(self, name))


NO_FILTERS = Filters()
