"""Walk a network: what is around a node, the ways from one node to another, and how strong each is.

The more companies a node joins, the less it says.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from duediligence.model.networks import Network, NetworkLink, NetworkNode, NetworkPath, NodeKind


@dataclass(frozen=True, slots=True)
class HubRule:
    """Up to `full` companies a node links at full strength, above `most` not at all.

    Between the two the strength is `full` divided by the number of companies.
    """

    full: int
    most: int

    def weight(self, companies: int) -> float:
        """From 1.0 down to above 0.0; 0.0 where the node is a hub that no path goes through."""
        if companies > self.most:
            return 0.0
        return 1.0 if companies <= self.full else self.full / companies


_CONTACT = HubRule(full=2, most=10)
# An office of five companies, or a number that five give: below that a path says next to nothing.
WEAKEST = 0.4
# A serviced office or an accountant has dozens of companies, a professional director as many; a
# bank lends to everybody. Reasons for each number: docs/officer/networks.md.
HUBS: Mapping[NodeKind, HubRule] = {
    "supplier": HubRule(full=20, most=200),
    "company": HubRule(full=20, most=200),
    "person": HubRule(full=5, most=50),
    "firm": HubRule(full=5, most=50),
    "address": HubRule(full=2, most=20),
    "former name": HubRule(full=2, most=5),
    "phone": _CONTACT,
    "e-mail domain": _CONTACT,
    "bank account": HubRule(full=4, most=5),
    "charge holder": HubRule(full=2, most=3),
    # Whoever vouches for people does so for many: shown, and no path goes through it.
    "identity agent": HubRule(full=0, most=0),
}


# Who acts: from one of them to the next is a step. Everything else only joins two of them.
PARTIES: frozenset[NodeKind] = frozenset(("supplier", "company", "person", "firm"))
_COMPANIES: frozenset[NodeKind] = frozenset(("supplier", "company"))
# Of one search, how many ways are looked at before it ends: far more than anybody reads.
MOST_WAYS = 10_000


@dataclass(frozen=True)
class Graph:
    """A network with the links of each node at hand; made once for several questions.

    The links of a node come in one order whatever the order of the suppliers was.
    """

    network: Network
    _weights: dict[str, float] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def links(self) -> Mapping[str, tuple[NetworkLink, ...]]:
        """Return the links at each node, by its id."""
        found: dict[str, list[NetworkLink]] = {id_: [] for id_ in self.network.nodes}
        for link in self.network.links:
            found[link.one].append(link)
            if link.other != link.one:
                found[link.other].append(link)
        return {id_: tuple(some) for id_, some in found.items()}

    def node(self, node_id: str) -> NetworkNode:
        """Return the node of this id. Raises KeyError where there is none."""
        return self.network.nodes[node_id]

    def companies(self, node_id: str) -> int:
        """Return how many companies a node joins: as its register says, or here, whichever is
        more.
        """
        near = {find_other_end(link, node_id) for link in self.links[node_id]}
        here = sum(self.network.nodes[one].kind in _COMPANIES for one in near)
        return max(self.network.nodes[node_id].companies or 0, here)

    def weight(self, node_id: str) -> float:
        """Return how strongly the node links what it joins, 0.0 where no path goes through it."""
        if node_id not in self._weights:
            rule = HUBS[self.network.nodes[node_id].kind]
            self._weights[node_id] = rule.weight(self.companies(node_id))
        return self._weights[node_id]


def find_other_end(link: NetworkLink, node_id: str) -> str:
    """Return the node at the other end of a link."""
    return link.other if link.one == node_id else link.one


def count_steps(path: NetworkPath) -> int:
    """Return how many steps a path is: from one party (firm or person) to the next, by whatever
    joins them.
    """
    return sum(node.kind in PARTIES for node in path.nodes) - 1


def select_neighbourhood(
    network: Network | Graph, start: Collection[str], *, most: int = 40, steps: int = 2
) -> tuple[Network, int]:
    """Return what is within a number of steps of the nodes `start`, at most `most` nodes.

    Returns that part of the network, and how many more nodes there are within those steps. A step
    leads to the next person, firm or company, through an address, say, where they share one. Nodes
    nearer and more strongly linked come first; nothing beyond a hub is looked at, the hub itself
    is shown. Ids that the network has not are passed over.
    """
    graph = network if isinstance(network, Graph) else Graph(network)
    nodes = graph.network.nodes
    reached: dict[str, tuple[int, float]] = {one: (0, -1.0) for one in start if one in nodes}
    waiting = deque(reached)
    while waiting:
        here = waiting.popleft()
        taken, strength = reached[here]
        weight = 1.0 if here in start else graph.weight(here)
        if not weight or (taken >= steps and nodes[here].kind in PARTIES):
            continue
        for link in graph.links[here]:
            there = find_other_end(link, here)
            then = (taken + (nodes[there].kind in PARTIES), strength * weight)
            if then[0] <= steps and (there not in reached or then < reached[there]):
                reached[there] = then
                waiting.append(there)
    order = sorted(reached, key=lambda one: (reached[one], one))
    kept = set(order[:most])
    part = Network(
        {one: nodes[one] for one in sorted(kept)},
        tuple(link for link in graph.network.links if link.one in kept and link.other in kept),
    )
    return part, len(order) - len(kept)


def find_paths(
    network: Network | Graph,
    start: str,
    end: str,
    *,
    most: int = 5,
    steps: int = 4,
    weakest: float = 0.0,
) -> tuple[NetworkPath, ...]:
    """Return the ways from one node to another that pass no node twice, the shortest and strongest
    first.

    At most `most` of them, of at most `steps` steps, none through a hub, and none weaker than
    `weakest`. Empty where either node is not in the network. Of very many ways the first 10,000
    are looked at.
    """
    graph = network if isinstance(network, Graph) else Graph(network)
    if start not in graph.network.nodes or end not in graph.network.nodes or start == end:
        return ()
    found = walk_paths(graph, start, steps=steps, ends=(end,), weakest=weakest)
    return tuple(sorted(found, key=_rank_path_length)[:most])


def walk_paths(
    graph: Graph,
    start: str,
    *,
    steps: int,
    ends: Collection[str] | None = None,
    weakest: float = 0.0,
    current: bool = False,
) -> Iterator[NetworkPath]:
    """Yield every way from a node, through no hub and no node twice, up to so many steps.

    To `ends` alone where they are given, none weaker than `weakest`, and with `current` by no link
    that has ended. Links that join the same two nodes are one way: see `best_links`. The shortest
    first, at most 10,000.
    """
    nodes = graph.network.nodes
    waiting: deque[tuple[tuple[str, ...], tuple[NetworkLink, ...], int, float]] = deque(
        [((start,), (), 0, 1.0)]
    )
    for _ in range(MOST_WAYS):
        if not waiting:
            return
        at, by, taken, strength = waiting.popleft()
        here = at[-1]
        if by and (ends is None or here in ends):
            yield NetworkPath(tuple(nodes[one] for one in at), by, strength)
        through = strength * (graph.weight(here) if by else 1.0)
        last = taken >= steps and nodes[here].kind in PARTIES
        if not through or through < weakest or last:
            continue
        for there, link in best_links(graph.links[here], here):
            more = nodes[there].kind in PARTIES
            if there not in at and taken + more <= steps and not (current and link.ended):
                waiting.append(((*at, there), (*by, link), taken + more, through))


def best_links(links: Iterable[NetworkLink], node_id: str) -> Iterator[tuple[str, NetworkLink]]:
    """Yield each neighbour of a node with the one link to show: not ended, of control, known
    first.
    """
    best: dict[str, NetworkLink] = {}
    for link in links:
        there = find_other_end(link, node_id)
        if there not in best or _rank_link_to_show(link) < _rank_link_to_show(best[there]):
            best[there] = link
    yield from sorted(best.items())


_KINDS = ("owner", "director")


def _rank_link_to_show(link: NetworkLink) -> tuple[bool, bool, str, str, str]:
    known = link.first_known.isoformat() if link.first_known else "9"
    return link.ended, link.kind not in _KINDS, known, link.source, link.kind


def _rank_path_length(path: NetworkPath) -> tuple[int, float, tuple[str, ...]]:
    return count_steps(path), -path.strength, tuple(node.id for node in path.nodes)
