"""Without the extra `web` everything else works, and `serve` says what to install."""

import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.rows import for_each

# What the extras bring, by the names that are imported.
IMPORTED = {
    "authlib": "authlib",
    "distributed": "distributed",
    "duckdb": "duckdb",
    "fastapi": "fastapi",
    "govuk-frontend-jinja": "govuk_frontend_jinja",
    "ixbrl-parse": "ixbrl_parse",
    "joserfc": "joserfc",
    "mcp": "mcp",
    "pypdf": "pypdf",
    "python-multipart": "multipart",
    "rbcl": "rbcl",
    "rfc3161-client": "rfc3161_client",
    "uvicorn": "uvicorn",
    "weasyprint": "weasyprint",
}
WITHOUT = f"""
import sys
from importlib.machinery import PathFinder

class Absent(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] in {{*{sorted(IMPORTED.values())}, "starlette", "pydantic"}}:
            return None
        return super().find_spec(name, path, target)

sys.meta_path = [Absent if one is PathFinder else one for one in sys.meta_path]
from duediligence.cli import main
main(sys.argv[1:])
"""


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, "--home", str(folder / "home"), *arguments],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_every_extra_is_left_out_here() -> None:
    extras = [
        one.name
        for one in map(Requirement, requires("duediligence") or ())
        if one.marker and "extra" in str(one.marker)
    ]
    assert set(extras) <= IMPORTED.keys()


@pytest.mark.soak
def test_the_demonstration_runs(tmp_path: Path) -> None:
    done = run("demo", "--out-dir", str(tmp_path), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.html").is_file()
    assert "ixbrl-parse is not installed" in done.stdout


@for_each("demo", [(), ("--demo",)])
def test_serve_says_what_to_install(tmp_path: Path, demo: tuple[str, ...]) -> None:
    done = run("serve", "--no-browser", *demo, folder=tmp_path)
    assert done.returncode == 2
    assert "pip install 'duediligence[web]'" in done.stderr
    assert "Traceback" not in done.stderr
