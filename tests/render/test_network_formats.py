"""GraphML: what its schema asks for, whatever the names; and networkx reads it."""

from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from duediligence.render.network_formats import network_graphml

from .networks import insolvent_two_steps_away, link, network, person, shared_director, supplier

NS = "{http://graphml.graphdrawing.org/xmlns}"


def test_each_node_and_link_is_there_with_typed_values() -> None:
    whole = insolvent_two_steps_away().network
    root = ET.fromstring(network_graphml(whole))
    assert root.tag == f"{NS}graphml"
    keys = {key.get("id"): key for key in root.findall(f"{NS}key")}
    assert [child.tag for child in root] == [f"{NS}key"] * len(keys) + [f"{NS}graph"]
    (graph,) = root.findall(f"{NS}graph")
    assert graph.get("edgedefault") == "undirected"
    ids = {node.get("id") for node in graph.findall(f"{NS}node")}
    assert ids == set(whole.nodes)
    edges = graph.findall(f"{NS}edge")
    assert [(e.get("source"), e.get("target")) for e in edges] == [
        (one.one, one.other) for one in whole.links
    ]
    for element in (*graph.findall(f"{NS}node"), *edges):
        kind = "node" if element.tag == f"{NS}node" else "edge"
        for data in element:
            key = keys[data.get("key")]
            assert key.get("for") == kind
            assert key.get("attr.type") in ("string", "int")
            assert data.text
            if key.get("attr.type") == "int":
                int(data.text)
    (marks,) = (
        data.text
        for node in graph.findall(f"{NS}node")
        if node.get("id") == "company:99000009"
        for data in node
        if data.get("key") == "node-marks"
    )
    assert marks == "Insolvency: in liquidation, 3 March 2025"


def test_any_name_is_escaped() -> None:
    hostile = '</node><script>"&\x00\x1b\ud800\u202e'
    one, jo = supplier("S1", hostile), person(hostile, hostile)
    root = ET.fromstring(network_graphml(network([one, jo], [link(one, jo, "director", hostile)])))
    nodes = root.findall(f"{NS}graph/{NS}node")
    assert len(nodes) == 2
    labels = [d.text for n in nodes for d in n if d.get("key") == "node-label"]
    assert labels == ['</node><script>"& ��'] * 2
    edge = root.find(f"{NS}graph/{NS}edge")
    assert edge is not None
    assert {edge.get("source"), edge.get("target")} == {node.get("id") for node in nodes}


def test_networkx_reads_it() -> None:
    networkx = pytest.importorskip("networkx")
    whole = shared_director().network
    graph = networkx.read_graphml(BytesIO(network_graphml(whole).encode()))
    assert set(graph) == set(whole.nodes)
    assert graph.number_of_edges() == len(whole.links)
    assert graph.nodes["address:1"]["companies"] == 4
