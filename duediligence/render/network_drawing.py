"""The network around suppliers, drawn as SVG, and the same as a list."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal

from markupsafe import Markup

from duediligence.model.networks import NetworkNode, NodeKind
from duediligence.render.network_graph import (
    GraphColumn,
    GraphColumns,
    Joint,
    Neighbourhood,
    choose_graph_columns,
    find_joined_nodes,
)
from duediligence.render.network_words import (
    box_label,
    kinds_in_words,
    link_label,
    mark_words,
    named,
    node_lines,
    other_links,
    path_words,
)
from duediligence.render.templating import fill
from duediligence.render.text_width import measure_text, wrap_text
from duediligence.render.wording import visible
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
    "identity agent": "company",
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

# Where the nodes of a network stand in its picture, and the lines between them.
#
# Boxes stand in columns. Between two columns there is room for curves and, next to the box that a
# line leads to, for its label: each line has a place of its own there, so that no label lies on
# another and no line on a box.
BOX = 200.0
_PADDING = 11.0
SIZE = 13.0
_LEADING = 17.0
SMALL = 11.5
SMALL_LEADING = 14.0
_GAP = 18.0
CURVES = 64.0
LABELS = 132.0
_HEADING = 40.0
_MORE = "more"
_ROOM = BOX - 2 * _PADDING
# The sign before the words of a mark takes so much.
_SIGN = 16.0
_SWEEPS = 4
_LEAST_SLOT = 10.0
_BELOW_LINE = 4.0


@dataclass(frozen=True, slots=True)
class NodeBox:
    """A node where it stands: left and top edge, height, and its texts in lines. Where `node` is
    None it counts nodes that are not drawn.
    """

    node: NetworkNode | None
    x: float
    y: float
    height: float
    name: tuple[str, ...]
    lines: tuple[str, ...]
    flag: tuple[str, ...]
    asked: bool = False

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Curve:
    """A line from the box at (x1, y1) to the one at (x2, y2), with a label over its straight end
    from `bend` on; `within`: both boxes are in one column, and it goes around to their right.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    bend: float
    label: tuple[str, ...] = ()
    ended: bool = False
    within: bool = False


@dataclass(frozen=True, slots=True)
class NetworkPicture:
    """All of it, from (0, 0) to (width, height); `headings` are by the left edge of a column."""

    width: float
    height: float
    boxes: tuple[NodeBox, ...]
    curves: tuple[Curve, ...]
    headings: tuple[tuple[float, tuple[str, ...]], ...]


def arrange_network(drawn: GraphColumns) -> NetworkPicture:
    """Return the boxes without overlap and the lines between them: the same for the same
    columns.
    """
    place = {node.id: at for at, one in enumerate(drawn.columns) for node in one.nodes}
    across = [joint for joint in drawn.joints if place[joint.near] != place[joint.far]]
    within = [joint for joint in drawn.joints if place[joint.near] == place[joint.far]]
    arriving: dict[str, list[Joint]] = defaultdict(list)
    for joint in across:
        arriving[joint.far].append(joint)
    inside = _said_inside(within, drawn)
    rows = [
        [
            *(_build_node_box(at, node, inside[node.id], arriving[node.id]) for node in one.nodes),
            *_build_more_boxes(at, one),
        ]
        for at, one in enumerate(drawn.columns)
    ]
    ordered = _in_order(rows, drawn.joints)
    placed = _place_node_boxes(ordered, drawn.joints)
    boxes = {box.node.id: box for box in placed if box.node}
    curves = [
        curve
        for id_, joints in arriving.items()
        for curve in _build_arriving_curves(boxes[id_], joints, boxes)
    ]
    curves += _build_inner_curves(within, boxes)
    right = max((box.x for box in placed), default=0.0) + BOX
    return NetworkPicture(
        width=right + (CURVES if within else 0.0),
        height=max((box.y + box.height for box in placed), default=_HEADING),
        boxes=tuple(placed),
        curves=tuple(curves),
        headings=tuple(
            (
                _compute_column_left(at),
                tuple(wrap_text(_format_column_heading(at), BOX, SIZE, bold=True, most=2)),
            )
            for at in range(len(drawn.columns))
        ),
    )


