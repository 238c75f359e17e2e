"""Nothing reads what an error says, and no text outside the command line names an option of it."""

import ast
import re
from collections.abc import Iterator

import pytest

from duediligence import errors
from tests.architecture.sources import SOURCES, name_source, parse_source, walk_tree

_TEXTS = {"message", "hint", "said"}
_READING = {
    "count", "endswith", "find", "findall", "finditer", "fullmatch", "index", "match", "partition",
    "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rpartition", "rsplit", "search",
    "split", "splitlines", "startswith", "sub",
}  # fmt: skip
_ERROR = re.compile("error|refus|fault|problem|caught|wrong|failure")
_OPTION = re.compile(r"(?<![\w-])--[a-z]")
# What may name an option outside the command line, and why.
_NAMES_OPTIONS = {
    "duediligence/extensions/whole_register/engine.py": "an option of pip",
    "duediligence/render/wording.py": "packs of earlier versions are verified by these words",
    "duediligence/scheduling/jobs.py": "comments in a file that a person saves",
    "duediligence/settings/__init__.py": "whence a setting comes: a file, a variable, an option",
}


def find_our_errors() -> set[str]:
    """Return the names of the kinds of errors of ours, in whatever module."""
    ours = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.DuediligenceError)
    }
    classes = [
        (node.name, {ast.unparse(base).rpartition(".")[2] for base in node.bases})
        for path in SOURCES
        for node in walk_tree(parse_source(path))
        if isinstance(node, ast.ClassDef)
    ]
    while more := {name for name, bases in classes if bases & ours} - ours:
        ours |= more
    return ours


def find_caught_names(tree: ast.Module, ours: set[str]) -> Iterator[tuple[ast.ExceptHandler, str]]:
    """Yield the handlers of errors of ours, with the name that each gives the error."""
    for node in walk_tree(tree):
        if isinstance(node, ast.ExceptHandler) and node.type and node.name:
            kinds = re.findall(r"\w+", ast.unparse(node.type))
            if ours & set(kinds):
                yield node, node.name


def find_readings(tree: ast.Module, ours: set[str]) -> Iterator[int]:
    """Yield the lines in which the text of an error is searched, compared or taken apart."""
    caught = list(find_caught_names(tree, ours))
    strings = {
        id(call)
        for handler, name in caught
        for call in ast.walk(handler)
        if isinstance(call, ast.Call) and ast.unparse(call) in (f"str({name})", f"{name}.args")
    }

    def holds_text(node: ast.AST) -> bool:
        """Return whether a part of an expression is the text of an error."""
        return any(
            id(one) in strings
            or (
                isinstance(one, ast.Attribute)
                and one.attr in _TEXTS
                and isinstance(one.value, ast.Name | ast.Attribute)
                and _ERROR.search(ast.unparse(one.value))
            )
            for one in ast.walk(node)
        )

    for node in walk_tree(tree):
        match node:
            case ast.Compare(left=left, comparators=others):
                kinds = ast.In | ast.NotIn | ast.Eq | ast.NotEq
                compared = any(isinstance(one, kinds) for one in node.ops)
                if compared and any(map(holds_text, (left, *others))):
                    yield node.lineno
            case ast.Call(func=ast.Attribute(attr=attr, value=value), args=args):
                if attr in _READING and (holds_text(value) or any(map(holds_text, args))):
                    yield node.lineno
            case ast.Subscript(value=value) if holds_text(value):
                yield node.lineno


def test_nothing_reads_the_text_of_an_error() -> None:
    ours = find_our_errors()
    found = [
        f"{name_source(path)}:{line}"
        for path in SOURCES
        if path.name != "errors.py"
        for line in find_readings(parse_source(path), ours)
    ]
    assert found == []


@pytest.mark.parametrize(
    "body",
    [
        "'TOML' in error.message",
        "error.message.removeprefix('a')",
        "re.search('--', error.hint)",
        "_OPTION.findall(f'{error.message} {error.hint}')",
        "str(error).partition(':')",
        "error.said[:4]",
        "error.message == 'a'",
    ],
)
def test_a_reading_is_found(body: str) -> None:
    tree = ast.parse(f"try:\n    pass\nexcept UsageError as error:\n    {body}\n")
    assert list(find_readings(tree, {"UsageError"}))


@pytest.mark.parametrize(
    "body", ["error.message", "str(error)", "f'{error.message}. {error.hint}'"]
)
def test_to_show_it_is_no_reading(body: str) -> None:
    tree = ast.parse(f"try:\n    pass\nexcept UsageError as error:\n    show({body})\n")
    assert not list(find_readings(tree, {"UsageError"}))


def find_options_named(tree: ast.Module) -> Iterator[int]:
    """Yield the lines of texts that name an option, but for documentation and `OptionRemark`."""
    allowed: set[int] = set()
    for node in walk_tree(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "OptionRemark":
            allowed |= {id(one) for one in ast.walk(node)}
        # A text that stands alone is documentation.
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            allowed.add(id(node.value))
    for node in walk_tree(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in allowed and _OPTION.search(text):
                yield node.lineno


def test_no_text_outside_the_command_line_names_an_option() -> None:
    found: dict[str, list[int]] = {}
    for path in SOURCES:
        name = name_source(path)
        if "/cli/" not in name and (lines := [*find_options_named(parse_source(path))]):
            found[name] = lines
    assert {name: lines for name, lines in found.items() if name not in _NAMES_OPTIONS} == {}
    assert sorted(_NAMES_OPTIONS) == sorted(found)
