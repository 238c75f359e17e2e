"""Snapshots on the disk: what counts as one, what is kept, what is swept."""

import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from duediligence.errors import FetchFailed, StorageError
from duediligence.fetch import SnapshotFile, Snapshots

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
TWO_DAYS_AGO = time.time() - 2 * 86_400


@pytest.fixture
def root(tmp_path):
    return tmp_path / "snapshots"


@pytest.fixture
def take(root):
    """Take a snapshot of one file, some days after the first."""

    def run(text, days=0, list_id="un"):
        snapshots = Snapshots(root)
        with snapshots.staging(list_id) as staged:
            (staged / "list.xml").write_text(text)
            file = SnapshotFile(
                "list.xml", sha256(text.encode()).hexdigest(), len(text), "", "", NOW
            )
            now = NOW + timedelta(days=days)
            return snapshots.commit(
                list_id, staged, [file], origin="here", taken_at=now, checked_at=now
            )

    return run


def _ids(snapshots):
    return [snapshot.id for snapshot in snapshots]


def test_nothing_there_is_no_snapshot(root):
    assert Snapshots(root).latest("un") is None
    assert Snapshots(root).all("un") == ()
    Snapshots(root).prune("un", set())
    assert not root.exists()


def test_lists_are_apart_and_the_newest_comes_first(root, take):
    other = take("x", list_id="eu")
    first, second = take("1"), take("2", days=1)
    assert Snapshots(root).all("un") == (second, first)
    assert Snapshots(root).latest("un") == second
    assert Snapshots(root).all("eu") == (other,)


def test_the_hash_is_over_names_and_contents_in_any_order(take):
    one = take("1")
    a, b = one.files[0], replace(one.files[0], filename="b.xml", sha256="0" * 64)
    assert replace(one, files=(a, b)).sha256 == replace(one, files=(b, a)).sha256
    assert replace(one, files=(a, b)).sha256 != one.sha256
    swapped = (replace(a, sha256=b.sha256), replace(b, sha256=a.sha256))
    assert replace(one, files=swapped).sha256 != replace(one, files=(a, b)).sha256


def test_the_age_is_that_of_the_oldest_file(take):
    one = take("1")
    old = replace(one.files[0], retrieved_at=NOW - timedelta(days=7))
    assert replace(one, files=(*one.files, old)).retrieved_at == NOW - timedelta(days=7)


