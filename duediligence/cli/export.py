"""Exports: files made for somebody else."""

import typer

app = typer.Typer(help="Files for other systems and other people.", no_args_is_help=True)
