"""The zips of accounts that Companies House offers each day and each month, and single documents.

`Accounts_Bulk_Data-2026-11-24.zip` and `Accounts_Monthly_Data-October2026.zip` hold a document for
each set of accounts, named `Prod223_RUN_NUMBER_YYYYMMDD.html`; a community interest company has a
zip of its own within. A month is some 200,000 documents, so only those of the companies asked for
are unpacked.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile, UsageError
from duediligence.model import AccountsRow
from duediligence.progress import SILENT, Progress
from duediligence.reading import regular
from duediligence.registers.accounts.facts import require_library
from duediligence.registers.accounts.figures import read_accounts_figures
from duediligence.registers.files import find_file_name_date
from duediligence.text.dates import month_number, months_after

_NAME = re.compile(
    r"Prod[0-9]{3}_[0-9]+_([A-Z0-9]{8})_[0-9]{8}(?:_CIC)?\.(?:x?html?|xml|zip)", re.IGNORECASE
)
_DOCUMENTS = (".html", ".htm", ".xhtml", ".xml")
_MONTH = re.compile(r"([A-Z][a-z]{2})[a-z]{0,6}-?(20[0-9]{2})(?![0-9])")
# The largest documents are accounts of groups with pictures in them.
MOST_BYTES = 60_000_000
MOST_MEMBERS = 1_000_000
MOST_WITHIN = 50
_MOST_RATIO = 200
_RATIO_FROM = 1_000_000
_HINT = "Fetch the file again; what was loaded before stays in use."


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Return the files named, and those of the folders named: zips and documents, by name.

    Raises UsageError for what does not exist, and for a folder without any.
    """
    found = []
    for path in paths:
        if path.is_dir():
            within = sorted(
                one for one in path.iterdir() if one.suffix.lower() in (*_DOCUMENTS, ".zip")
            )
            if not within:
                raise UsageError(f"{path}: holds no zip and no document of accounts")
            found += within
        elif path.exists():
            found.append(path)
        else:
            raise UsageError(f"{path}: no such file", hint="Check the name.")
    return found


def day_of(path: Path) -> date | None:
    """Return the day in the name of a bulk file: its own, or the last of its month; None without
    one.
    """
    if day := find_file_name_date(path):
        return day
    found = _MONTH.search(path.stem)
    month = month_number(found[1]) if found else None
    if not found or not month:
        return None
    return months_after(date(int(found[2]), month, 1), 1) - timedelta(days=1)


def read_accounts_files(
    paths: Sequence[Path], wanted: Collection[str], drift: Drift, progress: Progress = SILENT
) -> Iterator[AccountsRow]:
    """Yield the figures of the companies `wanted`, and of every document that is named singly.

    Streams: nothing of a zip is kept. A document that cannot be read is left out and reported to
    `drift`, unless it is the one file named. Raises UnreadableFile for that and for a zip that is
    cut short, damaged, protected, or unpacks to more than it should; UsageError where the library
    that reads iXBRL is missing.
    """
    require_library()
    for path in paths:
        if _is_bulk(path):
            yield from _read_accounts_zip(path, frozenset(wanted), drift, progress)
        else:
            with progress.task(f"Loading {path.name}", 1) as task:
                try:
                    yield from _read_single_accounts(path, drift)
                except UnreadableFile as error:
                    if len(paths) == 1:
                        raise
                    _leave_out(path.name, error, drift)
                task.advance()


def _is_bulk(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and not _NAME.fullmatch(path.name)


def _read_accounts_zip(
    path: Path, wanted: frozenset[str], drift: Drift, progress: Progress
) -> Iterator[AccountsRow]:
    with _open_accounts_zip(path, path.name, MOST_MEMBERS) as package:
        members = package.infolist()
        known = 0
        with progress.task(f"Loading {path.name}", len(members)) as task:
            for member in members:
                task.advance()
                name = member.filename.rpartition("/")[2]
                if not (found := _NAME.fullmatch(name)):
                    if name:
                        drift.unread("file in the zip", name)
                    continue
                known += 1
                number = found[1].upper()
                if number not in wanted:
                    continue
                data = _unpack_zip_member(package, member, path.name)
                try:
                    yield from _read_accounts_document(data, name, number, drift)
                except UnreadableFile as error:
                    _leave_out(name, error, drift)
        if not known:
            raise UnreadableFile(
                f"{path.name}: holds no accounts named as Companies House names them",
                hint="Name a zip of its daily or monthly accounts data.",
            )


def _read_single_accounts(path: Path, drift: Drift) -> Iterator[AccountsRow]:
    try:
        with regular(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise UnreadableFile(f"{path.name}: is over {MOST_BYTES:,} bytes; no accounts are")
    found = _NAME.fullmatch(path.name)
    yield from _read_accounts_document(data, path.name, found[1].upper() if found else "", drift)


def _read_accounts_document(data: bytes, name: str, number: str, drift: Drift) -> list[AccountsRow]:
    """Return the figures of a document, or of the one within a zip that gives figures."""
    if not data.startswith(b"PK"):
        return read_accounts_figures(data, name, number, drift)
    with _open_accounts_zip(io.BytesIO(data), name, MOST_WITHIN) as package:
        within = [
            member
            for member in package.infolist()
            # The report of a community interest company to its regulator lies beside its accounts.
            if member.filename.lower().endswith(_DOCUMENTS) and "cic34" not in member.filename
        ]
        refused = f"{name}: holds no document of accounts"
        for member in within:
            try:
                return read_accounts_figures(
                    _unpack_zip_member(package, member, name), name, number, drift
                )
            except UnreadableFile as error:
                refused = error.message
        raise UnreadableFile(refused)


def _leave_out(name: str, error: UnreadableFile, drift: Drift) -> None:
    drift.left_out("accounts that cannot be read", error.omit_file_name(name))


def _open_accounts_zip(file: Path | io.BytesIO, name: str, most: int) -> zipfile.ZipFile:
    try:
        package = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise UnreadableFile(
            f"{name}: the zip is damaged or cut short ({error})", hint=_HINT
        ) from error
    except OSError as error:
        raise UsageError(f"{name}: cannot be opened: {error.strerror}") from error
    if len(package.infolist()) > most:
        package.close()
        raise UnreadableFile(f"{name}: holds over {most:,} files; no accounts data does")
    return package


def _unpack_zip_member(package: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    where = f"{name}: {member.filename}"
    if member.flag_bits & 1:
        raise UnreadableFile(f"{where} is protected with a password")
    ratio = member.file_size / max(1, member.compress_size)
    if member.file_size > MOST_BYTES or (member.file_size > _RATIO_FROM and ratio > _MOST_RATIO):
        raise UnreadableFile(
            f"{where} would unpack to {member.file_size:,} bytes, {ratio:,.0f} times its size",
            hint="Fetch the file from Companies House.",
        )
    try:
        with package.open(member) as file:
            return file.read(MOST_BYTES + 1)[:MOST_BYTES]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise UnreadableFile(f"{where} is damaged ({error})", hint=_HINT) from error
