"""Each place beside alerts and suppliers shows what the command line shows."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from starlette.testclient import TestClient

from duediligence import registry
from duediligence.delivery import digest
from duediligence.extension import find_own_extensions
from duediligence.model.audit import ACTIONS, ROLES, is_action_allowed
from duediligence.render.wording import day
from duediligence.screening.lists.refresh import drop
from duediligence.screening.workspace import Workspace, find_process_account
from duediligence.settings import ABOUT, SECRET, Settings
from duediligence.web.pages import list_pages
from duediligence.web.service import Service
from duediligence.web.sign_in.one_pc import OnePC, new_key
from duediligence.writing import make_folder

from ..cli.conftest import Run
from ..conftest import NOW
from .conftest import PORT, browser, service_over


@dataclass
class Shared(OnePC):
    """A sign-in where others work, too."""

    alone: bool = False


Look = Callable[[str], BeautifulSoup]
JOBS = """
[[job]]
name = "lists-daily"
action = "refresh lists"
every = "day"
at = "02:30"

[[job]]
name = "tidy"
action = "retention"
every = "month"
at = "03:00"
"""


@pytest.fixture
def look(client: TestClient) -> Look:
    """The page at an address, which must be there."""

    def page(address: str) -> BeautifulSoup:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        return BeautifulSoup(answer.text, "lxml")

    return page


@pytest.fixture
def data(run: Run) -> Iterator[Callable[..., Any]]:
    """What the command line prints as JSON, on the day of the sample lists."""
    with time_machine.travel(NOW, tick=False):
        yield lambda *arguments: json.loads(run(*arguments, "--json").out)["data"]


def words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def rows(page: BeautifulSoup, caption: str) -> list[list[str]]:
    """The cells of the table with that caption."""
    found = page.find("caption", string=caption)
    assert found, caption
    body = found.find_parent("table").find("tbody")
    return [[words(cell) for cell in row.find_all(["th", "td"])] for row in body.find_all("tr")]


def summary(page: BeautifulSoup) -> dict[str, str]:
    """The values of the summary lists, by their words."""
    return {
        words(row.find("dt")): words(row.find("dd"))
        for row in page.select(".govuk-summary-list__row")
    }


# Help: open to everybody


@pytest.mark.parametrize("address", ["/help", "/accessibility", "/licences"])
def test_strangers_may_read_what_this_is(service: Service, address: str) -> None:
    with browser(service, signed_in=False) as stranger:
        answer = stranger.get(address)
        assert answer.status_code == 200
        assert "Signed in as" not in answer.text
        # The ways to pages that they could not open are not shown.
        assert "govuk-service-navigation" not in answer.text
        assert stranger.get("/settings").status_code == 403


def test_help_says_who_reads_it_where_somebody_is_signed_in(look: Look) -> None:
    assert "Signed in as" in words(look("/help"))


def test_every_page_that_help_leads_to_is_one_of_ours(look: Look) -> None:
    known = [path for pages in list_pages(find_own_extensions()) for _, path, _ in pages.routes]
    elsewhere = ("/alerts", "/suppliers", "/check", "/runs")
    for link in look("/help").select("main a[href]"):
        address = str(link["href"])
        assert address in known or address.startswith(elsewhere), address


def test_licences_name_every_list_and_both_packages(look: Look) -> None:
    page = look("/licences")
    shown = {row[0]: row[1:] for row in rows(page, "Each list, its publisher and its terms")}
    for one in registry.find_watchlists().values():
        assert shown[one.title] == [one.publisher, one.licence]
    assert "Permission is hereby granted" in words(page)
    assert "@ministryofjustice/frontend" in words(page)


def test_the_accessibility_statement_names_the_contact_of_the_settings(home: Path) -> None:
    settings = Settings(
        home=home, council_name="Exampleshire Council", council_contact="access@example.org"
    )
    with browser(service_over(settings), signed_in=False) as stranger:
        told = words(BeautifulSoup(stranger.get("/accessibility").text, "lxml"))
    assert "contact access@example.org" in told
    assert "run by Exampleshire Council" in told
    assert "2018/952" in told
    assert "No contact is set" not in told


def test_the_accessibility_statement_says_that_a_contact_is_missing(look: Look) -> None:
    assert "No contact is set" in words(look("/accessibility"))


# Settings


def test_settings_show_value_and_origin_of_each_as_the_command_line(
    look: Look, data: Callable[..., Any]
) -> None:
    shown = summary(look("/settings"))
    assert shown.keys() == ABOUT.keys()
    for one in data("settings", "show"):
        value = one["value"]
        if value in (None, [], {}, ""):
            value = "not set"
        elif isinstance(value, bool):
            value = "yes" if value else "no"
        elif isinstance(value, list):
            value = ", ".join(value)
        about = ABOUT[one["name"]].help
        assert shown[one["name"]].startswith(f"{value} {' '.join(about.split())} From: "), one


def test_a_table_is_shown_in_words(home: Path) -> None:
    settings = Settings(home=home, hosts={"un": ("a.example.org", "b.example.org"), "eu": ()})
    with browser(service_over(settings)) as client:
        shown = summary(BeautifulSoup(client.get("/settings").text, "lxml"))
    assert shown["hosts"].startswith("un: a.example.org, b.example.org; eu: Table: ")


def test_secrets_are_never_shown(home: Path) -> None:
    told = {name: f"do-not-show-{name}-0123456789" for name in SECRET - {"webhook_url"}}
    told["webhook_url"] = "https://example.org/do-not-show"
    with browser(service_over(Settings(home=home, **told))) as client:  # type: ignore[arg-type]
        text = client.get("/settings").text
    assert "do-not-show" not in text
    shown = summary(BeautifulSoup(text, "lxml"))
    assert {shown[name].split()[0] for name in SECRET} == {"set"}


def test_what_is_not_harmless_comes_first(look: Look) -> None:
    first, second = look("/settings").select(".govuk-summary-list")
    harmless = {name for name, about in ABOUT.items() if about.harmless}
    assert {words(one) for one in second.select("dt")} == harmless
    assert {words(one) for one in first.select("dt")} == ABOUT.keys() - harmless


def test_readiness_is_what_doctor_says(look: Look, data: Callable[..., Any]) -> None:
    page = look("/settings/readiness")
    shown = {row[0]: row[1:] for row in rows(page, "What was looked at")}
    said = data("doctor")
    *lines, whole = said
    assert lines
    for line in lines:
        if line["list_id"] and line["state"] == "not in use":
            continue
        state, detail = shown[line["what"]]
        assert state.lower() == line["state"]
        if line["what"] != "space":
            # A command is a step in words here.
            assert detail.split(": ")[0] == line["detail"].split(": ")[0]
    assert whole["detail"] in words(page)


def test_readiness_of_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    with browser(service_over(Settings(home=tmp_path / "none"))) as client:
        page = BeautifulSoup(client.get("/settings/readiness").text, "lxml")
    box = page.select_one(".console-incomplete")
    assert box
    assert "Not ready for a complete run" in words(box)
    assert "Never loaded: " in words(box)
    assert box.find("a", href="/lists")


# Accounts


def test_accounts_show_who_has_which_role_and_what_each_may_do(home: Path) -> None:
    users = {"ada": "officer", "bo": "auditor", find_process_account(): "reader"}
    with browser(service_over(Settings(home=home, users=users))) as client:  # type: ignore[arg-type]
        page = BeautifulSoup(client.get("/accounts").text, "lxml")
    assert rows(page, "Accounts in the setting users") == [
        list(one) for one in sorted(users.items())
    ]
    assert "your role is reader" in words(page)
    table = {
        row[0].lower(): row[1:] for row in rows(page, "Actions, and the roles that may take them")
    }
    assert table.keys() == set(ACTIONS)
    for action in ACTIONS:
        assert table[action] == [
            "yes" if is_action_allowed(role, action) else "no" for role in ROLES
        ]
    assert "An administrator gives and takes roles." in words(page)


def test_on_a_server_nobody_may_do_everything_for_want_of_roles(home: Path) -> None:
    service = service_over(Settings(home=home))
    service.sign_in = Shared(PORT)
    with service.console() as store:
        key = new_key(store, service.clock())
    with browser(service, signed_in=False) as client:
        client.post("/start", data={"key": key})
        accounts = words(BeautifulSoup(client.get("/accounts").text, "lxml"))
        ready = words(BeautifulSoup(client.get("/settings/readiness").text, "lxml"))
    for page in (accounts, ready):
        assert "may not read: no role is given" in page
    assert "may do everything" not in accounts + ready


# Lists


def test_lists_show_what_the_command_line_shows(look: Look, data: Callable[..., Any]) -> None:
    page = look("/lists")
    shown = {row[0]: row[1:] for row in rows(page, "Lists in use")}
    said = [one for one in data("lists", "status") if one["version"] or not one["optional"]]
    assert len(shown) == len(said) > 20
    for one in said:
        assert shown[one["title"]] == [
            one["state"].capitalize(),
            f"{one['entries']:,}" if one["version"] else "",
            _day(one["published"]),
            "" if one["age_days"] is None else str(one["age_days"]),
        ]


def _day(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else ""


def test_registers_are_shown_beside_the_lists(look: Look, data: Callable[..., Any]) -> None:
    page = look("/lists")
    said = data("registers", "status")
    shown = {row[0]: row for row in rows(page, "Registers of companies and charities")}
    assert len(shown) == len(said["registers"])
    assert {"Companies House", "People with significant control"} < shown.keys()
    assert all(row[1] == "never loaded" for row in shown.values())
    for limit in said["cannot_tell"]:
        assert limit in words(page)


@pytest.mark.parametrize("list_id", ["un", "uk-debarment", "fhrs"])
def test_a_list_shows_every_field(look: Look, data: Callable[..., Any], list_id: str) -> None:
    (said,) = [one for one in data("lists", "status") if one["id"] == list_id]
    page = look(f"/lists/{list_id}")
    shown = summary(page)
    watchlist = registry.find_watchlists()[list_id]
    assert words(page.find("h1")) == said["title"]
    assert shown["State"] == said["state"].capitalize()
    assert shown["Entries"] == f"{said['entries']:,}"
    assert shown["Names"] == f"{said['names']:,}"
    assert shown["Published"] == (_day(said["published"]) or "not given")
    assert shown["Version"] == said["version"]
    assert shown["SHA-256 of its files"] == said["sha256"]
    assert shown["From"] == said["origin"]
    assert shown["Rows not read"] == str(said["not_read"])
    assert (shown["Publisher"], shown["Licence"]) == (watchlist.publisher, watchlist.licence)
    assert shown["Page"] == watchlist.homepage
    assert ("Confirm that it is as its page is today" in words(page)) == bool(watchlist.by_hand)
    for item in said["drift"]:
        assert item.rpartition(" (")[0] or item in words(page)


def test_what_makes_results_incomplete_comes_first(tmp_path: Path) -> None:
    with browser(service_over(Settings(home=tmp_path / "none"))) as client:
        page = BeautifulSoup(client.get("/lists").text, "lxml")
        one = BeautifulSoup(client.get("/lists/uk-sanctions").text, "lxml")
    after = page.find("h1").find_next_sibling()
    assert "console-incomplete" in after["class"]
    needed = sum(not one.optional for one in registry.find_watchlists().values())
    assert f"{needed} of {needed} lists in use are not current, so results are incomplete" in words(
        after
    )
    assert "UK Sanctions List : no copy was fetched or loaded yet" in words(after)
    assert "Results for this list are incomplete" in words(one)
    assert "Next: refresh lists" in words(one)


def test_an_unknown_list_is_not_found(client: TestClient) -> None:
    assert client.get("/lists/none").status_code == 404


def test_an_unknown_address_is_answered_in_words(client: TestClient) -> None:
    told = words(BeautifulSoup(client.get("/none").text, "lxml"))
    assert "There is no such page Check the address." in told
    assert "Not Found" not in told


def test_the_guide_and_the_empty_file_are_downloads(client: TestClient) -> None:
    guide = client.get("/lists/files-to-download")
    assert guide.headers["content-disposition"].startswith("attachment")
    assert "UN Security Council Consolidated List" in guide.text
    empty = client.get("/lists/uk-debarment/template")
    assert empty.text == registry.find_watchlists()["uk-debarment"].template
    assert empty.headers["content-disposition"].endswith("debarment.csv")
    assert client.get("/lists/un/template").status_code == 404


# Schedule and digest


def test_without_a_file_of_jobs_the_schedule_leads_to_its_form(look: Look) -> None:
    page = look("/schedule")
    assert "Nothing runs by itself yet." in words(page)
    assert page.select_one('main a[href="/set-up/schedule"]')


def test_the_schedule_shows_what_the_command_line_shows(
    look: Look, service: Service, run: Run
) -> None:
    (service.home / "schedule.toml").write_text(JOBS)
    with time_machine.travel(NOW, tick=False):
        said = json.loads(run("schedule", "status", "--json").out)["data"]
        table = run("schedule", "status").out
    page = look("/schedule")
    shown = rows(page, "Jobs")
    assert len(shown) == len(said["jobs"]) == 2
    for row, one in zip(shown, said["jobs"], strict=True):
        assert row[:5] == [
            one["name"], one["action"], one["every"], one["at"], one["state"].capitalize()
        ]  # fmt: skip
        assert row[8] in table  # when it is due next
        assert page.find("a", attrs={"aria-label": f"Run now: {one['name']}"})
    assert "No scheduler is running at the moment." in words(page)


def test_the_digest_shows_what_would_be_sent_and_where_to(home: Path, tmp_path: Path) -> None:
    to = tmp_path / "digests"
    make_folder(to)
    service = service_over(Settings(home=home, digest_folder=to))
    with Workspace(service.settings, now=lambda: NOW) as ws:
        assert drop(ws, "uk-sanctions")
        message = digest.preview(ws)
    with browser(service) as client:
        page = BeautifulSoup(client.get("/digest").text, "lxml")
    assert message
    assert "Channels: folder" in words(page)
    assert message.subject in words(page)
    for line in message.text.splitlines():
        assert " ".join(line.split()) in words(page)


def test_without_a_channel_nothing_can_be_sent(look: Look) -> None:
    page = look("/digest")
    assert "No notification channel is configured." in words(page)
    assert "No digest has been sent yet." in words(page)
    assert page.find("form", action="/digest/send") is None


# Audit


def test_the_audit_log_is_what_the_command_line_shows(
    look: Look, service: Service, run: Run
) -> None:
    with time_machine.travel(NOW, tick=False):
        said = json.loads(run("audit", "log", "--last", "5", "--json").out)["data"]
    page = look("/audit")
    shown = page.select(".moj-timeline__item")[:5]
    for item, record in zip(shown, reversed(said), strict=True):
        event = record["event"]
        told = words(item)
        assert f"Record {record['position']}." in told
        assert event["kind"].lower() in told.lower()
        assert event["subject"] in told
        assert f"by {event['who']}" in told
        for name in event["what"]:
            assert f"{name} " in told
    facts = summary(page)
    assert facts["Records"] == f"{said[-1]['position']:,}"
    assert facts["Fingerprint of the last"] == said[-1]["sha256"]


def test_older_records_are_on_the_next_page_and_none_twice(look: Look) -> None:
    seen: list[int] = []
    address = "/audit"
    while address:
        page = look(address)
        seen += [int(n) for n in re.findall(r"Record (\d+)\.", words(page))]
        older = page.find("a", string="Older records")
        address = str(older["href"]) if older else ""
    assert seen == list(range(seen[0], 0, -1))
    assert len(seen) > 50


def test_filters_keep_to_kind_and_subject(look: Look) -> None:
    page = look("/audit?kind=list+refreshed&subject=un")
    titles = {words(one) for one in page.select(".moj-timeline__title")}
    assert titles == {"List refreshed: un"}
    assert page.find("option", selected=True)["value"] == "list refreshed"
    assert {one["href"] for one in page.select(".moj-filter__tag")} == {
        "/audit?subject=un",
        "/audit?kind=list+refreshed",
    }


@pytest.mark.parametrize("asked", ["before=0", "before=x", "kind=none"])
def test_what_is_no_position_or_kind_is_refused(client: TestClient, asked: str) -> None:
    assert client.get(f"/audit?{asked}").status_code == 422


# Thresholds


def test_the_form_says_which_threshold_is_in_use(home: Path) -> None:
    with browser(service_over(Settings(home=home, threshold=0.91))) as client:
        page = BeautifulSoup(client.get("/policy/preview").text, "lxml")
    assert "It is 0.91 now." in words(page)
    assert page.find("input", id="threshold")["value"] == ""
