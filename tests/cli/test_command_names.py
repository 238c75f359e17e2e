"""The names of commands: few at the top, each with a whole summary, and old ones that answer."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from duediligence.cli.app import build_app
from tests.rows import for_each

from .conftest import Run

ROOT: Any = get_command(build_app())


def find_groups(group: Any = ROOT, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in group.commands.items():
        if hasattr(inner, "commands"):
            yield from find_groups(inner, (*path, name))


def find_command(path: tuple[str, ...]) -> Any:
    found = ROOT
    for name in path:
        found = getattr(found, "commands", {}).get(name)
    return found


def test_the_top_is_short() -> None:
    groups = [name for name, one in ROOT.commands.items() if hasattr(one, "commands")]
    assert len(groups) <= 15
    assert ROOT.commands.keys() - groups == {"demo", "check", "screen", "serve", "mcp", "doctor"}


@for_each("path", list(find_groups()), ids=" ".join)
def test_help_shows_a_whole_summary_of_each_command(
    path: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run(*path, "--help").out.splitlines()
    for name, command in find_command(path).commands.items():
        summary = command.get_short_help_str(1000)
        assert summary.endswith("."), name
        shown = re.compile(rf"  {name} +{re.escape(summary)}")
        assert any(map(shown.fullmatch, lines)), f"{name}: too long for a line: {summary}"


def test_a_name_that_never_was_is_unknown(run: Run) -> None:
    assert "No such command 'exprt'" in run("exprt").err
