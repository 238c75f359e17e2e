"""Runs in the console: as their report, as files, and a check of one name."""

import csv
import io
import json
import zipfile

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from duediligence.casework.run_reports import run_report
from duediligence.casework.runs_shown import runs_page
from duediligence.cli.app import build_app
from duediligence.model import Supplier
from duediligence.render import verdict
from duediligence.render.scope import scope_lines
from duediligence.screening.run.screen import Screened, screen
from duediligence.web.navigation import supplier_address
from duediligence.web.pages import runs as run_pages
from tests.rows import for_each

from .alert_office import DIRECTOR, HOSTILE, MARKERS, REGISTERS, Office, Opener, Page, get, post
from .jobs_awaited import ended


def run_ids(office: Office, *, checks: bool = False) -> list[str]:
    with office.workspace() as ws:
        return [one.id for one in runs_page(ws, checks=checks).rows]


def newest(office: Office) -> str:
    return run_ids(office)[0]


def save(client: TestClient, run_id: str, form: str, people: str) -> bytes:
    values = {"form": form, "people": people, "step": "make"}
    answer = client.post(f"/runs/{run_id}/flags", data=values)
    assert "attachment" in answer.headers["content-disposition"], Page(answer).text
    return answer.content


def test_runs_are_listed_the_newest_first_in_pages(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = office.person("Ada")
    for name in ("Fenmoor Haulage", "Marsh Foods"):
        with office.workspace() as ws:
            screen(ws, Screened([Supplier(ref=name, name=name)]))
    monkeypatch.setattr(run_pages, "SIZE", 2)
    first = get(client, "/runs")
    assert "3 runs, the newest first" in first.text
    ids = [f"/runs/{one}" for one in run_ids(office)]
    assert [one for one in first.links() if one in ids] == ids[:2]
    (older,) = (one for one in first.links() if "after=" in one)
    assert [one for one in get(client, older).links() if one in ids] == ids[2:]


def test_a_run_is_shown_as_its_report_and_as_the_use_case_has_it(office: Office) -> None:
    run_id = newest(office)
    page = get(office.person("Ada"), f"/runs/{run_id}")
    with office.workspace() as ws:
        report = run_report(ws, run_id)
    parts = report.parts
    for line in (parts.warning, parts.headline, parts.compared, parts.withheld, parts.unused):
        assert " ".join(line.split()) in page.text
    for line in scope_lines(parts.run):
        assert page.text.count(" ".join(line.split())) == 1
    for gap in parts.gaps:
        assert gap.what in page.text
        assert " ".join(gap.why.split()) in page.text
    assert parts.groups
    for group in parts.groups:
        for point in group:
            assert supplier_address(point.first.supplier_ref) in page.links()
            for fact in verdict.list_point_facts(parts.run, point):
                for value in fact.values:
                    assert " ".join(value.replace("\u202e", "").split())[:40] in page.text, fact
    for one in verdict.searched_lists(parts.run):
        assert any(row[0] == one.status.title and row[-1] == one.result for row in page.rows())
    assert HOSTILE not in page.source
    assert "<script>alert" not in page.source
    # Whoever reads a page has no command line.
    assert "duediligence registers load" not in page.text


def test_the_page_and_the_command_line_agree_field_by_field(office: Office) -> None:
    """What `check` prints of a run, its page says too."""
    environment = {"DUEDILIGENCE_LOCAL_REGISTERS": str(REGISTERS), "COLUMNS": "10000"}
    args = ["--home", str(office.settings.home), "check", "Volkhar Maritime UK Ltd"]
    CliRunner().invoke(build_app(), [*args, "--keep"], env=environment)
    page = get(office.person("Ada"), f"/runs/{run_ids(office, checks=True)[0]}")
    again = CliRunner().invoke(build_app(), [*args, "--json"], env=environment)
    document = json.loads(again.stdout[again.stdout.index("{") :])
    found = [one for one in document["data"]["findings"] if one["outcome"] in ("review", "adverse")]
    assert found
    for one in found:
        for field in ("supplier_name", "entry_name", "entry_id", "check_title"):
            assert one[field] in page.text, field
        for many in ("measures", "possible_grounds"):
            assert all(each in page.text for each in one[many]), many
        assert " ".join(one["next_step"].split()) in page.text
        assert f"{one['severity'].capitalize()} severity" in page.text


def test_many_suppliers_are_on_several_pages(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_pages, "GROUPS", 1)
    client, run_id = office.person("Ada"), newest(office)
    with office.workspace() as ws:
        groups = run_report(ws, run_id).parts.groups
    assert len(groups) > 1
    for number, group in enumerate(groups, 1):
        page = get(client, f"/runs/{run_id}?page={number}")
        assert len(page.main("section")) == 1
        assert f"Reference {group[0].first.supplier_ref}" in page.text
    assert get(client, f"/runs/{run_id}?page=99999").status == 200
    assert get(client, f"/runs/{run_id}?page=x").status == 200


def test_restricted_findings_are_shown_by_a_button_alone_and_recorded(office: Office) -> None:
    client, run_id = office.person("Ada"), newest(office)
    address = f"/runs/{run_id}/restricted"
    before = get(client, f"/runs/{run_id}")
    assert address in before.links()
    for page in (before, get(client, address)):
        assert MARKERS[1] not in page.source
    assert office.events("restricted shown") == []
    shown = post(client, address)
    assert MARKERS[1] in shown.source
    assert [one.subject for one in office.events("restricted shown")] == [run_id]


def test_flags_without_people_come_at_once(office: Office) -> None:
    client, run_id = office.person("Ada"), newest(office)
    form = get(client, f"/runs/{run_id}/flags")
    assert form.fields() == {}
    wrong = post(client, f"/runs/{run_id}/flags")
    assert [href for href, _ in wrong.errors()] == ["#form", "#people"]
    answer = client.post(f"/runs/{run_id}/flags", data={"form": "csv", "people": "no"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows
    # A public entry is named as the publisher names it; whoever is behind a supplier is not.
    behind = {row["Who was matched"].split(";")[0] for row in rows}
    assert "director 1, director" in behind
    assert not any(DIRECTOR.name in row["Who was matched"].split(";")[0] for row in rows)
    assert MARKERS[1] not in answer.text
    assert "people" not in " ".join(str(one.what) for one in office.events("export"))


def test_flags_with_people_come_after_a_page_that_says_so(office: Office) -> None:
    client, run_id = office.person("Ada"), newest(office)
    sure = post(client, f"/runs/{run_id}/flags", form="csv", people="yes")
    assert sure.title.startswith("This file names people")
    assert office.events("export") == []
    body = client.post(
        f"/runs/{run_id}/flags", data={name: one[0] for name, one in sure.fields().items()}
    )
    assert body.headers["content-type"].startswith("text/html")
    saved = save(client, run_id, "csv", "yes").decode("utf-8-sig")
    assert DIRECTOR.name in saved
    (event,) = office.events("export")
    assert (event.who, event.what["people"], event.subject) == ("Ada", "included", run_id)
    assert MARKERS[1] not in saved


@pytest.mark.parametrize("form", ["xlsx", "json", "html"])
def test_every_kind_of_file(office: Office, form: str) -> None:
    client, run_id = office.person("Ada"), newest(office)
    body = save(client, run_id, form, "no")
    if form == "xlsx":
        assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None
    elif form == "json":
        assert json.loads(body)["data"]["id"] == run_id
    else:
        assert b"Supplier screening report" in body
        assert b"<script>alert" not in body


def test_an_unknown_run_is_said_to_be(office: Office) -> None:
    client = office.person("Ada")
    for path in ("/runs/none", "/runs/none/flags", "/runs/none/restricted", "/runs/..%2f..%2fx"):
        assert get(client, path).status == 404, path
    assert client.post("/runs/none/flags", data={"form": "csv", "people": "no"}).status_code == 404


def test_all_suppliers_are_screened_by_a_job(office: Office) -> None:
    client = office.person("Ada")
    answer = client.post("/runs", follow_redirects=False)
    job = ended(office.service, answer.headers["location"].removeprefix("/jobs/"))
    assert job.link == f"/runs/{newest(office)}"
    assert "to review" in job.said


def test_a_name_is_checked_with_the_people_behind_it(office: Office) -> None:
    client = office.person("Ada")
    assert "Keep this check" in get(client, "/check").text
    more = post(client, "/check", name="Two  blanks", step="another", **{"person-1": "Jo <b>"})
    assert more.fields()["name"] == ["Two  blanks"]
    assert more.fields()["person-1"] == ["Jo <b>"]
    assert more.fields()["person-2"] == [""]
    before = len(run_ids(office))
    done = client.post(
        "/check",
        data={
            "name": "Nobody Knows Ltd",
            "kind": "organisation",
            "person-1": "",
            "born-1": "",
            "person-2": "Dragomir Petrosyanov",
            "born-2": "1968-03",
            "keep": "yes",
        },
    )
    page = Page(done)
    assert done.url.path == f"/runs/{run_ids(office, checks=True)[0]}"
    assert len(run_ids(office)) == before
    assert "This check is kept" in page.text
    assert "Nobody Knows Ltd" in page.text
    assert "PETROSYANOV" in page.text.upper()
    assert ", not among your suppliers." in page.text
    assert not [one for one in page.links() if one.startswith("/suppliers/")]


@for_each(
    ("sent", "href"),
    [
        ({"name": "", "kind": "person"}, "#name"),
        ({"name": "Fenmoor"}, "#kind"),
        ({"name": "Fenmoor", "kind": "organisation", "number": "ABC"}, "#number"),
        ({"name": "Fenmoor", "kind": "organisation", "postcode": "NOWHERE"}, "#postcode"),
        ({"name": "Fenmoor", "kind": "organisation", "born-1": "1968-03"}, "#person-1"),
        (
            {"name": "Fenmoor", "kind": "organisation", "born-1": "1968-03"}
            | {"person-1": "Jo Invented and Bo Other"},
            "#person-1",
        ),
        ({"name": "Fenmoor", "kind": "person", "person-1": "Jo", "born-1": "some day"}, "#born-1"),
    ],
)
def test_what_cannot_be_checked_is_said_at_its_field(
    office: Office, sent: dict[str, str], href: str
) -> None:
    before = run_ids(office)
    page = post(office.person("Ada"), "/check", **sent)
    assert [one for one, _ in page.errors()] == [href]
    assert "--" not in page.errors()[0][1]
    assert page.title.startswith("Error: ")
    for name, value in sent.items():
        if name != "kind":
            assert page.fields()[name] == [value]
    assert run_ids(office) == before


def test_a_role_that_may_not_is_refused_in_words(open_office: Opener) -> None:
    office = open_office(users={"Ola": "administrator", "Bo": "auditor"})
    bo = office.person("Bo", "auditor")
    for address, values in (("/runs", {}), ("/check", {"name": "F", "kind": "person"})):
        page = post(bo, address, **values)
        assert page.status == 403
        assert "role" in page.text
