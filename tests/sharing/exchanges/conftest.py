"""Two homes for each test of an exchange."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.homes import copy_home

from .homes import TwoHomes


@pytest.fixture(scope="session")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of two homes that hold their agreement; copy it, never write to it."""
    made = TwoHomes(tmp_path_factory.mktemp("agreed"))
    made.close()
    return made.folder


@pytest.fixture
def two(agreed: Path, tmp_path: Path) -> Iterator[TwoHomes]:
    copy_home(agreed, tmp_path)
    made = TwoHomes(tmp_path, held=True)
    yield made
    made.close()
