"""The network around suppliers, drawn as SVG, and the same as a list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from markupsafe import Markup

from duediligence.model.networks import NodeKind
from duediligence.render.network_graph import Neighbourhood, choose_graph_columns
from duediligence.render.network_layout import (
    BOX,
    LEADING,
    PADDING,
    SIGN,
    SIZE,
    SMALL,
    SMALL_LEADING,
    NetworkPicture,
    NodeBox,
    arrange_network,
)
from duediligence.render.network_words import (
    kinds_in_words,
    mark_words,
    named,
    other_links,
    path_words,
)
from duediligence.render.templating import fill
from duediligence.render.text_width import measure_text
from duediligence.text.wording import count, listed

__all__ = ["network_lines", "network_list", "network_section", "network_svg"]

Form = Literal["supplier", "company", "person", "address", "contact", "more"]
_FORMS: Mapping[NodeKind, Form] = {
    "supplier": "supplier",
    "company": "company",
    "person": "person",
    "firm": "company",
    "address": "address",
    "former name": "contact",
    "phone": "contact",
    "e-mail domain": "contact",
    "bank account": "contact",
    "charge holder": "company",
}
_LEGEND: Mapping[str, str] = {
    "supplier": "one of your suppliers",
    "company": "company or firm",
    "person": "person",
    "address": "address",
    "contact": "phone, e-mail, bank account or former name",
    "more": "counted, not drawn",
    "marked": "on record: see the words in the box",
    "line": "link",
    "ended": "link that has ended",
}
_LEGEND_ROW = 28.0
_RECORDED = "known to be listed, disqualified, insolvent or named in enforcement"
# Narrower than that, the legend has one item a line.
_NARROWEST = 560.0


@dataclass(frozen=True, slots=True)
class _LegendItem:
    form: str
    words: str
    x: float
    y: float


def network_svg(whole: Neighbourhood) -> Markup:
    """Return the network as an inline SVG without script, style or outside font.

    Those asked about are on the left, what they are linked with in columns to their right. At most
    `MOST_NODES` are drawn, the rest is counted. A marked node has a heavy border and a black band
    with words.
    """
    drawn = choose_graph_columns(whole)
    picture = arrange_network(drawn)
    forms = [_choose_box_form(box) for box in picture.boxes]
    wide = max(picture.width, _NARROWEST)
    legend = list(_place_legend_items(picture, forms, wide))
    # The ids of one picture must differ from those of the next on the same page.
    key = sha256("\n".join(whole.starts).encode(errors="replace")).hexdigest()
    return fill(
        "network.svg.jinja",
        id=f"network-{key[:12]}",
        title=f"The network of {_format_asked_parties(whole)}",
        described=describe_neighbourhood(whole),
        picture=picture,
        width=wide,
        height=legend[-1].y + _LEGEND_ROW if legend else picture.height,
        forms=forms,
        legend=legend,
        legend_top=picture.height + 18,
        box=BOX,
        padding=PADDING,
        size=SIZE,
        leading=LEADING,
        small=SMALL,
        small_leading=SMALL_LEADING,
        sign=SIGN,
    )


def network_list(whole: Neighbourhood) -> Markup:
    """Return the same as a list: each path in words, with sources and dates, then the other
    links.
    """
    others, more = other_links(whole.network, whole.paths)
    return fill(
        "network_list.html.jinja",
        described=describe_neighbourhood(whole),
        paths=[path_words(path) for path in whole.paths],
        more_paths=_more_paths(whole),
        others=others,
        more=more,
    )


def network_section(whole: Neighbourhood) -> Markup:
    """Return a `<div class="network">` with a heading of level 4; its style is
    `templates/network.css`.
    """
    return fill(
        "network_section.html.jinja", picture=network_svg(whole), as_list=network_list(whole)
    )


def network_lines(whole: Neighbourhood) -> Iterator[str]:
    """Yield the same as lines of text."""
    yield describe_neighbourhood(whole)
    for number, path in enumerate(whole.paths, 1):
        words = path_words(path)
        yield ""
        yield f"{number}. {words.title}"
        yield f"   {words.strength}"
        yield from (f"   {mark}" for mark in words.marks)
        yield from (f"   - {step}" for step in words.steps)
    if more_paths := _more_paths(whole):
        yield more_paths
    others, more = other_links(whole.network, whole.paths)
    if others:
        yield ""
        yield "Other links"
        yield from (f"   - {one}" for one in others)
        if more:
            yield f"   {more}"


def _more_paths(whole: Neighbourhood) -> str:
    return f"and {count(whole.more_paths, 'more path')}" if whole.more_paths else ""


def describe_neighbourhood(whole: Neighbourhood) -> str:
    """Return what the picture shows, in a few sentences."""
    nodes = whole.network.nodes
    around = [node for id_, node in sorted(nodes.items()) if id_ not in whole.starts]
    if not around:
        return f"Nothing is linked with {_format_asked_parties(whole)}."
    marked = [node for node in nodes.values() if node.marks]
    marks = listed((f"{named(node)}: {mark_words(node.marks[0])}" for node in marked), most=5)
    told = f"Around {_format_asked_parties(whole)}: {kinds_in_words(around)}. "
    if whole.further:
        told += f"{whole.further:,} more are further on. "
    paths = len(whole.paths) + whole.more_paths
    if paths:
        lead = "leads" if paths == 1 else "lead"
        told += f"{count(paths, 'path')} {lead} to other suppliers or to parties on record. "
    else:
        told += "No path leads to another supplier or to a party on record. "
    return told + (f"On record: {marks}." if marked else f"Nobody here is {_RECORDED}.")


def _format_asked_parties(whole: Neighbourhood) -> str:
    nodes = whole.network.nodes
    return listed((named(nodes[id_]) for id_ in whole.starts if id_ in nodes), most=3)


def _choose_box_form(box: NodeBox) -> Form:
    return _FORMS[box.node.kind] if box.node else "more"


def _place_legend_items(
    picture: NetworkPicture, forms: list[Form], wide: float
) -> Iterator[_LegendItem]:
    """Yield what the forms that occur mean, in rows below the picture."""
    used: set[str] = {
        *forms,
        *("ended" if line.ended else "line" for line in picture.curves),
        *("marked" for box in picture.boxes if box.flag),
    }
    x, y = 0.0, picture.height + 30
    for form, words in _LEGEND.items():
        if form not in used:
            continue
        across = 48 + measure_text(words, SIZE) + 24
        if x and x + across > wide:
            x, y = 0.0, y + _LEGEND_ROW
        yield _LegendItem(form, words, x, y)
        x += across
