"""Tests that run twice: with few examples in `make test`, with all of them in `make soak`.

A module says so by `pytestmark = pytest.mark.thorough`.
"""

import os


def examples(most: int) -> int:
    """How many examples Hypothesis tries: `most` with `--thorough`, else a sixth of them."""
    return most if os.environ.get("THOROUGH") else max(4, most // 6)
