"""`alerts export` and `alerts import`: decide in a spreadsheet."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.alerts import AllOption, filters_of
from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import note, say, warn, workspace
from duediligence.cli.request_options import take_options

if TYPE_CHECKING:
    from duediligence.casework.decision_workbooks import DecisionPreview
    from duediligence.casework.queue import Filters


@take_options(filters_of, "filters")
def export_workbook(
    file: Annotated[Path, typer.Argument(help="The workbook to write, such as alerts.xlsx.")],
    everything: AllOption = False,
    *,
    filters: Callable[..., "Filters"],
) -> None:
    """Write alerts to a workbook in which you can decide.

    Each alert is one row. Each row has both sides, what agrees and differs, and lists to choose a
    decision and a reason from. The workbook names people, which is recorded. It never holds
    restricted alerts. A file that exists is not replaced: it may be filled in.

    Examples:

        duediligence alerts export alerts.xlsx

        duediligence alerts export alerts.xlsx --mine --severity high
    """
    from duediligence.delivery.decision_workbook import export_decisions
    from duediligence.text.wording import count

    with workspace() as ws:
        wanted = filters(ws.who, checks=False)
        written = export_decisions(ws, file, wanted, everything=everything)
    say(f"{written.sha256}  {file.name}")
    rows = f" in {written.rows:,} rows" if written.rows != written.alerts else ""
    note(f"Wrote {count(written.alerts, 'alert')}{rows} to {file}. It names people: keep it safe.")
    if written.incomplete:
        warn(written.incomplete)
    if written.restricted:
        warn(
            f"Left out: {count(written.restricted, 'alert')} based on restricted records. "
            "To list them: duediligence alerts list"
        )
    note(f"Fill in the yellow cells, save it, then: duediligence alerts import {file}")


def import_workbook(
    file: Annotated[Path, typer.Argument(help="The workbook, filled in and saved as .xlsx.")],
    skip_refused: Annotated[
        bool,
        typer.Option(
            "--skip-refused", help="Record the other rows, although some cannot be recorded."
        ),
    ] = False,
    yes: YesOption = False,
) -> None:
    """Record the decisions of a workbook, once you confirm them.

    What it would decide is shown first. You decide every row, whoever filled it in. Each is checked
    as `alerts decide` checks it. A row is refused if its alert changed since the export, or if it
    was hidden, copied, added or edited outside the yellow cells. If any row is refused, nothing is
    recorded without --skip-refused.

    Examples:

        duediligence alerts import alerts.xlsx

        duediligence alerts import alerts.xlsx --skip-refused --yes
    """
    from duediligence.casework import decision_workbooks
    from duediligence.casework.decision_workbooks import (
        preview_import,
        record_import,
    )
    from duediligence.casework.filled_workbooks import read_filled
    from duediligence.text.wording import count

    filled = read_filled(file)
    with workspace() as ws:
        preview = preview_import(ws, filled)
        _print_workbook_preview(preview, file.name)
        recordable = preview.planned and (skip_refused or not preview.refused)
        if recordable:
            confirm(f"Record {count(len(preview.planned), 'decision')}?", yes=yes)
        record_import(ws, filled, preview, skip_refused=skip_refused)
    if not preview.planned:
        say("Nothing to record.")
        return
    say(f"Recorded: {count(len(preview.planned), 'decision')}, as {preview.who}.")
    if preview.waiting:
        note(decision_workbooks.format_waiting_count(preview))
    if preview.refused:
        warn(f"Not recorded: {count(len(preview.refused), 'row')}, listed above.")


def _print_workbook_preview(preview: "DecisionPreview", name: str) -> None:
    """The preview, in lines of at most 80 characters."""
    from duediligence.casework import decision_workbooks
    from duediligence.render.wording import visible

    for one in preview.planned:
        _line(*map(visible, decision_workbooks.format_planned_decision(one)))
    if preview.refused:
        say("\nRefused:")
        for bad in preview.refused:
            _line(*map(visible, decision_workbooks.format_refused_row(bad)))
    say()
    _line(visible(f"{name}, {decision_workbooks.format_preview_people(preview)}"), "")
    for start, text in decision_workbooks.list_preview_counts(preview):
        _line(f"  {start}", visible(text))


def _line(start: str, text: str) -> None:
    from duediligence.cli.layout import fit_lines, text_width

    for line in fit_lines(f"{start}: {text}" if text else start, text_width()):
        say(line)
