"""CSV is written in one place, so that no file lacks the mark, the quotes or the escape."""

import ast

from .sources import SOURCES, name_source, parse_source, walk_tree

WRITERS = {"writer", "DictWriter"}


def test_one_function_writes_csv() -> None:
    named = [
        name_source(path)
        for path in SOURCES
        for node in walk_tree(parse_source(path))
        if (isinstance(node, ast.Attribute) and node.attr in WRITERS)
        or (isinstance(node, ast.ImportFrom) and {one.name for one in node.names} & WRITERS)
    ]
    assert named == ["duediligence/writing.py"]
