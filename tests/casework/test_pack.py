"""A pack holds what was screened, and all of it follows from what it holds."""

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

import msgspec
import pytest

from duediligence.casework import queue
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.signing_keys import signing_key
from duediligence.delivery.pack import comparing, making
from duediligence.delivery.pack.case import case_of, newest_run
from duediligence.delivery.pack.comparing import compared_again
from duediligence.delivery.pack.container import open_pack
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.people import as_disclosed
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.demo.server import serve_demo_api
from duediligence.errors import UsageError
from duediligence.model import PartialDate, Person, Run, Supplier
from duediligence.render.saying import format_text
from duediligence.render.verdict import WITHHELD
from duediligence.screening.imports import import_suppliers
from duediligence.screening.lists.refresh import drop
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.delivery.resealing import other_key, parts
from tests.homes import as_another_program, copy_home
from tests.rows import for_each
from tests.whole_words import has_word

Open = Callable[..., Workspace]
CLEAN = Supplier(ref="S2", name="Little Acorns Youth Project CIO", contract="RFQ 12")
BRIGHT = Supplier(
    ref="S3",
    name="Bright Sands Home Care Ltd",
    people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
    contract="RFQ 12",
)
WHOLE = {"people": True}
FORGER = other_key()


def of(workspace: Workspace, path: Path, **asked: object) -> Path:
    make(workspace, PackRequest(**asked), path)  # type: ignore[arg-type]
    return path


