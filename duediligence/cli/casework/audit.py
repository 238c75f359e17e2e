"""The audit chain: whether it holds, what it says, and a copy of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import note, progress, say, say_json, workspace
from duediligence.cli.options import JsonOption
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.model.casework.audit import AuditProblem, AuditRecord

app = typer.Typer(
    help="Who did what and when, in a chain where an edit shows.", no_args_is_help=True
)


@app.command()
def verify(
    head: Annotated[
        str, typer.Option(metavar="SHA256", help="Head noted down before: it must still be there.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Check that no record was edited, deleted, moved or put in, and no stored run changed.

    Exits 0 when the chain is sound, 4 when it is broken. Whoever owns the file can make a whole
    new chain: only a head kept elsewhere, such as in an evidence pack, tells that and whether
    records were cut off at the end.

    Examples:

        duediligence audit verify

        duediligence audit verify --head 6f2c…
    """
    from duediligence.casework.verifying import verify as verify_chain

    head = _head(head)
    with workspace() as ws:
        problem = verify_chain(ws, head=head, progress=progress())
        newest = None if problem else next(ws.audit.records(last=1), None)
        now_head = ws.audit.head()
    if as_json:
        say_json(
            {
                "sound": problem is None,
                "records": newest.position if newest else None if problem else 0,
                "head": now_head,
                "problem": problem,
            }
        )
    elif problem:
        _tell(problem)
    else:
        from duediligence.text.wording import count

        records = count(newest.position if newest else 0, "record")
        say(f"Sound: {records}. Fingerprint of the last: {now_head}")
        if not head:
            note(
                "Keep this fingerprint elsewhere: `duediligence audit verify --head FINGERPRINT` "
                "later shows that no record was removed."
            )
    if problem:
        raise typer.Exit(4)


@app.command()
def log(
    last: Annotated[int, typer.Option(min=1, help="How many of the newest records.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show the newest records: when, who, what.

    Examples:

        duediligence audit log

        duediligence audit log --last 100 --json
    """
    from duediligence.cli.tables import table

    with workspace(action="audit") as ws:
        records = list(ws.audit.records(last=last))
    if as_json:
        say_json(records)
    elif records:
        table(["record", "time (UTC)", "who", "what", "about", "details"], _rows(records))
    else:
        note("Nothing was done yet.")


@app.command()
def export(
    file: Annotated[
        Path | None, typer.Argument(help="File to write; printed if not given.")
    ] = None,
) -> None:
    """Write the whole chain as JSON Lines, for an auditor to keep and to verify elsewhere.

    The export is itself recorded, and its record is the last line.

    Examples:

        duediligence audit export audit-2026-11.jsonl

        duediligence audit export | tail -1
    """
    from duediligence.model.casework.audit import AuditEvent
    from duediligence.writing import replacing

    if file is not None and not file.parent.is_dir():
        raise UsageError(f"{file.parent} is not a folder", hint="Make it first, or name another.")
    with workspace(action="export") as ws:
        name = file.name if file else "standard output"
        ws.audit.add(AuditEvent("export", ws.now(), ws.who, {"file": name}, subject="audit"))
        if file is None:
            for record in ws.audit.records():
                say(record.line())
            return
        with replacing(file) as temporary, temporary.open("w", encoding="utf-8", newline="") as to:
            to.writelines(record.line() + "\n" for record in ws.audit.records())
        note(f"Wrote {file}. Head: {ws.audit.head()}")


def _head(text: str) -> str:
    head = text.strip().lower()
    if head and (len(head) != 64 or set(head) - set("0123456789abcdef")):
        raise UsageError(
            f"--head {text!r} is not a head", hint="It is 64 digits and letters from a to f."
        )
    return head


def _tell(problem: "AuditProblem") -> None:
    from duediligence.reports.wording import moment, visible

    at = f", {moment(problem.at)}" if problem.at else ""
    say(visible(f"BROKEN at record {problem.position:,}{at}: {problem.what}."))
    note("Keep the file as it is, and compare it with a backup or an export.")


def _rows(records: "list[AuditRecord]") -> list[list[str]]:
    from duediligence.reports.wording import visible

    return [
        [
            str(one.position),
            f"{one.event.at:%Y-%m-%d %H:%M:%S}",
            visible(one.event.who),
            one.event.kind,
            visible(one.event.subject),
            visible("; ".join(f"{name} {_plain(value)}" for name, value in one.event.what.items())),
        ]
        for one in records
    ]


def _plain(value: object) -> str:
    """Without the latter part of a hash: `--json` has all of it."""
    if isinstance(value, tuple):
        return f"{len(value)} of them" if len(value) > 3 else ", ".join(map(_plain, value))
    text = str(value)
    return f"{text[:8]}…" if len(text) == 64 and text.isalnum() else text
