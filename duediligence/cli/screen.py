"""Screen suppliers against every list, and write the flags."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.disclosing import (
    PeopleOption,
    RestrictedOption,
    for_file,
    for_screen,
    tell_withheld,
)
from duediligence.cli.globals import note, progress, say, workspace
from duediligence.cli.options import RunJsonOption, ThresholdOption
from duediligence.cli.sources.suppliers import MapOption, SheetOption, parse_mapping, tell
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.model import Run
    from duediligence.screening.run.screen import Screened
    from duediligence.screening.workspace import Workspace

FORMATS = (".csv", ".xlsx", ".json", ".html")
FailOnOption = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="LEVEL",
        help="Least severity that exits 1: low, medium, high or critical.",
        show_default="low",
    ),
]


def screen(
    file: Annotated[
        Path | None,
        typer.Argument(help="Supplier spreadsheet to take in and screen; all suppliers if none."),
    ] = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(help="File for the flags: .csv, .xlsx, .json or .html. Repeatable."),
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="Begin the CSV with a byte-order mark, for Excel.")
    ] = False,
    raw: Annotated[
        bool,
        typer.Option("--no-escape", help="Leave cells that a spreadsheet would run as a formula."),
    ] = False,
    as_json: RunJsonOption = False,
    people: PeopleOption = False,
    restricted: RestrictedOption = False,
    fail_on: FailOnOption = None,
    threshold: ThresholdOption = None,
    workers: Annotated[int | None, typer.Option(help="Processes that compare names.")] = None,
    map_: MapOption = None,
    sheet: SheetOption = "",
) -> None:
    """Screen every supplier against every list, and write a CSV of risk flags.

    Exits 0 when all was checked and nothing is to review, 1 when something is, 3 when
    something could not be checked (which beats 0 and 1). What your set-up never looks at is
    stated at the end, in a CSV as its last row (check SCOPE). Files name no people unless
    --include-people is given, and never hold restricted findings.

    Examples:

        duediligence screen suppliers.xlsx --out flags.csv

        duediligence screen --out flags.csv --out report.html --fail-on high
    """
    from dataclasses import replace

    from duediligence.casework.alerts.standings import hidden
    from duediligence.casework.repeated import unchanged_since
    from duediligence.screening.run.screen import exit_code
    from duediligence.screening.run.screen import screen as run_screening

    outputs = out or []
    for path in outputs:
        check_output(path)
    with workspace(action="screen", fail_on=fail_on, threshold=threshold, workers=workers) as ws:
        screened = _gather(ws, file, map_, sheet, outputs)
        run = run_screening(ws, screened, progress=progress())
        # The stored run is whole; what was decided as not the same is not shown again.
        split, before = hidden(ws, run), unchanged_since(ws, run)
        run = replace(run, findings=split.shown)
        for path in outputs:
            write(ws, run, path, excel=excel, escape=not raw, people=people)
        if as_json:
            from duediligence.reports import run_json

            say(run_json.dumps(for_file(ws, run, "standard output", people=people)))
        else:
            shown, withheld = for_screen(ws, run, restricted=restricted)
            show(shown, before)
            tell_withheld(withheld)
        for path in outputs:
            note(f"Wrote {path}")
        if split.words:
            note(split.words)
        if any(finding.outcome in ("review", "adverse") for finding in run.findings):
            note("To look at each and decide: duediligence alerts list")
        raise typer.Exit(exit_code(run, ws.settings.fail_on))


def _gather(
    ws: "Workspace",
    file: Path | None,
    map_: list[str] | None,
    sheet: str,
    outputs: list[Path],
) -> "Screened":
    from duediligence.screening.imports import import_suppliers
    from duediligence.screening.run.screen import Screened

    if file is None:
        suppliers = ws.suppliers.all()
        if not suppliers:
            raise UsageError(
                "there are no suppliers to screen", hint="Name a file: duediligence screen FILE"
            )
        return Screened(suppliers)
    imported = import_suppliers(
        ws,
        file,
        mapping=parse_mapping(map_),
        sheet=sheet,
        rejects_folder=outputs[0].parent if outputs else Path.cwd(),
    )
    tell(imported)
    read = imported.read
    return Screened(read.suppliers, file=read.file, sha256=read.sha256, rejected=read.rejects)


def check_output(path: Path) -> None:
    """Refuse, before any work, a file that cannot be written at the end. Raises UsageError."""
    if path.suffix.lower() not in FORMATS and not path.is_char_device():
        raise UsageError(
            f"{path}: the format is taken from the ending, which must be one of "
            + ", ".join(FORMATS)
        )
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is not a folder", hint="Make it first, or name another.")


def write(
    ws: "Workspace",
    run: "Run",
    path: Path,
    *,
    people: bool = False,
    excel: bool = False,
    escape: bool = True,
) -> None:
    """Write a stored run in the format that the file's ending names. Raises StorageError.

    Unless `people`, nobody is named; restricted findings are left out in any case.
    """
    shown = for_file(ws, run, path.name, people=people)
    match path.suffix.lower():
        case ".xlsx":
            from duediligence.reports import flags_xlsx

            flags_xlsx.write(shown, path)
        case ".json":
            from duediligence.reports import run_json
            from duediligence.writing import write_text

            write_text(path, run_json.dumps(shown))
        case ".html":
            from duediligence.reports import html_page
            from duediligence.writing import write_text

            named, _ = for_screen(ws, run, restricted=False)
            page = html_page.render(
                shown,
                ws.runs.dossiers(run.id),
                people="shown" if people else "redacted",
                flagged=html_page.marks(named),
            )
            write_text(path, page)
        case _:
            from duediligence.reports import flags_csv

            flags_csv.write(shown, path, excel=excel, escape=escape)


def show(run: "Run", before: "Run | None" = None) -> None:
    """The verdict and a table on a terminal; plain lines elsewhere. A few lines where nothing
    changed since the run `before`.
    """
    import sys

    from duediligence.reports import terminal

    if before or not sys.stdout.isatty():
        for line in terminal.unchanged(run, before) if before else terminal.summary(run):
            say(line)
        return
    from rich.console import Console

    console = Console()
    console.print(terminal.table(run, console.width))
