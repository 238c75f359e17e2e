"""`suppliers import`: what was read, who is known under another spelling, and replacing all."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import note, say, warn, workspace
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.model import Supplier
    from duediligence.screening.imports import Imported, Replacement
    from duediligence.suppliers.identity import Join, Recognised
    from duediligence.suppliers.importing import ColumnSeen


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
# A terminal has 24 lines: one is the command, one the prompt after it.
_LINES, _WIDTH = 22, 80
_FEWEST_COLUMNS, _MOST_COLUMNS = 4, 12
_MOST_NOTES = 6
_MOST_BY_HAND = 10
_SHOWN = 3
_DUPLICATES = "duediligence suppliers duplicates"


def register(app: typer.Typer) -> None:
    """Add the command to the noun `suppliers`."""
    app.command("import")(import_)


def parse_mapping(pairs: list[str] | None) -> dict[str, str]:
    """`["name=Company"]` as `{"name": "Company"}`. Raises UsageError."""
    mapping = {}
    for pair in pairs or []:
        field, equals, header = pair.partition("=")
        if not (field and equals and header):
            raise UsageError(
                f"--map {pair!r} is not FIELD=HEADER", hint='Write it as --map name="Company name".'
            )
        mapping[field.strip()] = header.strip()
    return mapping


def import_(
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
    end_most: Annotated[
        bool,
        typer.Option(
            "--end-most", help="With --replace: allow that more than half of all suppliers end."
        ),
    ] = False,
) -> None:
    """Import suppliers from a spreadsheet. Importing twice changes nothing.

    Exits 3 when rows could not be used; they are written to a rejects file.

    Examples:

        duediligence suppliers import suppliers.xlsx

        duediligence suppliers import export.csv --map name="Vendor" --map company_number="Reg"

        duediligence suppliers import all-suppliers-q2.xlsx --replace
    """
    from duediligence.screening.duplicates import count_duplicates
    from duediligence.screening.imports import import_suppliers

    if not replace and (yes or dry_run or end_most):
        raise UsageError("--yes, --dry-run and --end-most belong to --replace")
    mapping = parse_mapping(map_)
    if replace:
        _replace(file, mapping, sheet, yes=yes, dry_run=dry_run, end_most=end_most)
        return
    with workspace() as ws:
        imported = import_suppliers(
            ws, file, mapping=mapping, sheet=sheet, rejects_folder=Path.cwd()
        )
        tell(imported, duplicates=count_duplicates(ws))
    if imported.rejects:
        raise typer.Exit(3)


def _replace(
    file: Path, mapping: dict[str, str], sheet: str, *, yes: bool, dry_run: bool, end_most: bool
) -> None:
    from duediligence.screening.duplicates import count_duplicates
    from duediligence.screening.imports import plan_replacement, replace_suppliers
    from duediligence.text.wording import count

    with workspace() as ws:
        plan = plan_replacement(ws, file, mapping=mapping, sheet=sheet)
        for line in _wrapped(_planned(plan), terminal=sys.stdout.isatty()):
            say(line)
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


def _planned(plan: "Replacement") -> Iterator[str]:
    """Who would come, go and change: counts, and the first of each."""
    from duediligence.render.wording import visible
    from duediligence.suppliers.differences import differences
    from duediligence.text.dates import long_date
    from duediligence.text.wording import count, listed

    same = len(plan.read.suppliers) - len(plan.comes) - len(plan.changes)
    yield f"{visible(plan.read.file)}: {count(len(plan.read.suppliers), 'supplier')}"
    yield f"  come     {len(plan.comes):>6,}{_names(plan.comes)}"
    yield f"  go       {len(plan.goes):>6,}{_names(plan.goes)}"
    if plan.by_hand:
        named = listed([f"{one.ref} {one.name}" for one in plan.by_hand], _MOST_BY_HAND)
        yield f"    Added by hand, and not in the file: {visible(named)}"
    yield f"  change   {len(plan.changes):>6,}"
    for before, now in plan.changes[:_SHOWN]:
        fields = [
            f"{one.field} {_short(one.before or '-', 30)!r} → {_short(one.now or '-', 30)!r}"
            for one in differences(before, now)
        ]
        what = "; ".join(fields[:2]) or "how its cells were read"
        more = f"; and {len(fields) - 2} more" if len(fields) > 2 else ""
        yield f"    {visible(f'{now.ref} {_short(now.name, 40)}: {what}{more}')}"
    if len(plan.changes) > _SHOWN:
        yield f"    and {len(plan.changes) - _SHOWN:,} more"
    yield f"  the same {same:>6,}"
    yield from _recognised(plan.recognised)
    if plan.goes:
        yield (
            f"Those that go end on {long_date(plan.on)}: they are kept with their alerts and "
            "decisions, and not screened. One that is in a later file is active again."
        )


def _names(suppliers: "Sequence[Supplier]") -> str:
    from duediligence.render.wording import visible
    from duediligence.text.wording import listed

    named = listed([one.name for one in suppliers], _SHOWN)
    return f"  {visible(named)}" if named else ""


def tell(imported: "Imported", *, duplicates: int = 0) -> None:
    """Say what was read, corrected and left out, on stderr: no more than fits on a screen.

    `duplicates` is how many groups of suppliers are likely to be one.
    """
    terminal = sys.stderr.isatty()
    taken = imported.count
    head = _wrapped(_headline(imported), terminal=terminal)
    warnings = _wrapped(_warnings(imported), terminal=terminal)
    has_table = taken.added or taken.changed or any(one.unread for one in imported.read.suppliers)
    room = _LINES - len(head) - len(warnings) - (_FEWEST_COLUMNS + 2 if has_table else 0)
    for notes in range(_MOST_NOTES, 0, -1):
        rest = _wrapped(_details(imported, notes), terminal=terminal)
        rest += _likely_duplicates(duplicates)
        if len(rest) <= room:
            break
    table: list[str] = []
    if has_table:
        most = min(_MOST_COLUMNS, max(_FEWEST_COLUMNS, room - len(rest) + _FEWEST_COLUMNS))
        table = [f"    {line}" for line in _preview(imported.read.seen, most)]
    for line in (*head, *table, *rest):
        note(line)
    for line in warnings:
        warn(line)


def _headline(imported: "Imported") -> Iterator[str]:
    from duediligence.text.wording import count

    read, taken = imported.read, imported.count
    yield imported.words
    if taken.merged:
        yield (
            f"    {count(len(taken.merged), 'row')} of suppliers that were merged into another: "
            "what they add went there"
        )
    if read.remembered:
        chosen = ", ".join(f"{field} from {header!r}" for field, header in read.mapping.items())
        yield f"    Columns as chosen for an earlier file with these headings: {chosen}"


def _details(imported: "Imported", notes: int) -> Iterator[str]:
    """What was done with rows and cells, `notes` remarks of them, and who was recognised."""
    from duediligence.text.wording import listed

    read = imported.read
    if read.unused:
        names = [repr(_short(name, 30)) for name in read.unused]
        yield f"    Columns not read: {listed(names, 8)}"
    shown = notes if len(read.notes) > notes + 1 else len(read.notes)
    # Those about cells that were not read first: they are the ones to correct.
    for line in sorted(read.notes, key=lambda note: not note.startswith("Row "))[:shown]:
        yield f"    {line}"
    if more := len(read.notes) - shown:
        yield f"    and {more:,} more remarks about cells and columns"
    repairs = [(s.ref, repair) for s in read.suppliers for repair in s.repairs]
    for ref, repair in repairs[:1]:
        used_value = repr(repair.used) if repair.used else "nothing"
        yield f"    {ref}: {repair.column} {repair.found!r} read as {used_value}: {repair.reason}"
    if len(repairs) > 1:
        yield f"    and {len(repairs) - 1:,} more values corrected or not used"
    yield from _recognised(imported.recognised, indent="    ")


def _recognised(recognised: "Recognised", *, indent: str = "") -> Iterator[str]:
    """Who is known under another spelling or reference, and who may be."""
    from duediligence.text.wording import count

    for joins, what in (
        ([one for one in recognised.joins if not one.own_ref], "recognised by other facts"),
        (
            [one for one in recognised.joins if one.own_ref],
            "known without a reference, which now has one",
        ),
    ):
        if joins:
            yield f"{indent}{count(len(joins), 'supplier')} {what}:"
            yield from (f"{indent}    {_joined(one)}" for one in joins[:2])
            if len(joins) > 2:
                yield f"{indent}    and {len(joins) - 2:,} more"
    for doubt in recognised.doubts[:2]:
        names = [f"{one.ref} {_short(one.name, 30)!r}" for one in doubt.candidates]
        shown = ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
        name = _short(doubt.supplier.name, 30)
        yield f"{indent}{doubt.supplier.ref} {name!r} is new. Is it {shown}?"
    if len(recognised.doubts) > 2:
        yield f"{indent}and {len(recognised.doubts) - 2:,} more: {_DUPLICATES}"
    if recognised.reopened:
        refs = [one.ref for one in recognised.reopened]
        shown = ", ".join(refs[:4]) + (f" and {len(refs) - 4:,} more" if len(refs) > 4 else "")
        verb = "is" if len(refs) == 1 else "are"
        yield f"{indent}{count(len(refs), 'supplier')} had ended and {verb} active again: {shown}"


def _joined(join: "Join") -> str:
    before, now = join.before, join.now
    codes = [one.address.postcode if one.address else "" for one in (before, now)]
    text = f"{now.ref} {_short(before.name, 30)!r}"
    if before.name != now.name:
        text += f" is now {_short(now.name, 30)!r}"
    changes = []
    if codes[0] != codes[1]:
        changes.append("postcode changed" if all(codes) else "postcode added or removed")
    if before.identifiers != now.identifiers:
        changes.append("number changed")
    reference = f"{join.own_ref} in the file" if join.own_ref else ""
    return f"{text} ({', '.join(filter(None, (reference, join.why, *changes)))})"


def _likely_duplicates(number: int) -> Iterator[str]:
    if number:
        what = "case of suppliers" if number == 1 else "cases of suppliers"
        yield f"    {number:,} {what} that may be one: {_DUPLICATES}"


def _warnings(imported: "Imported") -> Iterator[str]:
    from duediligence.text.wording import count

    read = imported.read
    unread = sum(bool(supplier.unread) for supplier in read.suppliers)
    if unread:
        yield (
            f"Warning: {count(unread, 'supplier')} with a cell that was not read, or only in "
            "part. Screening reports which."
        )
    if imported.rejects:
        yield f"Warning: {count(len(read.rejects), 'row')} rejected: see {imported.rejects}"
        for reject in read.rejects[:3]:
            yield f"    row {reject.row}: {reject.reason}"


def _preview(seen: "Sequence[ColumnSeen]", most: int) -> "Iterator[str]":
    """What was understood of each column, one line each: those with cells that were not read
    first where not all are shown.
    """
    shown = sorted(seen, key=lambda one: not one.unread)[:most] if len(seen) > most else seen
    rows = [("Column", "read as", "filled", "not read", "for example")]
    rows += [
        (
            _short(one.heading or "(no heading)", 20),
            one.field,
            f"{one.filled:,}",
            f"{one.unread:,}" if one.unread else "-",
            one.example,
        )
        for one in seen
        if one in shown
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    left = max(10, _WIDTH - 4 - sum(widths) - 8)
    for row in rows:
        cells = [
            cell.rjust(width) if at in (2, 3) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        yield f"{'  '.join(cells)}  {_short(row[4], left)}".rstrip()
    if len(seen) > most:
        yield f"and {len(seen) - most} more columns that are read"


def _wrapped(lines: Iterator[str], *, terminal: bool) -> list[str]:
    """The lines, on a terminal broken between words to its width, further ones indented."""
    from duediligence.cli.layout import fitted

    return [each for line in lines for each in (fitted(line, _WIDTH) if terminal else [line])]


def _short(text: str, length: int) -> str:
    from duediligence.render.wording import visible

    return visible(text if len(text) <= length else text[: length - 1] + "…")
