"""Names that are checked and are no suppliers: they change no count, queue or last screening."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import time_machine

from duediligence.casework.runs_shown import runs_page
from duediligence.casework.waiting import what_waits
from duediligence.delivery.flag_files import run_as_json
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.logs import configure_logging
from duediligence.model import Supplier
from duediligence.screener import Screener
from duediligence.screening.run.screen import check
from duediligence.screening.workspace import Workspace

from ..cli.conftest import Run
from ..conftest import NOW
from .alert_office import REGISTERS, Office, Page, get, post
from .programs import match, query, token

# One of the suppliers has this name, and is listed.
LISTED = "Volkhar Maritime UK Ltd"
PEOPLE = ("--person", "Dragomir Petrosyanov,1968-03")


@pytest.fixture
def command(office: Office, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setenv("DUEDILIGENCE_LOCAL_REGISTERS", str(REGISTERS))
    # A record of today would put the clock of the office in doubt.
    with time_machine.travel(NOW):
        yield lambda *words: run("--home", str(office.settings.home), *words)
    configure_logging(verbose=False, file=None)


def portfolio(office: Office, command: Run) -> list[object]:
    """What the places show that count suppliers, alerts and screenings."""
    ada = office.person("Ada")
    with office.workspace() as ws:
        counted = [what_waits(ws), runs_page(ws)]
    pages = [get(ada, page).text for page in ("/", "/alerts", "/suppliers", "/runs")]
    listed = [command(*words).out for words in (("alerts", "list"), ("suppliers", "list"))]
    return [*counted, *pages, *listed]


def kept(office: Office) -> int:
    with office.workspace() as ws:
        return runs_page(ws, checks=True).total


def test_checks_change_nothing_of_the_suppliers(office: Office, command: Run) -> None:
    before, contents = portfolio(office, command), rows(office)
    ada, program = office.person("Ada"), office.person("")
    program.cookies.clear()
    program.headers["Authorization"] = f"Bearer {token(office.service)}"
    for asked, ticked in (((), {}), (("--keep",), {"keep": "yes"})):
        for words in ((LISTED, "--json"), ("Quill", *PEOPLE)):
            assert command("check", *words, *asked).code in (1, 3)
        for name in (LISTED, "Nobody At All Ltd"):
            sent = {"name": name, "kind": "organisation", **ticked}
            assert post(ada, "/check", **sent).status == 200
        match(program, query(LISTED))
        with Screener(office.settings.home, local_registers=REGISTERS) as screener:
            screener.check(LISTED, store=bool(asked))
        if not asked:
            # Who was named in JSON is on record, and nothing else is stored.
            assert rows(office) == contents
            assert len(office.events("export")) == 1
            assert not kept(office)
    assert kept(office) == 5
    assert portfolio(office, command) == before
    assert command("audit", "verify").code == 0


def rows(office: Office) -> dict[str, int]:
    with office.workspace() as ws:
        counts = dict(ws.casework.counts())
    counts.pop("audit")
    with closing(sqlite3.connect(office.settings.home / "lookups.db")) as db:
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            counts[table] = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return counts


def test_a_kept_check_is_decided_and_packed_under_checks(
    office: Office, command: Run, tmp_path: Path
) -> None:
    assert command("check", LISTED, "--keep").code in (1, 3)
    (check,) = json.loads(command("suppliers", "checks", "--json").out)["data"]
    assert check["name"] == LISTED
    assert check["ref"] in command("suppliers", "checks").out
    listed = json.loads(command("alerts", "list", "--checks", "--json").out)["data"]
    assert {one["supplier_ref"] for one in listed} == {check["ref"]}
    alert = next(one["id"] for one in listed if one["list_id"])
    said = ("not-sure", "--reason", "ASKED", "--note", "Asked the bidder")
    assert command("alerts", "decide", alert, *said).code == 0
    assert "not sure (more was requested" in command("alerts", "history", alert).out
    assert command("audit", "verify").code == 0
    # The same of the supplier of that name is as open as it was.
    assert office.match("S3").state == "open"

    ada = office.person("Ada")
    assert LISTED in get(ada, "/checks").text
    page = get(ada, f"/runs/{check['run']}")
    (alerts,) = (one for one in page.links() if one.startswith("/alerts?"))
    assert "Not sure" in get(ada, alerts).text
    assert command("report", check["ref"], "--out", "check.zip").code == 0
    verified = verify_pack(tmp_path / "check.zip")
    assert not verified.damaged
    assert verified.outcomes.keys() == {check["ref"]}


def test_files_of_a_check_that_is_not_kept_hide_whom_they_should(
    office: Office, command: Run, tmp_path: Path
) -> None:
    words = ("check", "Quill", *PEOPLE, "--out", "a.json", "--out", "a.html")
    for redact in ((), ("--redact-people",)):
        assert command(*words, *redact).code in (1, 3)
        found = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["data"]["findings"]
        named = {one["subject_name"] for one in found}
        assert ("Dragomir Petrosyanov" in named) is not bool(redact)
        assert "Quill" in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert [event.what["file"] for event in office.events("export")] == ["a.json", "a.html"]


def test_a_check_in_the_console_is_shown_once_and_not_stored(office: Office) -> None:
    ada = office.person("Ada")
    page = Page(ada.post("/check", data={"name": LISTED, "kind": "organisation"}))
    assert "Nothing of this check was stored" in page.text
    assert "VOLKHAR" in page.text.upper()
    assert not [one for one in page.links() if one.startswith("/runs/")]
    assert kept(office) == 0


def test_a_check_that_fails_on_the_way_leaves_nothing(office: Office) -> None:
    def fail(ws: Workspace) -> None:
        with check(ws, Supplier(ref="", name=LISTED), keep=False) as run:
            run_as_json(ws, run, people=True)
            raise ZeroDivisionError

    before = rows(office)
    with office.workspace() as ws, pytest.raises(ZeroDivisionError):
        fail(ws)
    assert rows(office) == before
