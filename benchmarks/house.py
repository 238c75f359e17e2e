"""How big the house is, how far apart its parts are, and how plain its words: it may only improve.

    python benchmarks/house.py            print what is measured, beside the most that it may be
    python benchmarks/house.py --history  compare house.toml with all its earlier versions
    python benchmarks/house.py --costs    compare what `make test` cost last with house.toml

The product is all Python and Jinja of `PACKAGES` outside folders named tests:

- tokens: what a reader must read of it, without comments, docstrings, imports, brackets and commas.
  A string over 40 characters counts its words, a template those in {{ }} and {% %}.
- code_lines: those of its Python that are not blank, a comment alone or a docstring.
- test_lines: all lines of all Python in folders named tests, wherever they are: blank lines,
  comments, samples and recipes too, as `wc -l` counts them. Hidden folders (`.venv`) are left out.

Moving a file changes none of them. The other figures are about the shape of the product's Python.
"""

import ast
import io
import json
import os
import re
import subprocess
import sys
import tokenize
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE = "benchmarks/house.toml"
FIGURES = ROOT / FILE
COSTS = ROOT / ".pytest_cache" / "v" / "duediligence" / "costs"  # written by tests/conftest.py
TOLERANCE = 1.15  # of the costs of a test run: a machine is not always as fast
CEILINGS = ("tokens", "code_lines", "test_lines")
PACKAGES = ("duediligence", "watchlists", "checks", "extensions")
LAYOUT = frozenset("()[]{},")
NO_CODE = frozenset("COMMENT NL NEWLINE INDENT DEDENT ENDMARKER ENCODING".split())
LONG = 40  # characters: a longer string counts its words
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
    """The product of a checkout: the text of each template, and of each module what it says."""

    def __init__(self, root: Path) -> None:
        texts = {
            path: (root / path).read_text(encoding="utf-8")
            for path in find_files(root, ".py", ".jinja")
            if path.parts[0] in PACKAGES and "tests" not in path.parts
        }
        self.templates = [text for path, text in texts.items() if path.suffix == ".jinja"]
        self.sources = {path: text for path, text in texts.items() if path.suffix == ".py"}
        self.trees = {path: ast.parse(text) for path, text in self.sources.items()}
        self.nodes = {path: list(ast.walk(tree)) for path, tree in self.trees.items()}
        names = {path: _module(path) for path in self.sources}
        known = set(names.values())
        self.imports = {
            name: _imports(self.nodes[path], name, known) for path, name in names.items()
        }

    def used_once(self) -> list[str]:
        """Return the modules that one other imports, and that are not found as a port."""
        users: Counter[str] = Counter()
        for used in self.imports.values():
            users.update(used)
        return [
            name
            for name in self.imports
            if users[name] == 1 and not PORTS.search(f"{name.removeprefix('duediligence.')}.")
        ]

    def names_twice(self, kind: type[ast.AST]) -> list[str]:
        """Return the names of top-level classes or functions that several modules define."""
        places = defaultdict(set)
        for path, tree in self.trees.items():
            for node in tree.body:
                if isinstance(node, kind):
                    places[node.name].add(path)  # type: ignore[attr-defined]
        return sorted(name for name, paths in places.items() if len(paths) > 1)

    def without_verb(self) -> list[str]:
        """Return the functions whose docstring does not begin with a verb."""
        return [
            f"{path}: {node.name}"
            for path, nodes in self.nodes.items()
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (text := ast.get_docstring(node))
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
        for path, nodes in self.nodes.items():
            prose = [str(text.value) for text in _prose(nodes)]
            prose += re.findall(r"#(?=\ )(.*)", self.sources[path])
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
    sources = house.sources.items()
    return {
        "tokens": sum(count_tokens(text, house.nodes[path]) for path, text in sources)
        + sum(map(count_template_words, house.templates)),
        "code_lines": sum(_code_lines(text, house.nodes[path]) for path, text in sources),
        "test_lines": count_test_lines(root),
        "modules": len(house.sources),
        "modules that one other uses": len(house.used_once()),
        "class names with two meanings": len(house.names_twice(ast.ClassDef)),
        "function names in several modules": len(house.names_twice(ast.FunctionDef)),
        "circles of imports": len(circles(house.imports)),
        "percent of functions named by one word": house.one_word(),
        "docstrings without a verb first": len(house.without_verb()),
        "turns of style": house.turns().total(),
    }


def find_files(root: Path, *suffixes: str) -> Iterator[Path]:
    """Yield the files of a checkout, by their path in it; skip hidden folders and environments."""
    for folder, inner, names in os.walk(root):
        place = Path(folder).relative_to(root)
        if not place.parts:
            inner[:] = [name for name in inner if not name.startswith(".")]
        elif "pyvenv.cfg" in names:
            inner.clear()
        yield from (place / name for name in names if name.endswith(suffixes))


def count_test_lines(root: Path) -> int:
    """Count the lines of all Python in folders named tests, wherever they are."""
    files = (root / path for path in find_files(root, ".py") if "tests" in path.parts)
    return sum(path.read_bytes().count(b"\n") for path in files)


def count_tokens(text: str, nodes: Sequence[ast.AST]) -> int:
    """Count the tokens of a module, `nodes` being all of its tree: see the top of this file."""
    skipped: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            skipped.update(_lines(node))
        elif (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node, clean=False) is not None
        ):
            skipped.update(_lines(node.body[0]))
    return sum(
        len(re.findall(r"\w+", token)) if is_string and len(token) > LONG else 1
        for line, token, is_string in _tokens(text)
        if line not in skipped and token not in LAYOUT
    )