def _compute_column_left(column: int) -> float:
    return column * (BOX + CURVES + LABELS)


def _format_column_heading(at: int) -> str:
    if at == 0:
        return "Asked about"
    return "Linked directly" if at == 1 else f"{at} links away"


def _said_inside(within: Sequence[Joint], drawn: GraphColumns) -> Mapping[str, list[str]]:
    """Return what a line within a column is, which has no room for a label: said in the lower
    box.
    """
    names = {node.id: node.label for one in drawn.columns for node in one.nodes}
    said: dict[str, list[str]] = defaultdict(list)
    for joint in within:
        said[joint.far].append(f"{link_label(joint.links)}: {names[joint.near]}")
    return said


def _build_node_box(
    at: int, node: NetworkNode, inside: Sequence[str], arriving: Sequence[Joint]
) -> NodeBox:
    name = tuple(wrap_text(visible(box_label(node)) or "No name given", _ROOM, SIZE, bold=True))
    texts = [*node_lines(node), *inside[:3]]
    if len(inside) > 3:
        texts.append(f"and {len(inside) - 3} more links in this column")
    lines = tuple(part for text in texts for part in wrap_text(visible(text), _ROOM, SIZE))
    flag = _wrap_node_marks([mark_words(mark) for mark in node.marks])
    slots = sum(_compute_label_height(_wrap_joint_label(joint)) for joint in arriving)
    height = max(_compute_box_height(name, lines, flag), slots + 4)
    return NodeBox(node, _compute_column_left(at), 0.0, height, name, lines, flag, asked=at == 0)


def _build_more_boxes(at: int, column: GraphColumn) -> list[NodeBox]:
    if not column.more:
        return []
    name = tuple(wrap_text(column.more, _ROOM, SIZE, bold=True, most=8))
    flag = _wrap_node_marks([column.more_marked] if column.more_marked else [])
    return [
        NodeBox(
            None, _compute_column_left(at), 0.0, _compute_box_height(name, (), flag), name, (), flag
        )
    ]


def _wrap_node_marks(marks: Sequence[str]) -> tuple[str, ...]:
    shown = [*marks[:2], f"and {len(marks) - 2} more on record"] if len(marks) > 3 else marks
    return tuple(
        part for mark in shown for part in wrap_text(visible(mark), _ROOM - _SIGN, SIZE, bold=True)
    )


def _compute_box_height(name: Sequence[str], lines: Sequence[str], flag: Sequence[str]) -> float:
    height = 2 * _PADDING - 4 + _LEADING * (len(name) + len(lines))
    return height + _LEADING * len(flag) + 8 if flag else height


def _wrap_joint_label(joint: Joint) -> tuple[str, ...]:
    return tuple(wrap_text(link_label(joint.links), LABELS - 8, SMALL, most=3))


def _compute_label_height(label: Sequence[str]) -> float:
    return max(SMALL_LEADING * len(label), _LEAST_SLOT) + 8


def _in_order(rows: list[list[NodeBox]], joints: Sequence[Joint]) -> list[list[NodeBox]]:
    """Return each column in the order in which the fewest lines cross, as far as sweeps find it."""
    beside = find_joined_nodes(joints)
    for sweep in range(_SWEEPS):
        at = {box.node.id: i for row in rows for i, box in enumerate(row) if box.node}
        if not sweep % 2:
            walk, side = range(1, len(rows)), -1
        else:
            walk, side = range(len(rows) - 2, -1, -1), 1
        for column in walk:
            there = {box.node.id for box in rows[column + side] if box.node}

            def turn(
                box: NodeBox, there: set[str] = there, at: dict[str, int] = at
            ) -> tuple[bool, float]:
                if box.node is None:
                    return True, 0.0
                places = [at[one] for one in beside.get(box.node.id, ()) if one in there]
                return False, sum(places) / len(places) if places else at[box.node.id]

            rows[column] = sorted(rows[column], key=turn)
            at |= {box.node.id: i for i, box in enumerate(rows[column]) if box.node}
    return rows


