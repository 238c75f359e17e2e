"""The kind of drive that a folder is on, by what Linux says of its mounts."""

from pathlib import Path

from duediligence.casework.home_storage import find_synchronised_folder, mounted_from_network
from tests.rows import for_each

MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:26 / /home rw,relatime shared:9 - nfs4 files:/home rw,vers=4.2
31 30 0:27 / /home/ada/local rw - ext4 /dev/sdb1 rw
32 22 0:40 / /mnt/the\040share rw,nosuid shared:2 master:1 - cifs //files/office rw
33 22 0:41 / /mnt/far rw - fuse.sshfs ada@far: rw
34 22 0:42 / /mnt/twice rw - nfs files:/old rw
35 22 0:43 / /mnt/twice rw - xfs /dev/sdc1 rw
malformed
36 / - nfs4
""".strip()


@for_each(
    ("folder", "kind"),
    [
        ("/srv/home", ""),
        ("/home/bo/duediligence", "nfs4"),
        ("/homeless/duediligence", ""),
        ("/home/ada/local/duediligence", ""),
        ("/mnt/the share/home", "cifs"),
        ("/mnt/far", "fuse.sshfs"),
        ("/mnt/twice/home", ""),
    ],
)
def test_a_home_on_a_network_drive(folder: str, kind: str) -> None:
    assert mounted_from_network(Path(folder), MOUNTS) == kind


@for_each(
    ("below", "marker", "found"),
    [
        ("Ada/OneDrive - Borough Council/work", "", "OneDrive - Borough Council"),
        ("Ada/Dropbox/home", "", "Dropbox"),
        ("Ada/Library/Mobile Documents/home", "", "Mobile Documents"),
        ("Ada/team/home", "team/.stfolder", "team"),
        ("Ada/dropboxes/home", "", ""),
        ("Ada/boxes/home", "", ""),
    ],
)
def test_a_home_in_a_folder_that_is_synchronised(
    tmp_path: Path, below: str, marker: str, found: str
) -> None:
    home = tmp_path / below
    home.mkdir(parents=True)
    if marker:
        (tmp_path / "Ada" / marker).mkdir()
    folder = find_synchronised_folder(home)
    assert (folder.name if folder else "") == found
