"""The style sheet: what it must not have, and that it is what a build makes."""

import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from tests.rows import for_each

ROOT = Path(__file__).parents[2]
STATIC = Path(str(files("duediligence.web"))) / "static"
CSS = (STATIC / "console.css").read_text("utf-8")


@for_each("reserved", ["GDS Transport", "@font-face", "woff", "crown", "crest", "GOV.UK"])
def test_nothing_that_only_official_domains_may_use(reserved: str) -> None:
    assert reserved.casefold() not in CSS.casefold()


def test_pictures_are_those_that_the_sheet_names() -> None:
    named = re.findall(r"url\(([^)]*)\)", CSS)
    assert {f"/static/images/{one.name}" for one in (STATIC / "images").iterdir()} == set(named)
    assert named


def test_both_licences_are_beside_it() -> None:
    text = (STATIC / "LICENCES.txt").read_text("utf-8")
    for said in ("govuk-frontend", "@ministryofjustice/frontend", "Permission is hereby granted"):
        assert said in text


def test_the_lock_names_no_place_to_fetch_from() -> None:
    lock = (ROOT / "requirements/styles/package-lock.json").read_text("utf-8")
    assert '"integrity"' in lock
    assert '"resolved"' not in lock
    assert "registry." not in lock


@pytest.mark.browser
def test_a_build_makes_the_same_bytes(tmp_path: Path) -> None:
    packages = ROOT / ".venv/styles"
    if not shutil.which("node") or not (packages / "node_modules").is_dir():
        pytest.skip("`make styles` installs what builds the style sheet; it needs npm")
    subprocess.run(
        [
            sys.executable,
            str(ROOT / "requirements/styles/build.py"),
            *("--packages", str(packages)),
            *("--into", str(tmp_path)),
        ],
        check=True,
    )
    made = {one.relative_to(tmp_path) for one in tmp_path.rglob("*") if one.is_file()}
    assert Path("console.css") in made
    for one in made:
        assert (tmp_path / one).read_bytes() == (STATIC / one).read_bytes(), one
