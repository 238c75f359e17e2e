"""How big the house is, and how far apart its parts are: figures to compare before and after.

    python benchmarks/house.py [FOLDER]

`FOLDER` is a checkout, this one unless given. Counts the service, the lists and the checks; tests,
docs and benchmarks are not counted. What a change costs is counted in code lines.
"""

import ast
import io
import sys
import tokenize
from collections import Counter, defaultdict
from pathlib import Path

PACKAGES = ("duediligence", "watchlists", "checks")
SMALL = 40  # lines
NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    tokenize.ENDMARKER,
}


def main(root: Path) -> None:
    files = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    sources = {_module(path.relative_to(root)): path.read_text(encoding="utf-8") for path in files}
    trees = {name: ast.parse(text) for name, text in sources.items()}
    lines = {
        name: sum(1 for line in text.splitlines() if line.strip()) for name, text in sources.items()
    }
    modules = [name for name, path in zip(sources, files, strict=True) if path.stem != "__init__"]
    imports = {name: _imports(tree, name, set(sources)) for name, tree in trees.items()}
    users: Counter[str] = Counter()
    for used in imports.values():
        users.update(used)
    classes = defaultdict(set)
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                classes[node.name].add(name)
    twice = sorted(name for name, places in classes.items() if len(places) > 1)
    circles = _circles(imports)
    figures = {
        "modules": len(files),
        "packages": sum(path.name == "__init__.py" for path in files),
        "non-blank lines": sum(lines.values()),
        f"modules under {SMALL} lines": sum(lines[name] < SMALL for name in modules),
        "modules over 600 lines": sum(lines[name] > 600 for name in modules),
        "modules that one other uses": sum(users[name] == 1 for name in modules),
        "class names with two meanings": len(twice),
        "circles of imports": len(circles),
    }
    for what, number in figures.items():
        print(f"{number:>8,}  {what}")
    by_package: Counter[str] = Counter()
    for path, (name, tree) in zip(files, trees.items(), strict=True):
        by_package[path.relative_to(root).parts[0]] += _code_lines(sources[name], tree)
    print(f"\n{by_package.total():>8,}  code lines: without blanks, comments and docstrings")
    for package, number in by_package.items():
        print(f"{number:>8,}  {package}")
    if twice:
        print(f"\nTwo meanings: {', '.join(twice)}")
    for circle in circles:
        print(f"Circle: {' · '.join(sorted(circle))}")


def _code_lines(text: str, tree: ast.AST) -> int:
    """Count the lines that hold any code: a line of a docstring, or a comment alone, is none."""
    docstrings = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    lines = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(lines - docstrings)


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    parts = parts if parts[0] == "duediligence" else ("duediligence", *parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(tree: ast.Module, module: str, known: set[str]) -> set[str]:
    """The modules that it imports, at any time: when it is loaded, later, or for types."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {_own(alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            base = _own(node.module)
            names = (f"{base}.{alias.name}" for alias in node.names)
            found |= {name if name in known else base for name in names}
    return (found & known) - {module}


def _own(name: str) -> str:
    return f"duediligence.{name}" if name.partition(".")[0] in PACKAGES[1:] else name


def _circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """The groups of modules that import each other (Tarjan's components of two and more)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(set(stack[at:]))
            del stack[at:]

    sys.setrecursionlimit(10_000)
    for node in graph:
        if node not in order:
            visit(node)
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1])
