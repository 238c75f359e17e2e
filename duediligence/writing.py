"""Write files whole or not at all, and no cell that a spreadsheet would run."""

import csv
import errno
import hashlib
import io
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, TextIO

from duediligence.errors import Conflict, Hint, OptionRemark, StorageError
from duediligence.permissions import (
    create,
    create_folder,
    is_database,
    mode_for,
    set_mode,
)

# What a spreadsheet takes for the start of a formula (OWASP, CSV injection); the full-width
# forms count as plain ones in some locales.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
# Of larger files only the ends are hashed each time that they are opened.
_WHOLE, _END = 64 * 2**20, 2**20
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP}


def escape_formula(cell: str) -> str:
    """Return the cell, with an apostrophe in front where a spreadsheet would run it as a
    formula.
    """
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def unescape_formula(cell: str) -> str:
    """Return the cell without the apostrophe that `escape_formula` put in front."""
    plain = cell.removeprefix("'")
    return plain if cell == escape_formula(plain) else cell


def write_csv_rows(
    stream: TextIO,
    headings: Iterable[str],
    rows: Iterable[Iterable[object]],
    *,
    bom: bool = True,
    escape: bool = True,
    quoted: bool = False,
) -> None:
    """Write a table as CSV: the only writer of CSV.

    `bom` puts the byte-order mark first by which Excel knows UTF-8. With `escape`, a cell that a
    spreadsheet would run as a formula gets an apostrophe in front. `quoted` puts each cell below
    the headings in quotes: LibreOffice splits at semicolons too unless a cell is quoted.
    """

    def made(row: Iterable[object]) -> list[object]:
        return [escape_formula(one) if escape and isinstance(one, str) else one for one in row]

    stream.write("\ufeff" * bom)
    writer = partial(csv.writer, stream)
    writer().writerow(made(headings))
    writer(quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerows(map(made, rows))


def encode_csv(
    headings: Iterable[str], rows: Iterable[Iterable[object]], *, quoted: bool = False
) -> bytes:
    """Return a table as a file of CSV: see `write_csv_rows`."""
    stream = io.StringIO(newline="")
    write_csv_rows(stream, headings, rows, quoted=quoted)
    return stream.getvalue().encode()


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Give a path to write to; when all went well, it takes the place of `path` in one step.

    Until then, and after any failure, the old file stays as it was. The new one has the mode that
    `mode_for` says, whoever could read the old one. A device or a pipe
    (`/dev/stdout`) cannot be replaced and is written to directly. Raises StorageError, naming
    the file and what to do, for any OSError.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            yield path
            return
        # A link stays a link: it is the file behind it that is replaced.
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with _in_place_of(target) as temporary:
            yield temporary
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written: {error.strerror or error}",
            hint=_format_write_hint(error, path.parent),
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write the text as UTF-8, whole or not at all. Raises StorageError."""
    with replace_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def write_bytes(path: Path, body: bytes) -> None:
    """Write the bytes, whole or not at all. Raises StorageError."""
    with replace_file(path) as temporary:
        temporary.write_bytes(body)


def write_stream(path: Path, body: BinaryIO) -> None:
    """Write what is left of an open file, whole or not at all. Raises StorageError."""
    with replace_file(path) as temporary, temporary.open("wb") as file:
        shutil.copyfileobj(body, file)


def refuse_database(path: Path) -> None:
    """Raise Conflict for a database that is there: only SQLite writes to it."""
    if path.exists() and is_database(path):
        raise Conflict(
            f"{path.name} is a database: nothing is written over it", hint="Name another file."
        )


def refuse_existing_file(path: Path) -> None:
    """Raise Conflict where a file of that name is there already; a device or a pipe is none."""
    if path.is_file():
        raise Conflict(
            f"{path.name} is there already: it may be what proves something later",
            hint="Choose another name, or move that file away.",
        )


@contextmanager
def reserve_file(path: Path, size: int) -> Iterator[Callable[[bytes], None]]:
    """Make room for a new file of at most `size` bytes; give what writes it, whole or not at all.

    For what must be recorded before it leaves: record it in between. A disk that is full or cannot
    be written is met before that, and whoever dies on the way leaves no file without its record.
    Raises StorageError, and Conflict as `refuse_existing_file` does.
    """
    refuse_existing_file(path)
    with replace_file(path) as place:
        in_steps = place != path  # a device or a pipe has no room to make
        if in_steps:
            with place.open("rb+") as file:
                file.write(bytes(size))
                file.flush()
                os.fsync(file.fileno())

        def fill(body: bytes) -> None:
            with place.open("rb+" if in_steps else "wb") as file:
                file.write(body)
                if in_steps:
                    file.truncate()

        yield fill


def append_line(path: Path, line: str) -> None:
    """Append a line of UTF-8 to a file, on the disk for good; what is there stays.

    A line that was cut by a full disk is ended first. Raises Conflict for a database,
    StorageError.
    """
    refuse_database(path)
    try:
        create(path)
        with path.open("ab+") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 1, 0))
            ended = file.read(1) in (b"", b"\n")
            file.write(("" if ended else "\n").encode() + line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written: {error.strerror or error}",
            hint=_format_write_hint(error, path.parent),
        ) from error


@contextmanager
def storing(place: Path) -> Iterator[None]:
    """Turn an OSError met while writing to `place` into a StorageError for the user."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageError(
                f"There is no disk space left to write {place}",
                hint=Hint(
                    "Free some space",
                    OptionRemark(", or set --home to a larger disk"),
                    ", and try again. What was there before is unchanged.",
                ),
            ) from error
        raise StorageError(
            f"{place} cannot be used: {error.strerror or type(error).__name__}",
            hint=Hint(
                "Check that this account may read and write there",
                OptionRemark(", or set --home elsewhere"),
                ".",
            ),
        ) from error


