"""`digest`."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import (
    JsonOption,
    note,
    print_line,
    say,
    say_json,
    warn,
    worded,
    workspace,
)

if TYPE_CHECKING:
    from duediligence.delivery.digest import DigestView


app = typer.Typer(
    help="Messages about what changed, by e-mail, webhook or file.", no_args_is_help=True
)


@app.command()
def send(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be sent, and send nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Report what changed since the last digest, if anything did.

    Also retries what failed before. Exits 3 when a message could not be sent; it stays queued for
    the next time.

    Examples:

        duediligence digest send --dry-run

        duediligence digest send
    """
    from duediligence.delivery import digest
    from duediligence.delivery.digest import NOTHING_CHANGED, sent_lines

    with workspace() as ws:
        if dry_run:
            message = digest.preview(ws)
            if as_json:
                say_json(message)
            elif message:
                say(f"{message.subject}\n\n{message.text}")
            else:
                note(NOTHING_CHANGED)
            return
        sent = digest.send(ws, at_once=True)
    if as_json:
        say_json(sent)
    else:
        for line in sent_lines(sent):
            print_line(line)
    if not sent.complete:
        raise typer.Exit(3)


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show what is queued and what was sent last. Exits 3 when something could not be sent.

    Examples:

        duediligence digest status

        duediligence digest status --json
    """
    from duediligence.delivery.digest import digest_view

    with workspace() as ws:
        view = digest_view(ws)
    if as_json:
        say_json(view.standing)
    else:
        _print_digest_status(view)
    if view.standing.failing:
        raise typer.Exit(3)


@app.command()
def drop(
    channel: Annotated[str, typer.Argument(help="The channel, as `digest status` shows it.")],
) -> None:
    """Cancel messages queued for a removed channel. Recorded.

    To send them instead, configure the channel again.

    Examples:

        duediligence digest drop webhook
    """
    from duediligence.delivery import digest
    from duediligence.delivery.digest import describe_cancelled_digests

    with workspace() as ws:
        dropped = digest.drop(ws, channel)
    say(describe_cancelled_digests(channel, dropped))


def _print_digest_status(view: "DigestView") -> None:
    from duediligence.cli.globals import table
    from duediligence.delivery.digest import NONE_SENT

    if view.problem:
        warn(view.problem)
    if not view.deliveries:
        note(NONE_SENT)
        return
    table(
        ["digest of", "channel", "state", "attempts", "next retry", "error"],
        [
            [
                one.made,
                one.channel,
                one.delivery.state,
                one.attempts,
                one.next_retry,
                one.delivery.last_error,
            ]
            for one in view.deliveries
        ],
    )
    for hint in view.removed:
        note(worded(hint))
