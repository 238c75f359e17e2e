"""Alerts: what waits for a person, both sides of one beside each other, and what was decided."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.disclosing import RestrictedOption
from duediligence.cli.globals import note, say, say_json, warn, workspace
from duediligence.cli.options import JsonOption, SeverityOption

if TYPE_CHECKING:
    from duediligence.casework.showing import AlertView, People

app = typer.Typer(help="Possible matches and other alerts, and what people decide about them.")
IdArgument = Annotated[str, typer.Argument(help="The alert's id, or how it begins.")]
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
        bool, typer.Option("--all", help="Also those decided away and those no longer found.")
    ] = False,
    state: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATE",
            help="Only these: open, awaiting-second-decision, same, not-the-same, not-sure, "
            "confirmed-risk, mitigated or resolved. Repeatable.",
        ),
    ] = None,
    severity: SeverityOption = "low",
    supplier: Annotated[str, typer.Option(metavar="REF", help="Only of this supplier.")] = "",
    restricted: RestrictedOption = False,
    as_json: JsonOption = False,
    include_people: JsonPeopleOption = False,
) -> None:
    """List what waits for a person: the most severe first, then the most alike, then the oldest.

    Of an alert that rests on a restricted record only the supplier is told, unless --restricted.
    On the screen people are named; JSON names them with --include-people.

    Examples:

        duediligence alerts list

        duediligence alerts list --severity high --supplier S00001 --json
    """
    from typing import get_args

    from duediligence.casework.alerts import wording
    from duediligence.casework.alerts.queue import Filters
    from duediligence.casework.choices import word_of
    from duediligence.casework.showing import queue_for
    from duediligence.model import SEVERITIES
    from duediligence.model.casework.alerts import State
    from duediligence.reports.wording import visible
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
    if missing := wording.incomplete(queue.incomplete, queue.covered):
        warn(missing)
    if as_json:
        say_json(queue.rows)
    elif queue.rows:
        from duediligence.cli.tables import table

        rows = [
            wording.columns(row, withheld="restricted; --restricted shows it") for row in queue.rows
        ]
        table(
            [heading for heading, _ in rows[0]],
            [[visible(cell) for _, cell in row] for row in rows],
        )
    listed = f"{queue.listed:,} of {count(queue.total, 'alert')}."
    note(" ".join(filter(None, [listed, queue.not_shown])))
    if queue.not_shown:
        note("All of them: --all.")


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
    from duediligence.casework.alerts import wording
    from duediligence.cli.tables import table
    from duediligence.reports.wording import visible

    view = _view(id_, restricted, _people(as_json, include_people))
    if as_json:
        say_json(view)
        return
    say(visible(wording.title(view)))
    for label, value in wording.described(view):
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
    from duediligence.casework.alerts import wording
    from duediligence.reports.wording import visible

    if nothing := wording.history(view):
        note(nothing)
        return
    say("\nDecisions:")
    for decision in view.history:
        say("  " + visible(wording.decided(decision)))
        for label, value in wording.considered(decision):
            say("     " + visible(f"{label}: {value}"))
