"""The jobs, as a person writes them down in `schedule.toml`."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from duediligence.errors import Hint, Invalid, NotFound, Step, UsageError
from duediligence.scheduling import cadence
from duediligence.scheduling.cadence import Cadence
from duediligence.settings import Settings

FILENAME = "schedule.toml"
ActionName = Literal["refresh lists", "refresh dossiers", "re-screen", "digest", "retention"]
ACTION_NAMES: tuple[ActionName, ...] = get_args(ActionName)
_KEYS = ("name", "action", "every", "at", "ids", "from")
_ONLY_LISTS = ("ids", "from")

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

# Take the marks off what you set up.

# [[job]]
# name = "lists kept by hand"
# action = "refresh lists"
# ids = ["uk-debarment"]        # these lists only
# from = "incoming"             # from the files in this folder, beside this file
# every = "weekday"
# at = "04:30"

# [[job]]
# name = "registers"
# action = "refresh dossiers"   # asks for what is known of each supplier, within the rate limit
# every = "sunday"
# at = "03:00"

# [[job]]
# name = "digest"
# action = "digest"             # tells people what changed
# every = "weekday"
# at = "08:00"

# [[job]]
# name = "retention"
# action = "retention"          # removes what need not be kept any longer
# every = "month"
# at = "04:00"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. `ids` and `folder` are of `refresh lists` only; `folder` None: the publishers."""

    name: str
    action: ActionName
    every: str
    at: str
    cadence: Cadence
    ids: tuple[str, ...] = ()
    folder: Path | None = None


def path_of(settings: Settings) -> Path:
    """Where the jobs are written: the setting `schedule_file`, else `schedule.toml` in the home."""
    return settings.schedule_file or settings.home / FILENAME


def load(path: Path, lists: Collection[str]) -> tuple[Job, ...]:
    """Read the jobs, in the order of the file. `lists` are the ids of all lists there are.

    Raises UsageError naming the file, the job and the key for anything that is not known or not
    of its kind, so that a slip is found at once and not at night.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise NotFound(
            f"{path}: no such file, which should hold the jobs",
            hint=Hint("To write one: ", Step("show-schedule-example")),
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    tables = document.pop("job", [])
    if document:
        raise UsageError(
            f"{path}: {next(iter(document))!r} is not known", hint="The file holds [[job]] tables."
        )
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UsageError(f"{path}: jobs are written as [[job]], in double brackets")
    jobs = tuple(_job(path, number, table, lists) for number, table in enumerate(tables, 1))
    if not jobs:
        raise UsageError(
            f"{path}: there is no job in it",
            hint=Hint("For some to begin with: ", Step("show-schedule-example")),
        )
    for job in jobs:
        if sum(job.name == other.name for other in jobs) > 1:
            raise UsageError(f"{path}: two jobs are named {job.name!r}", hint="Rename one of them.")
    return jobs


def _job(path: Path, number: int, table: Mapping[str, Any], lists: Collection[str]) -> Job:
    name = table.get("name")
    where = f"{path}: job {name!r}" if isinstance(name, str) else f"{path}: job number {number}"
    for key, value in table.items():
        if key not in _KEYS:
            raise Invalid(
                f"{where}: unknown key {key!r}", field=key, hint=f"Valid keys: {', '.join(_KEYS)}."
            )
        if key == "ids":
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise UsageError(f'{where}: ids must be a list of texts, as ids = ["un"]')
        elif not isinstance(value, str):
            raise UsageError(f'{where}: {key} must be text in quotes, as {key} = "…"')
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
    for key in _ONLY_LISTS:
        if key in table and action != "refresh lists":
            raise UsageError(f"{where}: {key} is for the action 'refresh lists' only")
    try:
        times = cadence.read(table["every"], table.get("at", ""))
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
    )
