"""Which suppliers the same people or firms control, and which share a director."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from duediligence.model import Supplier
from duediligence.model.networks import (
    ControlledAlike,
    NetworkLink,
    NetworkNode,
    NetworkPath,
    NodeKind,
    SharedDirector,
)
from duediligence.networks.walking import Graph, best_links

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
            SharedDirector(other=path.nodes[-1], path=path, contracts=contracts)
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
