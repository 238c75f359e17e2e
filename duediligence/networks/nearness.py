"""Which suppliers are near a party that something is recorded about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from duediligence.model import Dossier, Missing
from duediligence.model.networks import LinkKind, NetworkLink, NetworkMark, NetworkPath
from duediligence.networks.control import MOST_OTHERS
from duediligence.networks.hubs import WEAKEST
from duediligence.networks.walking import Graph, count_steps, walk_paths

T = TypeVar("T")
STEPS = 2
_OWN: tuple[LinkKind, ...] = ("director", "secretary", "trustee", "owner", "named person")


def find_near_marked(
    graph: Graph, suppliers: Mapping[str, str], dossiers: Mapping[str, Dossier]
) -> tuple[dict[str, tuple[NetworkPath, ...]], dict[str, int]]:
    """Return by the node of each supplier the ways to marked parties, the strongest first; and how
    many more there are.

    `suppliers` are references by node. Left out is what the supplier's own dossier reports: about
    itself, whoever directs or owns it, the firms above it, and the failed companies of its
    owners and directors. No way goes by a link that has ended.
    """
    found: dict[str, dict[str, NetworkPath]] = {}
    for node in graph.network.nodes.values():
        if not node.marks:
            continue
        for way in walk_paths(graph, node.id, steps=STEPS, weakest=WEAKEST, current=True):
            end = way.nodes[-1].id
            if end not in suppliers:
                continue
            best = found.setdefault(end, {})
            if node.id not in best or _rank_closeness(way) < _rank_closeness(best[node.id]):
                best[node.id] = way
    told: dict[str, tuple[NetworkPath, ...]] = {}
    more: dict[str, int] = {}
    for id_, by_mark in found.items():
        reported = _Reported.of(graph, id_, dossiers.get(suppliers[id_]))
        added = (_keep_unreported_marks(way, reported) for way in by_mark.values())
        kept = sorted(
            (path for path in added if path.nodes[-1].marks),
            key=lambda path: (*_rank_closeness(path), path.nodes[-1].id),
        )
        if kept:
            told[id_] = tuple(kept[:MOST_OTHERS])
            more[id_] = len(kept[MOST_OTHERS:])
    return told, more


def _rank_closeness(path: NetworkPath) -> tuple[int, float]:
    return count_steps(path), -path.strength


def _keep_unreported_marks(way: NetworkPath, reported: "_Reported") -> NetworkPath:
    """Return the way from the supplier to the party, with those marks alone that its dossier has
    not.
    """
    marked = way.nodes[0]
    marks = tuple(one for one in marked.marks if not reported.covers(marked.id, one))
    end = replace(marked, marks=marks)
    return NetworkPath((*way.nodes[:0:-1], end), way.links[::-1], way.strength)


@dataclass(frozen=True, slots=True)
class _Reported:
    """Whom the supplier's own dossier reports about.

    `direct` are those beside it, `above` those of the firms that own it, both looked up on lists;
    `failed` the firms above and other companies of its directors, of which its dossier has the
    register's status.
    """

    itself: str
    direct: frozenset[str]
    above: frozenset[str]
    failed: frozenset[str]

    @classmethod
    def of(cls, graph: Graph, id_: str, dossier: Dossier | None) -> "_Reported":
        above: set[str] = set()
        for parent in _list_part_items(dossier.parents) if dossier else ():
            above |= {link.other for link in _own_links(graph, f"company:{parent.child}", "owner")}
            if parent.company:
                at = f"company:{parent.company.number}"
                kinds = _OWN if parent.officers else ("owner",)
                above |= {at, *(link.other for link in _own_links(graph, at, *kinds))}
        return cls(
            itself=id_,
            direct=frozenset(link.other for link in _own_links(graph, id_, *_OWN)),
            above=frozenset(above),
            failed=frozenset(_list_reported_companies(dossier) if dossier else ()),
        )

    def covers(self, id_: str, mark: NetworkMark) -> bool:
        """Return whether the supplier has a flag of its own for this mark of this party."""
        if id_ == self.itself:
            return True
        if mark.kind == "disqualified":
            return id_ in self.direct
        on_list = bool(mark.sure)
        return id_ in (self.direct | self.above if on_list else self.failed)


def _list_reported_companies(dossier: Dossier) -> Iterator[str]:
    for one in _list_part_items(dossier.appointments):
        yield f"company:{one.company_number}"
    for parent in _list_part_items(dossier.parents):
        if parent.company:
            yield f"company:{parent.company.number}"


def _list_part_items(part: tuple[T, ...] | Missing) -> tuple[T, ...]:
    return part if isinstance(part, tuple) else ()


def _own_links(graph: Graph, id_: str, *kinds: LinkKind) -> Iterator[NetworkLink]:
    links = graph.links.get(id_, ())
    return (link for link in links if link.one == id_ and link.kind in kinds)
