"""`sharing`: with partners, under agreements. Each noun below it has a file of its own."""

import typer

app = typer.Typer(
    help="Sharing with partners: agreements, requests and replies.", no_args_is_help=True
)
