"""Letters from the command line: made, kept, shown again, and refused."""

import json
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup

from duediligence.demo.office import DEMO_TIME
from duediligence.model.letters import LETTER_KINDS
from duediligence.screening import imports
from duediligence.screening.lists import refresh
from duediligence.screening.run import screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.homes import copy_home
from tests.whole_words import has_word

Run = Callable[..., Any]
REGISTERS = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"
SETTINGS = """
council_name = "Example Council"
council_address = "1 Quay Street, Exampleton, EX1 1AA"
council_contact = "Commercial Team, buy@council.example"
privacy_contact = "dpo@council.example"
store_restricted = true
"""
SUPPLIERS = """ref,name,address,director 1,director 1 date of birth,director 2
S1,Bright Sands Home Care Ltd,"4 Dune Row, Exampleton, EX1 4DR",Dragomir Petrosyanov,03/1968,Jo Inv
S2,Marrow Lane Vapes Ltd,,,,
S3,Calderbrook Construction International Limited,,,,
S4,Ironwell Salvage Limited,,,,
"""


@pytest.fixture(scope="module")
def screened_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("screened-for-letters")
    home = copy_home(loaded_home, folder / "home")
    (home / "duediligence.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "s.csv").write_text(SUPPLIERS, encoding="utf-8")
    settings = Settings(home=home, store_restricted=True)
    with Workspace(settings, now=lambda: DEMO_TIME) as ws:
        refresh.add(ws, REGISTERS / "asb.toml")
    with Workspace(settings, now=lambda: DEMO_TIME) as ws:
        (loaded,) = refresh.refresh(ws, ("porthvellan-asb",), folder=REGISTERS)
        assert loaded.result == "loaded"
        imports.import_suppliers(ws, folder / "s.csv", mapping={}, sheet="", rejects_folder=folder)
        screen.screen(ws, screen.Screened(ws.suppliers.all()))
    return home


@pytest.fixture
def home(run: Run, screened_home: Path, tmp_path: Path) -> Iterator[Run]:
    copy_home(screened_home, tmp_path / "home")
    with time_machine.travel(DEMO_TIME):
        yield run


def alerts(run: Run, ref: str, list_id: str = "") -> list[str]:
    listed = run("alerts", "list", "--all", "--supplier", ref, "--json", "--restricted").out
    found = json.loads(listed)["data"]
    return [str(one["id"]) for one in found if not list_id or one["list_id"] == list_id]


def same(run: Run, alert: str) -> None:
    assert run("alerts", "decide", alert, "same", "--reason", "SUPPLIER-SAYS").code == 0


def last_event(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("audit", "log", "--last", "1", "--json").out)["data"][0]
    return dict(found["event"])


def text_of(path: Path) -> str:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    assert page.body is not None
    return " ".join(page.body.get_text().split())


def test_details_are_asked_for_without_a_word_of_the_match(home: Run, tmp_path: Path) -> None:
    alert = alerts(home, "S1", "uk-sanctions")[0]
    done = home("letter", "details-wanted", alert[:8], "--out", "d.html")
    assert done.code == 0, done.err
    body = (tmp_path / "d.html").read_bytes()
    assert done.out.split()[0] == sha256(body).hexdigest()
    text = text_of(tmp_path / "d.html")
    assert "Dragomir Petrosyanov (director)" in text
    assert "month and year of birth" in text
    assert "4 December 2026" in text
    assert "Our reference: L1" in text
    assert "4 Dune Row" in text
    assert not has_word(text, "1968")
    for never in ("anction", "Jo Inv", "Calderbrook", alert[:8], "UK", "100%"):
        assert never not in text.replace("UK GDPR", ""), never
    event = last_event(home)
    assert (event["kind"], event["subject"]) == ("letter", alert)
    assert event["what"]["sha256"] == sha256(body).hexdigest()
    assert "Dragomir" not in json.dumps(event)
    shown = home("alerts", "show", alert).out
    assert "Letters: details wanted, 20 November 2026, reply by 4 December 2026 (L1" in shown
    assert home("audit", "verify").code == 0


def test_sanctions_are_never_put_to_a_supplier(home: Run, tmp_path: Path) -> None:
    alert = alerts(home, "S1", "uk-sanctions")[0]
    for kind in ("explanation-wanted", "representations"):
        refused = home("letter", kind, alert, "--out", "x.html", "--confirmed-with", "Jo")
        assert refused.code == 2
        assert "OFSI" in refused.err
        assert not (tmp_path / "x.html").exists()


@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_a_restricted_alert_has_no_letter(home: Run, tmp_path: Path, kind: str) -> None:
    alert = alerts(home, "S2", "porthvellan-asb")[0]
    refused = home("letter", kind, alert, "--out", "x.html")
    assert refused.code == 2
    assert "restricted record" in refused.err
    assert not (tmp_path / "x.html").exists()


def test_a_match_is_put_to_the_supplier_once_it_is_decided(home: Run, tmp_path: Path) -> None:
    alert = alerts(home, "S3", "world-bank")[0]
    order = ("letter", "explanation-wanted", alert, "--out", "e.html")
    assert "Decide first" in home(*order).err
    same(home, alert)
    assert "Invalid" not in home(*order, "--reply-by", "2026-11-20").err
    assert home(*order, "--reply-by", "2026-11-20").code == 2
    done = home(*order, "--reply-by", "2026-12-18")
    assert done.code == 0
    assert "address is not known" in done.err
    text = text_of(tmp_path / "e.html")
    for told in ("18 December 2026", "World Bank", "somebody else", "Read on"):
        assert told in text


def test_representations_name_the_ground_and_the_points(home: Run, tmp_path: Path) -> None:
    alert = alerts(home, "S4", "hse-convictions")[0]
    same(home, alert)
    order = ("letter", "representations", alert, "--out", "r.html", "--regime", "pa23")
    assert "is not the code" in home(*order, "--ground", "PA23-9-9").err
    assert "A Minister" in home(*order, "--ground", "PA23-7-14").err
    roads = (*order, "--ground", "pa23-7-11", "--contract", "Roads <2027>", "--running")
    assert home("suppliers", "contract", "add", "S4", "Roads <2027>").code == 0
    refused = home(*roads)
    assert refused.code == 2
    assert "Confirm it first: duediligence suppliers contract regimes S4" in refused.err
    assert home("suppliers", "contract", "confirm-regime", "pa23", "S4").code == 0
    done = home(*roads)
    assert done.code == 0
    # What the hint says can be recorded, and decides nothing before the supplier has answered.
    step = re.search(r"duediligence (alerts decide A-\d+ .*--invited) DATE", done.err)
    assert step
    assert "--ground PA23-7-11" in step[1]
    assert home(*step[1].split(), "2026-11-20").code == 0
    shown = json.loads(home("alerts", "show", alert, "--json").out)["data"]
    assert shown["state"] == "not sure"
    same(home, alert)
    text = text_of(tmp_path / "r.html")
    for told in (
        "Schedule 7, paragraph 11",
        "as in force since 24 February 2025",
        "Nothing has been decided",
        "section 78(7)",
        "Roads <2027>",
        "section 58(1)",
        "proportionate",
    ):
        assert told in text, told
    for point in "abcde":
        assert f"({point})" in text
    for never in ("section 59", "regulation 20", "section 28", "section 26", "connected"):
        assert never not in text, never
    health = home(*order[:-1], "psr-england", "--ground", "PA23-7-11")
    assert health.code == 0
    assert "regulation 20" in text_of(tmp_path / "r.html")


def test_a_notice_names_nobody_and_says_where_to_complain(home: Run, tmp_path: Path) -> None:
    alert = alerts(home, "S1", "uk-sanctions")[0]
    assert home("letter", "privacy-notice", alert, "--out", "p.html").code == 0
    text = text_of(tmp_path / "p.html")
    for never in ("Petrosyanov", "Jo Inv", "UK Sanctions List", alert[:8]):
        assert never not in text
    for told in ("dpo@council.example", "164A", "within 30 days", "Commissioner", "5 years"):
        assert told in text


def test_letters_are_listed_and_shown_again_byte_for_byte(home: Run, tmp_path: Path) -> None:
    assert home("letter", "list").out == ""
    alert = alerts(home, "S1", "uk-sanctions")[0]
    home("letter", "details-wanted", alert, "--out", "d.html")
    home("letter", "privacy-notice", alert, "--out", "p.html")
    listed = json.loads(home("letter", "list", "--alert", alert, "--json").out)["data"]
    assert [one["kind"] for one in listed] == ["details-wanted", "privacy-notice"]
    assert "details-wanted" in home("letter", "list").out
    assert home("letter", "show", "1", "--out", "again.html").code == 0
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "d.html").read_bytes()
    assert last_event(home)["subject"] == "letter"
    assert home("letter", "show", "9", "--out", "x.html").code == 2
    found = home("retention", "subject", "Petrosyanov").out
    assert "letter" in found


