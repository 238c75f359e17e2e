"""What another distribution brings is named, and not imported, until the setting allows it."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duediligence import extension
from duediligence.errors import UsageError
from duediligence.extension import GROUPS, list_own_modules
from tests.rows import for_each

Run = Callable[..., Any]


@pytest.fixture
def fired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is there once the module of an installed distribution was imported."""
    site, mark = tmp_path / "site", tmp_path / "fired"
    about = site / "stranger_parts-3.2.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Name: stranger-parts\nVersion: 3.2\n", "utf-8")
    points = "".join(f"[{group}]\nstranger = stranger_parts\n" for group in GROUPS)
    (about / "entry_points.txt").write_text(points, "utf-8")
    code = f"from pathlib import Path\nPath({str(mark)!r}).touch()\n"
    (site / "stranger_parts.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(site)
    importlib.invalidate_caches()
    return mark


COMMANDS = ("doctor", "lists status", "check Moss", "alerts list", "registers status", "stranger")


def test_no_command_imports_what_is_not_allowed_and_doctor_names_it(run: Run, fired: Path) -> None:
    for command in COMMANDS:
        run(*command.split())
        assert not fired.exists(), command
    found = {one["what"]: one for one in json.loads(run("doctor", "--json").out)["data"]}
    for kind in GROUPS.values():
        assert found[f"{kind} stranger"]["state"] == "not in use"
        assert found[f"{kind} stranger"]["detail"] == (
            "stranger-parts 3.2 is installed, and not allowed. To use it, name stranger-parts in "
            "the setting extensions"
        )


def test_what_is_allowed_is_imported(run: Run, home: Path, fired: Path) -> None:
    (home / "duediligence.toml").write_text('extensions = ["stranger-parts"]\n', "utf-8")
    run("lists", "status")
    assert fired.exists()


@for_each("record", ["duediligence/checks/filing.py,sha256=x,1\n", None])
def test_only_what_the_record_names_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str | None
) -> None:
    monkeypatch.setattr(extension, "__file__", str(tmp_path / "duediligence" / "extension.py"))
    listing = list_own_modules.__wrapped__
    if record is None:
        with pytest.raises(UsageError, match="does not say which files are part"):
            listing("duediligence.checks")
        (tmp_path / "pyproject.toml").touch()  # a checkout
        assert len(listing("duediligence.checks")) > 20
        return
    about = tmp_path / "duediligence-0.1.0.dist-info"
    about.mkdir()
    (about / "RECORD").write_text(record, "utf-8")
    assert listing("duediligence.checks") == ("duediligence.checks.filing",)
