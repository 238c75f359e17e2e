"""A council's own register: start its description from a sample, test it, add it to the lists."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import note, resolve, say, say_json, warn, workspace
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duediligence.contracts import Files
    from duediligence.local_registers import Description, Examined, Problem
    from duediligence.model import ListEntry


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
    """Start the description of a register of your own from a sample of it.

    Examples:

        duediligence lists new notices.csv --power planning --out notices.toml

        duediligence lists new saved-pages --power licensing --out licences.toml
    """
    from duediligence.local_registers.guessing import starter
    from duediligence.writing import write_text

    if out is not None and out.exists():
        raise UsageError(f"{out} exists already", hint="Name another file; nothing was written.")
    started = starter(sample, out or Path("register.toml"), power)
    if out is None:
        typer.echo(started.text, nl=False)
    else:
        write_text(out, started.text)
        say(f"Wrote {out}.")
    note("To settle in it (the lines with CHECK):")
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
    """Read a register as its description says, and show what came of it. Nothing is stored.

    Exits 2, and tells every fault, where the description is wrong or a row cannot be read.

    Examples:

        duediligence lists test notices.toml

        duediligence lists test licences.toml --from saved-pages --rows 10
    """
    from duediligence.local_registers import WrongDescription, examine, read_description

    try:
        description = read_description(file)
    except WrongDescription as error:
        if as_json:
            say_json({"file": str(file), "problems": error.problems})
        for problem in error.problems:
            warn(f"{file.name}: {problem}")
        raise UsageError(
            f"{file.name}: {_many(len(error.problems), 'thing')} to mend in the description",
            hint=error.hint if len(error.problems) == 1 and "TOML" in error.message else "",
        ) from error
    files = _files(description, from_)
    found = examine(description, files)
    if as_json:
        say_json(_document(description, files, found, rows))
    else:
        _show(description, files, found, rows)
    _refuse(description, found)
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
    from duediligence import registry
    from duediligence.local_registers import examine, files_in, put, read_description

    description = read_description(file)
    if not description.source.url:
        _refuse(description, examine(description, files_in(description)))
    with workspace() as ws:
        folder = ws.settings.local_registers_folder
        if built_in := registry.watchlists().get(description.id):
            raise UsageError(
                f"{file.name}: id {description.id!r} is that of {built_in.title}",
                hint="Choose another id: an id names one list for ever.",
            )
        known = (folder / f"{description.id}.toml").exists()
        _, target = put(file, folder)
    say(f"{'Replaced' if known else 'Added'} {description.id}: {target}")
    note(f"Next: duediligence lists refresh {description.id}")


def _files(description: "Description", folder: Path | None) -> "Files":
    """The register's files: in the folder given, where they are, or as they were last fetched."""
    from duediligence.contracts import Files
    from duediligence.fetch import Snapshots
    from duediligence.local_registers import files_in

    if folder is None and description.source.url:
        with workspace() as ws:
            snapshot = Snapshots(ws.snapshots).latest(description.id)
        if snapshot is not None:
            note(f"As fetched at {snapshot.taken_at:%Y-%m-%d %H:%M} UTC.")
            return Files(snapshot.paths())
    return files_in(description, folder)


def _refuse(description: "Description", found: "Examined") -> None:
    if not found.problems:
        return
    from duediligence.local_registers.description import MOST_PROBLEMS
    from duediligence.reports.wording import visible

    others = [problem.hint for problem in found.problems if problem.hint and not problem.theirs]
    hints = [*list(dict.fromkeys(others))[:5], *_unknown_words(found.problems)]
    for problem in found.problems:
        warn(visible(str(problem)))
    first = "the first " if len(found.problems) == MOST_PROBLEMS else ""
    raise UsageError(
        f"{description.path.name}: {first}{_many(len(found.problems), 'problem')} in the register; "
        "nothing of it is used until all rows can be read",
        hint="\n".join(map(visible, hints)),
    )


def _unknown_words(problems: "Sequence[Problem]") -> "Iterator[str]":
    """What to write in the description for words that it does not know, with a guess for each."""
    from duediligence.local_registers.fields import BY_NAME
    from duediligence.local_registers.guessing import value_line

    unknown: dict[str, list[str]] = {}
    for problem in problems:
        if problem.theirs:
            unknown.setdefault(problem.field, []).append(problem.theirs)
    for name, words in unknown.items():
        ours = ", ".join(BY_NAME[name].words)
        yield f"Under [values.{name}] write what each means (one of {ours}):"
        yield from (value_line(name, theirs) for theirs in dict.fromkeys(words))


def _show(description: "Description", files: "Files", found: "Examined", rows: int) -> None:
    import json

    from duediligence.cli.sources.lists_refreshed import aside
    from duediligence.reports.wording import visible

    for entry in found.entries[:rows]:
        for name, value in _shown(entry).items():
            say(visible(f"{name}: {value}"))
        say()
    if not found.problems:
        say(
            f"{description.id}: {_many(len(found.entries), 'record')} from "
            f"{_many(found.rows, 'row')} of {_many(len(files), 'file')}"
        )
        records = [entry.record for entry in found.entries if entry.record]
        closed = sum(record.handling == "restricted" for record in records)
        if closed and not resolve().settings.store_restricted:
            warn(
                f"Warning: {closed:,} of {_many(len(records), 'record')} restricted. A refresh "
                "leaves such out while the setting store_restricted is off: change handling, or "
                "that setting."
            )
        least, most = description.expected
        if not least <= len(found.entries) <= most:
            warn(f"Warning: expected is {least} to {most} records: a refresh would be refused.")
    unread = files.drift.of("unread column")
    for line in (*found.notes, *files.drift.lines()):
        if not line.startswith("unread column: "):
            note(visible(aside(line)))
    if unread:
        listed = json.dumps(unread, ensure_ascii=False)
        note(visible(f"Columns that nobody reads; if you do not need them: ignore = {listed}"))


def _document(
    description: "Description", files: "Files", found: "Examined", rows: int
) -> dict[str, object]:
    return {
        "id": description.id,
        "records": len(found.entries),
        "rows": found.rows,
        "files": list(files),
        "first": [_shown(entry) for entry in found.entries[:rows]],
        "problems": [str(problem) for problem in found.problems],
        "notes": [*found.notes, *files.drift.lines()],
    }


def _shown(entry: "ListEntry") -> dict[str, str]:
    """What was read of a record, by the names of its fields; what is empty is left out."""
    from dataclasses import fields

    record = entry.record
    shown = {
        "id": entry.id,
        "subject_name": entry.name,
        "subject_type": {"person": "individual"}.get(entry.kind, entry.kind),
        "trading_name": "; ".join(name.text for name in entry.names[1:]),
        "numbers": ", ".join(map(str, entry.identifiers)),
        "birth_month_year": ", ".join(map(str, entry.birth_dates)),
        "premises_address": "; ".join(address.text for address in entry.addresses),
        "postcode": "; ".join(address.postcode for address in entry.addresses),
        "source_url": entry.url,
    }
    for field in fields(record) if record else ():
        value = getattr(record, field.name)
        name = "record_type" if field.name == "type" else field.name
        shown[name] = "; ".join(value) if isinstance(value, tuple) else str(value or "")
    return {name: value for name, value in shown.items() if value and value != "False"}


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
