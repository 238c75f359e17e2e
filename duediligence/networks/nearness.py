"""Which suppliers are near a party that something is recorded about."""

from collections.abc import Iterable, Iterator, Mapping

from duediligence.model import Dossier
from duediligence.model.networks import LinkKind, NetworkLink, NetworkMark, NetworkNode, NetworkPath
from duediligence.networks.control import MOST_OTHERS
from duediligence.networks.walking import Graph, steps, ways

STEPS = 2
# Ways that say next to nothing are not followed: an office of five companies has 0.4.
WEAKEST = 0.4
_OWN: tuple[LinkKind, ...] = ("director", "secretary", "trustee", "owner", "named person")


def near(
    graph: Graph, suppliers: Mapping[str, str], dossiers: Mapping[str, Dossier]
) -> tuple[dict[str, tuple[NetworkPath, ...]], dict[str, int]]:
    """By the node of each supplier the ways to marked parties, the strongest first; and how many
    more there are.

    `suppliers` are references by node. Left out is what the supplier's own dossier reports: about
    itself, whoever directs or owns it, the firms above it, and the failed companies of its
    directors. So is the supplier's way through a link that has ended.
    """
    found: dict[str, dict[str, NetworkPath]] = {}
    for node in graph.network.nodes.values():
        if not node.marks:
            continue
        for way in ways(graph, node.id, steps=STEPS, weakest=WEAKEST, current=True):
            end = way.nodes[-1].id
            if end not in suppliers:
                continue
            best = found.setdefault(end, {})
            if node.id not in best or _closer(way) < _closer(best[node.id]):
                best[node.id] = way
    told: dict[str, tuple[NetworkPath, ...]] = {}
    more: dict[str, int] = {}
    for id_, by_mark in found.items():
        dossier = dossiers.get(suppliers[id_])
        own, failed = _own(graph, id_), _failed(dossier)
        kept = sorted(
            (
                path
                for way in by_mark.values()
                for path in [_told(way, own=own, failed=failed)]
                if path.nodes[-1].marks
            ),
            key=lambda path: (*_closer(path), path.nodes[-1].id),
        )
        if kept:
            told[id_] = tuple(kept[:MOST_OTHERS])
            more[id_] = len(kept[MOST_OTHERS:])
    return told, more


def _closer(path: NetworkPath) -> tuple[int, float]:
    return steps(path), -path.strength


def _told(way: NetworkPath, *, own: set[str], failed: set[str]) -> NetworkPath:
    """The way from the supplier to the party, with those marks alone that its dossier has not."""
    marked = way.nodes[0]
    marks: Iterable[NetworkMark] = () if marked.id in own else marked.marks
    if marked.id in failed:
        marks = [one for one in marks if one.kind != "insolvent"]
    end = NetworkNode(
        id=marked.id,
        kind=marked.kind,
        label=marked.label,
        personal=marked.personal,
        companies=marked.companies,
        supplier_ref=marked.supplier_ref,
        number=marked.number,
        marks=tuple(marks),
    )
    return NetworkPath((*way.nodes[:0:-1], end), way.links[::-1], way.strength)


def _own(graph: Graph, id_: str) -> set[str]:
    """The supplier, those behind it, and whoever stands above it."""
    own, waiting = {id_}, [id_]
    while waiting:
        here = waiting.pop()
        for link in _own_links(graph, here):
            if link.other not in own:
                own.add(link.other)
                if link.kind == "owner":
                    waiting.append(link.other)
    return own


def _own_links(graph: Graph, id_: str) -> Iterator[NetworkLink]:
    return (link for link in graph.links[id_] if link.one == id_ and link.kind in _OWN)


def _failed(dossier: Dossier | None) -> set[str]:
    """The companies that the supplier's own dossier names as others of its directors."""
    if dossier is None or not isinstance(dossier.appointments, tuple):
        return set()
    return {f"company:{one.company_number}" for one in dossier.appointments}
