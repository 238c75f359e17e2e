"""The picture of a network: readable, safe, bounded, and the same as its list."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, product
from random import Random

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from duediligence.model.networks import (
    LinkKind,
    Network,
    NetworkLink,
    NetworkMark,
    NetworkNode,
    NetworkPath,
    NodeKind,
)
from duediligence.render.network_drawing import (
    BOX,
    CURVES,
    LABELS,
    SIZE,
    SMALL,
    SMALL_LEADING,
    Curve,
    arrange_network,
    network_lines,
    network_list,
    network_svg,
)
from duediligence.render.network_graph import Neighbourhood, choose_graph_columns
from duediligence.render.text_width import measure_text
from tests.thorough import examples

from .networks import (
    INSOLVENT,
    company,
    insolvent_two_steps_away,
    link,
    network,
    person,
    shared_address,
    shared_director,
    supplier,
)

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = (shared_director, shared_address, insolvent_two_steps_away)
Shape = Callable[[], Neighbourhood]


def texts(whole: Neighbourhood) -> list[str]:
    """The text of each box."""
    root = etree.fromstring(network_svg(whole))
    return [
        " ".join(t.text or "" for t in box.iter(f"{SVG}text")) for box in root.findall(f"{SVG}svg")
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_picture(shape: Shape, snapshot: object) -> None:
    assert network_svg(shape()) == snapshot


@pytest.mark.parametrize("shape", SHAPES)
def test_list(shape: Shape, snapshot: object) -> None:
    assert network_list(shape()) == snapshot


@pytest.mark.parametrize("shape", SHAPES)
def test_lines(shape: Shape, snapshot: object) -> None:
    assert "\n".join(network_lines(shape())) == snapshot


def test_a_marked_node_says_so_in_words_beside_its_shape() -> None:
    (box,) = (text for text in texts(insolvent_two_steps_away()) if "Cogwheel" in text)
    assert "Insolvency: in liquidation, 3 March 2025" in box
    (box,) = (text for text in texts(insolvent_two_steps_away()) if "Nettlewick" in text)
    assert "Possibly disqualified: Disqualified directors" in box
    assert "strong match" in box


def test_a_hub_says_how_many_companies_it_joins_and_few_of_them_are_drawn() -> None:
    found = texts(shared_address())
    assert any("Joins 312 companies: links weakly" in text for text in found)
    assert sum("Insolvency" in text for text in found) == 2
    assert sum("Supplier S" in text for text in found) == 5
    assert found[-1] == "and 291 more: 291 companies"


def test_a_hub_outside_the_paths_says_so_in_the_list_too() -> None:
    alone = supplier("S001", "Ferrow Groundworks Ltd")
    agent = NetworkNode(id="address:1", kind="address", label="71 Quillen Street", companies=121)
    whole = Neighbourhood((alone.id,), network([alone, agent], [link(alone, agent, "address")]), ())
    told = list(network_lines(whole))
    assert any("is at 71 Quillen Street (121 companies). Source" in line for line in told)
    assert "No path leads to another supplier or to a party on record." in told[0]


def test_a_link_that_has_ended_is_dashed_and_says_until_when() -> None:
    svg = network_svg(shared_director())
    root = etree.fromstring(svg)
    lines = [p for g in root.findall(f"{SVG}g") if not g.get("data-kind") for p in g]
    assert [bool(line.get("stroke-dasharray")) for line in lines].count(True) == 1
    assert ">director 2015 to 2021<" in svg
    assert "link that has ended" in svg


def test_each_path_is_told_with_its_source_and_when_it_was_first_known() -> None:
    for told in ("\n".join(network_lines(shared_director())), network_list(shared_director())):
        assert (
            "Jo Invented was a director of Quillfeather Paving Limited (S002), from 1 February "
            "2015 to 4 June 2021. Source: Companies House officers, first known here on "
            "2 November 2026." in told
        )
        assert "Ada Ferrow is the secretary of Ferrow Groundworks Ltd (S001)" in told


def test_a_supplier_without_links_has_a_picture_that_says_so() -> None:
    alone = supplier("S001", "Ferrow Groundworks Ltd")
    whole = Neighbourhood((alone.id,), network([alone], []), ())
    assert "Nothing is linked with Ferrow Groundworks Ltd (S001)." in network_svg(whole)
    assert list(network_lines(whole)) == ["Nothing is linked with Ferrow Groundworks Ltd (S001)."]
    assert texts(whole) == ["Ferrow Groundworks Ltd Supplier S001"]


def test_what_was_found_beyond_the_network_is_counted_too() -> None:
    whole = replace(shared_address(), further=4_000, more_paths=7)
    assert texts(whole)[-1] == "and 291 more: 291 companies; and 4,000 more beyond those"
    for told in ("\n".join(network_lines(whole)), network_list(whole)):
        assert "4,000 more are further on. 13 paths" in told
        assert "nd 7 more paths" in told


def test_what_leads_no_further_is_drawn_near_those_asked_about_alone() -> None:
    one, other = supplier("S1", "One Ltd"), supplier("S2", "Other Ltd")
    jo, near, far = (person(name, name) for name in ("jo", "near", "far"))
    links = [link(one, jo, "director"), link(other, jo, "director")]
    links += [link(one, near, "secretary"), link(other, far, "secretary")]
    whole = Neighbourhood((one.id,), network([one, other, jo, near, far], links), ())
    found = texts(whole)
    assert "near Person" in found
    assert "far Person" not in found
    assert found[-1] == "and 1 more further on: 1 person"


def test_nothing_at_all_is_drawn_of_a_network_without_nodes() -> None:
    assert network_svg(Neighbourhood(("supplier:S9",), Network({}, ()), ()))


def test_marked_nodes_that_are_not_drawn_are_counted_as_marked() -> None:
    one = supplier("S001", "Ferrow Groundworks Ltd")
    others = [company(f"9901{i:04}", f"Firm {i} Ltd", marks=(INSOLVENT,)) for i in range(60)]
    whole = network([one, *others], [link(one, each, "owner") for each in others])
    found = texts(Neighbourhood((one.id,), whole, ()))
    assert "and 21 more: 21 companies 21 of them on record" in found
    assert len(found) == 41


def test_all_bidders_of_a_contract_stand_in_the_first_column() -> None:
    bidders = [supplier(f"B{i}", f"Bidder {i} Ltd") for i in range(3)]
    jo = person("jo", "Jo Invented")
    whole = network([*bidders, jo], [link(each, jo, "director") for each in bidders])
    picture = arrange_network(
        choose_graph_columns(Neighbourhood(tuple(b.id for b in bidders), whole, ()))
    )
    asked = [box for box in picture.boxes if box.asked]
    assert {box.node.label for box in asked if box.node} == {b.label for b in bidders}
    assert {box.x for box in asked} == {0.0}
    assert sum(curve.x2 > BOX for curve in picture.curves) == 3


def test_two_pictures_on_one_page_have_different_ids() -> None:
    other = supplier("S002", "Other Ltd")
    two = (shared_director(), Neighbourhood((other.id,), network([other], []), ()))
    page = BeautifulSoup("".join(map(network_svg, two)), "lxml")
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids)) == 4
    for svg in page.find_all("svg", role="img"):
        assert all(page.find(id=one) for one in str(svg["aria-labelledby"]).split())


NAMES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "</svg><script>alert(1)</script>",
            '" onload="x',
            "]]>&amp;<!--",
            "\u202eevil\u202c",
            "شركة الاختبار",
            "W" * 300,
            "a\x00b\x1bc\ud800",
        ]
    ),
)
KINDS: tuple[NodeKind, ...] = ("supplier", "company", "person", "firm", "address", "phone")
LINKS: tuple[LinkKind, ...] = ("director", "owner", "address", "phone", "sub-contractor")


@dataclass(frozen=True)
class Recipe:
    """How a network is made up: short to print where a test fails."""

    size: int
    links: int
    starts: int
    seed: int
    names: tuple[str, ...]

    def make(self) -> Neighbourhood:
        """Hubs, circles, islands, links to itself."""
        pick = Random(self.seed)
        marks = (
            (INSOLVENT,),
            (NetworkMark(kind="listed", what=self.names[0], sure="fair match"),) * 5,
        )
        nodes = [
            NetworkNode(
                id=f"n{i}",
                kind=pick.choice(KINDS),
                label=pick.choice(self.names),
                personal=pick.random() < 0.3,
                companies=pick.choice((None, 1, 3, 9_000)),
                supplier_ref=pick.choice(("", self.names[-1])),
                number=pick.choice(("", "99000001")),
                marks=pick.choice(marks) if pick.random() < 0.1 else (),
            )
            for i in range(self.size)
        ]
        hubs = nodes[: pick.randint(1, 5)]
        links = [
            NetworkLink(
                one=pick.choice(hubs if pick.random() < 0.5 else nodes).id,
                other=pick.choice(nodes).id,
                kind=pick.choice(LINKS),
                source=pick.choice(self.names),
                since=date(2011, 1, 1) if pick.random() < 0.5 else None,
                until=date(2020, 1, 1) if pick.random() < 0.3 else None,
            )
            for _ in range(self.links)
        ]
        starts = tuple(node.id for node in nodes[: self.starts])
        known = {node.id: node for node in nodes}
        paths = [
            NetworkPath((known[each.one], known[each.other]), (each,), 0.2)
            for each in links[:20]
            if each.one in starts and each.one != each.other
        ]
        return Neighbourhood(starts, Network(known, tuple(links)), tuple(paths))


RECIPES = st.builds(
    Recipe,
    size=st.integers(1, 200),
    links=st.integers(0, 600),
    starts=st.integers(1, 60),
    seed=st.integers(0, 10_000),
    names=st.lists(NAMES, min_size=1, max_size=8).map(tuple),
)


@settings(max_examples=examples(60), deadline=None)
@given(RECIPES)
def test_whatever_the_network_nothing_lies_on_anything_else(recipe: Recipe) -> None:
    whole = recipe.make()
    drawn = choose_graph_columns(whole)
    picture = arrange_network(drawn)
    nodes = [node for one in drawn.columns for node in one.nodes]
    assert len(nodes) == len({node.id for node in nodes}) <= 40
    more = [int(one.more.split()[1].replace(",", "")) for one in drawn.columns if one.more]
    assert len(nodes) + sum(more) == len(whole.network.nodes)
    assert len(picture.boxes) == len(nodes) + len(more)
    for one, other in combinations(picture.boxes, 2):
        apart_across = one.x + BOX <= other.x or other.x + BOX <= one.x
        apart_down = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert apart_across or apart_down
    for box in picture.boxes:
        assert 0 <= box.x <= box.x + BOX <= picture.width + 0.001
        assert 0 <= box.y <= box.y + box.height <= picture.height + 0.001
    for curve in picture.curves:
        # Everything of a line is between two columns, or to the right of the last one.
        assert curve.x1 % (BOX + CURVES + LABELS) == pytest.approx(BOX)
        if curve.within:
            assert curve.x2 == curve.x1 < curve.bend <= curve.x1 + CURVES
        else:
            assert curve.x1 + CURVES == pytest.approx(curve.bend)
            assert curve.x2 == pytest.approx(curve.bend + LABELS)
    labels = [curve for curve in picture.curves if curve.label]
    for curve, words in ((c, w) for c in labels for w in c.label):
        assert measure_text(words, SMALL) <= LABELS - 4, curve
    assert not any(_overlap(*pair) for pair in combinations(labels, 2))
    for box in picture.boxes:
        assert all(
            measure_text(text, SIZE, bold=True) <= BOX - 22 for text in (*box.name, *box.flag)
        )
        assert all(measure_text(text, SIZE) <= BOX - 22 for text in box.lines)


def _overlap(one: Curve, other: Curve) -> bool:
    def span(curve: Curve) -> tuple[float, float]:
        return curve.y2 - 5 - SMALL_LEADING * len(curve.label) + 3, curve.y2

    (top, bottom), (upper, lower) = span(one), span(other)
    return one.bend == other.bend and top < lower and upper < bottom


@settings(max_examples=examples(60), deadline=None)
@given(RECIPES)
def test_whatever_the_names_the_picture_and_the_list_are_sound(recipe: Recipe) -> None:
    whole = recipe.make()
    svg = network_svg(whole)
    again = replace(
        whole,
        network=Network(
            dict(reversed(list(whole.network.nodes.items()))),
            tuple(reversed(whole.network.links)),
        ),
    )
    assert _shown(svg) == _shown(network_svg(again))
    root = etree.fromstring(svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "rect", "text"}
    attributes = {str(name) for element in root.iter() for name in element.attrib}
    assert not {a for a in attributes if a.startswith("on") or a in ("style", "href")}
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\x00\x1b") & set(svg)
    listed = BeautifulSoup(network_list(whole), "lxml")
    if listed.body:
        shown = {tag.name for tag in listed.body.find_all()}
        assert shown <= {"p", "ol", "ul", "li", "bdi", "strong"}


def _shown(svg: str) -> list[tuple[str | None, str]]:
    root = etree.fromstring(svg)
    return [
        (box.get("data-kind"), f"{box.get('x')} {box.get('y')} {''.join(map(str, box.itertext()))}")
        for box in root.findall(f"{SVG}svg")
    ]


def test_a_complete_network_of_many_nodes_is_drawn_in_bounded_steps() -> None:
    nodes = [supplier(f"S{i}", f"Firm {i} Ltd") for i in range(120)]
    links = [link(a, b, "owner") for a, b in product(nodes, nodes) if a.id < b.id]
    picture = arrange_network(
        choose_graph_columns(Neighbourhood((nodes[0].id,), network(nodes, links), ()))
    )
    assert len(picture.boxes) == 11
    assert len(picture.curves) <= 45
