"""Hints: advice with steps in it, which each front end words its own way."""

import pytest

from duediligence.errors import Hint, Step

STEP = Step("confirm-list", list="un")


@pytest.mark.parametrize(
    ("hint", "parts"),
    [
        (Hint("Then `", STEP, "`."), ("Then ", STEP, ".")),
        (Hint("Then `", STEP, "`"), ("Then ", STEP)),
        (Hint("`", STEP, "`; or `", STEP, "` again"), (STEP, "; or ", STEP, " again")),
        (Hint("Then: ", STEP), ("Then: ", STEP)),
        (Hint("See `x`", STEP, " then"), ("See `x`", STEP, " then")),
        (Hint(STEP), (STEP,)),
        (Hint(), ()),
    ],
)
def test_backticks_go_only_where_they_are_around_a_step(
    hint: Hint, parts: tuple[str | Step, ...]
) -> None:
    assert hint.unquoted().parts == parts
