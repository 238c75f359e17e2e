"""`lists local`: a council's own registers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import note, say, say_json, warn, workspace
from duediligence.errors import UsageError
from duediligence.text.wording import count

if TYPE_CHECKING:
    from duediligence.contracts import Files
    from duediligence.council_registers import Description


def register(app: typer.Typer) -> None:
    """Add the commands to the noun `lists`."""
    app.command("new")(start)
    app.command("test")(try_out)
    app.command("add")(add)


def start(
    sample: Annotated[
        Path,
        typer.Argument(help="A file of the register: CSV, XLSX, JSON, HTML; or a folder of pages."),
    ],
    power: Annotated[
        str, typer.Option(help="The council's power: `planning`, `licensing` …; guessed if unset.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="File to write (.toml); printed if not given.")
    ] = None,
) -> None:
    """Draft the description of your own register from a sample of it.

    Examples:

        duediligence lists new notices.csv --power planning --out notices.toml

        duediligence lists new saved-pages --power licensing --out licences.toml
    """
    from duediligence.council_registers.starter import starter
    from duediligence.writing import write_text

    if out is not None and out.exists():
        raise UsageError(f"{out} already exists", hint="Name another file; nothing was written.")
    started = starter(sample, out or Path("register.toml"), power)
    if out is None:
        typer.echo(started.text, nl=False)
    else:
        write_text(out, started.text)
        say(f"Wrote {out}.")
    note("To decide in it (the lines with CHECK):")
    for line in started.unsure:
        note(f"  {line}")
    if out is None:
        note("Save it with --out FILE.toml. Then: duediligence lists test FILE.toml")
    else:
        note(f"Then: duediligence lists test {out}")


def try_out(
    file: Annotated[Path, typer.Argument(help="The description of the register (.toml).")],
    from_: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Read the register's files from this folder."),
    ] = None,
    rows: Annotated[int, typer.Option(min=0, help="How many records to show.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read a register as its description says, and show the result. Nothing is stored.

    Exits 2, and reports every fault, where the description is wrong or a row cannot be read.

    Examples:

        duediligence lists test notices.toml

        duediligence lists test licences.toml --from saved-pages --rows 10
    """
    from duediligence.cli.lists_shown import document, refuse, show
    from duediligence.council_registers import WrongDescription, examine, read_description

    try:
        description = read_description(file)
    except WrongDescription as error:
        if as_json:
            say_json({"file": str(file), "problems": error.problems})
        for problem in error.problems:
            warn(f"{file.name}: {problem}")
        raise UsageError(
            f"{file.name}: {count(len(error.problems), 'thing')} to correct in the description",
            hint=error.hint if len(error.problems) == 1 and "TOML" in error.message else "",
        ) from error
    files = _files(description, from_)
    found = examine(description, files)
    if as_json:
        say_json(document(description, files, found, rows))
    else:
        show(description, files, found, rows)
    refuse(description, found)
    if not as_json:
        note(f"Next: duediligence lists add {file}")


def add(
    file: Annotated[Path, typer.Argument(help="The description of the register (.toml).")],
) -> None:
    """Add a register to the lists that suppliers are screened against.

    Its description is copied into the home; the register's own files stay where they are.

    Examples:

        duediligence lists add notices.toml
    """
    from duediligence.cli.lists_shown import refuse
    from duediligence.council_registers import examine, files_in, read_description
    from duediligence.screening.lists.refresh import add as add_list

    description = read_description(file)
    if not description.source.url:
        refuse(description, examine(description, files_in(description)))
    with workspace() as ws:
        target, known = add_list(ws, file)
    say(f"{'Replaced' if known else 'Added'} {description.id}: {target}")
    note(f"Next: duediligence lists refresh {description.id}")


def _files(description: "Description", folder: Path | None) -> "Files":
    """The register's files: in the folder given, where they are, or as they were last fetched."""
    from duediligence.contracts import Files
    from duediligence.council_registers import files_in
    from duediligence.screening.lists.refresh import fetched

    if folder is None and description.source.url:
        with workspace() as ws:
            snapshot = fetched(ws, description.id)
        if snapshot is not None:
            note(f"As fetched at {snapshot.taken_at:%Y-%m-%d %H:%M} UTC.")
            return Files(snapshot.paths())
    return files_in(description, folder)
