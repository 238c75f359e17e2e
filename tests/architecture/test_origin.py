"""Where a thing comes from is said by the function that read or fetched it, and by nothing that is
sent: no value reaches `Origin` but a word written out in one of these functions.
"""

import ast
import dataclasses
import importlib
import typing
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from duediligence.model import supplier_information
from tests.rows import for_each

from .sources import SOURCES, name_part, name_source, parse_source, walk_tree

# The only functions that say an origin, and which. `_identify_form` leaves it out of what a form
# has in common with another.
SAID = {
    ("duediligence/casework/supplier_information.py", "fetch_information", "service"),
    ("duediligence/casework/supplier_information.py", "read_information", "file"),
    ("duediligence/suppliers/stated_fields.py", "build_stated_information", "printed form"),
    ("duediligence/store/casework/supplier_information.py", "_identify_form", "file"),
}
# How a value is made of what was sent, a file or JSON.
DECODING = {"decode_json", "convert_to", "convert", "decode", "read_once"}
FRONT_ENDS = [
    path
    for path in SOURCES
    if name_part(path).startswith(("duediligence/cli/", "duediligence/web/"))
]


@cache
def having_origin() -> frozenset[str]:
    """The names of the types that have an Origin, also within another."""
    found: set[str] = set()
    classes = [one for path in SOURCES for one in list_dataclasses(path)]
    while True:
        more = {
            one.__name__
            for one in classes
            if one.__name__ not in found and any(holds(hint, found) for hint in hints_of(one))
        }
        if not more:
            return frozenset({*found, "Origin"})
        found |= more


def list_dataclasses(path: Path) -> Iterator[type]:
    """Yield those of a module that mentions what suppliers state."""
    text = path.read_text("utf-8")
    if "dataclass" in text and any(one in text for one in ("Origin", "Stated", "SupplierInform")):
        name = name_source(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        name = name if name.startswith("duediligence.") else f"duediligence.{name}"
        for one in vars(importlib.import_module(name)).values():
            if isinstance(one, type) and dataclasses.is_dataclass(one) and one.__module__ == name:
                yield one


def hints_of(one: type) -> list[Any]:
    try:
        return [*typing.get_type_hints(one).values()]
    except NameError:  # what is imported for types alone
        return [field.type for field in dataclasses.fields(one)]  # type: ignore[arg-type]


def holds(hint: Any, found: set[str]) -> bool:
    if hint == supplier_information.Origin or str(getattr(hint, "__name__", hint)) in found:
        return True
    if typing.get_origin(hint) is Callable:  # it returns one, and has none
        return False
    return any(holds(each, found) for each in typing.get_args(hint))


def list_said(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield each value that is given as an origin, and the function in which it is."""
    for function in walk_tree(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                for one in node.keywords:
                    if one.arg == "origin" and not is_handed_on(one.value, function):
                        yield function.name, one.value
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    named = isinstance(key, ast.Constant) and key.value == "origin"
                    if named and not is_handed_on(value, function):
                        yield function.name, value


def is_handed_on(value: ast.expr, function: ast.FunctionDef) -> bool:
    """Whether it is the origin of something that has one, or a parameter that is an Origin and is
    not set again.
    """
    if isinstance(value, ast.Attribute):
        return value.attr == "origin"
    every = [*function.args.args, *function.args.kwonlyargs]
    given = {one.arg for one in every if one.annotation and ast.unparse(one.annotation) == "Origin"}
    set_again = {
        one.id
        for one in ast.walk(function)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    return isinstance(value, ast.Name) and value.id in given - set_again


OF_STATED = [path for path in SOURCES if "SupplierInformation" in path.read_text("utf-8")]


@for_each("path", OF_STATED, ids=name_source)
def test_an_origin_is_written_out_where_a_thing_is_read_and_nowhere_else(path: Path) -> None:
    strays = [
        (function, ast.unparse(value))
        for function, value in list_said(parse_source(path))
        if not isinstance(value, ast.Constant)
        or (name_source(path), function, value.value) not in SAID
    ]
    assert strays == []


def find_front_end_strays(tree: ast.Module) -> Iterator[str]:
    """What a front end does that could put what was sent where an Origin is."""
    for node in walk_tree(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            names = {one.name for one in node.names}
            yield from (f"imports {one}" for one in names & {"Origin", "SupplierInformation"})
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in having_origin():
                yield f"makes {called}"
            if any(one.arg == "origin" and called != "page" for one in node.keywords):
                yield f"gives an origin to {called}"
            if called in DECODING - {"read_once"}:
                kinds = {ast.unparse(one).rpartition(".")[2] for one in node.args}
                yield from (f"decodes {one}" for one in kinds & having_origin())


@for_each("path", FRONT_ENDS, ids=name_source)
def test_no_front_end_makes_what_has_an_origin(path: Path) -> None:
    assert list(find_front_end_strays(parse_source(path))) == []


def test_what_has_an_origin_is_known_by_its_type() -> None:
    assert {"SupplierInformation", "StatedForms", "StatedSupplier"} <= having_origin()


def test_a_query_that_says_an_origin_is_found() -> None:
    old = (
        "from duediligence.model.supplier_information import Origin\n"
        "def read(visit, path):\n"
        "    origin: Origin = 'service' if visit.query('share_code') == YES else 'file'\n"
        "    stated.read_information(visit.ws, path, origin=origin)\n"
        "    stated.StatedForms((), '', b''); decode_json(visit.form, stated.StatedForms)\n"
        "    build(origin=visit.query('origin'))\n"
    )
    tree = ast.parse(old)
    assert set(find_front_end_strays(tree)) == {
        "imports Origin",
        "gives an origin to read_information",
        "makes StatedForms",
        "decodes StatedForms",
        "gives an origin to build",
    }
    values = [ast.unparse(value) for _, value in list_said(tree)]
    assert values == ["origin", "visit.query('origin')"]
