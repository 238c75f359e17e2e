"""What a release needs is there as wheels for each platform: nobody builds anything."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from duediligence.errors import EXTRAS_WITHOUT_WHEELS
from tests.rows import for_each

ROOT = Path(__file__).parents[2]
UV = ROOT / ".venv" / "supply" / ("Scripts" if sys.platform == "win32" else "bin") / "uv"
# As requirements/bundle.py has them.
BUNDLED = ("x86_64-manylinux_2_28", "x86_64-pc-windows-msvc", "aarch64-apple-darwin")
# By the names that the documentation and errors have for them.
PLATFORMS = {
    "Windows x64": "x86_64-pc-windows-msvc",
    "Windows on ARM": "aarch64-pc-windows-msvc",
    "macOS Intel": "x86_64-apple-darwin",
    "macOS Apple silicon": "aarch64-apple-darwin",
    "Linux x64": "x86_64-manylinux_2_28",
    "Linux ARM": "aarch64-manylinux_2_28",
    "Linux with musl x64": "x86_64-unknown-linux-musl",
    "Linux with musl ARM": "aarch64-unknown-linux-musl",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
TABLE = ROOT / "docs" / "it" / "installing-offline.md"

pytestmark = pytest.mark.soak


def resolve(asked: str, platform: str, python: str = "3.11") -> "subprocess.CompletedProcess[str]":
    if not UV.exists():
        pytest.skip("uv is not installed: make .venv/supply")
    ended = subprocess.run(
        [UV, "pip", "compile", "--quiet", "--no-config", "--only-binary", ":all:", "--no-header",
         "--no-annotate", "--python-platform", platform, "--python-version", python, "-"],
        input=asked, capture_output=True, text=True,
    )  # fmt: skip
    if ended.returncode and "No solution found" not in ended.stderr:
        pytest.skip("no index of packages answers here")
    return ended


def test_each_locked_package_has_a_wheel_or_the_documentation_names_it() -> None:
    lock = (ROOT / "requirements" / "release.txt").read_text("utf-8")
    pinned = re.findall(r"^[a-z0-9.\[\],-]+==[^\\\n]+", lock, re.MULTILINE)
    page = " ".join(TABLE.read_text("utf-8").split())
    for name, platform in PLATFORMS.items():
        ended = resolve("\n".join(pinned), platform)
        if missing := re.search(r"([a-z0-9-]+)==\S+ has no usable wheels", ended.stderr):
            assert platform not in BUNDLED, ended.stderr
            assert f"on {name} for `{missing[1]}`" in page
            continue
        assert ended.returncode == 0, ended.stderr
        # What blind matching needs: the group of libsodium is inside its wheel.
        assert re.search(r"^rbcl==", ended.stdout, re.MULTILINE)


@for_each("python", ["3.11", "3.13"])
def test_the_core_installs_from_wheels_everywhere(python: str) -> None:
    for name, platform in PLATFORMS.items():
        ended = resolve("\n".join(PROJECT["dependencies"]), platform, python)
        assert ended.returncode == 0, (name, ended.stderr)


def test_the_documentation_says_which_extras_install_where() -> None:
    """As they resolve with Python 3.13. An error says it too, where the packages are missing."""
    found = {
        extra: [not resolve("\n".join(asked), one, "3.13").returncode for one in PLATFORMS.values()]
        for extra, asked in EXTRAS.items()
    }
    rows = [("extra", *PLATFORMS), ("---",) * (len(PLATFORMS) + 1)]
    rows += [
        (f"`{extra}`", *("yes" if one else "**no**" for one in ones))
        for extra, ones in found.items()
    ]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    assert table in TABLE.read_text("utf-8"), f"{TABLE} must have:\n{table}"
    missing = {
        (extra, name.removesuffix(" x64").removesuffix(" ARM") if "musl" in name else name)
        for extra, ones in found.items()
        for name, one in zip(PLATFORMS, ones, strict=True)
        if not one
    }
    assert missing == set(EXTRAS_WITHOUT_WHEELS.items())


def test_a_package_without_a_wheel_is_noticed() -> None:
    lock = (ROOT / "requirements" / "test.txt").read_text("utf-8")
    pinned = re.search(r"^atheris==[^ ]+", lock, re.MULTILINE)
    assert pinned
    ended = resolve(pinned[0], "x86_64-pc-windows-msvc")
    assert "atheris" in ended.stderr
    assert ended.returncode == 1
