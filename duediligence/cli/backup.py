"""`backup`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import (
    JsonOption,
    note,
    progress,
    resolve,
    say,
    say_json,
    warn,
    workspace,
)
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.delivery.backup.making import BackupManifest

app = typer.Typer(
    help="Encrypted copies of all that cannot be fetched again.", no_args_is_help=True
)
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="File that holds the passphrase and nothing else. Without it, and without the setting "
        "backup_passphrase, you are asked.",
    ),
]


@app.command()
def make(
    file: Annotated[Path, typer.Argument(help="File to write, on another disk or machine.")],
    with_key: Annotated[
        bool,
        typer.Option(
            "--with-key",
            help="Include the signing key and the key of contacts: keep that backup under lock.",
        ),
    ] = False,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a backup, while others work.

    It holds suppliers, runs, decisions, the audit chain and settings. Encrypted with a passphrase
    of 14 characters or more that is not a common one: `backup passphrase` makes one. Keep it where
    the backup is not: without it nobody can open the backup. Lists and registers are not in it,
    because they can be fetched again, nor is any secret of the settings.

    Examples:

        duediligence backup make /mnt/backups/2026-11-26.backup

        duediligence backup make key.backup --with-key --passphrase-file passphrase.txt
    """
    from duediligence.delivery.backup import making
    from duediligence.delivery.backup.restoring import made_document

    with workspace() as ws:
        passphrase = _find_passphrase(passphrase_file, twice=True)
        made = making.make(ws, file, passphrase, with_key=with_key, progress=progress())
    if as_json:
        say_json(made_document(made))
        return
    say(f"Wrote {file}, {made.size:,} bytes: {_format_backup_counts(made.manifest)}.")
    note(f"To see that it can be restored: `duediligence backup verify {file}`")


@app.command("copies")
def list_copies(as_json: JsonOption = False) -> None:
    """List the copies in the home, and backups on record.

    Examples:

        duediligence backup copies
    """
    from duediligence.casework.copies import WHY, list_kept_copies
    from duediligence.cli.globals import table
    from duediligence.render.wording import moment, visible

    with workspace() as ws:
        kept = list_kept_copies(ws)
    if as_json:
        copies = [{"name": one.name, "at": one.at, "why": one.why} for one in kept.copies]
        say_json({"copies": copies, "backups": kept.backups, "removed": kept.removed})
        return
    table(
        ["copy", "made", "why"], [[one.name, moment(one.at), WHY[one.why]] for one in kept.copies]
    )
    table(["backup elsewhere", "made"], [[visible(file), moment(at)] for at, file in kept.backups])
    if kept.remark:
        note(visible(kept.remark))