def write_chunks(chunks: Iterable[bytes], into: Path) -> tuple[str, int]:
    """Write the chunks to a file of our own, whole or not at all. Returns (sha256, bytes).

    What `chunks` raises passes through, but must not be an OSError. Raises StorageError.
    """
    hashed = hashlib.sha256()
    size = 0
    with storing(into), _in_place_of(into) as temporary, temporary.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            hashed.update(chunk)
            size += len(chunk)
    return hashed.hexdigest(), size


def write_secret(body: bytes, into: Path, *, instead: bool = False) -> bool:
    """Write a key, whole or not at all, for those who may read the home; whether it was written.

    A file that is there already is kept, unless this one is to take its place. Raises StorageError.
    """
    temporary = into.with_name(f".{into.name}.{token_hex(8)}.tmp")
    with storing(into):
        make_folder(into.parent)
        try:
            create(temporary)
            with temporary.open("rb+") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            if instead:
                temporary.replace(into)
            else:
                os.link(temporary, into)
            _sync_folder(into.parent)
        except FileExistsError:
            return False
        finally:
            temporary.unlink(missing_ok=True)
    return True


def hash_file(path: Path) -> str:
    """Return the sha256 of a file in hexadecimal; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def quick_digest(path: Path, *, whole: int = _WHOLE) -> str:
    """Return the sha256 of a file of up to `whole` bytes; of a larger one, that of its size and its
    ends.

    Empty where it cannot be read.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size <= max(whole, 2 * _END):
                return hashlib.file_digest(file, "sha256").hexdigest()
            found = hashlib.sha256(size.to_bytes(8, "little") + file.read(_END))
            file.seek(-_END, os.SEEK_END)
            found.update(file.read(_END))
            return found.hexdigest()
    except OSError:
        return ""


def link(source: Path, target: Path) -> None:
    """Make `target` hold what `source` holds, without a second copy where the disk allows."""
    with storing(target):
        try:
            os.link(source, target)
        except OSError:
            with _in_place_of(target) as temporary:
                shutil.copyfile(source, temporary)


def rename(source: Path, target: Path) -> None:
    """Give a folder its final name, for good. Raises StorageError."""
    with storing(target):
        _sync_folder(source)
        for wait in (0.1, 0.5):
            try:
                source.rename(target)
                break
            except PermissionError:
                # On Windows a virus scanner may hold a file that was written this moment.
                time.sleep(wait)
        else:
            source.rename(target)
        _sync_folder(target.parent)


def take_place(source: Path, target: Path) -> None:
    """Put a file in the place of another in one step, for good, with the rights that it should have
    there. Raises StorageError.
    """
    with storing(target):
        source.chmod(mode_for(target))
        sync_file(source)
        source.replace(target)
        _sync_folder(target.parent)


def make_folder(folder: Path, *, private: bool = False) -> None:
    """Make a folder with those above it that are missing, for good: see `create_folder`.

    Raises OSError.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    create_folder(folder, private=private)
    for made in missing:
        _sync_folder(made.parent)


def sync_file(path: Path) -> None:
    """Make what is in a file, and its name, outlive a power cut. Raises OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def unlink(path: Path) -> None:
    """Remove a file for good; one that is not there is no fault. Raises OSError."""
    path.unlink(missing_ok=True)
    _sync_folder(path.parent)


@contextmanager
def _in_place_of(target: Path) -> Iterator[Path]:
    """Give a path beside `target` that takes its place at the end, on the disk for good.

    Raises Conflict for a database.
    """
    refuse_database(target)
    temporary = target.with_name(f".{target.name[-40:]}.{os.getpid()}.tmp")
    mode = mode_for(target)
    # A command of the same number may have been killed here.
    temporary.unlink(missing_ok=True)
    try:
        create(temporary)
        yield temporary
        with temporary.open("rb+") as file:
            set_mode(file.fileno(), mode)
            os.fsync(file.fileno())
        temporary.replace(target)
        _sync_folder(target.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power cut, where the system can.

    It cannot on Windows, for a folder that we may write to but not read, and on some network
    drives: there a file is as safe as that drive makes it.
    """
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(descriptor)


def _format_write_hint(error: OSError, folder: Path) -> str:
    if isinstance(error, IsADirectoryError):
        return "That is a folder: give the name of a file in it."
    if error.errno in _NO_ROOM:
        return "There is no disk space left: free some, or write to another disk."
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"Create the folder {folder} first, or write somewhere else."
    if isinstance(error, PermissionError):
        return (
            "If it is open in Excel, close it there and try again; if not, you have no permission "
            "to write there: choose another folder."
        )
    return "Write it somewhere else."
