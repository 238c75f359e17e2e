"""`screen` and `check`."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.disclosing import (
    ExcelOption,
    FormatOption,
    NamedAlreadyOption,
    NoBomOption,
    RedactOption,
    RestrictedOption,
    choose_flags_format,
    note_excel,
    should_name_people,
    tell_withheld,
)
from duediligence.cli.globals import (
    NamesakesOption,
    RunJsonOption,
    ThresholdOption,
    note,
    progress,
    say,
    say_document,
    workspace,
)
from duediligence.cli.request_options import take_request
from duediligence.cli.supplier_imports import (
    IncludeRowsOption,
    LeaveOutRowsOption,
    MapOption,
    SheetOption,
    ask_about_rows,
    parse_mapping,
    print_import_summary,
)
from duediligence.errors import UsageError
from duediligence.suppliers.facts import SupplierFacts

if TYPE_CHECKING:
    from duediligence.model import Run
    from duediligence.model.entries import Kind


_LINES_AFTER = 6
FailOnOption = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="LEVEL",
        help="Lowest severity that exits 1: low, medium, high or critical.",
        show_default="low",
    ),
]


def screen_suppliers(
    file: Annotated[
        Path | None,
        typer.Argument(help="Supplier spreadsheet to import and screen. Default: all suppliers."),
    ] = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(help="File for the flags: .csv, .xlsx, .json or .html. Repeatable."),
    ] = None,
    no_bom: NoBomOption = False,
    excel: ExcelOption = False,
    raw: Annotated[
        bool,
        typer.Option("--no-escape", help="Keep cells that a spreadsheet would run as a formula."),
    ] = False,
    all_suppliers: Annotated[
        bool,
        typer.Option(
            "--all-suppliers",
            help="Add a row for each supplier to CSV and Excel files, flagged or not.",
        ),
    ] = False,
    format_: FormatOption = 2,
    as_json: RunJsonOption = False,
    redact: RedactOption = False,
    include_people: NamedAlreadyOption = False,
    restricted: RestrictedOption = False,
    namesakes: NamesakesOption = False,
    fail_on: FailOnOption = None,
    threshold: ThresholdOption = None,
    workers: Annotated[int | None, typer.Option(help="Processes that compare names.")] = None,
    map_: MapOption = None,
    sheet: SheetOption = "",
    include_rows: IncludeRowsOption = "",
    leave_out_rows: LeaveOutRowsOption = "",
) -> None:
    """Screen every supplier against every list.

    It writes a CSV of risk flags. Exits 0 when all was checked and there is nothing to review, 1
    when there is, 3 when something could not be checked (which overrides 0 and 1). The last lines
    state what your set-up never looks at; in a CSV, the last row. Files name the
    people that flags are about, which is recorded; --redact-people makes a copy for circulation.
    Restricted findings are never in a file. A long screening that is stopped (Ctrl-C) goes on where
    it was when it is run again.

    Examples:

        duediligence screen suppliers.xlsx --out flags.csv

        duediligence screen --out flags.csv --out report.html --fail-on high

        duediligence screen --out proof.xlsx --all-suppliers
    """
    from dataclasses import replace

    from duediligence.casework.alert_status import hidden, unchanged_since
    from duediligence.casework.runs_shown import run_for
    from duediligence.casework.waiting import what_waits
    from duediligence.delivery.flag_files import check_output, run_as_json, write_run
    from duediligence.screening.imports import to_screen
    from duediligence.screening.run.screen import exit_code
    from duediligence.screening.run.screen import screen as run_screening
    from duediligence.suppliers.doubtful_rows import row_answers
    from duediligence.text.wording import count, listed

    outputs = out or []
    for path in outputs:
        check_output(path)
    if all_suppliers and not any(path.suffix.lower() in (".csv", ".xlsx") for path in outputs):
        raise UsageError(
            "--all-suppliers adds rows to a CSV or Excel file, but none is named",
            hint="Add one: --out flags.csv",
        )
    people = should_name_people(redact=redact, include=include_people)
    flags_format = choose_flags_format(format_)
    note_excel(excel)
    with workspace(fail_on=fail_on, threshold=threshold, workers=workers) as ws:
        mapping = parse_mapping(map_)
        answers = row_answers(include_rows, leave_out_rows)
        if file:
            answers = ask_about_rows(ws, file, answers, mapping=mapping, sheet=sheet)
        screened, imported = to_screen(
            ws,
            file,
            mapping=mapping,
            sheet=sheet,
            answers=answers,
            rejects_folder=(outputs[0] if outputs else file or Path()).parent,
        )
        said = print_import_summary(imported, in_few_lines=True) if imported else 0
        run = run_screening(ws, screened, progress=progress())
        # The stored run is whole; what was decided as not the same is not shown again.
        split, before = hidden(ws, run), unchanged_since(ws, run)
        run = replace(run, findings=split.shown)
        written = [
            file
            for path in outputs
            for file in write_run(
                ws,
                run,
                path,
                people=people,
                all_suppliers=all_suppliers,
                bom=not no_bom,
                escape=not raw,
                format_=flags_format,
            )
        ]
        shown = run_for(ws, run, restricted=restricted)
        if as_json:
            say_document(run_as_json(ws, run, people=people))
        else:
            print_run(shown.run, before, said=said)
            tell_withheld(shown.withheld)
        if namesakes:
            list_namesakes(shown.run)
        if written:
            note(f"Wrote {listed(map(str, written))}")
        if split.words:
            note(split.words)
        if waiting := what_waits(ws).total:
            note(f"{count(waiting, 'alert')} to decide: duediligence alerts list")
        raise typer.Exit(exit_code(run, ws.settings.fail_on))


def list_namesakes(run: "Run") -> None:
    """List on standard error who was set aside, so that a run on standard output stays whole."""
    from duediligence.render import terminal

    for line in terminal.list_namesake_lines(run):
        note(line)


def print_run(run: "Run", before: "Run | None" = None, *, said: int = 0) -> None:
    """The verdict and a table on a terminal; plain lines elsewhere. A few lines where nothing
    changed since the run `before`. It leaves room for the lines that were `said` before it, and for
    what follows.
    """
    import sys

    from duediligence.render import terminal

    room = terminal.SCREEN_LINES - said - _LINES_AFTER
    is_terminal = sys.stdout.isatty()
    if before or not is_terminal:
        short = terminal.format_unchanged_run(run, before) if before else None
        for line in short or terminal.format_run_summary(run, min(room, terminal.MOST_LINES)):
            say(line)
        return
    from rich.console import Console

    console = Console()
    drawn = terminal.table(run, console.width)
    room, limit = min(console.height - _LINES_AFTER, room), terminal.LIMIT
    while len(console.render_lines(drawn)) > room and limit >= terminal.LEAST_POINTS:
        drawn = terminal.table(run, console.width, limit, ends_short=True)
        limit -= 2
    console.print(drawn)


def _whole_number(number: str) -> str:
    """Return the company number in full, asking on a terminal where many zeros are missing."""
    from duediligence.cli.asking import ask_at_terminal, is_terminal
    from duediligence.suppliers.numbers import guessed_zeros, read_number

    found = read_number("company_number", number).identifier
    if found and guessed_zeros(number, found.id) and is_terminal():
        ask_at_terminal(
            f"Is --number {number} the company {found.id}?", nothing="Nothing was checked"
        )
        return found.id
    return number


KINDS: "tuple[Kind, ...]" = ("organisation", "person", "vessel", "unknown")


@take_request(
    SupplierFacts,
    only=("name", "number", "charity", "postcode", "people"),
    name=typer.Argument(metavar="NAME", help="The supplier's name."),
)
def check_one_name(
    facts: SupplierFacts,
    kind: Annotated[str, typer.Option(help="organisation, person, vessel or unknown.")] = "unknown",
    out: Annotated[
        list[Path] | None,
        typer.Option(help="File for the result: .csv, .xlsx, .json or .html. Repeatable."),
    ] = None,
    format_: FormatOption = 2,
    as_json: RunJsonOption = False,
    redact: RedactOption = False,
    include_people: NamedAlreadyOption = False,
    restricted: RestrictedOption = False,
    namesakes: NamesakesOption = False,
    fail_on: FailOnOption = None,
    threshold: ThresholdOption = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="Keep the check: its alerts can be decided, and a pack made of it."
        ),
    ] = False,
) -> None:
    """Check one supplier and the people behind it against every list.

    It need not be among your suppliers, and changes nothing of them: no count, queue or last
    screening. Nothing of it is stored without --keep; `suppliers checks` lists those that are kept.

    Exits as `screen` does: 0, 1 or 3. Files and JSON name the people that flags are about, which
    is recorded; --redact-people makes a copy for circulation. Restricted findings are never in
    a file.

    Examples:

        duediligence check "Volkhar Maritime (UK) Ltd" --number 99001234

        duediligence check "Bright Sands Home Care" --person "Jo Invented,1968-03"

        duediligence check "Bright Sands Home Care" --keep
    """
    from duediligence.casework.choices import word_of
    from duediligence.casework.runs_shown import run_for
    from duediligence.screening.run.screen import check as run_check
    from duediligence.screening.run.screen import check_ref, exit_code
    from duediligence.suppliers.rows import read_facts
    from duediligence.writing import make_folder, write_bytes

    if out or as_json:
        from duediligence.delivery.flag_files import check_output, run_as_json, write_run

    of_kind = word_of("kind", kind, KINDS)
    for path in out or []:
        check_output(path)
    supplier = read_facts(replace(facts, number=_whole_number(facts.number)))
    people = should_name_people(redact=redact, include=include_people)
    flags_format = choose_flags_format(format_)
    with workspace(fail_on=fail_on, threshold=threshold) as ws, TemporaryDirectory() as scratch:
        folders = [(Path(scratch, str(at)), path) for at, path in enumerate(out or [])]
        with run_check(ws, supplier, kind=of_kind, keep=keep, progress=progress()) as run:
            for folder, path in folders:
                make_folder(folder)
                write_run(ws, run, folder / path.name, people=people, format_=flags_format)
            document = run_as_json(ws, run, people=people) if as_json else ""
            shown = run_for(ws, run, restricted=restricted)
        # By now it is recorded whom they name.
        for folder, path in folders:
            for file in sorted(folder.iterdir()):
                write_bytes(path.parent / file.name, file.read_bytes())
                note(f"Wrote {path.parent / file.name}")
        if as_json:
            say_document(document)
        else:
            from duediligence.render import terminal

            for line in terminal.format_run_details(shown.run):
                say(line)
            tell_withheld(shown.withheld)
        if namesakes:
            list_namesakes(shown.run)
        if keep:
            ref = check_ref(supplier)
            note(f"Kept as {ref}. Make a pack of it: duediligence report {ref} --out FILE")
    raise typer.Exit(exit_code(run, ws.settings.fail_on))
