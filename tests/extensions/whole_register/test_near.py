"""Which suppliers are within some links of somebody: known answers, and a plain search."""

from collections import defaultdict
from datetime import date

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.errors import Incomplete, Invalid, NotFound
from duediligence.extensions.whole_register.asking.answers import NearRow, RegisterAnswer
from duediligence.extensions.whole_register.asking.near import NearRequest, find_near_paths
from duediligence.extensions.whole_register.asking.paths import find_strongest_paths

from .invented import InventedRegister

MINE = {"99000001": "S1"}


def labels(answer: RegisterAnswer[NearRow]) -> list[list[str]]:
    return [[node.label for node in row.path.nodes] for row in answer.rows]


def test_a_directors_other_company_is_two_steps_away() -> None:
    made = InventedRegister()
    made.company("99000001", "MINE LIMITED")
    made.company("99000002", "FALLEN LIMITED", status="liquidation")
    made.officer("99000001", "Jo Invented")
    made.officer("99000002", "Jo Invented", resigned_on=date(2020, 1, 1))
    answer = find_near_paths(made.ask(MINE), 10, NearRequest(what="insolvent"))
    assert labels(answer) == [["MINE LIMITED", "Jo Invented", "FALLEN LIMITED"]]
    path = answer.rows[0].path
    assert path.strength == 0.5  # one of its links has ended
    assert [(link.kind, link.until) for link in path.links] == [
        ("director", None),
        ("director", date(2020, 1, 1)),
    ]
    assert path.nodes[0].supplier_ref == "S1"
    assert path.nodes[1].personal
    assert path.nodes[2].marks[0].what == "liquidation"
    assert not find_near_paths(made.ask(MINE), 10, NearRequest(what="insolvent", steps=1)).rows
    assert answer.found == 1


def test_a_supplier_that_is_itself_asked_for_is_no_step_away() -> None:
    made = InventedRegister()
    made.company("99000001", "MINE LIMITED", status="liquidation")
    answer = find_near_paths(made.ask(MINE), 10, NearRequest(what="insolvent"))
    assert labels(answer) == [["MINE LIMITED"]]
    assert answer.rows[0].path.links == ()


def test_a_nominee_behind_thousands_is_passed_by_no_path_but_is_still_an_end() -> None:
    made = InventedRegister()
    made.company("99000001", "MINE LIMITED")
    made.company("99000002", "FALLEN LIMITED", status="liquidation")
    made.officer("99000001", "Nora Nominee", birth_year=1960, birth_month=5)
    made.officer("99000002", "Nora Nominee")
    for at in range(300):
        made.company(f"98{at:06}")
        made.officer(f"98{at:06}", "Nora Nominee")
    made.hit("person:Nora Nominee", "99000001", "officers", 0.93)
    asked = made.ask(MINE)
    answer = find_near_paths(asked, 10, NearRequest(what="insolvent"))
    assert not answer.rows
    assert [(cut.kind, cut.of) for cut in answer.cuts] == [("hubs", 1)]
    listed = find_near_paths(asked, 10, NearRequest(what="listed", steps=1))
    assert labels(listed) == [["MINE LIMITED", "Nora Nominee"]]
    assert listed.rows[0].path.nodes[1].marks[0].sure == "93% similar"
    named = NearRequest(what="person", name="Nora Nominee", born=(1960, 5), steps=1)
    assert labels(find_near_paths(asked, 10, named)) == [["MINE LIMITED", "Nora Nominee"]]


def test_ownership_has_its_direction() -> None:
    made = InventedRegister()
    made.company("99000001", "MINE LIMITED")
    made.company("99000002", "PARENT LIMITED", status="administration")
    made.owned_by("99000001", "99000002")
    (row,) = find_near_paths(made.ask(MINE), 10, NearRequest(what="insolvent")).rows
    (link,) = row.path.links
    assert (link.one, link.other) == ("company:99000001", "company:99000002")


