"""A run is what the chain says was stored, or somebody is told."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from duediligence.casework.verifying import verify
from duediligence.model import Finding, Run, Supplier
from duediligence.model.audit import AuditEvent
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def run(run_id: str) -> Run:
    finding = Finding(
        run_id=run_id,
        supplier_ref="S1",
        supplier_name="Quill & Ferrow Ltd",
        company_number="99000001",
        check_id="SAN-01",
        check_title="Asset freeze",
        topic="sanctions",
        outcome="review",
        severity="critical",
        subject_name="Quill & Ferrow Ltd",
        list_id="un",
        entry_id="E1",
        score=0.97,
        why="Names agree.",
        retrieved_at=AT,
        first_seen=AT,
    )
    return Run(
        id=run_id,
        started_at=AT,
        finished_at=AT,
        as_of=date(2026, 11, 21),
        supplier_file="s.csv",
        supplier_file_sha256="0" * 64,
        suppliers=1,
        parties=1,
        lists=(),
        threshold=0.8,
        matcher_version="1",
        policy_sha256="0" * 64,
        findings=(finding,),
    )


@pytest.fixture
def stored(open_workspace: Open) -> Workspace:
    workspace = open_workspace()
    suppliers = [Supplier(ref="S1", name="Quill & Ferrow Ltd")]
    workspace.suppliers.save(suppliers, file="s.csv", at=workspace.now())
    for run_id in ("R1", "R2"):
        workspace.runs.save(run(run_id), suppliers, {})
    return workspace


def tampered(workspace: Workspace, statement: str) -> None:
    path: Path = workspace.audit.path
    with closing(sqlite3.connect(path)) as other:
        triggers = other.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        triggers = triggers.fetchall()
        for name, _ in triggers:
            other.execute(f"DROP TRIGGER {name}")
        other.execute(statement)
        for _, made in triggers:
            other.execute(made)
        other.commit()


def test_what_was_stored_verifies(stored: Workspace) -> None:
    assert verify(stored) is None
    assert verify(stored, head=stored.audit.head()) is None


def test_a_run_tells_who_what_and_against_what(stored: Workspace) -> None:
    event = list(stored.audit.records())[-1].event
    assert (event.kind, event.subject, event.who) == ("run stored", "R2", stored.who)
    assert event.what["findings"] == 1
    assert event.what["complete"] is True
    assert "Quill" not in str(event)


@pytest.mark.parametrize(
    ("statement", "position", "told"),
    [
        (
            "UPDATE findings SET body = CAST(replace(body, '0.97', '0.17') AS BLOB) "
            "WHERE run_id = 'R1'",
            2,
            "run R1 was changed",
        ),
        ("DELETE FROM findings WHERE run_id = 'R2'", 3, "run R2 was changed"),
        ("DELETE FROM run_suppliers WHERE run_id = 'R2'", 3, "run R2 was changed"),
        (
            "UPDATE runs SET body = CAST(replace(body, '0.8', '0.9') AS BLOB) WHERE id = 'R2'",
            3,
            "run R2 was changed",
        ),
        ("DELETE FROM runs WHERE id = 'R2'", 3, "run R2 is missing"),
        (
            "INSERT INTO runs SELECT 'R3', started_at, 1, body FROM runs WHERE id = 'R2'",
            4,
            "inserted by hand",
        ),
        ("UPDATE audit SET who = 'nobody' WHERE position = 1", 1, "edited"),
    ],
)
def test_what_was_changed_behind_our_back_is_found(
    stored: Workspace, statement: str, position: int, told: str
) -> None:
    tampered(stored, statement)
    problem = verify(stored)
    assert problem is not None
    assert problem.position == position
    assert told in problem.what


@pytest.mark.parametrize(("subject", "runs"), [("R2", ()), ("", ("R2",))])
def test_what_retention_removed_is_no_fault(
    stored: Workspace, subject: str, runs: tuple[str, ...]
) -> None:
    for table in ("findings", "run_suppliers"):
        tampered(stored, f"DELETE FROM {table} WHERE run_id = 'R2'")
    tampered(stored, "DELETE FROM runs WHERE id = 'R2'")
    event = AuditEvent("retention", stored.now(), stored.who, {"runs": runs}, subject)
    stored.audit.add(event)
    assert verify(stored) is None
