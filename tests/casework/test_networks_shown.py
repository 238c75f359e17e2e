"""Who sees what of a network: marks that are restricted, people that are left out, paths."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from duediligence.casework.networks_shown import (
    NetworkCache,
    Portfolio,
    build_neighbourhood,
    for_a_file,
    network_for,
    networks_of_run,
    redact_neighbourhood,
    without_lone_contacts,
    without_restricted,
)
from duediligence.casework.paths_shown import PathEnds, paths_between
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Hint, Invalid, NotFound, Step
from duediligence.model import Contract, PartialDate, Person, Supplier
from duediligence.model.networks import Network, NetworkLink, NetworkMark, NetworkNode
from duediligence.networks.walking import Graph
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

JO = Person("Jo Invented", PartialDate(1970, 1), "director")
SUPPLIERS = (
    Supplier(ref="S1", name="Ferrow Works Ltd", people=(JO,), contract="Paving"),
    Supplier(
        ref="S2", name="Quill Paving Ltd", people=(JO,), contracts=(Contract(title="Paving"),)
    ),
    Supplier(ref="S3", name="Lantern Ltd"),
)
SECRET = NetworkMark(kind="enforcement", what="Closure orders", handling="restricted")
OPEN_MARK = NetworkMark(kind="insolvent", what="liquidation")


def node(id_: str, **more: object) -> NetworkNode:
    kind = "person" if id_.startswith("person") else "supplier"
    made = NetworkNode(id=id_, kind=kind, label=f"Name of {id_}", personal=kind == "person")
    return replace(made, **more)  # type: ignore[arg-type]


def joined(*nodes: NetworkNode) -> Network:
    """Each node linked with the one after it."""
    links = tuple(
        NetworkLink(one=one.id, other=other.id, kind="director", source="supplier file")
        for one, other in pairwise(nodes)
    )
    return Network({one.id: one for one in nodes}, links)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Callable[[int], Workspace]]:
    """Opens the workspace so many days after the suppliers were screened for the first time."""
    opened: list[Workspace] = []

    def open_(days: int = 0) -> Workspace:
        ws = Workspace(Settings(home=tmp_path / "home"), now=lambda: NOW + timedelta(days=days))
        opened.append(ws)
        return ws

    ws = open_()
    ws.suppliers.save(SUPPLIERS, file="s.csv", at=NOW)
    screen(ws, Screened(SUPPLIERS))
    yield open_
    for each in opened:
        each.__exit__()


def test_no_path_tells_of_a_mark_that_is_restricted() -> None:
    network = joined(node("a"), node("person:b", marks=(SECRET,)))
    (path,) = build_neighbourhood(network, ["a"], 2).paths
    assert path.nodes[-1].marks == (SECRET,)
    assert build_neighbourhood(without_restricted(network), ["a"], 2).paths == ()


class OneNetwork(NetworkCache):
    """Has this network, whatever is stored."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.made = Portfolio(Graph(network))

    def get(self, workspace: Workspace) -> Portfolio:
        return self.made


def test_a_restricted_mark_between_suppliers_is_shown_where_asked_for_and_recorded(
    office: Callable[[int], Workspace],
) -> None:
    ws = office(0)
    ends, between = (
        [PathEnds(ref="S1", other_ref="S2")],
        NetworkNode(id="company:1", kind="company", label="Moss Ltd"),
    )
    both = [node(f"supplier:{ref}", supplier_ref=ref) for ref in ("S1", "S2")]
    secret, plain = (
        OneNetwork(joined(both[0], replace(between, marks=marks), both[1]))
        for marks in ((SECRET, OPEN_MARK), (OPEN_MARK,))
    )

    def marks(cache: NetworkCache, *, restricted: bool) -> tuple[NetworkMark, ...]:
        view = paths_between(ws, ends, people=True, restricted=restricted, cache=cache)
        (path,) = view.around.paths
        return path.nodes[1].marks

    assert marks(secret, restricted=False) == (OPEN_MARK,)
    assert marks(plain, restricted=True) == (OPEN_MARK,)
    assert list(ws.audit.records(kind="restricted shown")) == []
    assert marks(secret, restricted=True) == (SECRET, OPEN_MARK)
    (record,) = ws.audit.records(kind="restricted shown")
    assert record.event.what == {"marks": 1, "suppliers": ("S1", "S2")}


def test_what_is_not_restricted_stays() -> None:
    network = without_restricted(joined(node("a"), node("b", marks=(SECRET, OPEN_MARK))))
    assert network.nodes["b"].marks == (OPEN_MARK,)


def test_where_people_are_left_out_no_name_and_no_id_of_theirs_is_left() -> None:
    network = joined(node("a"), node("person:hash1"), node("c", marks=(OPEN_MARK,)))
    whole = redact_neighbourhood(build_neighbourhood(network, ["a"], 2))
    assert "hash1" not in repr(whole)
    assert "Name of person" not in repr(whole)
    assert whole.network.nodes["person:1"].label == "Person 1"
    (path,) = whole.paths
    assert [each.id for each in path.nodes] == ["a", "person:1", "c"]
    assert set(path.links) <= set(whole.network.links)


