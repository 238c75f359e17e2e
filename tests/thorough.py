"""Tests that run twice: with few examples in `make test`, with all of them in `make soak`.

Each test of Hypothesis is such a test (tests/conftest.py); a module of others says so by
`pytestmark = pytest.mark.thorough`.
"""

import os


def examples(most: int) -> int:
    """How many examples Hypothesis tries: `most` with `--thorough`, else a sixth of them."""
    return most if os.environ.get("THOROUGH") else max(2, most // 6)
