"""Hints: advice with steps in it, which each front end words its own way."""

import re
from pathlib import Path

import pytest

from duediligence.errors import Hint, OptionRemark, Step, describe_installing
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


@for_each(
    ("system", "machine", "libc", "extra", "said"),
    [
        ("Windows", "ARM64", "", "exchange", "no packages for Windows on ARM"),
        ("Windows", "AMD64", "", "exchange", "pip install 'duediligence[exchange]'"),
        ("Linux", "x86_64", "musl", "register", "no packages for Linux with musl"),
        ("Linux", "x86_64", "glibc", "register", "pip install 'duediligence[register]'"),
        ("Linux", "x86_64", "musl", "exchange", "pip install 'duediligence[exchange]'"),
    ],
)
def test_nobody_is_told_to_install_what_there_is_not(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, libc: str, extra: str, said: str
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("platform.libc_ver", lambda: (libc, ""))
    assert said in describe_installing(extra)
