"""The whole register needs DuckDB: without it these tests skip."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.extensions.whole_register.loading import load
from duediligence.extensions.whole_register.versions import Version
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

pytest.importorskip("duckdb", reason="the extra [register] is not installed")

Load = Callable[..., Version]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    with Workspace(Settings(home=home), now=lambda: NOW, who="Ada") as opened:
        yield opened


@pytest.fixture
def load_files(home: Path) -> Load:
    """Load files of the register into the home, `days` after the first."""

    def do(*paths: Path, days: int = 0, accept_fewer: bool = False) -> Version:
        with Workspace(
            Settings(home=home), now=lambda: NOW + timedelta(days=days), who="Ada"
        ) as opened:
            return load(opened, paths, accept_fewer=accept_fewer)

    return do
