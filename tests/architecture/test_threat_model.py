"""The threat model names tests: each of them exists."""

import re
from functools import cache
from pathlib import Path

from tests.rows import for_each

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "it" / "threat-model.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE)))


@cache
def _source(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_tests_are_named() -> None:
    assert len(NAMED) > 40


@for_each("name", NAMED)
def test_each_test_that_is_named_exists(name: str) -> None:
    path, _, function = name.partition("::")
    assert (ROOT / path).is_file(), path
    assert not function or f"\ndef {function}(" in _source(path), name
