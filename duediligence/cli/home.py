"""`home`."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli import log
from duediligence.cli.globals import note, say, workspace

if TYPE_CHECKING:
    from duediligence.casework.home_access import HomeAccess

app = typer.Typer(
    help="Who may read the home: the folder that everything is kept in.", no_args_is_help=True
)
app.add_typer(log.app, name="log")


@app.command()
def share(
    group: Annotated[str, typer.Option(metavar="NAME", help="A group of this machine.")],
) -> None:
    """Share the home with the accounts of a group.

    Several officers can then work in one. All in the group can then read and change everything in
    it; nobody else can. Recorded in the audit chain. Only the account that the home belongs to can
    do this, and it must be in the group.

    Examples:

        duediligence home share --group procurement

        duediligence --home /srv/duediligence home share --group procurement
    """
    from duediligence.casework import home_access

    with workspace() as ws:
        done = home_access.share(ws, group)
    say(f"{done.home} is shared with the group {done.group}: all in it can read and change it.")
    _note_unchanged_files(done)


@app.command()
def close() -> None:
    """Let nobody but its owner read the home. Recorded in the audit chain.

    Examples:

        duediligence home close
    """
    from duediligence.casework import home_access

    with workspace() as ws:
        done = home_access.close(ws)
    say(f"{done.home} can be read by its owner only.")
    _note_unchanged_files(done)


def _note_unchanged_files(done: "HomeAccess") -> None:
    if done.unchanged:
        from duediligence.text.wording import count

        note(
            f"Not changed: {count(len(done.unchanged), 'file')} of other accounts, such as "
            f"{done.unchanged[0]}."
        )
