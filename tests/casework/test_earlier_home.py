"""A home and packs that an earlier version made stay readable, and show what was recorded."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import queue
from duediligence.casework.verifying import verify
from duediligence.delivery import digest
from duediligence.delivery.flag_files import flag_file
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.screening.workspace import Workspace
from duediligence.store.records import identity
from tests.rows import for_each

KEPT = Path(__file__).parent / "earlier_home"
# The day on which the expected answers were taken.
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Open = Callable[..., Workspace]


@pytest.fixture
def expected() -> Any:
    return json.loads((KEPT / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def earlier(open_workspace: Open, tmp_path: Path) -> Workspace:
    (tmp_path / "home").mkdir()
    kept = gzip.decompress((KEPT / "casework.db.gz").read_bytes())
    (tmp_path / "home" / "casework.db").write_bytes(kept)
    return open_workspace(
        tmp_path / "home", at=AT, second_decision=(), digest_folder=tmp_path / "digests"
    )


def test_runs_alerts_decisions_and_the_chain_are_as_recorded(
    earlier: Workspace, expected: Any
) -> None:
    assert verify(earlier) is None
    assert earlier.audit.head() == expected["head"]
    assert [one.event.kind for one in earlier.audit.records()] == expected["events"]
    assert sorted(one.ref for one in earlier.suppliers.all()) == expected["suppliers"]
    runs = {run_id: earlier.runs.get(run_id) for run_id in earlier.runs.started()}
    assert expected["runs"] == {
        run_id: [len(run.findings), run.complete, run.matcher_version]
        for run_id, run in runs.items()
        if run
    }
    shown = [
        [
            alert.id,
            alert.state,
            alert.severity,
            alert.first.check_id,
            alert.first.list_id,
            alert.first.entry_id,
            alert.first.supplier_ref,
            len(alert.history),
        ]
        for alert in queue.alerts(earlier)
    ]
    assert sorted(shown) == expected["alerts"]


def test_nothing_counts_as_changed_though_it_is_stored_otherwise_now(earlier: Workspace) -> None:
    suppliers = earlier.suppliers.all()
    again = earlier.suppliers.save(suppliers, file="again.csv", at=AT)
    assert (again.added, again.changed, again.unchanged) == (0, 0, len(suppliers))
    answers = [one for s in suppliers for one in earlier.declarations.history(s.ref)]
    assert answers
    kept = earlier.declarations.save(answers, file="again.csv", file_sha256="", at=AT)
    assert (kept.added, kept.unchanged) == (0, len(answers))
    covered = earlier.casework.coverage.newest([one.ref for one in suppliers])
    assert covered
    for supplier in suppliers:
        assert supplier.ref not in covered or covered[supplier.ref].sha256 == identity(supplier)
    reopened = [alert.status.reopened for alert in queue.alerts(earlier) if alert.history]
    assert reopened
    assert not any(why and (why.entry_changed or why.party_changed) for why in reopened)


def test_what_was_recorded_in_one_text_is_shown_whole_or_not_at_all(earlier: Workspace) -> None:
    for named in (True, False):
        matches = [
            flag
            for run in map(earlier.runs.get, earlier.runs.started())
            if run
            for flag in flag_file(earlier, run, "flags.csv", people=named).flags
            if flag.finding.score and flag.finding.person
        ]
        assert matches
        for flag in matches:
            assert ("These words agree" in flag.why) is named
            assert ("birth" in flag.why.casefold()) <= named


def test_the_next_digest_can_be_made(earlier: Workspace, tmp_path: Path) -> None:
    (tmp_path / "digests").mkdir()
    assert digest.send(earlier).queued == 0


@for_each("name", ["S001.pack", "S001-people.pack"])
def test_a_pack_is_whole_and_not_derived_again(name: str) -> None:
    verified = verify_pack(KEPT / name)
    assert not verified.damaged
    assert not verified.differences
    assert (verified.answer, verified.exit_code) == ("whole, not derived again", 3)
    assert verified.origin.signed == "not at all"
    assert any("words made by version" in line for line in verified.not_derived)
    assert "made by matcher 9" in verified.outcomes["S001"].cannot
