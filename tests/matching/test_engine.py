"""Several lists searched in one pass give what each gives alone, whatever becomes of the files."""

import os
import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.errors import StorageError
from duediligence.matching import DEFAULT_THRESHOLD, Engine, Index, Subject
from duediligence.matching import engine as engine_module
from duediligence.matching.engine import merge_list_indexes
from duediligence.matching.index import arrays as storage
from duediligence.model import Identifier, ListEntry, Match, Name, PartialDate
from duediligence.model.entries import COMPANY
from tests.thorough import examples

pytestmark = pytest.mark.thorough

WORDS = ("zorvan", "mirelle", "quandor", "brisel", "brissel", "John", "Smith", "Marine", "Ltd", "z")
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
KINDS = st.sampled_from(("person", "organisation", "unknown", "vessel"))
NUMBERS = st.sampled_from(("", "", "99000001", "99000002"))
BORN = st.sampled_from(("", "1965-04", "1966", "1990-01-02"))


@st.composite
def entries(draw: st.DrawFn) -> ListEntry:
    number, born = draw(NUMBERS), draw(BORN)
    strengths = st.sampled_from(("strong", "weak"))
    return ListEntry(
        id="",
        list_id="",
        kind=draw(KINDS),
        names=tuple(
            Name(text, strength=draw(strengths))
            for text in draw(st.lists(NAMES, min_size=1, max_size=3))
        ),
        identifiers=(Identifier(COMPANY, number),) if number else (),
        birth_dates=(PartialDate.parse(born),) if born else (),
    )


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    number, born = draw(NUMBERS), draw(BORN)
    return Subject(
        names=tuple(draw(st.lists(NAMES, min_size=1, max_size=2))),
        kind=draw(KINDS),
        birth_date=PartialDate.parse(born) if born else None,
        identifiers=(Identifier(COMPANY, number),) if number else (),
        cell=draw(st.booleans()),
    )


LISTS = st.lists(st.lists(entries(), max_size=6), min_size=1, max_size=4)
THRESHOLDS = st.sampled_from((None, 0.3, 0.7, DEFAULT_THRESHOLD, 0.95, 1.0))


def named(lists: Sequence[Sequence[ListEntry]]) -> dict[str, list[ListEntry]]:
    """The lists by id; the last has the first id, so that order and id differ."""
    return {
        f"list{len(lists) - number}": [
            replace(entry, id=f"E{place}", list_id=f"list{len(lists) - number}")
            for place, entry in enumerate(some)
        ]
        for number, some in enumerate(lists)
    }


def saved(
    root: Path, lists: Mapping[str, Sequence[ListEntry]], version: str = "1"
) -> dict[str, Path]:
    folders = {list_id: root / list_id / version for list_id in lists}
    for list_id, some in lists.items():
        Index.build(some).save(folders[list_id])
    return folders


