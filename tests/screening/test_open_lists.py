"""Lists are opened once, for all use cases, and opened again where a refresh changed one."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.matching.engine import EngineCache
from duediligence.matching.index import arrays as storage
from duediligence.model import Run, Supplier
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import drop, refresh
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.lookup.list_search import open_lists
from duediligence.screening.run.preview import preview
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
SAMPLE = RefreshTerms(scale=SAMPLE_SCALE, as_of=NOW.date())
VOLKHAR = Supplier(ref="S1", name="Volkhar Maritime UK Ltd")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The index files that are read and verified from here on."""
    files: list[Path] = []
    real = storage.read

    def spy(path: Path, version: str, recorded: str = "") -> storage.Arrays:
        files.append(path)
        return real(path, version, recorded)

    monkeypatch.setattr(storage, "read", spy)
    return files


def findings(run: Run) -> list[object]:
    return [replace(finding, run_id="", first_seen=None) for finding in run.findings]


def test_a_refresh_leaves_the_merged_index_ready(
    open_workspace: Open, home: Path, samples: Path, read: list[Path]
) -> None:
    (before,) = (home / "indexes" / ".merged").iterdir()
    path = samples / "un" / "consolidated.xml"
    path.write_bytes(path.read_bytes().replace(b"QASWAR", b"QASWER"))
    later = NOW + timedelta(hours=1)
    (one,) = refresh(open_workspace(home, at=later), ["un"], folder=samples, terms=SAMPLE)
    assert one.result == "loaded"
    (after,) = (home / "indexes" / ".merged").iterdir()
    assert after.name != before.name
    read.clear()
    screen(open_workspace(home, at=later), Screened([VOLKHAR]))
    assert read == [after / "names.index"]


def test_a_home_without_a_merged_index_finds_the_same_and_gets_one(
    open_workspace: Open, home: Path
) -> None:
    first = findings(screen(open_workspace(home), Screened([VOLKHAR])))
    assert any(finding.score for finding in first)  # type: ignore[attr-defined]
    (cache,) = (home / "indexes" / ".merged").iterdir()
    shutil.rmtree(cache.parent)
    assert findings(screen(open_workspace(home), Screened([VOLKHAR]))) == first
    assert [folder.name for folder in cache.parent.iterdir()] == [cache.name]


def test_workspaces_share_lists_that_stay_open(
    open_workspace: Open, home: Path, samples: Path, read: list[Path]
) -> None:
    shared = EngineCache(home / "indexes" / ".merged")

    def opened(hours: int = 0) -> Workspace:
        workspace = open_workspace(home, at=NOW + timedelta(hours=hours))
        workspace.shared_engines = shared
        return workspace

    first = findings(screen(opened(), Screened([VOLKHAR])))
    workspace = opened()
    workspace.suppliers.save([VOLKHAR], file="s.csv", at=NOW)
    assert preview(workspace, 0.5).matches_now
    assert findings(screen(opened(), Screened([VOLKHAR]))) == first
    assert len(read) == 1, "verified once, when it was opened"
    # Another process puts a list without the party into service.
    path = samples / "un" / "consolidated.xml"
    path.write_bytes(path.read_bytes() + b"\n")
    list(refresh(open_workspace(home, at=NOW + timedelta(hours=1)), ["un"], folder=samples,
                 terms=SAMPLE))  # fmt: skip
    read.clear()
    run = screen(opened(1), Screened([VOLKHAR]))
    versions = {status.list_id: status.version for status in run.lists}
    assert versions["un"] == open_workspace(home).lists.current()["un"].version
    assert len(read) == 1


def test_an_index_damaged_while_it_is_open_is_built_again(open_workspace: Open, home: Path) -> None:
    workspace = open_workspace(home)
    before = screen(workspace, Screened([VOLKHAR]))
    file = workspace.lists.current()["uk-sanctions"].index_folder / "names.index"
    data = file.read_bytes()
    file.unlink()
    file.write_bytes(data[:-9])
    run = screen(workspace, Screened([VOLKHAR]))
    assert (run.complete, findings(run)) == (before.complete, findings(before))


def test_a_list_taken_out_of_use_leaves_no_names_behind(open_workspace: Open, home: Path) -> None:
    workspace = open_workspace(home)
    screen(workspace, Screened([VOLKHAR]))
    text = b"volkhar maritime"

    def held() -> bool:
        files = (home / "indexes").rglob("*.index")
        return any(text in file.read_bytes().lower() for file in files)

    assert held()
    for list_id in list(workspace.lists.current()):
        drop(workspace, list_id)
    assert not held()


def test_a_list_dropped_after_its_status_was_read_is_not_a_clear_list(
    open_workspace: Open, home: Path
) -> None:
    workspace = open_workspace(home)
    before = statuses(workspace)
    drop(open_workspace(home), "uk-sanctions")
    after, engine = open_lists(workspace, before)
    (uk,) = [status for status in after if status.list_id == "uk-sanctions"]
    assert (uk.version, uk.age_days) == (None, None)
    assert uk.blocks_complete_run
    assert "uk-sanctions" not in engine.lists