@pytest.mark.parametrize(
    "damage",
    [
        lambda manifest: None,
        lambda manifest: "",
        lambda manifest: manifest[: len(manifest) // 2],
        lambda manifest: "[]",
        lambda manifest: '"\xff',
        lambda manifest: manifest.replace('"version": 1', '"version": 2'),
        lambda manifest: manifest.replace('"id": "2026', '"id": "2025'),
        lambda manifest: manifest.replace("list.xml", "gone.xml"),
        lambda manifest: manifest.replace('"size": 1', '"size": 2'),
        lambda manifest: manifest.replace("Z", ""),
        lambda manifest: json.dumps(json.loads(manifest) | {"files": []}),
    ],
)
def test_a_folder_without_a_sound_manifest_is_no_snapshot(root, take, damage):
    first = take("1")
    second = take("2", days=1)
    path = second.folder / "manifest.json"
    damaged = damage(path.read_text())
    if damaged is None:
        path.unlink()
    else:
        assert damaged != path.read_text()
        path.write_text(damaged, encoding="latin-1")
    assert Snapshots(root).all("un") == (first,)
    assert take("3", days=2).id == Snapshots(root).latest("un").id


def test_stray_files_and_folders_are_passed_over(root, take):
    one = take("1")
    (root / "un" / ".DS_Store").write_text("x")
    (root / "un" / "notes").mkdir()
    (root / "un" / "20261124T143000Z-000000000000").write_text("x")
    assert Snapshots(root).all("un") == (one,)


def test_the_newest_few_and_those_in_use_are_kept(root, take):
    taken = [take(str(day), days=day) for day in range(6)]
    Snapshots(root, keep=2).prune("un", {taken[1].id})
    kept = [taken[5], taken[4], taken[1]]
    assert Snapshots(root).all("un") == tuple(kept)
    assert sorted(p.name for p in (root / "un").iterdir()) == sorted(_ids(kept))


def test_what_killed_runs_left_is_swept_after_a_day(root, take):
    one = take("1")
    home = root / "un"
    names = {
        ".staging-1-old": TWO_DAYS_AGO,
        ".staging-1-new": time.time(),
        "20261120T000000Z-0123456789ab": TWO_DAYS_AGO,
        "20261121T000000Z-0123456789ab": time.time(),
        "notes": TWO_DAYS_AGO,
    }
    for name, when in names.items():
        (home / name).mkdir()
        (home / name / "list.xml").write_text("half")
        os.utime(home / name, (when, when))
    os.utime(one.folder, (TWO_DAYS_AGO, TWO_DAYS_AGO))
    two = take("2", days=1)
    assert {p.name for p in home.iterdir()} == {
        one.id,
        two.id,
        "notes",
        ".staging-1-new",
        "20261121T000000Z-0123456789ab",
    }


def test_a_snapshot_that_is_damaged_is_never_swept(root, take):
    one = take("1")
    (one.folder / "list.xml").write_text("cut")
    os.utime(one.folder, (TWO_DAYS_AGO, TWO_DAYS_AGO))
    take("2", days=1)
    assert one.folder.is_dir()


def test_a_run_that_fails_half_way_leaves_nothing(root, take):
    one = take("1")
    staging = Snapshots(root).staging("un")
    (staging.__enter__() / "list.xml").write_text("half")
    assert len(list((root / "un").iterdir())) == 2
    assert not staging.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert Snapshots(root).all("un") == (one,)
    assert [p.name for p in (root / "un").iterdir()] == [one.id]


def test_a_confirmation_changes_the_time_of_the_check_and_nothing_else(root, take):
    one = take("1")
    before = json.loads((one.folder / "manifest.json").read_text())
    take("1", days=5)
    after = json.loads((one.folder / "manifest.json").read_text())
    assert after.pop("checked_at") != before.pop("checked_at")
    assert after == before
    assert {p.name for p in one.folder.iterdir()} == {"list.xml", "manifest.json"}


def test_a_place_that_is_no_folder_is_told(root):
    root.parent.mkdir(exist_ok=True)
    root.write_text("a file")
    with (
        pytest.raises(StorageError, match="cannot be used") as caught,
        Snapshots(root).staging("un"),
    ):
        pytest.fail("there is nowhere to stage")
    assert "--home" in caught.value.hint.worded(str)


def test_a_folder_of_another_refresh_is_left_alone(root, take, monkeypatch):
    taken = take("1")
    # As it looks to a refresh that asked what there is just before the other one was done.
    monkeypatch.setattr(Snapshots, "latest", lambda *_: None)
    monkeypatch.setattr("duediligence.fetch.snapshots.load_snapshot", lambda _: None)
    second = take("1")
    assert second.folder != taken.folder
    assert (taken.folder / "list.xml").read_text() == "1"


def fail(snapshots, name="", content=""):
    with snapshots.staging("un", keep_failed=True) as staged:
        if name:
            (staged / name).write_text(content)
        raise FetchFailed("the second page is missing")


def test_what_a_failed_download_left_is_kept_until_the_next_and_is_no_snapshot(root):
    snapshots = Snapshots(root)
    for content in ("first", "second"):
        with pytest.raises(FetchFailed):
            fail(snapshots, "page.html", content)
    assert [path.read_text() for path in snapshots.failed("un").values()] == ["second"]
    assert snapshots.all("un") == ()
    with pytest.raises(FetchFailed):
        fail(snapshots)
    assert [path.read_text() for path in snapshots.failed("un").values()] == ["second"]
    snapshots.forget_failed("un")
    assert snapshots.failed("un") == {}


def test_a_failed_download_that_is_too_large_is_not_kept(root):
    snapshots = Snapshots(root)
    with pytest.raises(FetchFailed):
        fail(snapshots, "large.xml", "x" * 100_000_001)
    assert snapshots.failed("un") == {}
