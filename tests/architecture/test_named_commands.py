"""A page, a hint or a comment names commands that there are."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from duediligence.cli.app import build_app
from duediligence.cli.globals import split_global_options
from tests.rows import for_each

from .sources import ROOT, SOURCES, name_source, parse_source, walk_tree

TOP: Any = get_command(build_app())
NOUNS = TOP.commands.keys()
PAGES = sorted(
    path
    for place, pattern in (
        (".", "*.md"),
        ("docs", "**/*.md"),
        ("deploy", "**/*"),
        ("duediligence", "**/*.jinja"),
        ("duediligence", "**/*.txt"),
    )
    for path in (ROOT / place).glob(pattern)
    # It has the names of each version.
    if path.is_file() and path.name != "CHANGELOG.md"
)
# Events of the audit chain, what an agreement may share, and marks of files.
OTHER_CODE = {"backup made", "report made", "case papers", "evidence pack", "agreement"}


def read_typed_commands(text: str) -> Iterator[str]:
    """Yield what people type, without the program: lines of code blocks, and code in the text."""
    yield from re.findall(r"^(?:\$ )? *duediligence ([a-z-].*)$", text, re.MULTILINE)
    for code in re.findall(r"`([^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)):
        program, _, rest = code.partition(" ")
        typed = rest if program == "duediligence" else code if program in NOUNS else ""
        # A noun alone is often something else.
        if " " in code:
            yield typed


def list_unknown_commands(typed: Iterable[str]) -> list[str]:
    """Return the lines that name a command that there is not."""
    return [line for line in typed if line not in OTHER_CODE and not _names_a_command(line)]


def _names_a_command(line: str) -> bool:
    group = TOP
    for word in split_global_options(line.split())[1]:
        inner = getattr(group, "commands", {})
        if not inner or not re.fullmatch(r"[a-z]+(-[a-z]+)*", word):
            break
        if word not in inner:
            return False
        group = inner[word]
    return True


@for_each("path", PAGES, ids=name_source)
def test_a_page_names_commands_that_there_are(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert list_unknown_commands(read_typed_commands(page)) == []


@for_each("path", SOURCES, ids=name_source)
def test_a_text_of_the_code_names_commands_that_there_are(path: Path) -> None:
    line = re.compile(rf"\bduediligence ((?:{'|'.join(NOUNS)})\b.*)")
    for node in walk_tree(parse_source(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            typed = [*line.findall(node.value), *read_typed_commands(node.value)]
            assert list_unknown_commands(typed) == []


def test_a_wrong_name_is_found() -> None:
    page = "Type `lists shw 1`, or\n```\n$ duediligence lists refrsh\n```\nor `lists refresh ID`."
    assert list_unknown_commands(read_typed_commands(page)) == ["lists refrsh", "lists shw 1"]
