"""What is downloaded is, byte for byte, what would be written to a file, and recorded like it."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import get_args

import pytest

from duediligence.casework.deciding import Choice, decide_alert
from duediligence.casework.decision_workbooks import preview_import
from duediligence.casework.filled_workbooks import read_filled
from duediligence.casework.queue import Filters
from duediligence.casework.run_reports import run_report
from duediligence.casework.runs_shown import run_for, runs_page
from duediligence.casework.showing import queue_for
from duediligence.delivery.decision_workbook import decisions_as_bytes
from duediligence.delivery.exports import FORMATS, ExportFilters, export_flags, flags_as_bytes
from duediligence.delivery.flag_files import RunForm, run_as_bytes, run_as_json, write_run
from duediligence.delivery.pack.making import PackRequest
from duediligence.delivery.report_file import make, report_as_bytes
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Forbidden, Invalid, NotFound
from duediligence.model import PartialDate, Person, Run, Supplier
from duediligence.model.audit import AuditEvent
from duediligence.render import verdict
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.conftest import MadeHome
from tests.homes import copy_home

REGISTERS = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"
BRIGHT = Supplier(
    ref="S1",
    name="Bright Sands Home Care Ltd",
    people=(Person("Drahomir Petrosyanov", PartialDate(1968, 3), "director"),),
)
RESTRICTED = Supplier(ref="S2", name="Marrow Lane Vapes Ltd")
VOLKHAR = Supplier(ref="S3", name="Volkhar Maritime UK Ltd")
OF_THE_RECORD = b"Premises closed"
RUN_FORMS: tuple[RunForm, ...] = get_args(RunForm)


def opened(home: Path) -> Workspace:
    settings = Settings(
        home=home, local_registers=REGISTERS, store_restricted=True, second_decision=()
    )
    return Workspace(settings, now=lambda: NOW, who="Ada")


def screened(home: Path) -> None:
    with opened(home) as workspace:
        terms = RefreshTerms(as_of=NOW.date())
        assert list(refresh(workspace, ["porthvellan-asb"], folder=REGISTERS, terms=terms))
        workspace.suppliers.save([BRIGHT, RESTRICTED, VOLKHAR], file="s.csv", at=NOW)
        screen(workspace, Screened((BRIGHT, RESTRICTED, VOLKHAR)))


@pytest.fixture
def ws(made_home: MadeHome, tmp_path: Path) -> Iterator[Workspace]:
    """As Ada, with a restricted record about S2 and a person behind S1."""
    with opened(copy_home(made_home(screened), tmp_path / "home")) as workspace:
        yield workspace


def newest(ws: Workspace) -> Run:
    run = ws.runs.get(ws.screened.newest_run())
    assert run
    return run


def events(ws: Workspace, kind: str) -> list[AuditEvent]:
    return [record.event for record in ws.audit.records() if record.event.kind == kind]


@pytest.mark.parametrize("form", RUN_FORMS)
@pytest.mark.parametrize("people", [True, False])
def test_a_run_is_downloaded_as_it_is_written(
    ws: Workspace, tmp_path: Path, form: RunForm, people: bool
) -> None:
    run, path = newest(ws), tmp_path / f"flags.{form}"
    written = write_run(ws, run, path, people=people)
    assert len(written) == (2 if form == "csv" else 1)
    body = run_as_bytes(ws, run.id, form, people=people)
    assert body == path.read_bytes()
    if form != "xlsx":
        assert OF_THE_RECORD not in body
        assert (b"Drahomir" in body) is people
    told = events(ws, "export")
    assert [(one.subject, one.what["file"]) for one in told] == (
        [(run.id, name) for name in (*(one.name for one in written), f"flags-{run.id}.{form}")]
        if people
        else []
    )
    run_as_bytes(ws, run, form, people=True, file="mine.csv")
    assert events(ws, "export")[-1].what["file"] == "mine.csv"


@pytest.mark.parametrize("format_", FORMATS)
def test_flags_are_downloaded_as_they_are_exported(
    ws: Workspace, tmp_path: Path, format_: str
) -> None:
    known = next(one for one in FORMATS if one == format_)
    filters = ExportFilters(severity="high")
    path = tmp_path / f"flags.{format_}"
    written = export_flags(ws, path, known, filters)
    body, made = flags_as_bytes(ws, known, filters)
    assert body == path.read_bytes()
    assert made == written
    assert made.sha256 == sha256(body).hexdigest()
    first, second = events(ws, "export")
    assert first.what == second.what
    with pytest.raises(NotFound):
        flags_as_bytes(ws, known, run_id="none")
    assert len(events(ws, "export")) == 2


def test_a_report_is_downloaded_as_it_is_made(ws: Workspace, tmp_path: Path) -> None:
    asked = PackRequest(supplier="S3")
    body, result = report_as_bytes(ws, asked, "html")
    assert result.sha256 == sha256(body).hexdigest()
    path = tmp_path / "report.html"
    made = make(ws, asked, path, "html")
    assert made == replace(result, sha256=made.sha256)
    first, second = events(ws, "report made")
    assert first.what["sha256"] == result.sha256
    assert {**first.what, "sha256": made.sha256} == second.what
    # Each states the head of the audit chain, which the record of the first has moved.
    heads = ("[0-9a-f]{64}", "HEAD")
    assert re.sub(*heads, body.decode()) == re.sub(*heads, path.read_text(encoding="utf-8"))


def test_a_workbook_that_was_downloaded_comes_back(ws: Workspace, tmp_path: Path) -> None:
    body, exported = decisions_as_bytes(ws, Filters(severity="high"), file="mine.xlsx")
    assert exported.restricted == 1
    told = events(ws, "export")[-1].what
    assert (told["file"], told["sha256"]) == ("mine.xlsx", sha256(body).hexdigest())
    path = tmp_path / "back.xlsx"
    path.write_bytes(body)
    preview = preview_import(ws, read_filled(path))
    assert preview.refused == ()


def test_whoever_may_not_export_downloads_nothing(ws: Workspace) -> None:
    ws.settings = replace(ws.settings, users={"Bo": "officer"})
    run_id = newest(ws).id
    for download in (
        lambda: run_as_bytes(ws, run_id, "csv", people=False),
        lambda: flags_as_bytes(ws, "csv"),
        lambda: decisions_as_bytes(ws),
    ):
        with pytest.raises(Forbidden, match="'Ada' may not export"):
            download()
    assert events(ws, "export") == []


def test_runs_come_newest_first_in_pages(ws: Workspace) -> None:
    first = newest(ws).id
    ids = [screen(ws, Screened((VOLKHAR,))).id for _ in range(4)]
    every = [*reversed(ids), first]
    found, after = [], 0
    for _ in range(3):
        page = runs_page(ws, after, 2)
        assert page.total == 5
        found += [row.id for row in page.rows]
        after = page.after
    assert (found, after) == (every, 0)
    row = runs_page(ws).rows[-1]
    run = ws.runs.get(first)
    assert run
    assert (row.started_at, row.suppliers, row.parties, row.as_of, row.complete) == (
        run.started_at, run.suppliers, run.parties, run.as_of, run.complete,
    )  # fmt: skip
    with pytest.raises(Invalid):
        runs_page(ws, 0, 0)


def test_a_page_of_a_run_says_what_its_report_says(ws: Workspace) -> None:
    run_id = newest(ws).id
    report = run_report(ws, run_id)
    shown = run_for(ws, run_id).run
    assert report.parts.run == shown
    assert report.parts.headline == verdict.headline(shown)
    assert [point for group in report.parts.groups for point in group] == verdict.points(shown)
    assert report.withheld.restricted == 1
    assert OF_THE_RECORD.decode() not in str(report)
    assert "Drahomir" not in str(run_report(ws, run_id, people=False).parts)
    assert events(ws, "restricted shown") == []
    assert OF_THE_RECORD.decode() in str(run_report(ws, run_id, restricted=True))
    assert len(events(ws, "restricted shown")) == 1
    (alert, *_) = queue_for(ws, Filters(supplier="S3")).rows
    decide_alert(ws, alert.id, Choice(decided="not the same", reason="OTHER", note="Another"))
    later = run_report(ws, run_id)
    assert later.not_shown == "1 decided as not the same is not shown."
    assert len(later.parts.run.findings) < len(report.parts.run.findings)
    with pytest.raises(NotFound, match="Unknown run 'none'"):
        run_report(ws, "none")


def test_what_is_downloaded_can_be_read(ws: Workspace) -> None:
    run = newest(ws)
    text = run_as_bytes(ws, run, "csv", people=False, format_=1).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["supplier_ref"] for row in rows} >= {"S1", "S3"}
    document = run_as_bytes(ws, run, "json", people=False).decode()
    assert document == run_as_json(ws, run, people=False)
    assert json.loads(document)


def test_what_was_decided_as_not_the_same_is_not_downloaded_again(ws: Workspace) -> None:
    run_id = newest(ws).id
    before = run_as_bytes(ws, run_id, "csv", people=False, format_=1)
    (alert, *_) = queue_for(ws, Filters(supplier="S3")).rows
    decide_alert(ws, alert.id, Choice(decided="not the same", reason="OTHER", note="Another"))
    after = run_as_bytes(ws, run_id, "csv", people=False, format_=1)
    assert len(after.splitlines()) < len(before.splitlines())
    assert str(alert.entry_id).encode() in before
