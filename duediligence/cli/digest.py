"""`digest`."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, say, say_json, warn, worded, workspace

if TYPE_CHECKING:
    from duediligence.delivery.digest import Sent
    from duediligence.store.casework.outbox import Delivery


app = typer.Typer(help="Report what changed, by e-mail, webhook or file.", no_args_is_help=True)


@app.command()
def send(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be sent, and send nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Report what changed since the last digest, if anything did, and retry what failed before.

    Exits 3 when a message could not be sent; it stays queued for the next time.

    Examples:

        duediligence digest send --dry-run

        duediligence digest send
    """
    from duediligence.delivery import digest

    with workspace() as ws:
        if dry_run:
            message = digest.preview(ws)
            if as_json:
                say_json(message)
            elif message:
                say(f"{message.subject}\n\n{message.text}")
            else:
                note("Nothing changed since the last digest.")
            return
        sent = digest.send(ws, at_once=True)
    if as_json:
        say_json(sent)
    else:
        _tell(sent)
    if not sent.complete:
        raise typer.Exit(3)


def _tell(sent: "Sent") -> None:
    if sent.message is None:
        note("Nothing changed since the last digest.")
    for attempt in sent.attempts:
        if attempt.error:
            warn(f"{attempt.channel}: NOT SENT: {attempt.error}")
            if attempt.hint:
                warn(f"    {worded(attempt.hint)}")
        else:
            say(f"{attempt.channel}: sent: {attempt.subject}")
            if attempt.remark:
                warn(f"    but {attempt.remark}")
    if sent.queued:
        warn(f"Still queued: {sent.queued:,}. See `duediligence digest status`.")


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show what is queued and what was sent last. Exits 3 when something could not be sent.

    Examples:

        duediligence digest status

        duediligence digest status --json
    """
    from duediligence.delivery.digest import standing

    with workspace() as ws:
        stands = standing(ws)
    if as_json:
        say_json(stands)
    else:
        if not stands.channels:
            warn("No notification channel is configured.")
        _show(stands.deliveries, stands.channels)
    if stands.failing:
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
    from duediligence.text.wording import count

    with workspace() as ws:
        dropped = digest.drop(ws, channel)
    say(f"{channel}: {count(dropped, 'digest')} will not be sent.")


def _show(deliveries: "tuple[Delivery, ...]", channels: tuple[str, ...]) -> None:
    from duediligence.cli.globals import table
    from duediligence.render.wording import moment

    if not deliveries:
        note("No digest has been sent yet.")
        return
    table(
        ["digest of", "channel", "state", "attempts", "next retry", "error"],
        [
            [
                moment(one.message.created_at),
                one.channel + ("" if one.channel in channels else " (not configured)"),
                one.state,
                str(one.attempts),
                moment(one.next_try) if one.next_try else "",
                one.last_error,
            ]
            for one in deliveries
        ],
    )
    gone = {one.channel for one in deliveries if one.state == "queued"} - set(channels)
    for channel in sorted(gone):
        note(f"Configure {channel} again to send it, or: duediligence digest drop {channel}")
