"""Exports: files made for somebody else."""

import typer

from duediligence.cli.casework import export_flags, export_referral

app = typer.Typer(help="Files for other systems and other people.", no_args_is_help=True)
export_flags.register(app)
export_referral.register(app)


@app.callback()
def _exports() -> None:
    # Without it a noun of one command would take that one's place.
    pass
