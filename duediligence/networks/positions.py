"""What the network adds about each supplier, for the checks to judge.

Who controls it and others, circles of control, people who came from dead companies, and parties
near it that something is recorded about.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeVar

from duediligence.model import Company, Dossier, Supplier, list_known
from duediligence.model.networks import (
    ChainOfMoves,
    LinkKind,
    Move,
    NearMarked,
    Network,
    NetworkLink,
    NetworkMark,
    NetworkNode,
    NetworkPath,
    NetworkPosition,
    NodeKind,
)
from duediligence.networks.collecting import INSOLVENT, supplier_node
from duediligence.networks.control import MOST_OTHERS, Controllers, shared_contacts
from duediligence.networks.walking import WEAKEST, Graph, count_steps, walk_paths
from duediligence.text.dates import months_after, months_before
from duediligence.text.names import firm_words, same_firm


def find_network_positions(
    network: Network | Graph,
    suppliers: Iterable[Supplier],
    dossiers: Mapping[str, Dossier],
    about: Iterable[str],
) -> Iterator[NetworkPosition | NearMarked]:
    """Yield what the network adds about each supplier in `about`, by reference; nothing of most.

    `suppliers` and `dossiers`, by reference, are those that the network was built from. Of several
    suppliers with one company number the first stands for all.
    """
    graph = network if isinstance(network, Graph) else Graph(network)
    by_node: dict[str, Supplier] = {}
    for supplier in sorted(suppliers, key=lambda one: one.ref):
        dossier = dossiers.get(supplier.ref)
        by_node.setdefault(supplier_node(supplier, dossier), supplier)
    by_company = {id_: dossiers[one.ref] for id_, one in by_node.items() if one.ref in dossiers}
    controllers = Controllers(graph, by_node)
    refs = {id_: supplier.ref for id_, supplier in by_node.items()}
    ways, more = find_near_marked(graph, refs, dossiers)
    circles = find_rings(graph)
    status = map_company_statuses(dossiers.values())
    wanted = set(about)
    for id_, supplier in by_node.items():
        if supplier.ref not in wanted:
            continue
        dossier = dossiers.get(supplier.ref)
        node = graph.node(id_)
        alike, more_alike = controllers.alike(id_)
        shared, more_shared = controllers.shared_directors(id_)
        contacts, more_contacts = shared_contacts(controllers, by_company, id_)
        ring = circles.get(id_)
        known_ring = ring is not None and _is_reported_ring(ring, dossier)
        moves = find_move_chains(graph, node, dossier, status) if dossier else ()
        if alike or (ring and not known_ring) or shared or contacts or moves:
            yield NetworkPosition(
                supplier=supplier,
                node=node,
                dossier=dossier,
                alike=alike,
                rings=(ring,) if ring and not known_ring else (),
                shared_directors=shared,
                shared_contacts=contacts,
                moves=moves,
                left_out=more_alike + more_shared,
                contacts_left_out=more_contacts,
            )
        if id_ in ways:
            yield NearMarked(supplier=supplier, near=ways[id_], left_out=more[id_])


def _is_reported_ring(ring: NetworkPath, dossier: Dossier | None) -> bool:
    """Return whether the supplier's own dossier follows its owners round the ring."""
    by_owners = all(link.kind == "owner" for link in ring.links)
    parents = dossier.parents if dossier else ()
    return by_owners and isinstance(parents, tuple) and any(one.circular for one in parents)


# Who left longer ago than this before the next company began did not move there from it; nor did
# who came that long after.
_MONTHS = 24
_DEAD = INSOLVENT | {"dissolved"}
_MOST_MOVES = 10


def map_company_statuses(dossiers: Collection[Dossier]) -> dict[str, str]:
    """Return the status of each company that a dossier names, by the id of its node."""
    found: dict[str, str] = {}
    for dossier in dossiers:
        if isinstance(dossier.appointments, tuple):
            for one in dossier.appointments:
                found.setdefault(f"company:{one.company_number}", one.company_status)
    for dossier in dossiers:
        # Its own record says more than what is said of it elsewhere.
        if isinstance(dossier.company, Company):
            found[f"company:{dossier.company.number}"] = dossier.company.status
    return found


