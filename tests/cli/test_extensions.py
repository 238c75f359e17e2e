"""An extension of another distribution is used where the setting names it, and nowhere else."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from duediligence.errors import UsageError
from duediligence.extension import Extension, find_extensions, list_ignored_extensions

Run = Callable[..., Any]

CODE = """
from duediligence.extension import Extension
EXTENSION = Extension(name="payments")
TAKEN = Extension(name="sharing")
NO_EXTENSION = "payments"
"""


def install(folder: Path, point: str = "payments_extension:EXTENSION") -> None:
    """Install the distribution as pip leaves it: its code, and what it says of itself."""
    (folder / "payments_extension.py").write_text(CODE, "utf-8")
    about = folder / "payments_extension-2.1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: payments-extension\nVersion: 2.1\n", "utf-8")
    points = f"[duediligence.extensions]\npayments = {point}\n" if point else ""
    (about / "entry_points.txt").write_text(points, "utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    find_extensions.cache_clear()
    yield folder
    find_extensions.cache_clear()
    sys.modules.pop("payments_extension", None)
    importlib.invalidate_caches()


def names(*allowed: str) -> list[str]:
    return [one.extension.name for one in find_extensions(allowed)]


def test_it_is_used_where_it_is_allowed_only(site: Path) -> None:
    install(site)
    assert names() == ["sharing"]
    assert "payments_extension" not in sys.modules, "nothing of it was run"
    assert [one.name for one in list_ignored_extensions(())] == ["payments"]
    assert names("payments-extension") == ["sharing", "payments"]
    assert list_ignored_extensions(["Payments_Extension"]) == []
    used = find_extensions(("payments-extension",))[-1]
    assert (used.extension, used.version) == (Extension(name="payments"), "2.1")


def test_doctor_shows_each_with_its_distribution(
    site: Path, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> dict[str, tuple[str, str]]:
        looked = json.loads(run("doctor", "--json").out)["data"]
        return {one["what"]: (one["state"], one["detail"]) for one in looked}

    install(site)
    found = shown()
    assert found["extension sharing"][0] == "ok"
    assert found["extension payments"] == (
        "not in use",
        "payments-extension 2.1 is installed, and not allowed. To use it, name payments-extension "
        "in the setting extensions",
    )
    (home / "duediligence.toml").write_text('extensions = ["payments-extension"]\n', "utf-8")
    assert shown()["extension payments"] == ("ok", "payments-extension 2.1")
    (home / "duediligence.toml").write_text('extensions = ["payments"]\n', "utf-8")
    assert shown()["extensions"][0] == "problem"


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ("", "which has no extension"),
        ("payments_extension:NOT_THERE", "cannot be loaded: AttributeError"),
        ("payments_gone:EXTENSION", "cannot be loaded: ModuleNotFoundError"),
        ("payments_extension:NO_EXTENSION", "is not an Extension"),
        ("payments_extension:TAKEN", "both have an extension 'sharing'"),
    ],
)
def test_one_that_cannot_be_used_is_refused_by_name(site: Path, point: str, said: str) -> None:
    install(site, point)
    with pytest.raises(UsageError) as refused:
        names("payments-extension")
    assert said in refused.value.message
    assert "payments" in refused.value.message
    assert "the setting" in str(refused.value.hint)


def test_one_that_is_not_installed_is_refused_by_name(site: Path) -> None:
    with pytest.raises(UsageError, match="'payments-extension', which is not installed"):
        names("payments-extension")
