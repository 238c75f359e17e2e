"""What is done in the places beside alerts and suppliers does what it says, for those who may."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from httpx2 import Response
from starlette.testclient import TestClient

from duediligence.casework import verifying
from duediligence.casework.verifying import format_chain_lines
from duediligence.model import ListDoubt
from duediligence.model.audit import AuditEvent, AuditRecord, Role
from duediligence.scheduling.service import hold_scheduler_lock
from duediligence.screening.imports import import_suppliers
from duediligence.screening.run.preview import Preview, preview
from duediligence.screening.workspace import Workspace, find_process_account
from duediligence.settings import Settings
from duediligence.store.console import JobRecord
from duediligence.store.lists import Failure
from duediligence.web.people import Viewer
from duediligence.web.service import Service
from duediligence.web.upkeep_jobs import preview_threshold
from duediligence.writing import make_folder
from tests.recorded import record

from ..conftest import NOW, SAMPLES
from .conftest import browser, service_over
from .jobs_awaited import ended
from .test_places import JOBS, rows, summary, words


def job_of(service: Service, answer: Response) -> JobRecord:
    """The job that a form led to, once it has ended."""
    assert answer.status_code == 200, answer.text
    where, _, job_id = urlsplit(str(answer.url)).path.rpartition("/")
    assert where == "/jobs", answer.url
    return ended(service, job_id)


def day_fields(day: str) -> dict[str, str]:
    """The three fields of a day."""
    parts = zip(("day", "month", "year"), day.split(), strict=True)
    return {f"as-of-{part}": value for part, value in parts}


def errors(answer: Response) -> dict[str, str]:
    """What is said at the top of a form that cannot be used, by the field that it links to."""
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "lxml")
    assert words(page.find("title")).startswith("Error: ")
    found = {}
    for link in page.select(".govuk-error-summary__list a"):
        field = str(link["href"]).removeprefix("#")
        assert page.find(id=field), field
        found[field] = words(link)
    return found


def opened(service: Service) -> Workspace:
    return Workspace(service.settings, now=lambda: NOW)


def last_record(service: Service) -> AuditRecord:
    with opened(service) as ws:
        (record,) = verifying.log(ws, last=1)
    return record


# Lists


def test_an_empty_file_does_not_replace_a_list(service: Service, client: TestClient) -> None:
    template = client.get("/lists/uk-debarment/template").text
    sent = {"files": ("debarment.csv", template.encode(), "text/csv")}
    answer = client.post("/lists/uk-debarment/files", files=sent, data=day_fields("19 11 2026"))
    job = job_of(service, answer)
    assert (job.kind, job.state) == ("refresh lists", "failed")
    assert "uk-debarment: FAILED: " in job.said
    with opened(service) as ws:
        assert ws.lists.current()["uk-debarment"].version.entries > 0


def test_a_file_with_another_name_is_recognised(service: Service, client: TestClient) -> None:
    sample = next((SAMPLES / "un").iterdir())
    sent = {"files": (f"{sample.stem} (1){sample.suffix}", sample.read_bytes(), "text/xml")}
    job = job_of(service, client.post("/lists/un/files", files=sent))
    assert job.state == "done"
    assert f"{sample.stem} (1){sample.suffix}" in job.said
    assert "un: unchanged: 7 entries, version 2026-11-19-" in job.said
    assert job.link == "/lists/un"


def test_the_day_that_a_person_states_is_kept(service: Service, client: TestClient) -> None:
    sent = [
        ("files", (path.name, path.read_bytes(), "text/csv"))
        for path in (
            SAMPLES / "ofac" / name
            for name in ("SDN.CSV", "ALT.CSV", "ADD.CSV", "SDN_COMMENTS.CSV")
        )
    ]
    answer = client.post("/lists/ofac-sdn/files", files=sent, data=day_fields("12 November 2026"))
    assert job_of(service, answer).state == "done"
    with opened(service) as ws:
        stated = ws.lists.current()["ofac-sdn"].version.stated_at
    assert stated
    assert stated.date().isoformat() == "2026-11-12"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("12 Smarch 2026", "The day they were published must be a real date, such as 24 11 2026."),
        ("1 January 2027", "The day they were published cannot be in the future."),
    ],
)
def test_a_day_that_cannot_be_is_said_at_its_field(client: TestClient, day: str, said: str) -> None:
    sent = {"files": ("consolidated.xml", b"<x/>", "text/xml")}
    answer = client.post("/lists/un/files", files=sent, data=day_fields(day))
    assert errors(answer) == {"as-of-day": said}
    page = BeautifulSoup(answer.text, "lxml")
    assert {name: page.find(id=name)["value"] for name in day_fields(day)} == day_fields(day)


def test_without_a_file_the_form_says_which_it_needs(client: TestClient) -> None:
    assert errors(client.post("/lists/un/files")) == {
        "files": "Choose the files of the list: consolidated.xml."
    }


def test_a_file_of_another_list_loads_nothing(service: Service, client: TestClient) -> None:
    sent = {"files": ("readme.txt", b"Nothing of any list.", "text/plain")}
    job = job_of(service, client.post("/lists/un/files", files=sent))
    assert job.state == "failed"
    assert job.said == "un: none of these files is of this list. It needs consolidated.xml."


def test_an_invented_list_is_not_fetched_from_a_publisher(
    service: Service, client: TestClient
) -> None:
    for demo in (False, True):
        service.demo = demo
        for address in ("/lists", "/lists/un"):
            page = BeautifulSoup(client.get(address).text, "lxml")
            assert (page.find("form", action=f"{address}/refresh") is None) == demo


def test_confirming_is_asked_with_nothing_preset_and_recorded(
    service: Service, client: TestClient
) -> None:
    page = BeautifulSoup(client.get("/lists/uk-debarment/confirm").text, "lxml")
    assert "today, and does it name just the 3 entries loaded?" in words(page)
    assert page.find_all("input", checked=True) == []
    assert errors(client.post("/lists/uk-debarment/confirm")) == {
        "compared": "Say whether you have read the page today"
    }
    before = last_record(service).position
    answer = client.post("/lists/uk-debarment/confirm", data={"compared": "no"})
    assert "Nothing was recorded." in answer.text
    assert last_record(service).position == before
    answer = client.post("/lists/uk-debarment/confirm", data={"compared": "yes"})
    assert "uk-debarment: recorded that you read https://" in words(
        BeautifulSoup(answer.text, "lxml")
    )
    event = last_record(service).event
    assert (event.kind, event.subject, event.who) == (
        "list confirmed",
        "uk-debarment",
        find_process_account(),
    )


def test_only_a_list_that_is_kept_by_hand_is_confirmed(client: TestClient) -> None:
    assert client.get("/lists/un/confirm").status_code == 409
    assert client.post("/lists/un/confirm", data={"compared": "yes"}).status_code == 409


def test_headings_are_accepted_on_purpose_only(service: Service, client: TestClient) -> None:
    assert client.get("/lists/un/accept-format").status_code == 409
    with opened(service) as ws:
        version = ws.lists.current()["un"].version
        ws.lists.amend(replace(version, doubts=(ListDoubt("not read", "column New heading", 7),)))
        record(ws, "un")
    page = BeautifulSoup(client.get("/lists/un").text, "lxml")
    assert page.find("a", href="/lists/un/accept-format")
    asked = BeautifulSoup(client.get("/lists/un/accept-format").text, "lxml")
    assert "column New heading" in words(asked)
    assert asked.find_all("input", checked=True) == []
    assert errors(client.post("/lists/un/accept-format")) == {
        "compared": "Confirm that you compared the list with its publisher"
    }


def test_a_loss_is_accepted_on_purpose_only(service: Service, client: TestClient) -> None:
    assert client.get("/lists/un/accept-loss").status_code == 409
    with opened(service) as ws:
        reason = "it has 2 entries, 7 before"
        ws.lists.fail("un", Failure(NOW, reason, "ExpectationFailed"))
        record(ws, "un")
    page = BeautifulSoup(client.get("/lists/un").text, "lxml")
    assert page.find("a", href="/lists/un/accept-loss")
    assert reason in words(page)
    assert "compared" in errors(client.post("/lists/un/accept-loss"))


def test_accepted_headings_are_kept_with_the_list(service: Service, client: TestClient) -> None:
    with opened(service) as ws:
        version = ws.lists.current()["un"].version
        ws.lists.amend(replace(version, doubts=(ListDoubt("not read", "column New heading", 7),)))
        record(ws, "un")
    sample = next((SAMPLES / "un").iterdir())
    answer = client.post(
        "/lists/un/accept-format",
        data={"compared": "yes"},
        files={"files": (sample.name, sample.read_bytes(), "text/xml")},
    )
    assert job_of(service, answer).state == "done"
    with opened(service) as ws:
        version = ws.lists.current()["un"].version
    assert (version.accepted, version.doubts) == (("column New heading",), ())


def test_an_accepted_loss_is_loaded_and_recorded(service: Service, client: TestClient) -> None:
    sample = (SAMPLES / "uk-debarment" / "debarment.csv").read_text("utf-8")
    shorter = "".join(sample.splitlines(keepends=True)[:3])
    files = {"files": ("debarment.csv", shorter.encode(), "text/csv")}
    job = job_of(service, client.post("/lists/uk-debarment/files", files=files))
    assert job.state == "failed", job.said
    accepted = client.post("/lists/uk-debarment/accept-loss", data={"compared": "yes"}, files=files)
    assert job_of(service, accepted).state == "done"
    with opened(service) as ws:
        version = ws.lists.current()["uk-debarment"].version
    assert version.entries == 1
    assert version.accepted_loss
    assert version.accepted_loss[0] == 2
    shown = summary(BeautifulSoup(client.get("/lists/uk-debarment").text, "lxml"))
    assert shown["Accepted loss"].startswith("2 entries and ")


def test_a_list_is_dropped_after_a_question(service: Service, client: TestClient) -> None:
    assert client.get("/lists/opensanctions/drop").status_code == 200
    answer = client.post("/lists/opensanctions/drop")
    assert "opensanctions is no longer in use." in answer.text
    assert last_record(service).event.kind == "list dropped"
    with opened(service) as ws:
        assert "opensanctions" not in ws.lists.current()
    assert client.get("/lists/opensanctions/drop").status_code == 404
    assert client.post("/lists/opensanctions/drop").status_code == 404


# Schedule


def test_a_job_of_the_schedule_runs_now(service: Service, client: TestClient) -> None:
    (service.home / "schedule.toml").write_text(JOBS)
    asked = client.get("/schedule/run", params={"job": "tidy"})
    assert "retention" in asked.text
    job = job_of(service, client.post("/schedule/run", data={"job": "tidy"}))
    assert (job.kind, job.state, job.link) == ("scheduled job", "done", "/schedule")
    assert job.said == "tidy: nothing had expired."
    (_, tidy) = rows(BeautifulSoup(client.get("/schedule").text, "lxml"), "Jobs")
    assert tidy[6] == "done"


def test_beside_a_scheduler_nothing_is_run(service: Service, client: TestClient) -> None:
    (service.home / "schedule.toml").write_text(JOBS)
    with hold_scheduler_lock(service.home, "schedule run", NOW):
        page = BeautifulSoup(client.get("/schedule").text, "lxml")
        assert "it alone runs jobs" in words(page)
        assert page.find("a", string="Run now") is None
        assert client.get("/schedule/run?job=tidy").text.count("<form") == 1  # to sign out
        job = job_of(service, client.post("/schedule/run", data={"job": "tidy"}))
    assert job.state == "failed"
    (_, tidy) = rows(BeautifulSoup(client.get("/schedule").text, "lxml"), "Jobs")
    assert tidy[5] == "never"


def test_an_unknown_job_is_not_found(service: Service, client: TestClient) -> None:
    (service.home / "schedule.toml").write_text(JOBS)
    assert client.get("/schedule/run?job=none").status_code == 404
    assert client.post("/schedule/run", data={"job": "none"}).status_code == 404


# Digest


@pytest.fixture
def telling(home: Path, tmp_path: Path) -> Iterator[tuple[Service, TestClient]]:
    """A service that sends digests to a folder, where something changed."""
    make_folder(tmp_path / "digests")
    service = service_over(Settings(home=home, digest_folder=tmp_path / "digests"))
    with opened(service) as ws:
        ws.lists.fail("uk-sanctions", Failure(NOW, "the server did not answer", "FetchFailed"))
        record(ws, "uk-sanctions")
    with browser(service) as client:
        yield service, client


def test_a_digest_is_sent_now(telling: tuple[Service, TestClient], tmp_path: Path) -> None:
    service, client = telling
    job = job_of(service, client.post("/digest/send"))
    assert job.state == "done"
    assert job.said.startswith("folder: sent: ")
    assert len(list((tmp_path / "digests").iterdir())) == 1
    page = BeautifulSoup(client.get("/digest").text, "lxml")
    ((_, channel, state, *_),) = rows(page, "Messages, the oldest first")
    assert (channel, state) == ("folder", "Sent")
    assert "Nothing changed since the last digest." in words(page)


def test_what_is_queued_for_a_channel_that_is_gone_is_cancelled(
    telling: tuple[Service, TestClient], home: Path, tmp_path: Path
) -> None:
    service, client = telling
    (tmp_path / "digests").rmdir()  # so that it cannot be written there
    assert job_of(service, client.post("/digest/send")).state == "incomplete"
    assert client.post("/digest/cancel", data={"channel": "folder"}).status_code == 409
    with browser(service_over(Settings(home=home))) as without:
        page = BeautifulSoup(without.get("/digest").text, "lxml")
        assert "folder (not configured)" in words(page)
        (link,) = page.find_all("a", href="/digest/cancel?channel=folder")
        assert "1 message is queued for folder" in without.get(str(link["href"])).text
        answer = without.post("/digest/cancel", data={"channel": "folder"})
        assert "folder: 1 digest will not be sent." in answer.text
        assert without.get("/digest/cancel?channel=folder").status_code == 404
    assert last_record(service).event.kind == "digest dropped"


# Audit


def test_the_chain_is_verified_in_the_words_of_the_command_line(
    service: Service, client: TestClient
) -> None:
    head = last_record(service).sha256
    job = job_of(service, client.post("/audit/verify", data={"head": head.upper()}))
    assert job.state == "done"
    with opened(service) as ws:
        said = [str(one.text) for one in format_chain_lines(verifying.examine(ws, head=head))]
    told = words(BeautifulSoup(client.get(job.link).text, "lxml"))
    assert "The chain is sound" in told
    for one in said:
        assert one in told


def test_what_was_changed_by_hand_is_named(service: Service, client: TestClient) -> None:
    job = job_of(service, client.post("/audit/verify", data={"head": "0123456789abcdef" * 4}))
    assert job.state == "incomplete"
    told = words(BeautifulSoup(client.get(job.link).text, "lxml"))
    assert "Something was changed by hand" in told
    assert "BROKEN" in told
    assert "Keep the files as they are" in told


def test_a_clock_that_was_ahead_is_put_right(service: Service, client: TestClient) -> None:
    assert "Is the clock right?" not in client.get("/audit").text
    with opened(service) as ws:
        ws.audit.add(AuditEvent("export", NOW.replace(year=2031), "Ada", {}, "alerts"))
    asked = words(BeautifulSoup(client.get("/audit").text, "lxml"))
    assert "the newest record is of 20 November 2031, 09:00 UTC" in asked
    assert "The clock is right: it is 20 November 2026 at 9am UK time" in asked
    said = words(BeautifulSoup(client.post("/audit/clock-right").text, "lxml"))
    assert "Recorded: the clock is right." in said
    assert "Is the clock right?" not in said
    assert last_record(service).event.kind == "clock put right"


def test_what_is_no_fingerprint_is_said_at_its_field(client: TestClient) -> None:
    said = errors(client.post("/audit/verify", data={"head": "6f2c"}))
    assert said == {"head": "Enter 64 characters: digits and letters from a to f, or nothing"}


def test_the_export_holds_all_and_is_recorded_as_its_last_line(
    service: Service, client: TestClient
) -> None:
    answer = client.post("/audit/export")
    assert answer.headers["content-disposition"].endswith("audit-2026-11-20.jsonl")
    records = [AuditRecord.of_line(line) for line in answer.text.splitlines()]
    assert [one.position for one in records] == list(range(1, len(records) + 1))
    assert records[-1].event.kind == "export"
    assert records[-1] == last_record(service)


# Thresholds


@pytest.fixture
def bought(service: Service, tmp_path: Path) -> Service:
    """The service, with the suppliers of the demonstration."""
    with opened(service) as ws:
        file = SAMPLES.parent / "suppliers.csv"
        import_suppliers(ws, file, mapping={}, sheet="", rejects_folder=tmp_path)
    return service


def test_another_threshold_shows_what_the_command_line_shows(
    bought: Service, client: TestClient
) -> None:
    job = job_of(bought, client.post("/policy/preview", data={"threshold": "1"}))
    with opened(bought) as ws:
        said = preview(ws, 1.0)
    assert said.vanish
    assert job.said == said.summary
    page = BeautifulSoup(client.get(job.link).text, "lxml")
    assert said.summary in words(page)
    assert [row[:2] for row in rows(page, "Possible matches that would vanish")] == [
        [" ".join(one.about.split()), f"{one.score:.2f}"] for one in said.vanish
    ]
    assert f"{len(said.appear)} would appear" in words(page)
    document = client.get(f"/jobs/{job.id}/file").json()
    assert len(document["vanish"]) == len(said.vanish)
    assert document.keys() == set(Preview.__dataclass_fields__)


@pytest.mark.parametrize(
    ("threshold", "said"),
    [
        ("", "Enter a number, such as 0.9"),
        ("high", "Enter a number, such as 0.9"),
        ("1.5", "A threshold is above 0 and at most 1, not 1.5."),
        ("nan", "A threshold is above 0 and at most 1, not nan."),
    ],
)
def test_what_is_no_threshold_is_said_at_its_field(
    client: TestClient, threshold: str, said: str
) -> None:
    answer = client.post("/policy/preview", data={"threshold": threshold})
    assert errors(answer) == {"threshold": said}
    assert BeautifulSoup(answer.text, "lxml").find(id="threshold")["value"] == threshold


def test_a_result_is_shown_to_nobody_else(bought: Service, client: TestClient) -> None:
    another = Viewer(account="another", name="Another")
    job = ended(bought, preview_threshold(bought, another, 0.9))
    assert job.state == "done"
    assert client.get(job.link).status_code == 404
    mine = job_of(bought, client.post("/policy/preview", data={"threshold": "0.9"}))
    assert client.get(mine.link).status_code == 200
    # What is no verification is not shown as one.
    assert client.get(f"/audit/verified/{mine.id}").status_code == 404


# Roles

MAY_NOT: list[tuple[Role, str, str, dict[str, str], str]] = [
    ("officer", "GET", "/audit", {}, "may not audit"),
    ("approver", "GET", "/audit", {}, "may not audit"),
    ("auditor", "POST", "/lists/refresh", {}, "may not refresh lists"),
    ("auditor", "POST", "/lists/un/refresh", {}, "may not refresh lists"),
    ("auditor", "POST", "/lists/uk-debarment/confirm", {"compared": "yes"}, "may not refresh"),
    ("auditor", "POST", "/lists/un/drop", {}, "may not refresh lists"),
    ("auditor", "POST", "/digest/send", {}, "may not send digests"),
    ("auditor", "POST", "/digest/cancel", {"channel": "mail"}, "may not send digests"),
    ("officer", "POST", "/schedule/run", {"job": "tidy"}, "may not apply retention"),
]


@pytest.mark.parametrize(("role", "method", "address", "form", "said"), MAY_NOT)
def test_a_role_that_may_not_is_told_which_may(
    home: Path, role: Role, method: str, address: str, form: dict[str, str], said: str
) -> None:
    service = service_over(Settings(home=home, users={find_process_account(): role}))
    (home / "schedule.toml").write_text(JOBS)
    with browser(service) as client:
        answer = client.request(method, address, data=form or None)
        assert answer.status_code == 403
        assert said in words(BeautifulSoup(answer.text, "lxml"))
        assert "It needs the role" in answer.text
        assert service.jobs.page() == []


def test_who_may_read_exports_no_chain(home: Path) -> None:
    users: dict[str, Role] = {"somebody-else": "administrator", find_process_account(): "reader"}
    with browser(service_over(Settings(home=home, users=users))) as client:
        assert client.post("/audit/export").status_code == 403
        assert client.get("/lists").status_code == 200
