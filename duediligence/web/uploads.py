"""A file that somebody sent, between its preview and their word that it is to be used."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from starlette.datastructures import UploadFile

from duediligence.errors import Invalid, NotFound
from duediligence.web.files import safe_name
from duediligence.web.guards import MOST_UPLOAD
from duediligence.writing import make_folder, storing, unlink, write_bytes

_FOLDER = ("console", "uploads")
_LONGEST_SECONDS = 86_400


def store_upload(home: Path, account: str, sent: UploadFile) -> tuple[str, Path]:
    """Keep the file for a day; the key that brings it back for that account, and its path.

    Raises Invalid for one that is too large, StorageError.
    """
    folder = home.joinpath(*_FOLDER)
    _remove_old_uploads(folder, older_than=_LONGEST_SECONDS)
    body = sent.file.read(MOST_UPLOAD + 1)
    if len(body) > MOST_UPLOAD:
        raise Invalid(f"{sent.filename}: is too large", field="file")
    key = token_hex(16)
    path = folder / _name_upload_folder(account, key) / safe_name(sent.filename or "", "file")
    with storing(path.parent):
        make_folder(path.parent, private=True)
    write_bytes(path, body)
    return key, path


@contextmanager
def while_read(home: Path, account: str, sent: UploadFile) -> Iterator[Path]:
    """Provide the path of the file for as long as it is read; it is removed then. Raises as
    `store_upload`.
    """
    _, path = store_upload(home, account, sent)
    try:
        yield path
    finally:
        remove_upload(path)


def find_upload(home: Path, account: str, key: str) -> Path:
    """Return the path of the file that the account kept under that key. Raises NotFound,
    StorageError.
    """
    folder = home.joinpath(*_FOLDER, _name_upload_folder(account, key))
    with storing(folder):
        found = list(folder.iterdir()) if folder.is_dir() else []
    if not found:
        raise NotFound("The file is no longer here", hint="Choose it again.")
    return found[0]


def remove_upload(path: Path) -> None:
    """Remove a file that was kept. Raises StorageError."""
    with storing(path):
        unlink(path)
        path.parent.rmdir()


def forget_all(home: Path) -> None:
    """Remove what an earlier server kept. Raises StorageError."""
    _remove_old_uploads(home.joinpath(*_FOLDER), older_than=0)


def _remove_old_uploads(folder: Path, *, older_than: float) -> None:
    with storing(folder):
        for one in folder.iterdir() if folder.is_dir() else ():
            if time.time() - one.stat().st_mtime >= older_than:
                for path in one.iterdir():
                    unlink(path)
                one.rmdir()


def _name_upload_folder(account: str, key: str) -> str:
    """Return the name of the folder: nobody else finds it with the same key."""
    return sha256(f"{key}\0{account}".encode()).hexdigest()
