"""`alerts`: list, show and their history."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.disclosing import RestrictedOption
from duediligence.cli.globals import (
    JsonOption,
    SeverityOption,
    note,
    say,
    say_json,
    say_wrapped,
    warn,
    workspace,
)
from duediligence.cli.request_options import take_options
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.casework.queue import Filters
    from duediligence.casework.showing import AlertView, People, Queue

# The number of alerts on a page of the screen.
PAGE = 20

app = typer.Typer(help="Possible matches and other alerts, and decisions about them.")
IdArgument = Annotated[str, typer.Argument(help="The number of the alert, as A-1042, or its ID.")]
JsonPeopleOption = Annotated[
    bool,
    typer.Option(
        "--include-people",
        help="With --json: name people; otherwise each is a role and a number. Recorded.",
    ),
]


AllOption = Annotated[
    bool, typer.Option("--all", help="Include alerts already settled and those no longer found.")
]


def filters_of(
    who: str,
    *,
    checks: bool,
    state: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATE",
            help="Only these states: open, awaiting-second-decision, same, not-the-same, not-sure, "
            "confirmed-risk, mitigated, supplier-ended or resolved. Repeatable.",
        ),
    ] = None,
    severity: SeverityOption = "low",
    supplier: Annotated[
        str, typer.Option(metavar="REF", help="Only alerts of this supplier.")
    ] = "",
    mine: Annotated[bool, typer.Option("--mine", help="Only alerts assigned to you.")] = False,
    owner: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only alerts assigned to this account.")
    ] = None,
    unassigned: Annotated[
        bool, typer.Option("--unassigned", help="Only alerts assigned to nobody.")
    ] = False,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only alerts whose due date has passed.")
    ] = False,
) -> "Filters":
    """Return which alerts the options ask for; `who` gives the command. Raises UsageError,
    Invalid.
    """
    from duediligence.casework.choices import word_of
    from duediligence.casework.queue import STATES, Filters
    from duediligence.model import SEVERITIES

    if mine + unassigned + (owner is not None) > 1:
        raise UsageError(
            "Give one of --mine, --owner and --unassigned",
            hint="--mine is the same as --owner with your own account.",
        )
    return Filters(
        states=tuple(word_of("state", each, STATES) for each in state or ()),
        severity=word_of("severity", severity, SEVERITIES),
        supplier=supplier,
        owner=who if mine else "" if unassigned else owner,
        overdue=overdue,
        checks=checks,
    )


@app.command("list")
@take_options(filters_of, "filters")
def list_(
    everything: AllOption = False,
    *,
    filters: Callable[..., "Filters"],
    checks: Annotated[
        bool, typer.Option("--checks", help="Only alerts that kept checks of a name raised.")
    ] = False,
    page: Annotated[int | None, typer.Option(min=1, help="Which page, from 1.")] = None,
    most: Annotated[
        int | None,
        typer.Option(min=0, help="Alerts on a page; 0: all. Unset: 20, with --json all."),
    ] = None,
    restricted: RestrictedOption = False,
    as_json: JsonOption = False,
    include_people: JsonPeopleOption = False,
) -> None:
    """List alerts that wait for a person, the most severe first.

    Those of one severity are by score, the highest first, then the oldest first. Alerts of one
    supplier are together, and so are those about one event. An alert based on a restricted record
    shows only its supplier, unless --restricted is given. The screen names people; JSON names them
    with --include-people.

    Examples:

        duediligence alerts list

        duediligence alerts list --mine --overdue

        duediligence alerts list --severity high --supplier S00001 --json
    """
    from duediligence.casework import alert_words
    from duediligence.casework.showing import queue_for

    size = most if most is not None else 0 if as_json and page is None else PAGE
    with workspace() as ws:
        queue = queue_for(
            ws,
            filters(ws.who, checks=checks),
            everything=everything,
            restricted=restricted,
            people=_choose_alert_disclosure(as_json, include_people),
            page=page or 1,
            size=size or None,
            by_supplier=not as_json,
        )
    if missing := alert_words.incomplete(queue.incomplete, queue.covered):
        warn(missing)
    if as_json:
        say_json(queue.rows)
    else:
        _show_queue(queue)
    listed = alert_words.page(queue)
    if queue.page < queue.pages:
        listed += f" Next: --page {queue.page + 1}."
    note(" ".join(filter(None, [listed, queue.not_shown])))
    if queue.reports:
        note(queue.reports)
    if queue.not_shown:
        note("To list all: --all.")


def _show_queue(queue: "Queue") -> None:
    """The alerts of a page, those of one supplier under its name."""
    from duediligence.casework import alert_words

    above = ""
    for row in queue.rows:
        if row.supplier_ref != above:
            if above:
                say()
            above = row.supplier_ref
            for at, line in enumerate(alert_words.heading(queue.suppliers[above])):
                say_wrapped(line, first=" " * (2 if at else 0), rest="    ")
        shown = alert_words.format_alert_row(row, withheld="restricted; --restricted shows it")
        for at, line in enumerate(shown):
            say_wrapped(line, first=" " * (4 if at else 2), rest=" " * 6)


@app.command()
def show(
    id_: IdArgument,
    restricted: RestrictedOption = False,
    as_json: JsonOption = False,
    include_people: JsonPeopleOption = False,
) -> None:
    """Show one alert: both sides, what agrees and what differs.

    Also shows what was decided before.

    Examples:

        duediligence alerts show A-1042

        duediligence alerts show 3f9c --json --include-people
    """
    from duediligence.casework import alert_words
    from duediligence.cli.globals import table
    from duediligence.render.wording import visible

    view = _load_alert_view(id_, restricted, _choose_alert_disclosure(as_json, include_people))
    if as_json:
        say_json(view)
        return
    say_wrapped(alert_words.format_alert_title(view), rest="  ")
    for label, value in alert_words.describe_alert(view):
        say_wrapped(f"{label}: {value}", first="  ", rest="    ")
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

        duediligence alerts history A-1042

        duediligence alerts history 3f9c --json
    """
    view = _load_alert_view(id_, restricted, _choose_alert_disclosure(as_json, include_people))
    if as_json:
        say_json(view.history)
        return
    _show_history(view)


def _choose_alert_disclosure(as_json: bool, include: bool) -> "People":
    if not as_json:
        return "on screen"
    return "exported" if include else "redacted"


def _load_alert_view(id_: str, restricted: bool, people: "People") -> "AlertView":
    from duediligence.casework.showing import alert_for

    with workspace() as ws:
        return alert_for(ws, id_, restricted=restricted, people=people)


def _show_history(view: "AlertView") -> None:
    from duediligence.casework import alert_words
    from duediligence.cli.layout import wrap_paragraph
    from duediligence.render.wording import visible

    if view.comments:
        say("\nComments:")
    for comment in view.comments:
        words = visible(alert_words.commented(comment))
        for line in wrap_paragraph(words, first="  ", rest="     "):
            say(line)
    if nothing := alert_words.history(view):
        note(nothing)
        return
    say("\nDecisions:")
    for decision in view.history:
        say_wrapped(alert_words.decided(decision), first="  ", rest="     ")
        if decision.act:
            say(f"     To undo all of it: duediligence alerts undo {decision.act}")
        for label, value in alert_words.considered(decision):
            say_wrapped(f"{label}: {value}", first=" " * 5, rest=" " * 7)
