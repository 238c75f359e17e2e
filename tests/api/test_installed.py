"""The package as it is installed: from a wheel and as an editable checkout."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# In the folder of a script that has such names beside it, as a user's may.
SHADOWS = ("checks.py", "watchlists.py", "tests.py")
SCRIPT = """
from duediligence import Screener, read_suppliers
from duediligence.model import ListEntry, Name
frame = [{"Supplier": "Kestrel Yard Skips Ltd"}]
entry = ListEntry(id="17", list_id="own", kind="organisation", names=(Name("Kestrel Yard Skips"),))
with Screener(lists={"own": [entry]}) as screener:
    result = screener.screen(read_suppliers(frame))
assert result.rows()[0]["entry_id"] == "17", result.rows()
from duediligence import registry
assert len(registry.find_watchlists()) > 20 and len(registry.checks()) > 50
import duediligence
print(duediligence.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--no-deps",
            "--no-build-isolation",
            "-q",
            "-w",
            folder,
            ROOT,
        ]
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["wheel", "editable"])
def test_files_beside_a_script_break_nothing(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    python = _environment(tmp_path / "venv")
    what = [request.getfixturevalue("wheel")] if kind == "wheel" else ["--editable", ROOT]
    _run([python, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "-q", *what])
    work = tmp_path / "work"
    work.mkdir()
    for name in SHADOWS:
        (work / name).write_text("raise RuntimeError('this is the user\\'s own file')", "utf-8")
    (work / "script.py").write_text(SCRIPT, "utf-8")
    printed = _run([python, work / "script.py"], cwd=work)
    inside = Path(printed.strip()).is_relative_to(ROOT)
    assert inside == (kind == "editable")
    assert "Usage" in _run([python, "-m", "duediligence", "--help"], cwd=work)


@pytest.mark.long
def test_the_wheel_works_beside_exactly_what_is_locked_for_it(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    locked = ["--require-hashes", "-r", ROOT / "requirements" / "release.txt"]
    _run([python, "-m", "pip", "install", "-q", *locked])
    _run([python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel])
    _run([python, "-m", "pip", "check"])
    _run([python, "-m", "duediligence", "demo", "--out-dir", "demo"], cwd=tmp_path)
    assert (tmp_path / "demo" / "flags.csv").is_file()


def _environment(folder: Path) -> Path:
    """An environment with the libraries of this one, but not with this checkout."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    places = "import sysconfig; print(sysconfig.get_path('purelib'))"
    ours, theirs = (Path(_run([each, "-c", places]).strip()) for each in (sys.executable, python))
    # A path in a .pth file is searched, but the .pth files there (as ours) are not read.
    (theirs / "libraries.pth").write_text(f"{ours}\n", "utf-8")
    return python


def _run(command: list[str | Path], cwd: Path | None = None) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    ended = subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=600
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout
