"""The trees of the house are dropped once its rules are tried."""

from collections.abc import Iterator

import pytest

from .sources import parse_source, read_source, walk_tree


@pytest.fixture(scope="package", autouse=True)
def _forget_sources() -> Iterator[None]:
    yield
    read_source.cache_clear()
    parse_source.cache_clear()
    walk_tree.cache_clear()
