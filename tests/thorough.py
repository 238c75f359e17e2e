"""Tests that run twice: with few examples in `make test`, with all of them in `make soak`.

Each test of Hypothesis is such a test (tests/conftest.py); a module of others says so by
`pytestmark = pytest.mark.thorough`.
"""

import os
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")
ParameterSet = type(pytest.param())


def is_thorough() -> bool:
    """Return whether all examples are tried."""
    return bool(os.environ.get("THOROUGH"))


def examples(most: int) -> int:
    """How many examples Hypothesis tries: `most` with `--thorough`, else a twelfth of them."""
    return most if is_thorough() else max(2, most // 12)


def first_of(cases: Sequence[object]) -> list[object]:
    """The cases of a test that starts processes: the first in `make test`, all in `make soak`."""
    return [cases[0], *(pytest.param(case, marks=pytest.mark.soak) for case in cases[1:])]


def every_nth(cases: Iterable[object], n: int) -> list[object]:
    """The first case and each n-th after it in `make test`, all of them in `make soak`."""
    return [case if not at % n else _later(case) for at, case in enumerate(cases)]


def share_of(rows: Iterable[T], n: int) -> list[T]:
    """Each n-th row of a case in `make test`, all with `--thorough`; the test has that mark."""
    return list(rows)[:: 1 if is_thorough() else n]


def _later(case: object) -> object:
    if isinstance(case, ParameterSet):
        return pytest.param(*case.values, id=case.id, marks=[*case.marks, pytest.mark.soak])
    return pytest.param(case, marks=pytest.mark.soak)
