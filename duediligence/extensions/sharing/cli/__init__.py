"""`sharing`: with partners, under agreements. Each noun below it has a file of its own."""

import typer

from duediligence.extensions.sharing.cli import (
    agreements,
    cases,
    exchange_refer,
    exchanges,
    intelligence,
    messages,
    referral,
    requests,
)

app = typer.Typer()
agreements.add_agreement_commands(app)
requests.add_request_commands(app)
app.command("referral")(referral.export_referral_form)
app.add_typer(messages.app, name="message")
app.add_typer(exchanges.app, name="exchange")
exchanges.app.command("refer")(exchange_refer.refer)
app.add_typer(cases.app, name="case")
app.add_typer(intelligence.app, name="intelligence")
