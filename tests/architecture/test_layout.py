"""Rules about the code that no linter knows."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duediligence
from tests.rows import for_each

from .sources import ROOT, SOURCES, name_part, name_source, parse_source, read_source, walk_tree

ONLY_IN: dict[str, str | tuple[str, ...]] = {
    "requests": "duediligence/fetch",
    "sqlite_utils": "duediligence/store",
    "sqlite3": "duediligence/store",
    "rapidfuzz": "duediligence/matching",
    "numpy": "duediligence/matching",
    "typer": "duediligence/cli",
    "jinja2": ("duediligence/render", "duediligence/web"),
    "fastapi": "duediligence/web",
    "starlette": "duediligence/web",
    "uvicorn": "duediligence/web",
    "authlib": "duediligence/web/sign_in",
    "govuk_frontend_jinja": "duediligence/web",
    "weasyprint": "duediligence/render",
    "xlsxwriter": "duediligence/render",
    "python_calamine": "duediligence/formats",
    "schedule": "duediligence/scheduling",
    "keyring": "duediligence/settings",
    "duckdb": "duediligence/extensions/whole_register",
    "dask": "duediligence/extensions/whole_register",
    "distributed": "duediligence/extensions/whole_register",
    "fsspec": "duediligence/extensions/whole_register",
    "rbcl": "duediligence/blind",
}
BANNED_NAMES = {"utils", "helpers", "manager", "misc", "common", "base"}


@cache
def _imports(path: Path) -> tuple[str, ...]:
    found: list[str] = []
    for node in walk_tree(parse_source(path)):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
    return tuple(found)


def test_libraries_stay_in_their_own_package() -> None:
    strays = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in SOURCES
        for name in _imports(path)
        if (home := ONLY_IN.get(name.partition(".")[0]))
        and (name_source(path), name) != ("duediligence/logs.py", "sqlite3")  # for its version
        and not any(place.startswith(home) for place in (name_part(path), name_source(path)))
    ]
    assert not strays, "\n".join(strays)


def test_the_model_imports_nothing_but_the_standard_library() -> None:
    strays = [
        f"{path.name} imports {name}"
        for path in (ROOT / "duediligence" / "model").rglob("*.py")
        for name in _imports(path)
        if name.startswith("duediligence")
        and not name.startswith("duediligence.model")
        # How a day is written: of `text` only what needs no library.
        and name != "duediligence.text.dates"
    ]
    assert not strays, "\n".join(strays)


def test_nothing_inside_imports_from_the_face() -> None:
    strays = [
        f"{name_source(path)} imports {alias.name}"
        for path in SOURCES
        if path != ROOT / "duediligence" / "__init__.py"
        for node in walk_tree(parse_source(path))
        if isinstance(node, ast.ImportFrom) and node.module == "duediligence"
        for alias in node.names
        if alias.name in duediligence.__all__
    ]
    assert not strays, "\n".join(strays)


@for_each("path", SOURCES, ids=name_source)
def test_a_file_is_named_after_what_it_does(path: Path) -> None:
    assert path.stem not in BANNED_NAMES


def test_time_is_injected_where_results_are_made() -> None:
    """Checks, lists, matching and reports must give the same result whenever they run."""
    clocks = ("datetime.now", "date.today", "time.time(")
    strays = [
        name_source(path)
        for path in SOURCES
        if name_source(path).startswith(
            (
                "checks",
                "watchlists",
                "duediligence/matching",
                "duediligence/render",
                "duediligence/model",
            )
        )
        and any(clock in read_source(path) for clock in clocks)
    ]
    assert not strays, "\n".join(strays)


def test_nothing_is_named_twice_among_test_files() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))


# What is written in text/ once, by the text of a string or a name that would write it again.
ONLY_IN_TEXT = {
    "the pattern of a postcode": re.compile(r"\[0-9\]\[A-Z\]\{2\}|\\d\[A-Z\]\{2\}"),
    "words of legal forms": re.compile(r"\bltd\b.{0,40}\b(?:plc|llp)\b|\blimited\b.{0,12}\bltd\b"),
    "the names of months": re.compile(r"\bjan(?:uary)?\b.{1,12}\bfeb|%B"),
}
# Codes of a register, or words whose case or neighbours give them another meaning.
_NOT_AGAIN = {
    "words of legal forms": {
        "checks/toolkit/companies.py",
        "duediligence/council_registers/guesses.py",
        "duediligence/store/register/names.py",
        "watchlists/cma_cartels.py",
    },
    # Formats of dates, to be written into a description.
    "the names of months": {"duediligence/council_registers/guesses.py"},
}


@cache
def _strings(path: Path) -> tuple[str, ...]:
    """The string constants of a file that are not docstrings."""
    tree = parse_source(path)
    docs = {
        id(node.body[0].value)
        for node in walk_tree(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return tuple(
        node.value
        for node in walk_tree(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    )


@for_each("what", ONLY_IN_TEXT)
def test_what_text_holds_is_written_once(what: str) -> None:
    strays = [
        place
        for path in SOURCES
        if not (place := name_source(path)).startswith(("duediligence/text/", "duediligence/demo/"))
        and place not in _NOT_AGAIN.get(what, ())
        for text in _strings(path)
        if ONLY_IN_TEXT[what].search(text.lower() if "legal" in what else text)
    ]
    assert not strays, "\n".join(strays)


def test_months_are_counted_in_one_place() -> None:
    """The model only asks how long a month is."""
    users = {name_source(path) for path in SOURCES if "calendar" in _imports(path)}
    assert users == {"duediligence/text/dates.py", "duediligence/model/dates.py"}


def test_names_are_compared_by_the_matcher() -> None:
    """`difflib` only suggests what a person may have meant to type."""
    strays = [name_source(path) for path in SOURCES if "SequenceMatcher" in read_source(path)]
    assert not strays, "\n".join(strays)


@for_each(
    ("sign", "places"),
    [
        # One writer of files, that makes them and their names outlive a power cut.
        ("os.fsync(", {"writing.py"}),
        ("os.replace(", set()),
        # What is built aside and swapped in by `settle` need not be synced before.
        (
            "PRAGMA synchronous",
            {"store/copies.py", "store/database.py", "store/register/local_register.py"},
        ),
        ("NamedTemporaryFile", set()),
        # One HTTP client with one rule of when to ask again.
        ("requests.Session(", {"fetch/http.py"}),
        ("random.uniform(", {"fetch/http.py"}),
        ("Retry-After", {"fetch/http.py", "web/rates.py"}),
        # Two threads that first use a class of the library at once would end the process.
        ("msgspec.convert(", {"typed_data.py"}),
        ("json.Decoder(", {"typed_data.py"}),
        # The library is used as documented.
        ("schedule.Job", set()),
        ("_schedule_next_run", set()),
    ],
)
def test_there_is_one_way_to_each_thing(sign: str, places: set[str]) -> None:
    found = {
        path.relative_to(ROOT / "duediligence").as_posix()
        for path in (ROOT / "duediligence").rglob("*.py")
        if sign in read_source(path) and "demo" not in path.parts
    }
    assert found == places


def test_what_is_read_as_a_type_is_read_by_its_one_reader() -> None:
    strays = [
        f"{name_source(path)}:{node.lineno}"
        for path in SOURCES
        for node in walk_tree(parse_source(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("json.decode")
        if len(node.args) > 1 or node.keywords
    ]
    assert not strays, "\n".join(strays)


def _moves(path: Path) -> Iterator[str]:
    """Calls that give a file another name: of `os`, `shutil` or a path."""
    for node in walk_tree(parse_source(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, name = ast.unparse(node.func.value), node.func.attr
            # The method of a text takes two values, that of a date takes them by name.
            one_value = len(node.args) == 1 and not node.keywords
            replaces = name == "replace" and (one_value or owner == "os")
            if replaces or name in ("rename", "renames", "move"):
                yield f"{owner}.{name}"


def test_a_file_gets_another_name_in_one_place_only() -> None:
    """That place sees to it that the name outlives a power cut."""
    strays = [
        f"{path.relative_to(ROOT)}: {call}"
        for path in SOURCES
        if path != ROOT / "duediligence" / "writing.py"
        for call in _moves(path)
    ]
    assert not strays, "\n".join(strays)


OWN = ("duediligence", "watchlists", "checks")
# Public, for all their underscore.
DOCUMENTED = {"_fields", "_replace", "_asdict", "_make", "_Element"}


def _private(tree: ast.AST) -> Iterator[str]:
    """Names of ours with an underscore: imported, or taken out of an object that is not `self`."""
    for node in walk_tree(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in OWN:
            for alias in node.names:
                module = f"{(node.module or '').replace('.', '/')}/{alias.name}.py"
                inside = (ROOT / module, ROOT / module.removeprefix("duediligence/"))
                if alias.name.startswith("_") and not any(path.exists() for path in inside):
                    yield alias.name
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = ast.unparse(node.value)
            hidden = node.attr.startswith("_") and not node.attr.startswith("__")
            if hidden and node.attr not in DOCUMENTED and owner not in ("self", "cls", "os"):
                yield f"{owner}.{node.attr}"


TESTS = sorted((ROOT / "tests").rglob("*.py"))


@for_each("path", TESTS, ids=name_source)
def test_a_test_uses_what_is_public(path: Path) -> None:
    assert not list(_private(ast.parse(path.read_bytes())))
