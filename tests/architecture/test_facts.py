"""Facts are data: nothing reads, splits or changes a rendered text, and templates are constant."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.rows import for_each

from .sources import SOURCES, name_source, parse_source, read_source, walk_tree

# What makes words of facts, and the fields that hold what is said.
RENDERS = {"said", "explain", "explain_match", "sentence_of", "sentence"}
SPOKEN = {"why", "next_step", "happened", "sentence", "working", "look_back"}
READS = {
    "startswith", "endswith", "partition", "rpartition", "split", "rsplit", "replace", "find",
    "index", "removeprefix", "removesuffix", "translate",
}  # fmt: skip
PATTERNS = {"search", "match", "fullmatch", "findall", "finditer", "sub", "subn"}
# Where none of these is written, nothing is rendered.
READ = re.compile(rf"\b(?:{'|'.join(RENDERS | SPOKEN)})\b")
# Compares texts that were stored before facts were; it goes when no such home is left.
EARLIER = "duediligence/screening/alerts/earlier_form.py"


def problems(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The line and the kind of each place that reads a rendered text."""
    for scope in walk_tree(tree):
        if not isinstance(scope, ast.Module | ast.FunctionDef | ast.Lambda):
            continue
        rendered = {
            target.id
            for node in walk_tree(scope)
            if isinstance(node, ast.Assign | ast.NamedExpr) and _rendered(node.value, set())
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name) and not isinstance(scope, ast.Module)
        }
        for node in walk_tree(scope):
            match node:
                case ast.Compare(ops=ops, comparators=others):
                    for op, other in zip(ops, others, strict=True):
                        if isinstance(op, ast.In | ast.NotIn) and _rendered(other, rendered):
                            yield node.lineno, "in"
                case ast.Call(func=ast.Attribute(value=value, attr=attr), args=args):
                    if attr in READS and _rendered(value, rendered):
                        yield node.lineno, attr
                    if attr in PATTERNS and any(_rendered(arg, rendered) for arg in args):
                        yield node.lineno, f"a pattern's {attr}"


def _rendered(node: ast.expr, names: set[str]) -> bool:
    """Whether the expression is a rendered text, also folded or joined to another."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in RENDERS
        case ast.Call(func=ast.Attribute(value=value, attr="casefold" | "lower" | "strip")):
            return _rendered(value, names)
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr in RENDERS
        case ast.Attribute(attr=attr):
            return attr in SPOKEN
        case ast.Subscript(value=value):
            return _rendered(value, names)
        case ast.BinOp(left=left, right=right):
            return _rendered(left, names) or _rendered(right, names)
        case ast.Name(id=name):
            return name in names
    return False


def varying(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each template that is not a constant, and each text of an outcome that is pieced together."""
    for node in walk_tree(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        name = node.func.id
        if name in ("say", "Clause") and node.args and not isinstance(node.args[0], ast.Constant):
            yield node.lineno, f"the template of {name}"
        if name in ("Outcome", "Finding"):
            for keyword in node.keywords:
                if keyword.arg in SPOKEN - {"look_back"} and _pieced(keyword.value):
                    yield node.lineno, f"{keyword.arg} of {name}"


def _pieced(node: ast.expr) -> bool:
    match node:
        case ast.JoinedStr() | ast.BinOp():
            return True
        case ast.Call(func=ast.Attribute(value=ast.Constant())):
            return True  # "; ".join(…), "{}".format(…)
        case ast.IfExp(body=body, orelse=other):
            return _pieced(body) or _pieced(other)
        case ast.BoolOp(values=values):
            return any(map(_pieced, values))
    return False


@for_each("path", SOURCES, ids=name_source)
def test_nothing_reads_a_rendered_text(path: Path) -> None:
    if name_source(path) != EARLIER and READ.search(read_source(path)):
        assert not list(problems(parse_source(path)))


@for_each("path", SOURCES, ids=name_source)
def test_what_varies_is_a_value(path: Path) -> None:
    own = path.name in ("facts.py", "cli") or "cli" in path.parts
    if not own:
        assert not list(varying(parse_source(path)))


@for_each(
    "source",
    [
        'if "born" in finding.why: pass',
        "x = said(text).partition(';')",
        "re.sub('a', 'b', explain(finding))",
        "_BORN.search(outcome.happened)",
        "def f():\n    text = explain(finding)\n    return text.casefold().startswith('a')",
        "a = finding.next_step.removeprefix('Ask')",
        "Outcome('review', why=f'{name} is here')",
        "Outcome('review', why='; '.join(names) + '.')",
        "say(f'{name} is here')",
        "say(template, name=1)",
    ],
)
def test_such_a_place_is_found(source: str) -> None:
    tree = ast.parse(source)
    assert [*problems(tree), *varying(tree)]
