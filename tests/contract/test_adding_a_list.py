"""docs/developer/adding-a-list.md is a worked example: what it says is done here, as it stands."""

import importlib.util
import inspect
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from duediligence.contracts import Files, Watchlist
from duediligence.model import ListEntry

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "developer" / "adding-a-list.md").read_text(encoding="utf-8")
# The blocks of the page that are files, by path.
FILES = dict(re.findall(r"^```(?:csv|python) (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
COMMANDS = re.findall(r"^\$ duediligence (.+)$", PAGE, re.MULTILINE)
(LIST,) = (path for path in FILES if path.startswith("watchlists/"))
(SAMPLE,) = (path for path in FILES if path.startswith("duediligence/demo/lists/"))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A folder with the sample as the page places it, and the list as a package of its own."""
    sample, package = tmp_path / SAMPLE, tmp_path / "site" / Path(LIST).name
    for path, text in ((sample, FILES[SAMPLE]), (package, FILES[LIST])):
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    about = package.parent / "harbour_bans-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: harbour-bans\nVersion: 1\n")
    (entry_point,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    group = re.search(r'entry-points\."(.+?)"\]\n', entry_point)
    assert group
    entry_points = f"[{group[1]}]\n{entry_point[group.end() :]}".replace('"', "")
    (about / "entry_points.txt").write_text(entry_points)
    allowed = re.search(r"`(extensions = .+?)`", PAGE)
    assert allowed
    (tmp_path / "duediligence.toml").write_text(allowed[1])
    return tmp_path


def module_of(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"by_hand_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_list_is_loaded_and_searched_by_the_commands_of_the_page(written: Path) -> None:
    program = Path(sys.executable).with_name("duediligence")
    environment = {**os.environ, "PYTHONPATH": str(written / "site")}
    environment["DUEDILIGENCE_CONFIG"] = str(written / "duediligence.toml")
    done = [
        subprocess.run(
            [program, *shlex.split(command)],
            cwd=written,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        for command in COMMANDS
    ]
    refreshed, checked = done
    assert "harbour-bans: loaded: 3 entries" in refreshed.stdout, refreshed.stderr
    # Nothing else is loaded in this home, so the result is incomplete.
    assert checked.returncode == 3, checked.stderr
    found = [
        one
        for one in json.loads(checked.stdout)["data"]["findings"]
        if one["list_id"] == "harbour-bans" and one["outcome"] != "unknown"
    ]
    assert [one["entry_id"] for one in found] == ["HB-014"]


@pytest.fixture
def contract(monkeypatch: pytest.MonkeyPatch, written: Path) -> ModuleType:
    """The contract tests of lists, over samples in the folder that the page was followed in."""
    tests = module_of(Path(__file__).with_name("test_lists.py"))
    monkeypatch.setattr(tests, "ROOT", written)
    monkeypatch.setattr(tests, "SAMPLES", written / SAMPLE.rpartition("/harbour-bans/")[0])
    return tests


def test_the_contract_tests_pass_for_the_list_of_the_page(
    written: Path, contract: ModuleType
) -> None:
    made_up: Watchlist = module_of(written / "site" / Path(LIST).name).parse
    held = 0
    for name, test in inspect.getmembers(contract, inspect.isfunction):
        if name.startswith("test_"):
            rule = inspect.unwrap(test)
            takes = inspect.signature(rule).parameters
            given = {"watchlist": made_up, "feeds": made_up.feeds}
            rule(**{one: given[one] for one in takes})
            held += 1
    assert held > 5


def test_what_is_special_about_the_list_of_the_page_holds(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = module_of(written / "site" / Path(LIST).name)
    monkeypatch.setitem(sys.modules, "duediligence.watchlists.harbour_bans", module)
    (path,) = (path for path in FILES if path.startswith("tests/watchlists/"))
    (written / Path(path).name).write_text(FILES[path], encoding="utf-8")

    def read_sample(made_up: Watchlist) -> dict[str, ListEntry]:
        sample = written / SAMPLE
        return {entry.id: entry for entry in made_up.parse(Files({sample.name: sample}))}

    page = module_of(written / Path(path).name)
    page.test_a_trading_name_is_a_name_and_a_person_has_no_number(read_sample)


def test_a_list_without_a_sample_fails_with_where_to_add_it(
    written: Path, contract: ModuleType
) -> None:
    made_up: Watchlist = module_of(written / "site" / Path(LIST).name).parse
    (written / SAMPLE).unlink()
    with pytest.raises(pytest.fail.Exception, match=r"sample of berth-bans\.csv.*harbour-bans/"):
        inspect.unwrap(contract.test_every_entry_is_whole)(made_up, made_up.feeds)


def test_the_page_names_what_the_toolkit_holds() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)
    modules = {path.stem for path in (ROOT / "watchlists" / "toolkit").glob("[a-z]*.py")}
    assert {name for name, _ in rows} == modules
    for name, holds in rows:
        module = importlib.import_module(f"duediligence.watchlists.toolkit.{name}")
        for function in re.findall(r"`(\w+)`", holds):
            assert hasattr(module, function), f"{name}.{function}"
