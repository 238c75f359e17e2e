"""What people read is in plain English, without turns that a stranger must translate."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.rows import for_each

from .sources import ROOT, SOURCES, name_source, parse_source, walk_tree

PAGES = sorted(
    path
    for path in (
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "duediligence").rglob("*.jinja"),
        *(ROOT / "duediligence" / "render" / "letters").glob("*.txt"),
        *ROOT.glob("*.md"),
    )
    # Records of their day.
    if path.parent.name != "adr" and path.name != "CHANGELOG.md"
)
BANNED = re.compile(
    r"""\b(?:
        anew | lest | whom | be\ it | save\ where | parted\ by | at\ hand | so\ many | that\ which
        | heed(?:s|ed)? | mend(?:s|ed|ing)? | taken\ in | (?:is|be|are|was|were)\ told
        | tells?\ people | likeness(?:es)? | alike | hears?\ (?:of|from|the)
        | nobody\ can\ be\ called | over\ its\ time | to\ be\ had
        | there\ is\ no\ (?:list|supplier|alert|run|check)\ '
        | is\ no\ (?:id|date|decision|number|name|setting)\b
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def read(tree: ast.Module, *, commands: bool) -> Iterator[tuple[int, str]]:
    """The texts of a module that somebody may read: no names, and no docstrings but those of
    checks and commands, which are guidance and help.
    """
    docs = {
        id(node.body[0].value)
        for node in walk_tree(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
        and not (commands and getattr(node, "decorator_list", ()))
    }
    for node in walk_tree(tree):
        text = isinstance(node, ast.Constant) and id(node) not in docs and node.value
        if isinstance(text, str) and " " in text:
            yield node.lineno, text


@for_each("path", SOURCES, ids=name_source)
def test_no_text_of_the_code_has_a_banned_turn(path: Path) -> None:
    front_end = "cli" in path.parts or "checks" in path.parts
    tree = parse_source(path)
    texts = read(tree, commands=front_end)
    found = [(line, turn) for line, text in texts for turn in BANNED.findall(text)]
    assert not found


@for_each("path", PAGES, ids=name_source)
def test_no_page_has_a_banned_turn(path: Path) -> None:
    prose = re.sub(r"`[^`\n]*`", "", path.read_text(encoding="utf-8"))
    assert not BANNED.findall(prose)


def test_a_banned_turn_is_found() -> None:
    assert BANNED.findall("It is told anew. There is no list 'x'; 'zz' is no date.")
