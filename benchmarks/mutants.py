"""How many small faults the tests notice: rules changed at random, each in a copy of its own.

    python benchmarks/mutants.py [--number 200] [--seed 29] [--package checks …] [--map FILE]

Draws faults from all packages alike: a comparison or a connective turned round, a condition
negated, a number raised, true for false. First runs the tests of those packages and notes which of
them enter which function (kept in FILE, and taken from there); then, for each fault, the quickest
of the tests that enter its function. Prints what survives, and the share that is noticed. What
changes nothing that anybody can see is in mutants.toml, with the reason, and is not counted.
"""

import argparse
import ast
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from inspect import CO_OPTIMIZED
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "checks": "checks",
    "casework": "duediligence/casework",
    "law": "duediligence/law",
    "matching": "duediligence/matching",
    "screening": "duediligence/screening",
    "suppliers": "duediligence/suppliers",
}
# Tests that see the packages from outside count as well.
TESTS = (
    *(f"tests/{name}" for name in PACKAGES),
    "tests/golden",
    "tests/contract",
    "tests/delivery",
)
SELECTED = "not soak and not long and not browser"
MOST_SECONDS = 60.0  # of tests for each fault, the quickest first
# Tried last: it enters no rule, and compares what all of them declare.
DECLARED = "tests/contract/test_declared_pages.py"
PATIENCE = 300.0  # seconds; a fault after which nothing ends is noticed
TURNED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip
# How a class is made is no rule.
_NO_RULE = frozenset(("frozen", "slots", "kw_only", "repr", "strict", "order", "eq", "maxsize"))


@dataclass(frozen=True, slots=True)
class Fault:
    """A place in a file and what is put there. `function` is the line of its `def`, or 0."""

    path: str
    line: int
    function: int
    start: int
    end: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.old} -> {self.new}"


def faults(path: Path) -> Iterator[Fault]:
    """Yield each fault that a file may be given."""
    text = path.read_text(encoding="utf-8")
    starts = [0]
    for line in text.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def visit(node: ast.AST, function: int) -> Iterator[Fault]:
        if isinstance(node, ast.JoinedStr | ast.Raise | ast.Import | ast.ImportFrom):
            return
        if isinstance(node, ast.keyword) and node.arg in _NO_RULE:
            return
        if isinstance(node, ast.FunctionDef):
            function = min((node.lineno, *(one.lineno for one in node.decorator_list)))
        for old, new in _changes(node):
            begin, end = (
                starts[old.lineno - 1] + old.col_offset,
                starts[(old.end_lineno or 0) - 1] + (old.end_col_offset or 0),
            )
            yield Fault(
                path.relative_to(ROOT).as_posix(), old.lineno, function, begin, end,
                ast.unparse(old), ast.unparse(new),
            )  # fmt: skip
        annotations = {id(getattr(node, name, None)) for name in ("annotation", "returns")}
        for child in ast.iter_child_nodes(node):
            if id(child) not in annotations:
                yield from visit(child, function)

    yield from visit(ast.parse(text), 0)


def _changes(node: ast.AST) -> Iterator[tuple[Any, ast.expr]]:
    """Yield an expression in the node and what it is turned into."""
    match node:
        case ast.Compare(left, [op, *ops], comparators):
            yield node, ast.Compare(left, [TURNED[type(op)](), *ops], comparators)  # type: ignore[list-item]
        case ast.BoolOp(op, values):
            yield node, ast.BoolOp(TURNED[type(op)](), values)  # type: ignore[arg-type]
        case ast.BinOp(left, ast.Add() | ast.Sub() as op, right):
            yield node, ast.BinOp(left, TURNED[type(op)](), right)  # type: ignore[arg-type]
        case ast.UnaryOp(ast.Not(), operand):
            yield node, operand
        case ast.If(test) | ast.IfExp(test) | ast.While(test):
            yield test, ast.UnaryOp(ast.Not(), test)
        case ast.Constant(bool() as value):
            yield node, ast.Constant(not value)
        case ast.Constant(int() | float() as value):
            yield node, ast.Constant(value + 1 if isinstance(value, int) else round(value + 0.1, 4))


