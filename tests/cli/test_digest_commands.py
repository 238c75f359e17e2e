"""The commands that tell people what changed, from a screening to a file."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from duediligence.screening.workspace import find_process_account


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "told"
    folder.mkdir()
    monkeypatch.setenv("DUEDILIGENCE_DIGEST_FOLDER", str(folder))
    return folder


def test_a_screening_is_told_once_and_names_its_suppliers(
    run: Callable, told: Path, tmp_path: Path, home: Path
) -> None:
    (tmp_path / "suppliers.csv").write_text("ref,name\nS1,Volkhar Maritime UK Ltd\n")
    run("screen", "suppliers.csv")
    shown = run("digest", "send", "--dry-run")
    assert shown.code == 0
    assert "Volkhar Maritime UK Ltd (S1)" in shown.out
    assert list(told.iterdir()) == []
    sent = run("digest", "send")
    assert sent.code == 0
    assert "folder: sent: duediligence: " in sent.out
    (file,) = told.iterdir()
    assert "Volkhar Maritime UK Ltd (S1)" in file.read_text(encoding="utf-8")
    run("screen")
    again = run("digest", "send")
    assert (again.code, again.out) == (0, "")
    assert "Nothing changed" in again.err
    assert len(list(told.iterdir())) == 1


def test_what_cannot_be_sent_stays_queued_and_exits_3(run: Callable, told: Path) -> None:
    told.rmdir()
    failed = run("digest", "send")
    assert failed.code == 3
    assert "folder: NOT SENT" in failed.err
    assert "Still queued: 1" in failed.err
    status = run("digest", "status")
    assert status.code == 3
    assert "cannot be written" in status.out
    (queued,) = json.loads(run("digest", "status", "--json").out)["data"]["deliveries"]
    assert (queued["state"], queued["attempts"]) == ("queued", 1)
    told.mkdir()
    assert run("digest", "send").code == 0
    assert run("digest", "status").code == 0
    assert len(list(told.iterdir())) == 1


def test_what_is_queued_for_a_way_that_is_gone_is_given_up_on_record(
    run: Callable, told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.rmdir()
    assert run("digest", "send").code == 3
    refused = run("digest", "drop", "folder")
    assert refused.code == 2
    assert "folder is configured" in refused.err
    monkeypatch.delenv("DUEDILIGENCE_DIGEST_FOLDER")
    status = run("digest", "status")
    assert status.code == 3
    assert "(not configured)" in status.out
    assert "duediligence digest drop folder" in status.err
    (queued,) = json.loads(run("digest", "status", "--json").out)["data"]["deliveries"]
    dropped = run("digest", "drop", "folder")
    assert (dropped.code, dropped.out) == (0, "folder: 1 digest will not be sent.\n")
    assert run("digest", "status").code == 0
    nothing = run("digest", "drop", "folder")
    assert nothing.code == 2
    assert "Nothing is queued for 'folder'" in nothing.err
    records = json.loads(run("audit", "log", "--json").out)["data"]
    (event,) = (one["event"] for one in records if one["event"]["kind"] == "digest dropped")
    assert event["subject"] == "folder"
    assert event["what"]["messages"] == [queued["message"]["key"]]
    assert run("audit", "verify").code == 0


def test_with_no_way_to_tell_it_says_what_to_set(run: Callable) -> None:
    nothing = run("digest", "send")
    assert nothing.code == 2
    assert "smtp_host" in nothing.err
    assert run("digest", "send", "--dry-run").code == 0
    assert run("digest", "status").code == 0


def test_json(run: Callable, told: Path) -> None:
    previewed = json.loads(run("digest", "send", "--dry-run", "--json").out)["data"]
    sent = json.loads(run("digest", "send", "--json").out)["data"]
    assert sent["message"]["subject"] == previewed["subject"]
    assert sent["attempts"] == [
        {
            "channel": "folder",
            "subject": previewed["subject"],
            "error": "",
            "hint": "",
            "remark": "",
        }
    ]
    assert json.loads(run("digest", "send", "--json").out)["data"]["message"] is None


def test_an_auditor_may_look_and_not_send(run: Callable, told: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "duediligence.toml").write_text(
        f'[users]\n"{find_process_account()}" = "auditor"\n'
    )
    refused = run("digest", "send")
    assert refused.code == 2
    assert "send digests" in refused.err
    assert list(told.iterdir()) == []
    assert run("digest", "send", "--dry-run").code == 0
    assert run("digest", "status").code == 0
