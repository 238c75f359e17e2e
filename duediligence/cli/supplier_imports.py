"""`suppliers import`: what was read, who is known under another spelling, and replacing all."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import (
    JsonOption,
    note,
    say,
    say_json,
    warn,
    worded,
    workspace,
)
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.casework.import_words import ImportWords, RecognisedWords, ReplacementWords
    from duediligence.screening.imports import Imported
    from duediligence.screening.workspace import Workspace
    from duediligence.suppliers.doubtful_rows import RowAnswers


MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FIELD=HEADER",
        help='Which column holds a field, such as `--map name="Trading name"`. Repeatable.',
    ),
]
SheetOption = Annotated[
    str, typer.Option(help="Sheet of a workbook. Default: the first usable one.")
]
IncludeRowsOption = Annotated[
    str,
    typer.Option(
        "--include-rows",
        metavar="12,40",
        help="Rows in doubt that are suppliers, or `all`. Remembered by their text.",
    ),
]
LeaveOutRowsOption = Annotated[
    str,
    typer.Option(
        "--leave-out-rows",
        metavar="12,40",
        help="Rows in doubt that are no suppliers, or `all`. Remembered by their text.",
    ),
]
# A terminal has 24 lines: one is the command, one the prompt after it.
_LINES, _WIDTH = 22, 80
# Before a screening.
_FEW_LINES = 5
_FEWEST_COLUMNS, _MOST_COLUMNS = 4, 12
_MOST_NOTES = 6
_MOST_BY_HAND = 10
_SHOWN = 3
_MOST_ASKED = 10
# Where a row of columns says of how many cells not all was read.
_UNREAD = 3
_DUPLICATES = "duediligence suppliers duplicates"


def parse_mapping(pairs: list[str] | None) -> dict[str, str]:
    """Return `["name=Company"]` as `{"name": "Company"}`. Raises UsageError."""
    mapping = {}
    for pair in pairs or []:
        field, equals, header = pair.partition("=")
        if not (field and equals and header):
            raise UsageError(
                f"--map {pair!r} is not FIELD=HEADER", hint='Write it as --map name="Company name".'
            )
        mapping[field.strip()] = header.strip()
    return mapping


def import_supplier_file(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, XLS or ODS.")],
    map_: MapOption = None,
    sheet: SheetOption = "",
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="The file names all suppliers that there are now: the others end. Shows who "
            "would come, go and change, and asks.",
        ),
    ] = False,
    yes: YesOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --replace: show what would happen, no more.")
    ] = False,
    people: Annotated[
        bool, typer.Option("--people", help="Show who was read from each cell that names people.")
    ] = False,
    end_most: Annotated[
        bool,
        typer.Option(
            "--end-most", help="With --replace: allow that more than half of all suppliers end."
        ),
    ] = False,
    include_rows: IncludeRowsOption = "",
    leave_out_rows: LeaveOutRowsOption = "",
    cells: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Write each cell that was corrected or not read, and each row that is no supplier "
            "or in doubt, to this file.",
        ),
    ] = None,
) -> None:
    """Import suppliers from a spreadsheet. Importing twice changes nothing.

    Exits 3 when rows could not be used, which are written to NAME-rejects.csv in the folder of the
    file, or are in doubt: they may be no suppliers, and nobody has said so.

    Examples:

        duediligence suppliers import suppliers.xlsx

        duediligence suppliers import export.csv --map name="Vendor" --map company_number="Reg"

        duediligence suppliers import all-suppliers-q2.xlsx --replace
    """
    from duediligence.casework.import_words import import_words
    from duediligence.screening.duplicates import count_duplicates
    from duediligence.screening.imports import import_suppliers
    from duediligence.suppliers.doubtful_rows import row_answers
    from duediligence.writing import write_bytes

    if not replace and (yes or dry_run or end_most):
        raise UsageError("--yes, --dry-run and --end-most belong to --replace")
    mapping = parse_mapping(map_)
    answers = row_answers(include_rows, leave_out_rows)
    if replace:
        _replace_all_suppliers(
            file,
            mapping,
            sheet,
            answers,
            yes=yes,
            dry_run=dry_run,
            end_most=end_most,
            people=people,
        )
        return
    with workspace() as ws:
        imported = import_suppliers(
            ws,
            file,
            mapping=mapping,
            sheet=sheet,
            rejects_folder=file.parent,
            answers=ask_about_rows(ws, file, answers, mapping=mapping, sheet=sheet),
        )
        print_import_summary(imported, duplicates=count_duplicates(ws))
        if cells:
            write_bytes(cells, imported.read.cells_csv())
            note(f"Wrote {cells}")
    for line in import_words(imported).people if people else ():
        say(line)
    if imported.read.not_read:
        raise typer.Exit(3)


NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="The number of an import.")]


def list_supplier_imports(as_json: JsonOption = False) -> None:
    """List each import: file, who, when, and what it changed.

    Examples:

        duediligence suppliers imports
    """
    from duediligence.casework.supplier_imports import IMPORT_HEADINGS, list_imports
    from duediligence.cli.globals import table

    with workspace() as ws:
        found = list_imports(ws)
    if as_json:
        say_json(found)
        return
    table(IMPORT_HEADINGS, [one.cells for one in found])


def take_back_supplier_import(
    number: NumberArgument,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen, no more.")
    ] = False,
    yes: YesOption = False,
) -> None:
    """Take an import back: all is as it was before.

    What people did about a supplier since stays, and is listed.

    Examples:

        duediligence suppliers take-back 48 --dry-run
    """
    from duediligence.casework.supplier_imports import (
        describe_taking_back,
        show_import,
        take_back_import,
    )

    with workspace() as ws:
        plan = show_import(ws, number)
        for heading, lines in describe_taking_back(plan):
            say(f"{heading}: {len(lines):,}")
            for line in lines:
                say(f"    {line}")
        if dry_run:
            note("Nothing was changed.")
            return
        confirm(f"Take back import {number}?", yes=yes, nothing="Nothing was changed")
        done = take_back_import(ws, number)
    say("A second person must agree: nothing was changed yet." if done.second else "Taken back.")


def ask_about_rows(
    ws: "Workspace", file: Path, answers: "RowAnswers", *, mapping: "Mapping[str, str]", sheet: str
) -> "RowAnswers":
    """Ask once, on a terminal, whether the rows in doubt are suppliers; return the answers."""
    from dataclasses import replace

    from duediligence.casework.import_words import doubt_line
    from duediligence.cli.asking import is_terminal
    from duediligence.screening.imports import preview_suppliers

    if not is_terminal() or answers.rest is not None:
        return answers
    read = preview_suppliers(ws, file, mapping=mapping, sheet=sheet, answers=answers).imported.read
    if not read.unanswered:
        return answers
    note("These rows may be no suppliers:")
    for one in read.unanswered[:_MOST_ASKED]:
        note(f"    {doubt_line(one)}")
    if more := len(read.unanswered) - _MOST_ASKED:
        note(f"    and {more:,} more" if more > 0 else "")
    said = typer.prompt(
        "Import them as suppliers? yes, no, or later", default="later", err=True
    ).strip()
    yes, no = (word.startswith(said.casefold()) and said != "" for word in ("yes", "no"))
    return replace(answers, rest=True if yes else False if no else None)


def _replace_all_suppliers(
    file: Path,
    mapping: dict[str, str],
    sheet: str,
    answers: "RowAnswers",
    *,
    yes: bool,
    dry_run: bool,
    end_most: bool,
    people: bool,
) -> None:
    from duediligence.casework.import_words import replacement_words
    from duediligence.casework.supplier_words import cells_read
    from duediligence.render.wording import visible
    from duediligence.screening.duplicates import count_duplicates
    from duediligence.screening.imports import plan_replacement, replace_suppliers
    from duediligence.text.wording import count

    with workspace() as ws:
        plan = plan_replacement(ws, file, mapping=mapping, sheet=sheet, answers=answers)
        for line in _wrap_import_lines(
            _format_replacement(replacement_words(plan)), terminal=sys.stdout.isatty()
        ):
            say(line)
        for line in cells_read(plan.read.suppliers) if people else ():
            say(visible(line))
        if dry_run:
            note("Nothing was changed.")
            return
        if not plan.ends_most or end_most:  # else it is refused, whatever the answer
            confirm("Replace the suppliers by these?", yes=yes, nothing="Nothing was changed")
        done = replace_suppliers(ws, plan, end_most=end_most)
        taken = done.count
        say(
            f"Replaced: {taken.added:,} came, {count(len(plan.goes), 'supplier')} ended, "
            f"{taken.changed:,} changed, {taken.unchanged:,} unchanged."
        )
        if plan.goes:
            note("    Those that ended are kept with their decisions; they are not screened.")
        for line in _likely_duplicates(count_duplicates(ws)):
            note(line)


def _format_replacement(plan: "ReplacementWords") -> Iterator[str]:
    """Yield who would come, go and change: counts, and the first of each."""
    from duediligence.text.wording import listed

    yield plan.headline
    yield f"  come     {len(plan.comes):>6,}{_format_first_names(plan.comes)}"
    yield f"  go       {len(plan.goes):>6,}{_format_first_names(plan.goes)}"
    if plan.by_hand:
        yield f"    Added by hand, and not in the file: {listed(plan.by_hand, _MOST_BY_HAND)}"
    yield f"  change   {len(plan.changes):>6,}"
    yield from (f"    {line}" for line in plan.changes[:_SHOWN])
    if len(plan.changes) > _SHOWN:
        yield f"    and {len(plan.changes) - _SHOWN:,} more"
    yield f"  the same {plan.unchanged:>6,}"
    yield from _format_recognised(plan.recognised)
    if plan.ending:
        yield plan.ending


def _format_first_names(names: Sequence[str]) -> str:
    from duediligence.text.wording import listed

    named = listed(names, _SHOWN)
    return f"  {named}" if named else ""


def print_import_summary(
    imported: "Imported", *, duplicates: int = 0, in_few_lines: bool = False
) -> int:
    """Say what was read, corrected and left out, on stderr: no more than fits on a screen. Returns
    the number of lines.

    `duplicates` is how many groups of suppliers are likely to be one. `in_few_lines`, before a
    screening: the columns are named in one line, and one remark at most.
    """
    from duediligence.casework.import_words import import_words

    terminal = sys.stderr.isatty()
    words = import_words(imported)
    head = _wrap_import_lines(_format_headline_lines(words), terminal=terminal)
    warnings = _wrap_import_lines(
        _format_import_warnings(words, imported.rejects), terminal=terminal
    )
    taken = imported.count
    has_table = not in_few_lines and (taken.added or taken.changed or words.unread)
    room = _LINES - len(head) - len(warnings) - (_FEWEST_COLUMNS + 2 if has_table else 0)
    for notes in range(1 if in_few_lines else _MOST_NOTES, 0, -1):
        rest = _wrap_import_lines(_format_import_details(words, notes), terminal=terminal)
        rest += _likely_duplicates(duplicates)
        if len(rest) <= room:
            break
    table: list[str] = []
    if has_table:
        most = min(_MOST_COLUMNS, max(_FEWEST_COLUMNS, room - len(rest) + _FEWEST_COLUMNS))
        table = [f"    {line}" for line in _format_column_preview(words.columns, most)]
    elif in_few_lines:
        table = [f"    Columns read: {', '.join(f'{one[0]} as {one[1]}' for one in words.columns)}"]
    lines = [*head, *table, *rest]
    if in_few_lines and len(lines) > _FEW_LINES:
        more = len(lines) - _FEW_LINES + 1
        lines = [*lines[: _FEW_LINES - 1], f"    and {more:,} more: suppliers import shows all"]
    for line in lines:
        note(line)
    for line in warnings:
        warn(line)
    return len(lines) + len(warnings)


def _format_headline_lines(words: "ImportWords") -> Iterator[str]:
    yield words.headline
    yield from (f"    {line}" for line in words.remarks)


def _format_import_details(words: "ImportWords", notes: int) -> Iterator[str]:
    """Yield what was done with rows and cells, `notes` remarks of them, and who was recognised."""
    if words.columns_unread:
        yield f"    {words.columns_unread}"
    from duediligence.text.wording import count

    shown = notes if len(words.notes) > notes + 1 else len(words.notes)
    yield from (f"    {worded(line)}" for line in words.notes[:shown])
    if more := len(words.notes) - shown:
        yield f"    and {more:,} more remarks about cells and columns"
    yield from (f"    {line}" for line in words.corrections[:1])
    if len(words.corrections) > 1:
        yield f"    and {len(words.corrections) - 1:,} more values corrected or not used"
    if words.refused_cells:
        number = count(len(words.refused_cells), "cell")
        yield f"    {number} not kept, with why: duediligence suppliers import … --cells cells.csv"
    if words.people:
        yield f"    {words.people_read}; to see each: duediligence suppliers import FILE --people"
    yield from _format_recognised(words.recognised, indent="    ")


def _format_recognised(words: "RecognisedWords", *, indent: str = "") -> Iterator[str]:
    """Yield who is known under another spelling or reference, and who may be."""
    for group in words.joins:
        yield f"{indent}{group.title}"
        yield from (f"{indent}    {line}" for line in group.lines[:2])
        if len(group.lines) > 2:
            yield f"{indent}    and {len(group.lines) - 2:,} more"
    yield from (f"{indent}{line}" for line in words.doubts[:2])
    if len(words.doubts) > 2:
        yield f"{indent}and {len(words.doubts) - 2:,} more: {_DUPLICATES}"
    if words.reopened:
        yield f"{indent}{words.reopened}"


def _likely_duplicates(number: int) -> Iterator[str]:
    if number:
        what = "case of suppliers" if number == 1 else "cases of suppliers"
        yield f"    {number:,} {what} that may be one: {_DUPLICATES}"


def _format_import_warnings(words: "ImportWords", rejects: Path | None) -> Iterator[str]:
    if words.unread:
        yield f"Warning: {words.unread}"
    if words.rejected:
        yield f"Warning: {words.rejected}: see {rejects}"
        yield from (f"    {line}" for line in words.rejected_rows[:3])
    if words.in_doubt:
        yield f"Warning: {words.in_doubt}: --include-rows or --leave-out-rows"
        yield from (f"    {line}" for line in words.in_doubt_rows[:3])
        if len(words.in_doubt_rows) > 3:
            yield f"    and {len(words.in_doubt_rows) - 3:,} more: see --cells FILE.csv"


def _format_column_preview(columns: "Sequence[tuple[str, ...]]", most: int) -> Iterator[str]:
    """Yield what was understood of each column, one line each: those with cells that were not read
    first where not all are shown.
    """
    from duediligence.casework.import_words import COLUMN_HEADINGS, short
    from duediligence.text.wording import count

    shown = columns
    if len(columns) > most:
        shown = sorted(columns, key=lambda one: one[_UNREAD] == "-")[:most]
    rows: list[tuple[str, ...]] = [COLUMN_HEADINGS]
    rows += [(short(one[0], 20), *one[1:]) for one in columns if one in shown]
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    left = max(10, _WIDTH - 4 - sum(widths) - 8)
    for row in rows:
        cells = [
            cell.rjust(width) if at in (2, 3) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        yield f"{'  '.join(cells)}  {short(row[4], left)}".rstrip()
    if len(columns) > most:
        more = count(len(columns) - most, "more column that is", "more columns that are")
        yield f"and {more} read"


def _wrap_import_lines(lines: Iterator[str], *, terminal: bool) -> list[str]:
    """Return the lines, on a terminal broken between words to its width, further ones indented."""
    from duediligence.cli.layout import fit_lines

    return [each for line in lines for each in (fit_lines(line, _WIDTH) if terminal else [line])]
