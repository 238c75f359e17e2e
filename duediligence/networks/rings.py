"""Circles of control: companies that own or direct one another round to the first."""

from collections import deque
from collections.abc import Mapping

from duediligence.model.networks import LinkKind, NetworkLink, NetworkPath, NodeKind
from duediligence.networks.walking import Graph

_FIRMS: tuple[NodeKind, ...] = ("supplier", "company", "firm")
_KINDS: tuple[LinkKind, ...] = ("owner", "director")


def find_rings(graph: Graph) -> dict[str, NetworkPath]:
    """For each company in a circle the shortest way round it, back to itself.

    Each step leads from a company to a firm that owns or directs it now. Two or more companies.
    """
    above = _map_controlling_links(graph)
    found = {}
    for component in _find_circles(
        {id_: [link.other for link in links] for id_, links in above.items()}
    ):
        for id_ in component:
            found[id_] = _find_shortest_ring(graph, above, id_, component)
    return found


def _map_controlling_links(graph: Graph) -> dict[str, list[NetworkLink]]:
    nodes = graph.network.nodes
    found: dict[str, list[NetworkLink]] = {}
    for link in graph.network.links:
        firms = nodes[link.one].kind in _FIRMS and nodes[link.other].kind in _FIRMS
        if firms and link.kind in _KINDS and not link.ended:
            found.setdefault(link.one, []).append(link)
    return found


def _find_circles(above: Mapping[str, list[str]]) -> list[set[str]]:
    """Return the strongly connected components of two or more, by Tarjan's algorithm without
    recursion.
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[set[str]] = []
    for start in above:
        if start in order:
            continue
        work = [(start, iter(above[start]))]
        order[start] = low[start] = len(order)
        stack.append(start)
        on_stack.add(start)
        while work:
            here, rest = work[-1]
            for there in rest:
                if there not in order:
                    order[there] = low[there] = len(order)
                    stack.append(there)
                    on_stack.add(there)
                    work.append((there, iter(above.get(there, ()))))
                    break
                if there in on_stack:
                    low[here] = min(low[here], order[there])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[here])
                if low[here] == order[here]:
                    component = set()
                    while here not in component:
                        component.add(one := stack.pop())
                        on_stack.discard(one)
                    if len(component) > 1:
                        found.append(component)
    return found


def _find_shortest_ring(
    graph: Graph, above: Mapping[str, list[NetworkLink]], start: str, within: set[str]
) -> NetworkPath:
    came: dict[str, NetworkLink] = {}
    waiting = deque([start])
    while start not in came:
        here = waiting.popleft()
        for link in above[here]:
            if link.other in within and link.other not in came:
                came[link.other] = link
                waiting.append(link.other)
    links = [came[start]]
    while links[-1].one != start:
        links.append(came[links[-1].one])
    links.reverse()
    nodes = (graph.node(start), *(graph.node(link.other) for link in links))
    return NetworkPath(nodes, tuple(links))
