"""Supplier files written for one test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from duediligence.suppliers.importing import Import, read_suppliers

ReadText = Callable[..., Import]


@pytest.fixture
def read_text(tmp_path: Path) -> ReadText:
    """Write the text (or bytes) to a file and read its suppliers."""

    def read(content: str | bytes, **options: object) -> Import:
        path = tmp_path / "suppliers.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_suppliers(path, **options)  # type: ignore[arg-type]

    return read
