"""Is this the same party? Names are folded, aligned word by word and scored by one table."""

from duediligence.matching.compare import DEFAULT_THRESHOLD, MATCHER_VERSION, compare
from duediligence.matching.engine import Engine
from duediligence.matching.evidence import Subject
from duediligence.matching.index.index import Index
from duediligence.matching.names.prepared import PreparedName, prepare

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
