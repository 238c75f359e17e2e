"""`alerts export` and `alerts import`, as a user types them."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from duediligence.casework.filled_workbooks import read_filled
from duediligence.cli import asking
from duediligence.demo.office import DEMO_TIME

from ..filled_workbook import edit as edit_workbook
from ..filled_workbook import fill, parts, rows
from ..homes import copy_home
from .conftest import Run

pwd = pytest.importorskip("pwd", reason="accounts have no such names here")
SUPPLIERS = """ref,name,director 1,director 1 date of birth
S1,Volkhar Maritime UK Ltd,,
S3,Bright Sands Home Care Ltd,Dragomir Petrosyanov,03/1968
"""
NOT_THE_SAME = {"decision": "not the same", "reason": "OTHER", "note": "Rang them"}


@pytest.fixture(autouse=True)
def _on_the_day_of_the_samples() -> Iterator[None]:
    with time_machine.travel(DEMO_TIME):
        yield


@pytest.fixture
def as_user(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def be(name: str) -> None:
        monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name=name))

    be("ada")
    return be


@pytest.fixture(scope="module")
def screened_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from duediligence.cli import main

    folder = tmp_path_factory.mktemp("screened")
    home = copy_home(loaded_home, folder / "home")
    (folder / "suppliers.csv").write_text(SUPPLIERS, encoding="utf-8")
    with time_machine.travel(DEMO_TIME), pytest.raises(SystemExit):
        main(["--home", str(home), "--quiet", "screen", str(folder / "suppliers.csv")])
    return home


@pytest.fixture
def exported(run: Run, screened_home: Path, tmp_path: Path, as_user: object) -> Run:
    """The command, in a home whose alerts ada exported to alerts.xlsx."""
    left_out = shutil.ignore_patterns("indexes", "snapshots")
    shutil.copytree(screened_home, tmp_path / "home", ignore=left_out)
    assert run("alerts", "export", "alerts.xlsx").code == 0
    return run


def places(path: Path) -> dict[str, int]:
    """The row of each alert that asks whether two parties are the same, by its severity."""
    return {
        row.text("severity"): row.number
        for row in reversed(read_filled(path).rows)
        if row.text("kind") == "possible match"
    }


def data(result: Any) -> Any:
    assert result.code == 0, result.err
    return json.loads(result.out)["data"]


def test_the_workbook_is_written_privately_and_its_hash_is_in_the_chain(
    exported: Run, tmp_path: Path
) -> None:
    again = exported("alerts", "export", "again.xlsx", "--severity", "critical")
    digest, name = again.out.split()
    event = data(exported("audit", "log", "--last", "1", "--json"))[0]["event"]
    assert (event["what"]["sha256"], event["what"]["file"]) == (digest, name)
    assert event["what"]["people"] == "included"
    assert "It names people" in again.err
    assert "duediligence alerts import again.xlsx" in again.err
    assert not (tmp_path / "again.xlsx").stat().st_mode & 0o077


def test_a_preview_is_shown_in_80_columns_and_recorded_on_yes(
    exported: Run, tmp_path: Path, as_user: Callable[[str], None]
) -> None:
    book = tmp_path / "alerts.xlsx"
    found = places(book)
    fill(book, {found["critical"]: NOT_THE_SAME, found["high"]: NOT_THE_SAME})
    as_user("bo")
    shown = exported("alerts", "import", "alerts.xlsx")
    assert shown.code == 2
    assert max(map(len, shown.out.splitlines())) <= 80
    assert "alerts.xlsx, exported by ada, decided by bo" in shown.out
    assert "2 decisions to record: 2 'not the same'" in shown.out
    assert "2 alerts then waiting for a second person" in shown.out
    assert "; note: Rang them" in " ".join(shown.out.split())
    assert "; also covers " in " ".join(shown.out.split())
    assert f"row {found['critical']}: " in shown.out
    assert "then awaiting second decision" in shown.out
    assert "repeat the command with --yes" in shown.err
    assert not any(row["decided_by"] for row in data(exported("alerts", "list", "--json")))
    done = exported("alerts", "import", "alerts.xlsx", "--yes")
    assert done.code == 0, done.err
    assert "Recorded: 2 decisions, as bo." in done.out
    again = exported("alerts", "import", "alerts.xlsx", "--yes")
    assert (again.code, "Nothing to record." in again.out) == (0, True)
    assert "2 rows decided so already" in again.out
    as_user("ada")
    waiting = data(exported("alerts", "list", "--state", "awaiting-second-decision", "--json"))
    # Of the critical one an entry with another passport is joined, which has its own decision.
    assert [row["decided_by"] for row in waiting] == ["bo"]
    confirmed = exported(
        "alerts", "decide", waiting[0]["id"], "not-the-same", "--reason", "OTHER", "--note", "So"
    )
    assert ": not the same" in confirmed.out


@pytest.mark.parametrize("answer", [True, False])
def test_at_a_terminal_it_asks(
    exported: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    fill(tmp_path / "alerts.xlsx", {2: {"decision": "not sure", "reason": "ASKED"}})
    asked: list[str] = []
    monkeypatch.setattr(asking, "is_terminal", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda text, **_: asked.append(text) or answer)
    done = exported("alerts", "import", "alerts.xlsx")
    assert asked == ["Record 1 decision?"]
    assert (done.code, "Recorded: 1 decision" in done.out) == ((0, True) if answer else (2, False))


def test_refused_rows_are_named_and_stop_the_others_unless_skipped(
    exported: Run, tmp_path: Path
) -> None:
    book = tmp_path / "alerts.xlsx"
    found = places(book)
    wrong, right = found["critical"], found["high"]
    fill(book, {wrong: {"decision": "not the same", "reason": "NUMBER-DIFFERS"}})
    fill(book, {right: NOT_THE_SAME, right + 1: NOT_THE_SAME})
    edit_workbook(book, lambda tree: rows(tree)[right + 1].set("hidden", "1"))
    result = exported("alerts", "import", "alerts.xlsx", "--yes")
    assert result.code == 2
    assert f"row {wrong}: " in result.out
    assert "the reason NUMBER-DIFFERS cannot be" in result.out
    assert f"row {right + 1}: " in result.out
    assert "clear the filter" in " ".join(result.out.split())
    assert "2 rows refused" in result.out
    assert "nothing was recorded" in " ".join(result.err.split())
    assert "--skip-refused" in result.err
    done = exported("alerts", "import", "alerts.xlsx", "--yes", "--skip-refused")
    assert done.code == 0, done.err
    assert "Recorded: 1 decision" in done.out
    assert "Not recorded: 2 rows, listed above." in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("export", "alerts.xlsx"), "alerts.xlsx already exists"),
        (("export", "alerts.csv"), "must end in .xlsx"),
        (("export", "none/alerts.xlsx"), "none is not a folder"),
        (("export", "a.xlsx", "--severity", "grave"), "'grave' is not a valid value"),
        (("export", "a.xlsx", "--state", "mitigated"), "No alert passes the filters"),
        (("import", "none.xlsx"), "no such file"),
        (("import", "suppliers.csv"), "is not an Excel workbook"),
    ],
)
def test_what_cannot_be_used_is_said(
    exported: Run, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    (tmp_path / "suppliers.csv").write_text(SUPPLIERS, encoding="utf-8")
    result = exported("alerts", *arguments)
    assert (result.code, told in result.err) == (2, True), result.err
    assert "Traceback" not in result.err


def test_what_is_assigned_to_me_can_be_exported_alone(exported: Run, tmp_path: Path) -> None:
    (first, *_) = json.loads(exported("alerts", "list", "--json").out)["data"]
    exported("alerts", "assign", first["id"], "--to", "me")
    mine = json.loads(exported("alerts", "list", "--mine", "--json").out)["data"]
    written = exported("alerts", "export", "mine.xlsx", "--mine")
    assert written.code == 0, written.err
    ids = {row.text("alert_id") for row in read_filled(tmp_path / "mine.xlsx").rows}
    assert {one["id"] for one in mine} <= ids
    assert len(ids) < len(read_filled(tmp_path / "alerts.xlsx").rows)


def test_what_was_not_checked_is_said_beside_the_workbook_and_in_it(
    exported: Run, tmp_path: Path
) -> None:
    exported("lists", "drop", "eu")
    exported("screen")
    written = exported("alerts", "export", "partial.xlsx")
    assert written.code == 0
    assert "No alert does not mean clear" in written.err
    texts = parts(tmp_path / "partial.xlsx")["xl/sharedStrings.xml"].decode()
    assert "No alert does not mean clear" in texts
