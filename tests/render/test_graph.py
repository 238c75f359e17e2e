"""The picture of who is behind a supplier: whole, safe, and nothing over anything else."""

from dataclasses import replace
from itertools import combinations

from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from duediligence.model import Appointment, NotHeld, NotKnown, Officer, Owner, Parent
from duediligence.render.ownership_drawing import (
    BOX,
    PADDING,
    SIZE,
    arrange_ownership,
    ownership_list,
    ownership_svg,
)
from duediligence.render.ownership_graph import (
    build_ownership_trees,
    format_control_natures,
    format_person_name,
    prune_trees,
)
from duediligence.render.text_width import measure_text, wrap_text
from tests.rows import for_each
from tests.thorough import examples

SVG = "{http://www.w3.org/2000/svg}"
CORPORATE = "corporate-entity-person-with-significant-control"
PERSON = "individual-person-with-significant-control"
FLAGGED = {
    "Perpetuo Quillfeather": "possible sanctions match",
    "Ophelia Nettlewick": "possible disqualification",
}


def _texts(svg):
    root = etree.fromstring(svg)
    return [" ".join(t.text for t in box.iter(f"{SVG}text")) for box in root.findall(f"{SVG}svg")]


def _walk(nodes):
    for node in nodes:
        yield node
        yield from _walk(node.children)


def test_picture(owned_dossier, snapshot):
    assert ownership_svg(owned_dossier, FLAGGED, "shown") == snapshot


def test_list(owned_dossier, snapshot):
    assert ownership_list(owned_dossier, FLAGGED, "shown") == snapshot


def test_a_marked_owner_two_steps_up_says_so_in_words(owned_dossier):
    (box,) = [t for t in _texts(ownership_svg(owned_dossier, FLAGGED, "shown")) if "Quill" in t]
    assert "Possible sanctions match" in box
    assert "Over 75% of shares" in box
    assert "Appoints the board" in box


def test_who_is_drawn_and_who_is_not(owned_dossier):
    whole = " ".join(_texts(ownership_svg(owned_dossier, {}, "shown")))
    assert "Circular: already further down" in whole
    assert "Not followed further: it is registered outside" in whole
    assert "Protected by law" in whole
    assert "ZANZIBAR SPROCKETS LIMITED In liquidation" in whole
    for absent in ("Former Owner", "Left Earlier", "Secretaries", "THRIVING"):
        assert absent not in whole
    marked = " ".join(_texts(ownership_svg(owned_dossier, {"Left Earlier": "look"}, "shown")))
    assert "Left Earlier Director until 2019 Look" in marked


def test_people_are_initials_unless_they_are_to_be_shown(owned_dossier):
    for render in (ownership_svg, ownership_list):
        redacted = render(owned_dossier, FLAGGED)
        assert "Quillfeather" not in redacted
        assert "Nettlewick" not in redacted
        assert "P. Q." in redacted
        assert "Cogwheel Holdings" in redacted
        assert "Possible sanctions match" in redacted
    assert format_person_name("Dr Anna-Maria O'Hara", "redacted", flagged=True) == "A. M. O. H."
    assert format_person_name("123", "redacted", flagged=False) == "Name withheld"


def test_only_those_that_may_be_on_a_list_are_named_where_that_is_asked(owned_dossier):
    for render in (ownership_svg, ownership_list):
        shown = render(owned_dossier, {"Mr Perpetuo Quillfeather": "possible match"}, "flagged")
        assert "Quillfeather" in shown
        assert "Nettlewick" not in shown
        assert "O. N." in shown


@for_each(
    ("part", "told"),
    [("officers", "Directors not known"), ("owners", "Owners not known")],
)
def test_what_is_not_known_has_a_box_of_its_own(make_dossier, part, told):
    svg = ownership_svg(make_dossier(**{part: NotKnown("the register is down")}), {})
    assert f"{told} the register is down" in _texts(svg)
    held = ownership_svg(make_dossier(**{part: NotHeld("no company")}), {})
    assert told not in held