def find_move_chains(
    graph: Graph, node: NetworkNode, dossier: Dossier, status: Mapping[str, str]
) -> tuple[ChainOfMoves, ...]:
    """Return the chains that end at this supplier, of two moves or with the name or address kept.

    `status` is what `map_company_statuses` gives. A chain has a company that became insolvent,
    unless name or address was kept. Whoever moved owns the supplier, or is half of its board. Where
    the register gives no day, no move is seen.
    """
    company = dossier.company
    if not isinstance(company, Company) or company.created_on is None:
        return ()
    found: dict[tuple[str, ...], tuple[tuple[Move, ...], dict[str, NetworkNode]]] = {}
    for link in graph.links[node.id]:
        person = graph.node(link.other)
        if not _directs_now(link, node.id) or person.kind != "person":
            continue
        if not graph.weight(person.id):
            continue
        begun = max(filter(None, (company.created_on, link.since)))
        moves = tuple(_trace_director_moves(graph, person.id, node.id, begun, status))
        if moves:
            key = tuple(move.node.id for move in moves)
            found.setdefault(key, (moves, {}))[1][person.id] = person
    told = []
    board = {link.other for link in graph.links[node.id] if _directs_now(link, node.id)}
    owners = {
        link.other
        for link in graph.links[node.id]
        if link.one == node.id and link.kind == "owner" and not link.ended
    }
    for key in sorted(found):
        moves, by_id = found[key]
        if 2 * len(by_id) < len(board) and owners.isdisjoint(by_id):
            continue
        kept = tuple(_find_kept_details(graph, node, company, moves[-1]))
        failed = any(move.status in INSOLVENT for move in moves)
        if kept or (len(moves) > 1 and failed):
            who = tuple(by_id[one] for one in sorted(by_id))
            told.append(ChainOfMoves(people=who, moves=moves, kept=kept))
    return tuple(told)


def _directs_now(link: NetworkLink, id_: str) -> bool:
    return link.one == id_ and link.kind == "director" and not link.ended


def _trace_director_moves(
    graph: Graph, person: str, supplier: str, begun: date, status: Mapping[str, str]
) -> Iterator[Move]:
    """Yield the dead companies that one director came through, the oldest first."""
    directed = {
        link.one: link
        for link in graph.links[person]
        if link.kind == "director"
        and link.one != supplier
        and link.since
        and status.get(link.one) in _DEAD
    }
    chain: list[NetworkLink] = []
    while len(chain) < _MOST_MOVES:
        before = [link for link in directed.values() if _leads_to(link, begun)]
        if not before:
            break
        last = max(before, key=lambda link: (str(link.since), link.one))
        del directed[last.one]
        chain.append(last)
        assert last.since is not None
        begun = last.since
    for link in reversed(chain):
        yield Move(graph.node(link.one), status[link.one], link.since, link.until)


def _leads_to(link: NetworkLink, begun: date) -> bool:
    """Return whether somebody left it for what began that day: not long before, and not long after.

    Of a dissolved company few directors ever resign: without a day of leaving they must have come
    within three years.
    """
    assert link.since is not None
    if link.since >= begun:
        return False
    if link.until is None:
        return link.since >= months_before(begun, 36)
    return months_before(begun, _MONTHS) <= link.until <= months_after(begun, _MONTHS)


def _find_kept_details(
    graph: Graph, node: NetworkNode, company: Company, last: Move
) -> Iterator[Literal["name", "address"]]:
    names = (company.name, *(former.name for former in company.former_names))
    if any(_resembles_name(name, last.node.label) for name in names):
        yield "name"
    if _list_sole_addresses(graph, node.id) & _list_sole_addresses(graph, last.node.id):
        yield "address"


def _resembles_name(one: str, other: str) -> bool:
    """Return whether two names are the same or begin with the same word, of five letters or
    more.
    """
    if same_firm(one, other):
        return True
    ours, theirs = firm_words(one)[:1], firm_words(other)[:1]
    return bool(ours) and ours == theirs and len(ours[0]) > 4


def _list_sole_addresses(graph: Graph, id_: str) -> set[str]:
    return {
        link.other
        for link in graph.links[id_]
        if link.kind == "address" and graph.weight(link.other) == 1
    }


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
        for parent in list_known(dossier.parents) if dossier else ():
            above |= {link.other for link in _own_links(graph, f"company:{parent.child}", "owner")}
            if parent.owner.by_gleif:
                below = tuple(above)
                above |= {link.other for one in below for link in _own_links(graph, one, "owner")}
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
    for one in list_known(dossier.appointments):
        yield f"company:{one.company_number}"
    for parent in list_known(dossier.parents):
        if parent.company:
            yield f"company:{parent.company.number}"


def _own_links(graph: Graph, id_: str, *kinds: LinkKind) -> Iterator[NetworkLink]:
    links = graph.links.get(id_, ())
    return (link for link in links if link.one == id_ and link.kind in kinds)


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
