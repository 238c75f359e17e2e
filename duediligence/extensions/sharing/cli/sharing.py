"""`sharing`: with partners, under agreements. Each noun below it has a file of its own."""

import typer

from duediligence.extensions.sharing.cli import (
    sharing_agreements,
    sharing_messages,
    sharing_requests,
)

app = typer.Typer()
sharing_agreements.add_agreement_commands(app)
sharing_requests.add_request_commands(app)
app.add_typer(sharing_messages.app, name="message")
