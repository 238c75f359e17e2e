"""What another threshold would show and hide."""

from collections.abc import Callable
from pathlib import Path

import pytest

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import UsageError
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.model import Supplier
from duediligence.screening.run.preview import preview
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
SUPPLIERS = [
    Supplier(ref="S1", name="Volkhar Maritime UK Ltd"),
    Supplier(ref="S2", name="Volkar Maritim Ltd"),
    Supplier(ref="S3", name="Maritime Museum of Porthvellan"),
]


def stocked(open_workspace: Open, home: Path, **settings: object) -> Workspace:
    workspace = open_workspace(home, **settings)
    workspace.suppliers.save(SUPPLIERS, file="s.csv", at=NOW)
    return workspace


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.95, 1.0])
def test_a_preview_tells_just_what_a_screening_would(
    open_workspace: Open, home: Path, threshold: float
) -> None:
    workspace = stocked(open_workspace, home)
    found = preview(workspace, threshold)

    def flagged(at: float) -> set[tuple[str, str, str]]:
        run = screen(stocked(open_workspace, home, threshold=at), Screened(SUPPLIERS))
        return {(f.supplier_ref, f.list_id, f.entry_id) for f in run.findings if f.score}

    now, then = flagged(DEFAULT_THRESHOLD), flagged(threshold)
    assert (found.matches_now, found.matches_then) == (len(now), len(then))
    key = lambda c: (c.supplier_ref, c.list_id, c.entry_id)  # noqa: E731
    assert {key(c) for c in found.appear} == then - now
    assert {key(c) for c in found.vanish} == now - then


def test_a_list_with_a_threshold_of_its_own_is_named_not_counted(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[lists.uk-sanctions]\nthreshold = 0.99\n")
    found = preview(stocked(open_workspace, home, policy=policy), 0.5)
    assert found.fixed == ("uk-sanctions",)
    assert not [c for c in (*found.appear, *found.vanish) if c.list_id == "uk-sanctions"]


def test_lists_that_are_not_loaded_are_said_to_be(open_workspace: Open) -> None:
    workspace = open_workspace()
    workspace.suppliers.save(SUPPLIERS, file="s.csv", at=NOW)
    found = preview(workspace, 0.5)
    assert found.matches_now == 0
    assert {status.state for status in found.not_checked} == {"never loaded"}


@pytest.mark.parametrize("threshold", [0.0, 1.1, -1.0])
def test_a_threshold_out_of_range_is_refused(
    open_workspace: Open, home: Path, threshold: float
) -> None:
    with pytest.raises(UsageError, match="threshold"):
        preview(stocked(open_workspace, home), threshold)


def test_without_suppliers_there_is_nothing_to_preview(open_workspace: Open, home: Path) -> None:
    with pytest.raises(UsageError, match="No supplier"):
        preview(open_workspace(home), 0.9)
