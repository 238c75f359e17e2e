"""A list's files from a folder, for a machine without internet."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.contracts import Feed
from duediligence.errors import FetchFailed, UsageError
from duediligence.fetch import SnapshotFile, Snapshots, fetch_folder
from duediligence.writing import write_chunks

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
SET = (Feed("SDN.CSV"), Feed("ALT.CSV"), Feed("COMMENTS.CSV", optional=True))


@pytest.fixture
def lists(tmp_path):
    folder = tmp_path / "lists"
    folder.mkdir()
    return folder


@pytest.fixture
def snapshots(tmp_path):
    return Snapshots(tmp_path / "snapshots")


@pytest.fixture
def fetch(make_list, lists, snapshots):
    def run(feeds=SET, folder=None, now=NOW):
        return fetch_folder(make_list(*feeds), feeds, folder or lists, snapshots, now=now)

    return run


def _put(path: Path, text: str, modified: datetime = NOW - timedelta(days=3)) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, (modified.timestamp(), modified.timestamp()))
    return path


def _texts(snapshot):
    return {name: path.read_text() for name, path in snapshot.paths().items()}


def test_the_lists_own_folder_goes_before_the_folder_itself(lists, fetch):
    _put(lists / "inventions" / "SDN.CSV", "own")
    _put(lists / "SDN.CSV", "shared")
    _put(lists / "ALT.CSV", "shared")
    assert _texts(fetch()) == {"SDN.CSV": "own", "ALT.CSV": "shared"}


def test_names_are_found_whatever_their_case_but_the_exact_one_first(lists, fetch):
    _put(lists / "sdn.csv", "lower")
    assert _texts(fetch((Feed("SDN.CSV"),))) == {"SDN.CSV": "lower"}
    _put(lists / "SDN.CSV", "upper")
    if len(list(lists.iterdir())) == 1:
        pytest.skip("this disk does not tell the two apart")
    assert _texts(fetch((Feed("SDN.CSV"),))) == {"SDN.CSV": "upper"}
    assert _texts(fetch((Feed("sdn.csv"),))) == {"sdn.csv": "lower"}


def test_previous_is_never_looked_into(lists, fetch):
    _put(lists / "previous" / "SDN.CSV", "old")
    (lists / "inventions").mkdir()
    _put(lists / "inventions" / "previous" / "SDN.CSV", "old")
    assert fetch() is None


PAGES = (Feed("notices-{page}.html"), Feed("notes.txt", optional=True))


@pytest.mark.parametrize("pattern", ["notices-{page}.html", "notices-{part}.html", "notices-*"])
def test_a_pattern_takes_every_file_that_fits_in_a_persons_order(lists, fetch, pattern):
    for name in ("notices-10.html", "notices-2.html", "NOTICES-0001.HTML", "other.html"):
        _put(lists / name, name)
    (lists / "notices-3.html").mkdir()
    snapshot = fetch((Feed(pattern),))
    names = ["notices-0001.html", "notices-2.html", "notices-10.html"]
    if "*" in pattern:
        names[0] = "notices-0001.HTML"
    assert list(_texts(snapshot)) == names
    assert _texts(snapshot)[names[0]] == "NOTICES-0001.HTML"


def test_a_pattern_takes_files_of_one_folder_alone(lists, fetch):
    _put(lists / "inventions" / "notices-1.html", "own")
    _put(lists / "notices-2.html", "shared")
    _put(lists / "inventions" / "previous" / "notices-3.html", "old")
    assert _texts(fetch(PAGES)) == {"notices-1.html": "own"}


def test_a_pattern_that_nothing_fits_is_a_file_that_is_not_there(lists, fetch):
    _put(lists / "page.txt", "x")
    assert fetch(PAGES) is None
    _put(lists / "notes.txt", "x")
    with pytest.raises(FetchFailed, match=r"has notes\.txt but lacks notices-\{page\}\.html"):
        fetch(PAGES)


def test_more_files_than_a_feed_may_have_are_refused(lists, fetch):
    for number in range(4):
        _put(lists / f"{number}.html", "x")
    with pytest.raises(FetchFailed, match=r"has 4 files like \*\.html; the maximum is 3"):
        fetch((Feed("*.html", max_pages=3),))
    assert len(fetch((Feed("*.html", max_pages=4),)).files) == 4


def test_a_file_with_the_name_of_our_own_manifest_is_refused(lists, fetch, snapshots):
    _put(lists / "a.json", "1")
    assert fetch((Feed("*.json"),))
    _put(lists / "Manifest.json", "[]")
    with pytest.raises(FetchFailed, match="reserves for itself"):
        fetch((Feed("*.json"),))
    assert _texts(snapshots.latest("invented")) == {"a.json": "1"}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such names")
@pytest.mark.parametrize("name", [b"a\n.html", b"a\xff.html"])
def test_a_file_whose_name_cannot_be_used_is_told(lists, fetch, name):
    Path(os.fsdecode(os.fsencode(lists) + b"/" + name)).write_text("x")
    with pytest.raises(FetchFailed, match="name cannot be used") as caught:
        fetch((Feed("*.html"),))
    assert caught.value.message.isprintable()


def test_a_list_that_is_not_there_is_none(lists, fetch, snapshots):
    _put(lists / "readme.txt", "hello")
    assert fetch() is None
    assert snapshots.latest("invented") is None


def test_half_a_list_is_told_by_the_names_of_what_is_missing(lists, fetch):
    _put(lists / "COMMENTS.CSV", "c")
    with pytest.raises(FetchFailed) as caught:
        fetch()
    assert caught.value.message == (
        f"Invented List: {lists} has COMMENTS.CSV but lacks SDN.CSV, ALT.CSV"
    )
    assert "https://lists.example.org" in caught.value.hint


def test_when_a_copy_was_last_changed_says_nothing_of_its_age(lists, fetch):
    _put(lists / "SDN.CSV", "1", NOW - timedelta(days=40))
    _put(lists / "ALT.CSV", "a", NOW + timedelta(days=2))
    snapshot = fetch()
    assert snapshot.taken_at == snapshot.retrieved_at == snapshot.checked_at == NOW
    again = fetch(now=NOW + timedelta(days=9))
    assert again == snapshot, "bringing it again confirms nothing"


def test_a_file_in_its_own_place_is_as_old_as_its_last_change(lists, make_list, snapshots):
    feeds = (Feed("SDN.CSV"),)
    for days in (40, 1):
        _put(lists / "SDN.CSV", "1", NOW - timedelta(days=days))
        snapshot = fetch_folder(make_list(*feeds), feeds, lists, snapshots, now=NOW, in_place=True)
        assert snapshot.checked_at == NOW - timedelta(days=days)
        assert snapshot.retrieved_at == NOW - timedelta(days=40)


def test_a_copied_download_of_this_tool_has_the_age_of_its_download(
    lists, make_list, snapshots, tmp_path
):
    """As a person carries it from a machine with internet to one without."""
    then = NOW - timedelta(days=5)
    elsewhere = Snapshots(tmp_path / "elsewhere")
    with elsewhere.staging("x") as staged:
        sha256, size = write_chunks([b"1"], staged / "SDN.CSV")
        file = SnapshotFile("SDN.CSV", sha256, size, "https://a.example/", "", then)
        made = elsewhere.commit(
            "x", staged, [file], origin="https://a.example/", taken_at=then, checked_at=then
        )
    for copied in made.folder.iterdir():
        _put(lists / copied.name, copied.read_text())
    feeds = (Feed("SDN.CSV"),)
    found = fetch_folder(make_list(*feeds), feeds, lists, snapshots, now=NOW)
    assert (found.origin, found.retrieved_at, found.checked_at) == (
        "https://a.example/",
        then,
        then,
    )
    _put(lists / "SDN.CSV", "2")
    changed = fetch_folder(make_list(*feeds), feeds, lists, snapshots, now=NOW)
    assert (changed.origin, changed.checked_at) == (f"folder {lists}", NOW)


def test_every_part_that_is_set_must_be_there(lists, make_list, snapshots):
    feeds = (Feed("food-{part}.csv"),)
    _put(lists / "food-705.csv", "1")
    with pytest.raises(FetchFailed, match=r"lacks food-706\.csv"):
        fetch_folder(make_list(*feeds), feeds, lists, snapshots, now=NOW, parts=("705", "706"))


@pytest.mark.parametrize(
    ("modified", "seen"), [(NOW + timedelta(days=400), NOW), (datetime(1960, 1, 1, tzinfo=UTC), 0)]
)
def test_times_that_cannot_be_are_held_within_bounds(lists, make_list, snapshots, modified, seen):
    _put(lists / "SDN.CSV", "1", modified)
    expected = seen or datetime(1970, 1, 1, tzinfo=UTC)
    feeds = (Feed("SDN.CSV"),)
    found = fetch_folder(make_list(*feeds), feeds, lists, snapshots, now=NOW, in_place=True)
    assert found.retrieved_at == expected


def test_only_the_folder_as_given_is_written_down(lists, fetch, monkeypatch):
    _put(lists / "SDN.CSV", "1")
    monkeypatch.chdir(lists.parent)
    snapshot = fetch((Feed("SDN.CSV"),), folder=Path("lists"))
    assert snapshot.origin == "folder lists"
    assert (snapshot.files[0].url, snapshot.files[0].final_url) == ("", "")
    assert str(lists.parent) not in (snapshot.folder / "manifest.json").read_text()


def test_a_file_over_the_cap_is_refused(lists, fetch, snapshots):
    _put(lists / "SDN.CSV", "x" * 11)
    with pytest.raises(FetchFailed, match=r"SDN\.CSV is larger than 10 bytes"):
        fetch((Feed("SDN.CSV", max_bytes=10),))
    assert snapshots.latest("invented") is None
    assert fetch((Feed("SDN.CSV", max_bytes=11),)).files[0].size == 11


@pytest.mark.skipif(os.name != "posix", reason="links and pipes need privileges on Windows")
def test_links_lead_to_files_and_nothing_else(lists, fetch, tmp_path):
    os.mkfifo(lists / "SDN.CSV")
    (lists / "ALT.CSV").symlink_to(lists)
    (lists / "COMMENTS.CSV").symlink_to(lists / "COMMENTS.CSV")
    assert fetch() is None
    (lists / "SDN.CSV").unlink()
    (lists / "SDN.CSV").symlink_to(_put(tmp_path / "elsewhere.csv", "linked"))
    snapshot = fetch((Feed("SDN.CSV"),))
    assert _texts(snapshot) == {"SDN.CSV": "linked"}
    assert not snapshot.paths()["SDN.CSV"].is_symlink()


@pytest.mark.skipif(not Path("/proc/self/mem").is_file(), reason="needs Linux")
def test_a_file_that_cannot_be_read_is_told(lists, fetch, snapshots):
    # A regular file, even for root, of which nothing can be read.
    (lists / "SDN.CSV").symlink_to("/proc/self/mem")
    with pytest.raises(FetchFailed, match=r"SDN\.CSV cannot be read: Input/output error"):
        fetch((Feed("SDN.CSV"),))
    assert snapshots.latest("invented") is None


def test_a_folder_that_is_not_there_is_the_users_mistake(lists, fetch):
    with pytest.raises(UsageError, match="gone is not a folder"):
        fetch(folder=lists / "gone")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    contents=st.dictionaries(
        st.sampled_from([feed.filename for feed in SET]),
        st.binary(max_size=200) | st.binary(min_size=1, max_size=1).map(lambda b: b * 3_000_000),
    )
)
def test_any_bytes_come_out_as_they_went_in(contents, tmp_path_factory, make_list):
    root = tmp_path_factory.mktemp("any")
    for name, data in contents.items():
        (root / name).write_bytes(data)
    snapshots = Snapshots(root / "snapshots")
    feeds = tuple(Feed(name) for name in contents) or SET
    snapshot = fetch_folder(make_list(*feeds), feeds, root, snapshots, now=NOW)
    if not contents:
        assert snapshot is None
        return
    assert {name: path.read_bytes() for name, path in snapshot.paths().items()} == contents
    assert snapshots.latest("invented") == snapshot
    assert snapshot.intact().keys() == contents.keys()
