"""What may be on a disk after a power cut: the model that the harness rests on."""

from pathlib import Path
from random import Random

import pytest

from tests.long.disk import KEEPING, Disk
from tests.long.recording import Create, Event, Remove, Rename, Sync, Truncate, Write

OLD, NEW = b"o" * 2_000, b"n" * 2_000
SWAP = (Create("/x/t"), Write("/x/t", 0, NEW))


def states(folder: Path, *events: Event) -> set[tuple[tuple[str, bytes | None], ...]]:
    """Every state found by trying often, of a folder that holds a file `a` at the start."""
    (folder / "a").write_bytes(OLD)
    disk = Disk(folder, "/x")
    for event in events:
        disk.apply(event)
    return {
        tuple(disk.after_a_cut(keeping, Random(seed)).items())
        for keeping in KEEPING
        for seed in range(40)
    }


def test_a_file_that_is_swapped_in_with_all_syncs_is_there(tmp_path: Path) -> None:
    events = (*SWAP, Sync("/x/t"), Rename("/x/t", "/x/a"), Sync("/x"))
    assert states(tmp_path, *events) == {(("a", NEW),)}


def test_without_a_sync_of_its_folder_the_old_file_may_be_there(tmp_path: Path) -> None:
    found = states(tmp_path, *SWAP, Sync("/x/t"), Rename("/x/t", "/x/a"))
    assert (("a", OLD),) in found
    assert (("a", NEW),) in found
    assert {dict(state)["a"] for state in found} == {OLD, NEW}


def test_without_a_sync_of_its_bytes_the_new_file_may_be_empty_torn_or_zeros(
    tmp_path: Path,
) -> None:
    found = states(tmp_path, *SWAP, Rename("/x/t", "/x/a"), Sync("/x"))
    contents = {dict(state)["a"] for state in found}
    assert {b"", bytes(2_000), NEW, NEW[:512]} <= contents
    assert OLD not in contents


def test_what_was_removed_may_come_back(tmp_path: Path) -> None:
    assert states(tmp_path, Remove("/x/a")) == {(), (("a", OLD),)}


@pytest.mark.parametrize("synced", [True, False])
def test_a_truncation_is_certain_once_it_is_synced(tmp_path: Path, synced: bool) -> None:
    events = (Truncate("/x/a", 5), Sync("/x/a"))
    found = states(tmp_path, *events[: 2 if synced else 1])
    assert found == {(("a", OLD[:5]),)} | (set() if synced else {(("a", OLD),)})