def test_a_firm_without_a_record_is_still_drawn(make_dossier):
    svg = ownership_svg(make_dossier(company=NotKnown("no key"), officers=NotHeld("-")), {})
    assert _texts(svg) == ["Zanzibar Sprocket Works Ltd Company record not known"]


def _crowd(make_dossier, owners, officers, companies):
    return make_dossier(
        owners=tuple(Owner(kind=PERSON, name=f"Owner {i}") for i in range(owners)),
        officers=tuple(
            Officer(name=f"Director {i}", role="director", officer_id=str(i))
            for i in range(officers)
        ),
        appointments=tuple(
            Appointment(
                officer_id=str(i % max(1, officers)),
                officer_name="",
                company_number=f"9901{i:04}",
                company_name=f"Failed {i} Ltd",
                company_status="liquidation",
                role="director",
            )
            for i in range(companies)
        ),
    )


@for_each("counts", [(5, 5, 5), (13, 13, 13), (60, 0, 0), (30, 20, 50), (0, 2, 400)])
def test_of_many_parties_every_one_is_drawn_or_counted(make_dossier, counts):
    last = f"Failed {counts[2] - 1} Ltd" if counts[2] else f"Owner {counts[0] - 1}"
    flagged = {last: "look here"}
    texts = _texts(ownership_svg(_crowd(make_dossier, *counts), flagged))
    more = [int(t.split()[1].replace(",", "")) for t in texts if t.startswith("and ")]
    drawn = len(texts) - len(more)
    assert drawn + sum(more) == sum(counts) + 1
    assert drawn == min(40, sum(counts) + 1)
    assert any("Look here" in text for text in texts)
    if all(counts):
        assert all(any(t.startswith(word) for t in texts) for word in ("O.", "D.", "Failed"))


def test_marked_parties_that_are_not_drawn_are_counted_as_marked(make_dossier):
    dossier = _crowd(make_dossier, 60, 0, 0)
    texts = _texts(ownership_svg(dossier, {f"Owner {i}": "look" for i in range(60)}))
    assert "and 21 more 21 of them marked" in texts


def test_a_control_that_is_not_known_is_said_as_it_stands():
    assert format_control_natures(
        ["ownership-of-shares-more-than-25-percent-registered-overseas-entity"]
    ) == ("Over 25% of shares",)
    assert format_control_natures(["voting-rights-25-to-50-percent-as-trust", "owns-the-moon"]) == (
        "25 to 50% of votes through a trust",
        "Owns the moon",
    )


def test_names_are_wrapped_and_the_longest_end_in_an_ellipsis():
    lines = wrap_text("Amalgamated " * 3, 150, SIZE)
    assert "…" not in " ".join(lines)
    assert len(wrap_text("x" * 10_000, 150, SIZE)) == 4
    assert wrap_text("x" * 10_000, 150, SIZE)[-1].endswith("…")
    assert wrap_text("", 150, SIZE) == []


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
            "﷽ ﷽",
        ]
    ),
)
OWNERS = st.builds(
    Owner,
    kind=st.sampled_from([CORPORATE, PERSON, "super-secure-person-with-significant-control"]),
    name=NAMES,
    natures=st.lists(NAMES, max_size=2).map(tuple),
)


