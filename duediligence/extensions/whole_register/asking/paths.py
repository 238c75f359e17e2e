"""The strongest paths of at most three links between two sets of nodes.

A path is as strong as its links and the nodes that it passes, multiplied: an ended link and an
address count half; a person, firm or address that is linked with `n` companies passes on 2/n, and a
company with `n` links, which has officers and an address of its own, 6/n. What has more than `HUB`
links is passed by no path, and at each step only the strongest ends of paths are followed, as many
as `FRONTIER` and with no more than `FAN` links in all. The first and the last node of a path are
not weighed: a nominee who is listed is still listed.
"""

import itertools
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from duediligence.extensions.whole_register.asking.answers import AnswerCut
from duediligence.extensions.whole_register.asking.asked import insert_numbers, rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_STEPS = 3
HUB = 250
FRONTIER = 500_000
FAN = 5_000_000
ENDED = 0.5
BY_ADDRESS = 0.5

_WEIGHT = f"""(CASE WHEN {{e}}.kind = 'address' THEN {BY_ADDRESS}::DOUBLE ELSE 1.0::DOUBLE END
  * CASE WHEN {{e}}.until IS NULL THEN 1.0::DOUBLE ELSE {ENDED}::DOUBLE END)"""
_PASSED_ON = "CASE WHEN to_company THEN 6.0 / greatest(links, 6) ELSE 2.0 / greatest(links, 2) END"


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link of a path: what the edges say between two nodes that follow each other."""

    kind: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class FoundPath:
    """Nodes from a start to an end, and all that links each to the next."""

    nodes: tuple[int, ...]
    links: tuple[tuple[FoundLink, ...], ...]
    strength: float


@dataclass(frozen=True, slots=True)
class FoundPaths:
    """The strongest paths, how many there are in all, and the bounds that cut them."""

    paths: tuple[FoundPath, ...]
    found: int
    cuts: tuple[AnswerCut, ...]


@dataclass(frozen=True, slots=True)
class _Bounds:
    hub: int
    frontier: int
    fan: int


def find_strongest_paths(
    connection: "DuckDBPyConnection",
    *,
    steps: int,
    limit: int,
    hub: int = HUB,
    frontier: int = FRONTIER,
    fan: int = FAN,
) -> FoundPaths:
    """Return the strongest path for each pair of a row of `starts` and one of `ends`, the first
    `limit`.

    `starts` and `ends` are temporary tables: `node`, and `is_company`, NULL where it is not known;
    `ends` has a `weight`, how sure it is that this is an end, by which a path is multiplied.
    Paths are looked for from the side that has fewer. A node that is both has a path without links.
    """
    starts, ends = rows(
        connection, "SELECT (SELECT count(*) FROM starts), (SELECT count(*) FROM ends)"
    )[0]
    swapped = ends < starts
    origins, goals = ("ends", "starts") if swapped else ("starts", "ends")
    cuts = _build_path_layers(connection, origins, goals, steps, _Bounds(hub, frontier, fan))
    layers = " UNION ALL ".join(
        f"SELECT origin, node, strength, {step} AS step FROM layer_{step} "  # noqa: S608
        f"WHERE node IN (SELECT node FROM {goals})"
        for step in range(steps + 1)
    )
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE reached AS
        SELECT origin, node, strength * weight AS strength, min(step) AS step
        FROM ({layers}) AS each_step
        JOIN (SELECT origin, node, max(strength) AS strength FROM ({layers}) GROUP BY ALL)
          USING (origin, node, strength)
        JOIN (SELECT node AS finish, max(weight) AS weight FROM ends GROUP BY node)
          ON finish = {"origin" if swapped else "node"}
        WHERE origin <> node OR step = 0 GROUP BY origin, node, strength, weight
    """)  # noqa: S608
    found = rows(connection, "SELECT count(*) FROM reached")[0][0]
    best = rows(
        connection,
        "SELECT origin, node, strength, step FROM reached "
        "ORDER BY strength DESC, step, origin, node LIMIT ?",
        limit,
    )
    nodes = _way_back(connection, best)
    links = _fetch_path_links(connection, nodes)
    paths = []
    for (_, _, strength, _), way in zip(best, nodes, strict=True):
        ordered = tuple(reversed(way)) if swapped else way
        between = tuple(links[pair] for pair in itertools.pairwise(ordered))
        paths.append(FoundPath(ordered, between, strength))
    return FoundPaths(tuple(paths), found, tuple(cuts))


