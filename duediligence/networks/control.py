"""Which suppliers the same people or firms control, and which share a director, an account or an
office.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from duediligence.model import Company, Dossier, Supplier
from duediligence.model.networks import (
    ControlledAlike,
    LinkKind,
    NetworkLink,
    NetworkNode,
    NetworkPath,
    NodeKind,
    OfficeSign,
    SharedContact,
    SharedDirector,
)
from duediligence.networks.collecting import COMPANY_RECORD
from duediligence.networks.walking import WEAKEST, Graph, best_links

# Of each supplier so many others are kept, those for the same contract first.
MOST_OTHERS = 20
_FIRMS: tuple[NodeKind, ...] = ("supplier", "company", "firm")
# Firms that own are followed upward so far, as dossiers follow them.
_MOST_STEPS = 6


@dataclass(frozen=True)
class Controllers:
    """Who controls each supplier, and what is shared with others.

    `suppliers` are by the id of their node.
    """

    graph: Graph
    suppliers: Mapping[str, Supplier]

    @cached_property
    def _above(self) -> dict[str, dict[str, NetworkPath]]:
        """For each supplier the parties that own it, and the firms above, with the way there."""
        return {id_: dict(self._owners(id_)) for id_ in self.suppliers}

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for id_, above in self._above.items():
            for controller in above:
                found.setdefault(controller, []).append(id_)
        return found

    @cached_property
    def _boards(self) -> dict[str, dict[str, NetworkLink]]:
        """Return the people who direct each supplier now."""
        return {
            id_: dict(
                best_links(
                    (
                        link
                        for link in self.graph.links[id_]
                        if link.one == id_ and link.kind == "director" and not link.ended
                    ),
                    id_,
                )
            )
            for id_ in self.suppliers
        }

    @cached_property
    def _directs(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for id_, board in self._boards.items():
            for person in board:
                found.setdefault(person, []).append(id_)
        return found

    def alike(self, id_: str) -> tuple[tuple[ControlledAlike, ...], int]:
        """Return the suppliers that are controlled as this one is, and how many more there are."""
        paths: dict[str, dict[tuple[str, ...], NetworkPath]] = {}
        for there, path in (*self._owned(id_), *self._directed(id_)):
            key = tuple(node.id for node in path.nodes)
            paths.setdefault(there, {}).setdefault(key, path)
        found = [
            ControlledAlike(
                other=self.graph.node(there),
                paths=tuple(by_nodes[key] for key in sorted(by_nodes)),
                contracts=self.contracts(id_, there),
                group=self._group(id_, there),
                together=self._together(id_, there),
            )
            for there, by_nodes in paths.items()
        ]
        found.sort(key=lambda one: (not one.contracts, bool(one.group), one.other.id))
        return tuple(found[:MOST_OTHERS]), len(found[MOST_OTHERS:])

    def others(self, id_: str) -> set[str]:
        """Return the suppliers that are controlled as this one is."""
        return {there for there, _ in (*self._owned(id_), *self._directed(id_))}

    def known_together(self, id_: str, there: str) -> bool:
        """Return whether the register shows the two in one group, or the buyer knows that they work
        together.
        """
        return bool(self._group(id_, there)) or self._together(id_, there)

    def shared_directors(self, id_: str) -> tuple[tuple[SharedDirector, ...], int]:
        """Return directors here of another supplier for the same contract that is not controlled
        alike.

        Not where the buyer knows that the two work together.
        """
        alike = self.others(id_)
        found = [
            SharedDirector(
                other=path.nodes[-1],
                path=path,
                contracts=contracts,
                suppliers=self.count_suppliers(contracts),
            )
            for person in sorted(self._boards[id_])
            if self.graph.weight(person)
            for there in self._directs[person]
            if there != id_ and there not in alike and not self._together(id_, there)
            for contracts in [self.contracts(id_, there)]
            if contracts and not self._group(id_, there)
            for path in [self._by_board(id_, person, there)]
        ]
        found.sort(key=lambda one: (one.other.id, one.path.nodes[1].id))
        return tuple(found[:MOST_OTHERS]), len(found[MOST_OTHERS:])

    def _owned(self, id_: str) -> Iterator[tuple[str, NetworkPath]]:
        """Yield suppliers with an owner in common, or of which one owns the other."""
        for controller, path in self._above[id_].items():
            if controller in self.suppliers:
                yield controller, path
            if not self.graph.weight(controller):
                continue
            for there in self._below[controller]:
                if there != id_:
                    yield there, _join_paths(path, self._above[there][controller])
        for there in self._below.get(id_, ()):
            if there != id_:
                yield there, _reverse_path(self._above[there][id_])

    def _directed(self, id_: str) -> Iterator[tuple[str, NetworkPath]]:
        """Yield suppliers of which the same people are half of the board or more, there and here;
        or that somebody owns who directs the other. Not where others own one of the two.
        """
        shared: dict[str, list[str]] = {}
        for person in self._boards[id_]:
            if not self.graph.weight(person):
                continue
            for there in self._directs[person]:
                if there != id_:
                    shared.setdefault(there, []).append(person)
            if not self._owned_by_others(id_, (person,)):
                for there in self._below.get(person, ()):
                    if there != id_ and person not in self._above[id_]:
                        yield (
                            there,
                            _join_paths(self._seat(id_, person), self._above[there][person]),
                        )
        for person, path in self._above[id_].items():
            if self.graph.node(person).kind != "person" or not self.graph.weight(person):
                continue
            for there in self._directs.get(person, ()):
                others = self._owned_by_others(there, (person,))
                if there != id_ and person not in self._above[there] and not others:
                    yield there, _join_paths(path, self._seat(there, person))
        for there, people in shared.items():
            half = 2 * len(people) >= max(len(self._boards[id_]), len(self._boards[there]))
            if half and not any(self._owned_by_others(one, people) for one in (id_, there)):
                for person in people:
                    yield there, self._by_board(id_, person, there)

    def _owned_by_others(self, id_: str, people: Sequence[str]) -> bool:
        """Return whether the register names owners, and none of these people is among them."""
        above = self._above[id_]
        return bool(above) and not any(person in above for person in people)

    def _seat(self, id_: str, person: str) -> NetworkPath:
        nodes = (self.graph.node(id_), self.graph.node(person))
        return NetworkPath(nodes, (self._boards[id_][person],), self.graph.weight(person))

    def _by_board(self, id_: str, person: str, there: str) -> NetworkPath:
        nodes = (self.graph.node(id_), self.graph.node(person), self.graph.node(there))
        links = (self._boards[id_][person], self._boards[there][person])
        return NetworkPath(nodes, links, self.graph.weight(person))

    def _owners(self, id_: str) -> Iterator[tuple[str, NetworkPath]]:
        start = self.graph.node(id_)
        waiting = [NetworkPath((start,), ())]
        seen = {id_}
        while waiting:
            path = waiting.pop(0)
            here = path.nodes[-1]
            if len(path.links) >= _MOST_STEPS or here.kind not in _FIRMS:
                continue
            weight = self.graph.weight(here.id) if path.links else 1.0
            for link in self.graph.links[here.id]:
                if link.one != here.id or link.kind != "owner" or link.ended or link.other in seen:
                    continue
                seen.add(link.other)
                node = self.graph.node(link.other)
                way = NetworkPath((*path.nodes, node), (*path.links, link), path.strength * weight)
                yield link.other, way
                waiting.append(way)

    def contracts(self, id_: str, there: str) -> tuple[str, ...]:
        """Return the titles of the contracts for which the buyer has both."""
        ours, theirs = self._titles[id_], self._titles[there]
        return tuple(title for key, title in ours.items() if key in theirs)

    def count_suppliers(self, contracts: Iterable[str]) -> int:
        """Return how many suppliers the buyer has under the contract that has the fewest."""
        keys = (" ".join(title.casefold().split()) for title in contracts)
        return min((self._holders[key] for key in keys), default=0)

    @cached_property
    def _holders(self) -> Counter[str]:
        return Counter(key for titles in self._titles.values() for key in titles)

    @cached_property
    def _titles(self) -> dict[str, dict[str, str]]:
        return {
            id_: {" ".join(title.casefold().split()): title for title in supplier.contract_titles}
            for id_, supplier in self.suppliers.items()
        }

    def _group(self, id_: str, there: str) -> str:
        """Return the company above both, or the one that owns the other; empty without one."""
        ours, theirs = (
            {one: node for one in (place, *self._above[place]) if (node := self._firm(one))}
            for place in (id_, there)
        )
        # A firm above both, of which the register need not know more than its name.
        common = sorted(ours.keys() & theirs.keys())
        return ours[common[0]].label if common else ""

    def _firm(self, id_: str) -> NetworkNode | None:
        node = self.graph.node(id_)
        return node if node.kind in _FIRMS else None

    def _together(self, id_: str, there: str) -> bool:
        ours, theirs = (
            {
                self.suppliers[place].ref,
                *(one.supplier_ref for one in self.suppliers[place].part_of),
            }
            for place in (id_, there)
        )
        return not ours.isdisjoint(theirs)


def _join_paths(path: NetworkPath, back: NetworkPath) -> NetworkPath:
    """From the first of one path to the first of the other, both of which end in one node."""
    return NetworkPath(
        (*path.nodes, *reversed(back.nodes[:-1])),
        (*path.links, *reversed(back.links)),
        path.strength * back.strength,
    )


def _reverse_path(path: NetworkPath) -> NetworkPath:
    return NetworkPath(path.nodes[::-1], path.links[::-1], path.strength)


_LETTERS: LinkKind = "correspondence address"
_KINDS: tuple[LinkKind, ...] = ("bank account", "phone", "e-mail domain", "address", _LETTERS)
# Each of these is shared by few who have nothing else to do with each other.
_ALONE: frozenset[NodeKind] = frozenset(("bank account", "phone"))
_YOUNG = timedelta(days=730)
# Trades that say nothing: "other" activities, and flats' companies, which one agent runs.
_BROAD = ("90", "99", "98000")


def shared_contacts(
    controllers: Controllers, dossiers: Mapping[str, Dossier], id_: str
) -> tuple[tuple[SharedContact, ...], int]:
    """Return the suppliers that share one of these with this one, and how many more there are.

    `dossiers` are by the id of the supplier's node. Left out are suppliers that the same people or
    firms control, of which control is the finding, and those that are known to work together. An
    account or a phone number counts alone; an e-mail domain or an office only with another, or an
    office with one of its signs.
    """
    between: dict[str, dict[str, tuple[NetworkLink, NetworkLink]]] = {}
    for there, node, links in _find_meetings(controllers, id_):
        between.setdefault(there, {}).setdefault(node, links)
    if not between:
        return (), 0
    alike = controllers.others(id_)
    found = [
        one
        for there, meetings in sorted(between.items())
        if there not in alike and not controllers.known_together(id_, there)
        for one in [_build_shared_contact(controllers, dossiers, id_, there, meetings)]
        if one
    ]
    found.sort(key=lambda one: (not one.contracts, one.other.id))
    return tuple(found[:MOST_OTHERS]), len(found[MOST_OTHERS:])


def _find_meetings(
    controllers: Controllers, id_: str
) -> Iterator[tuple[str, str, tuple[NetworkLink, NetworkLink]]]:
    """Yield each other supplier, the node where the two meet, and the link of each to it."""
    graph = controllers.graph
    for link in _list_contact_links(graph, id_):
        node = graph.node(link.other)
        if graph.weight(node.id) < (WEAKEST if node.kind == "address" else 1.0):
            continue
        for back in graph.links[node.id]:
            if back.one != id_ and back.one in controllers.suppliers and _is_current(back):
                yield back.one, node.id, (link, back)


def _list_contact_links(graph: Graph, id_: str) -> Iterator[NetworkLink]:
    """Yield the links to what it shares, its own office before the addresses of its people."""
    own = (link for link in graph.links[id_] if link.one == id_ and _is_current(link))
    yield from sorted(own, key=lambda link: (link.kind == _LETTERS, link.other))


def _is_current(link: NetworkLink) -> bool:
    return link.kind in _KINDS and not link.ended


def _build_shared_contact(
    controllers: Controllers,
    dossiers: Mapping[str, Dossier],
    id_: str,
    there: str,
    meetings: Mapping[str, tuple[NetworkLink, NetworkLink]],
) -> SharedContact | None:
    """Return what is found of two suppliers that meet at these nodes; None where it says too
    little.
    """
    graph = controllers.graph
    kinds = {graph.node(node).kind for node in meetings}
    contracts = controllers.contracts(id_, there)
    signs: tuple[OfficeSign, ...] = ()
    if kinds.isdisjoint(_ALONE) and len(kinds) == 1:
        if "address" in kinds:
            signs = tuple(
                _list_office_signs(
                    graph, [dossiers.get(id_), dossiers.get(there)], contracts, meetings
                )
            )
        if not signs:
            return None
    ends = (graph.node(id_), graph.node(there))
    paths = [
        _build_meeting_path(ends, graph.node(node), links, graph.weight(node))
        for node, links in sorted(meetings.items())
    ]
    return SharedContact(
        other=graph.node(there),
        paths=tuple(paths),
        contracts=contracts,
        signs=signs,
        suppliers=controllers.count_suppliers(contracts),
    )


def _build_meeting_path(
    ends: tuple[NetworkNode, NetworkNode],
    node: NetworkNode,
    links: tuple[NetworkLink, NetworkLink],
    strength: float,
) -> NetworkPath:
    return NetworkPath((ends[0], node, ends[1]), links, strength)


def _list_office_signs(
    graph: Graph,
    both: Sequence[Dossier | None],
    contracts: Sequence[str],
    meetings: Mapping[str, tuple[NetworkLink, NetworkLink]],
) -> Iterator[OfficeSign]:
    """Yield what speaks with the office that the two share."""
    if contracts:
        yield "contract"
    companies = [(one, one.company) for one in both if one and isinstance(one.company, Company)]
    trades = [_list_trade_codes(company) for _, company in companies]
    if len(trades) > 1 and not trades[0].isdisjoint(trades[1]):
        yield "trade"
    if any(
        company.created_on and one.taken_at.date() - company.created_on < _YOUNG
        for one, company in companies
    ):
        yield "young"
    if any(_has_only_suppliers(graph, node, links) for node, links in meetings.items()):
        yield "alone"
    for node, links in meetings.items():
        # Without the register's count it may be an accountant's, with dozens of clients.
        counted = graph.node(node).companies is not None
        if counted and all(link.kind == _LETTERS and not _is_office(graph, link) for link in links):
            yield "letters"
            return


def _has_only_suppliers(graph: Graph, node: str, links: Sequence[NetworkLink]) -> bool:
    """Return whether both are registered there, and by the register's count nobody but suppliers
    is.
    """
    counted = graph.node(node).companies
    if counted is None or any(link.source != COMPANY_RECORD for link in links):
        return False
    here = {
        link.one
        for link in graph.links[node]
        if link.source == COMPANY_RECORD and graph.node(link.one).kind == "supplier"
    }
    return counted <= len(here)


def _is_office(graph: Graph, letters: NetworkLink) -> bool:
    """Return whether the supplier whose people have letters sent there is at that address
    itself.
    """
    return any(
        link.kind == "address" and link.other == letters.other
        for link in graph.links[letters.one]
        if link.one == letters.one
    )


def _list_trade_codes(company: Company) -> set[str]:
    return {code for code in company.sic_codes if not code.endswith(_BROAD)}