@st.composite
def _parts(draw):
    owners = draw(st.lists(OWNERS, max_size=8).map(tuple))
    parents, level = [], owners
    for depth in range(1, 4):
        above: tuple[Owner, ...] = ()
        for owner in level:
            if owner.kind == CORPORATE and draw(st.booleans()):
                upper = draw(st.lists(OWNERS, max_size=3).map(tuple))
                circular = draw(st.booleans())
                parents.append(
                    Parent(
                        child=draw(NAMES),
                        owner=owner,
                        depth=depth,
                        owners=() if circular else upper,
                        circular=circular,
                        why_not=draw(NAMES),
                    )
                )
                above += () if circular else upper
        level = above
    officers = draw(
        st.lists(
            st.builds(
                Officer, name=NAMES, role=st.just("director"), officer_id=st.sampled_from("abc")
            ),
            max_size=9,
        ).map(tuple)
    )
    appointments = draw(
        st.lists(
            st.builds(
                Appointment,
                officer_id=st.sampled_from("abc"),
                officer_name=NAMES,
                company_number=st.sampled_from([f"9900{i:04}" for i in range(30)]),
                company_name=NAMES,
                company_status=st.just("liquidation"),
                role=NAMES,
            ),
            max_size=30,
        ).map(tuple)
    )
    named = [p.name for p in (*owners, *officers)]
    flagged = draw(
        st.dictionaries(st.sampled_from(named), NAMES, max_size=3) if named else st.just({})
    )
    parts = {"owners": owners, "officers": officers, "appointments": appointments}
    return parts | {"parents": tuple(parents)}, flagged


@settings(max_examples=examples(60), deadline=None)
@given(_parts())
def test_whatever_the_names_the_picture_is_sound(make_dossier, drawn):
    parts, flagged = drawn
    dossier = make_dossier(**parts)
    svg = ownership_svg(dossier, flagged, "shown")
    assert svg == ownership_svg(dossier, flagged, "shown")
    root = etree.fromstring(svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "line", "path", "rect", "text"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not {a for a in attributes if a.startswith("on") or a in ("style", "href")}
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\x00\x1b") & set(svg)
    listed = BeautifulSoup(ownership_list(dossier, flagged, "shown"), "lxml")
    assert {tag.name for tag in listed.body.find_all()} <= {"ul", "li", "bdi", "strong"}


@settings(max_examples=examples(60), deadline=None)
@given(_parts())
def test_no_box_lies_on_another_or_on_a_line_and_texts_stay_inside(make_dossier, drawn):
    parts, flagged = drawn
    whole = build_ownership_trees(make_dossier(**parts), flagged, "shown")
    shown = prune_trees(whole, 40)
    picture = arrange_ownership(shown)
    for one, other in combinations(picture.boxes, 2):
        apart_across = one.x + BOX <= other.x or other.x + BOX <= one.x
        apart_down = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert apart_across or apart_down
    for box in picture.boxes:
        assert 0 <= box.x <= box.x + BOX <= picture.width + 0.001
        assert 0 <= box.y <= box.y + box.height <= picture.height + 0.001
        for line in picture.lines:
            left, right = sorted((line.x1, line.x2))
            top, bottom = sorted((line.y1, line.y2))
            clear_across = right <= box.x + 0.001 or left >= box.x + BOX - 0.001
            clear_down = bottom <= box.y + 0.001 or top >= box.y + box.height - 0.001
            assert clear_across or clear_down
        bold = [*box.name, *box.flag]
        assert all(measure_text(text, SIZE, bold=True) <= BOX - 2 * PADDING for text in bold)
        assert all(measure_text(text, SIZE) <= BOX - 2 * PADDING for text in box.lines)
    assert len(picture.boxes) == 1 + sum(1 for _ in _walk((*shown.above, *shown.below)))
    active = [o for o in parts["owners"] if o.active]
    everyone = [*active, *(o for p in parts["parents"] for o in p.owners), *parts["officers"]]
    assert sum(1 for _ in _walk((*whole.above, *whole.below))) >= len(everyone)


def test_two_pictures_on_one_page_have_different_ids(owned_dossier, make_dossier):
    other = replace(owned_dossier, supplier=replace(owned_dossier.supplier, ref="S-002"))
    page = BeautifulSoup(ownership_svg(owned_dossier, {}) + ownership_svg(other, {}), "lxml")
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids)) == 4
    for svg in page.find_all("svg", role="img"):
        assert all(page.find(id=one) for one in svg["aria-labelledby"].split())
