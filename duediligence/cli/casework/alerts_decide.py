"""Decide an alert, or all alerts of one list entry."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import note, say, workspace
from duediligence.cli.options import date_of
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.casework.alerts.deciding import Choice
    from duediligence.model.casework.alerts import Alert, Considered, Factor


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
    from duediligence.casework.alerts.deciding import Choice, decide_entry, find
    from duediligence.casework.alerts.deciding import decide as decide_one
    from duediligence.casework.alerts.reasons import decision_of
    from duediligence.text.wording import count

    if bool(entry) == bool(id_) or bool(entry) != not_the_same or bool(id_) != bool(state):
        raise UsageError(
            "it is not clear what is to be decided",
            hint="Give ID and STATE, or --entry LIST/ENTRY with --not-the-same.",
        )
    choice = Choice(
        decided=decision_of(state or "not the same"),
        reason=reason,
        note=said,
        considered=_considered(ground, factors, invited, received, notice, contract),
    )
    with workspace(action="decide") as ws:
        if entry:
            list_id, _, entry_id = entry.partition("/")
            decisions, left = decide_entry(ws, list_id, entry_id, choice)
            say(f"{count(len(decisions), 'alert')} of {entry}: decided {choice.decided!r}.")
            if left:
                note(f"Decided before, and left as it was: {count(len(left), 'other alert')}.")
            return
        alert = find(ws, id_)
        decide_one(ws, alert, choice, after=after)
        _tell(find(ws, alert.id), choice)


def _tell(alert: "Alert", choice: "Choice") -> None:
    from duediligence.reports.wording import day

    where = alert.status
    say(f"{alert.id[:8]}: {where.state}")
    if where.state == "awaiting second decision":
        note("It takes effect when a second person records the same decision.")
    elif where.state != choice.decided:
        told = " and ".join(f"{one.by}: {one.decided}" for one in where.decisions)
        note(f"You disagree, so that nothing is settled ({told}).")
    elif where.expires:
        note(f"It counts until {day(where.expires)}, or until what was compared changes.")


def _considered(
    ground: str, factors: str, invited: str, received: str, notice: str, contract: str
) -> "Considered":
    from duediligence.model.casework.alerts import Considered

    return Considered(
        ground=ground,
        factors=_factors(factors),
        representations_invited=date_of("--invited", invited),
        representations_received=date_of("--received", received),
        notice_sent=date_of("--notice", notice),
        contract=contract,
    )


def _factors(text: str) -> "tuple[Factor, ...]":
    from typing import get_args

    from duediligence.model.casework.alerts import Factor

    letters = [each.strip().lower() for each in text.split(",") if each.strip()]
    for letter in letters:
        if letter not in get_args(Factor):
            raise UsageError(
                f"--factors: s.58(1) has no point {letter!r}", hint="They are a, b, c, d and e."
            )
    return tuple(factor for factor in get_args(Factor) if factor in letters)
