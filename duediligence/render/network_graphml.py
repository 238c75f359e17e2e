"""A network as GraphML, which Gephi, yEd and networkx read (http://graphml.graphdrawing.org)."""

from collections.abc import Iterator
from datetime import date

from duediligence.model.networks import Network, NetworkLink, NetworkNode
from duediligence.render.network_words import mark_words
from duediligence.render.templating import fill

_NODE_KEYS = (
    ("kind", "string"),
    ("label", "string"),
    ("supplier", "string"),
    ("number", "string"),
    ("companies", "int"),
    ("marks", "string"),
)
_LINK_KEYS = (
    ("kind", "string"),
    ("since", "string"),
    ("until", "string"),
    ("source", "string"),
    ("first_known", "string"),
)


def network_graphml(network: Network) -> str:
    """Return the network as a document of GraphML: its nodes by their ids, and each link as an
    edge.

    A value that is not known is left out. Dates are `2026-11-24`; several marks are joined by
    "; ". Every text is on one line, without characters that XML cannot carry.
    """
    return fill(
        "network.graphml.jinja",
        node_keys=_NODE_KEYS,
        link_keys=_LINK_KEYS,
        nodes=[(node.id, list(_of_node(node))) for _, node in sorted(network.nodes.items())],
        links=[
            (number, link.one, link.other, list(_of_link(link)))
            for number, link in enumerate(network.links)
        ],
    )


def _of_node(node: NetworkNode) -> Iterator[tuple[str, str]]:
    yield "kind", node.kind
    yield "label", node.label
    if node.supplier_ref:
        yield "supplier", node.supplier_ref
    if node.number:
        yield "number", node.number
    if node.companies is not None:
        yield "companies", str(node.companies)
    if node.marks:
        yield "marks", "; ".join(map(mark_words, node.marks))


def _of_link(link: NetworkLink) -> Iterator[tuple[str, str]]:
    yield "kind", link.kind
    for name, day in (("since", link.since), ("until", link.until)):
        yield from _build_date_field(name, day)
    yield "source", link.source
    yield from _build_date_field("first_known", link.first_known)


def _build_date_field(name: str, day: date | None) -> Iterator[tuple[str, str]]:
    if day:
        yield name, day.isoformat()
