"""Front ends reach suppliers, lists, alerts and runs through use cases only, and word their own
commands.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from duediligence.cli.app import build_app
from duediligence.cli.globals import COMMANDS, format_command
from duediligence.errors import DuediligenceError, Step, StepName
from duediligence.screening.access import USE_CASES
from tests.rows import for_each

from .sources import ROOT, SOURCES, name_part, name_source, parse_source, read_source, walk_tree

FRONT_ENDS = [
    path
    for path in SOURCES
    if name_part(path).startswith(("duediligence/cli/", "duediligence/web/"))
]
BELOW = [path for path in SOURCES if path not in FRONT_ENDS]
# What a front end may take out of a workspace: nothing that is stored.
HARMLESS = {"home", "settings", "extensions", "watchlist", "watchlists", "now", "who"}
# `warn` says a line and changes nothing.
HARMLESS |= {"role", "role_given_to", "needs_role", "warn"}
WORKSPACES = {"ws", "workspace"}
# Reasons of list states and the advice of a scope are kept with a run and printed in its report.
STILL_NAME_COMMANDS = {
    "duediligence/render/scope.py",
    "duediligence/render/terminal.py",
}

for package in ("screening", "casework", "delivery", "scheduling", "extensions"):
    inside = importlib.import_module(f"duediligence.{package}")
    for module in pkgutil.walk_packages(inside.__path__, f"{inside.__name__}."):
        importlib.import_module(module.name)

# A front end may also ask beforehand whether the use case would refuse.
ALLOWED = {
    *USE_CASES,
    "duediligence.screening.access.permit",
    "duediligence.screening.access.list_allowed_actions",
}


def strays_in(tree: ast.Module) -> Iterator[str]:
    """What a front end does with a workspace that it may not do."""
    imported: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_workspace(node.value):
            if node.attr not in HARMLESS:
                yield f"takes {node.attr} out of a workspace"
        elif isinstance(node, ast.Call) and any(map(_is_workspace, node.args)):
            called = ast.unparse(node.func)
            first, _, rest = called.partition(".")
            full = f"{imported.get(first, first)}{'.' if rest else ''}{rest}"
            own = re.match(r"duediligence\.(extensions\.\w+\.)?(cli|web|pages)\.", full)
            if full.startswith("duediligence.") and not own and full not in ALLOWED:
                yield f"calls {full}, which is no use case"


def _is_workspace(node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id in WORKSPACES) or (
        isinstance(node, ast.Attribute) and node.attr in WORKSPACES
    )


@for_each("path", FRONT_ENDS, ids=name_source)
def test_a_front_end_calls_use_cases_only(path: Path) -> None:
    assert list(strays_in(parse_source(path))) == []


def test_going_round_is_found() -> None:
    source = (
        "from duediligence.casework.deciding import find\n"
        "from duediligence.delivery import digest\n"
        "with workspace() as ws:\n"
        "    find(ws, 'ab'); ws.runs.get('r'); digest.send(ws); digest.gather(ws); local(ws)\n"
    )
    assert set(strays_in(ast.parse(source))) == {
        "takes runs out of a workspace",
        "calls duediligence.casework.deciding.find, which is no use case",
        "calls duediligence.delivery.digest.gather, which is no use case",
    }


def texts(tree: ast.Module) -> Iterator[str]:
    """The strings of a module but its docstrings, from which docs are made."""
    docstrings = {
        id(node.body[0].value)
        for node in walk_tree(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in walk_tree(tree):
        text = isinstance(node, ast.Constant) and id(node) not in docstrings and node.value
        if isinstance(text, str):
            yield text


def test_below_the_command_line_no_text_names_a_command() -> None:
    nouns = [
        *(one.name for one in build_app().registered_groups),
        *(c.name for c in build_app().registered_commands),
    ]
    line = re.compile(rf"\bduediligence ({'|'.join(map(str, nouns))})\b")
    naming = {
        name_source(path)
        for path in BELOW
        if "duediligence " in read_source(path) and any(map(line.search, texts(parse_source(path))))
    }
    assert naming == STILL_NAME_COMMANDS


@cache
def whole_command() -> Any:
    from typer.main import get_command

    return get_command(build_app())


@for_each("name", COMMANDS)
def test_each_step_is_a_command_that_there_is(name: StepName) -> None:
    words = format_command(Step(name)).split()
    group = whole_command()
    while words and (inner := getattr(group, "commands", {}).get(words[0])):
        group = inner
        words = words[1:]
    if words and hasattr(group, "commands"):
        group = group.commands["make"]  # `report SUPPLIER` makes a pack
    options = {opt for parameter in group.params for opt in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_each_step_has_a_command() -> None:
    from typing import get_args

    assert COMMANDS.keys() == set(get_args(StepName))


def kinds(root: type[DuediligenceError]) -> Iterator[type[DuediligenceError]]:
    yield root
    for kind in root.__subclasses__():
        yield from kinds(kind)


def test_each_kind_of_error_has_a_code_of_its_own() -> None:
    found = [
        kind for kind in kinds(DuediligenceError) if kind.__module__.startswith("duediligence.")
    ]
    codes = [kind.code for kind in found]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    for kind in found:
        assert f"| `{kind.code}` | {kind.exit_code} | {kind.http_status} |" in page