def read(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode()


def changed(path: Path, name: str, change: Callable[[str], str]) -> Path:
    """The pack with one file changed, sealed and signed again, as by its maker."""
    pack = parts(path.read_bytes())
    before = pack.files[name]
    pack.files[name] = change(before.decode()).encode()
    assert pack.files[name] != before
    path.write_bytes(pack.sealed(FORGER))
    return path


@pytest.fixture(scope="module")
def demo(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The demonstration's suppliers, screened with the register asked."""
    home = tmp_path_factory.mktemp("pack") / "home"
    copy_home(loaded_home, home)
    with (
        as_file(files("duediligence") / "demo") as data,
        serve_demo_api() as url,
        Workspace(
            Settings(
                home=home,
                companies_house_url=url,
                companies_house_key="demonstration",
                key_hosts=("127.0.0.1",),
            ),
            now=lambda: NOW,
            backoff=0.05,
        ) as workspace,
    ):
        read = import_suppliers(
            workspace, data / "suppliers.csv", mapping={}, sheet="", rejects_folder=home
        ).read
        screen(workspace, Screened(read.suppliers, file=read.file, sha256=read.sha256))
        yield workspace


@pytest.fixture
def ws(open_workspace: Open, home: Path) -> Workspace:
    workspace = open_workspace(home, second_decision=())
    workspace.who = "Ada"
    workspace.suppliers.save([CLEAN, BRIGHT], file="s.csv", at=NOW)
    screen(workspace, Screened([CLEAN, BRIGHT]))
    return workspace


@pytest.mark.soak
@for_each("people", [True, False])
def test_every_pack_of_the_demonstration_verifies(
    demo: Workspace, tmp_path: Path, people: bool
) -> None:
    for supplier in demo.suppliers.all():
        path = tmp_path / "pack.zip"
        made = make(demo, PackRequest(supplier=supplier.ref, people=people), path)
        verified = verify_pack(path)
        assert (made.notes, verified.exit_code) == ((), 0), (supplier.ref, verified)
        outcome = verified.outcomes[supplier.ref]
        held = [
            finding
            for finding in json.loads(read(path, "suppliers/001/findings.json"))
            if finding["check_id"] != WITHHELD
        ]
        assert outcome.same + len(outcome.withheld) == len(held)
        assert not (people and outcome.withheld)
        assert verified.sha256 == made.sha256


def test_the_registers_answers_stand_beside_the_dossier(demo: Workspace, tmp_path: Path) -> None:
    path = of(demo, tmp_path / "p.zip", supplier="S003", **WHOLE)
    dossier = json.loads(read(path, "suppliers/001/dossier.json"))
    names = zipfile.ZipFile(path).namelist()
    asked = [s for s in dossier["sources"] if s["address"].startswith("http")]
    assert asked
    assert all(f"evidence/{source['sha256']}.json" in names for source in asked)


def test_a_dossier_that_was_taken_out_is_missed(demo: Workspace, tmp_path: Path) -> None:
    path = of(demo, tmp_path / "p.zip", supplier="S002", **WHOLE)
    pack = parts(path.read_bytes())
    kept = [name for name in pack.files if not name.startswith("evidence/")]
    pack.files = {name: pack.files[name] for name in kept if not name.endswith("dossier.json")}
    path.write_bytes(pack.rendered().sealed(FORGER))
    assert any(
        "there is no dossier" in line for line in verify_pack(path).outcomes["S002"].differences
    )


def test_a_finding_about_a_firm_is_not_withheld_with_people(
    demo: Workspace, tmp_path: Path
) -> None:
    path = of(demo, tmp_path / "p.zip", supplier="S016")
    pack = parts(path.read_bytes())
    findings, withheld = "suppliers/001/findings.json", "suppliers/001/withheld.json"
    at = next(n for n, one in enumerate(pack.json(findings)) if one["check_id"] == "CH-FIL-01")
    assert at not in pack.json(withheld)
    pack.edit(findings, lambda found: found[at].update(severity="low"))
    pack.edit(withheld, lambda held: sorted([*held, at]))
    path.write_bytes(pack.rendered().sealed(FORGER))
    lines = verify_pack(path).outcomes["S016"].differences
    assert any("nothing of it is about people" in line for line in lines), lines


def test_proof_of_a_negative_names_each_list_and_version(ws: Workspace, tmp_path: Path) -> None:
    run = screen(ws, Screened([replace(CLEAN, ref="S9", name="Zzyzx Quernstone Ltd")]))
    page = read(of(ws, tmp_path / "p.zip", supplier="S9"), "report.html")
    searched = [status for status in run.lists if status.version]
    assert searched
    assert page.count("Nothing found") >= len(searched)
    for status in searched:
        assert status.version is not None
        assert status.version.sha256 in page
        assert status.version.version in page
    assert ws.audit.head() not in page
    assert verify_pack(tmp_path / "p.zip").audit_head in page


def test_lists_that_are_not_in_use_stand_in_one_line(ws: Workspace, tmp_path: Path) -> None:
    drop(ws, "cqc")
    drop(ws, "fhrs")
    screen(ws, Screened([replace(CLEAN, ref="S9", name="Zzyzx Quernstone Ltd")]))
    path = of(ws, tmp_path / "p.zip", supplier="S9")
    page = read(path, "report.html")
    titles = [ws.watchlist(one).title for one in ("cqc", "fhrs")]
    assert page.count(f"Not in use, so not searched: {'; '.join(titles)}.") == 1
    assert page.count("Not searched: nothing is known") == 0
    gone = f"these lists were searched by the last run and not now: {titles[0]} (cqc); {titles[1]}"
    assert page.count(gone) == 1
    assert page.count(titles[1]) == 2
    assert verify_pack(path).exit_code == 0


def test_the_same_inputs_give_the_same_bytes(
    ws: Workspace, open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    signing_key(ws)
    copy = as_another_program(lambda: Path(shutil.copytree(home, tmp_path / "other")))
    other = open_workspace(copy, second_decision=())
    other.who = "Ada"
    one = of(ws, tmp_path / "1.zip", supplier="S3", **WHOLE).read_bytes()
    assert one == of(other, tmp_path / "2.zip", supplier="S3", **WHOLE).read_bytes()


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("findings.json", '"score": 1.0', '"score": 0.81', "score is 0.81 in the pack"),
        ("findings.json", '"severity": "critical"', '"severity": "low"', "severity is 'low'"),
        ("entries.json", '"Asset freeze', '"Travel ban', "in the pack"),
        ("supplier.json", "Dragomir Petrosyanov", "Dragan Petrov", "does not follow"),
        ("run.json", '"threshold": 0.8', '"threshold": 0.99999', "does not follow"),
        ("run.json", '"policy": "{', '"policy": "{ ', "the policy does not match"),
    ],
)
def test_what_a_forger_changed_no_longer_follows(
    ws: Workspace, tmp_path: Path, name: str, old: str, new: str, told: str
) -> None:
    """With every hash made anew the pack is whole, but not what follows from it."""
    path = of(ws, tmp_path / "p.zip", supplier="S3", **WHOLE)
    changed(path, f"suppliers/001/{name}", lambda text: text.replace(old, new))
    verified = verify_pack(path)
    assert verified.exit_code == 1
    lines = (*verified.differences, *verified.outcomes["S3"].differences)
    assert any(told in line for line in lines), lines


def test_a_finding_that_was_taken_out_is_missed(ws: Workspace, tmp_path: Path) -> None:
    path = of(ws, tmp_path / "p.zip", supplier="S3", **WHOLE)

    def fewer(text: str) -> str:
        return json.dumps([f for f in json.loads(text) if f["check_id"] != "SAN-01"])

    verified = verify_pack(changed(path, "suppliers/001/findings.json", fewer))
    assert verified.exit_code == 1
    assert any("but is not in it" in line for line in verified.outcomes["S3"].differences)


def test_an_audit_record_that_was_changed_is_told(ws: Workspace, tmp_path: Path) -> None:
    path = of(ws, tmp_path / "p.zip", supplier="S3", **WHOLE)
    changed(path, "audit.jsonl", lambda text: text.replace('"who":"', '"who":"not ', 1))
    assert any("audit.jsonl, line 1" in line for line in verify_pack(path).differences)


def test_evidence_is_named_by_its_hash(demo: Workspace, tmp_path: Path) -> None:
    path = of(demo, tmp_path / "p.zip", supplier="S003", **WHOLE)
    name = next(n for n in zipfile.ZipFile(path).namelist() if n.startswith("evidence/"))
    changed(path, name, lambda text: text + " ")
    assert verify_pack(path).differences[0] == f"{name}: its hash differs from its name"


def test_another_matcher_says_that_it_cannot(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = of(ws, tmp_path / "p.zip", supplier="S3")
    monkeypatch.setattr(comparing, "MATCHER_VERSION", "next")
    verified = verify_pack(path)
    assert verified.exit_code == 3
    told = verified.outcomes["S3"].cannot
    assert told.startswith("made by matcher ")
    assert told.endswith("this is next")


def test_a_run_from_before_its_settings_were_kept_is_packed_and_says_so(
    ws: Workspace, tmp_path: Path
) -> None:
    run = ws.runs.get(newest_run(ws, "S3"))
    assert run is not None
    body = json.loads(msgspec.json.encode(replace(run, id="OLD", basis=None)))
    del body["basis"]
    ws.runs.save(msgspec.convert(body, Run), [BRIGHT], {})
    path = tmp_path / "p.zip"
    made = make(ws, PackRequest(supplier="S3", run="OLD"), path)
    assert len(made.notes) == 1
    assert verify_pack(path).exit_code == 3
    assert "made before runs kept their settings" in verify_pack(path).outcomes["S3"].cannot


def test_people_are_left_out_unless_they_are_asked_for(ws: Workspace, tmp_path: Path) -> None:
    def everything(path: Path) -> str:
        with zipfile.ZipFile(path) as package:
            return "".join(package.read(name).decode() for name in package.namelist())

    named = everything(of(ws, tmp_path / "1.zip", supplier="S3", **WHOLE))
    bare = everything(of(ws, tmp_path / "2.zip", supplier="S3"))
    assert "These words agree" in named
    assert "These words agree" not in bare
    # A public list names its own entry.
    assert "Dragomir PETROSYANOV" in bare
    with zipfile.ZipFile(tmp_path / "2.zip") as package:
        flags = package.read("flags.csv").decode("utf-8-sig").splitlines()
    about = {row["subject_name"] for row in csv.DictReader(flags) if row["score"]}
    assert about == {"director 1"}
    assert not has_word(bare, "1968")
    events = [r.event for r in ws.audit.records() if r.event.kind == "report made"]
    assert [event.what["people"] for event in events] == ["included", "left out"]


def test_nobody_of_the_dossier_is_named_either(demo: Workspace, tmp_path: Path) -> None:
    for supplier in demo.suppliers.all():
        found = demo.runs.compared(newest_run(demo, supplier.ref), supplier.ref)
        assert found is not None
        officers = found.dossier.officers if found.dossier else ()
        people = (
            [o.name for o in officers if not o.corporate] if isinstance(officers, tuple) else []
        )
        path = of(demo, tmp_path / "p.zip", supplier=supplier.ref)
        with zipfile.ZipFile(path) as package:
            text = "".join(package.read(name).decode() for name in package.namelist())
        listed = {entry.name for entry in found.entries}
        assert not [
            name for name in people if name.casefold() in text.casefold() and name not in listed
        ]
        assert "evidence/" not in "".join(open_pack(path).files)


def test_restricted_findings_are_never_in_a_pack(ws: Workspace) -> None:
    case = case_of(ws, "S3", newest_run(ws, "S3"))
    first, *others = case.findings
    secret = replace(first, handling="restricted", why="A secret reason.")
    shown = as_disclosed(
        replace(case, run=replace(case.run, findings=(secret, *others))), people=True
    )
    assert "A secret reason." not in str(shown)
    assert any(
        "1 restricted finding left out" in format_text(finding.why) for finding in shown.findings
    )
    assert len(shown.alerts) == len(case.alerts) - 1


def test_decisions_and_the_records_about_the_run_are_in_it(ws: Workspace, tmp_path: Path) -> None:
    alert = next(a for a in queue.alerts(ws) if a.first.supplier_ref == "S3" and a.matched)
    decide(ws, alert, Choice(decided="not the same", reason="OTHER", note="Rang them"))
    path = of(ws, tmp_path / "p.zip", supplier="S3", **WHOLE)
    alerts = {one["id"]: one for one in json.loads(read(path, "suppliers/001/alerts.json"))}
    assert alerts[alert.id]["state"] == "not the same"
    assert [one["note"] for one in alerts[alert.id]["decisions"]] == ["Rang them"]
    kinds = {json.loads(line)["kind"] for line in read(path, "audit.jsonl").splitlines()}
    assert kinds >= {"run stored", "decision", "list refreshed"}
    assert "Rang them" in read(path, "report.html")
    assert "Rang them" not in read(of(ws, path, supplier="S3"), "report.html")


def test_the_pack_is_recorded_by_its_hash_or_there_is_none(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make(ws, PackRequest(supplier="S3"), tmp_path / "p.zip")
    event = list(ws.audit.records())[-1].event
    assert (event.kind, event.subject, event.who) == ("report made", "S3", "Ada")
    assert event.what["sha256"] == made.sha256
    assert event.what["run"] == newest_run(ws, "S3")

    def broken(*_: object) -> None:
        raise UsageError("no record")

    monkeypatch.setattr(making, "_record_pack", broken)
    with pytest.raises(UsageError, match="no record"):
        make(ws, PackRequest(supplier="S3"), tmp_path / "none.zip")
    assert not (tmp_path / "none.zip").exists()


def test_more_matches_than_the_limit_are_derived_as_they_were_shown(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(home, limit=1)
    screen(workspace, Screened([BRIGHT]))
    case = case_of(workspace, "S3", newest_run(workspace, "S3"))
    outcome = compared_again(case, people=True)
    assert not outcome.differences
    assert outcome.same == len(case.findings)


def test_a_contract_says_what_bidders_share_and_who_was_not_screened(
    ws: Workspace, tmp_path: Path
) -> None:
    rival = replace(BRIGHT, ref="S4", name="Quill & Ferrow Ltd")
    ws.suppliers.save([rival, replace(CLEAN, ref="S5")], file="t.csv", at=NOW)
    screen(ws, Screened([rival]))
    path = tmp_path / "p.zip"
    made = make(ws, PackRequest(contract="RFQ 12", people=True), path)
    assert made.suppliers == ("S2", "S3", "S4")
    assert made.not_screened == ("S5",)
    verified = verify_pack(path)
    assert not any(one.differences for one in verified.outcomes.values()), verified
    # What rests on the other suppliers of the portfolio is not derived from one of them.
    apart = {line.split()[0] for one in verified.outcomes.values() for line in one.not_derived}
    assert apart == {"NET-01"}
    assert list(verified.outcomes) == ["S2", "S3", "S4"]
    (tie,) = json.loads(read(path, "bidders.json"))["shared"]
    assert (tie["between"], tie["what"]) == (["S3", "S4"], "Dragomir Petrosyanov")
    page = read(path, "report.html")
    assert "not an accusation" in page
    assert "Not screened" in page
    rows = list(csv.DictReader(io.StringIO(read(path, "flags.csv"))))
    assert {row["supplier_ref"] for row in rows} >= {"S3", "S4"}
    bare = read(of(ws, path, contract="RFQ 12"), "bidders.json")
    assert "Petrosyanov" not in bare
    assert json.loads(bare)["shared"][0]["what"] == "a person"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (PackRequest(supplier="S77"), "Unknown supplier"),
        (PackRequest(supplier="S3", run="R0"), "Unknown run"),
        (PackRequest(contract="RFQ 99"), "No supplier has the contract"),
    ],
)
def test_what_cannot_be_packed_is_said(
    ws: Workspace, tmp_path: Path, asked: PackRequest, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        make(ws, asked, tmp_path / "p.zip")
    assert not list(tmp_path.glob("*.zip"))


def test_whatever_a_supplier_is_called_stays_text(ws: Workspace, tmp_path: Path) -> None:
    hostile = Supplier(ref="=1+1", name="<script>alert(1)</script> & Sons Ltd")
    screen(ws, Screened([hostile]))
    path = of(ws, tmp_path / "p.zip", supplier="=1+1", **WHOLE)
    assert "<script" not in read(path, "report.html")
    assert verify_pack(path).exit_code == 0
