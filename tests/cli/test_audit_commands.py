"""`audit`, and who may do what, as a user types it."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from duediligence.model.audit import AuditEvent
from duediligence.screening import workspace as workspace_module
from duediligence.screening.workspace import find_process_account
from duediligence.settings import Settings
from duediligence.text.dates import long_date

Run = Callable[..., Any]


@pytest.fixture
def suppliers(tmp_path: Path) -> Path:
    path = tmp_path / "suppliers.csv"
    path.write_text("ref,name\nS1,Quill & Ferrow Ltd\n")
    return path


def as_account(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original = workspace_module.Workspace.__init__

    def init(self: Any, *arguments: Any, **named: Any) -> None:
        original(self, *arguments, **{"who": name, **named})

    monkeypatch.setattr(workspace_module.Workspace, "__init__", init)


def name_users(tmp_path: Path, **users: str) -> None:
    lines = [f'{name} = "{role}"' for name, role in users.items()]
    (tmp_path / "home").mkdir(mode=0o700, exist_ok=True)
    (tmp_path / "home" / "duediligence.toml").write_text("\n".join(["[users]", *lines]))


def break_chain(tmp_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(tmp_path / "home" / "casework.db")) as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute(statement)
        db.commit()


def test_nothing_done_is_sound(run: Run) -> None:
    result = run("audit", "verify")
    told = f"Sound: 0 records. Fingerprint of the last: {'0' * 64}\n"
    assert (result.code, result.out) == (0, told)
    assert "Nothing has been recorded yet" in run("audit", "log").err


def test_an_import_is_logged_with_the_settings_it_ran_under(run: Run, suppliers: Path) -> None:
    run("suppliers", "import", suppliers)
    run("suppliers", "import", suppliers)
    logged = json.loads(run("audit", "log", "--json").out)["data"]
    assert [one["event"]["kind"] for one in logged] == [
        "setting changed",
        "suppliers imported",
        "suppliers imported",
    ]
    assert {one["event"]["who"] for one in logged} == {find_process_account()}
    table = run("audit", "log", "--last", "1").out
    assert "file suppliers.csv" in table
    assert "added 0" in table
    assert run("audit", "verify").code == 0


def test_reading_records_nothing(run: Run) -> None:
    for command in (["suppliers", "list"], ["lists", "status"], ["audit", "log"]):
        assert run(*command).code == 0
    assert "0 records" in run("audit", "verify").out


def test_a_flag_of_one_command_is_no_changed_setting(run: Run, suppliers: Path) -> None:
    run("screen", suppliers, "--threshold", "0.9")
    run("screen", suppliers, "--threshold", "0.8")
    kinds = [one["event"]["kind"] for one in json.loads(run("audit", "log", "--json").out)["data"]]
    assert kinds.count("setting changed") == 1
    assert kinds.count("run stored") == 2


def test_a_broken_chain_exits_4_and_says_where(run: Run, suppliers: Path, tmp_path: Path) -> None:
    run("suppliers", "import", suppliers)
    break_chain(tmp_path, "UPDATE audit SET who = 'x' WHERE position = 2")
    result = run("audit", "verify")
    assert result.code == 4
    assert result.out.startswith("BROKEN at record 2, ")
    assert "edited" in result.out
    told = json.loads(run("audit", "verify", "--json").out)["data"]
    assert told["sound"] is False
    assert told["problem"]["position"] == 2
    break_chain(tmp_path, "UPDATE audit SET what = '{' WHERE position = 2")
    assert run("audit", "verify").code == 4
    log = run("audit", "log")
    assert log.code == 4
    assert "record 2" in log.err


def test_a_head_noted_down_tells_of_a_chain_made_anew(
    run: Run, suppliers: Path, tmp_path: Path
) -> None:
    run("suppliers", "import", suppliers)
    head = json.loads(run("audit", "verify", "--json").out)["data"]["head"]
    run("suppliers", "import", suppliers)
    assert run("audit", "verify", "--head", head.upper()).code == 0
    # As whoever owns the files can: another home, made by the program itself.
    shutil.rmtree(tmp_path / "home")
    suppliers.write_text("ref,name\nS1,Another Ltd\n")
    run("suppliers", "import", suppliers)
    assert run("audit", "verify").code == 0
    result = run("audit", "verify", "--head", head)
    assert result.code == 4
    assert "rewritten" in result.out


def test_a_head_that_is_none_is_a_mistake(run: Run) -> None:
    result = run("audit", "verify", "--head", "abc")
    assert result.code == 2
    assert "64 characters" in result.err


def test_an_export_holds_its_own_record_and_the_head(
    run: Run, suppliers: Path, tmp_path: Path
) -> None:
    run("suppliers", "import", suppliers)
    result = run("audit", "export", tmp_path / "audit.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert [one["position"] for one in lines] == [1, 2, 3]
    assert (lines[-1]["kind"], lines[-1]["what"]) == ("export", {"file": "audit.jsonl"})
    assert lines[-1]["sha256"] in result.err
    printed = run("audit", "export").out.splitlines()
    assert [json.loads(one) for one in printed[:3]] == lines
    assert len(printed) == 4


def test_an_export_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    result = run("audit", "export", tmp_path / "none" / "audit.jsonl")
    assert result.code == 2
    assert "0 records" in run("audit", "verify").out


def test_an_auditor_reads_and_exports_but_brings_nothing_in(
    run: Run, suppliers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_users(tmp_path, aferrow="auditor")
    as_account("aferrow", monkeypatch)
    for command in (
        ["suppliers", "import", suppliers],
        ["suppliers", "link", "S1", "none"],
        ["screen", suppliers],
        ["check", "Quill"],
        ["lists", "refresh"],
        ["registers", "load", "companies-house", suppliers],
    ):
        refused = run(*command)
        assert refused.code == 2, command
        assert "'aferrow' may not" in refused.err
        assert "role is auditor" in refused.err
    assert run("audit", "log").code == 0
    assert run("suppliers", "list").code == 0
    assert run("audit", "export", tmp_path / "a.jsonl").code == 0


def test_an_account_that_nobody_named_may_do_nothing(
    run: Run, suppliers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_users(tmp_path, aferrow="officer")
    as_account("bquill", monkeypatch)
    assert run("suppliers", "import", suppliers).code == 2
    assert run("audit", "log").code == 2
    assert run("audit", "verify").code == 2
    refused = run("suppliers", "list")
    assert refused.code == 2
    assert "'bquill' may not read: no role is given" in refused.err
    assert "It needs the role reader, officer" in refused.err
    assert "'bquill' may not read" in run("doctor").out
    as_account("aferrow", monkeypatch)
    assert run("suppliers", "import", suppliers).code == 0
    assert "you are aferrow: officer" in run("doctor").out


def test_a_role_that_there_is_not_is_refused(run: Run, tmp_path: Path) -> None:
    name_users(tmp_path, aferrow="boss")
    result = run("suppliers", "list")
    assert result.code == 2
    assert "users cannot be" in result.err


def test_doctor_says_that_nobody_is_named(run: Run) -> None:
    assert "whoever opens the folder may do everything" in run("doctor").out


def test_signed_heads_are_appended_and_compared(run: Run, suppliers: Path, tmp_path: Path) -> None:
    heads, keys = tmp_path / "heads.jsonl", tmp_path / "keys.pem"
    run("suppliers", "import", suppliers)
    for _ in range(2):
        assert "signed by key" in run("audit", "head", heads).err
    assert len(heads.read_text().splitlines()) == 2
    run("audit", "key", "export", keys)
    result = run("audit", "verify", "--head", heads, "--key", keys)
    assert result.code == 0
    assert "signed heads 2" in result.out
    told = json.loads(run("audit", "verify", "--head", heads, "--json").out)["data"]
    assert told["verified"]["signed heads"] == 2
    assert told["problems"] == []
    heads.write_text(heads.read_text()[:-20])
    cut = run("audit", "verify", "--head", heads)
    assert cut.code == 2
    assert "line 2" in cut.err


def test_every_problem_is_named_and_what_is_not_covered_is_said(
    run: Run, suppliers: Path, tmp_path: Path
) -> None:
    run("suppliers", "import", suppliers)
    break_chain(tmp_path, "UPDATE suppliers SET file = 'other.csv'")
    result = run("audit", "verify")
    assert result.code == 4
    assert result.out.startswith("BROKEN at record 2: suppliers, S1: was changed by hand.\nand at")
    assert "trigger alert_aliases_kept" in result.out
    told = json.loads(run("audit", "verify", "--json").out)["data"]
    assert told["problems"][0]["table"] == "suppliers"
    assert told["problems"][0]["key"] == "S1"
    assert told["problems_found"] == len(told["problems"]) == 2


def test_a_clock_that_was_ahead_is_put_right_by_an_administrator(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("audit", "clock-right", "--yes").code == 2, "nothing is in doubt"
    ahead = datetime.now(UTC) + timedelta(days=2000)
    with workspace_module.Workspace(Settings(home=tmp_path / "home")) as ws:
        ws.audit.add(AuditEvent("export", ahead, "Ada", {}, "alerts"))
    refused = run("audit", "clock-right")
    assert refused.code == 2
    assert f"newest record is of {long_date(ahead)}" in " ".join(refused.err.split())
    kept = run("retention", "run")
    assert kept.code == 2
    assert "records that: duediligence audit clock-right" in " ".join(kept.err.split())
    name_users(tmp_path, Ada="officer", Bo="administrator")
    as_account("Ada", monkeypatch)
    assert "may not put the clock right" in run("audit", "clock-right", "--yes").err
    as_account("Bo", monkeypatch)
    assert run("audit", "clock-right", "--yes").out == "Recorded: the clock is right.\n"
    assert run("audit", "clock-right", "--yes").code == 2
    assert run("audit", "verify").code == 0
