"""`suppliers contract import`, as a person types it."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.suppliers.notice_files import BUYER, FENMOOR, QUILL, change, notice, write


def test_contracts_are_shown_first_and_kept_when_told(run: Run, tmp_path: Path) -> None:
    write(tmp_path, notice(QUILL, FENMOOR), change())
    unnamed = run("suppliers", "contract", "import", "notices.json")
    assert (unnamed.code, unnamed.out) == (0, "")
    assert "--buyer" in unnamed.err
    assert "Exampleshire County Council (2 notices)" in unnamed.err
    named = ("suppliers", "contract", "import", "notices.json", "--buyer", BUYER["name"])
    assert "Contracts of suppliers that you do not have:\n" in run(*named).out
    assert run("suppliers", "list").out == ""
    assert run(*named, "--add", "all").code == 2
    assert run(*named, "--keep").out.endswith("Nothing changed.\n")
    assert run(*named, "--keep", "--add", "all").out.endswith("Kept: 2 suppliers changed.\n")
    (ref,) = [
        line.split()[0] for line in run("suppliers", "list").out.splitlines() if "Quill" in line
    ]
    told = run("suppliers", "show", ref).out
    assert "Likely bought under the Procurement Act 2023" in told
    assert "UK10 contract change notice 000002-2026" in told


def test_what_is_not_accepted_is_said_by_the_exit_code(run: Run, tmp_path: Path) -> None:
    write(tmp_path, notice(QUILL, {**FENMOOR, "id": QUILL["id"]}))
    found = run("suppliers", "contract", "import", "notices.json", "--buyer", BUYER["name"])
    assert found.code == 3
    assert "It gives the id GB-COH-99001001 to Quill Ltd and to Fenmoor" in found.out


def test_a_file_without_notices_ends_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notices.json").write_text("Supplier,Ref\n", encoding="utf-8")
    told = run("suppliers", "contract", "import", "notices.json")
    assert (told.code, told.out) == (2, "")
    assert "notices.json: is not JSON" in told.err
    assert run("suppliers", "contract", "import", "none.json").code == 2
