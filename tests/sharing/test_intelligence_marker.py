"""A word planted in every field of a report is nowhere but where its role looks, and in the
database; after weeding it is in no file of the home.
"""

import gzip
import re
import shlex
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
import typer

from duediligence.casework import queue, retention
from duediligence.casework.verifying import examine
from duediligence.cli.app import build_app
from duediligence.delivery.backup import making
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.extensions.sharing import cases, intelligence
from duediligence.extensions.sharing.intelligence_files import Draft
from duediligence.extensions.sharing.meeting_pack import LEVELS
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.model.audit import ROLES, Role, is_action_allowed
from duediligence.screening import imports
from duediligence.screening.run import screen
from duediligence.screening.workspace import Workspace, find_process_account
from duediligence.settings import Settings
from duediligence.store import database
from duediligence.store.casework.schema import migrations
from duediligence.store.copies import make_copy
from duediligence.store.database import connect
from tests.cli.conftest import run  # noqa: F401
from tests.homes import copy_home
from tests.in_use import in_use
from tests.sharing.agreements_made import compared
from tests.sharing.planted_reports import (
    ADDRESS,
    CONDITIONS,
    MARKERS,
    NAME,
    RAW,
    SANITISED,
    files_with_markers,
    markers_in,
    plant,
)
from tests.thorough import first_of
from tests.web.alert_office import Office, office_settings, screened
from tests.web.test_nothing_leaks import WHO, Reader, read_everything

Run = Callable[..., Any]
LINE = "2 intelligence reports may concern suppliers here; ask whoever has the role intelligence"
SUPPLIERS = """ref,name,address,director 1,director 1 date of birth
S1,Bright Sands Home Care Ltd,"4 Dune Row, Exampleton, EX1 4DR",Dragomir Petrosyanov,03/1968
S2,Marrow Lane Vapes Ltd,,,
S3,Volkhar Maritime UK Ltd,,,
"""
SETTINGS = """
council_name = "Example Council"
council_contact = "buy@council.example"
privacy_contact = "dpo@council.example"
second_decision = []
digest_folder = "sent"
"""


def test_the_search_finds_what_is_packed_and_in_other_encodings() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.gz", gzip.compress(f"x {RAW} y".encode()))
    assert markers_in(packed.getvalue()) == {RAW}
    assert markers_in(f"x{NAME.upper()}y".encode("utf-16-be")) == {NAME}
    assert markers_in(f"x{ADDRESS}".encode("utf-16")) == {ADDRESS}
    assert markers_in(b"nothing") == set()


