"""Which suppliers, or which bidder, are within three links of somebody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from duediligence.errors import Invalid, NotFound
from duediligence.extensions.whole_register.asking.answers import (
    NearRow,
    RegisterAnswer,
    RegisterTable,
)
from duediligence.extensions.whole_register.asking.asked import (
    SURENESS,
    AskedRegister,
    insert_numbers,
    rows,
)
from duediligence.extensions.whole_register.asking.paths import (
    FoundLink,
    FoundPath,
    find_strongest_paths,
)
from duediligence.extensions.whole_register.asking.people import nodes_of_person
from duediligence.model.networks import (
    LinkKind,
    NetworkLink,
    NetworkMark,
    NetworkNode,
    NetworkPath,
    NodeKind,
)

MOST_STEPS = 3

SOURCES: Mapping[str, str] = {
    "owner": "Companies House PSC snapshot",
    "director": "Companies House officers",
    "secretary": "Companies House officers",
    "address": "Companies House registered addresses",
}


_LOOKED_FOR: Mapping[str, str] = {
    "company": "companies looked for",
    "person": "records of this person",
    "listed": "parties looked for that may be on a list",
    "insolvent": "insolvent companies looked for",
    "dissolved": "dissolved companies looked for",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRequest:
    """What to look for. `what` says which of the fields under it counts.

    `bidders` are numbers of companies to start from, instead of the stored suppliers. `born` is
    the year and month of birth of the person `name`.
    """

    what: Literal["company", "person", "listed", "insolvent", "dissolved"]
    number: str = ""
    name: str = ""
    born: tuple[int, int] | None = None
    bidders: tuple[str, ...] = ()
    steps: int = 2


def find_near_paths(
    asked: AskedRegister, limit: int, request: NearRequest
) -> RegisterAnswer[NearRow]:
    """Return the strongest path from each supplier or bidder to each party asked for.

    Raises Invalid for a number of steps that is out of bounds, NotFound where the register does
    not hold what was asked for, Incomplete where a table is needed that is not loaded.
    """
    if not 1 <= request.steps <= MOST_STEPS:
        raise Invalid(f"steps must be from 1 to {MOST_STEPS}", field="steps")
    wanted: list[RegisterTable] = ["companies", "owners", "officers"]
    needed: list[RegisterTable] = ["companies"]
    if request.what == "listed":
        wanted.append("screened")
        needed.append("screened")
    scope = asked.scope(wanted, needed=needed)
    if not request.bidders:
        asked.need_suppliers()
    _set_starts(asked, request)
    _set_ends(asked, request)
    found = find_strongest_paths(asked.connection, steps=request.steps, limit=limit)
    nodes = _fetch_path_nodes(asked, {node for path in found.paths for node in path.nodes})
    marks = _fetch_end_marks(asked, request, {path.nodes[-1] for path in found.paths})
    owned = _fetch_owned_pairs(asked, found.paths, nodes)
    return RegisterAnswer(
        question="near",
        scope=scope,
        rows=tuple(NearRow(_build_near_path(path, nodes, marks, owned)) for path in found.paths),
        found=found.found,
        cuts=found.cuts,
        counts={
            "bidders looked from"
            if request.bidders
            else "suppliers looked from": _count_near_nodes(asked, "starts"),
            _LOOKED_FOR[request.what]: _count_near_nodes(asked, "ends"),
            **({} if request.bidders else asked.not_asked_about()),
        },
    )


def _set_starts(asked: AskedRegister, request: NearRequest) -> None:
    numbers = sorted(request.bidders or asked.suppliers)
    asked.connection.execute(
        "CREATE OR REPLACE TEMP TABLE starts AS SELECT DISTINCT "
        "md5_number_lower('company:' || number) AS node, true AS is_company "
        "FROM (SELECT unnest(?::VARCHAR[]) AS number)",
        [numbers],
    )
    asked.need_company(request.bidders)


def _set_ends(asked: AskedRegister, request: NearRequest) -> None:
    connection = asked.connection
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE ends (node UBIGINT, is_company BOOLEAN, weight DOUBLE)"
    )
    match request.what:
        case "company":
            asked.need_company([request.number])
            connection.execute(
                "INSERT INTO ends SELECT md5_number_lower('company:' || ?), true, 1",
                [request.number],
            )
        case "person":
            assert request.born is not None
            found = nodes_of_person(asked, request.name, request.born)
            if not found:
                raise NotFound(
                    "The register holds nobody of this name and month of birth",
                    hint="Give the first and the last name as the register has them.",
                )
            insert_numbers(connection, "ends", [(node, False, 1) for node in found])
        case "listed":
            connection.execute(
                "INSERT INTO ends SELECT coalesce(node, md5_number_lower('company:' || number)) "
                "AS place, NULL, max(CASE WHEN certain THEN 1 ELSE score ** ? END) FROM screened "
                "GROUP BY place",
                [SURENESS],
            )
        case "insolvent" | "dissolved":
            connection.execute(
                "INSERT INTO ends SELECT node, true, 1 FROM failed WHERE kind = ?", [request.what]
            )


def _count_near_nodes(asked: AskedRegister, table: Literal["starts", "ends"]) -> int:
    return int(rows(asked.connection, f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608


def _fetch_path_nodes(asked: AskedRegister, wanted: set[int]) -> dict[int, NetworkNode]:
    if not wanted:
        return {}
    some = ", ".join(map(str, sorted(wanted)))
    found: dict[int, NetworkNode] = {}
    for node, kind, key, label, companies in rows(
        asked.connection,
        f"SELECT node, kind, key, label, companies FROM nodes WHERE node IN ({some})",  # noqa: S608
    ):
        is_company = kind == "company"
        found[node] = NetworkNode(
            id=f"{kind}:{key}",
            kind=_node_kind(kind),
            label=label,
            personal=kind == "person",
            companies=companies,
            supplier_ref=asked.suppliers.get(key, "") if is_company else "",
            number=key if is_company else "",
        )
    return found


def _node_kind(kind: str) -> NodeKind:
    match kind:
        case "company" | "person" | "firm" | "address":
            return kind
    raise AssertionError(kind)


def _link_kind(kind: str) -> LinkKind:
    match kind:
        case "owner" | "director" | "secretary" | "address":
            return kind
    raise AssertionError(kind)


def _fetch_end_marks(
    asked: AskedRegister, request: NearRequest, ends: set[int]
) -> dict[int, tuple[NetworkMark, ...]]:
    """Return what is recorded about each end."""
    if not ends:
        return {}
    some = ", ".join(map(str, sorted(ends)))
    found: dict[int, list[NetworkMark]] = {}
    if request.what == "listed":
        for node, list_id, entry, score, certain in rows(
            asked.connection,
            "SELECT coalesce(node, md5_number_lower('company:' || number)) AS place, list_id, "  # noqa: S608
            "entry_id, max(score), bool_or(certain) FROM screened "
            f"WHERE place IN ({some}) GROUP BY ALL ORDER BY 4 DESC, list_id, entry_id",
        ):
            sure = "" if certain else f"{score:.0%} similar"
            mark = NetworkMark(kind="listed", what=f"{list_id} {entry}", sure=sure)
            found.setdefault(node, []).append(mark)
    for node, status, gone in rows(
        asked.connection,
        f"SELECT node, status, gone_since FROM failed WHERE node IN ({some})",  # noqa: S608
    ):
        mark = NetworkMark(kind="insolvent", what=status, on=gone)
        found.setdefault(node, []).append(mark)
    return {node: tuple(marks) for node, marks in found.items()}


def _fetch_owned_pairs(
    asked: AskedRegister, paths: tuple[FoundPath, ...], nodes: Mapping[int, NetworkNode]
) -> frozenset[tuple[str, str]]:
    """Of companies that follow each other in a path: the owner and the company that it owns."""
    pairs = {
        (nodes[one].number, nodes[other].number)
        for path in paths
        for one, other in zip(path.nodes, path.nodes[1:], strict=False)
        if one in nodes and other in nodes and nodes[one].number and nodes[other].number
    }
    numbers = sorted({number for pair in pairs for number in pair})
    if not numbers:
        return frozenset()
    return frozenset(
        rows(
            asked.connection,
            "SELECT DISTINCT owner_number, number FROM owners "
            "WHERE number IN (SELECT unnest(?::VARCHAR[])) "
            "AND owner_number IN (SELECT unnest(?::VARCHAR[]))",
            numbers,
            numbers,
        )
    )


def _build_near_path(
    path: FoundPath,
    nodes: Mapping[int, NetworkNode],
    marks: Mapping[int, tuple[NetworkMark, ...]],
    owned: frozenset[tuple[str, str]],
) -> NetworkPath:
    on_it = [_get_path_node(node, nodes) for node in path.nodes]
    on_it[-1] = replace(on_it[-1], marks=marks.get(path.nodes[-1], ()))
    links = tuple(
        _orient_link(one, other, between[0], owned)
        for one, other, between in zip(on_it, on_it[1:], path.links, strict=False)
    )
    return NetworkPath(tuple(on_it), links, path.strength)


def _get_path_node(node: int, nodes: Mapping[int, NetworkNode]) -> NetworkNode:
    return nodes.get(node) or NetworkNode(id=f"node:{node}", kind="firm", label="not known")


def _orient_link(
    one: NetworkNode, other: NetworkNode, link: FoundLink, owned: frozenset[tuple[str, str]]
) -> NetworkLink:
    """Return the link with the company first, and what it has as owner, officer or address
    second.
    """
    turned = (
        (one.number, other.number) in owned
        if one.number and other.number
        else other.kind == "company"
    )
    first, second = (other, one) if turned else (one, other)
    return NetworkLink(
        one=first.id,
        other=second.id,
        kind=_link_kind(link.kind),
        source=SOURCES[link.kind],
        since=link.since,
        until=link.until,
    )