def test_a_bidder_who_is_no_supplier_and_a_company_that_is_gone() -> None:
    made = InventedRegister()
    made.company("99000001", "MINE LIMITED")
    made.company("99000003", "BIDDER LIMITED", at="1 Invented Road, AB1 2CD")
    made.company(
        "99000004", "GONE LIMITED", at="1 Invented Road, AB1 2CD", gone_since=date(2026, 9, 1)
    )
    asked = made.ask(MINE)
    bid = NearRequest(what="dissolved", bidders=("99000003",))
    answer = find_near_paths(asked, 10, bid)
    assert labels(answer) == [["BIDDER LIMITED", "1 Invented Road, AB1 2CD", "GONE LIMITED"]]
    assert answer.rows[0].path.strength == 0.125  # two links by address, one of them ended
    with pytest.raises(NotFound):
        find_near_paths(asked, 10, NearRequest(what="dissolved", bidders=("12345678",)))
    with pytest.raises(NotFound):
        find_near_paths(asked, 10, NearRequest(what="company", number="12345678"))
    with pytest.raises(Invalid):
        find_near_paths(asked, 10, NearRequest(what="dissolved", steps=4))


def test_what_is_not_loaded_is_said_or_refused() -> None:
    made = InventedRegister()
    made.company("99000001")
    made.loaded.remove("officers")
    asked = made.ask(MINE)
    answer = find_near_paths(asked, 10, NearRequest(what="insolvent"))
    assert answer.scope.missing == ("officers",)
    assert not answer.complete
    with pytest.raises(Incomplete):
        find_near_paths(asked, 10, NearRequest(what="listed"))


# Between nodes 0 to 5, which are companies, and any of 0 to 9.
Edge = tuple[int, int, str, bool]
EDGES = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 9),
        st.sampled_from(["owner", "director", "address"]),
        st.booleans(),
    ),
    max_size=30,
)
HUB = 4


def weight(kind: str, ended: bool) -> float:
    return (0.5 if kind == "address" else 1) * (0.5 if ended else 1)


def passed_on(node: int, links: int) -> float:
    if links > HUB:
        return 0
    most = 6 if node <= 5 else 2
    return most / max(most, links)


def sure(node: int) -> float:
    return 0.5 if node % 3 else 1.0


def neighbours(edges: list[Edge]) -> dict[int, dict[int, float]]:
    beside: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, kind, ended in edges:
        for a, b in ((one, other), (other, one)):
            beside[a][b] = max(weight(kind, ended), beside[a].get(b, 0))
    return beside


def plain(
    beside: dict[int, dict[int, float]], starts: set[int], ends: set[int], steps: int
) -> dict[tuple[int, int], float]:
    """The strength of the strongest path of each pair, by trying every path."""
    best: dict[tuple[int, int], float] = {(both, both): sure(both) for both in starts & ends}

    def follow(way: tuple[int, ...], strength: float) -> None:
        for other, told in list(beside[way[-1]].items()):
            if other in way:
                continue
            if other in ends:
                pair = way[0], other
                best[pair] = max(best.get(pair, 0), strength * told * sure(other))
            onward = passed_on(other, len(beside[other]))
            if len(way) < steps and onward:
                follow((*way, other), strength * told * onward)

    for start in starts:
        follow((start,), 1.0)
    return best


def graph(connection: duckdb.DuckDBPyConnection, edges: list[Edge]) -> None:
    beside = neighbours(edges)
    connection.execute(
        "CREATE TABLE edges (node UBIGINT, other UBIGINT, kind VARCHAR, since DATE, until DATE, "
        "from_company BOOLEAN, to_company BOOLEAN, links INTEGER)"
    )
    for one, other, kind, ended in edges:
        for a, b in ((one, other), (other, one)):
            until = date(2020, 1, 1) if ended else None
            connection.execute(
                "INSERT INTO edges VALUES (?, ?, ?, NULL, ?, ?, ?, ?)",
                [a, b, kind, until, a <= 5, b <= 5, len(beside[b])],
            )


