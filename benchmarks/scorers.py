"""Our matcher and others' scorers, asked the same: which party of a pool is this name?

Each gives for a query the best score of the right party and that of any other party. The right
one is first where its score is higher: a tie is a wrong answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import logic_v2
import numpy as np
from anyascii import anyascii
from rapidfuzz import fuzz, process

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject
from duediligence.model import Kind, ListEntry, Match
from duediligence.text.folding import fold

WRONG_ALLOWED = 0.01  # of the queries, where scorers are compared
LEAST = 0.5  # our scores below it are not looked at
_LIMIT = 30  # matches of ours, and names of each rapidfuzz scorer, that LogicV2 is given
_CHUNK = 64
Key = tuple[str, str]  # list and id of an entry


@dataclass(frozen=True)
class Query:
    """A name to look up, and the entry that it is one name of."""

    text: str
    kind: Kind
    right: Key


@dataclass(frozen=True)
class Best:
    """The best scores of the right party and of others, 0 where there is none."""

    right: float
    wrong: float
    shown: bool = False  # whether ours shows the right party at the default threshold


@dataclass
class Pool:
    """The parties that a set's queries are looked up among."""

    entries: Sequence[ListEntry]
    by_kind: dict[str, "_Names"] = field(default_factory=dict)

    @cached_property
    def index(self) -> Index:
        return Index.build(self.entries)

    def names(self, kind: str) -> "_Names":
        if kind not in self.by_kind:
            self.by_kind[kind] = _Names([e for e in self.entries if e.kind == kind])
        return self.by_kind[kind]


class _Names:
    """The names of all parties of one kind, as each way of folding has them."""

    def __init__(self, entries: Sequence[ListEntry]) -> None:
        self.texts = [name.text for entry in entries for name in entry.names]
        self.keys = [(e.list_id, e.id) for e in entries for _ in e.names]
        self.columns: dict[Key, list[int]] = {}
        for column, key in enumerate(self.keys):
            self.columns.setdefault(key, []).append(column)

    @cached_property
    def folded(self) -> list[str]:
        return [fold(text) for text in self.texts]

    @cached_property
    def plain(self) -> list[str]:
        return [_plain(text) for text in self.texts]

    def of(self, key: Key) -> tuple[str, ...]:
        return tuple(self.texts[column] for column in self.columns[key])


def _plain(text: str) -> str:
    return anyascii(text).lower()


# A name's candidates by scorer, for LogicV2 to choose among.
Candidates = dict[int, dict[Key, None]]


def ours(pool: Pool, queries: Sequence[Query], candidates: Candidates) -> list[Best]:
    """What the matcher finds, by its index."""
    subjects = [Subject((q.text,), q.kind) for q in queries]
    found = pool.index.search_many(subjects, threshold=LEAST, limit=_LIMIT)
    return [
        _ours(query, matches, candidates.get(number))
        for number, (query, matches) in enumerate(zip(queries, found, strict=True))
    ]


def _ours(query: Query, matches: Sequence[Match], candidates: dict[Key, None] | None) -> Best:
    best = Best(0.0, 0.0)
    for place, match in enumerate(matches):
        key = (match.list_id, match.entry_id)
        if candidates is not None:
            candidates[key] = None
        if key == query.right:
            shown = place < 10 and match.shown_up_to >= DEFAULT_THRESHOLD
            best = Best(max(best.right, match.score), best.wrong, shown)
        else:
            best = Best(best.right, max(best.wrong, match.score), best.shown)
    return best


def rapidfuzz(
    scorer: str, pool: Pool, queries: Sequence[Query], candidates: Candidates, *, plain: bool
) -> list[Best]:
    """What a scorer of rapidfuzz gives over all names of the pool, folded by us or by anyascii."""
    found: dict[int, Best] = {}
    for kind in dict.fromkeys(query.kind for query in queries):
        names = pool.names(kind)
        texts = names.plain if plain else names.folded
        these = [n for n, query in enumerate(queries) if query.kind == kind]
        for start in range(0, len(these), _CHUNK):
            chunk = these[start : start + _CHUNK]
            asked = [(_plain if plain else fold)(queries[n].text) for n in chunk]
            scores = process.cdist(asked, texts, scorer=getattr(fuzz, scorer), workers=-1)
            for n, row in zip(chunk, scores, strict=True):
                if n in candidates:
                    top = np.argpartition(-row, min(_LIMIT, len(row) - 1))[:_LIMIT]
                    candidates[n] |= {names.keys[column]: None for column in top}
                own = names.columns.get(queries[n].right, [])
                right = max((float(row[column]) for column in own), default=0.0)
                row[own] = 0.0
                found[n] = Best(right / 100, float(row.max(initial=0.0)) / 100)
    return [found[n] for n in range(len(queries))]


def logic(python: Path, pool: Pool, queries: Sequence[Query], candidates: Candidates) -> list[Best]:
    """What LogicV2 gives for the queries that have candidates, among these."""
    asked = {
        n: [key for key in keys if key in pool.names(queries[n].kind).columns]
        for n, keys in candidates.items()
    }
    compared = logic_v2.scores(
        python,
        [
            logic_v2.Comparison(
                queries[n].text,
                queries[n].kind,
                tuple(pool.names(queries[n].kind).of(key) for key in keys),
            )
            for n, keys in asked.items()
        ],
    )
    return [
        _split(queries[n].right, zip(keys, scores, strict=True))
        for (n, keys), scores in zip(asked.items(), compared, strict=True)
    ]


