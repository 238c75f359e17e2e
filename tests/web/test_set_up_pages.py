"""Setting up in the browser, from an empty home, with forms as a browser sends them."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.resources import as_file, files
from pathlib import Path
from socket import socket
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from starlette.requests import Request
from starlette.testclient import TestClient

from duediligence.casework.setting_changes import change_settings
from duediligence.delivery.digest import send_test_message
from duediligence.errors import Conflict
from duediligence.fetch.locking import lock_file
from duediligence.model.audit import Role
from duediligence.scheduling.jobs import EXAMPLE
from duediligence.screening.lists.own_registers import save_register
from duediligence.screening.workspace import Workspace, find_process_account
from duediligence.settings import load_settings
from duediligence.web import serving
from duediligence.web.guards import LARGE_UPLOADS, MOST_UPLOAD
from duediligence.web.people import Viewer
from duediligence.web.service import Service
from duediligence.web.serving import LOCK, serve_on_one_pc
from duediligence.web.sign_in.one_pc import Entrance, OnePC
from duediligence.web.upkeep_jobs import run_due_jobs

from ..conftest import NOW
from ..homes import read_as_another_program
from . import jobs_awaited
from .alert_office import Office, Opener, Page, get, post
from .conftest import PORT, browser
from .jobs_awaited import until

COUNCIL = {
    "council_name": 'Exampleshire "County" Council',
    "council_address": "Town Hall\r\nExampleton",
    "council_contact": "procurement@council.example",
    "privacy_contact": "dpo@council.example",
    "reply_days": "20",
}


@pytest.fixture
def empty_home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def service(empty_home: Path) -> Service:
    """The console over an empty home, as `serve` opens it."""
    return empty_service(empty_home)


@pytest.fixture
def empty(service: Service) -> Iterator[TestClient]:
    """A browser at that console."""
    with browser(service) as client:
        yield client


def empty_service(home: Path, **environment: str) -> Service:
    resolved = load_settings({}, environment, default_home=home)
    service = Service(resolved, now=lambda: NOW, backoff=0.05)
    service.sign_in = OnePC(PORT)
    return service


def settings_file(home: Path) -> dict[str, Any]:
    return tomllib.loads((home / "duediligence.toml").read_text("utf-8"))


def ended(client: TestClient, started: Any) -> Page:
    """The page of a job that was started, once it has ended."""
    address = started.url.path
    assert address.startswith("/jobs/"), started.text
    until(lambda: "Stop this job" not in client.get(address).text)
    return get(client, address)


def steps(client: TestClient) -> dict[str, str]:
    """The state of each step by its title."""
    return {
        " ".join(one.xpath(".//a")[0].text_content().split()): " ".join(
            one.xpath(".//*[contains(@class, 'status')]")[0].text_content().split()
        )
        for one in get(client, "/set-up").main("li[contains(@class, 'govuk-task-list__item')]")
    }


def test_an_empty_home_opens_on_the_set_up(empty: TestClient) -> None:
    answer = empty.get("/")
    assert answer.url.path == "/set-up"
    assert "Next: Your council" in Page(answer).text
    assert steps(empty)["Lists"] == "To do"


def test_a_home_in_use_opens_on_what_waits(office: Office) -> None:
    assert office.person("Ada").get("/").url.path == "/"


def test_the_council_is_set_at_once_and_recorded(empty: TestClient, empty_home: Path) -> None:
    assert "No letter can be made yet. It needs: the name" in get(empty, "/set-up/council").text
    answer = empty.post("/set-up/council", data=COUNCIL)
    assert answer.url.path == "/set-up"
    assert steps(empty)["Your council"] == "Done"
    assert Page(answer).title.endswith('Exampleshire "County" Council')
    assert settings_file(empty_home)["council_address"] == "Town Hall\nExampleton"
    form = get(empty, "/set-up/council")
    assert "No letter" not in form.text
    assert form.fields()["reply_days"] == ["20"]
    with Workspace(load_settings({}, {}, default_home=empty_home).settings) as ws:
        newest = list(ws.audit.records())[-1].event
    assert newest.kind == "setting changed"
    # Nothing can be taken out of the chain: of a mailbox only that it is set.
    assert newest.what["privacy_contact"] == "set from duediligence.toml in the home"


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    empty: TestClient, empty_home: Path
) -> None:
    page = post(empty, "/set-up/council", **{**COUNCIL, "reply_days": "900"})
    assert page.status == 422
    ((address, words),) = page.errors()
    assert address == "#reply_days"
    assert "must be 1 to 365" in words
    assert page.fields()["council_name"] == [COUNCIL["council_name"]]
    assert not (empty_home / "duediligence.toml").exists()


def test_what_a_person_wrote_stays(empty_home: Path) -> None:
    empty_home.mkdir()
    file = empty_home / "duediligence.toml"
    file.write_text(
        '# Ours, since May.\ncouncil_name = "Old"\nprivate_hosts = [\n  "a.example", # in\n]\n\n'
        "# Slow ones.\n[max_age_days]\neu = 9\n",
        encoding="utf-8",
    )
    with browser(empty_service(empty_home)) as client:
        client.post("/set-up/council", data=COUNCIL)
        client.post("/set-up/rules", data={"second_decision": ["critical", "high"]})
    text = file.read_text("utf-8")
    assert "# Ours, since May." in text
    assert '  "a.example", # in' in text
    assert text.endswith("# Slow ones.\n[max_age_days]\neu = 9\n")
    kept = settings_file(empty_home)
    assert kept["council_name"] == COUNCIL["council_name"]
    assert kept["second_decision"] == ["critical", "high"]


def test_a_setting_of_the_environment_is_not_changed_here(empty_home: Path) -> None:
    service = empty_service(empty_home, DUEDILIGENCE_COUNCIL_NAME="Theirs")
    with browser(service) as client:
        form = get(client, "/set-up/council")
        assert "Theirs Your IT team has fixed it" in form.text
        assert "council_name" not in form.fields()
        client.post("/set-up/council", data=COUNCIL)
        assert get(client, "/set-up").title.endswith("Theirs")
    assert "council_name" not in settings_file(empty_home)


def test_rules_count_at_once(empty: TestClient) -> None:
    empty.post("/set-up/rules", data={"threshold": "0.9", "store_restricted": "yes"})
    form = get(empty, "/set-up/rules").fields()
    assert form["threshold"] == ["0.9"]
    assert form["store_restricted"] == ["yes"]
    assert "second_decision" not in form
    assert steps(empty)["Threshold and rules"] == "Done"


def test_an_officer_does_not_set_up(open_office: Opener) -> None:
    office = open_office(users={"Sam": "officer", "Kay": "administrator"})
    officer, keeper = office.person("Sam"), office.person("Kay")
    assert officer.get("/set-up").status_code == 403
    assert "/set-up" not in get(officer, "/settings").links()
    assert "/set-up" in get(keeper, "/settings").links()


def test_many_files_of_lists_are_loaded_at_once(empty: TestClient) -> None:
    with as_file(files("duediligence.demo") / "lists") as folder:
        names = [path for one in ("eu", "uk-debarment") for path in (folder / one).iterdir()]
        sent = [("files", (path.name, path.read_bytes())) for path in names]
    sent.append(("files", ("holiday.txt", b"Nothing of a list")))
    job = ended(empty, empty.post("/set-up/lists/files", files=sent))
    assert "1 list loaded: UK debarment list." in job.text
    # The sample has fewer entries than the real one.
    assert "EU Consolidated Financial Sanctions List could not be loaded" in job.text
    assert "Not recognised as a file of any list: holiday.txt" in job.text
    assert "/set-up/lists" in job.links()
    rows = [row[:2] for row in get(empty, "/set-up/lists").rows()]
    assert ["UK debarment list", "Current"] in rows


def test_a_list_without_files_is_looked_at_and_confirmed(empty: TestClient) -> None:
    confirm = "/lists/uk-debarment/confirm"
    assert confirm in get(empty, "/set-up/lists").links()
    empty.post(confirm, data={"compared": "yes"})
    page = get(empty, "/set-up/lists")
    assert confirm not in page.links()
    assert "1 of 5 lists are current" in page.text


def test_files_of_no_list_are_named(empty: TestClient) -> None:
    sent = [("files", ("holiday.txt", b"Nothing of a list"))]
    job = ended(empty, empty.post("/set-up/lists/files", files=sent))
    assert "None of these files is of a list" in job.text
    assert "holiday.txt" in job.text


def test_a_day_to_come_is_said_at_its_field(empty: TestClient) -> None:
    day = {"as-of-day": "31", "as-of-month": "12", "as-of-year": "2199"}
    sent = [("files", ("SDN.CSV", b"1,A\n"))]
    page = Page(empty.post("/set-up/lists/files", data=day, files=sent))
    ((field, words),) = page.errors()
    assert field == "#as-of-day"
    assert "cannot be in the future" in words
    assert page.fields()["as-of-year"] == ["2199"]


def test_no_file_is_said_at_the_field(empty: TestClient) -> None:
    page = Page(empty.post("/set-up/lists/files", files={"other": ("", b"")}))
    assert page.errors() == [("#files", "Choose the files of one list or of several.")]


HOUSING = (files("duediligence.demo") / "local_registers" / "housing.csv").read_bytes()


def bring_sample(client: TestClient, body: bytes, name: str = "housing.csv") -> str:
    """The address of the form about a sample."""
    answer = client.post("/set-up/own-registers", files={"file": (name, body)})
    assert answer.url.path.startswith("/set-up/own-registers/"), answer.text
    return answer.url.path


def filled(page: Page, **typed: str) -> dict[str, str]:
    """What a browser sends of a form about a register after a person typed some of it."""
    return {name: values[0] for name, values in page.fields().items()} | typed


HOUSING_ANSWERS = {
    "title": "Housing enforcement",
    "authority": "Exampleshire County Council",
    "handling": "public",
    "column-1": "subject_type",
    "column-4": "record_type",
    "column-9": "status",
}


def test_columns_are_guessed_and_what_is_missing_is_said_first(empty: TestClient) -> None:
    page = get(empty, bring_sample(empty, HOUSING))
    fields = page.fields()
    assert fields["column-2"] == ["company_number"]
    assert fields["column-8"] == ["penalty_gbp"]
    assert fields["title"] == ["Housing"]
    assert "Select who may see its records." in page.text
    assert "Say what “Firm” means." in page.text
    # Nothing of how it is written down reaches an officer.
    assert "toml" not in page.source.lower()


def test_a_register_is_described_by_form_and_searched(empty: TestClient, empty_home: Path) -> None:
    address = bring_sample(empty, HOUSING)
    first = filled(get(empty, address), **HOUSING_ANSWERS)
    # Only the words of the columns that are chosen now are asked for; most are guessed.
    page = post(empty, address, **first, step="read")
    assert page.status == 200
    assert "Say what “Yes” means." in page.text
    assert "Say what “Firm” means." not in page.text
    second = filled(page)
    words = {second[f"their-{name}"]: name for name in second if name.startswith("word-")}
    second |= {words["Yes"]: "complied", words["No"]: "live"}
    page = post(empty, address, **second, step="read")
    assert "Still to say" not in page.text
    assert "The first 3 of 3 records" in page.text
    assert {"Sunnyhaven Residential Care Homes Ltd", "99001402", "7500"} <= {*page.rows()[0]}
    job = ended(empty, empty.post(address, data={**filled(page, **second), "step": "save"}))
    assert "3 entries" in job.text
    assert list((empty_home / "console" / "uploads").iterdir()) == []
    assert ["Housing enforcement", "Current", "3"] in get(empty, "/set-up/own-registers").rows()
    assert steps(empty)["Registers of your own"] == "Done"
    with Workspace(load_settings({}, {}, default_home=empty_home).settings) as ws:
        kinds = [record.event.kind for record in ws.audit.records()]
        assert "list added" in kinds
        assert ws.watchlist("housing-enforcement").publisher == "Exampleshire County Council"

    # A newer file takes the place of the one that was read.
    newer = HOUSING + b"Otter Lettings Ltd,Firm,,1 Mill Lane,Civil penalty notice,,,2026-05-01,,\n"
    sent = [("files", ("housing of May.csv", newer))]
    two = [*sent, ("files", ("more.csv", newer))]
    page = Page(empty.post("/lists/housing-enforcement/files", files=two))
    assert page.errors() == [("#files", "Choose one file: the register.")]
    job = ended(empty, empty.post("/lists/housing-enforcement/files", files=sent))
    assert "4 entries, 3 before" in job.text


def test_a_form_about_a_register_says_what_is_missing_at_each_field(empty: TestClient) -> None:
    address = bring_sample(empty, HOUSING)
    sent = filled(get(empty, address), title="", max_age_days="never", step="save")
    sent["column-2"] = sent["column-0"] = "company_number"
    page = post(empty, address, **sent)
    wrong = [field for field, _ in page.errors()]
    assert {"#title", "#authority", "#handling", "#max_age_days", "#column-0"} <= {*wrong}
    assert page.fields()["column-2"] == ["company_number"]


def test_a_few_rows_that_cannot_be_read_are_left_out_only_when_a_person_says_so(
    empty: TestClient,
) -> None:
    rows = "".join(f"Invented {n} Ltd,{n % 28 + 1:02}/05/2026\n" for n in range(39))
    body = f"Licence holder,Date granted\n{rows}Invented Last Ltd,soon\n".encode()
    address = bring_sample(empty, body, "licences.csv")
    typed = {"authority": "Exampleshire", "handling": "public", "record_type": "licence_review"}
    sent = filled(get(empty, address), **typed, step="save")
    page = post(empty, address, **sent)
    ((field, words),) = page.errors()
    assert field == "#leave_out"
    assert "1 row of 40 could not be read" in words
    assert "row 41" in page.text
    job = ended(empty, empty.post(address, data={**sent, "leave_out": "yes"}))
    assert "39 entries" in job.text


def test_a_file_without_a_table_is_refused_and_not_kept(
    empty: TestClient, empty_home: Path
) -> None:
    answer = empty.post("/set-up/own-registers", files={"file": ("note.csv", b"hello")})
    assert Page(answer).errors()[0][0] == "#file"
    assert not [*(empty_home / "console" / "uploads").iterdir()]
    page = Page(empty.post("/set-up/own-registers", files={"other": ("", b"")}))
    assert page.errors() == [("#file", "Choose a file.")]


def test_a_sample_is_discarded(empty: TestClient) -> None:
    address = bring_sample(empty, HOUSING)
    assert empty.post(address, data={"step": "discard"}).url.path == "/set-up/own-registers"
    assert empty.get(address).status_code == 404


SCHEDULE = {"every-verification": "day", "at-verification": "01:00", "every-lists": ""}


def test_jobs_are_chosen_and_run_while_the_console_is_open(
    empty: TestClient, service: Service, empty_home: Path
) -> None:
    assert get(empty, "/set-up/schedule").fields()["every-screening"] == ["day"]
    page = post(empty, "/set-up/schedule", **{**SCHEDULE, "at-verification": "at noon"})
    assert page.errors() == [("#at-verification", "Enter a time of day, such as 02:30.")]
    assert not (empty_home / "schedule.toml").exists()
    empty.post("/set-up/schedule", data=SCHEDULE)
    assert steps(empty)["Schedule"] == "Done"
    assert get(empty, "/set-up/schedule").fields()["every-lists"] == [""]
    rows = get(empty, "/schedule").rows()
    assert [row[0] for row in rows] == ["verification"]

    ada = Viewer(account="Ada", name="Ada")
    assert run_due_jobs(service, ada) == ""
    service.now = lambda: NOW + timedelta(days=1)
    job = jobs_awaited.ended(service, run_due_jobs(service, ada))
    assert job.said.startswith("verification: done")
    assert run_due_jobs(service, ada) == ""


def test_what_a_person_may_not_do_waits_for_one_who_may(
    empty: TestClient, service: Service
) -> None:
    retention = {"every-retention": "day", "at-retention": "01:00"}
    empty.post("/set-up/schedule", data={**SCHEDULE, **retention})
    users: dict[str, Role] = {"Ada": "administrator", "Bo": "reader"}
    service.resolved = replace(service.resolved, settings=replace(service.settings, users=users))
    service.now = lambda: NOW + timedelta(days=1)
    assert run_due_jobs(service, Viewer(account="Bo", name="Bo", role="reader")) == ""
    assert run_due_jobs(service, Viewer(account="Ada", name="Ada", role="administrator"))


def test_a_job_that_is_chosen_again_or_moved_missed_nothing(
    empty: TestClient, service: Service
) -> None:
    ada = Viewer(account="Ada", name="Ada")
    empty.post("/set-up/schedule", data=SCHEDULE)
    service.now = lambda: NOW + timedelta(days=75)
    empty.post("/set-up/schedule", data={})
    empty.post("/set-up/schedule", data=SCHEDULE)
    assert run_due_jobs(service, ada) == ""
    service.now = lambda: NOW + timedelta(days=76)
    jobs_awaited.ended(service, run_due_jobs(service, ada))
    earlier = {name: "00:01" if name.startswith("at-") else one for name, one in SCHEDULE.items()}
    empty.post("/set-up/schedule", data=earlier)
    assert run_due_jobs(service, ada) == ""


def test_a_schedule_that_a_person_wrote_is_theirs(
    empty: TestClient, service: Service, empty_home: Path
) -> None:
    file = empty_home / "schedule.toml"
    file.write_text(EXAMPLE, encoding="utf-8")
    page = get(empty, "/set-up/schedule")
    assert "written by hand" in page.text
    assert page.fields() == {}
    answer = empty.post("/set-up/schedule", data=SCHEDULE)
    assert "is changed there" in Page(answer).errors()[0][1]
    assert file.read_text("utf-8") == EXAMPLE
    service.now = lambda: NOW + timedelta(days=9)
    assert run_due_jobs(service, Viewer(account="Ada", name="Ada")) == ""


def test_no_schedule_is_no_file(empty: TestClient, empty_home: Path) -> None:
    empty.post("/set-up/schedule", data=SCHEDULE)
    empty.post("/set-up/schedule", data={})
    assert not (empty_home / "schedule.toml").exists()
    assert steps(empty)["Schedule"] == "To do"


DIGEST = {
    "notify_mail_to": "officer@council.example",
    "notify_mail_from": "duediligence@council.example",
    "smtp_host": "127.0.0.1",
    "smtp_security": "starttls",
}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"smtp_user": "council"}, "#smtp_user"),
        ({"notify_mail_to": "nobody"}, "#notify_mail_to"),
        ({"notify_mail_to": "a@b.example;c@b.example"}, "#notify_mail_to"),
        ({"notify_mail_from": "nobody"}, "#notify_mail_from"),
        ({"smtp_port": "0"}, "#smtp_port"),
        ({"smtp_port": "-5"}, "#smtp_port"),
    ],
)
def test_mail_that_cannot_be_sent_is_not_saved(
    empty: TestClient, empty_home: Path, wrong: dict[str, str], field: str
) -> None:
    page = post(empty, "/set-up/digest", **{**DIGEST, **wrong})
    assert page.errors()[0][0] == field
    assert not (empty_home / "duediligence.toml").exists()
    assert steps(empty)["Digest by e-mail"] == "Optional"


def test_two_who_save_at_once_lose_nothing(empty: TestClient, service: Service) -> None:
    ada = Viewer(account="Ada", name="Ada")
    with service.workspace(ada) as earlier, service.workspace(ada) as later:
        service.reread = lambda: load_settings({}, {}, default_home=service.home)
        service.take_over(change_settings(later, {"council_name": "Example Council"}))
        service.take_over(change_settings(earlier, {"reply_days": "20"}))
    assert service.settings.council_name == "Example Council"
    assert service.settings.reply_days == 20
    empty.get("/set-up")


def test_breaks_that_only_unicode_knows_lock_nobody_out(empty: TestClient) -> None:
    for name in ("A\u2028B\x85C", "Example Council"):
        empty.post("/set-up/council", data={**COUNCIL, "council_name": name})
    assert get(empty, "/set-up/council").fields()["council_name"] == ["Example Council"]


def test_mail_is_not_set_up_by_half(empty: TestClient) -> None:
    page = post(empty, "/set-up/digest", smtp_host="mail.council.example", then="test")
    assert page.errors() == [("#notify_mail_to", "Enter this too: send it to.")]
    assert empty.get("/digest").status_code == 200


def test_a_test_message_says_why_it_was_not_sent(empty: TestClient) -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
    data = {**DIGEST, "smtp_port": port, "then": "test"}
    job = ended(empty, empty.post("/set-up/digest", data=data))
    assert "mail: " in job.text
    assert "Correct the form, and send it again." in job.text
    assert get(empty, "/set-up/digest").fields()["smtp_port"] == [port]
    assert steps(empty)["Digest by e-mail"] == "Done"


def test_a_test_message_is_sent_and_reports_nothing(
    empty: TestClient, service: Service, tmp_path: Path
) -> None:
    folder = tmp_path / "digests"
    folder.mkdir()
    service.take_over(
        replace(service.resolved, settings=replace(service.settings, digest_folder=folder))
    )
    with service.workspace(Viewer(account="Ada", name="Ada")) as ws:
        assert [one.error for one in send_test_message(ws)] == [""]
        assert ws.outbox.digests() == 0
    assert "digests reach you" in next(folder.iterdir()).read_text("utf-8")


class Kept(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def kept() -> Iterator[Kept]:
    before = keyring.get_keyring()
    keyring.set_keyring(found := Kept())
    yield found
    keyring.set_keyring(before)


KEY = "d1f0aa7e-invented-key"


def test_a_key_goes_to_the_keyring_and_is_never_shown(
    empty: TestClient, empty_home: Path, kept: Kept
) -> None:
    assert "None is kept yet" in get(empty, "/set-up/companies").text
    empty.post("/set-up/companies", data={"companies_house_key": KEY})
    ((_, entry),) = kept.held
    assert entry.startswith("companies_house_key "), "it is kept for its address alone"
    assert [*kept.held.values()] == [KEY]
    page = get(empty, "/set-up/companies")
    assert "One is kept" in page.text
    assert KEY not in page.source
    assert steps(empty)["Companies and charities"] == "Done"
    assert KEY.encode() not in b"".join(read_as_another_program(empty_home).values())
    # An empty field says nothing; removing is said.
    empty.post("/set-up/companies", data={"companies_house_key": ""})
    assert kept.held
    empty.post("/set-up/companies", data={"remove-companies_house_key": "yes"})
    assert not kept.held
    with Workspace(load_settings({}, {}, default_home=empty_home).settings) as ws:
        told = [
            r.event.what for r in ws.audit.records() if r.event.subject == "companies_house_key"
        ]
    assert [*told[0].values(), *told[1].values()] == [
        "set in the keyring of this computer",
        "removed in the keyring of this computer",
    ]


def test_without_a_keyring_that_is_said(empty: TestClient) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        page = post(empty, "/set-up/companies", companies_house_key=KEY)
    finally:
        keyring.set_keyring(before)
    assert "cannot be kept in the keyring of this computer" in page.errors()[0][1]
    assert KEY not in page.source


def test_a_second_person_gets_a_role_and_the_first_stays_administrator(
    empty: TestClient, service: Service, empty_home: Path
) -> None:
    me = find_process_account()
    page = get(empty, "/set-up/people")
    assert page.fields()["account-0"] == [me]
    assert "How the second person gets in" in page.text
    rows = {"account-0": me, "role-0": "administrator", "account-1": "sam", "role-1": "officer"}
    answer = empty.post("/set-up/people", data=rows)
    assert answer.url.path == "/set-up"
    assert settings_file(empty_home)["users"] == {me: "administrator", "sam": "officer"}
    assert steps(empty)["People and roles"] == "Done"
    with service.workspace(Viewer(account="sam", name="sam")) as ws:
        assert ws.role == "officer"
    page = post(empty, "/set-up/people", **{**rows, "role-0": "reader"})
    assert page.errors() == [("#account-0", "Keep an administrator: nobody else can set up.")]
    page = post(empty, "/set-up/people", **{**rows, "role-0": "", "role-1": "administrator"})
    assert page.status == 409
    assert "would be administrator no more" in page.text
    assert settings_file(empty_home)["users"][me] == "administrator"
    page = post(empty, "/set-up/people", **{**rows, "account-1": me})
    assert "is there twice" in page.errors()[0][1]
    # Once there are roles they stay: without any, whoever opens the folder may do everything.
    empty.post("/set-up/people", data={**rows, "role-1": ""})
    assert settings_file(empty_home)["users"] == {me: "administrator"}
    assert "Keep" in post(empty, "/set-up/people").text
    assert settings_file(empty_home)["users"] == {me: "administrator"}
    assert empty.get("/set-up").status_code == 200


def test_one_person_alone_needs_no_role(empty: TestClient, empty_home: Path) -> None:
    rows = {"account-0": find_process_account(), "role-0": "administrator"}
    assert empty.post("/set-up/people", data=rows).url.path == "/set-up"
    assert not (empty_home / "duediligence.toml").exists()


def test_a_home_is_shared_with_a_group_by_form(empty: TestClient) -> None:
    page = post(empty, "/set-up/people/group", group="", step="share")
    assert page.errors() == [("#group", "Enter the name of the group.")]
    page = post(empty, "/set-up/people/group", group="no-such-group", step="share")
    assert page.errors()[0][1].startswith("Give each person a role first")
    rows = {"account-0": find_process_account(), "role-0": "administrator"}
    empty.post("/set-up/people", data={**rows, "account-1": "sam", "role-1": "officer"})
    page = post(empty, "/set-up/people/group", group="no-such-group", step="share")
    assert "has no group" in page.errors()[0][1]
    answer = empty.post("/set-up/people/group", data={"step": "close"})
    assert "Only the owner" in Page(answer).text


def test_a_register_of_charities_is_loaded_from_its_files(empty: TestClient) -> None:
    page = Page(empty.post("/set-up/companies/files", data={"what": "charities"}))
    assert page.errors() == [("#files", "Choose the files of the register.")]
    with as_file(files("duediligence.demo") / "charities" / "scotland") as folder:
        sent = [("files", (path.name, path.read_bytes())) for path in folder.iterdir()]
    assert Page(empty.post("/set-up/companies/files", files=sent)).errors()[0][0] == "#what"
    started = empty.post("/set-up/companies/files", data={"what": "charities"}, files=sent)
    assert "loaded into the register" in ended(empty, started).text
    assert steps(empty)["Companies and charities"] == "Done"


def test_a_sample_is_not_overwritten_by_its_own_description(
    service: Service, empty_home: Path, tmp_path: Path
) -> None:
    sample = tmp_path / "register.toml"
    with as_file(files("duediligence.demo") / "local_registers") as registers:
        sample.write_bytes((registers / "asb.csv").read_bytes())
        document = tomllib.loads((registers / "asb.toml").read_text("utf-8"))
    with service.workspace(Viewer(account="Ada", name="Ada")) as ws:
        list_id = save_register(ws, {**document, "title": "Ours alone"}, sample)
    kept = empty_home / "local-registers" / list_id
    assert (kept / "file-register.toml").read_bytes() == sample.read_bytes()
    assert tomllib.loads((kept / "register.toml").read_text("utf-8"))["title"] == "Ours alone"


def test_long_files_are_taken_where_whole_lists_are_brought(empty: TestClient) -> None:
    long = [("files", ("long.bin", bytes(MOST_UPLOAD + 1)))]
    assert empty.post("/set-up/own-registers", files=long).status_code == 413
    assert "long.bin" in ended(empty, empty.post("/set-up/lists/files", files=long)).text


@pytest.mark.parametrize("path", sorted(LARGE_UPLOADS))
def test_nothing_of_a_long_file_is_read_before_the_right_to_bring_it(
    open_office: Opener, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    office = open_office(users={"Sam": "officer", "Kay": "administrator"})
    officer = office.person("Sam")
    monkeypatch.setattr(Request, "form", lambda *_, **__: pytest.fail("it was read"))
    assert officer.post(path, files={"files": ("a.bin", b"a")}).status_code == 403


def test_a_console_is_opened_by_its_own_account_alone(
    service: Service, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opens a window of it works as the account that it runs under."""
    told: list[Entrance] = []
    with service.console(), lock_file(empty_home / LOCK) as file:
        file.write(f"{PORT} {find_process_account()}".encode())
        serve_on_one_pc(service, 0, told.append)
        assert told[0].port == PORT
        monkeypatch.setattr(serving, "find_process_account", lambda: "sam")
        with pytest.raises(Conflict, match="open for"):
            serve_on_one_pc(service, 0, told.append)
    assert len(told) == 1
