"""A form to share: chosen by a person, complete in itself, recorded, and never by the way."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup

from duediligence.demo.office import DEMO_TIME
from duediligence.extensions.sharing.model.agreements import Agreement, Terms
from duediligence.extensions.sharing.model.partners import RECEIVERS
from duediligence.extensions.sharing.render.referral_page import FORM_VERSION
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..conftest import MadeHome
from ..homes import copy_home
from .conftest import keep_restricted

Run = Callable[..., Any]
SUPPLIERS = """ref,name,director 1,director 1 date of birth
S1,Bright Sands Home Care Ltd,Dragomir Petrosyanov,03/1968
S2,Marrow Lane Vapes Ltd,,
"""


@pytest.fixture
def home(run: Run, made_home: MadeHome, tmp_path: Path, monkeypatch: Any) -> Iterator[Run]:
    copy_home(made_home(keep_restricted, SUPPLIERS), tmp_path / "home")
    (tmp_path / "s.csv").write_text(SUPPLIERS, encoding="utf-8")
    monkeypatch.setenv("DUEDILIGENCE_STORE_RESTRICTED", "true")
    with time_machine.travel(DEMO_TIME):
        yield run


def alert(run: Run, ref: str) -> str:
    listed = run("alerts", "list", "--supplier", ref, "--json").out
    return str(next(one["id"] for one in json.loads(listed)["data"]))


def make(run: Run, *more: str, ref: str = "S1") -> Any:
    chosen = (
        "--finding",
        alert(run, ref),
        "--to",
        "police",
        "--unit",
        "Example <Unit>",
        "--out",
        "r.html",
    )
    return run("sharing", "referral", *chosen, *more)


def test_a_form_names_nobody_and_ticks_nothing(home: Run, tmp_path: Path) -> None:
    assert make(home).code == 0
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "lxml")
    text = " ".join(page.get_text(" ").split())
    assert "Petrosyanov" not in html
    assert "director 1" in text
    assert "To Police force: Example <Unit>" in text
    assert "s.164A" in text
    for told in ("s.115", "Sch 2 para 2", "3x5x2", "Nobody has decided yet", "UK Sanctions List"):
        assert told in text
    assert not page.find_all(["script", "img", "link", "input"])
    assert "☑" not in text
    record = json.loads(home("audit", "log", "--last", "1", "--json").out)["data"][0]["event"]
    assert (record["kind"], record["subject"]) == ("export", "referral")
    assert record["what"]["people"] == "left out"
    assert record["what"]["restricted"] == 0
    assert record["what"]["to"] == "police"
    assert "Example" not in json.dumps(record)
    assert home("audit", "verify").code == 0


def test_people_are_named_only_when_asked(home: Run, tmp_path: Path) -> None:
    make(home, "--include-people", "--purpose", "Operation Example")
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Petrosyanov" in html
    assert "Operation Example" in html
    record = json.loads(home("audit", "log", "--last", "1", "--json").out)["data"][0]["event"]
    assert record["what"]["people"] == "included"


def test_what_is_restricted_is_refused_until_it_is_asked_for(home: Run, tmp_path: Path) -> None:
    refused = make(home, ref="S2")
    assert refused.code == 2
    assert "--restricted" in refused.err
    assert not (tmp_path / "r.html").exists()
    assert make(home, "--restricted", ref="S2").code == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Policing Act 2014, section 80" in page
    assert "Premises closed" not in page, "in the publisher's own words anybody may be named"
    record = json.loads(home("audit", "log", "--last", "1", "--json").out)["data"][0]["event"]
    assert record["what"]["restricted"] == 1
    assert make(home, "--restricted", "--include-people", ref="S2").code == 0
    assert "Premises closed" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_what_was_decided_away_is_not_shared(home: Run) -> None:
    chosen = alert(home, "S2")
    decided = ("alerts", "decide", chosen, "not-the-same", "--reason", "OTHER", "--note", "Other")
    assert home(*decided).code == 0
    refused = home("sharing", "referral", "--finding", chosen, "--to", "other", "--out", "r.html")
    assert refused.code == 2
    assert "somebody else" in refused.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--finding", "ffffffff", "--to", "other", "--out", "r.html"),
        ("--finding", "ffffffff", "--to", "other", "--out", "r.pdf"),
        ("--finding", "ffffffff", "--to", "other", "--out", "nowhere/r.html"),
        ("--finding", "ffffffff", "--to", "Jo Invented", "--out", "r.html"),
    ],
)
def test_wrong_use_says_what_to_do(home: Run, arguments: tuple[str, ...]) -> None:
    refused = home("sharing", "referral", *arguments)
    assert refused.code == 2
    assert "Traceback" not in refused.err


def test_the_receiver_is_one_of_a_list_and_its_name_may_be_written_in(home: Run) -> None:
    chosen = alert(home, "S1")
    for code in RECEIVERS:
        sent = ("sharing", "referral", "--finding", chosen, "--to", code, "--out", "r.html")
        assert home(*sent).code == 0
        record = json.loads(home("audit", "log", "--last", "1", "--json").out)["data"][0]["event"]
        assert record["what"]["to"] == code
    refused = home("sharing", "referral", "--finding", chosen, "--to", "Jo", "--out", "r.html")
    assert "Valid receivers: police, nca" in refused.err


def agree(home: Path) -> None:
    terms = Terms(
        reference="ISA-1",
        parties=("Example Council", "Example Police"),
        purpose="Keep organised crime out of contracts",
        bases=("cda-1998-s115",),
        shares=("requests",),
        retention_days=90,
        starts_on=DEMO_TIME.date(),
        review_on=DEMO_TIME.date() + timedelta(days=99),
        most_items=100,
        most_exchanges=12,
        most_new_percent=25,
    )
    agreement = Agreement(terms=terms, ours="Example Council", partner_kind="police")
    with Workspace(Settings(home=home), now=lambda: DEMO_TIME) as ws:
        ws.casework.repository(AgreementStore).keep(agreement, "made", ws.now())


def test_a_form_under_an_agreement_is_recorded_as_a_request_that_is_due(
    home: Run, tmp_path: Path
) -> None:
    agree(tmp_path / "home")
    due = (DEMO_TIME + timedelta(days=10)).date().isoformat()
    under = ("--agreement", "ISA-1", "--due", due, "--purpose", "Renewal", "--case", "4")
    chosen = [alert(home, "S1"), alert(home, "S2")]
    both = [part for one in chosen for part in ("--finding", one)]
    made = home(
        "sharing", "referral", *both, "--to", "police", "--restricted", *under, "--out", "r.html"
    )
    assert made.code == 0, made.err
    form = (tmp_path / "r.html").read_bytes()
    assert f"Version {FORM_VERSION} of this form." in form.decode()
    shown = json.loads(home("sharing", "request", "list", "--json").out)["data"]
    told = [(one["request"]["supplier_ref"], one["request"]["alert_ids"]) for one in shown]
    assert told == [("S1", [chosen[0]]), ("S2", [chosen[1]])]
    for one in (each["request"] for each in shown):
        assert (one["form_version"], one["form_sha256"]) == (
            FORM_VERSION,
            sha256(form).hexdigest(),
        )
        assert (one["case"], one["due_on"], one["basis"]) == (4, due, "cda-1998-s115")
    events = json.loads(home("audit", "log", "--last", "3", "--json").out)["data"]
    export, *requests = (one["event"] for one in events)
    assert (export["what"]["form_version"], export["what"]["case"]) == (FORM_VERSION, 4)
    assert [one["what"]["act"] for one in requests] == ["referred", "referred"]
    assert "Renewal" not in json.dumps(events)
    assert home("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--agreement", "ISA-1", "--purpose", "Renewal"), "Enter the day by which an answer"),
        (("--agreement", "ISA-1", "--due", "2030-01-01"), "The purpose must be a line"),
        (("--agreement", "ISA-2"), "Unknown agreement 'ISA-2'"),
        (("--agreement", "ISA-1", "--to", "hmrc"), "is with Police force, and the form goes to"),
        (("--due", "2026-12-12"), "--basis and --due go with --agreement"),
    ],
)
def test_a_form_that_cannot_be_a_request_is_not_made(
    home: Run, tmp_path: Path, more: tuple[str, ...], words: str
) -> None:
    agree(tmp_path / "home")
    before = len(json.loads(home("audit", "log", "--last", "999", "--json").out)["data"])
    refused = make(home, *more)
    assert refused.code == 2
    assert words in refused.err
    assert not (tmp_path / "r.html").exists()
    after = json.loads(home("audit", "log", "--last", "999", "--json").out)["data"]
    assert [one["event"]["kind"] for one in after[before:]] in ([], ["setting changed"])
