"""Whether a folder is on a drive of the network, where SQLite and modes cannot be relied on."""

import os
import re
import sys
from pathlib import Path

# As Linux names them; SQLite's write-ahead log needs memory that is shared, which none of these
# does between machines (sqlite.org/wal.html).
NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|ncpfs|afs|ceph|glusterfs|lustre|9p|davfs"
    r"|fuse\.(?:sshfs|rclone|glusterfs|ceph|s3fs|davfs2?|smbnetfs|gvfsd-fuse)"
)


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
        # The last of two on one point is the one that is seen.
        if folder.is_relative_to(point) and len(point.parts) >= len(nearest.parts):
            nearest, kind = point, types[0]
    return kind if NETWORK.fullmatch(kind) else ""


if sys.platform == "win32":

    def _windows_drive(folder: Path) -> str:
        import ctypes

        drive = folder.absolute().drive
        if drive.startswith("\\\\"):
            return "a network share"
        remote = 4  # DRIVE_REMOTE
        kind = ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\")
        return "a network share" if kind == remote else ""
