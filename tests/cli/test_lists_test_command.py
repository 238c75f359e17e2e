"""`lists test ID`: what changed in the files of a list, on the terminal, in a file, as JSON."""

import json
from pathlib import Path

from ..conftest import SAMPLES
from .conftest import Run


def test_what_failed_is_named_and_tested_with_a_report(
    run: Run, samples: Path, tmp_path: Path
) -> None:
    folder = samples / "uk-debarment"
    path = folder / "debarment.csv"
    path.write_text(path.read_text().replace("supplier_name", "name_of_supplier"))
    failed = run("lists", "refresh", "uk-debarment", "--from", folder)
    assert failed.code == 3
    assert f"duediligence lists test uk-debarment --from {folder}" in failed.err
    tested = run("lists", "test", "uk-debarment", "--from", folder, "--report", "changed.md")
    assert tested.code == 3
    assert "probably renamed: supplier_name is now name_of_supplier" in tested.out
    assert (tmp_path / "changed.md").read_text() == tested.out
    again = run("lists", "test", "uk-debarment")
    assert "probably renamed" in again.out
    shown = json.loads(run("lists", "test", "uk-debarment", "--from", folder, "--json").out)
    assert shown["data"]["result"] == "not readable"


def test_files_that_read_as_known_exit_with_0_and_new_columns_with_1(
    run: Run, samples: Path
) -> None:
    folder = samples / "uk-debarment"
    assert run("lists", "test", "uk-debarment", "--from", SAMPLES).code == 0
    path = folder / "debarment.csv"
    lines = path.read_text().splitlines(keepends=True)
    lines = [line if line.startswith("#") else f"{line.rstrip()},x\n" for line in lines]
    header = next(at for at, line in enumerate(lines) if "supplier_name" in line)
    lines[header] = lines[header].replace(",x", ",colour")
    path.write_text("".join(lines))
    changed = run("lists", "test", "uk-debarment", "--from", folder)
    assert changed.code == 1, changed.out
    assert "not read by any code: column colour" in changed.out


def test_a_register_of_ones_own_is_tested_by_its_id_and_has_no_report(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "notices.csv").write_text(
        "Notice No,Recipient,Date Served\nE/1,Dunes Ltd,25/07/2026\n"
    )
    run("lists", "new", "notices.csv", "--power", "planning", "--out", "mine.toml")
    assert run("lists", "add", "mine.toml").code == 0
    by_id = run("lists", "test", "notices")
    assert "E/1" in by_id.out
    refused = run("lists", "test", "notices", "--report", "x.md")
    assert refused.code == 2
    assert "--report is for lists that come with the tool" in refused.err
    assert run("lists", "test", "nonsense").code == 2


def test_a_list_that_nobody_saw_says_so_until_a_real_file_passed(run: Run, samples: Path) -> None:
    folder, told = samples / "uk-debarment", "Never tried on real bytes: "
    assert run("lists", "refresh", "uk-debarment", "--from", folder).code == 0
    assert told in run("lists", "status").out
    document = json.loads(run("lists", "status", "--json").out)["data"]
    assert {one["id"]: one["untried"] for one in document}["uk-sanctions"] is False
    # What this program made itself is no file of the publisher.
    assert run("lists", "test", "uk-debarment", "--from", folder).code == 0
    assert told in run("lists", "status").out
    path = folder / "debarment.csv"
    path.write_text(path.read_text() + "\n")
    tested = run("lists", "test", "uk-debarment", "--from", folder)
    assert "Recorded that real files of uk-debarment passed this test" in tested.err
    assert told not in run("lists", "status").out
    (event,) = [
        one
        for one in json.loads(run("audit", "log", "--json").out)["data"]
        if one["event"]["kind"] == "list tried"
    ]
    assert event["event"]["subject"] == "uk-debarment"
