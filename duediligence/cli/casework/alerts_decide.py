"""Decide an alert, or all alerts of one list entry."""

from typing import Annotated

import typer

from duediligence.cli.globals import note, say, workspace
from duediligence.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command to the noun `alerts`."""
    app.command("decide")(decide)


def decide(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="The alert's id, or how it begins.")
    ] = "",
    state: Annotated[
        str,
        typer.Argument(
            metavar="STATE", help="same, not-the-same, not-sure, confirmed-risk or mitigated."
        ),
    ] = "",
    reason: Annotated[
        str, typer.Option(metavar="CODE", help="Reason code; a wrong one lists those there are.")
    ] = "",
    said: Annotated[str, typer.Option("--note", help="Why, for whoever asks later.")] = "",
    entry: Annotated[
        str,
        typer.Option(
            metavar="LIST/ENTRY",
            help="In place of ID: every alert of this list entry that waits. Only with "
            "--not-the-same.",
        ),
    ] = "",
    not_the_same: Annotated[
        bool, typer.Option("--not-the-same", help="With --entry: what is decided.")
    ] = False,
    after: Annotated[
        int | None,
        typer.Option(
            min=0, help="Number of the last decision that you saw: refused if there is a newer one."
        ),
    ] = None,
    ground: Annotated[
        str, typer.Option(metavar="CODE", help="Ground considered, as PA23-7-11.")
    ] = "",
    factors: Annotated[
        str, typer.Option(help="Points of s.58(1) of the Act considered, as a,b,d.")
    ] = "",
    invited: Annotated[
        str, typer.Option(metavar="DATE", help="Day representations were invited, as 2026-11-24.")
    ] = "",
    received: Annotated[
        str, typer.Option(metavar="DATE", help="Day representations were received.")
    ] = "",
    notice: Annotated[
        str, typer.Option(metavar="DATE", help="Day of the notice under s.59 of the Act.")
    ] = "",
    contract: Annotated[str, typer.Option(help="Procurement or contract it is about.")] = "",
) -> None:
    """Record what you decided about an alert, with a reason. Nothing is ever overwritten.

    It holds for exactly what was compared: when the supplier's details or the list entry change,
    or the decision is too old, the alert is open again. Where a second person must decide, the
    alert waits for one.

    Examples:

        duediligence alerts decide 3f9c01aa not-the-same --reason DOB-DIFFERS --note "Passport seen"

        duediligence alerts decide --entry un/QDi.001 --not-the-same --reason OTHER-KIND
    """
    from duediligence.casework.alerts.deciding import Choice, decide_alert, decide_entry
    from duediligence.casework.alerts.reasons import decision_of, factors_of
    from duediligence.casework.choices import date_of
    from duediligence.model.casework.alerts import Considered
    from duediligence.text.wording import count

    if bool(entry) == bool(id_) or bool(entry) != not_the_same or bool(id_) != bool(state):
        raise UsageError(
            "Specify an alert ID and a decision, or --entry",
            hint="As: alerts decide ID STATE, or --entry LIST/ENTRY with --not-the-same.",
        )
    choice = Choice(
        decided=decision_of(state or "not the same"),
        reason=reason,
        note=said,
        considered=Considered(
            ground=ground,
            factors=factors_of(factors),
            representations_invited=date_of("--invited", invited),
            representations_received=date_of("--received", received),
            notice_sent=date_of("--notice", notice),
            contract=contract,
        ),
    )
    with workspace() as ws:
        if entry:
            list_id, _, entry_id = entry.partition("/")
            decisions, left = decide_entry(ws, list_id, entry_id, choice)
            say(f"{count(len(decisions), 'alert')} of {entry}: decided {choice.decided!r}.")
            if left:
                note(f"Decided before, and left as it was: {count(len(left), 'other alert')}.")
            return
        outcome = decide_alert(ws, id_, choice, after=after)
        say(f"{outcome.alert_id[:8]}: {outcome.state}")
        if outcome.meaning:
            note(outcome.meaning)