class Noted:
    """In a run of the tests: which functions each test enters, and how long it takes."""

    def __init__(self, into: Path) -> None:
        self.into = into
        self.tests: dict[str, tuple[float, list[str]]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note what the test and its fixtures enter."""
        seen: set[tuple[str, int]] = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_flags & CO_OPTIMIZED:
                seen.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

        began = time.perf_counter()
        sys.setprofile(note)
        try:
            return (yield)
        finally:
            sys.setprofile(None)
            places = [
                f"{name.removeprefix(f'{ROOT}/')}:{line}"
                for name, line in seen
                if name.startswith(tuple(str(ROOT / path) for path in PACKAGES.values()))
            ]
            self.tests[item.nodeid] = (time.perf_counter() - began, places)

    def pytest_sessionfinish(self) -> None:
        """Keep what this process noted."""
        self.into.with_suffix(f".{os.getpid()}").write_text(json.dumps(self.tests))


def pytest_configure(config: pytest.Config) -> None:
    """Note what the tests enter, where the environment names a file for it."""
    if into := os.environ.get("MUTANTS_MAP"):
        config.pluginmanager.register(Noted(Path(into)))


def tests_by_place(into: Path) -> dict[str, list[str]]:
    """Return the tests that enter each function, and each file, quickest first."""
    if not into.exists():
        environ = {**os.environ, "MUTANTS_MAP": str(into), "PYTHONPATH": str(Path(__file__).parent)}
        command = [sys.executable, "-m", "pytest", "-p", "mutants", "-p", "no:cacheprovider"]
        command += ["-n", "auto", "-m", SELECTED, *TESTS]
        subprocess.run(command, cwd=ROOT, env=environ, stdout=sys.stderr, check=True)
        parts = [json.loads(part.read_text()) for part in into.parent.glob(f"{into.stem}.[0-9]*")]
        into.write_text(json.dumps({test: one for part in parts for test, one in part.items()}))
    found = defaultdict(set)
    for test, (seconds, places) in json.loads(into.read_text()).items():
        for place in places:
            found[place].add((seconds, test))
            found[place.rpartition(":")[0]].add((seconds, test))
    return {place: _within(MOST_SECONDS, sorted(tests)) for place, tests in found.items()}


def _within(seconds: float, tests: Sequence[tuple[float, str]]) -> list[str]:
    ends = accumulate(each for each, _ in tests)
    return [test for end, (_, test) in zip(ends, tests, strict=True) if end <= seconds]


def is_noticed(fault: Fault, tests: Sequence[str], copy: Path) -> bool:
    """Return whether any of the tests fails with the fault in that copy."""
    path = copy / fault.path
    whole = path.read_bytes()
    path.write_bytes(whole[: fault.start] + f"({fault.new})".encode() + whole[fault.end :])
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "-p", "no:randomly"]
    command += ["-m", SELECTED, "--basetemp", str(copy.with_suffix(".tests")), *tests]
    environ = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": ""}
    try:
        done = subprocess.run(command, cwd=copy, env=environ, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return True
    finally:
        path.write_bytes(whole)
    return done.returncode not in (0, 5)  # 5: it has no tests


def draw_faults(packages: Sequence[str], number: int, seed: int) -> list[tuple[str, Fault]]:
    """Return that many faults, each with its package, alike of all; the same for the same seed."""
    draw = random.Random(seed)
    found: list[tuple[str, Fault]] = []
    for name in packages:
        every = [
            one for path in sorted((ROOT / PACKAGES[name]).rglob("*.py")) for one in faults(path)
        ]
        chosen = draw.sample(every, min(len(every), number // len(packages)))
        found += [(name, fault) for fault in chosen]
    return found


def measure(
    packages: Sequence[str], number: int, seed: int, noted: Path | None, workers: int
) -> dict[str, Counter[str]]:
    """Return by package how many faults had which end; print those that nothing notices."""
    known = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    equivalent = {(one["path"], one["old"], one["new"]) for one in known["equivalent"]}
    results: dict[str, Counter[str]] = {name: Counter() for name in packages}
    with tempfile.TemporaryDirectory(prefix="duediligence-") as scratch:
        tests = tests_by_place(noted or Path(scratch) / "map.json")
        copies: SimpleQueue[Path] = SimpleQueue()
        for place in (Path(scratch) / f"copy{number}" for number in range(workers)):
            _copy_to(place)
            copies.put(place)

        def end_of(fault: Fault) -> str:
            if (fault.path, fault.old, fault.new) in equivalent:
                return "equivalent"
            place = f"{fault.path}:{fault.function}" if fault.function else fault.path
            entering = tests.get(place, [])
            copy = copies.get()
            try:
                if is_noticed(fault, [*entering, DECLARED], copy):
                    return "noticed"
                return "survives" if entering else "never entered"
            finally:
                copies.put(copy)

        drawn = draw_faults(packages, number, seed)
        with ThreadPoolExecutor(workers) as pool:
            for (name, fault), end in zip(
                drawn, pool.map(end_of, [f for _, f in drawn]), strict=True
            ):
                results[name][end] += 1
                if end in ("survives", "never entered"):
                    print(f"{end}: {fault}", flush=True)
    return results


def share_noticed(counts: Counter[str]) -> float:
    """Return the share of the faults that are noticed, of those that anybody could notice."""
    return counts["noticed"] / max(1, counts.total() - counts["equivalent"])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--number", type=int, default=200)
    options.add_argument("--seed", type=int, default=29)
    options.add_argument("--package", nargs="*", choices=PACKAGES, default=list(PACKAGES))
    options.add_argument("--map", type=Path)
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = options.parse_args()
    results = measure(chosen.package, chosen.number, chosen.seed, chosen.map, chosen.workers)
    for name, counts in (*results.items(), ("all", sum(results.values(), Counter()))):
        print(f"{name}: {share_noticed(counts):.0%} noticed; {dict(counts)}")


def _copy_to(copy: Path) -> None:
    """Copy what git knows of, and nothing else."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)


if __name__ == "__main__":
    main()
