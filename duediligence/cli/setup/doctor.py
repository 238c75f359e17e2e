"""Whether this machine is ready: folder, space, clock, network settings, lists."""

import os
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from duediligence.cli.globals import GLOBALS, ignored_settings, resolve, say, say_json
from duediligence.cli.options import JsonOption
from duediligence.errors import DuediligenceError

if TYPE_CHECKING:
    from duediligence.screening.lists.remedies import Remedy
    from duediligence.screening.workspace import Workspace
    from duediligence.settings import Settings

LEAST_FREE_BYTES = 1_000_000_000


State = Literal["ok", "not in use", "problem", "broken"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. `command` puts it right, where a command does."""

    what: str
    state: State
    detail: str
    command: str = ""


def doctor(as_json: JsonOption = False) -> None:
    """Look for what would stop or spoil a screening: folder, space, proxy, lists.

    The last line says whether a run now would be complete, and if not what is missing and the
    command for it. Exits 0 when all is well, 3 when lists are missing or stale, 4 when nothing
    can be kept.

    Examples:

        duediligence doctor

        duediligence doctor --json
    """
    lines = list(_examine(resolve().settings))
    if as_json:
        say_json(lines)
    else:
        unused = [line.what.removeprefix("list ") for line in lines if _is_unused_list(line)]
        for line in lines[:-1]:
            if not _is_unused_list(line):
                say(f"{line.state:>10}  {line.what}: {line.detail}")
        if unused:
            say(f"{'not in use':>10}  lists: {', '.join(unused)}")
        say(lines[-1].detail)
    states = {line.state for line in lines}
    raise typer.Exit(4 if "broken" in states else 3 if "problem" in states else 0)


def _is_unused_list(line: Line) -> bool:
    return line.what.startswith("list ") and line.state == "not in use"


def _examine(settings: "Settings") -> Iterator[Line]:
    """Everything there is to look at; the last line sums up."""
    found: list[Line] = []
    steps: list[Remedy] = []
    for line in _machine(settings):
        found.append(line)
        yield line
    if not any(line.state == "broken" for line in found):
        from duediligence.screening.workspace import Workspace

        with Workspace(settings) as ws:
            for line in (*_registers(ws), *_lists(ws, steps)):
                found.append(line)
                yield line
    yield _sum_up([line for line in found if line.state in ("problem", "broken")], steps)


def _machine(settings: "Settings") -> Iterator[Line]:
    from duediligence.screening.lists.statuses import statuses
    from duediligence.screening.run.policy import load
    from duediligence.screening.workspace import Workspace

    try:
        load(settings.policy)
        yield Line("policy", "ok", str(settings.policy or "as declared by the checks"))
    except DuediligenceError as error:
        yield Line("policy", "problem", error.message)
    if (ignored := ignored_settings()) and ignored.deciding:
        yield Line("settings", "problem", f"{ignored.path} holds {ignored.deciding}: move it")
    proxies = [name for name in ("HTTPS_PROXY", "https_proxy") if os.environ.get(name)]
    yield Line("proxy", "ok", f"taken from {proxies[0]}" if proxies else "none set")
    try:
        with Workspace(settings) as ws:
            statuses(ws)
            who = ws.who
    except DuediligenceError as error:
        yield Line("home", "broken", error.message)
        return
    yield Line("home", "ok", f"{settings.home} can be written")
    yield Line("users", "ok", _users(settings, who))
    free = shutil.disk_usage(_existing(settings.home)).free
    enough = free > LEAST_FREE_BYTES
    yield Line("space", "ok" if enough else "problem", f"{free / 1e9:.1f} GB free")


def _registers(ws: "Workspace") -> Iterator[Line]:
    """What a run looks at beside the lists. Where there is nothing, no run is incomplete for it."""
    from duediligence.reports.wording import day
    from duediligence.screening.registers import STALE_AFTER_DAYS, statuses

    try:
        online = bool(ws.settings.key_of_companies_house())
    except DuediligenceError as error:
        yield Line("registers", "problem", error.message)
        return
    if online:
        yield Line("register companies-house online", "ok", "a key is set")
    loaded = [one for one in statuses(ws) if one.version]
    for one in loaded:
        assert one.version
        dated = day(one.version.published or one.version.loaded_at)
        old = f"; over {STALE_AFTER_DAYS}, load a newer file" if one.stale else ""
        yield Line(
            f"register {one.register}", "ok", f"file of {dated}, {one.age_days} days old{old}"
        )
    if not loaded and not online:
        yield Line(
            "registers",
            "not in use",
            "none is set up, so a run looks at lists only, not at directors, owners or filings. "
            "To look at more: set DUEDILIGENCE_COMPANIES_HOUSE_KEY, or "
            "duediligence registers load companies-house FILE",
        )


def _lists(ws: "Workspace", steps: "list[Remedy]") -> Iterator[Line]:
    """Each list; what to do about those that are missing or stale is added to `steps`."""
    from duediligence.screening.lists.remedies import remedies, remedy
    from duediligence.screening.lists.statuses import statuses

    found = statuses(ws)
    steps += remedies(ws, found)
    for status in found:
        detail = status.state + (f": {status.reason}" if status.reason else "")
        if one := remedy(ws, status):
            yield Line(f"list {status.list_id}", "problem", detail, _command(one))
        elif status.version is None:
            yield Line(f"list {status.list_id}", "not in use", "optional, never asked for")
        else:
            yield Line(f"list {status.list_id}", "ok", detail)


def _sum_up(problems: list[Line], steps: "list[Remedy]") -> Line:
    """Whether a run now would be complete, and if not the way there, in one line."""
    others = [f"{line.what}: {line.detail}" for line in problems if not line.command]
    ways = [
        f"{_capital(step.lack)}: {', '.join(step.list_ids)}. "
        f"{f'{_capital(step.first)}, then run' if step.first else 'Run'}: {_command(step)}"
        for step in steps
    ]
    if not others and not ways:
        return Line("complete run", "ok", "Ready: a run now would be complete.")
    missing = ". ".join([*map(_capital, others), *ways])
    state: State = "broken" if any(line.state == "broken" for line in problems) else "problem"
    commands = "; ".join(_command(step) for step in steps)
    return Line("complete run", state, f"Not ready for a complete run. {missing}", commands)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _command(step: "Remedy") -> str:
    """The command as it is typed, for the home that this one was called for."""
    home = f" --home {shlex.quote(str(GLOBALS.home))}" if GLOBALS.home else ""
    return f"duediligence{home} {step.command}"


def _users(settings: "Settings", who: str) -> str:
    from duediligence.model.casework.roles import role_of

    if not settings.users:
        return f"nobody is named: whoever opens the folder may do everything; you are {who}"
    role = role_of(settings.users, who)
    if role is None:
        return f"{len(settings.users)} named, but not {who}: you may only read"
    return f"{len(settings.users)} named; you are {who}: {role}"


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)
