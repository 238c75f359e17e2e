"""The jobs that a person chose in a form, written as the file of jobs."""

import tomllib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from duediligence.casework.setting_changes import refuse_changed
from duediligence.errors import Conflict, Invalid
from duediligence.scheduling.jobs import TIME_OF_DAY, WEEKDAYS, ActionName, path_of
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.settings.editing import format_settings_toml
from duediligence.store.schedule import ScheduleStore
from duediligence.writing import unlink, write_text

# Only a file that begins so is written again, and its jobs are done by an open console.
_MADE_HERE = "# Made by a form of the console, and changed there: what is added here is lost.\n"
EVERY = ("day", "weekday", *WEEKDAYS, "month")
# The jobs that can be chosen, by the name that each gets.
CHOOSABLE: Mapping[str, ActionName] = {
    "lists": "refresh lists",
    "registers": "refresh dossiers",
    "changes": "follow changes",
    "screening": "re-screen",
    "digest": "digest",
    "verification": "verify",
    "retention": "retention",
}


def is_schedule_made_by_form(settings: Settings) -> bool:
    """Return whether the file of jobs was written by the form, and by no person."""
    path = path_of(settings)
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline() == _MADE_HERE
    except (OSError, ValueError):
        return False


def read_form_jobs(path: Path) -> list[dict[str, str]]:
    """Return the jobs of a file that the form wrote; none where there is no file."""
    try:
        found: list[dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8")).get("job", [])
    except (OSError, ValueError):
        return []
    return found


def list_form_jobs(path: Path) -> dict[str, str]:
    """Return how often and when each job of a file that the form wrote is done, by its name."""
    return {one["name"]: f"{one['every']} {one['at']}" for one in read_form_jobs(path)}


@use_case("change settings", event="setting changed")
def save_schedule(
    workspace: Workspace, chosen: Mapping[str, tuple[str, str]], *, seen: str | None = None
) -> None:
    """Write the jobs chosen by name, each with how often and at which time; the others are not
    done. `seen` names the jobs that a form showed, None: none did.

    Raises Unconfirmed where they are others by now,
    Invalid with the `field` at-NAME for a time that is none, Conflict for a file of jobs
    that a person wrote, StorageError.
    """
    for name, (every, at) in chosen.items():
        if every not in EVERY:
            raise Invalid("Select how often", field=f"every-{name}")
        if not TIME_OF_DAY.fullmatch(at):
            raise Invalid("Enter a time of day, such as 02:30", field=f"at-{name}")
    with workspace.casework.transaction():
        _write_jobs(workspace, chosen, seen)


def _write_jobs(
    workspace: Workspace, chosen: Mapping[str, tuple[str, str]], seen: str | None
) -> None:
    path = path_of(workspace.settings)
    if path.exists() and not is_schedule_made_by_form(workspace.settings):
        raise Conflict(
            "The schedule was written by hand, and is changed there",
            hint="Ask your IT team for the change.",
        )
    stored, new = list_form_jobs(path), {name: " ".join(one) for name, one in chosen.items()}
    unset = dict.fromkeys(stored, "")
    refuse_changed(workspace, seen, stored, unset | new, "setting changed", "schedule")
    jobs = [
        {"name": name, "action": CHOOSABLE[name], "every": every, "at": at}
        for name, (every, at) in chosen.items()
    ]
    moved = [one["name"] for one in read_form_jobs(path) if one not in jobs]
    with closing(ScheduleStore(workspace.home / "schedule.db")) as store:
        store.forget(moved)
    if jobs:
        tables = (f"\n[[job]]\n{format_settings_toml(job)}" for job in jobs)
        write_text(path, _MADE_HERE + "".join(tables))
        with closing(ScheduleStore(workspace.home / "schedule.db")) as store:
            store.note_first_seen(chosen, workspace.now())
    elif path.exists():
        unlink(path)
    workspace.record("setting changed", new, "schedule")