@pytest.fixture(scope="module")
def planted_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A screened home with two reports, each about a supplier of an alert, screened once more; one
    of them is in a case.
    """
    home = copy_home(loaded_home, tmp_path_factory.mktemp("planted") / "home")
    screened(home)
    users: dict[str, Role] = {"Ivy": "intelligence", "Kay": "administrator"}
    settings = office_settings(home, users=users)
    with Workspace(settings, now=lambda: NOW, who="Ivy") as ws:
        plant(ws, "Marrow Lane Vapes Ltd", "Volkhar Maritime UK Ltd")
        screen.screen(ws, screen.Screened(ws.suppliers.all()))
        number = cases.new(ws, title="Shops").number
        cases.add(ws, number, cases.NewItems(suppliers=["S2"], reports=[1]))
    return home


@pytest.fixture
def planted(planted_home: Path, tmp_path: Path) -> Iterator[Office]:
    home = copy_home(planted_home, tmp_path / "home")
    users: dict[str, Role] = {who: role for role, who in WHO.items()}
    office = Office(office_settings(home, users=users, digest_folder=tmp_path, second_decision=()))
    with office.opened:
        yield office


# First the role that may do most.
@pytest.mark.soak
@pytest.mark.parametrize(
    "role", first_of([one for one in reversed(ROLES) if one != "intelligence"])
)
def test_a_marker_is_in_no_page_no_file_and_no_answer_to_a_program(
    planted: Office, role: Role
) -> None:
    who = WHO[role]
    reader = Reader(planted.person(who))
    reader.found = {marker: set() for marker in MARKERS}
    read_everything(planted, reader, who)
    works_on_cases = is_action_allowed(role, "work on cases")
    assert reader("GET", "/cases/1").status_code == (200 if works_on_cases else 403)
    for level in LEVELS:
        reader("POST", "/cases/1/pack", data={"level": level, "form": "html"})
    client = reader.client
    for address in ("/intelligence", "/intelligence/new", "/intelligence/1", "/intelligence/1/raw"):
        for method in ("GET", "POST"):
            assert reader(method, address).status_code in (403, 405), address
    assert reader.read > 100
    assert reader.found == {marker: set() for marker in MARKERS}
    assert LINE in client.get("/alerts").text
    assert "1 intelligence report may concern" in client.get("/suppliers/S2").text
    held = files_with_markers(planted.settings.home)
    assert {Path(one).name.partition("-")[0] for one in held} == {"casework.db"}


def test_the_role_sees_the_sanitised_text_and_the_raw_one_when_it_asks_for_it(
    planted: Office,
) -> None:
    client = planted.person(WHO["intelligence"])
    for address in ("/intelligence", "/intelligence/1"):
        assert markers_in(client.get(address).content) == set()
    assert markers_in(client.post("/intelligence").content) == set()
    looked = client.post("/intelligence/1")
    assert markers_in(looked.content) == {CONDITIONS, SANITISED, NAME, ADDRESS}
    assert looked.text.index(CONDITIONS) < looked.text.index(SANITISED)
    assert markers_in(client.post("/intelligence/1/raw").content) == {
        CONDITIONS,
        RAW,
        NAME,
        ADDRESS,
    }
    acts = [(one.what["act"], one.subject, one.what["text"]) for one in shown(planted)]
    assert acts == [("listed", "", "none"), ("shown", "1", "sanitised"), ("shown", "1", "raw")]


def test_what_is_typed_into_the_form_is_kept_in_the_database_alone(planted: Office) -> None:
    client = planted.person(WHO["intelligence"])
    form = {
        "grade": "2BC",
        "conditions": CONDITIONS,
        "source": "community",
        "received_on": f"{NOW:%Y-%m-%d}",
        "sanitised": SANITISED,
        "raw": RAW,
        "kind_1": "person",
        "name_1": NAME,
        "kind_2": "premises",
        "address_2": ADDRESS,
    }
    refused = client.post("/intelligence/new", data={**form, "grade": NAME})
    assert refused.status_code == 422
    kept = client.post("/intelligence/new", data=form)
    assert "Report 3 was kept." in kept.text
    assert markers_in(kept.content) == set()
    held = files_with_markers(planted.settings.home)
    assert {Path(one).name.partition("-")[0] for one in held} == {"casework.db"}


def shown(office: Office) -> list[Any]:
    return [one for one in office.events("intelligence") if one.who == "Ivy" and "text" in one.what]


@pytest.fixture
def folder(
    loaded_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,  # noqa: F811
) -> Iterator[Path]:
    """A folder to work in, with a home, a file of suppliers, and a folder for temporary files."""
    copy_home(loaded_home, tmp_path / "home")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("SQLITE_TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    function = making.make

    def make(*arguments: Any, **named: Any) -> Any:
        return function(*arguments, **named, work_factor=4)

    monkeypatch.setattr(making, "make", make)
    for name, role in (("clerk", "administrator"), ("ivy", "intelligence")):
        users = f'[users]\n"{find_process_account()}" = "{role}"\n"Kay" = "administrator"\n'
        (tmp_path / f"{name}.toml").write_text(SETTINGS + users, encoding="utf-8")
    (tmp_path / "s.csv").write_text(SUPPLIERS, encoding="utf-8")
    (tmp_path / "list.csv").write_text("reference,name\nOP-1,Gull Invented Ltd\n", encoding="utf-8")
    (tmp_path / "sent").mkdir()
    (tmp_path / "words").write_text("four random words here\n")
    (tmp_path / "words").chmod(0o600)
    with time_machine.travel(NOW):
        yield tmp_path


TERMS = (
    f"ISA-1 --review {NOW.year + 1}-06-30 --as 'Example Council' "
    "--with 'Example Police' --partner-kind police --purpose Checks "
    "--basis cda-1998-s115 --share requests --share 'case papers' "
    "--share 'blind-matching: organisations' --no-auditor"
)
# What a person without the role can do with a home; `{alert}` is one of its alerts, and a report
# about S2 is in its case 1.
COMMANDS = (
    "screen",
    "screen s.csv --out again.csv --out again.xlsx --out again.json --out again.html",
    "screen --json",
    *(f"alerts flags flags.{end} --include-people" for end in ("csv", "xlsx", "jsonl", "ftm.json")),
    "sharing referral --finding {alert} --to police --out referral.html --include-people",
    "alerts list --all",
    "alerts list --json --include-people",
    "alerts show {alert} --restricted",
    "alerts export alerts.xlsx",
    "suppliers list",
    "suppliers show S2 --json",
    "suppliers history S2",
    "suppliers imports",
    "suppliers checks --json",
    "suppliers registrations S2 --json",
    "suppliers answers S2 --json",
    "suppliers files S2",
    "suppliers ownership show S2",
    "suppliers ownership export owners.ftm.json --include-people",
    "suppliers network S2 --out network.svg",
    "suppliers network S2 --include-people --json",
    "suppliers disclosure S2 --out disclosure.xlsx --include-people",
    "report S2 --out pack.zip --include-people",
    "report verify pack.zip",
    "report S3 --out report.html",
    "letter details-wanted {alert} --out letter.html",
    "letter list --json",
    "letter show 1 --out letter-again.html",
    f"sharing agreement new {TERMS}",
    "sharing agreement show ISA-1 --json",
    "sharing agreement contacts ISA-1 --contact 'Duty: duty@council.example'",
    "sharing explain ISA-1 --out explain.html",
    "sharing exchange ask list.csv --agreement ISA-1 --out ask.dde --yes",
    "sharing exchange status --json",
    "sharing request new --agreement ISA-1 --supplier S2 --purpose Renewal --case 1 "
    f"--due {NOW:%Y}-12-31 --out ask.ddp --yes",
    "sharing request list --json",
    "sharing request show 1 --json",
    "sharing due --json",
    "sharing request withdraw 1",
    "sharing message list --json",
    "sharing case new Homes",
    "sharing case edit 1 --agreement ISA-1 --notes 'Ask the licensing team'",
    "sharing case add 1 --alert {alert} --supplier S3",
    "sharing case action 1 'Joint visit' --agency fire --supplier S2",
    "sharing case outcome 1 1 not-done",
    "sharing case sign 1 slavery",
    f"sharing case review 1 --next {NOW:%Y}-12-31",
    "sharing case show 1 --restricted",
    "sharing case show 1 --json --include-people",
    "sharing case list --json --all",
    "sharing case pack 1 --level partners --out partners.html",
    "sharing case pack 1 --level people --out people.html",
    "sharing case pack 1 --level restricted --out case.html",
    "sharing case refer 1 --to police --out referral.html --purpose Enquiry --agreement ISA-1 "
    f"--due {NOW:%Y}-12-31 --include-people",
    "sharing case close 1 --reason no-risk-found",
    "sharing case reopen 1",
    "sharing case close 1 --reason no-risk-found",
    "suppliers contract add S2 Vapes",
    "suppliers edit S2 --trading-name 'Marrow Vapes'",
    "suppliers duplicates --json",
    "suppliers merge S3 S2 --dry-run --json",
    "suppliers merge S3 S2 --yes --json",
    "suppliers undo S3 --json",
    "alerts assign {alert} --to me",
    "alerts decide {alert} not-sure --reason TOO-LITTLE --yes",
    "alerts history {alert} --json",
    "check 'Marrow Lane Vapes Ltd' --json --out check.html",
    "sharing agreement end ISA-1",
    "digest send",
    "digest status",
    f"retention subject {NAME.lower()}",
    "retention rules",
    "retention run --dry-run",
    "retention run",
    "audit log --json",
    "audit export chain.jsonl",
    "audit verify",
    "backup make a.backup --passphrase-file words",
    "backup verify a.backup --passphrase-file words",
    "backup copies",
    "doctor",
    "settings show",
    "lists status",
    "suppliers remove S1 --rule erasure-upheld --dry-run --json",
    "settings preview --threshold 0.5",
    "sharing intelligence list",
    "sharing intelligence show 1",
    "sharing intelligence show 1 --raw",
    "sharing intelligence weed",
)
REFUSED = ("sharing intelligence",)
# What works on lists, registers, keys and settings alone, and what another part of this test, or
# a test of its own, tries.
OTHERS = re.compile(
    r"demo|mcp|serve|lists .*|registers .*|schedule .*|home .*|tokens .*|settings .*|"
    r"audit (clock-right|head|key .*)|backup (bring-back|passphrase|restore)|digest drop|"
    r"letter (templates|\w+-?\w*)|"
    r"alerts (comment|import|part|undo|reasons)|"
    r"sharing (reply|receive|agreement (key|compare|bases)|message close|case remove)|"
    r"sharing (intelligence (add|import|review|end)|exchange (answer|open|hits|refer|audit.*))|"
    r"suppliers (add|confirm-form|confirm-people|ownership import|declare|end|import|link)|"
    r"suppliers (reopen|resolve|split|take-back)|"
    r"suppliers contract (confirm-regime|edit|end|import|regimes|remove)"
)


def test_every_command_is_tried_or_has_no_report_to_show() -> None:
    def names(group: Any, *before: str) -> Iterator[str]:
        for name, one in getattr(group, "commands", {}).items():
            yield from names(one, *before, name)
        if not hasattr(group, "commands"):
            yield " ".join(before)

    tried = [f"{one} " for one in COMMANDS]
    left = [
        one
        for one in names(typer.main.get_command(build_app()))
        if not any(command.startswith(f"{one} ") for command in tried)
    ]
    assert [one for one in left if one != "report make" and not OTHERS.fullmatch(one)] == []


@pytest.mark.soak
def test_a_marker_is_in_no_output_log_pack_index_or_temporary_file(
    folder: Path,
    run: Run,  # noqa: F811
) -> None:
    def as_(who: str, command: str, *more: Path) -> Any:
        logged = ("--verbose", "--log-file", folder / "log.jsonl")
        return run("--config", folder / f"{who}.toml", *logged, *shlex.split(command), *more)

    assert as_("clerk", "screen s.csv").code in (1, 3)
    with opened(folder, "ivy") as ws:
        assert plant(ws, "Marrow Lane Vapes Ltd", "Volkhar Maritime UK Ltd") == [1, 2]
        alert = next(
            one.id
            for one in queue.alerts(ws)
            if one.matched and one.state == "open" and one.supplier_ref == "S1"
        )
    for command in ("list", "list --json", "show 1", "show 1 --raw", "review 1", "weed"):
        done = as_("ivy", f"sharing intelligence {command}")
        assert done.code == 0, done.err
        assert markers_in(done.err.encode()) == set(), command
        assert (markers_in(done.out.encode()) != set()) == command.startswith("show"), command
    for command in ("new Shops", "add 1 --supplier S2 --report 1", "list --json", "show 1 --json"):
        done = as_("ivy", f"sharing case {command}")
        assert done.code == 0, done.err
        assert markers_in(f"{done.out}{done.err}".encode()) == set(), command
    assert markers_in(as_("ivy", "sharing case show 1").out.encode()) == {CONDITIONS, SANITISED}
    told, wrong = [], list[tuple[str, str]]()
    for command in COMMANDS:
        if command.startswith("sharing exchange ask"):
            with opened(folder, "clerk") as ws:
                compared(ws, "ISA-1")
        done = as_("clerk", command.format(alert=alert))
        refused = command.startswith(REFUSED)
        if done.code not in ((2,) if refused else (0, 1, 3)):
            wrong.append((command, done.err))
        assert not refused or "It needs the role intelligence" in done.err
        # What somebody asked for is theirs to see.
        assert markers_in(f"{done.out}{done.err}".encode()) == set(), command
        if "may concern suppliers here" in f"{done.out}{done.err}":
            told.append(command)
    assert not wrong, wrong
    assert {"screen", "screen --json", "alerts list --all"} <= set(told)
    assert set(files_with_markers(folder)) <= {
        f"home/casework.db{end}" for end in ("", "-wal", "-shm")
    }
    assert (folder / "log.jsonl").read_text("utf-8").count("\n") > 4
    assert f"Restricted: {LINE}" in (folder / "again.html").read_text("utf-8")
    for name in ("again.csv", "again.json", "flags.csv", "report.html"):
        text = (folder / name).read_text("utf-8")
        assert text.count("intelligence report") == 1, name
    with zipfile.ZipFile(folder / "pack.zip") as pack:
        (page,) = (one for one in pack.namelist() if one.endswith(".html"))
        assert pack.read(page).decode().count("1 intelligence report may concern") == 1
    (sent,) = (folder / "sent").iterdir()
    assert sent.read_text("utf-8").count(LINE) == 1


def opened(folder: Path, name: str, **more: Any) -> Workspace:
    """A workspace of the account with the role of that name."""
    role: Role = "intelligence" if name == "ivy" else "administrator"
    users: dict[str, Role] = {find_process_account(): role, "Kay": "administrator"}
    return Workspace(Settings(home=folder / "home", users=users, **more), now=lambda: NOW)


@pytest.mark.parametrize("column", ["grade", "source", "received_on", "kind", "born", "agreement"])
def test_no_error_quotes_what_was_handed_in(
    folder: Path,
    run: Run,  # noqa: F811
    column: str,
) -> None:
    cells = {
        "grade": "2BP",
        "source": "community",
        "received_on": f"{NOW:%Y-%m-%d}",
        "sanitised": SANITISED,
        "raw": RAW,
        "kind": "person",
        "name": NAME,
        "born": "1970-04",
        "agreement": "",
    }
    cells[column] = CONDITIONS
    (folder / "r.csv").write_text(
        f"{','.join(cells)}\n{','.join(cells.values())}\n", encoding="utf-8"
    )
    log = ("--verbose", "--log-file", folder / "log.jsonl")
    done = run(
        "--config", folder / "ivy.toml", *log, "sharing", "intelligence", "import", folder / "r.csv"
    )
    assert done.code == 2
    assert f"row 2, {column}" in done.err
    assert markers_in(f"{done.out}{done.err}".encode()) == set()
    assert markers_in((folder / "log.jsonl").read_bytes()) == set()
    assert "intelligence" not in {path.name for path in (folder / "temporary").iterdir()}


@pytest.mark.parametrize(
    "text", [f'sanitised = "{SANITISED}\nraw = {RAW}', f'{NAME} = 1\nsanitised = "{SANITISED}"']
)
def test_a_form_that_cannot_be_read_is_not_quoted(
    folder: Path,
    run: Run,  # noqa: F811
    text: str,
) -> None:
    (folder / "r.toml").write_text(text, encoding="utf-8")
    done = run("--config", folder / "ivy.toml", "sharing", "intelligence", "add", folder / "r.toml")
    assert done.code == 2
    assert markers_in(f"{done.out}{done.err}".encode()) == set()


def test_nothing_is_left_in_any_file_of_the_home_after_weeding(folder: Path) -> None:
    home = folder / "home"
    with opened(folder, "clerk") as ws:
        imports.import_suppliers(ws, folder / "s.csv", mapping={}, sheet="", rejects_folder=folder)
        screen.screen(ws, screen.Screened(ws.suppliers.all()))
    with opened(folder, "ivy") as ws:
        first, second = plant(ws, "Marrow Lane Vapes Ltd", "Volkhar Maritime UK Ltd")
        # Rows of every length before, between and after, so that pages are split and joined.
        kept = [
            intelligence.add(ws, kept_report(number, f"{ws.now():%Y-%m-%d}"))
            for number in range(40)
        ]
        intelligence.review(ws, first, grade="1AC", sanitised=f"{SANITISED} again")
        assert files_with_markers(home)
        before = ws.casework.repository(IntelligenceStore).all()
    with opened(folder, "clerk") as ws:
        making.make(ws, folder / "a.backup", "four random words here")
        screen.screen(ws, screen.Screened(ws.suppliers.all()))
    copy = make_copy(home, "daily", NOW + timedelta(minutes=1))
    with opened(folder, "ivy") as ws:
        intelligence.end(ws, first)
        intelligence.end(ws, second)
        assert files_with_markers(home)
        done = intelligence.weed(ws)
        assert done.numbers == (first, second)
        assert done.log_empty
        assert done.copies == 1
        assert not copy.path.exists()
        assert done.backups == (f"{NOW:%Y-%m-%d %H:%M} UTC, a.backup",)
        # With the database still open, and its log beside it.
        assert files_with_markers(home) == {}
        assert ws.casework.repository(IntelligenceStore).all() == [
            one for one in before if one.number in kept
        ]
        assert ws.casework.repository(IntelligenceStore).concerning(["S1", "S2", "S3"]) == set()
        assert intelligence.weed(ws).numbers == ()
        assert markers_in((folder / "a.backup").read_bytes()) == set()
    with opened(folder, "clerk") as ws:
        assert examine(ws).problems == ()
    assert files_with_markers(folder) == {}


def test_a_weeding_beside_a_reader_says_so_and_the_next_one_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.01)
    home = folder / "home"
    with opened(folder, "ivy") as ws, opened(folder, "clerk") as clerk:
        (number,) = plant(ws, "Marrow Lane Vapes Ltd")
        with opened(folder, "clerk") as reader, reader.casework.snapshot():
            assert reader.casework.repository(IntelligenceStore).all()
            intelligence.end(ws, number)
            done = intelligence.weed(ws)
            assert done.numbers == (number,)
            assert not done.log_empty
            # Nothing is due any more, and it still says so: by hand, and in the scheduled job.
            assert "may still be in its write-ahead log" in list(intelligence.weed(ws).lines())[-1]
            told = retention.run(clerk, dry_run=False).weeding
            assert "may still be in its write-ahead log" in told[-1]
            assert files_with_markers(home)
        assert list(intelligence.weed(ws).lines()) == ["No report was due to be deleted."]
        assert files_with_markers(home) == {}
        assert retention.run(clerk, dry_run=False).weeding == ()


def kept_report(number: int, day: str) -> Draft:
    """A report without a marker, of a length of its own."""
    fields = {
        "grade": "1AP",
        "source": "own-staff",
        "received_on": day,
        "sanitised": "Kept " * (number * 23 + 1),
        "raw": "Kept as it came " * (number * 7 + 1),
    }
    return Draft("here", fields, [{"kind": "organisation", "name": f"Invented {number} Ltd"}])


def test_the_schedule_weeds_what_is_past_its_date_without_the_role(folder: Path) -> None:
    with opened(folder, "ivy") as ws:
        plant(ws, "Marrow Lane Vapes Ltd")
    users: dict[str, Role] = {"Kay": "administrator"}
    settings = Settings(home=folder / "home", users=users)
    with Workspace(settings, now=lambda: NOW + timedelta(days=2189), who="Kay") as ws:
        assert of_rule(retention.run(in_use(ws), dry_run=False)) == 0
        assert files_with_markers(folder / "home")
    with Workspace(settings, now=lambda: NOW + timedelta(days=2190), who="Kay") as ws:
        assert of_rule(retention.run(ws, dry_run=True)) == 1
        assert files_with_markers(folder / "home")
        done = retention.run(ws, dry_run=False)
        assert of_rule(done) == 1
        assert done.weeding == (
            "1 intelligence report deleted, number 1.",
            "No backup that may still hold them is on record.",
        )
        assert files_with_markers(folder / "home") == {}
        assert examine(ws).problems == ()


def of_rule(done: retention.Retained) -> int:
    (found,) = (one.records for one in done.removed if one.rule.id == "intelligence")
    return found


def test_two_reports_of_the_same_words_have_seals_that_nobody_can_test(folder: Path) -> None:
    with opened(folder, "ivy") as ws:
        plant(ws, "Marrow Lane Vapes Ltd")
        one = ws.casework.repository(IntelligenceStore).all()[0]
        seals = set()
        for _ in range(2):
            ws.casework.repository(IntelligenceStore).keep(one, "reviewed", ws.now())
            seals.add(newest_seal(folder / "home" / "casework.db"))
        assert len(seals) == 2


def newest_seal(database: Path) -> bytes:
    query = "SELECT sha256 FROM seals WHERE name = 'intelligence' ORDER BY position DESC LIMIT 1"
    with closing(sqlite3.connect(database)) as db:
        return bytes(db.execute(query).fetchone()[0])


def test_the_database_keeps_what_it_sorts_and_undoes_in_memory(folder: Path) -> None:
    """Else a large transaction would leave pages of reports in the folder for temporary files."""
    with closing(connect(folder / "home" / "casework.db", migrations)) as db:
        assert db.conn.execute("PRAGMA temp_store").fetchone() == (2,)
