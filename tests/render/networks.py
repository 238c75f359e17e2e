"""Invented networks. Every firm, person, number and place here is made up."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

from duediligence.model.networks import (
    LinkKind,
    Network,
    NetworkLink,
    NetworkMark,
    NetworkNode,
    NetworkPath,
)
from duediligence.render.network_graph import Neighbourhood

INSOLVENT = NetworkMark(kind="insolvent", what="liquidation", on=date(2025, 3, 3))
DISQUALIFIED = NetworkMark(
    kind="disqualified", what="Disqualified directors", sure="strong match", on=date(2024, 1, 9)
)


def supplier(ref: str, label: str, number: str = "", **more: Any) -> NetworkNode:
    id_ = f"company:{number}" if number else f"supplier:{ref}"
    return NetworkNode(
        id=id_, kind="supplier", label=label, supplier_ref=ref, number=number, **more
    )


def company(number: str, label: str, **more: Any) -> NetworkNode:
    return NetworkNode(id=f"company:{number}", kind="company", label=label, number=number, **more)


def person(id_: str, label: str, **more: Any) -> NetworkNode:
    return NetworkNode(id=f"person:{id_}", kind="person", label=label, personal=True, **more)


def link(
    one: NetworkNode,
    other: NetworkNode,
    kind: LinkKind,
    source: str = "Companies House officers",
    **more: Any,
) -> NetworkLink:
    known = more.pop("first_known", date(2026, 11, 2))
    return NetworkLink(
        one=one.id, other=other.id, kind=kind, source=source, first_known=known, **more
    )


def network(nodes: Iterable[NetworkNode], links: Iterable[NetworkLink]) -> Network:
    return Network({node.id: node for node in nodes}, tuple(links))


def path(whole: Network, *nodes: NetworkNode, strength: float = 1.0) -> NetworkPath:
    """The path along these nodes, by the first link between each two."""
    links = [
        next(each for each in whole.links if {each.one, each.other} == {one.id, other.id})
        for one, other in pairwise(nodes)
    ]
    return NetworkPath(nodes, tuple(links), strength)


def shared_director() -> Neighbourhood:
    """Two suppliers with a director and an address in common; with one the director has left."""
    one = supplier("S001", "Ferrow Groundworks Ltd", "99000001")
    other = supplier("S002", "Quillfeather Paving Limited", "99000002")
    jo, ada = person("jo", "Jo Invented"), person("ada", "Ada Ferrow")
    place = NetworkNode(
        id="address:1", kind="address", label="3 Marrow Lane, Porthvellan, ZZ1 1AA", companies=4
    )
    whole = network(
        [one, other, jo, ada, place],
        [
            link(one, jo, "director", since=date(2019, 5, 3)),
            link(one, jo, "owner", "Companies House owners", since=date(2019, 5, 3)),
            link(other, jo, "director", since=date(2015, 2, 1), until=date(2021, 6, 4)),
            link(one, ada, "secretary", since=date(2020, 1, 1)),
            link(one, place, "address", "supplier file", first_known=None),
            link(other, place, "address", "supplier file", first_known=None),
        ],
    )
    paths = (path(whole, one, jo, other), path(whole, one, place, other, strength=0.5))
    return Neighbourhood((one.id,), whole, paths)


def shared_address(companies: int = 300) -> Neighbourhood:
    """A supplier at an address of very many companies, of which two are insolvent."""
    one = supplier("S001", "Ferrow Groundworks Ltd", "99000001")
    place = NetworkNode(
        id="address:1",
        kind="address",
        label="Suite 4, 71 Serviced Street, Porthvellan, ZZ1 1AA",
        companies=companies + 12,
    )
    others = [
        supplier(f"S{i + 2:03}", f"Invented Supplier {i} Ltd", f"9901{i:04}")
        if i < 4
        else company(
            f"9901{i:04}", f"Invented Company {i} Ltd", marks=(INSOLVENT,) if i in (50, 60) else ()
        )
        for i in range(companies)
    ]
    whole = network(
        [one, place, *others],
        [link(each, place, "address", "Companies House") for each in (one, *others)],
    )
    ends = [others[i] for i in (50, 60, 0, 1, 2, 3)]
    return Neighbourhood(
        (one.id,), whole, tuple(path(whole, one, place, end, strength=0.01) for end in ends)
    )


def insolvent_two_steps_away() -> Neighbourhood:
    """A director whose earlier firm belongs to somebody who may be disqualified, and who has
    another firm in liquidation; and a sub-contractor at the same phone.
    """
    one = supplier("S001", "Ferrow Groundworks Ltd", "99000001")
    sub = supplier("S007", "Lantern Scaffolding Ltd")
    jo = person("jo", "Jo Invented")
    owner = person("owner", "Perpetuo Nettlewick", marks=(DISQUALIFIED,))
    between = company("99000003", "Zanzibar Sprockets Holdings Limited")
    failed = company("99000009", "Cogwheel Demolition Limited", marks=(INSOLVENT,))
    phone = NetworkNode(id="phone:1", kind="phone", label="phone number")
    whole = network(
        [one, sub, jo, owner, between, failed, phone],
        [
            link(one, jo, "director", since=date(2019, 5, 3)),
            link(between, jo, "director", since=date(2016, 1, 1), until=date(2023, 2, 2)),
            link(between, owner, "owner", "Companies House owners", since=date(2018, 4, 5)),
            link(failed, owner, "director", since=date(2011, 4, 5)),
            link(sub, phone, "phone", "supplier file"),
            link(one, phone, "phone", "supplier file"),
            link(sub, one, "sub-contractor", "supplier file"),
        ],
    )
    return Neighbourhood(
        (one.id,),
        whole,
        (
            path(whole, one, jo, between, owner, failed, strength=0.8),
            path(whole, one, jo, between, owner, strength=0.8),
            path(whole, one, sub),
        ),
    )
