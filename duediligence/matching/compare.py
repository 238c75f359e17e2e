"""A subject and an entry compared: the score and its features."""

from dataclasses import replace
from functools import lru_cache
from itertools import product

from duediligence.matching.evidence import score_common_name
from duediligence.matching.names.alignment import Alignment
from duediligence.matching.names.features import name_features, name_score, names_are_common
from duediligence.matching.names.parties import reads_as_person
from duediligence.matching.names.prepared import PreparedName, prepare
from duediligence.model import Feature, Kind, Match

MATCHER_VERSION = "19"  # raise with every change that can change a score or the index's layout
DEFAULT_THRESHOLD = 0.80


def best_alignment(query: PreparedName, listed: PreparedName) -> tuple[float, Alignment | None]:
    """Return the best pair of readings and its score (not held within 0 and 1)."""
    best: Alignment | None = None
    best_score = 0.0
    sides = ((query.person, listed.person), (query.organisation, listed.organisation))
    for a, b in [pair for left, right in sides for pair in product(left, right)]:
        alignment = Alignment(a, b)
        score = name_score(alignment)
        if score > best_score:
            best, best_score = alignment, score
    return best_score, best


def are_kinds_compatible(query_kind: str, listed_kind: str) -> bool:
    """Return whether parties of these kinds can be the same; unknown can be any."""
    return query_kind == listed_kind or "unknown" in (query_kind, listed_kind)


def compare(query: PreparedName, listed: PreparedName) -> Match:
    """Compare two names, and nothing but the names. `Match.score` is 0.0 … 1.0."""
    kinds = (query.kind, listed.kind)
    if not are_kinds_compatible(*kinds):
        feature = Feature("kind", *kinds, 0.0, "differ", "person" in kinds)
        return Match((feature,), query.text, listed.text)
    _, alignment = best_alignment(query, listed)
    person = may_be_person(*kinds, alignment)
    return Match(tuple(name_features(alignment, person=person)), query.text, listed.text)


def label_common_person(match: Match) -> Match:
    """Return the match, labelled where the listed name reads as that of many people.

    For names of unknown kind, which were compared as a firm's.
    """
    if match.certain or match.common or not reads_as_person(match.listed_name):
        return match
    pairs = product(prepare(match.query_name).person, prepare(match.listed_name).person)
    best = max((Alignment(*pair) for pair in pairs), key=name_score, default=None)
    if best is None or not names_are_common(best):
        return match
    return replace(match, features=(*match.features, score_common_name(match.features)))


@lru_cache(maxsize=8_192)
def name_similarity(one: str, other: str, kind: Kind) -> float:
    """Compare two names of parties of one kind: 0.0 … 1.0."""
    return compare(prepare(one, kind), prepare(other, kind)).score


def may_be_person(query_kind: str, listed_kind: str, alignment: Alignment | None) -> bool:
    """Return whether names so compared are a natural person's, or may be: one read as a person's
    may.
    """
    return "person" in (query_kind, listed_kind) or (alignment is not None and alignment.person)
