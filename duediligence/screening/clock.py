"""Whether the clock of this computer can be trusted: the one place that decides it.

A clock that is behind the newest record of the audit chain is in doubt, and so is every age. A
record that lies in the future, because the clock once was, is answered by the event *clock put
right*: only later records count from then on, and it names what was fetched at a wrong time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from duediligence.errors import ClockInDoubt, Conflict, Hint, Step
from duediligence.model import StaleReason
from duediligence.model.audit import AuditEvent, AuditKind, AuditValue
from duediligence.model.list_states import format_minute
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.audit import AuditStore
from duediligence.text.dates import is_ahead, is_day_ahead

# Records are removed for their age only where the chain shows that this time went by: the newest
# record from before the last days may not be older than this.
_LONGEST_GAP = timedelta(days=180)
_LAST_DAYS = timedelta(days=7)
# What shows that a list or register was fetched, confirmed or loaded again.
_AGAIN: Mapping[str, tuple[AuditKind, ...]] = {
    "list": ("list refreshed", "list confirmed"),
    "register": ("register loaded",),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock says and what the audit chain knows.

    Records count from the position `since`; `newest` is the latest time of one of them, None where
    there is none. `wrong` are the times, each after what it is of, that were named when the clock
    was put right, and the position of that record in the chain `audit`.
    """

    now: datetime
    since: int = 0
    newest: datetime | None = None
    wrong: Mapping[str, int] = field(default_factory=dict)
    audit: AuditStore | None = None

    @property
    def in_doubt(self) -> StaleReason | None:
        """Return why no age can be trusted; None where the clock can be."""
        if self.newest is None or not is_ahead(self.newest, self.now):
            return None
        return StaleReason(kind="clock in doubt", at=self.newest, clock=self.now)

    def was_wrong(self, what: str, at: datetime) -> bool:
        """Return whether a list or register was fetched, confirmed or loaded at a wrong time.

        While the clock is in doubt nobody knows which of the two is wrong.
        """
        if self.in_doubt:
            return False
        return is_ahead(at, self.now) or self._stays_wrong(
            what, self.wrong.get(_format_clock_item(what, at))
        )

    def _stays_wrong(self, what: str, named: int | None) -> bool:
        """Return whether what was named at that position was not done again since then."""
        if named is None or self.audit is None:
            return False
        kind, _, subject = what.partition(" ")
        last = (
            record
            for again in _AGAIN[kind]
            for record in self.audit.records(kind=again, subject=subject, last=1)
        )
        return all(one.position < named or "late" in one.event.what for one in last)

    def doubt(
        self, what: str, at: datetime, published: date | None, page: str = ""
    ) -> StaleReason | None:
        """Return why the age of a list or register is not known; None where it is.

        `what` is `list` or `register` and its id, `at` the time that its age rests on.
        """
        if in_doubt := self.in_doubt:
            return in_doubt
        if self.was_wrong(what, at):
            return StaleReason(kind="wrong clock", at=at, page=page)
        if published and is_day_ahead(published, self.now.date()):
            return StaleReason(kind="publisher's date ahead", on=published, clock=self.now)
        return None


def read_clock(workspace: Workspace) -> Clock:
    """Return the clock beside what the audit chain knows. Raises StorageError."""
    now = workspace.now()
    # Asked of the file first: opening the casework would make one.
    if not (workspace.settings.home / "casework.db").exists():
        return Clock(now)
    audit, since, wrong = workspace.audit, 0, dict[str, int]()
    for record in audit.records(kind="clock put right"):
        since, named = record.position, record.event.what.get("wrong")
        wrong |= dict.fromkeys(named if isinstance(named, tuple) else (), since)
    return Clock(now, since, audit.latest_time(since=since), wrong, audit)


@use_case("read")
def clock_doubt(workspace: Workspace) -> str:
    """Return why nothing may be removed for its age now, in a clause; empty where it may be.

    A clock that runs ahead makes everything look old, so the chain must show that time went by.
    """
    clock = read_clock(workspace)
    if clock.in_doubt:
        return str(clock.in_doubt.parts()[0])
    before = workspace.audit.latest_time(since=clock.since, until=clock.now - _LAST_DAYS)
    if before and clock.now - before > _LONGEST_GAP:
        return (
            f"the clock of this computer says {format_minute(clock.now)}, and the newest "
            "record from "
            f"before the last {_LAST_DAYS.days} days is of {format_minute(before)}"
        )
    return ""


def refuse_removal_in_doubt(workspace: Workspace) -> None:
    """Raise ClockInDoubt where nothing may be removed for its age now."""
    if doubt := clock_doubt(workspace):
        raise ClockInDoubt(
            f"Nothing was removed: {doubt}",
            hint=Hint(
                "Correct the clock. If it is right now, an administrator records that: ",
                Step("put-clock-right"),
            ),
        )


@use_case("put the clock right", event="clock put right")
def put_clock_right(workspace: Workspace) -> tuple[str, ...]:
    """Record that the clock is right now: of the audit chain only later records count for it.

    What was fetched, confirmed or loaded at a time in the future is named, and stays stale until
    that is done again; returns what that is. Raises Conflict where nothing is in doubt,
    StorageError.
    """
    clock = read_clock(workspace)
    if not clock_doubt(workspace):
        raise Conflict(
            f"The clock is not in doubt: it says {format_minute(clock.now)}",
            hint="Nothing was recorded. If that is wrong, correct the clock of this computer.",
        )
    wrong = dict.fromkeys(sorted(_find_future_times(workspace, clock.now)))
    what: dict[str, AuditValue] = {
        "newest": clock.newest.isoformat() if clock.newest else None,
        "wrong": tuple(_format_clock_item(*one) for one in wrong),
    }
    workspace.audit.add(AuditEvent("clock put right", clock.now, workspace.who, what))
    return tuple(dict.fromkeys(what for what, _ in wrong))


def _find_future_times(workspace: Workspace, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield each list or register in use whose time is in the future, with that time."""
    for list_id, loaded in workspace.lists.current().items():
        for at in (loaded.version.checked_at, loaded.version.stated_at):
            if at and is_ahead(at, now):
                yield f"list {list_id}", at
    if (workspace.settings.home / "register.db").exists():
        for register, version in workspace.register.versions().items():
            if is_ahead(version.loaded_at, now):
                yield f"register {register}", version.loaded_at


def _format_clock_item(what: str, at: datetime) -> str:
    return f"{what} {at.astimezone(UTC).isoformat()}"
