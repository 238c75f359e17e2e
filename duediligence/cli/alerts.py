"""`alerts`: list, show, decide."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.disclosing import RestrictedOption
from duediligence.cli.globals import (
    JsonOption,
    SeverityOption,
    note,
    say,
    say_json,
    warn,
    workspace,
)
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.casework.showing import AlertView, People


app = typer.Typer(help="Possible matches and other alerts, and what people decide about them.")
IdArgument = Annotated[str, typer.Argument(help="The alert ID, or its first characters.")]
JsonPeopleOption = Annotated[
    bool,
    typer.Option(
        "--include-people",
        help="With --json: name people; otherwise each is a role and a number. Recorded.",
    ),
]


@app.command("list")
def list_(
    everything: Annotated[
        bool,
        typer.Option("--all", help="Include alerts already settled and those no longer found."),
    ] = False,
    state: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATE",
            help="Only these states: open, awaiting-second-decision, same, not-the-same, not-sure, "
            "confirmed-risk, mitigated or resolved. Repeatable.",
        ),
    ] = None,
    severity: SeverityOption = "low",
    supplier: Annotated[
        str, typer.Option(metavar="REF", help="Only alerts of this supplier.")
    ] = "",
    restricted: RestrictedOption = False,
    as_json: JsonOption = False,
    include_people: JsonPeopleOption = False,
) -> None:
    """List alerts that wait for a person: most severe first, then highest score, then oldest.

    An alert based on a restricted record shows only its supplier, unless --restricted is given.
    The screen names people; JSON names them with --include-people.

    Examples:

        duediligence alerts list

        duediligence alerts list --severity high --supplier S00001 --json
    """
    from typing import get_args

    from duediligence.casework import alert_words
    from duediligence.casework.choices import word_of
    from duediligence.casework.queue import Filters
    from duediligence.casework.showing import queue_for
    from duediligence.model import SEVERITIES
    from duediligence.model.alerts import State
    from duediligence.render.wording import visible
    from duediligence.text.wording import count

    states = (*get_args(State), "resolved")
    filters = Filters(
        states=tuple(word_of("--state", each, states) for each in state or ()),
        severity=word_of("--severity", severity, SEVERITIES),
        supplier=supplier,
    )
    with workspace() as ws:
        queue = queue_for(
            ws,
            filters,
            everything=everything,
            restricted=restricted,
            people=_people(as_json, include_people),
        )
    if missing := alert_words.incomplete(queue.incomplete, queue.covered):
        warn(missing)
    if as_json:
        say_json(queue.rows)
    elif queue.rows:
        from duediligence.cli.globals import table

        rows = [
            alert_words.columns(row, withheld="restricted; --restricted shows it")
            for row in queue.rows
        ]
        table(
            [heading for heading, _ in rows[0]],
            [[visible(cell) for _, cell in row] for row in rows],
        )
    listed = f"{queue.listed:,} of {count(queue.total, 'alert')}."
    note(" ".join(filter(None, [listed, queue.not_shown])))
    if queue.not_shown:
        note("To list all: --all.")


@app.command()
def show(
    id_: IdArgument,
    restricted: RestrictedOption = False,
    as_json: JsonOption = False,
    include_people: JsonPeopleOption = False,
) -> None:
    """Show one alert: both sides, what agrees and what differs, and what was decided before.

    Examples:

        duediligence alerts show 3f9c01aa

        duediligence alerts show 3f9c --json --include-people
    """
    from duediligence.casework import alert_words
    from duediligence.cli.globals import table
    from duediligence.render.wording import visible

    view = _view(id_, restricted, _people(as_json, include_people))
    if as_json:
        say_json(view)
        return
    say(visible(alert_words.title(view)))
    for label, value in alert_words.described(view):
        say("  " + visible(f"{label}: {value}"))
    if view.facts:
        say()
        table(
            ["", "supplier's side", "list entry", "the two"],
            [
                [visible(cell) for cell in (one.fact, one.ours, one.theirs, one.verdict)]
                for one in view.facts
                if one.ours or one.theirs
            ],
        )
    _show_history(view)


@app.command()
def history(
    id_: IdArgument,
    restricted: RestrictedOption = False,
    as_json: JsonOption = False,
    include_people: JsonPeopleOption = False,
) -> None:
    """Show every decision about an alert, oldest first.

    Examples:

        duediligence alerts history 3f9c01aa

        duediligence alerts history 3f9c --json
    """
    view = _view(id_, restricted, _people(as_json, include_people))
    if as_json:
        say_json(view.history)
        return
    _show_history(view)


def _people(as_json: bool, include: bool) -> "People":
    if not as_json:
        return "on screen"
    return "exported" if include else "redacted"


def _view(id_: str, restricted: bool, people: "People") -> "AlertView":
    from duediligence.casework.showing import alert_for

    with workspace() as ws:
        return alert_for(ws, id_, restricted=restricted, people=people)


def _show_history(view: "AlertView") -> None:
    from duediligence.casework import alert_words
    from duediligence.render.wording import visible

    if nothing := alert_words.history(view):
        note(nothing)
        return
    say("\nDecisions:")
    for decision in view.history:
        say("  " + visible(alert_words.decided(decision)))
        for label, value in alert_words.considered(decision):
            say("     " + visible(f"{label}: {value}"))


@app.command()
def decide(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="The alert ID, or its first characters.")
    ] = "",
    state: Annotated[
        str,
        typer.Argument(
            metavar="STATE", help="same, not-the-same, not-sure, confirmed-risk or mitigated."
        ),
    ] = "",
    reason: Annotated[
        str,
        typer.Option(metavar="CODE", help="Reason code; an unknown one prints the valid codes."),
    ] = "",
    said: Annotated[str, typer.Option("--note", help="Why, for anyone who asks later.")] = "",
    entry: Annotated[
        str,
        typer.Option(
            metavar="LIST/ENTRY",
            help="Instead of an ID: every waiting alert of this list entry. Only with "
            "--not-the-same.",
        ),
    ] = "",
    not_the_same: Annotated[
        bool, typer.Option("--not-the-same", help="With --entry: the decision.")
    ] = False,
    after: Annotated[
        int | None,
        typer.Option(
            min=0, help="Number of the last decision you saw; refused if there is a newer one."
        ),
    ] = None,
    ground: Annotated[
        str, typer.Option(metavar="CODE", help="Ground considered, such as PA23-7-11.")
    ] = "",
    factors: Annotated[
        str, typer.Option(help="Points of s.58(1) of the Act considered, such as a,b,d.")
    ] = "",
    invited: Annotated[
        str,
        typer.Option(metavar="DATE", help="Day representations were invited, such as 2026-11-24."),
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

    It covers exactly what was compared: when the supplier's details or the list entry change,
    or the decision expires, the alert reopens. Where a second person must decide, the alert waits
    for one.

    Examples:

        duediligence alerts decide 3f9c01aa not-the-same --reason DOB-DIFFERS --note "Passport seen"

        duediligence alerts decide --entry un/QDi.001 --not-the-same --reason OTHER-KIND
    """
    from duediligence.casework.choices import date_of
    from duediligence.casework.deciding import (
        Choice,
        decide_alert,
        decide_entry,
        decision_of,
        factors_of,
    )
    from duediligence.model.alerts import Considered
    from duediligence.text.wording import count

    if bool(entry) == bool(id_) or bool(entry) != not_the_same or bool(id_) != bool(state):
        raise UsageError(
            "Specify an alert ID and a decision, or --entry",
            hint="Use: alerts decide ID STATE, or --entry LIST/ENTRY with --not-the-same.",
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
                note(f"Already decided, left unchanged: {count(len(left), 'other alert')}.")
            return
        outcome = decide_alert(ws, id_, choice, after=after)
        say(f"{outcome.alert_id[:8]}: {outcome.state}")
        if outcome.meaning:
            note(outcome.meaning)


@app.command()
def undo(
    act: Annotated[
        int,
        typer.Argument(
            metavar="NUMBER", min=1, help="The number of a decision or an act, as in the history."
        ),
    ],
    said: Annotated[str, typer.Option("--note", help="Why, for anyone who asks later.")] = "",
    yes: YesOption = False,
) -> None:
    """Undo a decision, or all decisions that were recorded as one act.

    Nothing is removed: the history shows both lines. Each alert is then where the decisions
    before put it. Refused if a later decision about one of the alerts followed, and if somebody
    else decided, unless your role covers second decisions.

    Examples:

        duediligence alerts undo 41

        duediligence alerts undo 41 --note "The wrong entry" --yes
    """
    from duediligence.casework import undoing
    from duediligence.render.wording import moment
    from duediligence.text.wording import count

    with workspace() as ws:
        planned = undoing.undo(ws, act, note=said, dry_run=True)
        first, *more = planned.withdrawn
        what = count(len(planned.withdrawn), "decision")
        if more:
            say(f"Act {act}: {what} by {first.by} on {moment(first.at)}.")
            confirm(f"Undo {what}?", yes=yes)
        undoing.undo(ws, act, note=said)
        say(f"Undone: {what}.")
