"""What the network adds about each supplier, for the checks to judge."""

from collections.abc import Iterable, Iterator, Mapping

from duediligence.model import Dossier, Supplier
from duediligence.model.networks import NearMarked, Network, NetworkPath, NetworkPosition
from duediligence.networks.collecting import supplier_node
from duediligence.networks.control import Controllers
from duediligence.networks.moves import find_move_chains, map_company_statuses
from duediligence.networks.nearness import find_near_marked
from duediligence.networks.rings import find_rings
from duediligence.networks.sharing import shared_contacts
from duediligence.networks.walking import Graph


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