@settings(max_examples=examples(150), deadline=None)
@given(data=st.data())
def test_one_pass_finds_what_each_list_finds_alone(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lists = named(data.draw(LISTS))
    who = data.draw(st.lists(subjects(), min_size=1, max_size=4))
    drawn = {list_id: data.draw(THRESHOLDS) for list_id in lists}
    thresholds = {list_id: one for list_id, one in drawn.items() if one is not None}
    limit, namesakes = data.draw(st.integers(1, 3)), data.draw(st.booleans())
    folder = tmp_path_factory.mktemp("engine")
    engine = Engine.open(saved(folder, lists), folder / ".merged")
    found = engine.search_many(who, thresholds, limit=limit, namesakes=namesakes)
    for subject, by_list in zip(who, found, strict=True):
        alone = {
            list_id: Index.build(lists[list_id]).search(
                subject, threshold=threshold, limit=limit, namesakes=namesakes
            )
            for list_id, threshold in thresholds.items()
        }
        assert by_list == {list_id: matches for list_id, matches in alone.items() if matches}


def test_names_that_agree_in_less_than_nothing_do_not_hide_what_a_number_shows(
    tmp_path: Path,
) -> None:
    # "quandor" agrees but its pair of names comes to less than 0: whether a look-up by name had
    # met that pair depended on the lowest threshold among the lists.
    listed = ListEntry(
        id="",
        list_id="",
        kind="person",
        names=(Name("zorvan zorvan quandor"),),
        identifiers=(Identifier(COMPANY, "99000001"),),
    )
    who = Subject(("mirelle quandor quandor",), "person", identifiers=listed.identifiers)
    lists = named([[listed], [listed]])
    engine = Engine.open(saved(tmp_path, lists), tmp_path / ".merged")
    for lowest in (0.3, 0.7, DEFAULT_THRESHOLD):
        thresholds = {"list1": lowest, "list2": DEFAULT_THRESHOLD}
        (found,) = engine.search_many([who], thresholds)
        alone = Index.build(lists["list2"]).search(who)
        assert found["list2"] == alone
        assert alone[0].score == pytest.approx(0.9)


@settings(max_examples=examples(50), deadline=None)
@given(lists=LISTS)
def test_merged_indexes_are_the_index_of_all_entries(lists: list[list[ListEntry]]) -> None:
    ours = merge_list_indexes([Index.build(some).arrays for some in lists])
    whole = Index.build([entry for some in lists for entry in some]).arrays
    sizes = [len(some) for some in lists]
    assert ours.pop("list_first").tolist() == [sum(sizes[:n]) for n in range(len(sizes))]
    assert ours.keys() == whole.keys()
    for name, array in whole.items():
        assert ours[name].dtype == array.dtype, name
        if not name.endswith("key_word"):
            assert np.array_equal(ours[name], array), name
    for side in ("person", "organisation"):  # words of one key stand in any order
        pairs = [
            sorted(zip(one[f"{side}_key_hash"], one[f"{side}_key_word"], strict=True))
            for one in (ours, whole)
        ]
        assert pairs[0] == pairs[1]


def entry(number: int, text: str) -> ListEntry:
    return ListEntry(id=f"E{number}", list_id="", kind="organisation", names=(Name(text),))


MADE = {
    "first": [entry(1, "Zorvan Mirelle Trading")],
    "second": [entry(1, "Zorvan Mirelle Trading"), entry(2, "Quandor Brisel")],
    "third": [entry(3, "Tavrik Onyxa")],
}
ZORVAN = Subject(("Zorvan Mirelle Trading Ltd",), "organisation")


def ids(found: Mapping[str, Sequence[Match]]) -> dict[str, list[str]]:
    return {list_id: [match.entry_id for match in found[list_id]] for list_id in sorted(found)}


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    return saved(tmp_path, MADE)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / ".merged"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are read and verified from here on."""
    files: list[Path] = []
    real = storage.read

    def spy(path: Path, version: str, recorded: str = "") -> storage.Arrays:
        files.append(path)
        return real(path, version, recorded)

    monkeypatch.setattr(storage, "read", spy)
    return files


def merged_file(cache: Path) -> Path:
    (folder,) = cache.iterdir()
    (file,) = folder.iterdir()
    return file


def test_the_merged_index_is_the_only_file_read_once_it_is_made(
    folders: dict[str, Path], cache: Path, read: list[Path]
) -> None:
    Engine.open(folders, cache)
    read.clear()
    engine = Engine.open(folders, cache)
    for _ in range(3):
        assert ids(engine.search(ZORVAN)) == {"first": ["E1"], "second": ["E1"]}
    assert read == [merged_file(cache)]
    assert ids(engine.search(ZORVAN, lists=["second"])) == {"second": ["E1"]}
    assert read[1:] == [folders["second"] / "names.index"], "one list is searched by itself"


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(file.read_bytes()[:-9]),
        lambda file: file.write_bytes(b"x" + file.read_bytes()[1:]),
        lambda file: shutil.rmtree(file.parent),
        # Another merged index under its name, whole in itself.
        lambda file: Index.build([entry(9, "Somebody Else")]).save(file.parent, made_of="other"),
        lambda file: Index.build([entry(9, "Somebody Else")]).save(file.parent),
    ],
)
def test_a_missing_or_damaged_merged_index_is_made_again(
    folders: dict[str, Path], cache: Path, damage: object
) -> None:
    Engine.open(folders, cache)
    file = merged_file(cache)
    whole = file.read_bytes()
    damage(file)  # type: ignore[operator]
    assert ids(Engine.open(folders, cache).search(ZORVAN)) == {"first": ["E1"], "second": ["E1"]}
    assert merged_file(cache).read_bytes() == whole


def test_a_list_that_is_damaged_is_never_clear(
    folders: dict[str, Path], cache: Path, read: list[Path]
) -> None:
    Engine.open(folders, cache)
    file = folders["second"] / "names.index"
    file.write_bytes(file.read_bytes()[:-9])
    engine = Engine.open(folders, cache)
    assert engine.lists == {"first", "third"}
    assert "damaged" in engine.unreadable["second"].message
    assert ids(engine.search(ZORVAN)) == {"first": ["E1"]}
    with pytest.raises(StorageError, match="damaged"):
        engine.search(ZORVAN, lists=["first", "second"])
    # What could be read was merged, and is used from now on.
    read.clear()
    assert Engine.open(folders, cache).lists == {"first", "third"}
    assert merged_file(cache) in read
    shutil.rmtree(folders["first"])
    engine = Engine.open(folders, cache)
    assert engine.lists == {"third"}
    assert engine.search(ZORVAN) == {}
    with pytest.raises(StorageError, match="cannot be opened"):
        engine.search(ZORVAN, lists=["first"])


def test_another_version_of_a_list_is_merged_in_place_of_the_one_before(
    folders: dict[str, Path], cache: Path, tmp_path: Path
) -> None:
    before = Engine.open(folders, cache)
    old = merged_file(cache)
    now = folders | saved(tmp_path, {"third": [entry(7, "Zorvan Mirelle Trading")]}, "2")
    assert ids(Engine.open(now, cache).search(ZORVAN)) == {
        "first": ["E1"],
        "second": ["E1"],
        "third": ["E7"],
    }
    assert not old.exists(), "names of a version that went are not kept"
    assert ids(before.search(ZORVAN)) == {"first": ["E1"], "second": ["E1"]}, "as it was opened"


def test_a_merge_that_is_cut_off_leaves_the_one_before_and_finds_the_same(
    folders: dict[str, Path], cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Engine.open(folders, cache)
    old = merged_file(cache).read_bytes()
    now = folders | saved(tmp_path, {"third": [entry(7, "Zorvan Mirelle Trading")]}, "2")
    with monkeypatch.context() as patch:

        def full(path: Path, *_: object, **__: object) -> None:
            path.write_bytes(b"half")
            raise StorageError("the disk is full")

        patch.setattr(storage, "write", full)
        assert set(Engine.open(now, cache).search(ZORVAN)) == {"first", "second", "third"}
    assert old in [file.read_bytes() for file in cache.glob("*/*")]
    assert set(Engine.open(folders, cache).search(ZORVAN)) == {"first", "second"}
    (left,) = cache.glob(".building-*")
    os.utime(left, (0, 0))
    assert set(Engine.open(now, cache).search(ZORVAN)) == {"first", "second", "third"}
    merged_file(cache)  # which is alone: what was left half-made is gone


def test_a_cache_that_cannot_be_written_costs_no_search(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert ids(Engine.open(folders, blocked).search(ZORVAN)) == {"first": ["E1"], "second": ["E1"]}


@pytest.mark.parametrize("large", [0, 1])
def test_large_lists_are_searched_by_themselves(
    folders: dict[str, Path], cache: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    sizes = sorted((folder / "names.index").stat().st_size for folder in folders.values())
    monkeypatch.setattr(engine_module, "_LARGE", large and sizes[-1] - 1)
    engine = Engine.open(folders, cache)
    assert cache.exists() == bool(large)
    found = list(engine.search_many([ZORVAN] * 3, dict.fromkeys(folders, 0.8)))
    assert [ids(one) for one in found] == [{"first": ["E1"], "second": ["E1"]}] * 3


def test_nothing_to_search_finds_nothing(cache: Path, folders: dict[str, Path]) -> None:
    assert Engine.open({}, cache).search(ZORVAN) == {}
    assert list(Engine.open(folders, cache).search_many([ZORVAN] * 2, {})) == [{}, {}]


def test_workers_change_nothing(folders: dict[str, Path], cache: Path) -> None:
    who = [ZORVAN, Subject(("Tavrik Onyxa",)), Subject(("Nobody Listed",))] * 200
    engine = Engine.open(folders, cache)
    thresholds = {"first": 0.8, "third": 0.9, "second": 0.99}
    alone = list(engine.search_many(who, thresholds, workers=1))
    assert alone == list(engine.search_many(iter(who), thresholds, workers=2))
    assert any(alone)


def test_threads_share_an_engine(folders: dict[str, Path], cache: Path) -> None:
    engine = Engine.open(folders, cache)
    who = [Subject((f"Zorvan Mirelle {n}",), "organisation") for n in range(60)]
    alone = [engine.search(subject, threshold=0.5) for subject in who]
    engine = Engine.open(folders, cache)
    found: list[list[dict[str, list[Match]]]] = []
    threads = [
        threading.Thread(
            target=lambda: found.append([engine.search(s, threshold=0.5) for s in who])
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 4
