"""The page of commands, from the command line itself."""

from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

from typer.main import get_command

from duediligence.cli.app import build_app

INTRO = """# Commands

Results go to stdout, progress and notes to stderr. Exit codes: 0 all checked and nothing to review
· 1 something to review · 2 usage or configuration · 3 incomplete: something was not checked (beats
0 and 1) · 4 storage or internal · 130 interrupted.

`--home DIR`, `--quiet`, `--verbose`, `--log-file FILE` and `--help` may be anywhere on the line.
"""


def page() -> Iterator[str]:
    yield INTRO
    for path, command in _commands(get_command(build_app()), ()):
        yield f"\n## duediligence {' '.join(path)}\n\n{cleandoc(command.help or '')}\n\n"
        for parameter in command.params:
            yield from _parameter(parameter)


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", {})
    if not children:
        yield path, command
    for name, child in children.items():
        yield from _commands(child, (*path, name))


def _parameter(parameter: Any) -> Iterator[str]:
    if parameter.param_type_name == "argument":
        yield f"- `{parameter.name.upper().rstrip('_')}`: {parameter.help}\n"
        return
    if parameter.name not in ("help", "install_completion", "show_completion"):
        value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
        default = parameter.default
        shown = f" Default: `{default}`." if isinstance(default, str | int) and default else ""
        shown = "" if parameter.is_flag else shown
        yield f"- `{parameter.opts[0]}{value}`: {parameter.help}{shown}\n"
