"""Long work that a person stops keeps what it has done, says so, and goes on from there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from duediligence.demo.server import serve_demo_api
from tests.cli.conftest import Run

DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
SUPPLIERS = 1_300
# The command itself, which is sent a real signal once a number of parties were looked up.
STOPPED_AT = """
import os, signal, sys
from duediligence.matching.engine import Engine
real = Engine.search_many
def search_many(self, *args, **options):
    for number, found in enumerate(real(self, *args, **options)):
        if number == {number}:
            os.kill(os.getpid(), signal.{signal})
        yield found
Engine.search_many = search_many
from duediligence.cli import main
main(sys.argv[1:])
"""
# The same, once a function of a module was called so often.
STOPPED_CALLING = """
import os, signal, sys
from importlib import import_module
module = import_module("{module}")
real, calls = module.{function}, []
def function(*args, **options):
    calls.append(1)
    if len(calls) == {number}:
        os.kill(os.getpid(), signal.SIGINT)
    return real(*args, **options)
module.{function} = function
from duediligence.cli import main
main(sys.argv[1:])
"""


def looked_up(log: Path) -> list[int]:
    """How many parties each run that wrote to the log had to look up."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [one["parties_to_look_up"] for one in lines if "parties_to_look_up" in one]


def stopped(*arguments: str, number: int, by: str, home: Path, folder: Path) -> tuple[int, str]:
    code = STOPPED_AT.format(number=number, signal=by)
    return ended(*arguments, code=code, home=home, folder=folder)


def ended(*arguments: str, code: str, home: Path, folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={
            **os.environ,
            "DUEDILIGENCE_HOME": str(home),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.soak
@pytest.mark.parametrize("by", ["SIGINT", "SIGTERM"])
def test_a_screening_that_is_stopped_goes_on_where_it_was(
    by: str, home: Path, tmp_path: Path, run: Run
) -> None:
    rows = [f"Wobblethwaite Number {number} Ltd,W{number}" for number in range(SUPPLIERS)]
    # The fixture `home` is where the fixture `run` has its home, too.
    (tmp_path / "s.csv").write_text("\n".join(["Supplier,Ref", *rows]) + "\n", encoding="utf-8")
    log = tmp_path / "log.jsonl"
    command = ("screen", "s.csv", "--log-file", str(log))
    code, said = stopped(*command, number=800, by=by, home=home, folder=tmp_path)
    assert code == 130
    last = said.splitlines()[-1]
    assert last == (
        f"Stopped. 800 of {SUPPLIERS:,} parties were looked up. That is kept; run the same "
        "command again to go on."
    )
    assert "Traceback" not in said
    assert json.loads(run("alerts", "list", "--json").out)["data"] == []
    again = run(*command, "--workers", "1")
    assert again.code == 3  # the lists are older than the day of the test
    assert looked_up(log) == [SUPPLIERS, SUPPLIERS - 800]
    assert run("audit", "verify").code == 0


@pytest.mark.soak
def test_the_second_run_finds_the_same_as_one_that_was_not_stopped(
    home: Path, tmp_path: Path, run: Run
) -> None:
    names = ["Volkhar Maritime UK Ltd", "Bright Sands Home Care Ltd"]
    rows = [f"{name},V{n}" for n, name in enumerate(names)]
    rows += [f"Wobblethwaite Number {number} Ltd,W{number}" for number in range(SUPPLIERS)]
    rows += [f"{name} Group,X{n}" for n, name in enumerate(names)]
    (tmp_path / "s.csv").write_text("\n".join(["Supplier,Ref", *rows]) + "\n", encoding="utf-8")
    stopped("screen", "s.csv", number=700, by="SIGINT", home=home, folder=tmp_path)
    with_rest = found(run)
    (home / "lookups.db").unlink()
    assert found(run) == with_rest
    assert {ref for ref, _, _ in with_rest} >= {"V0", "X0"}


def found(run: Run) -> set[tuple[str, str, str]]:
    document = json.loads(run("screen", "s.csv", "--json").out)["data"]
    return {(one["supplier_ref"], one["check_id"], one["entry_id"]) for one in document["findings"]}


@pytest.mark.soak
def test_a_refresh_that_is_stopped_keeps_each_list_that_was_done(tmp_path: Path, run: Run) -> None:
    home = tmp_path / "home"
    lists = ("uk-debarment", "opensanctions", "hse-notices")
    command = ("lists", "refresh", *lists, "--from", str(DEMO / "lists"))
    code = STOPPED_CALLING.format(
        module="duediligence.screening.lists.refresh", function="load_list_files", number=3
    )
    status, said = ended(*command, code=code, home=home, folder=tmp_path)
    assert status == 130
    assert said.splitlines()[-1] == (
        "Stopped. 2 of 3 lists were refreshed. That is kept; run the same command again to go on."
    )
    assert run("audit", "verify").code == 0
    again = run(*command)
    results = {line.split(":")[0]: line.split(": ")[1] for line in again.out.splitlines()}
    assert results == {lists[0]: "unchanged", lists[1]: "unchanged", lists[2]: "loaded"}


@pytest.mark.soak
def test_suppliers_that_were_looked_up_are_not_asked_about_again(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    rows = [f"Harkenstone Number {number} Ltd,H{number}" for number in range(6)]
    (tmp_path / "s.csv").write_text("\n".join(["Supplier,Ref", *rows]) + "\n", encoding="utf-8")
    assert run("suppliers", "import", "s.csv").code == 0
    (home / "duediligence.toml").write_text('key_hosts = ["127.0.0.1"]')
    code = STOPPED_CALLING.format(
        module="duediligence.screening.resolution.resolving", function="resolve_supplier", number=4
    )
    with serve_demo_api() as address:
        monkeypatch.setenv("DUEDILIGENCE_COMPANIES_HOUSE_URL", address)
        monkeypatch.setenv("DUEDILIGENCE_COMPANIES_HOUSE_KEY", "any")
        status, said = ended("suppliers", "resolve", code=code, home=home, folder=tmp_path)
        assert status == 130
        assert said.splitlines()[-1].startswith(
            "Stopped. 3 of 6 suppliers were looked up at Companies House. That is kept; "
        )
        answers = {path.name for path in (home / "companies-house").glob("*/*.json")}
        assert answers
        assert run("suppliers", "resolve").code in (1, 3)
    # An answer that was asked for again would have a file of another name, for its time.
    after = {path.name for path in (home / "companies-house").glob("*/*.json")}
    assert answers < after
