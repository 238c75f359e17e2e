"""`alerts flags`: the flags of the newest screening, as a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.disclosing import ExcelOption, NoBomOption, PeopleOption, note_excel
from duediligence.cli.globals import SeverityOption, note, say, warn, workspace
from duediligence.errors import Invalid

if TYPE_CHECKING:
    from duediligence.delivery.exports import ExportRows


def export_flags_file(
    file: Annotated[Path, typer.Argument(help="File to write: .csv, .xlsx, .jsonl or .ftm.json.")],
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="csv, xlsx, jsonl or ftm.json. Default: by the file name.",
        ),
    ] = "",
    no_bom: NoBomOption = False,
    excel: ExcelOption = False,
    run: Annotated[
        str, typer.Option(metavar="ID", help="This run. Default: each supplier's newest.")
    ] = "",
    contract: Annotated[str, typer.Option(help="Only suppliers of this contract.")] = "",
    status: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATUS",
            help="Only these states: open, awaiting-second-decision, same, not-the-same, not-sure, "
            "confirmed-risk or mitigated. Repeatable.",
        ),
    ] = None,
    severity: SeverityOption = "low",
    since: Annotated[
        str, typer.Option(metavar="DATE", help="First seen on this day or later.")
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="DATE", help="First seen on this day or before.")
    ] = "",
    lists: Annotated[
        list[str] | None,
        typer.Option("--list", metavar="ID", help="Only this list. Repeatable."),
    ] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only what changed since the run before.")
    ] = False,
    waiting: Annotated[
        bool, typer.Option("--open", help="Only what still waits for a person.")
    ] = False,
    people: PeopleOption = False,
) -> None:
    """Export findings and their decisions to a file.

    The file is for another system or another person. The export always includes what could not be
    checked. It names nobody unless --include-people is given, and never holds restricted findings.
    The audit chain records each export with the SHA-256 that is printed.

    Examples:

        duediligence alerts flags flags.xlsx --open --severity high

        duediligence alerts flags suppliers.ftm.json --contract "Waste 2026"
    """
    from typing import get_args

    from duediligence.casework.choices import date_of, word_of
    from duediligence.delivery.exports import ExportFilters, export_flags, format_of
    from duediligence.delivery.flag_files import check_folder
    from duediligence.model import SEVERITIES
    from duediligence.model.alerts import State

    filters = ExportFilters(
        contract=contract,
        states=tuple(word_of("status", each, get_args(State)) for each in status or ()),
        severity=word_of("severity", severity, SEVERITIES),
        since=date_of("since", since),
        until=date_of("until", until),
        lists=tuple(lists or ()),
        changed=changed,
        waiting=waiting,
    )
    form = format_of(file, format_)
    note_excel(excel)
    if no_bom and form != "csv":
        raise Invalid(
            "--no-bom is for CSV", field="no_bom", hint="Leave it out, or add --format csv."
        )
    check_folder(file)
    with workspace() as ws:
        written = export_flags(ws, file, form, filters, run_id=run, people=people, bom=not no_bom)
    say(f"{written.sha256}  {file.name}")
    _print_export_summary(written.gathered)


def _print_export_summary(found: "ExportRows") -> None:
    from duediligence.text.wording import count

    note(f"Wrote {count(len(found.rows), 'row')} of {count(len(found.runs), 'run')}.")
    if found.not_checked:
        warn(f"Warning: {found.not_checked:,} of them report what could not be checked.")
    if found.never:
        few = ", ".join(found.never[:5]) + (" and others" if found.never[5:] else "")
        warn(
            f"Warning: {count(len(found.never), 'supplier')} never screened, so not reported: "
            f"{few}. Run: duediligence screen"
        )
