"""Ask before something is recorded that touches much: `--yes`, or a person at a terminal."""

import sys
from typing import Annotated

import typer

from duediligence.cli.globals import note
from duediligence.errors import UsageError

YesOption = Annotated[
    bool, typer.Option("--yes", help="Do not ask for confirmation. Needed without a terminal.")
]


def confirm(question: str, *, yes: bool) -> None:
    """Return if the answer is yes, given at the terminal or by `--yes`; else nothing is recorded.

    Raises UsageError where nobody is there to ask, Exit where the answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(
            "Nothing was recorded: this must be confirmed, and there is no terminal to ask at",
            hint="If it is what you want, repeat the command with --yes.",
        )
    if not typer.confirm(question):
        note("Nothing was recorded.")
        raise typer.Exit(2)
