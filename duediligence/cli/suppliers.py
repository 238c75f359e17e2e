"""`suppliers`: import, show, resolve."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, progress, say, say_json, warn, workspace
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duediligence.model import Contract, Supplier
    from duediligence.screening.imports import Imported
    from duediligence.screening.resolution import Candidate, ResolvedSupplier
    from duediligence.store.casework.suppliers import Link
    from duediligence.suppliers.importing import ColumnSeen


app = typer.Typer(help="The suppliers that are screened.", no_args_is_help=True)

MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FIELD=HEADER",
        help='Which column holds a field, such as `--map name="Trading name"`. Repeatable.',
    ),
]
_MOST_COLUMNS = 12
SheetOption = Annotated[
    str, typer.Option(help="Sheet of a workbook. Default: the first usable one.")
]


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


def tell(imported: "Imported") -> None:
    """Say what was read, corrected and left out, on stderr; less of a file that changed nothing."""
    from duediligence.text.wording import count

    read, taken = imported.read, imported.count
    unread = sum(bool(supplier.unread) for supplier in read.suppliers)
    note(
        f"{read.file}: {count(len(read.suppliers), 'supplier')} "
        f"({taken.added:,} new, {taken.changed:,} changed, {taken.unchanged:,} unchanged)"
    )
    if read.remembered:
        chosen = ", ".join(f"{field} from {header!r}" for field, header in read.mapping.items())
        note(f"    Columns as chosen for an earlier file with these headings: {chosen}")
    if taken.added or taken.changed or unread:
        for line in _preview(read.seen):
            note(f"    {line}")
    if read.unused:
        note(f"    Columns not read: {', '.join(repr(name) for name in read.unused)}")
    for line in read.notes:
        note(f"    {line}")
    repairs = [(s.ref, repair) for s in read.suppliers for repair in s.repairs]
    for ref, repair in repairs[:5]:
        used_value = repr(repair.used) if repair.used else "nothing"
        note(f"    {ref}: {repair.column} {repair.found!r} read as {used_value}: {repair.reason}")
    if len(repairs) > 5:
        note(f"    and {len(repairs) - 5:,} more values corrected or not used")
    if unread:
        warn(
            f"Warning: {count(unread, 'supplier')} with a cell that was not read, or only in "
            "part. Screening reports which."
        )
    if imported.rejects:
        warn(f"Warning: {count(len(read.rejects), 'row')} rejected: see {imported.rejects}")
        for reject in read.rejects[:3]:
            warn(f"    row {reject.row}: {reject.reason}")


def _preview(seen: "Sequence[ColumnSeen]") -> "Iterator[str]":
    """What was understood of each column: one line each, and no more than fit on a screen."""
    rows = [("Column", "read as", "filled", "not read", "for example")]
    rows += [
        (
            _short(one.heading or "(no heading)", 24),
            one.field,
            f"{one.filled:,}",
            f"{one.unread:,}" if one.unread else "-",
            _short(one.example, 40),
        )
        for one in seen[:_MOST_COLUMNS]
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    for row in rows:
        cells = [
            cell.rjust(width) if at in (2, 3) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        yield f"{'  '.join(cells)}  {row[4]}".rstrip()
    if len(seen) > _MOST_COLUMNS:
        yield f"and {len(seen) - _MOST_COLUMNS} more columns that are read"


def _short(text: str, length: int) -> str:
    from duediligence.render.wording import visible

    return visible(text if len(text) <= length else text[: length - 1] + "…")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, XLS or ODS.")],
    map_: MapOption = None,
    sheet: SheetOption = "",
) -> None:
    """Import suppliers from a spreadsheet. Importing twice changes nothing.

    Exits 3 when rows could not be used; they are written to a rejects file.

    Examples:

        duediligence suppliers import suppliers.xlsx

        duediligence suppliers import export.csv --map name="Vendor" --map company_number="Reg"
    """
    from duediligence.screening.imports import import_suppliers

    with workspace() as ws:
        imported = import_suppliers(
            ws, file, mapping=parse_mapping(map_), sheet=sheet, rejects_folder=Path.cwd()
        )
    tell(imported)
    if imported.rejects:
        raise typer.Exit(3)


@app.command("list")
def list_(as_json: JsonOption = False) -> None:
    """List the imported suppliers.

    Examples:

        duediligence suppliers list

        duediligence suppliers list --json
    """
    from duediligence.cli.globals import table
    from duediligence.screening.imports import suppliers_of

    with workspace() as ws:
        suppliers = suppliers_of(ws)
    if as_json:
        say_json(suppliers)
        return
    if not suppliers:
        note("No suppliers yet. Import some: duediligence suppliers import FILE")
        return
    table(
        ["ref", "name", "company number", "postcode", "people"],
        [
            [
                s.ref,
                s.name,
                s.company_number,
                s.address.postcode if s.address else "",
                str(len(s.people) or ""),
            ]
            for s in suppliers
        ],
    )


@app.command()
def show(
    ref: Annotated[str, typer.Argument(help="The supplier's reference.")],
    as_json: JsonOption = False,
) -> None:
    """Show all that is known of one supplier, with what was corrected on import.

    Examples:

        duediligence suppliers show S00001

        duediligence suppliers show S00001 --json
    """
    from duediligence.screening.resolution.resolving import supplier_of

    with workspace() as ws:
        supplier = supplier_of(ws, ref)
    if as_json:
        say_json(supplier)
        return
    say(f"{supplier.ref}: {supplier.name}")
    for label, values in (
        ("Trading names", supplier.trading_names),
        ("Former names", supplier.former_names),
        ("Numbers", [f"{i.scheme} {i.id}" for i in supplier.identifiers]),
        ("Address", [a.text for a in [supplier.address] if a]),
        ("People", [f"{p.name} ({p.role})" for p in supplier.people]),
        ("Contract", [_contract(one) for one in supplier.engagements]),
        (
            "Corrected",
            [f"{r.column} {r.found!r} → {r.used!r}: {r.reason}" for r in supplier.repairs],
        ),
        ("Not read", [f"{c.column} {c.text!r}: {c.reason}" for c in supplier.unread]),
    ):
        if values:
            say(f"  {label}: {'; '.join(values)}")


def _contract(contract: "Contract") -> str:
    """One contract on one line."""
    from duediligence.text.dates import long_date
    from duediligence.text.money import in_pounds

    parts = [contract.title, contract.category]
    if contract.cpv:
        parts.append(f"CPV {', '.join(contract.cpv)}")
    if contract.yearly_value is not None:
        parts.append(f"{in_pounds(contract.yearly_value)} a year")
    if contract.start:
        parts.append(f"from {long_date(contract.start)}")
    if contract.end:
        parts.append(f"to {long_date(contract.end)}")
    return ", ".join(filter(None, parts))


@app.command()
def declare(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, XLS, ODS or JSON.")],
) -> None:
    """Import what suppliers declared about grounds for exclusion. No file is partly imported.

    Screening then compares it with what the registers show. The columns and codes are in
    docs/declarations.md.

    Examples:

        duediligence suppliers declare declarations.csv

        duediligence suppliers declare answers.json
    """
    from duediligence.screening.imports import import_declarations
    from duediligence.text.wording import count

    with workspace() as ws:
        imported = import_declarations(ws, file)
    read, taken = imported.read, imported.count
    suppliers = len({one.supplier_ref for one in read.declarations})
    say(
        f"{read.file}: {count(len(read.declarations), 'answer')} of {count(suppliers, 'supplier')} "
        f"({taken.added:,} new, {taken.unchanged:,} unchanged)"
    )
    if read.unused:
        note(f"    Columns not read: {', '.join(repr(name) for name in read.unused)}")
    for line in read.notes:
        note(f"    {line}")


SHOWN = 5
EXIT_CODES = {"settled": 0, "needs a person": 1, "not known": 3}
_PLURAL = {"needs a person": "need a person"}


@app.command()
def resolve(
    refs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REF]...", help="References. Default: all suppliers."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find the company or charity that each supplier is, or report that a person must look.

    Uses the link made by hand, else the number given, else the names and the postcode. By name,
    only a clearly best candidate counts. Exits 1 when a person must look, 3 when a register could
    not be asked. If it is stopped, what Companies House answered is used again for a day.

    Examples:

        duediligence suppliers resolve

        duediligence suppliers resolve S00001 S00007 --json
    """
    from duediligence.screening.resolution.candidates import sources_at_hand
    from duediligence.screening.resolution.resolving import resolve_suppliers

    with workspace() as ws:
        found = resolve_suppliers(ws, sources_at_hand(ws), refs or (), progress=progress())
    if as_json:
        say_json([_document(*one) for one in found])
    else:
        states = list(EXIT_CODES)
        if len(found) > 1 and all(resolved.not_asked for _, resolved in found):
            _tell_not_asked([resolved for _, resolved in found])
        else:  # those that need a person come last, where they are seen
            for supplier, resolved in sorted(found, key=lambda one: states.index(one[1].state)):
                _show(supplier, resolved)
        _sum_up([resolved for _, resolved in found])
    raise typer.Exit(max((EXIT_CODES[resolved.state] for _, resolved in found), default=0))


