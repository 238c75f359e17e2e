"""`alerts export` and `alerts import`: decide in a spreadsheet."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.alerts import (
    AllOption,
    MineOption,
    OverdueOption,
    OwnerOption,
    StateOption,
    SupplierOption,
    UnassignedOption,
    filters_of,
)
from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import SeverityOption, note, say, warn, workspace

if TYPE_CHECKING:
    from duediligence.casework.decision_workbooks import DecisionPreview


def register(app: typer.Typer) -> None:
    """Add both commands to those of `alerts`."""
    app.command("export")(export)
    app.command("import")(import_)


def export(
    file: Annotated[Path, typer.Argument(help="The workbook to write, such as alerts.xlsx.")],
    everything: AllOption = False,
    state: StateOption = None,
    severity: SeverityOption = "low",
    supplier: SupplierOption = "",
    mine: MineOption = False,
    owner: OwnerOption = None,
    unassigned: UnassignedOption = False,
    overdue: OverdueOption = False,
) -> None:
    """Write alerts to a workbook in which you can decide, one row an alert.

    Each row has both sides, what agrees and differs, and lists to choose a decision and a reason
    from. The workbook names people, which is recorded. It never holds restricted alerts. A file
    that exists is not replaced: it may be filled in.

    Examples:

        duediligence alerts export alerts.xlsx

        duediligence alerts export alerts.xlsx --mine --severity high
    """
    from duediligence.delivery.decision_workbook import export_decisions
    from duediligence.text.wording import count

    with workspace() as ws:
        filters = filters_of(
            ws.who,
            state=state,
            severity=severity,
            supplier=supplier,
            mine=mine,
            owner=owner,
            unassigned=unassigned,
            overdue=overdue,
        )
        written = export_decisions(ws, file, filters, everything=everything)
    say(f"{written.sha256}  {file.name}")
    note(f"Wrote {count(written.alerts, 'alert')} to {file}. It names people: keep it safe.")
    if written.incomplete:
        warn(written.incomplete)
    if written.restricted:
        warn(
            f"Left out: {count(written.restricted, 'alert')} based on restricted records. "
            "To list them: duediligence alerts list"
        )
    note(f"Fill in the yellow cells, save it, then: duediligence alerts import {file}")


def import_(
    file: Annotated[Path, typer.Argument(help="The workbook, filled in and saved as .xlsx.")],
    skip_refused: Annotated[
        bool,
        typer.Option(
            "--skip-refused", help="Record the other rows, although some cannot be recorded."
        ),
    ] = False,
    yes: YesOption = False,
) -> None:
    """Show what a filled-in workbook would decide, and record it once you confirm.

    You decide every row, whoever filled it in. Each is checked as `alerts decide` checks it. A row
    is refused if its alert changed since the export, or if it was hidden, copied, added or edited
    outside the yellow cells. If any row is refused, nothing is recorded without --skip-refused.

    Examples:

        duediligence alerts import alerts.xlsx

        duediligence alerts import alerts.xlsx --skip-refused --yes
    """
    from duediligence.casework.decision_workbooks import (
        preview_import,
        record_import,
    )
    from duediligence.casework.filled_workbooks import read_filled
    from duediligence.text.wording import count

    filled = read_filled(file)
    with workspace() as ws:
        preview = preview_import(ws, filled)
        _show(preview, file.name)
        recordable = preview.planned and (skip_refused or not preview.refused)
        if recordable:
            confirm(f"Record {count(len(preview.planned), 'decision')}?", yes=yes)
        record_import(ws, filled, preview, skip_refused=skip_refused)
    if not preview.planned:
        say("Nothing to record.")
        return
    say(f"Recorded: {count(len(preview.planned), 'decision')}, as {preview.who}.")
    if preview.waiting:
        note(
            f"{count(preview.waiting, 'alert')} decided only once a second person decides the same."
        )
    if preview.refused:
        warn(f"Not recorded: {count(len(preview.refused), 'row')}, listed above.")


def _show(preview: "DecisionPreview", name: str) -> None:
    """The preview, in lines of at most 80 characters."""
    from duediligence.casework import alert_words
    from duediligence.render.wording import visible
    from duediligence.text.wording import count, listed

    for one in preview.planned:
        choice = one.choice
        then = f", then {one.becomes}" if one.becomes != choice.decided else ""
        parts = [
            visible(one.supplier),
            f"also covers {listed(id_[:8] for id_ in one.covers)}" if one.covers else "",
            f"note: {visible(choice.note)}" if choice.note else "",
            *(f"{label} {visible(value)}" for label, value in alert_words.considered(choice)),
        ]
        _line(
            f"row {one.row}: {one.alert_id[:8]} {choice.decided} ({choice.reason}){then}",
            "; ".join(filter(None, parts)),
        )
    if preview.refused:
        say("\nRefused:")
        for bad in preview.refused:
            _line(f"row {bad.row}: {visible(bad.alert)}", visible(bad.why))
    say()
    by = f"exported by {visible(preview.exported_by)}, decided by {visible(preview.who)}"
    _line(f"{visible(name)}, {by}", "")
    counts = [f"{number:,} {decided!r}" for decided, number in preview.counts.items()]
    _line(f"  {count(len(preview.planned), 'decision')} to record", listed(counts))
    if preview.covered:
        say(f"  {count(preview.covered, 'further source')} of the same events covered by them")
    if preview.waiting:
        say(f"  {count(preview.waiting, 'alert')} then waiting for a second person")
    if preview.already:
        say(f"  {count(preview.already, 'row')} decided so already")
    if preview.refused:
        say(f"  {count(len(preview.refused), 'row')} refused")
    if preview.undecided:
        say(f"  {count(preview.undecided, 'row')} without a decision")
    if preview.deleted:
        say(f"  {count(preview.deleted, 'row')} of the export not in the file")
    if preview.ignored:
        _line("  ignored columns", visible(", ".join(preview.ignored)))


def _line(start: str, text: str) -> None:
    from duediligence.cli.layout import fitted, text_width

    for line in fitted(f"{start}: {text}" if text else start, text_width()):
        say(line)
