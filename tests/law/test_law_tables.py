"""All that the tables of law state, beside what they stated before: a change is seen and meant."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from syrupy.assertion import SnapshotAssertion

from duediligence import law
from duediligence.extensions import sharing


def test_each_table_states_what_it_stated(snapshot: SnapshotAssertion) -> None:
    lines: list[str] = []
    modules = {one.name: f"{law.__name__}.{one.name}" for one in iter_modules(law.__path__)}
    modules["citations"] = "pages.citations"
    modules |= {name: f"{sharing.__name__}.{name}" for name in ("grading", "sharing_bases")}
    for module, path in sorted(modules.items()):
        for name, table in vars(import_module(path)).items():
            if name.isupper() and not name.startswith("_"):
                rows = tuple(table.items()) if isinstance(table, Mapping) else table
                rows = rows if isinstance(rows, tuple) else [rows]
                lines += [f"{module} {name}: {row!r}" for row in rows]
    assert "\n".join(lines) == snapshot
