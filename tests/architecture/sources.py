"""The modules of the house, each read and parsed once in a process."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for package in ("duediligence", "watchlists", "checks")
    for path in (ROOT / package).rglob("*.py")
)


@cache
def read_source(path: Path) -> str:
    """Return the text of a module."""
    return path.read_text(encoding="utf-8")


@cache
def parse_source(path: Path) -> ast.Module:
    """Return the tree of a module; nobody may change it."""
    return ast.parse(read_source(path))


@cache
def walk_tree(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Return each node of a tree."""
    return tuple(ast.walk(tree))


def name_part(path: Path) -> str:
    """Return where a module would be if it were the core's: its extension's `pages` are `web`."""
    name = re.sub(r"^duediligence/extensions/\w+/", "duediligence/", name_source(path))
    return re.sub(r"^duediligence/pages/", "duediligence/web/pages/", name)


def name_source(path: Path) -> str:
    """Return the path of a module as the house names it."""
    return path.relative_to(ROOT).as_posix()
