"""`home log`: what went wrong, for IT."""

from pathlib import Path
from typing import Annotated

import typer

from duediligence.cli.globals import (
    ignored_settings,
    resolve,
    table,
    workspace,
)

app = typer.Typer(help="What went wrong, without a name or a value.", no_args_is_help=True)


@app.command()
def show() -> None:
    """Show the last 100 errors and warnings, the newest first.

    For each its time (UTC), what it was, its code and the codes of its causes, how often, and where
    in the program. The folder log of the home has them for 90 days at most, as JSON Lines.

    Examples:

        duediligence home log show
    """
    from duediligence.casework.error_log import HEADINGS, SHOWN, read_log

    with workspace() as ws:
        table(HEADINGS, [one.cells for one in read_log(ws)[:SHOWN]])


@app.command()
def export(file: Annotated[Path, typer.Argument(help="File to write.")]) -> None:
    """Write everything that is logged to one file to send.

    With the versions, and how many findings of each kind `doctor` has. It names no person.

    Examples:

        duediligence home log export log.jsonl
    """
    from duediligence.casework.error_log import export_log
    from duediligence.casework.readiness import examine_readiness
    from duediligence.writing import write_bytes

    with workspace() as ws:
        write_bytes(file, export_log(ws, examine_readiness(resolve(), ignored_settings())))