def _split(right: Key, scored: Iterable[tuple[Key, float]]) -> Best:
    scores: dict[bool, float] = {True: 0.0, False: 0.0}
    for key, score in scored:
        scores[key == right] = max(scores[key == right], score)
    return Best(scores[True], scores[False])


def first(bests: Sequence[Best], threshold: float) -> tuple[float, float]:
    """The shares of queries with the right and with a wrong party first, from a threshold up."""
    right = sum(b.right > b.wrong and b.right >= threshold for b in bests)
    wrong = sum(b.wrong >= b.right and b.wrong >= threshold > 0 for b in bests)
    return right / len(bests), wrong / len(bests)


def strict(bests: Sequence[Best]) -> tuple[float, float]:
    """The lowest threshold at which at most WRONG_ALLOWED of the queries have a wrong party first,
    and the share that has the right one first there.
    """
    wrongs = sorted((b.wrong for b in bests if b.wrong >= b.right and b.wrong > 0), reverse=True)
    allowed = int(WRONG_ALLOWED * len(bests))
    above = wrongs[allowed] if len(wrongs) > allowed else 0.0
    right = sorted(b.right for b in bests if b.right > b.wrong and b.right > above)
    return (right[0] if right else 1.0), len(right) / len(bests)


# The threshold of each scorer, by its title.
Thresholds = Mapping[str, float]
_RAPIDFUZZ = {"sort": "token_sort_ratio", "WRatio": "WRatio"}


@dataclass(frozen=True)
class Scorers:
    """Which scorers are asked, over how many queries of a row: none where it is 0."""

    others: int  # queries that rapidfuzz is asked
    logic: int  # queries that LogicV2 is asked
    python: Path

    @property
    def alone(self) -> "Scorers":
        return replace(self, others=0, logic=0)

    def row(self, pool: Pool, queries: Sequence[Query], *, plain: bool = False) -> dict[str, float]:
        """The columns of a row of a table of what is found; `queries` in a drawn order.

        With `plain`, rapidfuzz has the names folded by anyascii alone too.
        """
        candidates = self._candidates(queries)
        bests = ours(pool, queries, candidates)
        right, wrong = first(bests, DEFAULT_THRESHOLD)
        threshold, share = strict(bests)
        row = {
            "queries": len(queries),
            "found": sum(b.shown for b in bests) / len(bests),
            "right first": right,
            "wrong first": wrong,
            "at": threshold,
            "ours": share,
        }
        others = self._others(pool, queries, candidates, plain=plain)
        if others and len(others["sort"]) < len(queries):
            row["asked of others"] = len(others["sort"])
            row["ours of these"] = strict(bests[: len(others["sort"])])[1]
        return row | {title: strict(found)[1] for title, found in others.items()}

    def thresholds(self, pool: Pool, queries: Sequence[Query]) -> Thresholds:
        """The threshold of each other scorer at which it has few wrong."""
        candidates = self._candidates(queries)
        ours(pool, queries, candidates)
        found = self._others(pool, queries, candidates, plain=False)
        return {title: strict(bests)[0] for title, bests in found.items()}

    def falsely(
        self, pool: Pool, queries: Sequence[Query], thresholds: Thresholds | None
    ) -> dict[str, float]:
        """The share of queries, names of nobody listed, that match the party they are near to."""
        candidates = self._candidates(queries)
        bests = ours(pool, queries, candidates)
        row = {"queries": len(queries), "ours": sum(b.shown for b in bests) / len(bests)}
        if thresholds:
            others = self._others(pool, queries, candidates, plain=False)
            if others and len(others["sort"]) < len(queries):
                row["asked of others"] = len(others["sort"])
            for title, found in others.items():
                row[title] = sum(b.right >= thresholds[title] for b in found) / len(found)
        return row

    def alarms(
        self, pool: Pool, names: Sequence[str], kind: Kind, thresholds: Thresholds
    ) -> dict[str, float]:
        """The share of names, none of a listed party, with a match, by each other scorer."""
        queries = [Query(name, kind, ("", "")) for name in names]
        candidates = self._candidates(queries)
        ours(pool, queries, candidates)
        others = self._others(pool, queries, candidates, plain=False)
        return {
            title: sum(b.wrong >= thresholds[title] for b in found) / len(found)
            for title, found in others.items()
        }

    def _candidates(self, queries: Sequence[Query]) -> Candidates:
        return {n: {} for n in range(min(self.logic, self.others, len(queries)))}

    def _others(
        self, pool: Pool, queries: Sequence[Query], candidates: Candidates, *, plain: bool
    ) -> dict[str, list[Best]]:
        asked = queries[: self.others]
        if not asked:
            return {}
        found = {}
        for title, scorer in _RAPIDFUZZ.items():
            found[title] = rapidfuzz(scorer, pool, asked, candidates, plain=False)
        if plain:
            for title, scorer in _RAPIDFUZZ.items():
                found[f"{title}, anyascii"] = rapidfuzz(scorer, pool, asked, {}, plain=True)
        if candidates:
            found["LogicV2"] = logic(self.python, pool, queries, candidates)
        return found
