"""Writing files for people: whole or not at all, and no cell that a spreadsheet would run."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from duediligence.errors import StorageError

# What a spreadsheet takes for the start of a formula (OWASP, CSV injection); the full-width
# forms count as plain ones in some locales.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def escaped(cell: str) -> str:
    """The cell, with an apostrophe in front where a spreadsheet would run it as a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to; when all went well, it takes the place of `path` in one step.

    Until then, and after any failure, the old file stays as it was. A device or a pipe
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
        temporary = target.with_name(f".{target.name[:40]}.{os.getpid()}.tmp")
        try:
            yield temporary
            if target.exists():
                shutil.copymode(target, temporary)
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written: {error.strerror or error}", hint=_hint(error, path.parent)
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write the text as UTF-8, whole or not at all. Raises StorageError."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def _hint(error: OSError, folder: Path) -> str:
    if isinstance(error, IsADirectoryError):
        return "That is a folder: give the name of a file in it."
    if error.errno in _NO_ROOM:
        return "There is no room left: free some space, or write to another disk."
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"Make the folder {folder} first, or write somewhere else."
    if isinstance(error, PermissionError):
        return (
            "If it is open in Excel, close it there and try again; if not, you may not write "
            "there: choose another folder."
        )
    return "Write it somewhere else."
