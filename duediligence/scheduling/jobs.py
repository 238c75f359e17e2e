"""The jobs that are done on a schedule, and how often."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from duediligence.casework.audit_heads import CHANNELS
from duediligence.errors import Hint, Invalid, NotFound, Step, UsageError
from duediligence.reading import regular
from duediligence.settings import Settings

ZONE = "Europe/London"
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
# Those that divide a day, so that every day has the same times.
HOURS = (1, 2, 3, 4, 6, 8, 12)
_EVERY_HOURS = re.compile(r"(\d{1,2}) hours?|hour")
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
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
        """Return the last time that is not after `moment`. Both are aware; the answer is in UTC."""
        day = on_the_clock(moment).date()
        days = (day - timedelta(days=back) for back in range(_LONGEST + 1))
        return next(at for day in days for at in reversed(self._on(day)) if at <= moment)

    def following(self, moment: datetime) -> datetime:
        """Return the first time after `moment`. Both are aware; the answer is in UTC."""
        day = on_the_clock(moment).date()
        days = (day + timedelta(days=ahead) for ahead in range(_LONGEST + 1))
        return next(at for day in days for at in self._on(day) if at > moment)

    def _on(self, day: date) -> list[datetime]:
        if day.weekday() not in self.weekdays or (self.monthly and day.day != 1):
            return []
        return sorted({_find_utc_instant(day, at) for at in self.times})


def parse_cadence(every: str, at: str) -> Cadence:
    """Return `"day"`, `"02:30"` as a cadence.

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
        f"every = {every!r} is not valid; write hour, 6 hours, day, weekday, monday … or month"
    )


def on_the_clock(moment: datetime) -> datetime:
    """Return the same moment as the clocks of the United Kingdom show it."""
    return moment.astimezone(_load_time_zone())


def _time(at: str) -> time:
    if not TIME_OF_DAY.fullmatch(at):
        raise ValueError(f'at = {at!r} is not a time of day; write it as at = "02:30"')
    return time.fromisoformat(at)


def _find_utc_instant(day: date, at: time) -> datetime:
    # Without a fold: the first of two. A minute that the wall skips comes back as another one.
    wall = datetime.combine(day, at, _load_time_zone())
    while on_the_clock(moment := wall.astimezone(UTC)).time() != wall.time():
        wall += timedelta(minutes=1)
    return moment


@cache
def _load_time_zone() -> ZoneInfo:
    try:
        return ZoneInfo(ZONE)
    except ZoneInfoNotFoundError as error:
        raise UsageError(
            f"this machine has no time zone data, so the time in {ZONE} is unknown",
            hint="Install the system's tzdata package, or `pip install tzdata`.",
        ) from error


FILENAME = "schedule.toml"
ActionName = Literal[
    "refresh lists",
    "refresh dossiers",
    "follow changes",
    "re-screen",
    "digest",
    "retention",
    "backup",
    "audit head",
    "verify",
]
ACTION_NAMES: tuple[ActionName, ...] = get_args(ActionName)
_KEYS = ("name", "action", "every", "at", "ids", "from", "folder", "keep", "to")
_ONLY: Mapping[str, ActionName] = {
    "ids": "refresh lists",
    "from": "refresh lists",
    "folder": "backup",
    "keep": "backup",
    "to": "audit head",
}
KEEP = 14
"""Backups that a job keeps where it does not say how many."""

EXAMPLE = """\
# What the scheduler does by itself.
# Save it as schedule.toml in the folder of --home, or name it with the setting schedule_file.
#
# every: hour, 2 hours (or 3, 4, 6, 8, 12), day, weekday (Monday to Friday), monday … sunday,
#        or month (its first day)
# at:    the time on the clock in the United Kingdom, summer and winter; for hours, the first
#        time of the day
# Jobs that are due together run in the order of their times, so lists come before screening.

[[job]]
name = "lists"
action = "refresh lists"        # from their publishers
every = "day"
at = "02:30"

[[job]]
name = "screening"
action = "re-screen"            # every supplier, if any is due
every = "day"
at = "05:00"

[[job]]
name = "verification"
action = "verify"               # everything kept against the audit chain, registers in full
every = "day"
at = "01:00"

# Uncomment what you need.

# [[job]]
# name = "lists kept by hand"
# action = "refresh lists"
# ids = ["uk-debarment"]        # these lists only
# from = "incoming"             # from the files in this folder, beside this file
# every = "weekday"
# at = "04:30"

# [[job]]
# name = "registers"
# action = "refresh dossiers"   # fetches what is known of each supplier, within the rate limit
# every = "sunday"
# at = "03:00"

# [[job]]
# name = "changes"
# action = "follow changes"     # asks Companies House which suppliers' records changed; needs
# every = "2 hours"             # the setting companies_house_stream_key
# at = "00:15"

# [[job]]
# name = "digest"
# action = "digest"             # reports what changed
# every = "weekday"
# at = "08:00"

# [[job]]
# name = "retention"
# action = "retention"          # removes what is past its retention period
# every = "month"
# at = "04:00"

# [[job]]
# name = "end of the audit chain"
# action = "audit head"         # signs it and hands it over, to show later that nothing was redone
# to = "/mnt/audit/heads.jsonl" # a file that this account may only append to, or
#                               # mail, webhook or folder, as set up for digests
# every = "day"
# at = "23:30"

# [[job]]
# name = "backup"
# action = "backup"             # needs the setting backup_passphrase
# folder = "/mnt/backups/duediligence"
# keep = 14                     # older ones are removed when the new one is verified
# every = "day"
# at = "23:00"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. `ids` and `folder` are of `refresh lists` only; `folder` None: the publishers.

    `to` is of `audit head` only: the name of a channel, or a file.
    `into` and `keep` are of `backup` only: its folder, and how many backups that holds at most.
    """

    name: str
    action: ActionName
    every: str
    at: str
    cadence: Cadence
    ids: tuple[str, ...] = ()
    folder: Path | None = None
    to: str = ""
    into: Path | None = None
    keep: int = KEEP


