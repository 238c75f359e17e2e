"""An index that is saved, opened, replaced, damaged, and searched by several processes."""

import shutil

import pytest

from duediligence.errors import StorageError
from duediligence.matching import Index, Subject, compare, prepare
from duediligence.matching.index import index as index_module
from duediligence.model import ListEntry, Name

WORDS = "zorvan mirelle quandor brisel tavrik onyxa pellam dusker".split()
ENTRIES = [
    ListEntry(
        id=f"E{number:03}",
        list_id="made-up",
        kind="organisation",
        names=(Name(f"{WORDS[number % 8]} {WORDS[number // 8]} trading"), Name(f"Alias {number}")),
    )
    for number in range(64)
]
SUBJECTS = [Subject((f"{a} {b} Trading Ltd",), "organisation") for a in WORDS for b in WORDS] * 20


@pytest.fixture
def saved(tmp_path):
    Index.build(ENTRIES).save(tmp_path / "index")
    return tmp_path / "index"


def test_a_saved_index_finds_the_same(saved):
    built, loaded = Index.build(ENTRIES), Index.load(saved)
    assert (len(loaded), loaded.names) == (64, 128)
    assert [built.search(s) for s in SUBJECTS[:64]] == [loaded.search(s) for s in SUBJECTS[:64]]


def test_workers_change_neither_results_nor_their_order(saved, capfd):
    index = Index.load(saved)
    alone = list(index.search_many(SUBJECTS, workers=1))
    assert alone == list(index.search_many(iter(SUBJECTS), workers=2))
    assert capfd.readouterr() == ("", ""), "a worker wrote on the user's screen"
    assert len(alone) == len(SUBJECTS)
    assert alone[5] == index.search(SUBJECTS[5])
    assert any(alone)


def test_stopping_early_leaves_no_worker_behind(saved):
    results = Index.load(saved).search_many(SUBJECTS, workers=2)
    assert next(results)
    results.close()


def test_a_worker_that_ended_is_said_and_loses_nothing_in_silence(saved, monkeypatch):
    monkeypatch.setattr(index_module, "_WORKER", "import sys; sys.exit(3)")
    with pytest.raises(StorageError, match="a search worker ended before it finished: exit 3"):
        list(Index.load(saved).search_many(SUBJECTS, workers=2))


def test_an_open_index_outlives_its_folder(saved):
    index = Index.load(saved)
    before = index.search(SUBJECTS[0])
    shutil.rmtree(saved)
    assert index.search(SUBJECTS[0]) == before
    assert next(iter(index.search_many(SUBJECTS[:600], workers=2))) == before


def _cut(data):
    return data[: len(data) // 2]


def _flip(data):
    middle = len(data) // 3
    return data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]


@pytest.mark.parametrize(
    "damage", [_cut, _flip, lambda data: b"", lambda data: b"x" * 100, lambda data: data[:-9]]
)
def test_a_damaged_index_is_refused_with_what_to_do(saved, damage):
    file = next(saved.iterdir())
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(StorageError) as error:
        Index.load(saved)
    assert "refresh" in str(error.value.hint)


def test_an_index_of_another_version_is_refused(saved, monkeypatch):
    monkeypatch.setattr("duediligence.matching.index.index.MATCHER_VERSION", "0")
    with pytest.raises(StorageError, match="another version"):
        Index.load(saved)


def test_a_missing_index_is_refused(tmp_path):
    with pytest.raises(StorageError):
        Index.load(tmp_path / "nothing")


def test_an_empty_list_is_searched_and_saved(tmp_path):
    index = Index.build([])
    index.save(tmp_path)
    assert index.search(SUBJECTS[0]) == Index.load(tmp_path).search(SUBJECTS[0]) == []


def test_workers_must_be_a_number_of_processes(saved):
    with pytest.raises(ValueError, match="at least 1"):
        list(Index.load(saved).search_many(SUBJECTS, workers=0))


def test_words_forgotten_and_made_again_are_the_same(monkeypatch):
    before = prepare("Zorvan Mirelle Trading", "organisation")
    monkeypatch.setattr("duediligence.matching.names.words.CACHED_WORDS", 1)
    prepare("Quillhaven Works", "organisation")
    assert compare(before, prepare("Zorvan Mirelle Trading", "organisation")).score == 1.0
