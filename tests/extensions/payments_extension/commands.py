"""`payments`."""

import typer

from duediligence.cli.globals import say, workspace

from .tables import OrderStore

app = typer.Typer()


@app.command()
def total() -> None:
    """Show how many orders there are."""
    with workspace() as ws:
        say(f"{ws.casework.repository(OrderStore).count()} orders")
