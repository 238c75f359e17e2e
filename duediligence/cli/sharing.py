"""`sharing`: what is shared with partners. Each of its nouns adds itself."""

import typer

app = typer.Typer(
    help="Agreements with partners, requests, and what they answer.", no_args_is_help=True
)
