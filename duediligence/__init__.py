"""Screen the suppliers a public body buys from, and explain every possible match.

    from duediligence import Screener, read_suppliers

    with Screener(lists="folder-of-list-files") as screener:
        result = screener.screen(read_suppliers("suppliers.xlsx"))
    print(result.complete, result.rows())

Each name is loaded when it is first used. docs/developer/python.md has more.
"""

import os
from typing import TYPE_CHECKING

from duediligence.version import __version__

if TYPE_CHECKING:
    from duediligence.model import Finding, Match, Person, Run, Supplier
    from duediligence.screener import Screener, compare, read_suppliers

__all__ = [
    "Finding",
    "Match",
    "Person",
    "Run",
    "Screener",
    "Supplier",
    "__version__",
    "compare",
    "read_suppliers",
]

_MODEL = "duediligence.model"
_HOMES = {
    "Finding": _MODEL,
    "Match": _MODEL,
    "Person": _MODEL,
    "Run": _MODEL,
    "Screener": "duediligence.screener",
    "Supplier": _MODEL,
    "compare": "duediligence.screener",
    "read_suppliers": "duediligence.screener",
}

# A wheel holds `watchlists` and `checks` in this folder. In a checkout they are beside it.
if not os.path.isdir(os.path.join(__path__[0], "watchlists")):  # noqa: PTH112, PTH118
    __path__.append(os.path.dirname(__path__[0]))  # noqa: PTH120


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
