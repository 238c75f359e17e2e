"""Links across suppliers, made from their dossiers: pure, no I/O."""

from duediligence.networks.building import build, link_key
from duediligence.networks.collecting import supplier_node
from duediligence.networks.hubs import HUBS, HubRule
from duediligence.networks.walking import PARTIES, Graph, around, paths, steps

__all__ = [
    "HUBS",
    "PARTIES",
    "Graph",
    "HubRule",
    "around",
    "build",
    "link_key",
    "paths",
    "steps",
    "supplier_node",
]
