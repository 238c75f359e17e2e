"""Links across suppliers, made from their dossiers: pure, no I/O."""

from duediligence.networks.building import Built, assemble, build, link_key
from duediligence.networks.collecting import supplier_node
from duediligence.networks.hubs import HUBS, HubRule
from duediligence.networks.positions import positions
from duediligence.networks.walking import PARTIES, Graph, around, paths, steps

__all__ = [
    "HUBS",
    "PARTIES",
    "Built",
    "Graph",
    "HubRule",
    "around",
    "assemble",
    "build",
    "link_key",
    "paths",
    "positions",
    "steps",
    "supplier_node",
]
