"""`audit`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, progress, say, say_json, workspace
from duediligence.errors import Invalid

if TYPE_CHECKING:
    from duediligence.model.audit import AuditProblem


app = typer.Typer(help="Who did what and when, in a tamper-evident chain.", no_args_is_help=True)
key_app = typer.Typer(
    help="The key that signs evidence packs and the end of the chain.", no_args_is_help=True
)
app.add_typer(key_app, name="key")


@app.command()
def verify(
    head: Annotated[
        str,
        typer.Option(metavar="SHA256", help="Head noted earlier: it must still be in the chain."),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Check that no record was edited, deleted, moved or inserted, and no stored run changed.

    Exits 0 when the chain is sound, 4 when it is broken. Whoever owns the file can make a whole
    new chain: only a head kept elsewhere, such as in an evidence pack, shows that, or that
    records were cut off at the end.

    Examples:

        duediligence audit verify

        duediligence audit verify --head 6f2c…
    """
    from duediligence.casework import verifying

    head = _head(head)
    with workspace() as ws:
        problem = verifying.verify(ws, head=head, progress=progress())
        number, now_head = verifying.head(ws)
    if as_json:
        say_json(
            {
                "sound": problem is None,
                "records": None if problem else number,
                "head": now_head,
                "problem": problem,
            }
        )
    elif problem:
        _tell(problem)
    else:
        from duediligence.text.wording import count

        records = count(number, "record")
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
    last: Annotated[int, typer.Option(min=1, help="Number of newest records to show.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show the newest records: when, who, what.

    Examples:

        duediligence audit log

        duediligence audit log --last 100 --json
    """
    from duediligence.casework import verifying
    from duediligence.cli.globals import table

    with workspace() as ws:
        records = verifying.log(ws, last=last)
    if as_json:
        say_json(records)
    elif records:
        from duediligence.render.wording import visible

        table(
            ["record", "time (UTC)", "who", "what", "about", "details"],
            [[visible(cell) for cell in verifying.cells_of(one)] for one in records],
        )
    else:
        note("Nothing has been recorded yet.")


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
    from duediligence.casework import verifying
    from duediligence.delivery.flag_files import check_folder

    if file is not None:
        check_folder(file)
    with workspace() as ws:
        for line in verifying.export_chain(ws, file):
            say(line)
        if file:
            note(f"Wrote {file}. Head: {verifying.head(ws)[1]}")


@key_app.command("export")
def export_keys(
    file: Annotated[
        Path | None, typer.Argument(help="File to write; printed if not given.")
    ] = None,
) -> None:
    """Write the public keys, the one in use and those before it, each with its days.

    The file holds no secret. Hand it to auditors and partners by another way than the packs:
    `report verify --key FILE` then tells whether a pack is yours. It is PEM, as OpenSSL reads it.

    Examples:

        duediligence audit key export our-keys.pem
    """
    from duediligence.casework import signing_keys
    from duediligence.delivery.flag_files import check_folder

    if file is not None:
        check_folder(file)
    with workspace() as ws:
        text = signing_keys.export(ws, file)
    if file:
        note(f"Wrote {file}.")
    else:
        say(text)


@key_app.command()
def rotate() -> None:
    """Make a new key and destroy the one in use, such as after a laptop was lost.

    Needs the role administrator where roles are set. What the old key signed can still be
    verified; give the new public key to those who have the old one.

    Examples:

        duediligence audit key rotate
    """
    from duediligence.casework import signing_keys

    with workspace() as ws:
        key = signing_keys.rotate(ws)
    say(f"The key {key.id} signs from now on.")
    note("Give its public part to those who have the old one: `duediligence audit key export`.")


def _head(text: str) -> str:
    head = text.strip().lower()
    if head and (len(head) != 64 or set(head) - set("0123456789abcdef")):
        raise Invalid(
            f"--head {text!r} is not a valid fingerprint",
            field="head",
            hint="Enter 64 characters: digits and letters from a to f.",
        )
    return head


def _tell(problem: "AuditProblem") -> None:
    from duediligence.render.wording import moment, visible

    at = f", {moment(problem.at)}" if problem.at else ""
    say(visible(f"BROKEN at record {problem.position:,}{at}: {problem.what}."))
    note("Keep the file as it is, and compare it with a backup or an export.")
