"""`suppliers ownership`: who owns suppliers, in the standards of others."""

from pathlib import Path
from typing import Annotated

import typer

from duediligence.cli.disclosing import PeopleOption
from duediligence.cli.globals import GLOBALS, note, say, workspace
from duediligence.render.wording import day, visible

app = typer.Typer()


@app.command("import")
def import_ownership_file(
    file: Annotated[Path, typer.Argument(help="BODS 0.4 or FollowTheMoney, as JSON.")],
    supplier: Annotated[
        str, typer.Option(metavar="REF", help="The supplier. Default: the one that the file names.")
    ] = "",
    by: Annotated[
        str, typer.Option(metavar="NAME", help="Who declared it. Default: as the file says.")
    ] = "",
    on: Annotated[
        str, typer.Option(metavar="DATE", help="When. Default: the newest day in the file.")
    ] = "",
) -> None:
    """Import who owns a supplier, as others declared it.

    The file is kept as it is, and changes nothing of what the registers say. It must name the
    supplier by its number and its name.

    Examples:

        duediligence suppliers ownership import group.bods.jsonl

        duediligence suppliers ownership import owners.json --by "Moss Ltd" --on 2026-11-30
    """
    from duediligence.casework.choices import date_of
    from duediligence.extensions.ownership.importing import format_import, import_ownership

    GLOBALS.options = {"declared_by": "--by", "declared_on": "--on"}
    with workspace() as ws:
        imported = import_ownership(
            ws, file, supplier=supplier, declared_by=by, declared_on=date_of("on", on)
        )
    say(visible(format_import(imported)))


@app.command("show")
def show_declared(
    supplier: Annotated[str, typer.Argument(metavar="REF", help="The supplier.")],
) -> None:
    """Show who owns a supplier, as others declared it.

    Examples:

        duediligence suppliers ownership show S00001
    """
    from duediligence.extensions.ownership.importing import list_declared_ownership

    with workspace() as ws:
        found, declared = list_declared_ownership(ws, supplier)
    say(visible(f"{found.ref}: {found.name}"))
    for one, owners in declared:
        say(visible(f"Declared by {one.declared_by} on {day(one.declared_on)}, in {one.standard}:"))
        for each in owners:
            say(visible(f"    {each.line}"))
    if not declared:
        note("Nothing was imported that others declared.")


@app.command("export")
def export_ownership_file(
    file: Annotated[Path, typer.Argument(help="File to write: .bods.jsonl or .ftm.json.")],
    supplier: Annotated[
        list[str] | None,
        typer.Option("--supplier", metavar="REF", help="Only this one. Repeatable."),
    ] = None,
    people: PeopleOption = False,
) -> None:
    """Export who owns suppliers to a file.

    It has what the registers say and what others declared, and as FollowTheMoney findings too.
    People are left out unless --include-people is given. The audit chain records each export with
    the SHA-256 that is printed.

    Examples:

        duediligence suppliers ownership export owners.bods.jsonl --include-people

        duediligence suppliers ownership export one.ftm.json --supplier S00001
    """
    from duediligence.delivery.flag_files import check_folder
    from duediligence.extensions.ownership.exporting import export_ownership
    from duediligence.writing import write_bytes

    check_folder(file)
    with workspace() as ws:
        exported = export_ownership(ws, file.name, refs=supplier or (), people=people)
    write_bytes(file, exported.body)
    say(f"{exported.sha256}  {file.name}")
    for line in exported.not_in_it:
        note(line)