@app.command()
def link(
    ref: Annotated[str, typer.Argument(help="The supplier's reference.")],
    entity: Annotated[
        str,
        typer.Argument(
            metavar="[ENTITY]",
            help="GB-COH- and the company number, GB-CHC-, GB-SC- or GB-NIC- and the charity "
            "number, or none: it is on no register. Leave it out to show who settled what.",
            show_default=False,
        ),
    ] = "",
    reason: Annotated[str, typer.Option("--note", help="Why, for anyone who asks later.")] = "",
    by: Annotated[str, typer.Option(help="Who decided. Default: your user name.")] = "",
) -> None:
    """Settle by hand which company or charity a supplier is. The newest link counts.

    Examples:

        duediligence suppliers link S00001 GB-COH-99000001 --note "Their letterhead"

        duediligence suppliers link S00001 none --by "Ada Ferrow"

        duediligence suppliers link S00001
    """
    from duediligence.render.wording import visible
    from duediligence.screening.resolution.candidates import sources_at_hand
    from duediligence.screening.resolution.resolving import (
        NAME_FITS,
        links_of,
        resolve_suppliers,
        settle,
    )

    with workspace() as ws:
        if not entity:
            _show_history(*links_of(ws, ref))
            return
        settle(ws, ref, entity, by=by or _user(), note=reason)
        ((supplier, resolved),) = resolve_suppliers(ws, sources_at_hand(ws), [ref])
    say(visible(f"{supplier.ref}: {supplier.name}"))
    say("  " + visible(resolved.resolution.reason))
    for why in resolved.not_asked:
        note(f"Recorded; not looked up: {why}")
    score = resolved.resolution.name_score
    if resolved.identifier and not resolved.entity and not resolved.not_asked:
        warn(f"Warning: {resolved.identifier} is on none of the available registers.")
    elif score is not None and score < NAME_FITS:
        warn(f"Warning: the names are only {score:.0%} similar. Is {resolved.identifier} right?")


