"""Tests that run twice: with few examples in `make test`, with all of them in `make soak`.

Each test of Hypothesis is such a test (tests/conftest.py); a module of others says so by
`pytestmark = pytest.mark.thorough`.
"""

import os
from collections.abc import Sequence

import pytest


def examples(most: int) -> int:
    """How many examples Hypothesis tries: `most` with `--thorough`, else a sixth of them."""
    return most if os.environ.get("THOROUGH") else max(2, most // 6)


def first_of(cases: Sequence[object]) -> list[object]:
    """The cases of a test that starts processes: the first in `make test`, all in `make soak`."""
    return [cases[0], *(pytest.param(case, marks=pytest.mark.soak) for case in cases[1:])]
