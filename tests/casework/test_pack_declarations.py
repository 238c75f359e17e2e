"""What suppliers had declared stands in a pack, and what was made of it follows from it."""

import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.casework import queue, retention
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.verifying import verify as verify_chain
from duediligence.delivery.pack.case import case_of, newest_run
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.people import as_disclosed
from duediligence.delivery.pack.verifying import Verified, verify_pack
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import Run, Supplier
from duediligence.screening.imports import import_declarations
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from tests.delivery.resealing import other_key, parts

Open = Callable[..., Workspace]
BARRED = Supplier(
    ref="S1", name="Harrowgate & Penwith Security Services Ltd", contract="Guarding, 2026"
)
CLEAN = Supplier(ref="S2", name="Little Acorns Youth Project CIO", contract="Youth clubs")
TOLD = Supplier(ref="S3", name="Bright Sands Home Care Ltd", contract="Home care")
DECLARED = """supplier_ref,question,answer,date,details
S1,professional_misconduct,no,2026-03-02,
S1,tax_offences,no,2026-03-02,
S3,insolvency_bankruptcy,yes,2026-03-02,A CVA; Mr Dunnock can say more.
S3,breach_of_contract,yes,2026-03-03,Ms Saltmarrow can say more.
"""
DECLARATIONS = "suppliers/001/declarations.json"


@pytest.fixture
def ws(open_workspace: Open, home: Path, tmp_path: Path) -> Workspace:
    workspace = open_workspace(home, second_decision=())
    declare(workspace, tmp_path)
    return workspace


def declare(workspace: Workspace, folder: Path) -> Run:
    suppliers = [BARRED, CLEAN, TOLD]
    workspace.suppliers.save(suppliers, file="suppliers.csv", at=workspace.now())
    (folder / "declared.csv").write_text(DECLARED, encoding="utf-8")
    import_declarations(workspace, folder / "declared.csv")
    return screen(workspace, Screened(suppliers))


def packed(workspace: Workspace, path: Path, **asked: object) -> Verified:
    make(workspace, PackRequest(**asked), path)  # type: ignore[arg-type]
    return verify_pack(path)


def edited(workspace: Workspace, statement: str) -> None:
    with closing(sqlite3.connect(workspace.runs.path)) as db, db:
        db.execute(statement)


@pytest.mark.parametrize(("ref", "raised"), [("S1", "DCL-01"), ("S2", "DCL-03"), ("S3", "DCL-02")])
@pytest.mark.parametrize("people", [True, False])
def test_each_finding_about_a_declaration_is_derived_again(
    ws: Workspace, tmp_path: Path, ref: str, raised: str, people: bool
) -> None:
    verified = packed(ws, tmp_path / "p.zip", supplier=ref, people=people)
    assert verified.exit_code == 0, verified
    found = {f.check_id for f in case_of(ws, ref, newest_run(ws, ref)).findings}
    assert {check for check in found if check.startswith("DCL")} == {raised}
    outcome = verified.outcomes[ref]
    assert not outcome.not_derived
    if people:
        assert not outcome.withheld


def test_the_suppliers_own_words_are_left_out_with_people(ws: Workspace, tmp_path: Path) -> None:
    def everything(path: Path) -> str:
        with zipfile.ZipFile(path) as package:
            return "".join(package.read(name).decode() for name in package.namelist())

    named = packed(ws, tmp_path / "1.zip", supplier="S3", people=True)
    assert "Saltmarrow" in everything(tmp_path / "1.zip")
    # A pack says of nobody that they were insolvent.
    assert "Dunnock" not in everything(tmp_path / "1.zip")
    bare = packed(ws, tmp_path / "2.zip", supplier="S3")
    assert "Saltmarrow" not in everything(tmp_path / "2.zip")
    assert '"answer": "yes"' in everything(tmp_path / "2.zip")
    assert (named.exit_code, bare.exit_code) == (0, 0)
    assert not bare.outcomes["S3"].withheld


@pytest.mark.parametrize(
    ("old", "new", "code"), [('"no"', '"yes"', 1), ("PA23-7-11", "PA23-7-12", 1), ("[", "[ ", 1)]
)
def test_an_answer_that_was_changed_no_longer_bears_out_the_finding(
    ws: Workspace, tmp_path: Path, old: str, new: str, code: int
) -> None:
    path = tmp_path / "p.zip"
    packed(ws, path, supplier="S1", people=True)
    pack = parts(path.read_bytes())
    pack.replace(DECLARATIONS, old, new)
    path.write_bytes(pack.sealed(other_key()))
    assert verify_pack(path).exit_code == code


def test_of_a_run_from_before_it_says_that_it_cannot(ws: Workspace, tmp_path: Path) -> None:
    assert verify_chain(ws) is None
    edited(ws, "DELETE FROM run_declarations")
    verified = packed(ws, tmp_path / "p.zip", supplier="S1", people=True)
    assert verified.exit_code == 3
    assert [line.split()[0] for line in verified.outcomes["S1"].not_derived] == ["DCL-01"]
    problem = verify_chain(ws)
    assert problem is not None
    assert "was changed after it was stored" in problem.what


def test_what_was_declared_is_never_changed(ws: Workspace) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        edited(ws, "UPDATE run_declarations SET ref = 'S9'")


def test_beside_a_restricted_finding_the_answers_are_left_out(ws: Workspace) -> None:
    case = case_of(ws, "S1", newest_run(ws, "S1"))
    findings = tuple(
        replace(f, handling="restricted") if f.check_id == "DCL-01" else f for f in case.findings
    )
    shown = as_disclosed(replace(case, run=replace(case.run, findings=findings)), people=True)
    assert case.compared.declarations
    assert shown.compared.declarations is None


def test_a_home_without_declarations_keeps_none(open_workspace: Open, home: Path) -> None:
    workspace = open_workspace(home)
    run = screen(workspace, Screened([CLEAN]))
    found = workspace.runs.compared(run.id, "S2")
    assert found is not None
    assert found.declarations is None


def test_a_run_that_lost_a_cleared_match_is_no_forgery(
    ws: Workspace, open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    old = newest_run(ws, "S1")
    for alert in queue.alerts(ws, queue.Filters(supplier="S1")):
        if alert.matched:
            choice = Choice(decided="not the same", reason="OTHER", note="Rang them")
            decide(ws, alert, choice, after=alert.last_decision)
    later = open_workspace(home, at=NOW + timedelta(days=100), second_decision=())
    screen(later, Screened([BARRED]))
    retention.run(later, dry_run=False)
    verified = packed(later, tmp_path / "p.zip", supplier="S1", run=old, people=True)
    assert verified.exit_code == 3, verified
    assert [line.split()[0] for line in verified.outcomes["S1"].not_derived] == ["DCL-01"]
    assert packed(later, tmp_path / "p.zip", supplier="S1", people=True).exit_code == 0
    assert verify_chain(later) is None