def path_of(settings: Settings) -> Path:
    """Return where the jobs are written: the setting `schedule_file`, else `schedule.toml` in the
    home.
    """
    return settings.schedule_file or settings.home / FILENAME


def load_jobs(path: Path, lists: Collection[str]) -> tuple[Job, ...]:
    """Read the jobs, in the order of the file. `lists` are the ids of all lists there are.

    Raises UsageError naming the file, the job and the key for anything that is not known or not
    of its kind, so that a slip is found at once and not at night.
    """
    try:
        document = tomllib.loads(regular(path).read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise NotFound(
            f"{path}: no such file of jobs",
            hint=Hint("To write one: ", Step("show-schedule-example")),
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    tables = document.pop("job", [])
    if document:
        raise UsageError(
            f"{path}: {next(iter(document))!r} is not known", hint="The file holds [[job]] tables."
        )
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UsageError(f"{path}: jobs are written as [[job]], in double brackets")
    jobs = tuple(_parse_job(path, number, table, lists) for number, table in enumerate(tables, 1))
    if not jobs:
        raise UsageError(
            f"{path}: it holds no job",
            hint=Hint("For an example: ", Step("show-schedule-example")),
        )
    for job in jobs:
        if sum(job.name == other.name for other in jobs) > 1:
            raise UsageError(f"{path}: two jobs are named {job.name!r}", hint="Rename one of them.")
    return jobs


def _parse_job(path: Path, number: int, table: Mapping[str, Any], lists: Collection[str]) -> Job:
    name = table.get("name")
    where = f"{path}: job {name!r}" if isinstance(name, str) else f"{path}: job number {number}"
    for key, value in table.items():
        if key not in _KEYS:
            raise Invalid(
                f"{where}: unknown key {key!r}", field=key, hint=f"Valid keys: {', '.join(_KEYS)}."
            )
        if key == "ids":
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise UsageError(f'{where}: ids must be a list of texts, such as ids = ["un"]')
        elif key == "keep":
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise UsageError(f"{where}: keep must be a number, 1 or more")
        elif not isinstance(value, str):
            raise UsageError(f'{where}: {key} must be text in quotes, such as {key} = "…"')
    for key in ("name", "action", "every"):
        if not table.get(key, "").strip():
            raise UsageError(f"{where}: {key} is missing")
    action = table["action"]
    if action not in ACTION_NAMES:
        raise Invalid(
            f"{where}: {action!r} is not a valid action",
            field="action",
            hint=f"Valid actions: {', '.join(ACTION_NAMES)}.",
        )
    for key, only in _ONLY.items():
        if key in table and action != only:
            raise UsageError(f"{where}: {key} is for the action {only!r} only")
    if action == "audit head" and not table.get("to", "").strip():
        raise UsageError(
            f"{where}: to is missing", hint="Name a file, or one of: " + ", ".join(CHANNELS) + "."
        )
    if action == "backup" and not table.get("folder", "").strip():
        raise UsageError(f"{where}: folder is missing: where the backups are written")
    try:
        times = parse_cadence(table["every"], table.get("at", ""))
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from error
    for list_id in table.get("ids", ()):
        if list_id not in lists:
            raise NotFound(
                f"{where}: unknown list {list_id!r}",
                hint=f"Valid lists: {', '.join(lists)}.",
            )
    return Job(
        name=table["name"],
        action=action,
        every=table["every"],
        at=table.get("at", ""),
        cadence=times,
        ids=tuple(table.get("ids", ())),
        folder=path.parent / Path(table["from"]).expanduser() if "from" in table else None,
        to=_resolve_job_target(path, table.get("to", "").strip()),
        into=path.parent / Path(table["folder"]).expanduser() if "folder" in table else None,
        keep=table.get("keep", KEEP),
    )


def _resolve_job_target(path: Path, to: str) -> str:
    """Return the name of a channel, or the path of a file beside that of the jobs."""
    if not to or to in CHANNELS:
        return to
    return str(path.parent / Path(to).expanduser())