def _user() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (ImportError, KeyError, OSError):
        raise UsageError("your user name is unknown", hint="Give it with --by NAME.") from None


def _show(supplier: "Supplier", resolved: "ResolvedSupplier") -> None:
    from duediligence.render.wording import visible

    named = f" {resolved.identifier}" if resolved.identifier else ""
    say(visible(f"{supplier.ref}: {supplier.name}"))
    say("  " + visible(f"{resolved.state}{named}: {resolved.resolution.reason}"))
    if resolved.state == "settled":
        return
    for why in resolved.not_asked:
        say("  " + visible(f"not asked: {why}"))
    for place, candidate in enumerate(resolved.candidates[:SHOWN], start=1):
        say(f"  {place}. " + visible(_headline(candidate)))
        say("     " + visible(" ".join(candidate.reasons)))
    say(f"  To settle it: duediligence suppliers link {visible(supplier.ref)} GB-COH-… (or none)")


def _tell_not_asked(found: Sequence["ResolvedSupplier"]) -> None:
    """Say once why no supplier could be looked up."""
    from duediligence.render.wording import visible

    say("No supplier could be looked up:")
    for why in dict.fromkeys(why for resolved in found for why in resolved.not_asked):
        say("  " + visible(why))


def _headline(candidate: "Candidate") -> str:
    parts = [str(candidate.identifier), candidate.name, *candidate.postcodes, candidate.status]
    return ", ".join(part for part in parts if part)


def _show_history(supplier: "Supplier", links: Sequence["Link"]) -> None:
    from duediligence.render.wording import moment, visible

    if not links:
        note(f"No link was set by hand for {supplier.name} ({supplier.ref}).")
    for one in links:
        told = f": {one.note}" if one.note else ""
        say(visible(f"{moment(one.at)}  {one.identifier or 'none'}  {one.by}{told}"))


def _sum_up(found: Sequence["ResolvedSupplier"]) -> None:
    from duediligence.text.wording import count

    if not found:
        note("No supplier has been imported: duediligence screen FILE")
        return
    counts = [(sum(one.state == state for one in found), state) for state in EXIT_CODES]
    states = ", ".join(
        f"{n:,} {_PLURAL.get(state, state) if n != 1 else state}" for n, state in counts
    )
    note(f"{count(len(found), 'supplier')}: {states}.")


def _document(supplier: "Supplier", resolved: "ResolvedSupplier") -> dict[str, object]:
    import msgspec

    body = msgspec.to_builtins(resolved)
    return {"supplier_ref": supplier.ref, "supplier_name": supplier.name, **body}
