"""`audit`."""

from pathlib import Path
from typing import Annotated

import typer

from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import (
    JsonOption,
    note,
    print_line,
    progress,
    say,
    say_json,
    warn,
    workspace,
)
from duediligence.errors import Invalid
from duediligence.text.wording import listed

app = typer.Typer(
    help="Who did what and when, in a chain that shows any tampering.", no_args_is_help=True
)
key_app = typer.Typer(
    help="The key that signs evidence packs and the end of the chain.", no_args_is_help=True
)
app.add_typer(key_app, name="key")


@app.command()
def verify(
    head: Annotated[
        str,
        typer.Option(
            metavar="SHA256|FILE",
            help="Head noted earlier, or a file of signed heads: each must still be in the chain.",
        ),
    ] = "",
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Public keys kept elsewhere (`audit key export`): only these may have signed.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Verify that nothing that is stored was changed by hand.

    Everything is compared with the audit chain, and what differs is named. Exits 0 when all is
    sound, 4 when something differs. Nothing is written, so that it works on read-only media too.
    Whoever owns the files can make a whole new chain: only a head kept elsewhere, such as in an
    evidence pack or by a job "audit head", shows that, or that records were cut off at the end.

    Examples:

        duediligence audit verify

        duediligence audit verify --head 6f2c…

        duediligence audit verify --head heads.jsonl --key our-keys.pem
    """
    from duediligence.casework import audit_heads, verifying
    from duediligence.casework.verifying import build_verification_report, format_chain_lines
    from duediligence.signing import read_public_keys

    text = head.strip()
    is_hash = len(text) == 64 and not set(text.lower()) - set("0123456789abcdef")
    if text and not is_hash and not Path(text).exists():
        raise Invalid(
            f"--head {head!r} is not a valid fingerprint, nor a file",
            field="head",
            hint="Enter 64 characters: digits and letters from a to f; or the name of a file that "
            "`duediligence audit head FILE` or the schedule wrote.",
        )
    kept = audit_heads.read_heads(Path(text)) if text and not is_hash else ()
    keys = read_public_keys(key) if key else ()
    with workspace() as ws:
        found = verifying.examine(
            ws,
            head=text.lower() if is_hash else "",
            heads=kept,
            keys=keys,
            progress=progress(),
        )
        chain_head = verifying.head(ws)[1] if found.records is None else found.head
    if as_json:
        say_json(build_verification_report(found, chain_head))
    else:
        for line in format_chain_lines(found):
            print_line(line)
        if found.sound and not head:
            note(
                "Keep this fingerprint elsewhere: `duediligence audit verify --head FINGERPRINT` "
                "later shows that no record was removed."
            )
    if found.problems:
        raise typer.Exit(4)


@app.command("head")
def write_head(
    to: Annotated[
        str,
        typer.Argument(
            metavar="[TO]",
            help="File to append to, or a folder; or mail, webhook or folder, as set up for "
            "digests. Printed if not given.",
        ),
    ] = "",
) -> None:
    """Sign the end of the chain, to be kept elsewhere.

    Keep it where whoever maintains this cannot write. Each head is a line of JSON, appended: those
    before it stay. The schedule can do it each day (`action = "audit head"`). `audit verify --head
    FILE` compares later.

    Examples:

        duediligence audit head /mnt/audit/heads.jsonl

        duediligence audit head mail
    """
    from duediligence.casework import audit_heads

    with workspace() as ws:
        done = audit_heads.write_head(ws, to)
    if not to:
        say(done.head.line())
    else:
        note(f"Record {done.head.position:,} signed by key {done.head.key_id}, to {done.to}.")
    if done.no_stamp:
        warn(f"It has no time-stamp: {done.no_stamp}.")


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
    """Write the whole chain for an auditor, as JSON Lines.

    The auditor can keep it and verify it elsewhere. The export is itself recorded, and its record
    is the last line.

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


@app.command("clock-right")
def put_clock_right(yes: YesOption = False) -> None:
    """Record that the clock of this computer is right again.

    Use it after records were made in the future. Needs the role administrator where roles are set.
    Only later records count for the clock from then on. What was fetched, confirmed or loaded at a
    time in the future stays out of date until that is done again.

    Examples:

        duediligence audit clock-right
    """
    from duediligence.render.wording import moment, sentence
    from duediligence.screening import clock

    with workspace() as ws:
        if doubt := clock.clock_doubt(ws):
            note(sentence(doubt))
            confirm(f"Is the clock right now, {moment(ws.now())}?", yes=yes)
        again = clock.put_clock_right(ws)
    say("Recorded: the clock is right.")
    if again:
        note(f"Fetch, confirm or load again: {listed(again)}.")


@key_app.command("export")
def export_keys(
    file: Annotated[
        Path | None, typer.Argument(help="File to write; printed if not given.")
    ] = None,
) -> None:
    """Write the public keys, the one in use and those before it.

    Each has the days of its use. The file holds no secret. Hand it to auditors and partners by
    another way than the packs: `report verify --key FILE` then tells whether a pack is yours. It is
    PEM, as OpenSSL reads it.

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
    """Make a new key and destroy the one in use.

    Do so after a laptop was lost, for example. Needs the role administrator where roles are set.
    What the old key signed can still be verified; give the new public key to those who have the old
    one.

    Examples:

        duediligence audit key rotate
    """
    from duediligence.casework import signing_keys

    with workspace() as ws:
        key = signing_keys.rotate(ws)
    say(f"The key {key.id} signs from now on.")
    note("Give its public part to those who have the old one: `duediligence audit key export`.")
    note(
        "Partners refuse your files until they have the file of the agreement again: "
        "`duediligence sharing agreement show REFERENCE --out FILE`."
    )
