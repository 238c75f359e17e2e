"""Who may read what is written: its owner, or the group of a folder that is shared on purpose.

Everything that the tool writes is made here or by `writing`, whatever the umask. Windows has no
such modes: there a file has the permissions of the folder it is in, and nothing here does anything.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

POSIX = os.name == "posix"

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
SHARED_FOLDER, SHARED_FILE = 0o2770, 0o660
_OTHERS = stat.S_IRWXO
_GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def is_shared(folder: Path) -> bool:
    """Return whether a folder is shared on purpose: its group may write, and is that of new files.

    Being writable by a group is not enough: with a common umask every folder is. A folder that
    everyone may write to (`/tmp`) is shared with nobody in particular. Raises OSError.
    """
    if not POSIX:
        return False
    mode = folder.stat().st_mode
    return bool(mode & stat.S_ISGID and mode & stat.S_IWGRP and not mode & stat.S_IWOTH)


def mode_for(path: Path) -> int:
    """Return the mode of a file at `path`: 0660 in a folder that is shared on purpose, else 0600.

    A file that is there already never becomes more open than it is. Raises OSError.
    """
    mode = SHARED_FILE if is_shared(path.parent) else PRIVATE_FILE
    try:
        return mode & (stat.S_IMODE(path.stat().st_mode) | PRIVATE_FILE)
    except FileNotFoundError:
        return mode


def create(path: Path) -> None:
    """Make an empty file that only those may read who should; one that is there stays as it is.

    For what others fill: SQLite gives the files beside a database the mode of that. Raises OSError.
    """
    mode = mode_for(path)
    try:
        # Not through a link that somebody put there.
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError:
        return
    try:
        set_mode(descriptor, mode)
    finally:
        os.close(descriptor)


def set_mode(descriptor: int, mode: int) -> None:
    """Give a file that we opened exactly this mode, where the system and its drive have modes.

    On one that has none (a USB stick) whoever attached the drive decides. Raises OSError.
    """
    if POSIX and stat.S_IMODE(os.fstat(descriptor).st_mode) != mode:
        with suppress(PermissionError):
            os.fchmod(descriptor, mode)


def create_folder(folder: Path, *, private: bool = False) -> None:
    """Make a folder with those above it that are missing: 0700, or 2770 in one that is shared.

    `private`: 0700 wherever it is, as a new home. One that is there stays as it is. Raises OSError.
    """
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        create_folder(folder.parent)
    shared = not private and is_shared(folder.parent)
    try:
        folder.mkdir(mode=PRIVATE_FOLDER)
    except FileExistsError:
        if not folder.is_dir():
            raise
        return
    if POSIX:
        # A folder in a shared one has its group already, and would otherwise keep its setgid bit.
        with suppress(PermissionError):
            folder.chmod(SHARED_FOLDER if shared else PRIVATE_FOLDER)


def lies_within(path: Path, folder: Path) -> bool:
    """Return whether what a path leads to, its links followed, is in a folder."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def is_database(path: Path) -> bool:
    """Return whether a file, its links followed, is a database or its log, by its name."""
    return os.path.realpath(path).endswith((".db", ".db-wal", ".db-shm"))


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read a folder: its mode, and its owner and group by number."""

    mode: int
    owner: int
    group: int

    @property
    def by_everyone(self) -> bool:
        """Return whether every account of the machine may read it, or what is in it."""
        return bool(self.mode & _OTHERS)


def access_of(path: Path) -> Access:
    """Return who may read a file or a folder. Raises OSError."""
    found = path.stat()
    return Access(stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid)


def close_earlier(home: Path) -> bool:
    """Close a home that an earlier version left open to others; whether there was anything to do.

    Only its owner can. One that is shared on purpose stays so, also where it has the group of
    another than its owner without passing that on. Raises OSError.
    """
    if not POSIX:
        return False
    try:
        access = access_of(home)
    except FileNotFoundError:
        return False
    if access.owner != os.geteuid() or not access.mode & _GROUP_AND_OTHERS or is_shared(home):
        return False
    if access.mode & stat.S_IWGRP and access.group != _own_group(access.owner):
        return False
    try:
        close_home(home)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES, errno.EOPNOTSUPP):
            return False  # a drive without modes: `doctor` says so
        raise
    return True


def share_home(home: Path, group: int) -> tuple[Path, ...]:
    """Open a home to a group, by its number; the files that are another account's.

    Raises OSError where the group cannot be given, before anything else is changed.
    """
    os.chown(home, -1, group)
    _set_mode(home, SHARED_FOLDER)
    return _set_all(home, SHARED_FOLDER, SHARED_FILE, group)


def close_home(home: Path) -> tuple[Path, ...]:
    """Close a home to everyone but its owner; the files that are another account's.

    Raises OSError where the home itself cannot be closed.
    """
    # Nobody gets in from here on, whatever becomes of the rest.
    _set_mode(home, PRIVATE_FOLDER)
    return _set_all(home, PRIVATE_FOLDER, PRIVATE_FILE)


def find_exposed_files(home: Path) -> Iterator[Path]:
    """Yield the files and folders in a home that are more open than it may be.

    In one that is shared that is everything that others than its group may read.
    """
    forbidden = _OTHERS if POSIX and is_shared(home) else _GROUP_AND_OTHERS
    for place, folders, files in os.walk(home) if POSIX else ():
        for name in (*folders, *files):
            path = Path(place, name)
            try:
                mode = path.lstat().st_mode
            except OSError:
                continue  # another command removed it
            if mode & forbidden and not stat.S_ISLNK(mode):
                yield path


def _set_mode(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    if access_of(folder).mode != mode:
        # Some drives ignore it without a word.
        raise OSError(errno.EOPNOTSUPP, "this drive keeps no modes of its own")


def _set_all(home: Path, folder_mode: int, file_mode: int, group: int = -1) -> tuple[Path, ...]:
    """Set the mode, and the group, of everything in the home; what could not be set.

    Raises OSError.
    """
    if not any(home.iterdir()):
        return ()
    import subprocess  # Imported lazily: it is slow to import.

    script = Path(__file__).with_name("set_modes.py")
    numbers = map(str, (folder_mode, file_mode, group))
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-I", "-S", script, home.resolve(), *numbers],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise OSError(errno.EIO, "the modes of the files in it could not be set")
    return tuple(Path(os.fsdecode(one)) for one in done.stdout.split(b"\0") if one)


def account_name(number: int) -> str:
    """Return the name of an account of this machine; its number where it has none."""
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"


def group_name(number: int) -> str:
    """Return the name of a group of this machine; its number where it has none."""
    import grp

    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return f"gid {number}"


def _own_group(owner: int) -> int | None:
    import pwd

    try:
        return pwd.getpwuid(owner).pw_gid
    except KeyError:
        return None
