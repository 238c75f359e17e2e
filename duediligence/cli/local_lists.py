"""`lists new`, `lists test` and `lists add`: a council's own registers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import note, resolve, say, say_json, warn, workspace
from duediligence.errors import Forbidden, UsageError
from duediligence.text.wording import count

if TYPE_CHECKING:
    from duediligence.contracts import Files
    from duediligence.council_registers import Description


def add_local_list_commands(app: typer.Typer) -> None:
    """Add the commands to the noun `lists`."""
    app.command("new")(draft_local_list)
    app.command("test")(try_out)
    app.command("add")(add_local_list)


def draft_local_list(
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
    page: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Page to write (.html) that shows what was understood; beside --out if not given.",
        ),
    ] = None,
) -> None:
    """Draft the description of your own register from a sample of it.

    A page shows what was understood: columns, date forms, rows that are no records, rows that could
    not be read, and the first records.

    Examples:

        duediligence lists new notices.csv --power planning --out notices.toml

        duediligence lists new saved-pages --power licensing --out licences.toml
    """
    from duediligence.council_registers.starter import draft_description
    from duediligence.permissions import lies_within
    from duediligence.writing import write_text

    if page is None and out is not None:
        page = out.with_name(f"{out.stem}-understood.html")
    for target in (out, page):
        if target is not None and target.exists():
            raise UsageError(
                f"{target} already exists", hint="Name another file; nothing was written."
            )
    if out is not None and not lies_within(sample, out.absolute().parent):
        raise UsageError(
            f"{out} must be in the folder of {sample}",
            hint="A description names only what is in its own folder, or below it.",
        )
    started = draft_description(sample, out or Path("register.toml"), power)
    if out is None:
        typer.echo(started.text, nl=False)
    else:
        write_text(out, started.text)
        say(f"Wrote {out}.")
    if page is not None:
        from duediligence.delivery.register_page import write_page

        write_page(started, sample, page)
        note(f"What was understood, to check it by: {page}")
    note("To decide in it (the lines with CHECK):")
    for line in started.unsure:
        note(f"  {line}")
    if out is None:
        note("Save it with --out FILE.toml. Then: duediligence lists test FILE.toml")
    else:
        note(f"Then: duediligence lists test {out}")


def try_out(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID|FILE", help="A list by its ID, or the description of a register (.toml)."
        ),
    ],
    from_: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Read the files from this folder."),
    ] = None,
    rows: Annotated[int, typer.Option(min=0, help="How many records of a register to show.")] = 3,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what is said of a list to this file, too."),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write all rows of a register that cannot be read (CSV)."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read the files of a list or register, and say what is in them. Nothing is stored.

    Of a list, it says what its publisher changed: headings that are gone, new or renamed, values
    that are not known, and the first error. Without --from it reads the last download that failed.
    The report names nobody, so you can send it to the maintainers. Exits 0 where the files read as
    known, 1 where something changed, 3 where they cannot be read or a refresh would refuse them.

    Of your own register, it shows the first records as its description says. Exits 2, and reports
    every fault, where the description is wrong, or more rows cannot be read than it allows.

    Examples:

        duediligence lists test fhrs

        duediligence lists test uk-sanctions --from ~/Downloads --report changed.md

        duediligence lists test notices.toml

        duediligence lists test licences.toml --from saved-pages --rows 10
    """
    file = Path(what)
    if file.suffix.lower() != ".toml":
        described = _find_description(what)
        if described is None:
            if rejects is not None:
                raise UsageError(
                    "--rejects is for registers of your own",
                    hint="A list that comes with the tool is read whole or not at all.",
                )
            _try_list(what, from_, report, as_json=as_json)
            return
        file = described
    added = file.absolute().parent == resolve().settings.local_registers_folder.absolute()
    if report is not None:
        raise UsageError(
            "--report is for lists that come with the tool",
            hint="The words on a register of your own quote its records.",
        )
    from duediligence.cli.local_lists_shown import print_register_records, report_register_problems
    from duediligence.council_registers import WrongDescription, examine_register, read_description
    from duediligence.council_registers.reading import build_trial_document
    from duediligence.council_registers.unread import write_not_read

    try:
        description = read_description(file, added=added)
    except WrongDescription as error:
        if as_json:
            say_json({"file": str(file), "problems": error.problems})
        for problem in error.problems:
            warn(f"{file.name}: {problem}")
        raise UsageError(
            f"{file.name}: {count(len(error.problems), 'thing')} to correct in the description",
            hint=error.advice if len(error.problems) == 1 else "",
        ) from error
    files = _find_register_files(description, from_)
    found = examine_register(description, files)
    if rejects is not None:
        write_not_read(found.not_read, rejects)
        note(f"Wrote {count(len(found.not_read), 'row')} that could not be read to {rejects}.")
    if as_json:
        say_json(build_trial_document(description, files, found, rows))
    else:
        print_register_records(description, files, found, rows)
    report_register_problems(description, found)
    if not as_json:
        note(f"Next: duediligence lists add {file}")


def add_local_list(
    file: Annotated[Path, typer.Argument(help="The description of the register (.toml).")],
) -> None:
    """Add a register to the lists that suppliers are screened against.

    Its description is copied into the home; the register's own files stay where they are.

    Examples:

        duediligence lists add notices.toml
    """
    from duediligence.cli.local_lists_shown import report_register_problems
    from duediligence.council_registers import examine_register, files_in, read_description
    from duediligence.screening.lists.refresh import add as add_list

    description = read_description(file)
    if not description.source.url:
        report_register_problems(description, examine_register(description, files_in(description)))
    with workspace() as ws:
        target, known = add_list(ws, file)
    say(f"{'Replaced' if known else 'Added'} {description.id}: {target}")
    note(f"Next: duediligence lists refresh {description.id}")


def _find_description(list_id: str) -> Path | None:
    """Return the description of a register of one's own that has the ID."""
    with workspace() as ws:
        if not ws.watchlist(list_id).reading:
            return None
        return ws.settings.local_registers_folder / f"{list_id}.toml"


def _try_list(list_id: str, folder: Path | None, report: Path | None, *, as_json: bool) -> None:
    from importlib.resources import as_file, files

    from duediligence.screening.lists.trial import record_passed_trial, result_of, try_files
    from duediligence.screening.lists.trial_report import (
        build_list_trial_document,
        format_trial_report,
    )
    from duediligence.writing import write_text

    with workspace() as ws, as_file(files("duediligence.demo") / "lists") as samples:
        trials = try_files(ws, list_id, folder=folder, samples=samples)
        try:
            proven = trials[0].proves_reader and record_passed_trial(ws, trials, samples)
        except Forbidden as refused:
            proven = False
            warn(f"Not recorded that the files passed: {refused.message}.")
    told = "\n".join(format_trial_report(trials))
    if report is not None:
        write_text(report, f"{told}\n")
        note(f"Wrote {report}.")
    if proven:
        note(f"Recorded that real files of {list_id} passed this test.")
    if as_json:
        say_json(build_list_trial_document(trials))
    else:
        say(told)
    if code := {"as known": 0, "changed": 1, "not readable": 3}[result_of(trials)]:
        raise typer.Exit(code)


def _find_register_files(description: "Description", folder: Path | None) -> "Files":
    """Return the register's files: in the folder given, where they are, or as they were last
    fetched.
    """
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