def _build_path_layers(
    connection: "DuckDBPyConnection", origins: str, goals: str, steps: int, bounds: "_Bounds"
) -> list[AnswerCut]:
    """Make `layer_0` to `layer_steps`: the strongest way from each origin to each node.

    `onward` is what a way passes on to the next step, 0 where it ends.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE layer_0 AS
        SELECT node AS origin, node, 1.0::DOUBLE AS strength, 1.0::DOUBLE AS onward,
          bool_or(is_company) AS is_company
        FROM {origins} GROUP BY node
    """)  # noqa: S608
    followed = 0
    for step in range(1, steps + 1):
        last = step == steps
        only = f"AND e.other IN (SELECT node FROM {goals})" if last else ""  # noqa: S608
        # Those of companies and of others lie apart, so that a step reads one part for each.
        parts = " UNION ALL ".join(
            f"SELECT f.origin, e.other, e.to_company, e.links, "  # noqa: S608
            f"f.onward * {_WEIGHT.format(e='e')} AS strength "
            f"FROM edges e JOIN (FROM layer_{step - 1} "
            f"WHERE coalesce(is_company, {part}) = {part} AND onward > 0) f "
            f"ON e.node = f.node WHERE e.from_company = {part} AND e.other <> f.origin {only}"
            for part in ("true", "false")
        )
        onward = (
            "0.0"
            if last
            else f"CASE WHEN links > {bounds.hub:d} THEN 0.0 ELSE strength * ({_PASSED_ON}) END"
        )
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE layer_{step} AS
            SELECT origin, node, strength, ({onward})::DOUBLE AS onward, to_company AS is_company,
              links
            FROM (
              SELECT origin, other AS node, any_value(to_company) AS to_company,
                any_value(links) AS links, max(strength) AS strength
              FROM ({parts}) GROUP BY origin, other
            )
        """)  # noqa: S608
        if not last:
            followed = max(followed, _prune_path_layer(connection, f"layer_{step}", bounds))
    passed = " UNION ALL ".join(f"FROM layer_{step}" for step in range(1, steps)) or "FROM layer_1"
    hubs = rows(
        connection,
        f"SELECT count(DISTINCT node) FROM ({passed}) WHERE links > {bounds.hub:d}",  # noqa: S608
    )[0][0]
    cuts = [AnswerCut("hubs", bounds.hub, hubs)] if hubs and steps > 1 else []
    return [*cuts, AnswerCut("paths", bounds.frontier, followed)] if followed else cuts


def _prune_path_layer(connection: "DuckDBPyConnection", layer: str, bounds: "_Bounds") -> int:
    """Let only the strongest ways of a layer go on; how many there were where some do not."""
    ways, fan = rows(
        connection,
        f"SELECT count(*), sum(links) FROM {layer} WHERE onward > 0",  # noqa: S608
    )[0]
    if ways <= bounds.frontier and (fan or 0) <= bounds.fan:
        return 0
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {layer} AS
        SELECT origin, node, strength, CASE WHEN kept THEN onward ELSE 0.0::DOUBLE END AS onward,
          is_company, links
        FROM (
          SELECT *, row_number() OVER strongest <= {bounds.frontier:d}
            AND sum(links) OVER strongest <= {bounds.fan:d} AS kept
          FROM {layer}
          WINDOW strongest AS (ORDER BY onward DESC, origin, node ROWS UNBOUNDED PRECEDING)
        )
    """)  # noqa: S608
    return int(ways)


def _way_back(
    connection: "DuckDBPyConnection", best: list[tuple[int, int, float, int]]
) -> list[tuple[int, ...]]:
    """Return the nodes of each path from its origin, found from its end."""
    ways = [[node] if step else [] for _, node, _, step in best]
    for back in range(max((step for *_, step in best), default=0), 1, -1):
        # Those whose last known node was reached at this step.
        open_ = [
            (at, best[at][0], way[-1])
            for at, way in enumerate(ways)
            if way and best[at][3] - (len(way) - 1) == back
        ]
        if not open_:
            continue
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE open_ways (place INTEGER, origin UBIGINT, node UBIGINT)"
        )
        insert_numbers(connection, "open_ways", open_)
        some = ", ".join(str(node) for node in sorted({node for _, _, node in open_}))
        found = rows(
            connection,
            f"""
            SELECT place, arg_max(parent, (strength, parent)) FROM (
              SELECT o.place, f.node AS parent, f.onward * {_WEIGHT.format(e="e")} AS strength
              FROM (SELECT * FROM edges WHERE node IN ({some})) e
              JOIN open_ways o ON e.node = o.node
              JOIN layer_{back - 1} f ON f.origin = o.origin AND f.node = e.other
              WHERE f.onward > 0
            ) GROUP BY place
            """,  # noqa: S608
        )
        for at, parent in found:
            ways[at].append(parent)
    return [(best[at][0], *reversed(way)) for at, way in enumerate(ways)]


def _fetch_path_links(
    connection: "DuckDBPyConnection", ways: list[tuple[int, ...]]
) -> dict[tuple[int, int], tuple[FoundLink, ...]]:
    """Return all that the edges say of each two nodes that follow each other, in both
    directions.
    """
    pairs = {pair for way in ways for pair in itertools.pairwise(way)}
    pairs |= {(other, one) for one, other in pairs}
    if not pairs:
        return {}
    connection.execute("CREATE OR REPLACE TEMP TABLE pairs (one UBIGINT, other UBIGINT)")
    insert_numbers(connection, "pairs", sorted(pairs))
    some = ", ".join(str(node) for node in sorted({one for one, _ in pairs}))
    found: dict[tuple[int, int], list[FoundLink]] = {pair: [] for pair in pairs}
    for one, other, kind, since, until in rows(
        connection,
        f"""
        SELECT DISTINCT e.node, e.other, e.kind, e.since, e.until
        FROM (SELECT * FROM edges WHERE node IN ({some})) e
        JOIN pairs p ON e.node = p.one AND e.other = p.other
        ORDER BY e.until IS NOT NULL, e.kind, e.since, e.until
        """,  # noqa: S608  (numbers)
    ):
        found[one, other].append(FoundLink(kind, since, until))
    return {pair: tuple(links) for pair, links in found.items()}
