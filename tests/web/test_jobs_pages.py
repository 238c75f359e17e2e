"""What the pages of jobs say, when they update, and who gets what a job made."""

from pathlib import Path
from threading import Event

import pytest
from starlette.testclient import TestClient

from duediligence.progress import Progress
from duediligence.screening.workspace import Workspace, find_process_account
from duediligence.web.jobs import JobDone
from duediligence.web.people import Viewer
from duediligence.web.service import Service
from duediligence.writing import write_text

from .jobs_awaited import ended, until

ME = Viewer(account=find_process_account(), name=find_process_account())
BO = Viewer(account="bo", name="Bo")


class Counting:
    """Work of 3,000 steps that goes on until it is let go."""

    def __init__(self) -> None:
        self.free = Event()

    def __call__(self, ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        with progress.task("Looking up parties", 3000) as task:
            task.advance(1204)
            while not self.free.wait(0.01):
                task.advance(0)
        return JobDone(said="No possible match was found.", link="/runs/r-1")


def report(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
    write_text(folder / "Bericht für S1.html", "<script>alert(1)</script>")
    return JobDone(said="Made.", file="Bericht für S1.html")


def test_a_page_of_a_job_that_runs_updates_until_it_has_ended(
    service: Service, client: TestClient
) -> None:
    work = Counting()
    job_id = service.jobs.start(ME, "screen", "Screen <all> suppliers", work)
    until(lambda: service.jobs.get(job_id).step)
    page = client.get(f"/jobs/{job_id}")
    assert page.headers["refresh"] == "3"
    assert "Looking up parties: 1,204 of 3,000" in page.text
    assert "Running" in page.text
    assert "Screen &lt;all&gt; suppliers" in page.text
    assert "Stop this job" in page.text
    assert f'href="/jobs/{job_id}?still=yes"' in page.text
    still = client.get(f"/jobs/{job_id}", params={"still": "yes"})
    assert "refresh" not in still.headers
    assert "This page does not update by itself" in still.text
    work.free.set()
    ended(service, job_id)
    page = client.get(f"/jobs/{job_id}")
    assert "refresh" not in page.headers
    assert "No possible match was found." in page.text
    assert 'href="/runs/r-1"' in page.text
    assert "Stop this job" not in page.text


def test_a_job_is_stopped_from_its_page(service: Service, client: TestClient) -> None:
    job_id = service.jobs.start(ME, "screen", "Screen all suppliers", Counting())
    until(lambda: service.jobs.get(job_id).step)
    page = client.post(f"/jobs/{job_id}/stop")
    assert page.url.path == f"/jobs/{job_id}"
    job = ended(service, job_id)
    assert job.state == "stopped"
    assert job.said in client.get(f"/jobs/{job_id}").text
    assert "It had ended before." in client.post(f"/jobs/{job_id}/stop").text


def test_all_jobs_are_listed_the_newest_first(service: Service, client: TestClient) -> None:
    assert "No jobs have been started" in client.get("/jobs").text
    ids = [
        service.jobs.start(ME, "screen", f"Job number {number}", lambda *_: JobDone(said="Done."))
        for number in range(52)
    ]
    ended(service, ids[-1])
    page = client.get("/jobs").text
    assert page.index("Job number 51") < page.index("Job number 2<")
    assert "Job number 1<" not in page
    assert f'href="/jobs?before={ids[2]}"' in page
    older = client.get("/jobs", params={"before": ids[2]}).text
    assert "Job number 1<" in older
    assert "Job number 2<" not in older


def test_a_file_goes_to_who_asked_for_it_as_an_attachment(
    service: Service, client: TestClient
) -> None:
    mine = service.jobs.start(ME, "make report", "Report on supplier S1", report)
    theirs = service.jobs.start(BO, "make report", "Report on supplier S1", report)
    ended(service, theirs)
    assert f'href="/jobs/{mine}/file"' in client.get(f"/jobs/{mine}").text
    got = client.get(f"/jobs/{mine}/file")
    assert got.text == "<script>alert(1)</script>"
    assert got.headers["content-disposition"] == (
        "attachment; filename*=utf-8''Bericht%20f%C3%BCr%20S1.html"
    )
    assert got.headers["x-content-type-options"] == "nosniff"
    assert client.get(f"/jobs/{theirs}/file").status_code == 404
    page = client.get(f"/jobs/{theirs}").text
    assert f"/jobs/{theirs}/file" not in page
    assert "can be downloaded by" in page


def test_a_file_that_is_gone_is_said_to_be(service: Service, client: TestClient) -> None:
    job = ended(service, service.jobs.start(ME, "make report", "Report", report))
    path = service.jobs.file_of(ME, job)
    assert path
    path.unlink()
    assert "not kept any more" in client.get(f"/jobs/{job.id}").text
    assert client.get(f"/jobs/{job.id}/file").status_code == 404


@pytest.mark.parametrize("path", ["/jobs/none", "/jobs/none/file", "/jobs/..%2f..%2fhome"])
def test_a_job_that_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_server_ends_its_jobs_when_it_stops(service: Service, client: TestClient) -> None:
    job_id = service.jobs.start(ME, "screen", "Screen all suppliers", Counting())
    until(lambda: service.jobs.get(job_id).step)
    client.__exit__()
    assert service.jobs.get(job_id).state == "lost"
    client.__enter__()
    assert "Stopped with the server" in client.get(f"/jobs/{job_id}").text
