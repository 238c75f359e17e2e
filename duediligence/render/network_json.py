"""A network as a document for programs."""

from typing import Any

from duediligence.model.networks import NetworkLink, NetworkNode
from duediligence.render.network_graph import Neighbourhood
from duediligence.render.network_words import path_words, strength_word


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
