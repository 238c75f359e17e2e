"""How big the house is, how far apart its parts are, and how plain its words: it may only improve.

    python benchmarks/house.py            print what is measured, beside the figures of house.toml
    python benchmarks/house.py --write    lower the figures of house.toml to what is measured
    python benchmarks/house.py --costs    compare what `make test` cost last with house.toml

Counts the service, the lists and the checks; tests, docs and benchmarks are not counted. A figure
of `house.toml` that is raised needs a reason there, in the same commit: tests/architecture.
"""

import ast
import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FIGURES = Path(__file__).with_suffix(".toml")
COSTS = ROOT / ".pytest_cache" / "v" / "duediligence" / "costs"  # written by tests/conftest.py
TOLERANCE = 1.15  # of the costs of a test run: a machine is not always as fast
PACKAGES = ("duediligence", "watchlists", "checks")
# Found by what they declare, not by an import.
PORTS = re.compile(r"(watchlists|checks|casework\.jobs|scheduling\.jobs|web\.pages)\.")
# First words of docstrings that say what a function does. Add a verb where one is missing.
VERBS = frozenset(
    """accept add allow answer append apply arrange ask assert assess begin block bring
    build calculate call cancel change check choose classify close collect combine compare
    compute confirm connect convert copy correct count create cut decide declare decode
    decrypt deduplicate delete deliver derive descend describe discard do download draft
    drain draw drop encode encrypt end ensure enter estimate evict expand explain export
    extract fetch fill filter find finish fold follow forget format gather generate get give
    go group guess handle hash hide hold import include index insert invite iterate join
    keep leave let limit link list load lock log look make map mark match measure merge
    migrate move multiply name normalise note notify open order overwrite pack pair parse part
    partition pass place plan post prefetch prepare present print propose protect provide
    publish put queue raise rank read rebuild receive recognise record redact refer refresh
    refuse register reject release remember remove rename render replace report request
    reset resolve restore retry return reveal review roll run save say scan schedule score
    screen seal search select send serve set settle share show shut sign skip sort split
    start stop store stream strip submit suggest summarise take tell test translate truncate
    try turn undo unpack update upgrade use validate verify wait walk warn weigh withdraw
    word work wrap write yield""".split()
)
# Turns that a stranger must translate, counted in comments, docstrings and names.
TURNS = re.compile(
    r"""\b(?:
        stands? | (?:that|what|those)\ of | (?:no|some|any)body | (?:each|every|the)\ one(?=\ that)
        | one\ that | told | tells? | telling | (?:who|what|where)(?:so)?ever | beside | whom | anew
        | lest | save\ where | parted\ by | at\ hand | so\ many | that\ which | heed(?:s|ed)?
        | mend(?:s|ed|ing)? | likeness | alike | taken\ in | to\ be\ had
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


class House:
    """The modules of a checkout, by their name: what is written in them."""

    def __init__(self, root: Path) -> None:
        files = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
        self.sources = {
            _module(path.relative_to(root)): path.read_text(encoding="utf-8") for path in files
        }
        self.trees = {name: ast.parse(text) for name, text in self.sources.items()}
        self.nodes = {name: list(ast.walk(tree)) for name, tree in self.trees.items()}
        self.homes = {
            _module(path.relative_to(root)): _package(path.relative_to(root)) for path in files
        }
        known = set(self.sources)
        self.imports = {name: _imports(nodes, name, known) for name, nodes in self.nodes.items()}

    def used_once(self) -> list[str]:
        """Return the modules that one other imports, and that are not found as a port."""
        users: Counter[str] = Counter()
        for used in self.imports.values():
            users.update(used)
        return [
            name
            for name in self.sources
            if users[name] == 1 and not PORTS.search(f"{name.removeprefix('duediligence.')}.")
        ]

    def names_twice(self, kind: type[ast.AST]) -> list[str]:
        """Return the names of top-level classes or functions that several modules define."""
        places = defaultdict(set)
        for module, tree in self.trees.items():
            for node in tree.body:
                if isinstance(node, kind):
                    places[node.name].add(module)  # type: ignore[attr-defined]
        return sorted(name for name, modules in places.items() if len(modules) > 1)

    def functions(self) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        """Yield the module and the definition of each function and method."""
        for module, nodes in self.nodes.items():
            for node in nodes:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield module, node

    def without_verb(self) -> list[str]:
        """Return the functions whose docstring does not begin with a verb."""
        return [
            f"{module}.{node.name}"
            for module, node in self.functions()
            if (text := ast.get_docstring(node))
            and text.split()[0].lower().strip(",:;") not in VERBS
        ]

    def one_word(self) -> float:
        """Return the percentage of top-level functions whose name is one word."""
        names = [
            node.name.strip("_")
            for tree in self.trees.values()
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        return round(100 * sum("_" not in name for name in names) / max(1, len(names)), 1)

    def turns(self) -> Counter[str]:
        """Return how often comments, docstrings and names use a turn of `TURNS`."""
        found: Counter[str] = Counter()
        for module, nodes in self.nodes.items():
            prose = [str(text.value) for text in _prose(nodes)]
            prose += re.findall(r"#(?=\ )(.*)", self.sources[module])
            prose += [
                node.name.replace("_", " ")
                for node in nodes
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            ]
            for text in prose:
                found.update(turn.lower() for turn in TURNS.findall(text))
        return found


def measure(root: Path = ROOT) -> dict[str, float]:
    """Return each figure of a checkout, by the name that it has in `house.toml`."""
    house = House(root)
    by_package: Counter[str] = Counter()
    for name, text in house.sources.items():
        by_package[house.homes[name]] += _code_lines(text, house.nodes[name])
    return {
        "code lines": by_package.total(),
        **{f"code lines of {name}": lines for name, lines in sorted(by_package.items())},
        "modules": len(house.sources),
        "modules that one other uses": len(house.used_once()),
        "class names with two meanings": len(house.names_twice(ast.ClassDef)),
        "function names in several modules": len(house.names_twice(ast.FunctionDef)),
        "circles of imports": len(circles(house.imports)),
        "percent of functions named by one word": house.one_word(),
        "docstrings without a verb first": len(house.without_verb()),
        "turns of style": house.turns().total(),
    }


def figures(text: str) -> dict[str, float]:
    """Return the figures that `house.toml` holds, its text being `text`."""
    return dict(tomllib.loads(text)["figures"])


def replace_figures(figures: Mapping[str, float], text: str) -> str:
    """Return the text of `house.toml` with other figures, and all else as it is."""
    for name, figure in figures.items():
        text = re.sub(rf'(?m)^"{re.escape(name)}" = .*$', f'"{name}" = {figure:g}', text)
    return text


def raised_without_reason(before: str, after: str) -> list[str]:
    """Return the figures that `after`, a text of `house.toml`, raises without saying why."""
    old, new = tomllib.loads(before), tomllib.loads(after)
    reasons = _reasons(new)
    reasons.subtract(_reasons(old))
    raised = [
        name for name, figure in new["figures"].items() if figure > old["figures"].get(name, figure)
    ]
    return [name for name in raised if reasons[name] <= 0]


def _reasons(house: Mapping[str, Any]) -> Counter[str]:
    given = (one for one in house.get("raised", ()) if one["why"].strip())
    named = (one["figure"] for one in given)
    return Counter(name for one in named for name in ([one] if isinstance(one, str) else one))


def main(arguments: list[str]) -> int:
    """Do what the module says; return 1 where a figure is above that of `house.toml`."""
    text = FIGURES.read_text(encoding="utf-8")
    asked = figures(text)
    if "--costs" in arguments:
        asked = {name: TOLERANCE * most for name, most in tomllib.loads(text)["make test"].items()}
        found = json.loads(COSTS.read_text(encoding="utf-8"))
    else:
        found = measure()
    for name, figure in found.items():
        most = asked.get(name)
        over = most is not None and figure > most
        print(f"{figure:>10,g}  {name}" + (f": {most:,g} at the most" if over else ""))
    if "--write" in arguments:
        lower = {name: min(figure, asked[name]) for name, figure in found.items() if name in asked}
        FIGURES.write_text(replace_figures(lower, text), encoding="utf-8")
    return int(any(figure > asked.get(name, figure) for name, figure in found.items()))


def _code_lines(text: str, nodes: Sequence[ast.AST]) -> int:
    """Count the lines that are not blank, of a comment alone or of a docstring."""
    docstrings = {
        line for node in _prose(nodes) for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    return sum(
        number not in docstrings and not line.lstrip().startswith("#")
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    )


def _prose(nodes: Sequence[ast.AST]) -> Iterator[ast.Constant]:
    """Yield the texts that stand alone: the docstrings of modules, classes and functions."""
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    parts = parts if parts[0] == "duediligence" else ("duediligence", *parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _package(path: Path) -> str:
    return (
        path.parts[1] if path.parts[0] == "duediligence" and len(path.parts) > 2 else path.parts[0]
    )


def _imports(nodes: Sequence[ast.AST], module: str, known: set[str]) -> set[str]:
    """Return the modules that it imports, at any time: when it is loaded, later, or for types."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {_own(alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            base = _own(node.module)
            names = (f"{base}.{alias.name}" for alias in node.names)
            found |= {name if name in known else base for name in names}
    return (found & known) - {module}


def _own(name: str) -> str:
    return f"duediligence.{name}" if name.partition(".")[0] in PACKAGES[1:] else name


def circles(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """Return the groups of modules that import each other: two that reach one another."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            new = graph[waiting.pop()] - seen
            seen |= new
            waiting.extend(new)
        reached[start] = seen
    groups = {
        frozenset(other for other in reached[one] if one in reached[other])
        for one in graph
        if one in reached[one]
    }
    return [set(group) for group in groups]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
