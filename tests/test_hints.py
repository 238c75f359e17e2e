"""Hints: advice with steps in it, which each front end words its own way."""

import re
from pathlib import Path

from duediligence.errors import Hint, OptionRemark, Step
from tests.rows import for_each

STEP = Step("confirm-list", list="un")


@for_each(
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


@for_each("file", sorted((Path(__file__).parents[1] / "duediligence").rglob("*.py")))
def test_no_full_stop_follows_a_command_that_is_copied(file: Path) -> None:
    """`duediligence alerts list.` does not run: a step ends a hint, or is in backticks."""
    assert not re.search(r'Step\([^()]*\),\s*"[.,;]', file.read_text(encoding="utf-8"))


def test_options_are_shown_at_a_command_line_alone() -> None:
    hint = Hint("Choose one", OptionRemark(" (--basis)"), ", then ", STEP, ".")
    assert hint.worded(lambda _: "run it") == "Choose one (--basis), then run it."
    assert str(hint) == f"Choose one, then {STEP}."
