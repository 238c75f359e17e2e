"""A network for other programs: as GraphML, which Gephi, yEd and networkx read
(http://graphml.graphdrawing.org), and as a document of JSON.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from duediligence.model.networks import Network, NetworkLink, NetworkNode
from duediligence.render.network_graph import Neighbourhood
from duediligence.render.network_words import mark_words, path_words, strength_word
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


def network_document(whole: Neighbourhood) -> dict[str, Any]:
    """Return the network with its paths; a link of a path is its place among the links, from 0."""
    place = {link: at for at, link in enumerate(whole.network.links)}
    return {
        "asked_about": list(whole.starts),
        "nodes": [_build_node_document(node) for _, node in sorted(whole.network.nodes.items())],
        "links": [_build_link_document(link) for link in whole.network.links],
        "paths": [
            {
                "nodes": [node.id for node in path.nodes],
                "links": [place[link] for link in path.links],
                "strength": round(path.strength, 4),
                "strength_in_words": strength_word(path.strength),
                "title": (words := path_words(path)).title,
                "steps": list(words.steps),
            }
            for path in whole.paths
        ],
        "more_paths": whole.more_paths,
        "further_nodes": whole.further,
    }


def _build_node_document(node: NetworkNode) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind,
        "label": node.label,
        "companies": node.companies,
        "supplier": node.supplier_ref,
        "company_number": node.number,
        "marks": [
            {"kind": mark.kind, "what": mark.what, "sure": mark.sure, "on": mark.on}
            for mark in node.marks
        ],
    }


def _build_link_document(link: NetworkLink) -> dict[str, Any]:
    return {
        "one": link.one,
        "other": link.other,
        "kind": link.kind,
        "source": link.source,
        "since": link.since,
        "until": link.until,
        "first_known": link.first_known,
    }