def count_template_words(text: str) -> int:
    """Count the words in the expressions and statements of a Jinja template."""
    code = re.findall(r"\{[{%].*?[%}]\}", re.sub(r"(?s)\{#.*?#\}", "", text), re.DOTALL)
    return sum(len(re.findall(r"\w+", part)) for part in code)


def _tokens(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the line and text of each token that is code, and if it is a string.

    An f-string is one token, as it is before Python 3.12.
    """
    lines = text.split("\n")
    opened: list[tuple[int, int]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_START":
            opened.append(token.start)
        elif kind == "FSTRING_END":
            start = opened.pop()
            if not opened:
                part = lines[start[0] - 1 : token.end[0]]
                part[-1] = part[-1][: token.end[1]]
                yield start[0], "\n".join(part)[start[1] :], True
        elif not opened and kind not in NO_CODE:
            yield token.start[0], token.string, kind == "STRING"


class UnknownHistory(Exception):
    """Which figures were reached before is not known here, so it is not known if one has risen."""


def read_figures(text: str) -> dict[str, float]:
    """Return the most that each figure may be, `text` being that of a `house.toml`."""
    tables = tomllib.loads(text)
    ceilings = {name: tables[name] for name in CEILINGS if name in tables}
    return {**ceilings, **tables.get("shape", {})}


def read_earlier_figures(root: Path = ROOT) -> list[dict[str, float]]:
    """Return the figures of all committed versions of `house.toml` that have the ceilings.

    Those of merged branches are among them, also where the merge took other figures.
    Raises `UnknownHistory` where git does not have all of them.
    """
    if _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        raise UnknownHistory("this clone is shallow. Get the rest with: git fetch --unshallow")
    commits = _git(root, "log", "--full-history", f"--format=%H:{FILE}", "--", FILE)
    answers = io.BytesIO(_git(root, "cat-file", "--batch", given=commits))
    versions = []
    for head in answers:
        size = head.split()[-1]
        if size == b"missing":  # the commit deleted it
            continue
        text = answers.read(int(size)).decode(errors="replace")
        answers.readline()
        try:
            figures = read_figures(text)
        except tomllib.TOMLDecodeError:
            continue
        if set(CEILINGS) <= figures.keys():
            versions.append(figures)
    if not versions:
        raise UnknownHistory(f"no version of {FILE} with its ceilings is committed")
    return versions


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    try:
        return subprocess.run(
            ["git", *arguments], cwd=root, input=given, capture_output=True, check=True
        ).stdout
    except OSError as problem:
        raise UnknownHistory(f"git does not start: {problem.strerror}") from problem
    except subprocess.CalledProcessError as problem:
        raise UnknownHistory(problem.stderr.decode(errors="replace").strip()) from problem


def find_raised(now: Mapping[str, float], earlier: Sequence[Mapping[str, float]]) -> list[str]:
    """Return the figures that are above an earlier one, or gone."""
    least = {name: min(old.get(name, inf) for old in earlier) for old in earlier for name in old}
    return [
        f"{name}: {now.get(name, 'gone')}, was {most}"
        for name, most in least.items()
        if now.get(name, inf) > most
    ]


def main(arguments: list[str]) -> int:
    """Do what the top of this file says; return 1 where a figure is too high or not known."""
    text = FIGURES.read_text(encoding="utf-8")
    allowed = read_figures(text)
    if "--history" in arguments:
        try:
            raised = find_raised(allowed, read_earlier_figures())
        except UnknownHistory as problem:
            print(f"It is not known if a figure of {FILE} has risen: {problem}")
            return 3
        print("\n".join(raised) or f"No figure of {FILE} is above an earlier one.")
        return int(bool(raised))
    if "--costs" in arguments:
        costs = tomllib.loads(text)["make test"]
        allowed = {name: TOLERANCE * most for name, most in costs.items()}
        found = json.loads(COSTS.read_text(encoding="utf-8"))
    else:
        found = measure()
    over = [name for name in found if found[name] > allowed.get(name, inf)]
    for name, figure in found.items():
        most = f": {allowed[name]:,g} at the most" if name in allowed else ""
        print(f"{figure:>10,g}  {name}{most}{' (TOO HIGH)' if name in over else ''}")
    return int(bool(over))


def _code_lines(text: str, nodes: Sequence[ast.AST]) -> int:
    """Count the lines that are not blank, of a comment alone or of a docstring."""
    docstrings = {line for node in _prose(nodes) for line in _lines(node)}
    return sum(
        number not in docstrings and not line.lstrip().startswith("#")
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    )


def _lines(node: ast.stmt | ast.expr) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _prose(nodes: Sequence[ast.AST]) -> Iterator[ast.Constant]:
    """Yield the texts that stand alone: the docstrings of modules, classes and functions."""
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    parts = parts if parts[0] == "duediligence" else ("duediligence", *parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


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
