"""Links across suppliers, made from their dossiers: pure, no I/O."""

from duediligence.networks.building import Built, build_network, link_key
from duediligence.networks.collecting import supplier_node
from duediligence.networks.positions import find_network_positions
from duediligence.networks.walking import (
    HUBS,
    PARTIES,
    Graph,
    HubRule,
    count_steps,
    find_paths,
    select_neighbourhood,
)

__all__ = [
    "HUBS",
    "PARTIES",
    "Built",
    "Graph",
    "HubRule",
    "build_network",
    "count_steps",
    "find_network_positions",
    "find_paths",
    "link_key",
    "select_neighbourhood",
    "supplier_node",
]
