"""Is this the same party? Names are folded, aligned word by word and scored by one table."""

from duediligence.matching.compare import compare
from duediligence.matching.engine import Engine
from duediligence.matching.index.index import Index
from duediligence.matching.names.prepared import PreparedName, prepare
from duediligence.matching.subject import Subject
from duediligence.matching.version import DEFAULT_THRESHOLD, MATCHER_VERSION

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
