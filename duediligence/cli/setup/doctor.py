"""Whether this machine is ready: folder, space, clock, network settings, lists."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from duediligence.cli.globals import GLOBALS, ignored_settings, resolve, say, say_json
from duediligence.cli.hints import worded
from duediligence.cli.options import JsonOption

if TYPE_CHECKING:
    from duediligence.casework.readiness import State
    from duediligence.screening.lists.remedies import Remedy


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at, as it is printed. `command` puts it right, if one does."""

    what: str
    state: "State"
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
    from duediligence.casework.readiness import examine

    found = examine(resolve().settings, ignored_settings())
    lines = [
        Line(one.what, one.state, worded(one.detail), _command(one.remedy) if one.remedy else "")
        for one in found.lines
    ]
    lines.append(
        _sum_up([one for one in lines if one.state in ("problem", "broken")], found.remedies)
    )
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


def _sum_up(problems: list[Line], steps: "Sequence[Remedy]") -> Line:
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