@app.command("bring-back")
def bring_back(
    copy: Annotated[
        str, typer.Argument(help="Name of the copy, as `backup copies` lists it; else the newest.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Bring back a copy of the database, or of a damaged one.

    What was removed since stays removed, and the audit chain names the events that it does not
    have. The state before is copied first. On a server a second administrator must give the same
    command, or do so in the console, within a day. Agreements with partners that were ended since,
    and keys of theirs that were dropped, are in use again: end or drop them again.

    Examples:

        duediligence backup bring-back

        duediligence backup bring-back 20261126T091500Z-daily
    """
    from duediligence.delivery.backup import bringing_back

    with workspace() as ws:
        done = bringing_back.bring_back(ws, copy, progress=progress())
    if as_json:
        say_json({"copy": done.copy.name, "events": done.events, "asked": done.asked})
    else:
        say(done.said)


@app.command("passphrase")
def passphrase_() -> None:
    """Print a new passphrase for backups: sixteen random words.

    It is kept nowhere.

    Examples:

        duediligence backup passphrase
    """
    from duediligence.passphrases import offer_passphrase

    say(offer_passphrase())


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="File of a backup.")],
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decrypt a backup and verify what it holds.

    It is unpacked in a private temporary folder. Exits 0 when all of it is as it was written and
    its audit chain is sound, else 4; 2 for a wrong passphrase. Needs no home, and changes none.

    Examples:

        duediligence backup verify /mnt/backups/2026-11-26.backup
    """
    from duediligence.delivery.backup import restoring
    from duediligence.delivery.backup.restoring import verified_document

    found = restoring.verify_backup(file, _find_passphrase(passphrase_file), progress=progress())
    manifest, problem = found.manifest, found.problem
    if as_json:
        say_json(verified_document(found))
    else:
        say(f"Whole: made {_format_backup_time(manifest)} by version {manifest.version}.")
        say(
            f"It holds {_format_backup_counts(manifest)}, and the {_describe_backup_key(manifest)}."
        )
        if problem:
            from duediligence.render.wording import visible

            say(visible(f"Its audit chain is BROKEN at record {problem.position}: {problem.what}."))
        else:
            say(
                f"Its audit chain is sound: {manifest.records:,} records. Fingerprint of the last: "
                f"{manifest.head}"
            )
    if problem:
        raise typer.Exit(4)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="File of a backup.")],
    accept_broken_chain: Annotated[
        bool,
        typer.Option(
            "--accept-broken-chain",
            help="Restore even if the audit chain was broken when the backup was made.",
        ),
    ] = False,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Restore a backup as a home: all of it, or nothing.

    The home must be empty or not there yet. Its audit chain is verified first, and goes on with a
    record that names the backup and an ID of this restoration. Then load the lists again, and set
    again what is secret.

    Examples:

        duediligence --home /srv/duediligence backup restore /mnt/backups/2026-11-26.backup
    """
    from datetime import UTC, datetime

    from duediligence.delivery.backup import restoring
    from duediligence.delivery.backup.restoring import restored_document
    from duediligence.screening.workspace import find_process_account

    home = resolve().settings.home
    restored = restoring.restore_backup(
        file,
        home,
        _find_passphrase(passphrase_file),
        at=datetime.now(UTC),
        who=find_process_account(),
        accept_broken=accept_broken_chain,
        progress=progress(),
    )
    manifest = restored.backup.manifest
    if as_json:
        say_json(restored_document(restored))
        return
    say(
        f"Restored {restored.home} as it was {_format_backup_time(manifest)}: "
        f"{_format_backup_counts(manifest)}."
    )
    say(f"Restoration {restored.id}. Record {manifest.records + 1:,} of the audit chain names it.")
    if not manifest.with_key:
        note(
            "The signing key and the key of contacts were not in the backup: new ones are made "
            "when they are next needed. For suppliers to share contacts, import all of them again."
        )
    if manifest.secrets:
        note(f"Set again: {', '.join(manifest.secrets)}. No secret is in a backup.")
    note("Lists are not in a backup. To load them: `duediligence lists refresh`")
    note(
        "If you share with partners: agreements that were ended, and keys that were dropped, after "
        "the backup was made are in use again here. End or drop them again. Lists are matched "
        "blindly only once the words of each partner's key were compared again."
    )
    if brought := restored.brought:
        list_id, folder = next(iter(brought.items()))
        note(
            f"Files that a person brought were restored, of {', '.join(brought)}. To load them, "
            f"for each: `duediligence lists refresh {list_id} --from {folder}`"
        )


def _find_passphrase(file: Path | None, *, twice: bool = False) -> str:
    """From the file, else the setting, else whoever sits there."""
    if file is not None:
        return _read_passphrase_file(file)
    if passphrase := resolve().settings.secret("backup_passphrase"):
        return passphrase
    if not sys.stdin.isatty():
        raise UsageError(
            "a passphrase is needed, and nobody can be asked for it here",
            hint="Use --passphrase-file FILE, or set DUEDILIGENCE_BACKUP_PASSPHRASE.",
        )
    from getpass import getpass

    if twice:
        from duediligence.passphrases import offer_passphrase

        note(f"Enter a passphrase of your own, or this one, made now: {offer_passphrase()}")
    passphrase = getpass("Passphrase of the backup: ")
    if twice and getpass("The same again: ") != passphrase:
        raise UsageError("the two passphrases differ", hint="Run the command again.")
    return passphrase


def _read_passphrase_file(file: Path) -> str:
    from duediligence.reading import regular

    try:
        text = regular(file).read_text(encoding="utf-8-sig")
        mode = file.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file}: the passphrase cannot be read from this file",
            hint="It is a text file that holds the passphrase alone.",
        ) from error
    if sys.platform != "win32" and mode & 0o077:
        warn(f"{file} can be read by other accounts of this machine: chmod 600 {file}")
    return text


def _format_backup_counts(manifest: "BackupManifest") -> str:
    from duediligence.text.wording import count

    return (
        f"{count(manifest.suppliers, 'supplier')}, {count(manifest.runs, 'run')}, "
        f"{count(manifest.decisions, 'decision')}"
    )


def _describe_backup_key(manifest: "BackupManifest") -> str:
    return "signing key" if manifest.with_key else "settings, without the signing key"


def _format_backup_time(manifest: "BackupManifest") -> str:
    from duediligence.render.wording import moment

    return moment(manifest.made_at)
