"""`doctor`: what is missing for a complete run, and the command for it, in one line."""

import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME
from duediligence.law.victims import help_for_victims
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

Run = Callable[..., Any]
SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_samples() -> Iterator[None]:
    with time_machine.travel(DEMO_TIME):
        yield


def lines(run: Run, *options: str | Path) -> dict[str, dict[str, str]]:
    return {one["what"]: one for one in json.loads(run("doctor", "--json", *options).out)["data"]}


def test_where_all_is_well_the_last_line_says_that_a_run_would_be_complete(
    run: Run, home: Path
) -> None:
    looked = run("doctor")
    assert looked.code == 0
    assert looked.out.splitlines()[-1] == "Ready: a run now would be complete."
    assert lines(run)["complete run"] == {
        "what": "complete run",
        "state": "ok",
        "detail": "Ready: a run now would be complete.",
        "command": "",
        "list_id": "",
    }
    assert run("check", "Nobody Invented Ltd").code == 0, "and it is so"


def test_the_key_that_signs_is_named(run: Run, home: Path) -> None:
    assert lines(run)["signing key"]["detail"] == "none made yet"
    exported = run("audit", "key", "export").out
    key = lines(run)["signing key"]["detail"]
    assert key.split()[0] in exported
    assert key.endswith("since 20 November 2026")


def test_lists_that_nobody_asked_for_are_not_in_use(run: Run) -> None:
    looked = run("doctor")
    assert looked.code == 3
    (unused,) = [line for line in looked.out.splitlines() if "not in use  lists: " in line]
    assert "cqc, cqc-archived" in unused
    assert not [line for line in looked.out.splitlines() if " ok " in line and "never" in line]
    cqc = lines(run)["list cqc"]
    assert (cqc["state"], cqc["command"]) == ("not in use", "")
    assert lines(run)["list eu"]["state"] == "problem"


def test_what_is_missing_is_one_line_with_the_command(run: Run) -> None:
    *_, first, second, last = run("doctor").out.splitlines()
    assert re.fullmatch(r"Not ready for a complete run: \d+ problems, listed above\.", last)
    assert first.startswith("- Never loaded: eu, ")
    assert first.endswith("Run: duediligence lists refresh")
    assert "Kept by hand, never looked at: uk-debarment. Look at https://www.gov.uk/" in second
    assert second.endswith("then run: duediligence lists confirm uk-debarment")
    assert lines(run)["complete run"]["detail"].startswith("Not ready for a complete run. ")
    named = run("doctor", "--home", "some where").out
    assert "Run: duediligence --home 'some where' lists refresh\n" in named


def test_the_commands_lead_to_a_complete_run(
    run: Run, home: Path, samples: Path, tmp_path: Path
) -> None:
    """Three lists are dropped and one failed: following the last line, a run is complete."""
    for one in ("uk-sanctions", "uk-debarment", "eu"):
        assert run("lists", "drop", one).code == 0
    for file in (samples / "ofac").iterdir():
        file.write_text("damaged")
    assert run("lists", "refresh", "ofac-sdn", "--from", samples).code == 3
    found = lines(run)
    assert [what for what, one in found.items() if one["state"] == "problem"] == [
        "list eu",
        "list ofac-sdn",
        "list uk-debarment",
        "list uk-sanctions",
        "complete run",
    ]
    assert run("check", "Nobody Invented Ltd").code == 3
    # Without the network the publishers' files are brought, as the help of `lists refresh` says.
    bring_all(run, found["complete run"]["command"], tmp_path, home)
    assert lines(run)["complete run"]["state"] == "ok"
    assert run("check", "Nobody Invented Ltd").code == 0


def bring_all(run: Run, commands: str, tmp_path: Path, home: Path) -> None:
    brought = Path(shutil.copytree(SAMPLES, tmp_path / "brought"))
    wanted: list[str] = []
    for command in commands.split("; "):
        program, *arguments = shlex.split(command)
        assert program == "duediligence"
        if arguments[:2] == ["lists", "confirm"]:
            assert run(*arguments).code == 0
            continue
        assert arguments[:2] == ["lists", "refresh"]
        wanted += [one for one in arguments[2:] if one not in ("--from", "FOLDER")]
    assert sorted(wanted) == ["eu", "ofac-sdn", "uk-sanctions"]
    terms = RefreshTerms(scale=SAMPLE_SCALE, as_of=DEMO_TIME.date())
    with Workspace(Settings(home=home), now=lambda: DEMO_TIME) as workspace:
        # The samples are too short for the real expectations.
        for one in refresh(workspace, wanted, folder=brought, terms=terms):
            assert one.error is None


