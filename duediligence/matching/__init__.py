"""Is this the same party? Names are folded, aligned word by word and scored by one table."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from duediligence.matching.compare import DEFAULT_THRESHOLD, MATCHER_VERSION, compare
from duediligence.matching.evidence import Subject
from duediligence.matching.names.prepared import PreparedName, prepare

if TYPE_CHECKING:
    from duediligence.matching.engine import Engine
    from duediligence.matching.index.index import Index

__all__ = [
    "DEFAULT_THRESHOLD",
    "MATCHER_VERSION",
    "Engine",
    "Index",
    "PreparedName",
    "Subject",
    "compare",
    "prepare",
]

# Imported when first asked for: numpy is slow to import, and who reads names needs no index.
_LAZY = {"Engine": "duediligence.matching.engine", "Index": "duediligence.matching.index.index"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
