"""Each job that the console offers does its work and says what came of it."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from duediligence.casework.verifying import examine
from duediligence.delivery.pack.making import PackRequest
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.demo.office import DEMO_TIME
from duediligence.scheduling.service import hold_scheduler_lock
from duediligence.settings import Settings
from duediligence.store.schedule import ScheduleStore
from duediligence.web import job_kinds
from duediligence.web.files import safe_name
from duediligence.web.people import Viewer
from duediligence.web.service import Service
from tests.rows import for_each

from .conftest import service_over
from .jobs_awaited import ended, until

DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
ADA = Viewer(account="ada", name="Ada")
ROWS = b"name,supplier_ref\nVolkhar Maritime (UK) Ltd,S1\nLittle Acorns Youth Project CIO,S2\n"


@pytest.fixture
def served(service: Service) -> Iterator[Service]:
    service.jobs.open()
    yield service
    service.jobs.close()


def imported(service: Service, body: bytes = ROWS) -> None:
    job_id = job_kinds.import_file(service, ADA, name="s.csv", body=body, mapping={})
    assert ended(service, job_id).state == "done"


def test_a_file_is_imported(served: Service) -> None:
    job_id = job_kinds.import_file(
        served, ADA, name="C:\\Users\\Ada\\new suppliers.csv", body=ROWS, mapping={}
    )
    job = ended(served, job_id)
    assert job.title == "Import new suppliers.csv"
    assert job.said == "new suppliers.csv: 2 suppliers (2 new, 0 changed, 0 unchanged)."
    assert (job.state, job.link, job.file) == ("done", "/suppliers", "")
    # What was uploaded is not kept.
    assert not (served.home / "console" / "jobs" / job_id).exists()


def test_rows_that_cannot_be_used_are_the_file_of_the_job(served: Service) -> None:
    body = ROWS + b",S3\n"
    job = ended(served, job_kinds.import_file(served, ADA, name="s.csv", body=body, mapping={}))
    assert job.state == "incomplete"
    assert job.said.endswith("1 row rejected: see the file.")
    path = served.jobs.file_of(ADA, job)
    assert path
    assert path.name == "s-rejects.csv"
    assert [one.name for one in path.parent.iterdir()] == ["s-rejects.csv"]
    assert "S3" in path.read_text("utf-8")


def test_a_file_that_is_no_table_is_refused_in_words(served: Service) -> None:
    job = ended(served, job_kinds.import_file(served, ADA, name="s.csv", body=b"", mapping={}))
    assert job.state == "failed"
    assert "s.csv" in job.said
    assert str(served.home) not in job.said


def test_a_file_is_imported_and_screened(served: Service) -> None:
    job_id = job_kinds.import_file(
        served, ADA, name="s.csv", body=ROWS, mapping={}, then_screen=True
    )
    job = ended(served, job_id)
    assert job.state == "done", job.said
    assert "to review" in job.said
    with served.workspace(ADA) as ws:
        (run_id,) = ws.runs.started()
        run = ws.runs.get(run_id)
        assert run
        assert (run.suppliers, run.supplier_file) == (2, "s.csv")
        stored = [one for one in ws.audit.records() if one.event.kind == "run stored"]
        assert [one.event.who for one in stored] == ["ada"]
    assert job.link == f"/runs/{run_id}"


def test_all_suppliers_are_screened_and_one(served: Service) -> None:
    imported(served)
    every = ended(served, job_kinds.screen_all(served, ADA))
    one = ended(served, job_kinds.screen_one(served, ADA, "S2"))
    assert (every.state, one.state) == ("done", "done")
    with served.workspace(ADA) as ws:
        counts = sorted(run.suppliers for id_ in ws.runs.started() if (run := ws.runs.get(id_)))
    assert counts == [1, 2]


def test_ended_suppliers_that_were_not_screened_are_counted(served: Service) -> None:
    body = b"ref,name,status\nS1,Moss Haulage Ltd,Active\nS2,Gull Repairs Ltd,Ended\n"
    job_id = job_kinds.import_file(
        served, ADA, name="s.csv", body=body, mapping={}, then_screen=True
    )
    for job in (ended(served, job_id), ended(served, job_kinds.screen_all(served, ADA))):
        assert job.said.endswith("; 1 ended supplier not screened.")


def test_nothing_to_screen_is_said(served: Service) -> None:
    job = ended(served, job_kinds.screen_all(served, ADA))
    assert job.state == "failed"
    assert job.said.startswith("There are no suppliers to screen. Import some first")


def test_what_could_not_be_checked_is_said_first(tmp_path: Path) -> None:
    service = service_over(Settings(home=tmp_path / "no-lists"))
    service.jobs.open()
    imported(service)
    job = ended(service, job_kinds.screen_all(service, ADA))
    service.jobs.close()
    assert job.state == "incomplete"
    assert job.said.startswith("Incomplete: ")


def test_a_screening_waits_for_the_scheduler_and_can_be_stopped_there(served: Service) -> None:
    imported(served)
    with (
        closing(ScheduleStore(served.home / "schedule.db")) as store,
        hold_scheduler_lock(served.home, "schedule run", DEMO_TIME),
    ):
        attempt = store.begin("lists", DEMO_TIME, DEMO_TIME)
        waits, stays = (job_kinds.screen_all(served, ADA) for _ in range(2))
        step = until(lambda: served.jobs.get(waits).step)
        assert step == "Waiting for the scheduler, which is at lists"
        served.jobs.stop(ADA, waits)
        assert ended(served, waits).state == "stopped"
        until(lambda: served.jobs.get(stays).step)
        assert served.jobs.get(stays).ended is None
        store.end(attempt, "done", "", DEMO_TIME)
        assert ended(served, stays).state == "done"


@pytest.fixture
def registers(home: Path, tmp_path: Path) -> Iterator[Service]:
    """A service with registers of the council's own, which are read from a folder."""
    folder = Path(shutil.copytree(DEMO / "local_registers", tmp_path / "registers"))
    service = service_over(Settings(home=home, local_registers=folder))
    service.jobs.open()
    yield service
    service.jobs.close()