def _place_node_boxes(rows: Sequence[Sequence[NodeBox]], joints: Sequence[Joint]) -> list[NodeBox]:
    """Return the boxes of each column one below the other, each as near as can be to those it
    joins.
    """
    beside = find_joined_nodes(joints)
    tops = [_stack_boxes(row, [None] * len(row)) for row in rows]
    middles: dict[str, float] = {}

    def note(column: int) -> None:
        for box, top in zip(rows[column], tops[column], strict=True):
            if box.node:
                middles[box.node.id] = top + box.height / 2

    for column in range(len(rows)):
        note(column)
    for sweep in range(_SWEEPS):
        for column in range(len(rows)) if sweep % 2 else range(len(rows) - 1, -1, -1):
            row = rows[column]
            ids = {box.node.id for box in row if box.node}
            wanted: list[float | None] = []
            for box in row:
                others = [
                    middles[one]
                    for one in (beside.get(box.node.id, ()) if box.node else ())
                    if one not in ids
                ]
                wanted.append(sum(others) / len(others) - box.height / 2 if others else None)
            tops[column] = _stack_boxes(row, wanted)
            note(column)
    highest = min((top for some in tops for top in some), default=0.0)
    return [
        replace(box, y=top - highest + _HEADING)
        for row, some in zip(rows, tops, strict=True)
        for box, top in zip(row, some, strict=True)
    ]


def _stack_boxes(row: Sequence[NodeBox], wanted: Sequence[float | None]) -> list[float]:
    """Return the top of each box, in this order and `GAP` apart, near to where it is wanted.

    Boxes that would overlap move together, by the mean of what they want: the least squares for a
    fixed order (the pool-adjacent-violators algorithm).
    """
    offsets, sum_ = [], 0.0
    for box in row:
        offsets.append(sum_)
        sum_ += box.height + _GAP
    # Each group: the sum of what its boxes want for its first one, how many want something, size.
    groups: list[tuple[float, int, int]] = []
    for offset, top in zip(offsets, wanted, strict=True):
        group = (0.0, 0, 1) if top is None else (top - offset, 1, 1)
        # A box without a wish stays below the one before it.
        while groups and (
            not group[1]
            or not groups[-1][1]
            or _compute_group_mean(groups[-1]) >= _compute_group_mean(group)
        ):
            before = groups.pop()
            group = (before[0] + group[0], before[1] + group[1], before[2] + group[2])
        groups.append(group)
    starts = [_compute_group_mean(group) for group in groups for _ in range(group[2])]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _compute_group_mean(group: tuple[float, int, int]) -> float:
    return group[0] / group[1] if group[1] else 0.0


def _build_arriving_curves(
    box: NodeBox, joints: Sequence[Joint], boxes: Mapping[str, NodeBox]
) -> list[Curve]:
    """Return the lines that lead to a box from its left, one below the other, as those they come
    from.
    """
    joints = sorted(joints, key=lambda joint: (boxes[joint.near].y, joint.near))
    labels = [_wrap_joint_label(joint) for joint in joints]
    if len(joints) == 1:
        # The line itself is in the middle where there is room for its label above.
        top = max(box.middle + _BELOW_LINE - _compute_label_height(labels[0]), box.y)
    else:
        top = box.middle - sum(map(_compute_label_height, labels)) / 2
    found = []
    for joint, label in zip(joints, labels, strict=True):
        bottom = top + _compute_label_height(label)
        near = boxes[joint.near]
        found.append(
            Curve(
                near.x + BOX,
                near.middle,
                box.x,
                bottom - _BELOW_LINE,
                box.x - LABELS,
                label,
                joint.ended,
            )
        )
        top = bottom
    return found


def _build_inner_curves(within: Sequence[Joint], boxes: Mapping[str, NodeBox]) -> list[Curve]:
    found = []
    for joint in within:
        one, other = boxes[joint.near], boxes[joint.far]
        right = one.x + BOX
        reach = right + min(CURVES - 6, 18 + abs(other.middle - one.middle) / 12)
        found.append(
            Curve(
                right,
                one.y + one.height * 0.7,
                right,
                other.y + other.height * 0.3,
                reach,
                ended=joint.ended,
                within=True,
            )
        )
    return found


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
        padding=_PADDING,
        size=SIZE,
        leading=_LEADING,
        small=SMALL,
        small_leading=SMALL_LEADING,
        sign=_SIGN,
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