def test_a_council_changes_a_template(home: Run, tmp_path: Path) -> None:
    made = home("letter", "templates")
    folder = tmp_path / "home" / "letters"
    assert sorted(path.stem for path in folder.iterdir()) == sorted(LETTER_KINDS)
    assert last_event(home)["kind"] == "letter templates"
    path = folder / "details-wanted.txt"
    assert str(path) in made.out
    path.write_text("# Ours\n\nDear {supplier},\n\nby {deadlin}\n", encoding="utf-8")
    alert = alerts(home, "S1", "uk-sanctions")[0]
    refused = home("letter", "details-wanted", alert, "--out", "d.html")
    assert refused.code == 2
    assert f"{path}, line 5: unknown place 'deadlin'" in refused.err
    assert "deadline" in refused.err.split("Valid places")[1]
    path.write_text("# Ours & <i>yours</i>\n\nby {deadline}\n", encoding="utf-8")
    assert home("letter", "details-wanted", alert, "--out", "d.html").code == 0
    assert "Ours & <i>yours</i>" in text_of(tmp_path / "d.html")
    assert "Left as it is" in home("letter", "templates").err
    assert "Ours" in path.read_text(encoding="utf-8")
    path.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in home("letter", "details-wanted", alert, "--out", "d.html").err


def test_a_letter_without_the_name_of_the_council_says_which_setting(
    home: Run, tmp_path: Path
) -> None:
    (tmp_path / "home" / "duediligence.toml").unlink()
    alert = alerts(home, "S1", "uk-sanctions")[0]
    refused = home("letter", "details-wanted", alert, "--out", "d.html")
    assert refused.code == 2
    assert "council_name, council_contact and privacy_contact" in refused.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("details-wanted", "ffffffff", "--out", "d.docx"), ".html or a .pdf file"),
        (("details-wanted", "ffffffff", "--out", "nowhere/d.html"), "is not a folder"),
        (("details-wanted", "ffffffff", "--out", "d.html"), "Unknown alert"),
        (("details-wanted", "ffffffff", "--out", "d.html", "--reply-by", "soon"), "date"),
    ],
)
def test_wrong_use_says_what_to_do(home: Run, arguments: tuple[str, ...], said: str) -> None:
    refused = home("letter", *arguments)
    assert refused.code == 2
    assert said in refused.err
    assert "Traceback" not in refused.err
