"""Screening: who is flagged, what was not checked, and what is kept."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from duediligence import registry
from duediligence.casework.disclosure import collect_known_names, redact_run
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import UsageError
from duediligence.model import (
    Finding,
    Identifier,
    PartialDate,
    Person,
    RejectedRow,
    Repair,
    Supplier,
    UnreadCell,
)
from duediligence.render.saying import explain, format_text
from duediligence.screening.run import stages
from duediligence.screening.run.screen import Screened, exit_code, screen
from duediligence.screening.run.stages import GatheredRun, PartyFinding, Stage
from duediligence.screening.workspace import Workspace
from tests.rows import for_each

Open = Callable[..., Workspace]
VOLKHAR = Supplier(ref="S1", name="Volkhar Maritime UK Ltd")
CLEAN = Supplier(ref="S2", name="Little Acorns Youth Project CIO")
LOST_DIGITS = Repair("company no", "1.2E+07", "", "digits were lost")


def found(workspace: Workspace, *suppliers: Supplier, **more: object) -> tuple[Finding, ...]:
    return screen(workspace, Screened(suppliers, **more)).findings  # type: ignore[arg-type]


def test_a_sanctioned_firm_is_flagged_with_its_measures_and_reasons(
    open_workspace: Open, home: Path
) -> None:
    findings = found(open_workspace(home), VOLKHAR, CLEAN)
    assert {finding.supplier_ref for finding in findings} == {"S1"}
    freeze = next(f for f in findings if f.list_id == "uk-sanctions")
    assert freeze.check_id == "SAN-01"
    assert freeze.outcome == "review"
    assert freeze.severity == "critical"
    assert any("asset freeze" in measure.casefold() for measure in freeze.measures)
    assert freeze.score is not None
    assert freeze.score > 0.8
    assert format_text(freeze.why).count(".") >= 2
    assert format_text(freeze.next_step)
    assert freeze.retrieved_at is not None
    assert freeze.first_seen == NOW
    assert freeze.list_version


def test_an_equal_company_number_makes_it_certain(open_workspace: Open, home: Path) -> None:
    numbered = Supplier(
        ref="S1", name="Volkhar Maritime UK Ltd", identifiers=(Identifier("GB-COH", "99001234"),)
    )
    finding = next(f for f in found(open_workspace(home), numbered) if f.list_id == "uk-sanctions")
    assert finding.outcome == "adverse"
    assert "99001234" in explain(finding)


def test_a_director_is_screened_with_month_and_year_of_birth(
    open_workspace: Open, home: Path
) -> None:
    def with_birth(year: int, month: int) -> list[Finding]:
        person = Person("Dragomir Petrosyanov", PartialDate(year, month), "director")
        supplier = Supplier(ref="S3", name="Bright Sands Home Care Ltd", people=(person,))
        findings = found(open_workspace(home), supplier)
        return [f for f in findings if f.list_id == "uk-sanctions"]

    same = with_birth(1968, 3)
    assert {f.check_id for f in same} >= {"SAN-01", "SAN-02"}
    assert all(f.subject_role == "director" for f in same)
    assert all("birth" in explain(f).casefold() for f in same)
    other = with_birth(1990, 7)
    assert max((f.score or 0 for f in other), default=0) < min(f.score or 0 for f in same)


def test_a_trading_name_is_screened_and_named_as_such(open_workspace: Open, home: Path) -> None:
    supplier = Supplier(
        ref="S4", name="Nothing Known Holdings", trading_names=("Volkhar Maritime (UK) Limited",)
    )
    finding = next(f for f in found(open_workspace(home), supplier) if f.check_id == "SAN-01")
    assert finding.subject_name == "Volkhar Maritime (UK) Limited"
    assert finding.subject_role == "supplier (trading name)"


def test_a_complete_run_with_nothing_found_exits_0(open_workspace: Open, home: Path) -> None:
    run = screen(open_workspace(home), Screened([CLEAN]))
    assert run.findings == ()
    assert run.complete
    assert exit_code(run, "low") == 0


def test_fail_on_chooses_what_exits_1(open_workspace: Open, home: Path) -> None:
    bad_number = Supplier(
        ref="S5",
        name=CLEAN.name,
        repairs=(LOST_DIGITS,),
    )
    run = screen(open_workspace(home), Screened([bad_number]))
    assert [f.check_id for f in run.findings] == ["SUP-02"]
    assert exit_code(run, "low") == 1
    assert exit_code(run, "high") == 0


def test_a_list_never_loaded_makes_nobody_clear(open_workspace: Open) -> None:
    run = screen(open_workspace(), Screened([CLEAN]))
    assert not run.complete
    assert exit_code(run, "critical") == 3
    assert {f.check_id for f in run.findings} == {"LST-02"}
    assert {f.outcome for f in run.findings} == {"unknown"}
    # Never loaded and optional: nobody asked for it.
    assert "opensanctions" not in {f.list_id for f in run.findings}


def test_a_stale_list_is_searched_and_the_run_still_incomplete(
    open_workspace: Open, home: Path
) -> None:
    run = screen(open_workspace(home, at=NOW + timedelta(days=100)), Screened([VOLKHAR]))
    assert exit_code(run, "low") == 3
    assert any(f.check_id == "SAN-01" for f in run.findings)
    unknown = [finding.outcome == "unknown" for finding in run.findings]
    assert unknown == sorted(unknown), "flags come before what was not checked"
    assert unknown[-1]


@pytest.mark.parametrize("damage", ["removed", "emptied", "garbage"])
def test_a_damaged_index_is_not_a_clear_list(open_workspace: Open, home: Path, damage: str) -> None:
    (folder,) = (home / "indexes" / "uk-sanctions").iterdir()
    if damage == "removed":
        shutil.rmtree(folder)
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"" if damage == "emptied" else b"\x00garbage" * 20)
    shutil.rmtree(home / "indexes" / ".merged")
    # Nor can it be built again where an entry is not what was recorded.
    with closing(sqlite3.connect(home / "lists.db")) as db, db:
        db.execute("UPDATE entries SET body = x'7b7d' WHERE entry_id = 'RUS9901'")
    run = screen(open_workspace(home), Screened([VOLKHAR]))
    assert exit_code(run, "low") == 3
    assert {"uk-sanctions"} == {f.list_id for f in run.findings if f.outcome == "unknown"}


def test_a_row_that_was_not_read_makes_the_run_incomplete(open_workspace: Open, home: Path) -> None:
    run = screen(
        open_workspace(home), Screened([CLEAN], rejected=[RejectedRow(7, "the name is blank")])
    )
    assert exit_code(run, "low") == 3
    (finding,) = run.findings
    assert finding.check_id == "SUP-01"
    assert "Row 7" in format_text(finding.why)


def test_a_cell_that_was_not_read_makes_the_run_incomplete_from_the_store_too(
    open_workspace: Open, home: Path
) -> None:
    workspace = open_workspace(home)
    cell = UnreadCell("Directors", "1. see attached 2. Bo Other", "person", "not understood")
    born = UnreadCell("DOB", "Cy Third, ……", "birth date", "not understood")
    kept = replace(CLEAN, unread=(cell, born))
    workspace.suppliers.save([kept], file="s.csv", at=NOW)
    run = screen(workspace, Screened(workspace.suppliers.all()))
    assert exit_code(run, "low") == 3
    date, unread = run.findings
    assert (unread.check_id, unread.outcome, unread.person) == ("SUP-03", "unknown", True)
    assert '"1. see attached 2. Bo Other"' in explain(unread)
    assert (date.check_id, date.outcome) == ("SUP-04", "review")
    assert "birth date" in format_text(date.why)
    assert '"Cy Third, ……"' in explain(date)
    redacted, _ = redact_run(
        run, {CLEAN.ref: collect_known_names(kept)}, people=False, restricted=False
    )
    assert not [f for f in redacted.findings if "Bo Other" in explain(f)]


def test_more_matches_than_the_limit_are_never_hidden_in_silence(
    open_workspace: Open, home: Path
) -> None:
    two = Supplier(ref="S6", name=VOLKHAR.name, trading_names=("Al-Zahrun Relief Foundation",))
    for limit, hidden in ((1, True), (2, False)):
        narrow = open_workspace(home, limit=limit)
        findings = [f for f in found(narrow, two) if f.list_id == "uk-sanctions"]
        assert len({f.entry_id for f in findings}) == limit
        assert any("More possible matches" in explain(f) for f in findings) is hidden


def test_the_run_is_stored_just_as_it_was_returned(open_workspace: Open, home: Path) -> None:
    workspace = open_workspace(home)
    run = screen(workspace, Screened([VOLKHAR, CLEAN], file="s.csv", sha256="ab"))
    assert workspace.runs.get(run.id) == run
    assert run.suppliers == 2
    assert run.supplier_file == "s.csv"
    assert len(run.lists) == len(registry.find_watchlists())


def test_first_seen_stays_that_of_the_first_run(open_workspace: Open, home: Path) -> None:
    found(open_workspace(home), VOLKHAR)
    later = open_workspace(home, at=NOW + timedelta(days=1))
    assert {f.first_seen for f in found(later, VOLKHAR) if f.score} == {NOW}


def test_workers_do_not_change_the_result(open_workspace: Open, home: Path) -> None:
    suppliers = [VOLKHAR, CLEAN, *(Supplier(ref=f"N{n}", name=f"Firm {n} Ltd") for n in range(40))]
    one, two = (
        [(f.key, f.score) for f in found(open_workspace(home, workers=n), *suppliers)]
        for n in (1, 2)
    )
    assert one == two


def test_a_policy_overrides_severity_and_threshold(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[checks.SAN-01]\nseverity = "low"\n[lists.uk-sanctions]\nthreshold = 1.0\n')
    findings = found(open_workspace(home, policy=policy), VOLKHAR)
    assert all(f.score == 1.0 for f in findings if f.list_id == "uk-sanctions")
    assert {f.severity for f in findings if f.check_id == "SAN-01"} <= {"low"}


@for_each(
    ("text", "said"),
    [
        ("[checks.SAN-99]\nseverity = 'low'", "unknown check"),
        ("[checks.SAN-01]\nseverity = 'red'", "not allowed"),
        ("[checks.SAN-01]\nsevereness = 'low'", "severeness"),
        ("[lists.ofsi]\nthreshold = 0.9", "unknown list"),
        ("[lists.un]\nthreshold = 9", "not allowed"),
        ("[people]\nx = 1", "[people]"),
        ("[checks]\nx = 1", "holds tables"),
        ("= 1", "cannot be read"),
    ],
)
def test_a_policy_with_a_mistake_is_refused(
    open_workspace: Open, tmp_path: Path, text: str, said: str
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(text)
    with pytest.raises(UsageError) as caught:
        found(open_workspace(policy=policy), CLEAN)
    assert said in caught.value.message


def test_a_supplier_is_never_a_ship(open_workspace: Open, home: Path) -> None:
    workspace = open_workspace(home)
    version = workspace.lists.current()["uk-sanctions"].version
    ship = workspace.lists.entry(version, "RUS9905")
    assert ship.kind == "vessel"
    supplier = Supplier(ref="S7", name=ship.name)
    assert ship.id not in {f.entry_id for f in found(workspace, supplier)}
    assert ship.id in {f.entry_id for f in found(workspace, supplier, kind="vessel")}


def _find_a_pointer(gathered: GatheredRun, kept: list[str]) -> Iterator[PartyFinding]:
    (supplier,) = gathered.suppliers
    findings = gathered.assess.about_supplier(replace(supplier, repairs=(LOST_DIGITS,)))
    gathered.kept_beside.append(lambda run: kept.append(run.id))
    yield from (PartyFinding(one, "pointer:7") for one in findings)


def test_what_a_further_stage_finds_and_keeps_is_stored(
    open_workspace: Open, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    added = Stage("pointers of a partner", partial(_find_a_pointer, kept=kept))
    monkeypatch.setattr(stages, "STAGES", (*stages.STAGES, added))
    workspace = open_workspace(home)
    run = screen(workspace, Screened([CLEAN]))
    assert [one.check_id for one in run.findings] == ["SUP-02"]
    assert kept == [run.id]
    (seen,) = workspace.screened.of_topics(run.id, ["identity"])
    assert seen.party == "pointer:7"


def test_what_a_stage_cannot_keep_stores_no_run(
    open_workspace: Open, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(gathered: GatheredRun) -> Iterator[PartyFinding]:
        gathered.kept_beside.append(lambda _: 1 / 0)
        yield from ()

    monkeypatch.setattr(stages, "STAGES", (Stage("what cannot be kept", fail),))
    workspace = open_workspace(home)
    with pytest.raises(ZeroDivisionError):
        screen(workspace, Screened([CLEAN]))
    assert not workspace.screened.newest_run()