def test_who_may_be_on_a_list_can_be_named_alone() -> None:
    network = joined(node("a"), node("person:h1", marks=(OPEN_MARK,)), node("c"), node("person:h2"))
    whole = redact_neighbourhood(build_neighbourhood(network, ["a"], 2), but_marked=True)
    labels = {one.label for one in whole.network.nodes.values() if one.personal}
    assert labels == {"Name of person:h1", "Person 2"}


def test_a_file_that_names_people_has_no_stored_id() -> None:
    whole = for_a_file(build_neighbourhood(joined(node("a"), node("person:hash1")), ["a"], 2))
    assert whole.network.nodes["person:1"].label == "Name of person:hash1"
    assert all(link.other == "person:1" for link in whole.network.links)


def test_paths_between_those_asked_about_are_told_once_and_end_at_the_next() -> None:
    network = joined(node("a"), node("person:x"), node("b"), node("person:y"), node("c"))
    paths = build_neighbourhood(network, ["a", "b"], 3).paths
    ends = [(path.nodes[0].id, path.nodes[-1].id) for path in paths]
    assert sorted(ends) == [("a", "b"), ("b", "c")]


def test_marked_parties_come_first_and_the_rest_is_counted() -> None:
    asked = node("a")
    others = [node(f"s{i:02}") for i in range(60)]
    marked = node("z", marks=(OPEN_MARK,))
    links = tuple(
        NetworkLink(one="a", other=one.id, kind="owner", source="supplier file")
        for one in (*others, marked)
    )
    every = {one.id: one for one in (asked, *others, marked)}
    whole = build_neighbourhood(Network(every, links), ["a"], 1)
    assert whole.paths[0].nodes[-1].id == "z"
    assert len(whole.paths) + whole.more_paths == 61


def test_a_contract_is_found_by_its_title_however_it_is_written(
    office: Callable[[int], Workspace],
) -> None:
    view = network_for(office(0), "PAVING")
    assert [one.ref for one in view.suppliers] == ["S1", "S2"]
    (path,) = view.around.paths
    assert [each.label for each in path.nodes] == [
        "Ferrow Works Ltd",
        "Jo Invented",
        "Quill Paving Ltd",
    ]
    assert all(link.first_known == NOW.date() for link in path.links)
    assert "NET-01" in {row.check_id for row in view.alerts}


def test_a_supplier_that_was_never_screened_stands_alone(
    office: Callable[[int], Workspace],
) -> None:
    ws = office(0)
    ws.suppliers.save([Supplier(ref="S9", name="New Ltd")], file="t.csv", at=NOW)
    view = network_for(ws, "S9")
    assert [one.label for one in view.around.network.nodes.values()] == ["New Ltd"]
    assert view.lines() == [
        "New Ltd (S9) was not screened yet: its links are known after a screening."
    ]


def test_a_supplier_that_ended_before_a_screening_says_so(
    office: Callable[[int], Workspace],
) -> None:
    ws = office(0)
    gone = Supplier(ref="S9", name="Old Ltd", ended=date(2026, 1, 1))
    ws.suppliers.save([gone], file="t.csv", at=NOW)
    assert network_for(ws, "S9").lines() == [
        "Old Ltd (S9) has ended: its links are not followed any more."
    ]


def test_what_only_one_company_gives_is_no_link() -> None:
    def contact(id_: str, companies: int) -> NetworkNode:
        return replace(node(id_), kind="bank account", companies=companies)

    shared, own = contact("bank account:1", 2), contact("bank account:2", 1)
    both = node("supplier:S1"), node("supplier:S2")
    links = joined(both[0], shared, both[1], own).links
    whole = Network({one.id: one for one in (*both, shared, own)}, links)
    left = without_lone_contacts(whole)
    assert own.id not in left.nodes
    assert left.links == links[:2]


def test_no_supplier_at_all_says_what_to_do(tmp_path: Path) -> None:
    with Workspace(Settings(home=tmp_path / "none")) as ws:
        with pytest.raises(NotFound, match="There are no suppliers") as raised:
            network_for(ws, "S1")
        assert Step("import-suppliers") in Hint(raised.value.hint or "").parts


def test_what_is_wrong_says_so(office: Callable[[int], Workspace]) -> None:
    ws = office(0)
    with pytest.raises(Invalid, match="0 is not a valid number of steps"):
        network_for(ws, "S1", steps=0)
    with pytest.raises(NotFound, match="Did you mean S3 "):
        network_for(ws, "Lantrn Ltd")
    with pytest.raises(NotFound, match=r"has that contract\.$"):
        network_for(ws, "zzzzzzzz")


def test_the_page_of_an_earlier_run_tells_nothing_that_it_did_not_know(
    office: Callable[[int], Workspace],
) -> None:
    ws = office(0)
    first = ws.runs.get(max(ws.runs.started()))
    assert first
    assert networks_of_run(ws, first, people=False).keys() == {"S1", "S2"}
    later = office(1)
    second = screen(later, Screened(SUPPLIERS[:1]))
    assert networks_of_run(later, first, people=False).keys() == {"S2"}
    shown = networks_of_run(later, second, people=True)
    assert "Jo Invented" not in repr(shown)
    assert date(2026, 11, 20) in {link.first_known for link in shown["S1"].network.links}
