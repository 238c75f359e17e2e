"""Ask before something is done that touches much: `--yes`, or a person at a terminal."""

import sys
from typing import Annotated

import typer

from duediligence.cli.globals import note
from duediligence.errors import UsageError

YesOption = Annotated[
    bool, typer.Option("--yes", help="Do not ask for confirmation. Needed without a terminal.")
]


def is_terminal() -> bool:
    """Return whether somebody is there to answer."""
    return sys.stdin.isatty()


def confirm(question: str, *, yes: bool, nothing: str = "Nothing was recorded") -> None:
    """Go on if the answer is yes, given at the terminal or by `--yes`; else `nothing` was done.

    Raises UsageError where nobody is there to ask, Exit where the answer is no or none.
    """
    if yes:
        return
    if not is_terminal():
        raise UsageError(
            f"{nothing}: this must be confirmed, and there is no terminal to ask at",
            hint="Look at what is shown above. If it is what you want, repeat the command with "
            "--yes.",
        )
    ask_at_terminal(question, nothing=nothing)


def ask_at_terminal(question: str, *, nothing: str) -> None:
    """Go on if the person at the terminal says yes; else say that `nothing` was done, and end.

    Raises Exit: 2 where the answer is no, 130 where it is an interruption or the end of input.
    """
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        typer.echo(err=True)
        note(f"{nothing}.")
        raise typer.Exit(130) from None
    if not agreed:
        note(f"{nothing}.")
        raise typer.Exit(2)
