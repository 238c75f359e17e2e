"""Every command, as a user types it."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence import registry
from duediligence.demo.office import DEMO_TIME
from tests.homes import copy_home
from tests.rows import for_each

Run = Callable[..., Any]
SUPPLIERS = Path(__file__).parents[2] / "duediligence" / "demo" / "suppliers.csv"


@pytest.fixture
def on_demo_day() -> Iterator[None]:
    """The day on which the invented lists are fresh."""
    with time_machine.travel(DEMO_TIME):
        yield


def test_demo_shows_a_table_writes_two_files_and_says_what_is_next(
    run: Run, tmp_path: Path
) -> None:
    result = run("demo", "--out-dir", "demo")
    assert result.code == 0
    assert "Volkhar" in result.out
    assert "Part of the registers not read (3 times)" in result.out
    assert len(f"{result.out}{result.err}".splitlines()) <= 40
    assert "52 lists, all read" in result.out
    folder = tmp_path / "demo"
    with (folder / "flags.details.csv").open(encoding="utf-8-sig", newline="") as file:
        flags = list(csv.DictReader(file))
    assert {flag["supplier_name"] for flag in flags} >= {"Volkhar Maritime UK Ltd"}
    assert any("500 Internal Server Error" in flag["why"] for flag in flags), "one was not read"
    titles = " ".join(flag["check_title"] for flag in flags)
    for told in ("Disqualified director", "insolvent companies", "Accounts overdue"):
        assert told in titles
    assert "<html" in (folder / "report.html").read_text(encoding="utf-8")
    for command in ("lists refresh", "lists confirm uk-debarment", "doctor", "screen "):
        assert f"duediligence {command}" in result.out
    assert list(tmp_path.iterdir()) == [folder], "the demo keeps nothing else"


def test_lists_from_a_folder_then_status_then_screen(
    run: Run, home: Path, on_demo_day: None
) -> None:
    status = json.loads(run("lists", "status", "--json").out)
    assert status["version"] == 1
    assert {one["state"] for one in status["data"]} == {"current"}
    assert all(one["entries"] > 0 for one in status["data"])
    plain = run("lists", "status")
    assert "uk-sanctions" in plain.out
    assert plain.code == 0
    result = run("screen", SUPPLIERS, "--out", "flags.csv", "--out", "report.html")
    assert result.code == 1
    assert "Wrote flags.csv" in result.err
    assert Path("flags.csv").read_bytes().startswith(b"\xef\xbb\xbfSeverity,Supplier,Reference,")
    again = run("screen", "--json", "--quiet")
    assert again.code == 1
    assert again.err == ""
    assert json.loads(again.out)["version"] == 1


def test_screening_before_any_list_is_loaded_is_incomplete(run: Run) -> None:
    result = run("screen", SUPPLIERS, "--format", "1", "--out", "flags.csv")
    assert result.code == 3
    assert "Incomplete" in result.out
    *flags, scope = csv.DictReader(Path("flags.csv").read_text(encoding="utf-8-sig").splitlines())
    assert scope["check_id"] == "SCOPE"
    # What the contracts need is asked whatever is loaded.
    flags = [flag for flag in flags if flag["check_id"] != "REQ-04"]
    assert {flag["outcome"] for flag in flags} == {"unknown"}
    assert all("Refresh this list" in flag["next_step"] for flag in flags)


def test_check_explains_in_words(run: Run, home: Path, on_demo_day: None) -> None:
    result = run("check", "VOLKHAR MARITIME (UK) LTD")
    assert result.code == 1
    assert "Asset freeze" in result.out
    assert "agree" in result.out.casefold()
    clear = run("check", "Little Acorns Youth Project")
    assert clear.code == 0
    assert "No possible match" in clear.out
    every = len(registry.find_watchlists())
    assert f"{every} of {every} lists" in clear.out
    numbered = run("check", "Anything", "--number", "99001234", "--json")
    document = json.loads(numbered.out)["data"]
    assert any(f["outcome"] == "adverse" for f in document["findings"])


def test_a_code_and_a_second_name_hide_no_listed_firm(
    run: Run, home: Path, on_demo_day: None
) -> None:
    coded = run("check", "V004711 - VOLKHAR MARITIME (UK) LTD")
    assert coded.code == 1
    assert "Asset freeze" in coded.out
    second = run("check", "Quillmoor Ferries Ltd on behalf of VOLKHAR MARITIME (UK) LTD")
    assert second.code == 1
    assert "named in the name cell" in second.out


def test_check_takes_people(run: Run, home: Path, on_demo_day: None) -> None:
    result = run("check", "Bright Sands Home Care", "--person", "Dragomir Petrosyanov,1968-03")
    assert result.code == 1
    assert "Director disqualification" in result.out


def test_suppliers_are_taken_in_once_and_shown(run: Run) -> None:
    first = run("suppliers", "import", SUPPLIERS)
    second = run("suppliers", "import", SUPPLIERS)
    assert "0 new, 0 changed" not in first.err
    assert "0 new, 0 changed" in second.err
    listed = json.loads(run("suppliers", "list", "--json").out)["data"]
    assert len(listed) >= 10
    shown = run("suppliers", "show", listed[0]["ref"])
    assert listed[0]["name"] in shown.out
    assert run("suppliers", "show", "no-such").code == 2


def test_rejected_rows_are_written_out_and_exit_3(run: Run, home: Path, on_demo_day: None) -> None:
    Path("s.csv").write_text("ref,name\nA1,Quill Ltd\nA2,\nA3,Ferrow Ltd\n")
    result = run("suppliers", "import", "s.csv")
    assert result.code == 3
    assert "row 3" in result.err
    assert Path("s-rejects.csv").is_file()
    screened = run("screen", "s.csv", "--format", "1", "--out", "flags.csv")
    assert screened.code == 3
    assert "SUP-01" in Path("flags.csv").read_text()


def test_the_debarment_template_is_one_that_the_list_reads(run: Run) -> None:
    written = run("lists", "template", "debarment", "--out", "lists/uk-debarment/debarment.csv")
    assert written.code == 0
    printed = run("lists", "template", "debarment")
    assert printed.out.encode() == Path("lists/uk-debarment/debarment.csv").read_bytes()
    again = run("lists", "template", "debarment", "--out", "lists/uk-debarment/debarment.csv")
    assert again.code == 2
    assert run("lists", "template", "nonsense").code == 2


@for_each(
    ("arguments", "said"),
    [
        (["screen", "nowhere.csv"], "nowhere.csv"),
        (["screen"], "no suppliers"),
        (["screen", "nowhere.csv", "--out", "flags.pdf"], ".csv"),
        (["screen", "nowhere.csv", "--out", "no-folder/flags.csv"], "no-folder"),
        (["screen", "nowhere.csv", "--fail-on", "red"], "--fail-on"),
        (["screen", "nowhere.csv", "--threshold", "2"], "threshold"),
        (["check", "x", "--kind", "alien"], "--kind"),
        (["check", "x", "--number", "12345678901"], "12345678901"),
        (["lists", "refresh", "ofsi"], "ofsi"),
        (["lists", "refresh", "--from", "nowhere"], "nowhere"),
        (["suppliers", "import", "x.csv", "--map", "name"], "--map"),
        (["suppliers", "import", "x.csv"], "x.csv"),
    ],
)
def test_a_mistake_is_named_and_exits_2(run: Run, arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.code == 2
    assert said in result.err
    assert "Traceback" not in result.err


def test_global_options_may_stand_anywhere(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert run("lists", "status", "--home", other, "--json").code == 0
    assert (other / "lists.db").is_file()
    assert run("--home", tmp_path / "third", "lists", "status").code == 0
    assert (tmp_path / "third" / "lists.db").is_file()


def test_settings_show_where_each_value_came_from(run: Run) -> None:
    Path("home").mkdir()
    Path("home/duediligence.toml").write_text("limit = 4\n")
    shown = {s["name"]: s for s in json.loads(run("settings", "show", "--json").out)["data"]}
    assert shown["limit"]["value"] == 4
    assert shown["limit"]["origin"].endswith("home/duediligence.toml")
    assert shown["home"]["origin"] == "DUEDILIGENCE_HOME"
    assert run("settings", "show").code == 0


def test_doctor_finds_what_is_wrong(run: Run, home: Path, on_demo_day: None) -> None:
    assert run("doctor").code == 0
    assert run("doctor", "--home", Path("fresh")).code == 3
    Path("a-file").write_text("x")
    assert run("doctor", "--home", Path("a-file")).code == 4
    assert json.loads(run("doctor", "--json").out)["version"] == 1


def test_an_unexpected_fault_is_told_without_a_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duediligence.screening.lists import statuses as lists

    def fail(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(lists, "statuses", fail)
    result = run("lists", "status")
    assert result.code == 4
    assert "ZeroDivisionError" in result.err
    assert "Traceback" not in result.err


def test_help_imports_nothing_heavy() -> None:
    """What keeps `--help` under 0.3 s: heavy imports happen inside commands."""
    code = (
        "import sys; sys.argv = ['duediligence', '--help']\n"
        "from duediligence.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(','.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split(","))
    assert not loaded & {"numpy", "lxml", "sqlite_utils", "requests", "rapidfuzz", "rich.table"}


def test_the_end_of_a_command_looks_through_nothing_that_it_made() -> None:
    code = (
        "import atexit, gc\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > 10_000))\n"
        "from duediligence.cli import main\n"
        "main(['--version'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "True"


def test_a_command_imports_no_other_noun() -> None:
    code = (
        "import atexit, sys\n"
        "nouns = ('duediligence.cli.lists', 'duediligence.cli.tokens')\n"
        "atexit.register(lambda: print([one for one in nouns if one in sys.modules]))\n"
        "from duediligence.cli import main\n"
        "main(['tokens', '--help'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['duediligence.cli.tokens']"


@pytest.mark.parametrize("command", [[], ["lists"], ["screen"], ["check"], ["suppliers", "import"]])
def test_every_help_has_examples_or_commands(run: Run, command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.code == 0
    assert "Examples" in result.out or "Commands" in result.out


def test_policy_preview_shows_what_would_change(run: Run, home: Path, on_demo_day: None) -> None:
    Path("s.csv").write_text("ref,name\nA1,Volkar Maritime (UK) Ltd\n")
    run("suppliers", "import", "s.csv")
    shown = run("settings", "preview", "--threshold", "0.99")
    assert shown.code == 0
    assert "would vanish, such as" in shown.out
    assert "0 would appear." in shown.out
    document = json.loads(run("settings", "preview", "--threshold", "0.99", "--json").out)["data"]
    assert document["matches_now"] - document["matches_then"] == len(document["vanish"]) > 0


def test_what_a_person_says_of_a_page_is_asked_on_a_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duediligence.cli import lists

    asked = []

    def answer(question: str, *, err: bool) -> bool:
        assert err, "what is asked is no output"
        asked.append(question)
        return len(asked) > 1

    monkeypatch.setattr(lists, "is_terminal", lambda: True)
    monkeypatch.setattr(lists.typer, "confirm", answer)
    refused = run("lists", "confirm", "uk-debarment")
    assert (refused.code, refused.out) == (2, "")
    assert "Nothing was recorded" in refused.err
    assert "https://www.gov.uk/" in asked[0]
    assert run("lists", "confirm", "uk-debarment").code == 0
    assert run("lists", "confirm", "uk-debarment", "--yes").code == 0
    assert len(asked) == 2


def test_screening_a_file_takes_one_screen(run: Run, loaded_home: Path, tmp_path: Path) -> None:
    home = copy_home(loaded_home, tmp_path / "loaded")
    file = files("duediligence") / "demo" / "suppliers.csv"
    said = run("--home", home, "screen", str(file), "--out", tmp_path / "flags.csv")
    assert said.code == 3
    assert len(f"{said.out}{said.err}".splitlines()) <= 24
    assert "Columns read: Supplier Ref as ref, Supplier Name as name, " in said.err
