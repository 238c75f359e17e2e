"""`doctor` and `settings`."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import (
    GLOBALS,
    JsonOption,
    format_command,
    ignored_settings,
    progress,
    resolve,
    say,
    say_json,
    warn,
    worded,
    workspace,
)
from duediligence.text.wording import count

if TYPE_CHECKING:
    from duediligence.casework.readiness import Readiness
    from duediligence.errors import Step
    from duediligence.screening.run.preview import Change


settings_app = typer.Typer(
    help="Your settings, and what another threshold would change.", no_args_is_help=True
)


@settings_app.command()
def show(as_json: JsonOption = False) -> None:
    """Show each setting, its value, and where the value came from.

    Examples:

        duediligence settings show

        duediligence settings show --json
    """
    from duediligence.cli.globals import table
    from duediligence.settings.shown import files_read, setting_views

    resolved = resolve()
    found = setting_views(resolved)
    if as_json:
        say_json(found)
        return
    table(["setting", "value", "from"], [[one.name, one.written, one.origin] for one in found])
    say(files_read(resolved))


@settings_app.command("documents")
def write_documents(
    folder: Annotated[Path, typer.Argument(help="Folder to write them to.")],
) -> None:
    """Write the policy document, impact assessment, equality note.

    They are filled from what is set and used here: lists, registers, retention periods, roles,
    sharing. Lines that end in three dots are for you to complete. Recorded.

    Examples:

        duediligence settings documents protection
    """
    from duediligence.delivery.governance import write_governance

    with workspace() as ws:
        for path in write_governance(ws, folder):
            say(str(path))


@settings_app.command()
def preview(
    threshold: Annotated[float, typer.Option(help="Threshold to try, above 0 and at most 1.")],
    examples: Annotated[int, typer.Option(min=0, help="Examples shown of each kind.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with every change.")] = False,
) -> None:
    """Show which matches another threshold would add or remove.

    It counts the possible matches that would appear or vanish. Looks up the suppliers already
    imported; stores nothing and changes nothing.

    Examples:

        duediligence settings preview --threshold 0.9

        duediligence settings preview --threshold 0.75 --examples 20
    """
    from duediligence.screening.run.preview import preview as compare

    with workspace() as ws:
        found = compare(ws, threshold, progress=progress())
    if as_json:
        say_json(found)
        return
    for warning in found.warnings:
        warn(warning)
    say(found.summary)
    _print_policy_changes("appear", found.appear, examples)
    _print_policy_changes("vanish", found.vanish, examples)
    if found.not_counted:
        say(found.not_counted)
    say("To use it: --threshold, the setting `threshold`, or [lists.ID] in your policy file.")


def _print_policy_changes(what: str, changes: "tuple[Change, ...]", examples: int) -> None:
    say(f"\n{len(changes):,} would {what}" + (", such as:" if changes and examples else "."))
    for change in changes[:examples]:
        say(f"  {change.score:.2f}  {change.about}")
        say(f"        {change.why}")


# What is longer ends with a summary that fits on a screen of 24 lines.
_MOST_LINES = 20
_MOST_STEPS, _MOST_NAMED = 4, 5


def run_doctor(as_json: JsonOption = False) -> None:
    """Find what would stop a screening or leave it incomplete.

    Also finds what lets others read what is kept. The last line says whether a run now would be
    complete; above it is what is missing, and the command for each. A warning is about who can read
    or change the home; what is overdue is to be reviewed; what is weakened shows less than by
    default, or looks at less than the last screening did. None of them moves the exit code. Exits 0
    when a run would be complete, 3 when lists are missing or stale, 4 when nothing can be stored.

    Examples:

        duediligence doctor

        duediligence doctor --json
    """
    from duediligence.casework.readiness import build_readiness_document, examine_readiness

    found = examine_readiness(resolve(), ignored_settings())
    if as_json:
        say_json(build_readiness_document(found, worded, _format_home_command))
    else:
        _show_readiness(found)
    raise typer.Exit({"broken": 4, "problem": 3}.get(found.state, 0))


def _show_readiness(found: "Readiness") -> None:
    from duediligence.casework.readiness import READY

    for line in found.lines:
        if line.list_id not in found.unused:
            say(f"{line.state:>10}  {line.what}: {worded(line.detail)}")
    if found.unused:
        say(f"{'not in use':>10}  lists: {', '.join(found.unused)}")
    in_few_lines = len(found.lines) >= _MOST_LINES and sys.stdout.isatty()
    for text in _list_steps(found, in_few_lines=in_few_lines):
        say(f"- {text}")
    if found.unsafe:
        say(found.unsafe)
    wrong = count(len(found.problems), "problem")
    say(READY if found.state == "ok" else f"Not ready for a complete run: {wrong}, listed above.")


def _list_steps(found: "Readiness", *, in_few_lines: bool) -> Iterator[str]:
    """Yield what to do, a step each; `in_few_lines` where the lines above fill a screen already."""
    from duediligence.casework.readiness import remedy_words

    others = [one for one in found.problems if not one.remedy]
    remedies = sorted(found.remedies, key=lambda one: -len(one.list_ids))
    most = _MOST_STEPS if in_few_lines else len(found.lines)
    for line in others[:most]:
        yield f"{line.what.capitalize()}: {worded(line.detail)}"
    for one in remedies[:most]:
        named = _MOST_NAMED if in_few_lines else None
        yield remedy_words(one, named).worded(_format_home_command)
    if (more := len(others[most:]) + len(remedies[most:])) > 0:
        yield f"and {count(more, 'more step')}; to see all: duediligence doctor | more"


def _format_home_command(step: "Step") -> str:
    """Return the command as it is typed, for the home that this one was called for."""
    home = f" --home {shlex.quote(str(GLOBALS.home))}" if GLOBALS.home else ""
    return f"duediligence{home} {format_command(step)}"
