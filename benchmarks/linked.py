"""Entries of two lists that are one party, by a number that both publish: are they found?

UN entries on the UK list by the UN's reference number, and pairs of lists by a passport, tax or
IMO number: independent spellings of one party. Among them are parties that were renamed, and
numbers that a publisher mistook: no matcher of names finds those.
"""

from collections.abc import Sequence
from functools import cache

from names import entries, pairs

from duediligence.matching import Index, Subject
from duediligence.model import ListEntry

Pair = tuple[ListEntry, ListEntry]
_FEWEST = 10
_LISTS = (("eu", "uk"), ("ofac", "uk"), ("ofac", "eu"))


def rows() -> dict[str, dict[str, float]]:
    """The share of pairs found, by lists and kind, and possible matches per subject."""
    found: dict[str, dict[str, float]] = {}
    sets = [("un → uk, by UN reference", "uk", un_and_uk())]
    for ours, theirs in _LISTS:
        sets.append((f"{ours} → {theirs}, by number", theirs, list(pairs(ours, theirs))))
    for title, theirs, linked in sets:
        for kind in ("person", "organisation", "vessel"):
            some = [pair for pair in linked if pair[0].kind == kind]
            if len(some) >= _FEWEST:
                found[f"{title}, {kind}"] = _row(_index(theirs), some)
    return found


def un_and_uk() -> list[Pair]:
    """Entries of the UN and of the UK list that are one party by the reference of the UN."""
    by_reference = {reference: e for e in entries("uk") for reference in e.references}
    found = [
        (e, by_reference[key])
        for e in entries("un")
        for key in (e.id, *e.references)
        if key in by_reference
    ]
    return [(ours, theirs) for ours, theirs in found if ours.kind == theirs.kind]


@cache
def _index(list_id: str) -> Index:
    return Index.build(entries(list_id))


def _row(index: Index, linked: Sequence[Pair]) -> dict[str, float]:
    first, _ = _recall(index, linked, all_names=False)
    every, matches = _recall(index, linked, all_names=True)
    return {
        "pairs": len(linked),
        "found by first name": first,
        "found by all names": every,
        "matches": matches,
    }


def _recall(index: Index, linked: Sequence[Pair], *, all_names: bool) -> tuple[float, float]:
    """The share of pairs found, and possible matches per subject."""
    subjects = [
        Subject(tuple(n.text for n in ours.names) if all_names else (ours.name,), ours.kind)
        for ours, _ in linked
    ]
    results = list(index.search_many(subjects, limit=50))
    hits = [any(m.entry_id == e.id for m in r) for (_, e), r in zip(linked, results, strict=True)]
    return sum(hits) / len(hits), sum(map(len, results)) / len(results)