def test_lists_are_refreshed(registers: Service) -> None:
    job = ended(registers, job_kinds.refresh_lists(registers, ADA, ["porthvellan-asb"]))
    assert job.title == "Refresh 1 list: porthvellan-asb"
    assert (job.state, job.said, job.link) == ("done", "1 lists loaded, 0 unchanged.", "/lists")
    with registers.workspace(ADA) as ws:
        assert "porthvellan-asb" in ws.lists.current()


def test_a_list_that_fails_is_named(registers: Service, tmp_path: Path) -> None:
    (tmp_path / "registers" / "asb.csv").unlink()
    ids = ["porthvellan-housing", "porthvellan-asb"]
    job = ended(registers, job_kinds.refresh_lists(registers, ADA, ids))
    assert job.state == "failed"
    assert job.said.startswith("1 of 2 lists failed: porthvellan-asb: ")
    assert job.said.endswith("Before that, 1 of 2 lists were refreshed: that is kept.")


def test_a_pack_is_made_that_verifies(served: Service) -> None:
    imported(served)
    ended(served, job_kinds.screen_all(served, ADA))
    job = ended(served, job_kinds.make_pack(served, ADA, PackRequest(supplier="S1")))
    assert (job.state, job.file) == ("done", "pack supplier S1.zip"), job.said
    path = served.jobs.file_of(ADA, job)
    assert path
    assert verify_pack(path).exit_code == 0


@pytest.mark.parametrize("asked", [PackRequest(supplier="S1"), PackRequest(contract="None such")])
def test_a_report_is_made(served: Service, asked: PackRequest) -> None:
    imported(served)
    ended(served, job_kinds.screen_all(served, ADA))
    job = ended(served, job_kinds.make_report(served, ADA, asked, "html"))
    if asked.contract:
        assert (job.state, job.file) == ("failed", "")
        assert job.said.startswith("No supplier has the contract 'None such'")
        return
    path = served.jobs.file_of(ADA, job)
    assert path
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")
    with served.workspace(replace(ADA, account="bo")) as ws:
        assert examine(ws).problems == ()


def test_suppliers_are_resolved(served: Service) -> None:
    imported(served)
    job = ended(served, job_kinds.start_resolution(served, ADA, ["S1"]))
    assert job.state == "incomplete"  # no register can be asked
    assert job.said == "1 supplier: 0 settled, 0 need a person, 1 not known."
    assert job.link == "/suppliers/S1"


@for_each(
    ("name", "safe"),
    [
        ("suppliers.csv", "suppliers.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\b.xlsx", "b.xlsx"),
        ('a"\r\nX: y.csv', "a-X- y.csv"),
        ("", "file"),
        ("...", "file"),
        (".csv", "csv"),
        ("Müller & Söhne.csv", "Müller - Söhne.csv"),
        ("x" * 300 + ".csv", "x" * 80 + ".csv"),
    ],
)
def test_a_name_of_a_file_is_safe(name: str, safe: str) -> None:
    assert safe_name(name, "file") == safe
