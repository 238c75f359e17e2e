"""What stands around a node, the ways between two, and that no network makes a walk hang."""

from hypothesis import given
from hypothesis import strategies as st

from duediligence.model.networks import Network, NetworkLink, NetworkNode
from duediligence.networks import HUBS, Graph, count_steps, find_paths, select_neighbourhood


def node(id_: str, **more: object) -> NetworkNode:
    kind = {"s": "supplier", "p": "person", "a": "address"}[id_[0]]
    return NetworkNode(id=id_, kind=kind, label=id_, **more)  # type: ignore[arg-type]


def net(*pairs: str, **companies: int) -> Network:
    """`s1-p1` links the two; the counts are those of the register."""
    ends = [pair.split("-") for pair in pairs]
    ids = sorted({one for pair in ends for one in pair} | companies.keys())
    nodes = {one: node(one, companies=companies.get(one)) for one in ids}
    kinds = {"p": "director", "a": "address", "s": "owner"}
    links = tuple(
        NetworkLink(one=one, other=other, kind=kinds[other[0]], source="test")  # type: ignore[arg-type]
        for one, other in ends
    )
    return Network(nodes, links)


def test_around_counts_steps_from_party_to_party() -> None:
    some = net("s1-a1", "s2-a1", "s2-p1", "s3-p1", "s3-p2")
    part, left = select_neighbourhood(some, ["s1"], steps=1)
    assert (sorted(part.nodes), left) == (["a1", "s1", "s2"], 0)
    part, left = select_neighbourhood(some, ["s1"], steps=2)
    assert (sorted(part.nodes), left) == (["a1", "p1", "s1", "s2"], 0)


def test_around_shows_the_nearest_and_counts_the_rest() -> None:
    some = net(*(f"s1-p{n}" for n in range(30)), *(f"s{n + 2}-p{n}" for n in range(30)))
    part, left = select_neighbourhood(some, ["s1"], most=31, steps=2)
    assert left == 30
    assert {one[0] for one in part.nodes} == {"s", "p"}
    assert sum(one.startswith("p") for one in part.nodes) == 30


def test_nothing_is_seen_beyond_a_hub_but_the_hub_is() -> None:
    some = net("s1-a1", "s2-a1", a1=HUBS["address"].most + 1)
    part, left = select_neighbourhood(some, ["s1"])
    assert (sorted(part.nodes), left) == (["a1", "s1"], 0)
    assert find_paths(some, "s1", "s2") == ()
    assert [one.nodes[-1].id for one in find_paths(some, "s1", "a1")] == ["a1"]


def test_the_strength_of_a_path_is_the_product_of_what_it_goes_through() -> None:
    some = net("s1-a1", "s2-a1", "s2-p1", "s3-p1", a1=4, p1=10)
    (path,) = find_paths(some, "s1", "s3")
    assert path.strength == 0.5 * 0.5
    assert count_steps(path) == 3
    assert find_paths(some, "s1", "s3", weakest=0.3) == ()
    assert find_paths(some, "s1", "s3", steps=2) == ()


def test_the_shortest_and_strongest_come_first_and_no_more_than_asked_for() -> None:
    some = net("s1-p1", "s2-p1", "s1-a1", "s2-a1", "s1-p2", "s3-p2", "s3-a2", "s2-a2", a1=4)
    found = find_paths(some, "s1", "s2")
    assert [[one.id for one in path.nodes[1:-1]] for path in found] == [
        ["a1"],
        ["p1"],
        ["p2", "s3", "a2"],
    ]
    assert len(find_paths(some, "s1", "s2", most=1)) == 1


def test_ids_that_are_not_there_have_no_paths() -> None:
    some = net("s1-p1")
    assert find_paths(some, "s1", "s9") == ()
    assert select_neighbourhood(some, ["s9"]) == (Network({}, ()), 0)


ids = st.sampled_from(["s1", "s2", "s3", "s4", "p1", "p2", "a1"])
links = st.lists(st.tuples(ids.filter(lambda one: one[0] == "s"), ids), max_size=25)


@given(links, ids, ids)
def test_cycles_and_doubled_links_never_hang_and_paths_join_their_ends(
    pairs: list[tuple[str, str]], one: str, other: str
) -> None:
    some = net(*(f"{a}-{b}" for a, b in pairs), **{one: 0, other: 0})
    part, left = select_neighbourhood(some, [one], most=3, steps=3)
    assert one in part.nodes
    assert len(part.nodes) <= 3
    assert left >= 0
    for path in find_paths(Graph(some), one, other):
        here = [each.id for each in path.nodes]
        assert (here[0], here[-1], len(set(here))) == (one, other, len(here))
        for link, *ends in zip(path.links, here, here[1:], strict=False):
            assert {link.one, link.other} == set(ends)
        assert 0 < path.strength <= 1


def test_a_node_of_very_many_suppliers_is_bounded() -> None:
    many = [f"s{n}" for n in range(5000)]
    some = net(*(f"{one}-a1" for one in many), *(f"{one}-p1" for one in many))
    graph = Graph(some)
    part, left = select_neighbourhood(graph, ["s1"], steps=3)
    assert (sorted(part.nodes), left) == (["a1", "p1", "s1"], 0)
    assert find_paths(graph, "s1", "s2", steps=9) == ()
