"""`alerts flags` and `suppliers declare`, as a user types them."""

import csv
import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME
from duediligence.render.flags import EXPORT_COLUMNS as COLUMNS
from tests.homes import copy_home
from tests.rows import for_each

pwd = pytest.importorskip("pwd", reason="accounts have no such names here")

Run = Callable[..., Any]
SUPPLIERS = """ref,name,contract,director 1,director 1 date of birth
S1,Volkhar Maritime UK Ltd,Ferries 2026,,
S2,Little Acorns Youth Project CIO,Youth 2026,,
S3,Bright Sands Home Care Ltd,Care 2026,Dragomir Petrosyanov,03/1968
"""


@pytest.fixture(autouse=True)
def _on_the_day_of_the_samples() -> Iterator[None]:
    with time_machine.travel(DEMO_TIME, tick=False):
        yield


@pytest.fixture
def screened(run: Run, loaded_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name="ada"))
    copy_home(loaded_home, tmp_path / "home")
    (tmp_path / "home" / "duediligence.toml").write_text("second_decision = []", encoding="utf-8")
    (tmp_path / "suppliers.csv").write_text(SUPPLIERS, encoding="utf-8")
    assert run("screen", "suppliers.csv").code == 1
    return run


def exported(run: Run, *options: str) -> list[dict[str, str]]:
    result = run("alerts", "flags", "flags.csv", *options)
    assert result.code == 0, result.err
    with Path("flags.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["check_id"] != "WITHHELD"]


def refs(rows: list[dict[str, str]]) -> set[str]:
    return {row["supplier_ref"] for row in rows}


def recorded(run: Run) -> dict[str, Any]:
    records = json.loads(run("audit", "log", "--json").out)["data"]
    return next(
        one["event"]["what"]
        for one in reversed(records)
        if one["event"]["kind"] == "export" and one["event"]["subject"] == "flags"
    )


def decide(run: Run, ref: str, decision: str, reason: str) -> None:
    alerts = json.loads(run("alerts", "list", "--supplier", ref, "--json").out)["data"]
    for alert in alerts:
        made = run("alerts", "decide", alert["id"], decision, "--reason", reason)
        assert made.code == 0, made.err


def test_every_finding_of_the_newest_run_with_its_standing(screened: Run) -> None:
    rows = exported(screened)
    assert tuple(rows[0]) == COLUMNS
    assert refs(rows) == {"S1", "S3"}
    assert {row["status"] for row in rows} == {"open"}
    assert {row["change"] for row in rows} == {"new"}
    assert rows[0]["severity"] == "critical"
    assert all(row["last_seen"] == "2026-11-20T09:00:00Z" for row in rows)


def test_it_is_recorded_by_its_hash_and_filters(screened: Run) -> None:
    result = screened("alerts", "flags", "flags.csv", "--severity", "high", "--list", "un")
    digest = sha256(Path("flags.csv").read_bytes()).hexdigest()
    assert result.out == f"{digest}  flags.csv\n"
    what = recorded(screened)
    assert (what["file"], what["sha256"], what["format"]) == ("flags.csv", digest, "csv")
    assert what["people"] == "in other words"
    assert what["filters"] == ["severity high", "list un"]
    assert screened("audit", "verify").code == 0


def test_nobody_is_named_unless_it_is_asked_for_and_recorded(screened: Run) -> None:
    exported(screened)
    text = Path("flags.csv").read_text(encoding="utf-8").casefold()
    assert '"dragomir petrosyanov","director"' not in text
    assert '"director 1","director"' in text
    assert 'these words agree: ""dragomir' not in text
    for name in ("flags.jsonl", "flags.ftm.json"):
        assert screened("alerts", "flags", name).code == 0
        whole = Path(name).read_text(encoding="utf-8").casefold()
        assert "director 1" in whole
        assert 'these words agree: \\"dragomir' not in whole
    rows = exported(screened, "--include-people")
    assert "Dragomir Petrosyanov" in {row["subject_name"] for row in rows}
    assert recorded(screened)["people"] == "included"


def test_what_was_decided_away_is_told_with_its_status_unless_only_what_waits_is_wanted(
    screened: Run,
) -> None:
    decide(screened, "S1", "not-the-same", "OTHER-NAME")
    rows = exported(screened)
    (status,) = {row["status"] for row in rows if row["supplier_ref"] == "S1"}
    assert status == "not the same"
    (decided,) = {
        (row["decided_by"], row["decided_at"], row["reason"])
        for row in rows
        if row["supplier_ref"] == "S1"
    }
    assert decided == ("ada", "2026-11-20T09:00:00Z", "OTHER-NAME")
    assert refs(exported(screened, "--open")) == {"S3"}
    assert refs(exported(screened, "--status", "not-the-same")) == {"S1"}


@for_each(
    ("options", "found"),
    [
        (("--contract", "ferries 2026"), {"S1"}),
        (("--contract", "Youth 2026"), set()),
        (("--since", "2026-11-20"), {"S1", "S3"}),
        (("--since", "2026-11-21"), set()),
        (("--until", "2026-11-19"), set()),
        (("--until", "2026-11-20", "--severity", "critical"), {"S1", "S3"}),
        (("--list", "uk-debarment"), set()),
        (("--list", "uk-debarment", "--list", "uk-sanctions"), {"S1", "S3"}),
        (("--status", "mitigated"), set()),
        (("--changed",), {"S1", "S3"}),
    ],
)
def test_filters(screened: Run, options: tuple[str, ...], found: set[str]) -> None:
    assert refs(exported(screened, *options)) == found


def test_what_is_as_before_is_not_changed(screened: Run) -> None:
    with time_machine.travel("2026-11-20T12:00:00Z"):
        screened("screen")
        assert exported(screened, "--changed") == []
        assert {row["change"] for row in exported(screened)} == {"unchanged"}


def test_the_newest_run_of_each_supplier_or_the_one_that_is_named(
    screened: Run, tmp_path: Path
) -> None:
    first = {row["run_id"] for row in exported(screened)}
    (tmp_path / "one.csv").write_text("".join(SUPPLIERS.splitlines(True)[:2]), encoding="utf-8")
    with time_machine.travel("2026-11-20T12:00:00Z"):
        screened("screen", "one.csv")
        rows = exported(screened)
        runs = {row["supplier_ref"]: row["run_id"] for row in rows}
        assert {runs["S3"]} == first
        assert runs["S1"] not in first
        assert refs(exported(screened, "--run", runs["S1"])) == {"S1"}


def test_what_could_not_be_checked_passes_every_filter(run: Run, tmp_path: Path) -> None:
    (tmp_path / "suppliers.csv").write_text(SUPPLIERS, encoding="utf-8")
    assert run("screen", "suppliers.csv").code == 3
    rows = exported(run, "--severity", "critical", "--status", "same", "--since", "2030-01-01")
    assert {row["outcome"] for row in rows} == {"unknown"}
    assert {row["status"] for row in rows} == {"not checked"}
    result = run("alerts", "flags", "flags.xlsx", "--list", "eu")
    assert "could not be checked" in result.err
    assert {row["list_id"] for row in exported(run, "--list", "eu")} == {"eu"}


def test_a_supplier_never_screened_is_told(screened: Run, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("ref,name\nS9,Quillhaven Works Ltd\n", encoding="utf-8")
    screened("suppliers", "import", "more.csv")
    result = screened("alerts", "flags", "flags.csv")
    assert result.code == 0
    assert "1 supplier never screened, so not reported: S9. Run: duediligence screen" in result.err
    assert "S9" in result.err


@pytest.mark.parametrize("name", ["flags.csv", "flags.xlsx", "flags.jsonl", "flags.ftm.json"])
def test_each_format_by_its_ending(screened: Run, name: str) -> None:
    assert screened("alerts", "flags", name).code == 0
    assert recorded(screened)["format"] == name.partition(".")[2]
    assert Path(name).stat().st_size > 500


def test_excel_begins_with_a_mark_and_a_format_may_be_named(screened: Run) -> None:
    assert screened("alerts", "flags", "flags.csv", "--excel").code == 0
    assert Path("flags.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert screened("alerts", "flags", "flags.txt", "--format", "jsonl").code == 0
    assert json.loads(Path("flags.txt").read_text().splitlines()[0])["version"] == 1


@for_each(
    ("arguments", "told"),
    [
        (("flags.pdf",), "Choose from csv, xlsx, jsonl, ftm.json"),
        (("flags.csv", "--format", "pdf"), "not a valid export format"),
        (("flags.xlsx", "--no-bom"), "--no-bom is for CSV"),
        (("none/flags.csv",), "is not a folder"),
        (("flags.csv", "--severity", "dire"), "low, medium, high, critical"),
        (("flags.csv", "--status", "guilty"), "not-the-same"),
        (("flags.csv", "--since", "1/2/26"), "not a valid date"),
        (("flags.csv", "--list", "moon"), "Unknown list 'moon'"),
        (("flags.csv", "--run", "r1"), "Unknown run 'r1'"),
        (("flags.csv", "--contract", "Ferrys 2026"), "Did you mean 'Ferries 2026'?"),
    ],
)
def test_what_cannot_be_exported_says_why_and_writes_nothing(
    screened: Run, arguments: tuple[str, ...], told: str
) -> None:
    result = screened("alerts", "flags", *arguments)
    assert result.code == 2
    assert told in result.err
    assert not Path(arguments[0]).exists()


def test_before_any_screening_there_is_nothing_to_export(run: Run) -> None:
    result = run("alerts", "flags", "flags.csv")
    assert result.code == 2
    assert "Nothing has been screened yet" in result.err


def test_a_file_that_cannot_be_replaced_stays_as_it_was(screened: Run) -> None:
    Path("flags.csv").mkdir()
    result = screened("alerts", "flags", "flags.csv")
    assert result.code == 4
    assert "That is a folder" in result.err


def test_declarations_are_taken_in_and_set_beside_what_is_found(
    screened: Run, tmp_path: Path
) -> None:
    (tmp_path / "declared.csv").write_text(
        "supplier_ref,question,answer,date,details\n"
        "S2,professional_misconduct,yes,2026-03-02,Ottoline Brackwater was fined.\n",
        encoding="utf-8",
    )
    result = screened("suppliers", "declare", "declared.csv")
    assert result.code == 0, result.err
    assert "1 answer of 1 supplier (1 new, 0 unchanged)" in result.out
    assert "(0 new, 1 unchanged)" in screened("suppliers", "declare", "declared.csv").out
    screened("screen")
    rows = exported(screened)
    found = {(row["supplier_ref"], row["check_id"]): row for row in rows}
    assert {("S1", "DCL-03"), ("S2", "DCL-02"), ("S3", "DCL-03")} <= set(found)
    assert "Brackwater" not in found["S2", "DCL-02"]["why"]
    named = exported(screened, "--include-people", "--list", "un")
    assert not {row["check_id"] for row in named} & {"DCL-02", "DCL-03"}


def test_declarations_with_a_fault_are_refused_whole(screened: Run, tmp_path: Path) -> None:
    (tmp_path / "declared.csv").write_text(
        "supplier_ref,question,answer,date\nS1,tax_offences,no,2026-03-02\nS1,taxx,no,2026-03-02\n",
        encoding="utf-8",
    )
    result = screened("suppliers", "declare", "declared.csv")
    assert result.code == 2
    assert "declared.csv: row 3, column question" in result.err
    assert "Nothing was imported" in result.err
