"""`sharing intelligence`: reports of partners and the community, for one role alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, say, say_json, say_wrapped, workspace

if TYPE_CHECKING:
    from duediligence.extensions.sharing.intelligence import ReportLine, ReportShown

app = typer.Typer(
    help="Reports of intelligence, for the role of that name alone. Partners and the "
    "community make them.",
    no_args_is_help=True,
)
NumberArgument = Annotated[
    int, typer.Argument(metavar="NUMBER", help="The number of the report.", show_default=False)
]


@app.command()
def add(
    file: Annotated[
        Path, typer.Argument(metavar="FORM", help="The report, as a form in TOML: *.toml.")
    ],
) -> None:
    """Keep one report, and match it with the stored suppliers.

    docs/officer/intelligence.md shows the form. Delete the file when the report is kept.

    Examples:

        duediligence sharing intelligence add report.toml
    """
    _import_report_file(file, "")


@app.command("import")
def import_reports(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Spreadsheet or delimited text: a report in each row."),
    ],
    sheet: Annotated[str, typer.Option(help="Sheet to read. Default: the first one.")] = "",
) -> None:
    """Keep the reports of a file, all or none, and match them.

    They are matched with the stored suppliers. An error names row and column, and never quotes a
    cell. Delete the file when they are kept.

    Examples:

        duediligence sharing intelligence import reports.xlsx --sheet Reports
    """
    _import_report_file(file, sheet)


@app.command("list")
def list_reports(as_json: JsonOption = False) -> None:
    """List the reports without their text. That you looked is recorded.

    Examples:

        duediligence sharing intelligence list

        duediligence sharing intelligence list --json
    """
    from duediligence.cli.globals import table
    from duediligence.extensions.sharing import intelligence
    from duediligence.extensions.sharing.intelligence_words import COLUMNS, row_words

    with workspace() as ws:
        found = intelligence.register(ws)
    if as_json:
        say_json(list(found))
        return
    if not found:
        note("No report is kept.")
        return
    table(list(COLUMNS), [row_words(one) for one in found])
    _note_due(found)


@app.command()
def show(
    number: NumberArgument,
    raw: Annotated[
        bool,
        typer.Option(
            "--raw", help="Show the text as it came, which may say who reported. Recorded."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show one report, and suppliers it may concern.

    Its conditions and its sanitised text are shown. Recorded.

    Examples:

        duediligence sharing intelligence show 12

        duediligence sharing intelligence show 12 --raw
    """
    from duediligence.extensions.sharing import intelligence

    with workspace() as ws:
        found = intelligence.show(ws, number, raw=raw)
    if as_json:
        say_json(found)
    else:
        _print_intelligence(found)


@app.command()
def review(
    number: NumberArgument,
    review_on: Annotated[
        str, typer.Option(metavar="DATE", help="Next review. Default: the usual time from today.")
    ] = "",
    weed_on: Annotated[
        str, typer.Option(metavar="DATE", help="Weeding date. Default: as it is.")
    ] = "",
    grade: Annotated[
        str, typer.Option(metavar="GRADE", help="New grade, such as 2BP. Default: as it is.")
    ] = "",
    conditions_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Text file with new conditions, for handling code C.",
            show_default=False,
        ),
    ] = None,
    sanitised_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Text file with a new sanitised text.", show_default=False
        ),
    ] = None,
) -> None:
    """Record that a report was reviewed, and match it again.

    Texts come from files, so that they are in no history of commands.

    Examples:

        duediligence sharing intelligence review 12

        duediligence sharing intelligence review 12 --grade 1AP --weed-on 2028-03-31
    """
    from duediligence.extensions.sharing import intelligence
    from duediligence.render.wording import day

    conditions, sanitised = map(_read_text_file, (conditions_file, sanitised_file))
    with workspace() as ws:
        kept = intelligence.review(
            ws,
            number,
            review_on=review_on,
            weed_on=weed_on,
            grade=grade,
            conditions=conditions,
            sanitised=sanitised,
        )
    say(
        f"Report {number}: next review by {day(kept.review_on)}, deleted from "
        f"{day(kept.weed_on)} on."
    )


@app.command()
def end(number: NumberArgument) -> None:
    """End a report: it concerns nobody from now on.

    The next weeding deletes it.

    Examples:

        duediligence sharing intelligence end 12
    """
    from duediligence.extensions.sharing import intelligence

    with workspace() as ws:
        intelligence.end(ws, number)
    say(f"Report {number} has ended. The next weeding deletes it.")


@app.command()
def weed(as_json: JsonOption = False) -> None:
    """Delete the reports that ended or are past their weeding date.

    Also says what may still hold them. The scheduled job `retention` does the same.

    Examples:

        duediligence sharing intelligence weed
    """
    from duediligence.extensions.sharing import intelligence

    with workspace() as ws:
        done = intelligence.weed(ws)
    if as_json:
        say_json(done)
        return
    for line in done.lines():
        say(line)


def _import_report_file(file: Path, sheet: str) -> None:
    from duediligence.extensions.sharing import intelligence
    from duediligence.text.wording import listed

    with workspace() as ws:
        numbers = intelligence.import_file(ws, file, sheet=sheet)
    many = "Report" if len(numbers) == 1 else "Reports"
    say(f"{many} {listed(map(str, numbers))} kept. Delete {file.name}: it is not needed here.")
    note(f"Suppliers it may concern: duediligence sharing intelligence show {numbers[0]}")


def _read_text_file(file: Path | None) -> str:
    from duediligence.extensions.sharing.intelligence_files import text_of

    return text_of(file) if file else ""


def _note_due(found: "Sequence[ReportLine]") -> None:
    from duediligence.text.wording import count

    if due := sum(one.review_due for one in found):
        note(f"{count(due, 'review')} due: duediligence sharing intelligence review NUMBER")


def _print_intelligence(found: "ReportShown") -> None:
    from duediligence.extensions.sharing.intelligence_words import report_words

    for label, value in report_words(found):
        first, *others = value.splitlines() or [""]
        for line in (f"{label}: {first}", *(f"  {one}" for one in others)):
            say_wrapped(line, rest="    ")
    note(found.caution)
