"""`sharing message`: what partners ask about suppliers."""

from typing import Annotated

import typer

from duediligence.cli.globals import JsonOption, note, say, say_json, table, workspace

app = typer.Typer(
    help="Messages in which partners name suppliers. The open ones are alerts.",
    no_args_is_help=True,
)


@app.command("list")
def list_(as_json: JsonOption = False) -> None:
    """List the messages that are kept.

    The parties that they name are left out. It is recorded. The parties are in the alerts of the
    message, which are restricted.

    Examples:

        duediligence sharing message list
    """
    from duediligence.extensions.sharing.model.partner_messages import PARTNER_ASKS
    from duediligence.extensions.sharing.partner_messages import shown
    from duediligence.render.wording import visible

    with workspace() as ws:
        found = shown(ws)
    if as_json:
        say_json(found)
        return
    if not found:
        note("No message of a partner is kept.")
        return
    table(
        ["message", "partner", "agreement", "asks", "suppliers", "received", "state", "kept until"],
        [
            [
                str(one.number),
                visible(one.partner),
                one.agreement,
                PARTNER_ASKS[one.ask],
                ", ".join(map(visible, one.suppliers)),
                one.received_on.isoformat(),
                f"{one.state}: {one.outcome}" if one.outcome else one.state,
                one.remove_on.isoformat(),
            ]
            for one in found
        ],
    )


@app.command()
def close(
    number: Annotated[int, typer.Argument(help="Number of the message.", show_default=False)],
    outcome: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            help="How you answered: hit (the same party), no-hit (another) or we-will-call.",
            show_default=False,
        ),
    ],
) -> None:
    """Close a message that you answered. The next screening resolves its alerts.

    Examples:

        duediligence sharing message close 3 --outcome no-hit
    """
    from duediligence.casework.choices import word_of
    from duediligence.extensions.sharing.model.partner_messages import MESSAGE_OUTCOMES
    from duediligence.extensions.sharing.partner_messages import close as close_message
    from duediligence.text.wording import count

    code = word_of("outcome", outcome, tuple(MESSAGE_OUTCOMES))
    with workspace() as ws:
        closed = close_message(ws, number, code)
    say(f"Message {number} is closed for {count(closed, 'supplier')}.")
    note("No file tells the partner: tell them yourself. The next screening resolves its alerts.")
