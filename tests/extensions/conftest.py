"""The command line, and an extension of another distribution to install."""

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from duediligence.cli.app import build_app, build_command
from duediligence.extension import find_extensions, load_part, load_parts

from ..cli.conftest import run as run

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install the distribution as pip leaves it: its code, and what it says of itself."""
    site, groups = tmp_path / "site", list(build_app().registered_groups)
    monkeypatch.syspath_prepend(site)

    def forget() -> None:
        for cached in (find_extensions, load_part, load_parts, build_command):
            cached.cache_clear()
        for name in [one for one in sys.modules if one.startswith("payments_extension")]:
            del sys.modules[name]
        importlib.invalidate_caches()

    def install_it(point: str = "payments_extension:EXTENSION") -> None:
        about = site / "payments_extension-2.1.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text("Name: payments-extension\nVersion: 2.1\n", "utf-8")
        points = f"[duediligence.extensions]\npayments = {point}\n" if point else ""
        (about / "entry_points.txt").write_text(points, "utf-8")
        shutil.copytree(Path(__file__).parent / "payments_extension", site / "payments_extension")
        forget()

    yield install_it
    forget()
    build_app().registered_groups[:] = groups