@given(
    EDGES,
    st.sets(st.integers(0, 9), max_size=6),
    st.sets(st.integers(0, 9), max_size=6),
    st.integers(1, 3),
)
def test_it_finds_what_a_plain_search_finds(
    edges: list[Edge], starts: set[int], ends: set[int], steps: int
) -> None:
    with duckdb.connect() as connection:
        graph(connection, edges)
        for table, nodes in (("starts", starts), ("ends", ends)):
            connection.execute(
                f"CREATE TEMP TABLE {table} (node UBIGINT, is_company BOOLEAN, weight DOUBLE)"
            )
            for at in nodes:
                known = at <= 5 if at % 2 else None
                connection.execute(f"INSERT INTO {table} VALUES (?, ?, ?)", [at, known, sure(at)])
        found = find_strongest_paths(connection, steps=steps, limit=1000, hub=HUB)
    beside = neighbours(edges)
    expected = plain(beside, starts, ends, steps)
    assert {(p.nodes[0], p.nodes[-1]): p.strength for p in found.paths} == pytest.approx(expected)
    assert found.found == len(expected)
    for path in found.paths:
        assert len(path.links) == len(path.nodes) - 1 <= steps
        assert all(path.links)
        product = 1.0
        for links in path.links:
            product *= max(weight(link.kind, link.until is not None) for link in links)
        for inner in path.nodes[1:-1]:
            product *= passed_on(inner, len(beside[inner]))
        assert product * sure(path.nodes[-1]) == pytest.approx(path.strength)


def test_a_frontier_that_is_too_wide_keeps_the_strongest_and_says_so() -> None:
    made = InventedRegister()
    made.company("99000001", "MINE LIMITED")
    made.company("99000002", "FALLEN LIMITED", status="liquidation")
    for at in range(40):
        made.officer("99000001", f"Person {at}", resigned_on=None if at == 7 else date(2020, 1, 1))
    made.officer("99000002", "Person 7")
    asked = made.ask(MINE)
    asked.connection.execute(
        "CREATE TEMP TABLE starts AS SELECT md5_number_lower('company:99000001') AS node, "
        "true AS is_company;"
        "CREATE TEMP TABLE ends AS SELECT true AS is_company, 1.0 AS weight, "
        "unnest([md5_number_lower('company:99000002'), 1]) AS node"
    )
    found = find_strongest_paths(asked.connection, steps=2, limit=10, frontier=5)
    assert [len(path.nodes) for path in found.paths] == [3]
    assert [(cut.kind, cut.kept, cut.of) for cut in found.cuts] == [("paths", 5, 40)]
    fanned = find_strongest_paths(asked.connection, steps=2, limit=10, fan=5)
    assert len(fanned.paths) == 1
    assert fanned.cuts[0].of == 40


def test_half_a_million_links_at_one_address_end_and_are_said() -> None:
    with duckdb.connect() as connection:
        connection.execute("""
            CREATE TABLE edges AS
            WITH crowd AS (SELECT (range + 10)::UBIGINT AS company FROM range(250_000))
            SELECT company AS node, 1::UBIGINT AS other, 'address' AS kind, NULL::DATE AS since,
              NULL::DATE AS until, true AS from_company, false AS to_company, 250_000 AS links
            FROM crowd
            UNION ALL
            SELECT 1, company, 'address', NULL, NULL, false, true, 1 FROM crowd
        """)
        connection.execute(
            "CREATE TEMP TABLE starts AS SELECT unnest([10, 11])::UBIGINT AS node, "
            "true AS is_company;"
            "CREATE TEMP TABLE ends AS SELECT (range + 12)::UBIGINT AS node, true AS is_company, "
            "1.0 AS weight FROM range(200_000)"
        )
        past_it = find_strongest_paths(connection, steps=3, limit=10)
        assert not past_it.paths
        assert [(cut.kind, cut.of) for cut in past_it.cuts] == [("hubs", 1)]
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE ends AS SELECT 1::UBIGINT AS node, "
            "false AS is_company, 1.0 AS weight"
        )
        to_it = find_strongest_paths(connection, steps=3, limit=10, fan=1_000)
        assert sorted(path.nodes for path in to_it.paths) == [(10, 1), (11, 1)]
        assert [(cut.kind, cut.of) for cut in to_it.cuts] == [("paths", 250_000)]
