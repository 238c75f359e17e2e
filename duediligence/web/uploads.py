"""A file that somebody sent, between its preview and their word that it is to be used."""

import re
import time
from pathlib import Path, PurePath
from secrets import token_hex

from starlette.datastructures import UploadFile

from duediligence.errors import Invalid, NotFound
from duediligence.web.guards import MOST_UPLOAD
from duediligence.writing import make_folder, storing, unlink, write_bytes

_FOLDER = ("console", "uploads")
_LONGEST_SECONDS = 3_600
_KEY = re.compile(r"[0-9a-f]{32}")
_UNSAFE = re.compile(r"[^\w.\- ]+")


def keep(home: Path, sent: UploadFile) -> tuple[str, Path]:
    """Keep the file for an hour; the key that brings it back, and its path.

    Raises Invalid for one that is too large, StorageError.
    """
    folder = home.joinpath(*_FOLDER)
    _forget(folder, older_than=_LONGEST_SECONDS)
    body = sent.file.read(MOST_UPLOAD + 1)
    if len(body) > MOST_UPLOAD:
        raise Invalid(f"{sent.filename}: is too large", field="file")
    key = token_hex(16)
    path = folder / key / _name(sent.filename or "")
    with storing(path.parent):
        make_folder(path.parent, private=True)
    write_bytes(path, body)
    return key, path


def kept(home: Path, key: str) -> Path:
    """The path of the file that was kept under that key. Raises NotFound, StorageError."""
    folder = home.joinpath(*_FOLDER, key)
    with storing(folder):
        found = list(folder.iterdir()) if _KEY.fullmatch(key) and folder.is_dir() else []
    if not found:
        raise NotFound("The file is no longer here", hint="Choose it again.")
    return found[0]


def forget(path: Path) -> None:
    """Remove a file that was kept. Raises StorageError."""
    with storing(path):
        unlink(path)
        path.parent.rmdir()


def forget_all(home: Path) -> None:
    """Remove what an earlier server kept. Raises StorageError."""
    _forget(home.joinpath(*_FOLDER), older_than=0)


def _forget(folder: Path, *, older_than: float) -> None:
    with storing(folder):
        for one in folder.iterdir() if folder.is_dir() else ():
            if time.time() - one.stat().st_mtime >= older_than:
                for path in one.iterdir():
                    unlink(path)
                one.rmdir()


def _name(given: str) -> str:
    """The name as messages show it: without folders, and nothing that a system takes otherwise."""
    name = _UNSAFE.sub("_", PurePath(given.replace("\\", "/")).name).strip(". ")
    return name[-80:] or "file"
