"""How long the network of all suppliers of a buyer takes, and what it adds about each.

    python benchmarks/portfolio.py [--suppliers 10000]

Makes dossiers of invented suppliers (ordinary.py), joined as suppliers of one buyer are
(ordinary_links.py), and measures in processor time: the network, what it adds about each supplier,
and the findings. Beside it, in the same run, what must be done with the same dossiers in any case
(read them as they are stored), and networkx building the bare graph, where it is installed.
"""

import argparse
import platform
import sys
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from time import process_time
from typing import TypeVar

from base_rates import CONTEXT
from ordinary import TODAY, ordinary
from ordinary_links import linked

from duediligence.model import Dossier
from duediligence.model.networks import Network
from duediligence.networks import Graph, around, build, paths, positions
from duediligence.screening.run.findings import Assessor
from duediligence.screening.run.policy import Policy
from duediligence.store.records import decode, encode

T = TypeVar("T")


def measured(what: str, work: Callable[[], T], beside: float | None = None) -> tuple[T, float]:
    """Do the work and print its processor seconds, and their ratio to others."""
    start = process_time()
    result = work()
    took = process_time() - start
    ratio = f"  {took / beside:6.2f} x reading the dossiers" if beside else ""
    print(f"{what:44}{took:8.2f} s{ratio}")
    return result, took


def main() -> int:
    parser = argparse.ArgumentParser(description="How long the network of all suppliers takes.")
    parser.add_argument("--suppliers", type=int, default=10_000)
    count = parser.parse_args().suppliers
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    made = [one.dossier for one in linked("care", list(ordinary("care", count)))]
    stored = [encode(dossier) for dossier in made]
    read, reading = measured(
        f"read {count:,} stored dossiers", lambda: [decode(Dossier, one) for one in stored]
    )
    dossiers = {dossier.supplier.ref: dossier for dossier in read}
    suppliers = [dossier.supplier for dossier in read]
    network, building = measured(
        "build the network", lambda: build(suppliers, dossiers, today=TODAY, known={}), reading
    )
    graph = Graph(network)
    added, judging = measured(
        "find what it adds about each",
        lambda: list(positions(graph, suppliers, dossiers, dossiers)),
        reading,
    )
    assessor = Assessor("portfolio", Policy(), CONTEXT)
    findings, saying = measured(
        "judge it by the checks",
        lambda: [finding for one in added for finding in assessor.about_network(one)],
        reading,
    )
    total = building + judging + saying
    print(f"{'network and findings in all':44}{total:8.2f} s  {total / reading:6.2f} x")
    start, end = (f"company:{dossier.supplier.company_number}" for dossier in read[:2])
    measured("what is around one supplier", lambda: around(graph, [start]))
    measured("paths between two", lambda: paths(graph, start, end))
    if find_spec("networkx"):
        _, bare = measured("networkx, the bare graph", lambda: networkx_graph(network), reading)
        print(f"{'network to networkx':44}{building / bare:8.2f} x")
    print(f"{len(network.nodes):,} nodes, {len(network.links):,} links")
    for check_id, number in sorted(Counter(one.check_id for one in findings).items()):
        print(f"{check_id}: {number:,} suppliers")
    return 0


def networkx_graph(network: Network) -> object:
    """The same nodes and links, without all that a source says of them."""
    import networkx

    graph = networkx.MultiGraph()
    graph.add_nodes_from(network.nodes)
    graph.add_edges_from((link.one, link.other, link.kind) for link in network.links)
    return graph


if __name__ == "__main__":
    sys.exit(main())