def test_lists_that_are_too_old_are_out_of_date(run: Run, home: Path) -> None:
    with time_machine.travel(DEMO_TIME + timedelta(days=400)):
        last = run("doctor").out
    assert "- Out of date: " in last
    assert ", un." in last
    assert "Run: duediligence lists refresh\n" in last


def test_files_of_different_days_are_to_be_fetched_again(
    run: Run, home: Path, samples: Path
) -> None:
    file = samples / "ofac" / "ADD.CSV"
    rows = file.read_bytes().replace(b"\x1a", b"")
    file.write_bytes(rows + b'990777,9,-0- ,-0- ,"Region: Gaza",-0- \r\n\x1a')
    terms = RefreshTerms(scale=SAMPLE_SCALE, as_of=DEMO_TIME.date())
    with Workspace(Settings(home=home), now=lambda: DEMO_TIME) as workspace:
        (ended,) = refresh(workspace, ["ofac-sdn"], folder=samples, terms=terms)
        assert ended.error is None
    last = run("doctor").out
    assert "With files of different days: ofac-sdn. Run: duediligence lists refresh" in last


def test_parts_that_are_not_set_and_records_left_out_say_what_to_set(run: Run, home: Path) -> None:
    file = home / "duediligence.toml"
    with time_machine.travel(DEMO_TIME + timedelta(days=400)):
        statements = "modern-slavery-statements"
        command = f"Set parts.{statements} in {file}, then run: duediligence lists refresh"
        last = run("doctor").out
        assert f"{command} {statements}" in last
        # Of these, all is fetched where no parts are named.
        assert not any(f"parts.{one}" in last for one in ("fhrs", "operator-licences"))
        file.write_text(f'parts = {{ {statements} = ["2026"] }}')
        assert f"parts.{statements}" not in run("doctor").out


def test_registers_are_scope_and_never_a_problem(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = lines(run)["registers"]
    assert none["state"] == "not in use"
    assert "duediligence registers load companies-house FILE" in none["detail"]
    bulk = Path(__file__).parents[2] / "duediligence" / "demo" / "companies_bulk"
    loaded = run("registers", "load", "companies-house", *sorted(bulk.glob("*.csv")))
    assert loaded.code == 0, loaded.err
    found = lines(run)
    assert "registers" not in found
    assert found["register companies-house"]["state"] == "ok"
    assert "file of " in found["register companies-house"]["detail"]
    monkeypatch.setenv("DUEDILIGENCE_COMPANIES_HOUSE_KEY", "invented-key")
    looked = run("doctor")
    assert looked.code == 0
    assert "register companies-house online: a key is set" in looked.out
    assert "invented-key" not in looked.out
    monkeypatch.setenv("DUEDILIGENCE_COMPANIES_HOUSE_KEY", "not: a key")
    assert lines(run)["registers"]["state"] == "problem"
    with time_machine.travel(DEMO_TIME + timedelta(days=60)):
        monkeypatch.delenv("DUEDILIGENCE_COMPANIES_HOUSE_KEY")
        old = lines(run)["register companies-house"]
    assert (old["state"], "load a newer file" in old["detail"]) == ("ok", True)


def test_a_home_that_cannot_be_written_and_settings_that_are_not_read_sum_up(
    run: Run, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "a-file").write_text("x")
    broken = run("doctor", "--home", tmp_path / "a-file")
    assert broken.code == 4
    assert "\n- Home: " in broken.out
    assert broken.out.endswith("Not ready for a complete run: 1 problem, listed above.\n")
    (tmp_path / "duediligence.toml").write_text("threshold = 0.9")
    ignored = run("doctor")
    assert ignored.code == 3
    assert "- Settings: " in ignored.out
    (tmp_path / "duediligence.toml").write_text("contact = 'x@example.org'")
    assert run("doctor").code == 0


def test_steps_for_victims_that_nobody_reviewed_are_overdue_and_stop_nothing(
    run: Run, home: Path
) -> None:
    said = lines(run)["steps for victims"]
    assert (said["state"], said["detail"][:18]) == ("ok", "to be reviewed by ")
    late = help_for_victims().review_by + timedelta(days=1)
    with time_machine.travel(late, tick=False):
        looked = run("doctor")
    assert "overdue  steps for victims: " in looked.out
    assert "Not safe" not in looked.out
