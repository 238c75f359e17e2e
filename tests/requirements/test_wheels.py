"""What a release needs is there as wheels for each platform: nobody builds anything."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rows import for_each

ROOT = Path(__file__).parents[2]
UV = ROOT / ".venv" / "supply" / ("Scripts" if sys.platform == "win32" else "bin") / "uv"
# As requirements/bundle.py has them.
PLATFORMS = ("x86_64-manylinux_2_28", "x86_64-pc-windows-msvc", "aarch64-apple-darwin")

pytestmark = pytest.mark.soak


def resolve(asked: str, platform: str) -> "subprocess.CompletedProcess[str]":
    if not UV.exists():
        pytest.skip("uv is not installed: make .venv/supply")
    ended = subprocess.run(
        [UV, "pip", "compile", "--quiet", "--no-config", "--only-binary", ":all:", "--no-header",
         "--no-annotate", "--python-platform", platform, "--python-version", "3.11", "-"],
        input=asked, capture_output=True, text=True,
    )  # fmt: skip
    if ended.returncode and "No solution found" not in ended.stderr:
        pytest.skip("no index of packages answers here")
    return ended


@for_each("platform", PLATFORMS)
def test_each_locked_package_has_a_wheel(platform: str) -> None:
    lock = (ROOT / "requirements" / "release.txt").read_text("utf-8")
    pinned = re.findall(r"^[a-z0-9.-]+==[^\\\n]+", lock, re.MULTILINE)
    ended = resolve("\n".join(pinned), platform)
    assert ended.returncode == 0, ended.stderr
    # What blind matching needs: the group of libsodium is inside its wheel.
    assert re.search(r"^rbcl==", ended.stdout, re.MULTILINE)


def test_a_package_without_a_wheel_is_noticed() -> None:
    lock = (ROOT / "requirements" / "test.txt").read_text("utf-8")
    pinned = re.search(r"^atheris==[^ ]+", lock, re.MULTILINE)
    assert pinned
    ended = resolve(pinned[0], "x86_64-pc-windows-msvc")
    assert "atheris" in ended.stderr
    assert ended.returncode == 1
