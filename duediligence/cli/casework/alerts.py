"""Alerts: what waits for a person, both sides of one beside each other, and what was decided."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.casework.alerts_shown import (
    details,
    document,
    show_alert,
    show_facts,
    show_history,
    show_table,
)
from duediligence.cli.disclosing import RestrictedOption, record_shown
from duediligence.cli.globals import note, say_json, warn, workspace
from duediligence.cli.options import JsonOption, SeverityOption, word
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.model.casework.alerts import Alert

app = typer.Typer(help="Possible matches and other alerts, and what people decide about them.")
IdArgument = Annotated[str, typer.Argument(help="The alert's id, or how it begins.")]


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
) -> None:
    """List what waits for a person: the most severe first, then the most alike, then the oldest.

    Of an alert that rests on a restricted record only the supplier is told, unless --restricted.

    Examples:

        duediligence alerts list

        duediligence alerts list --severity high --supplier S00001 --json
    """
    from typing import get_args

    from duediligence.casework.alerts import queue
    from duediligence.casework.alerts.rules import shown_to
    from duediligence.model import SEVERITIES
    from duediligence.model.casework.alerts import State
    from duediligence.text.wording import count

    states = (*get_args(State), "resolved")
    filters = queue.Filters(
        states=tuple(word("--state", each, states) for each in state or ()),
        severity=word("--severity", severity, SEVERITIES),
        supplier=supplier,
    )
    with workspace() as ws:
        rules = queue.rules_of(ws)
        found = [shown_to(alert, ws.who, rules) for alert in queue.alerts(ws, filters)]
        shown = [alert for alert in found if everything or state or alert.state not in queue.DONE]
        if restricted:
            record_shown(ws, shown)
        incomplete = len(ws.screened.incomplete())
        covered = len(ws.screened.newest())
    if incomplete:
        warn(
            f"Incomplete: at the last screening something could not be checked of {incomplete:,} "
            f"of {count(covered, 'supplier')}. No alert does not mean clear."
        )
    if as_json:
        say_json([document(alert, restricted=restricted) for alert in shown])
    elif shown:
        show_table(shown, restricted=restricted)
    left_out = queue.not_shown(alert for alert in found if alert not in shown)
    note(" ".join(filter(None, [f"{len(shown):,} of {count(len(found), 'alert')}.", left_out])))
    if left_out:
        note("All of them: --all.")


@app.command()
def show(
    id_: IdArgument, restricted: RestrictedOption = False, as_json: JsonOption = False
) -> None:
    """Show one alert: both sides, what agrees and what differs, and what was decided before.

    Examples:

        duediligence alerts show 3f9c01aa

        duediligence alerts show 3f9c --json
    """
    from duediligence.casework.alerts.side_by_side import side_by_side

    alert = _alert(id_, restricted=restricted)
    facts = side_by_side(alert)
    if as_json:
        say_json({**document(alert, restricted=restricted), **details(alert), "facts": facts})
        return
    show_alert(alert)
    if facts:
        show_facts(facts)
    show_history(alert)


@app.command()
def history(
    id_: IdArgument, restricted: RestrictedOption = False, as_json: JsonOption = False
) -> None:
    """Tell every decision about an alert, oldest first.

    Examples:

        duediligence alerts history 3f9c01aa

        duediligence alerts history 3f9c --json
    """
    alert = _alert(id_, restricted=restricted)
    if as_json:
        say_json(alert.history)
        return
    show_history(alert)


def _alert(id_: str, *, restricted: bool) -> "Alert":
    """The alert as whoever asks may see it. A restricted one is shown on purpose, on record."""
    from duediligence.casework.alerts.deciding import find
    from duediligence.casework.alerts.queue import rules_of
    from duediligence.casework.alerts.rules import shown_to

    with workspace() as ws:
        alert = shown_to(find(ws, id_), ws.who, rules_of(ws))
        if alert.restricted and not restricted:
            raise UsageError(
                f"alert {alert.id[:8]} rests on a restricted record",
                hint="Where your work needs it, add --restricted. That is recorded.",
            )
        record_shown(ws, [alert])
    return alert
