"""Two homes for each test of an exchange."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .homes import TwoHomes


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TwoHomes]:
    made = TwoHomes(tmp_path)
    yield made
    made.close()
