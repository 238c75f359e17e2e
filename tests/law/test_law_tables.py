"""All that the tables of law state, beside what they stated before: a change is seen and meant."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from syrupy.assertion import SnapshotAssertion

from duediligence import law


def test_each_table_states_what_it_stated(snapshot: SnapshotAssertion) -> None:
    lines: list[str] = []
    for module in iter_modules(law.__path__):
        tables = vars(import_module(f"{law.__name__}.{module.name}"))
        for name, table in tables.items():
            if name.isupper() and not name.startswith("_"):
                rows = tuple(table.items()) if isinstance(table, Mapping) else table
                rows = rows if isinstance(rows, tuple) else [rows]
                lines += [f"{module.name} {name}: {row!r}" for row in rows]
    assert "\n".join(lines) == snapshot
