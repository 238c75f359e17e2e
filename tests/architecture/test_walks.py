"""docs/architecture.md walks through the house by names: each is where the page says."""

import ast
import re
from pathlib import Path

from tests.rows import for_each

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
WALKS = PAGE.partition("## Two walks")[2].partition("\n## ")[0]
STEPS = re.findall(r"^\d+\. (.+(?:\n   .+)*)", WALKS, re.MULTILINE)
# Names of what the model holds, which a walk mentions on its way.
FILE, NAME = re.compile(r"`(\w+(?:/\w+)*\.py)`"), re.compile(r"`([A-Za-z_]+(?:\.[a-z_]+)?)`")


def defined(path: Path) -> set[str]:
    """The functions, classes and methods of a module."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{one.name}" for one in node.body if hasattr(one, "name")}
    return names


MODEL = set().union(*(defined(path) for path in (ROOT / "duediligence" / "model").glob("*.py")))


def test_both_walks_are_there() -> None:
    assert [len(re.findall(r"^\d+\. ", walk, re.MULTILINE)) for walk in WALKS.split("**From")] == [
        0,
        15,
        6,
    ]


@for_each("step", STEPS)
def test_each_name_of_a_stage_is_in_its_one_file(step: str) -> None:
    (file,), names = FILE.findall(step), set(NAME.findall(step))
    assert names
    assert names - defined(ROOT / file) - MODEL == set()
