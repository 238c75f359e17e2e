"""Where the home is kept, and whether its databases are sound: what is said at each start."""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from duediligence.errors import Hint, StorageError
from duediligence.store.database import refuse_damage

# As Linux names them; SQLite's write-ahead log needs memory that is shared, which none of these
# does between machines (sqlite.org/wal.html).
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|ncpfs|afs|ceph|glusterfs|lustre|9p|davfs"
    r"|fuse\.(?:sshfs|rclone|glusterfs|ceph|s3fs|davfs2?|smbnetfs|gvfsd-fuse)"
)
# How the folders of services are called that copy files while they are written, and what they leave
# in the folder that they copy.
_SYNCHRONISED = re.compile(
    r"onedrive( - .*)?|sharepoint( - .*)?|dropbox( \(.*\))?|google ?drive|my drive|icloud drive"
    r"|mobile documents|nextcloud|owncloud|box( sync)?|pcloud( ?drive)?|mega(sync)?|syncthing",
    re.IGNORECASE,
)
_MARKERS = (".dropbox", ".stfolder", ".nextcloudsync.log", ".owncloudsync.log", ".seafile-data")


@dataclass(frozen=True, slots=True)
class Exposure:
    """One thing that was looked at, and whether it is as it should be."""

    what: str
    safe: bool
    detail: str | Hint


def check_storage(home: Path) -> Iterator[Exposure]:
    """Look at the drive and the folder of a home, and for damage to its databases."""
    if drive := network_drive(home):
        yield Exposure(
            "drive",
            False,
            f"{home} is on a network drive ({drive}): two machines at once can damage its "
            "databases, and the server decides who may read them. Move it to a local disk",
        )
    if folder := find_synchronised_folder(home):
        yield Exposure(
            "synchronised folder",
            False,
            f"{home} is in {folder}, which another program synchronises: it can replace a database "
            "in use by an older one. Move the home to a folder that is not synchronised",
        )
    for path in sorted(home.glob("*.db")):
        try:
            refuse_damage(path)
        except StorageError as error:
            yield Exposure("damage", False, Hint(f"{error.message}. ", error.hint))


def find_synchronised_folder(home: Path) -> Path | None:
    """Return the folder around a home that a service such as OneDrive copies; None for none."""
    place = Path(os.path.realpath(home))
    named = {Path(found) for name, found in os.environ.items() if name.startswith("OneDrive")}
    for folder in (place, *place.parents):
        if _SYNCHRONISED.fullmatch(folder.name) or folder in named:
            return folder
        if any(os.path.lexists(folder / marker) for marker in _MARKERS):
            return folder
    return None


def network_drive(folder: Path) -> str:
    """Return the kind of network drive that a folder is on, such as `nfs4`; empty where it is on
    none.

    Empty also where the system does not say, as on macOS.
    """
    if sys.platform == "win32":
        return _windows_drive(folder)
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return mounted_from_network(Path(os.path.realpath(folder)), mounts)


def mounted_from_network(folder: Path, mountinfo: str) -> str:
    """Return the same by the text of Linux's `/proc/self/mountinfo` (proc_pid_mountinfo(5))."""
    nearest, kind = Path(), ""
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields, types = before.split(), after.split()
        if len(fields) < 5 or not types:
            continue
        # Spaces and the like are octal there: `\040`.
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4]))
        # Of two mounts at one point the last is seen.
        if folder.is_relative_to(point) and len(point.parts) >= len(nearest.parts):
            nearest, kind = point, types[0]
    return kind if _NETWORK.fullmatch(kind) else ""


if sys.platform == "win32":

    def _windows_drive(folder: Path) -> str:
        import ctypes

        drive = folder.absolute().drive
        if drive.startswith("\\\\"):
            return "a network share"
        remote = 4  # DRIVE_REMOTE
        kind = ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\")
        return "a network share" if kind == remote else ""
