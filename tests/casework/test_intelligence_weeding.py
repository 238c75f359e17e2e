"""What may still hold a report of intelligence that was deleted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.extensions.sharing.intelligence_weeding import (
    delete_due_reports,
    sweep_report_copies,
)
from duediligence.extensions.sharing.model.intelligence import (
    Grade,
    IntelligenceReport,
    Provenance,
    ReportedParty,
)
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.model.audit import AuditEvent
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

REPORT = IntelligenceReport(
    grade=Grade(source="1", assessment="A", handling="P"),
    provenance=Provenance(source="anonymous", received_on=NOW.date()),
    sanitised="Invented",
    raw="",
    parties=(ReportedParty(kind="person", name="Jo"),),
    review_on=date(2027, 1, 1),
    weed_on=(NOW + timedelta(days=3)).date(),
)


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(Settings(home=tmp_path / "home"), now=lambda: NOW + timedelta(days=4)) as opened:
        yield opened


def test_backups_from_the_day_a_report_was_added_to_its_deletion_may_hold_it(
    ws: Workspace,
) -> None:
    def back_up(day: int) -> None:
        at = NOW + timedelta(days=day)
        ws.audit.add(AuditEvent("backup made", at, "Ada", {"file": f"{day}.backup"}))

    reports = ws.casework.repository(IntelligenceStore)
    back_up(0)
    kept = reports.keep(REPORT, "added", NOW + timedelta(days=1))
    back_up(2)
    reports.keep(replace(kept, sanitised="Invented again"), "reviewed", NOW + timedelta(days=3))
    back_up(4)
    with ws.casework.retention.transaction(dry_run=False):
        deleted = delete_due_reports(ws, NOW - timedelta(days=900))
    back_up(5)
    held = sweep_report_copies(ws, deleted).backups
    assert held == tuple(
        f"{NOW + timedelta(days=day):%Y-%m-%d %H:%M} UTC, {day}.backup" for day in (2, 4)
    )
