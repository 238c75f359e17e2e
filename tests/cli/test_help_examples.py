"""The examples in the help of each command can be typed as they stand."""

import re

import typer

from duediligence.cli.app import build_app
from tests.rows import for_each

from .test_pipes_and_devices import commands

EVERY = dict(commands(typer.main.get_command(build_app())))
EXAMPLES = {
    path: [
        line.strip()
        for line in (command.help or "").partition("Examples:")[2].splitlines()
        if line.strip()
    ]
    for path, command in EVERY.items()
}


def test_there_are_examples() -> None:
    assert sum(map(bool, EXAMPLES.values())) > 100


@for_each("path", [path for path, lines in EXAMPLES.items() if lines])
def test_an_example_is_one_command_on_one_line(path: tuple[str, ...]) -> None:
    """Help runs the lines of a paragraph together: what is indented for the code would show."""
    for line in EXAMPLES[path]:
        if line.startswith("duediligence "):
            assert not re.search(r"\S  +\S", line), line
        assert not line.startswith("--"), line
