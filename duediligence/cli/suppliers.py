"""`suppliers`: show, declare, resolve; `supplier_imports.py` has the import."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, progress, say, say_json, warn, workspace
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duediligence.model import Supplier
    from duediligence.screening.resolution.resolving import ResolvedSupplier
    from duediligence.store.casework.suppliers import Link


app = typer.Typer(help="Suppliers: import, show, correct, merge, remove.", no_args_is_help=True)


@app.command("list")
def list_(
    everything: Annotated[
        bool, typer.Option("--all", help="Include suppliers that have ended.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the suppliers.

    Sub-contractors and consortium members are below the one they work under.

    Examples:

        duediligence suppliers list

        duediligence suppliers list --all --json
    """
    from duediligence.casework.supplier_history import supplier_list
    from duediligence.casework.supplier_records import build_record_document
    from duediligence.cli.globals import table
    from duediligence.text.wording import count

    with workspace() as ws:
        found = supplier_list(ws, everything=everything)
        records = [build_record_document(ws, one) for one in found.suppliers] if as_json else []
    if as_json:
        say_json(records)
    elif found.suppliers:
        table(
            [
                "ref",
                "name",
                "company number",
                "postcode",
                "people",
                "contracts",
                "works as",
                "ended",
            ],
            [
                [
                    "  " * depth + s.ref,
                    s.name,
                    s.company_number,
                    s.address.postcode if s.address else "",
                    str(len(s.people) or ""),
                    str(len(s.engagements) or ""),
                    ", ".join(f"{one.role} of {one.supplier_ref}" for one in s.part_of),
                    f"{s.ended:%Y-%m-%d}" if s.ended else "",
                ]
                for depth, s in _in_order(found.suppliers)
            ],
        )
    elif not found.ended:
        note("No suppliers yet. Import some: duediligence suppliers import FILE")
    if found.ended:
        ended = count(found.ended, "supplier that has ended", "suppliers that have ended")
        note(f"{ended} not shown. To list all: --all.")


def _in_order(suppliers: "Sequence[Supplier]") -> "Iterator[tuple[int, Supplier]]":
    """Yield each supplier with how deep it is, those that work under another below that one."""
    refs = {one.ref for one in suppliers}
    below: dict[str, list[Supplier]] = {}
    for one in suppliers:
        for part in one.part_of:
            below.setdefault(part.supplier_ref, []).append(one)

    def under(one: "Supplier", above: tuple[str, ...]) -> "Iterator[tuple[int, Supplier]]":
        yield len(above), one
        for each in below.get(one.ref, ()):
            if each.ref not in (*above, one.ref):
                yield from under(each, (*above, one.ref))

    for one in suppliers:
        if not any(part.supplier_ref in refs for part in one.part_of):
            yield from under(one, ())


@app.command()
def show(
    ref: Annotated[str, typer.Argument(help="The supplier's reference.")],
    as_json: JsonOption = False,
) -> None:
    """Show all that is known of one supplier.

    Also shows what was corrected on import.

    Examples:

        duediligence suppliers show S00001

        duediligence suppliers show S00001 --json
    """
    from duediligence.casework import supplier_words
    from duediligence.casework.contract_regimes import list_laws_of
    from duediligence.casework.supplier_history import contacts_shared, supplier_list
    from duediligence.casework.supplier_records import build_record_document
    from duediligence.render.wording import visible
    from duediligence.screening.resolution.resolving import supplier_of

    with workspace() as ws:
        supplier = supplier_of(ws, ref)
        every = supplier_list(ws, everything=True).suppliers
        contacts = list(supplier_words.list_contact_lines(contacts_shared(ws, supplier)))
        laws = list_laws_of(ws, supplier)
        if as_json:
            say_json(build_record_document(ws, supplier))
            return
    names = {one.ref: one.name for one in every}
    say(visible(f"{supplier.ref}: {supplier.name}"))
    for line in supplier_words.describe_supplier(supplier, names):
        say("  " + visible(f"{line.label}: {'; '.join(line.values)}"))
    if supplier.unproven:
        say(f"  Warning: {supplier_words.NOT_PROVEN}")
        say("  " + visible(f"To confirm them: duediligence suppliers confirm-people {ref}"))
    for contract in laws:
        say("  " + visible(f"Contract: {contract.line}. {contract.words}"))
        for notice in contract.notices:
            say("    " + visible(notice))
    for line in (*contacts, *supplier_words.working_under(supplier, every)):
        say("  " + visible(f"{line.label}: {'; '.join(line.values)}"))


