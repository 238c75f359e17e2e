"""Names of lists are found by how they begin, whatever index holds them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from duediligence.matching import Engine
from duediligence.matching.engine import EngineCache
from duediligence.screening.lookup.list_search import open_lists
from duediligence.screening.lookup.public_lists import NamePrefixCache, NamePrefixes
from duediligence.screening.workspace import Workspace
from duediligence.text.folding import fold

Open = Callable[..., Workspace]


@pytest.fixture
def ws(open_workspace: Open, loaded_home: Path, tmp_path: Path) -> Workspace:
    workspace = open_workspace(loaded_home)
    workspace.shared_engines = EngineCache(tmp_path / "merged")
    return workspace


@pytest.fixture
def engine(ws: Workspace) -> Engine:
    return open_lists(ws)[1]


def test_every_name_of_every_list_is_there(ws: Workspace, engine: Engine) -> None:
    stored = {
        (list_id, entry.id, name.text)
        for list_id, loaded in ws.lists.current().items()
        if not ws.watchlists[list_id].kept_apart
        for entry in ws.lists.entries(loaded.version)
        for name in entry.names
    }
    assert len(stored) > 100
    assert set(engine.every_name(engine.lists)) == stored
    one = {"uk-sanctions"}
    assert set(engine.every_name(one)) == {each for each in stored if each[0] in one}
    two = {"uk-sanctions", "ofac-sdn"}
    assert set(engine.every_name(two)) == {each for each in stored if each[0] in two}


def test_a_name_is_found_by_each_of_its_beginnings(engine: Engine) -> None:
    names = NamePrefixes(engine, engine.lists)
    for list_id, entry_id, text in engine.every_name(engine.lists):
        folded = fold(text)
        for length in {1, 3, len(folded)} if folded else ():
            assert (list_id, entry_id) in set(names.beginning(folded[:length]))


def test_an_entry_comes_once_and_others_do_not(engine: Engine) -> None:
    found = list(NamePrefixes(engine, engine.lists).beginning("Volkhar"))
    assert len(found) == len(set(found))
    assert ("uk-sanctions", "RUS9901") in found
    assert list(NamePrefixes(engine, {"un"}).beginning("Volkhar")) == []
    assert list(NamePrefixes(engine, engine.lists).beginning(" ")) == []


def test_names_are_kept_for_the_same_lists_alone(engine: Engine) -> None:
    cache = NamePrefixCache()
    un = cache.get(engine, frozenset({"un"}))
    assert cache.get(engine, frozenset({"un"})) is un
    assert cache.get(engine, frozenset({"eu"})) is not un
