"""Two names side by side."""

from duediligence.matching.evidence import NO_NAME
from duediligence.matching.names.alignment import Alignment
from duediligence.matching.names.features import name_features, name_score
from duediligence.matching.names.prepared import PreparedName
from duediligence.model import Feature, Match

_OTHER_KIND = "A {} is not a {}."


def best_alignment(query: PreparedName, listed: PreparedName) -> tuple[float, Alignment | None]:
    """The best pair of readings and its score (not held within 0 and 1)."""
    best: Alignment | None = None
    best_score = 0.0
    for left, right in (
        (query.person, listed.person),
        (query.organisation, listed.organisation),
    ):
        for a in left:
            for b in right:
                alignment = Alignment(a, b)
                score = name_score(alignment)
                if score > best_score:
                    best, best_score = alignment, score
    return best_score, best


def compatible(query_kind: str, listed_kind: str) -> bool:
    """Whether parties of these kinds can be the same; unknown can be any."""
    return query_kind == listed_kind or "unknown" in (query_kind, listed_kind)


def compare(query: PreparedName, listed: PreparedName) -> Match:
    """Compare two names, and nothing but the names. `Match.score` is 0.0 … 1.0."""
    if not compatible(query.kind, listed.kind):
        told = _OTHER_KIND.format(query.kind, listed.kind)
        feature = Feature("kind", query.kind, listed.kind, 0.0, "differ", told)
        return Match((feature,), query.text, listed.text)
    _, alignment = best_alignment(query, listed)
    features = tuple(name_features(alignment)) if alignment is not None else (NO_NAME,)
    return Match(features, query.text, listed.text)