@app.command()
def declare(
    file: Annotated[
        Path | None, typer.Argument(help="CSV, XLSX, XLS, ODS or JSON.", show_default=False)
    ] = None,
    share_code: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            help="Ask the Central Digital Platform for the form of this share code.",
        ),
    ] = "",
    ref: Annotated[
        str,
        typer.Option(
            metavar="REF", help="The supplier here that a form is of, if its number does not say."
        ),
    ] = "",
    submitted_on: Annotated[
        str,
        typer.Option(
            metavar="DATE", help="When the supplier handed in a form that does not say it."
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Of a form: say what would be kept, and keep nothing.")
    ] = False,
) -> None:
    """Import what suppliers declared about exclusion grounds.

    No file is partly imported. Screening then compares it with what the registers show. The columns
    and codes are in docs/officer/declarations.md. The JSON of a share code of the Central Digital
    Platform also fills the supplier and its people.

    Examples:

        duediligence suppliers declare declarations.csv

        duediligence suppliers declare answers.json

        duediligence suppliers declare --share-code QTnhQbHM --ref S00012
    """
    from duediligence.casework import supplier_information as stated
    from duediligence.casework.import_words import declaration_lines, information_lines
    from duediligence.errors import Invalid
    from duediligence.formats.attached import is_printed
    from duediligence.screening.imports import import_declarations
    from duediligence.suppliers.stated_fields import read_submission_day

    if file and is_printed(file.name):
        raise UsageError(
            f"{file.name}: is a printed form, which you confirm field by field",
            hint="Read it: duediligence suppliers confirm-form FILE",
        )
    if (file is None) == (not share_code):
        raise UsageError("name a file or a share code, one of the two")
    with workspace() as ws:
        found = stated.fetch_information(ws, share_code) if file is None else None
        found = found or (stated.read_information(ws, file) if file else None)
        if found:
            keep = stated.preview_supplier_information if dry_run else None
            keep = keep or stated.import_supplier_information
            kept = keep(ws, found, ref=ref, submitted_on=read_submission_day(submitted_on))
            groups = [information_lines(one) for one in kept]
        elif ref or dry_run or submitted_on or file is None:
            field = "ref" if ref else "dry_run" if dry_run else "submitted_on"
            raise Invalid("only with the form of a share code", field=field)
        else:
            groups = [declaration_lines(import_declarations(ws, file))]
    for said, *notes in groups:
        say(said)
        for line in notes:
            note(f"    {line}")


SHOWN = 5
EXIT_CODES = {"settled": 0, "needs a person": 1, "not known": 3}


@app.command()
def resolve(
    refs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REF]...", help="References. Default: all suppliers."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find the company or charity that each supplier is.

    Where it is not certain, it reports that a person must look. Uses the link made by hand, else
    the number given, else the names and the postcode. By name, only a clearly best candidate
    counts. Exits 1 when a person must look, 3 when a register could not be asked. If it is stopped,
    what Companies House answered is used again for a day.

    Examples:

        duediligence suppliers resolve

        duediligence suppliers resolve S00001 S00007 --json
    """
    from duediligence.casework.supplier_words import resolved_document
    from duediligence.screening.resolution.candidates import sources_at_hand
    from duediligence.screening.resolution.resolving import resolve_suppliers

    with workspace() as ws:
        found = resolve_suppliers(ws, sources_at_hand(ws), refs or (), progress=progress())
    if as_json:
        say_json([resolved_document(*one) for one in found])
    else:
        states = list(EXIT_CODES)
        if len(found) > 1 and all(resolved.not_asked for _, resolved in found):
            _tell_not_asked([resolved for _, resolved in found])
        else:  # those that need a person come last, where they are seen
            for supplier, resolved in sorted(found, key=lambda one: states.index(one[1].state)):
                _print_resolved_supplier(supplier, resolved)
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
    from duediligence.casework.supplier_words import link_remarks
    from duediligence.render.wording import visible
    from duediligence.screening.resolution.candidates import sources_at_hand
    from duediligence.screening.resolution.resolving import (
        links_of,
        resolve_suppliers,
        settle,
    )

    with workspace() as ws:
        if not entity:
            _show_history(*links_of(ws, ref))
            return
        settle(ws, ref, entity, by=by or _find_user_name(), note=reason)
        ((supplier, resolved),) = resolve_suppliers(ws, sources_at_hand(ws), [ref])
    say(visible(f"{supplier.ref}: {supplier.name}"))
    say("  " + visible(resolved.resolution.reason))
    for remark in link_remarks(resolved):
        warn(remark) if remark.startswith("Warning") else note(remark)


def _find_user_name() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (ImportError, KeyError, OSError):
        raise UsageError("your user name is unknown", hint="Give it with --by NAME.") from None


def _print_resolved_supplier(supplier: "Supplier", resolved: "ResolvedSupplier") -> None:
    from duediligence.casework.supplier_words import candidate_line, resolved_line
    from duediligence.render.wording import visible

    say(visible(f"{supplier.ref}: {supplier.name}"))
    say("  " + visible(resolved_line(resolved, str)))
    if resolved.state == "settled":
        return
    for why in resolved.not_asked:
        say("  " + visible(f"not asked: {why}"))
    for place, candidate in enumerate(resolved.candidates[:SHOWN], start=1):
        say(f"  {place}. " + visible(candidate_line(candidate, str)))
        say("     " + visible(" ".join(candidate.reasons)))
    say(f"  To settle it: duediligence suppliers link {visible(supplier.ref)} GB-COH-… (or none)")


def _tell_not_asked(found: Sequence["ResolvedSupplier"]) -> None:
    """Say once why no supplier could be looked up."""
    from duediligence.render.wording import visible

    say("No supplier could be looked up:")
    for why in dict.fromkeys(why for resolved in found for why in resolved.not_asked):
        say("  " + visible(why))


def _show_history(supplier: "Supplier", links: Sequence["Link"]) -> None:
    from duediligence.render.wording import moment, visible

    if not links:
        note(f"No link was set by hand for {supplier.name} ({supplier.ref}).")
    for one in links:
        told = f": {one.note}" if one.note else ""
        say(visible(f"{moment(one.at)}  {one.identifier or 'none'}  {one.by}{told}"))


def _sum_up(found: Sequence["ResolvedSupplier"]) -> None:
    from duediligence.screening.resolution.resolving import resolved_words

    if not found:
        note("No supplier has been imported: duediligence screen FILE")
        return
    note(resolved_words(found))
