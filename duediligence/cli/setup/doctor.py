"""Whether this machine is ready: folder, space, clock, network settings, lists."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from duediligence.cli.globals import resolve, say, say_json
from duediligence.cli.options import JsonOption
from duediligence.errors import DuediligenceError

if TYPE_CHECKING:
    from duediligence.settings import Settings

LEAST_FREE_BYTES = 1_000_000_000


def doctor(as_json: JsonOption = False) -> None:
    """Look for what would stop or spoil a screening: folder, space, proxy, lists.

    Exits 0 when all is well, 3 when lists are missing or stale, 4 when nothing can be kept.

    Examples:

        duediligence doctor

        duediligence doctor --json
    """
    resolved = resolve()
    results = list(_examine(resolved.settings))
    if as_json:
        say_json([{"what": w, "state": s, "detail": d} for w, s, d in results])
    else:
        for what, state, detail in results:
            say(f"{state:>8}  {what}: {detail}")
    states = {state for _, state, _ in results}
    raise typer.Exit(4 if "broken" in states else 3 if "problem" in states else 0)


def _examine(settings: "Settings") -> Iterator[tuple[str, str, str]]:
    from duediligence.screening.lists.statuses import statuses
    from duediligence.screening.run.policy import load
    from duediligence.screening.workspace import Workspace

    try:
        load(settings.policy)
        yield "policy", "ok", str(settings.policy or "as declared by the checks")
    except DuediligenceError as error:
        yield "policy", "problem", error.message
    proxies = [name for name in ("HTTPS_PROXY", "https_proxy") if os.environ.get(name)]
    yield "proxy", "ok", f"taken from {proxies[0]}" if proxies else "none set"
    try:
        with Workspace(settings) as ws:
            found = statuses(ws)
            who = ws.who
    except DuediligenceError as error:
        yield "home", "broken", error.message
        return
    yield "home", "ok", f"{settings.home} can be written"
    yield "users", "ok", _users(settings, who)
    free = shutil.disk_usage(_existing(settings.home)).free
    yield "space", "ok" if free > LEAST_FREE_BYTES else "problem", f"{free / 1e9:.1f} GB free"
    for status in found:
        detail = status.state + (f": {status.reason}" if status.reason else "")
        yield f"list {status.list_id}", "problem" if status.wanting else "ok", detail


def _users(settings: "Settings", who: str) -> str:
    from duediligence.casework.roles import role_of

    if not settings.users:
        return f"nobody is named: whoever opens the folder may do everything; you are {who}"
    role = role_of(settings.users, who)
    if role is None:
        return f"{len(settings.users)} named, but not {who}: you may only read"
    return f"{len(settings.users)} named; you are {who}: {role}"


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)
