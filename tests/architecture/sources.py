"""The modules of the house, each read and parsed once in a process."""

import ast
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


def name_source(path: Path) -> str:
    """Return the path of a module as the house names it."""
    return path.relative_to(ROOT).as_posix()
