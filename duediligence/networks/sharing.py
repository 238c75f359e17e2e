"""Which suppliers, of different owners, share an account, a phone number or a small office."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from duediligence.model import Company, Dossier
from duediligence.model.networks import (
    LinkKind,
    NetworkLink,
    NetworkNode,
    NetworkPath,
    NodeKind,
    OfficeSign,
    SharedContact,
)
from duediligence.networks.collecting import COMPANY_RECORD
from duediligence.networks.control import MOST_OTHERS, Controllers
from duediligence.networks.hubs import WEAKEST
from duediligence.networks.walking import Graph

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
        other=graph.node(there), paths=tuple(paths), contracts=contracts, signs=signs
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
