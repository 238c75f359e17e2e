"""Standard output that is closed, full, left by its reader, or in an alphabet without the names."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.thorough import first_of

from .conftest import Run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the shell is that of POSIX")
NAME = "Żółć Łódź"
COMMANDS = ["suppliers list", "suppliers list --json", "audit log", "settings show", "--help"]


@pytest.fixture
def kept(run: Run, tmp_path: Path) -> Path:
    (tmp_path / "s.csv").write_text(f"Supplier ID,Supplier Name\nS1,{NAME}\nS2,ООО Ромашка\n")
    assert run("suppliers", "import", "s.csv").code == 0
    return tmp_path


def shell(folder: Path, line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line in which `dd` is the command, with the test's home."""
    program = (
        f"""dd() {{ '{sys.executable}' -c 'from duediligence.cli import main; main()' "$@"; }}"""
    )
    return subprocess.run(
        ["bash", "-c", f"{program}\n{line}"],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    text = done.stderr.decode("utf-8", "replace")
    assert not any(word in text for word in ("unexpected fault", "Traceback", "Exception ignored"))
    return text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("command", first_of(COMMANDS))
def test_a_full_output_is_an_error_of_its_own(kept: Path, command: str) -> None:
    done = shell(kept, f"dd {command} > /dev/full")
    assert (done.returncode, "could not be shown" in said(done)) == (4, True)


@pytest.mark.parametrize("command", first_of(COMMANDS[:3]))
def test_a_closed_output_is_said_and_changes_no_result(kept: Path, command: str) -> None:
    done = shell(kept, f"dd {command} >&-")
    assert (done.returncode, "Standard output is closed" in said(done)) == (0, True)


@pytest.mark.parametrize("command", first_of(COMMANDS[:3]))
def test_a_reader_that_has_gone_is_no_fault(kept: Path, command: str) -> None:
    done = shell(kept, f"set -o pipefail; dd {command} | true")
    assert (done.returncode, said(done)) == (0, "")


@pytest.mark.soak
def test_nobody_to_speak_to_at_all(kept: Path) -> None:
    assert shell(kept, "dd suppliers list >&- 2>&- <&-").returncode == 0
    assert shell(kept, "dd suppliers list > /dev/full 2> /dev/full").returncode == 4
    assert shell(kept, "dd suppliers show NONE 2> /dev/full").returncode == 2


ALPHABETS = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "cp1252"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


@pytest.mark.parametrize("alphabet", first_of(ALPHABETS), ids=lambda one: next(iter(one.values())))
def test_an_alphabet_without_the_names_shows_them_as_escapes(
    kept: Path, alphabet: dict[str, str]
) -> None:
    done = shell(kept, "dd suppliers list", **alphabet)
    assert (done.returncode, said(done)) == (0, "")
    assert b"\\u017b" in done.stdout
    data = json.loads(shell(kept, "dd suppliers list --json", **alphabet).stdout)
    assert NAME in json.dumps(data, ensure_ascii=False)


def test_bytes_that_are_no_text_are_refused(kept: Path) -> None:
    done = shell(kept, r"dd suppliers show $'\xff\xfe'")
    assert (done.returncode, "not text" in said(done)) == (2, True)


DIGITS = "9" * 10_000


@pytest.mark.parametrize("content", [f"workers = {DIGITS}", f"a = {'[' * 50_000}"])
def test_a_number_or_a_nesting_beyond_reason_is_an_error_of_its_file(
    content: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.toml"
    path.write_text(content)
    monkeypatch.setenv("DUEDILIGENCE_SCHEDULE_FILE", str(path))
    for command in (("--config", path, "settings", "show"), ("schedule", "status")):
        done = run(*command)
        assert (done.code, "x.toml: cannot be read" in done.err) == (2, True), done.err[:300]
    done = run("lists", "test", path)
    assert (done.code, "unexpected" in done.err) == (2, False)
    monkeypatch.setenv("DUEDILIGENCE_POLICY", str(path))
    assert "unexpected" not in run("check", "Somebody").err


def test_a_configuration_folder_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "duediligence"
    folder.parent.mkdir()
    if os.geteuid() == 0:  # to whom every folder opens, but not one that leads to itself
        folder.symlink_to(folder)
    else:
        folder.mkdir(mode=0)
    done = run("settings", "show")
    assert done.code in (2, 4)
    assert str(folder) in done.err
    assert "unexpected fault" not in done.err


def test_a_home_that_is_a_file_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    for command in (("suppliers", "list"), ("lists", "status"), ("screen",), ("doctor",)):
        done = run(*command)
        assert "unexpected fault" not in done.err
        assert "home" in done.out + done.err
