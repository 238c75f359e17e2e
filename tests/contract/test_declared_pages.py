"""The reference pages that state what checks, lists and law declare are those of the code."""

from importlib import import_module
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
STATED = (
    "reference/checks.md",
    "reference/grounds.md",
    "reference/lists.md",
    "reference/registrations.md",
    "reference/victims-first.md",
    "reference/legislation.md",
)


def test_each_page_states_what_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(DOCS)
    generate = import_module("generate")
    stale = [
        name
        for name in STATED
        if generate.HEAD + "".join(generate.PAGES[name]())
        != (DOCS / name).read_text(encoding="utf-8")
    ]
    assert not stale
