"""The graph of who owns and runs a supplier, drawn as SVG."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256

from markupsafe import Markup

from duediligence.model import Dossier
from duediligence.render.ownership_graph import (
    Node,
    People,
    Trees,
    build_ownership_trees,
    prune_trees,
)
from duediligence.render.templating import fill
from duediligence.render.text_width import wrap_text
from duediligence.render.wording import visible
from duediligence.text.wording import count

__all__ = ["ownership_list", "ownership_svg"]

BOX = 220.0
PADDING = 11.0
SIZE = 13.0
LEADING = 17.0
GAP = 20.0
STEP = 44.0
GUTTER = 20.0
HANGING = 14.0
WIDTH = 3 * (BOX + GUTTER) + 2 * GAP + GUTTER
_ROOM = BOX - 2 * PADDING


@dataclass(frozen=True, slots=True)
class Box:
    """A node where it stands: left and top edge, height, and its texts in lines."""

    node: Node
    x: float
    y: float
    height: float
    name: tuple[str, ...]
    lines: tuple[str, ...]
    flag: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A straight line; `arrow`: its first end points at something owned."""

    x1: float
    y1: float
    x2: float
    y2: float
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it, from (0, 0) to (width, height)."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[DrawnLine, ...]


@dataclass(slots=True)
class _Block:
    """A node's box, at the top, with everything that hangs from it; `middle` is the box's own."""

    width: float
    height: float
    middle: float = BOX / 2
    boxes: list[Box] = field(default_factory=list)
    lines: list[DrawnLine] = field(default_factory=list)

    def put(self, other: "_Block", x: float, y: float) -> None:
        self.boxes += [replace(b, x=b.x + x, y=b.y + y) for b in other.boxes]
        self.lines += [
            replace(line, x1=line.x1 + x, x2=line.x2 + x, y1=line.y1 + y, y2=line.y2 + y)
            for line in other.lines
        ]


def arrange_ownership(trees: Trees) -> Picture:
    """Return the boxes without overlap and the lines between them: the same for the same trees."""
    above = _rows_under(replace(trees.supplier, children=trees.above), WIDTH)
    below = _rows_under(replace(trees.supplier, children=trees.below), WIDTH)
    root, top = below.boxes[0], above.height
    # The supplier is in both: it stays where it is below, and goes from above.
    above.boxes = [replace(b, y=top - b.y - b.height) for b in above.boxes[1:]]
    above.lines = [replace(line, y1=top - line.y1, y2=top - line.y2) for line in above.lines]
    below.lines = [replace(line, arrow=False) for line in below.lines]
    middle = max(above.middle, below.middle)
    whole = _Block(0.0, top + below.height - root.height)
    whole.put(above, middle - above.middle, 0)
    whole.put(below, middle - below.middle, top - root.height)
    width = middle + max(above.width - above.middle, below.width - below.middle)
    return Picture(width, whole.height, tuple(whole.boxes), tuple(whole.lines))


def _arrange_node_block(node: Node, room: float) -> _Block:
    """Arrange boxes: several that have nothing below them hang in a column; all else stands in
    rows.
    """
    if len(node.children) > 1 and not any(child.children for child in node.children):
        return _column_under(node)
    return _rows_under(node, room)


def _column_under(node: Node) -> _Block:
    box = _build_ownership_box(node)
    block = _Block(BOX + GUTTER, box.height, boxes=[box])
    trunk = GUTTER / 2
    for child in map(_build_ownership_box, node.children):
        top = block.height + HANGING
        middle = top + child.height / 2
        block.boxes.append(replace(child, x=GUTTER, y=top))
        block.lines.append(DrawnLine(trunk, middle, GUTTER, middle))
        block.height = top + child.height
    block.lines.append(DrawnLine(trunk, box.height, trunk, middle, arrow=True))
    return block


def _rows_under(node: Node, room: float) -> _Block:
    box = _build_ownership_box(node)
    if not node.children:
        return _Block(BOX, box.height, boxes=[box])
    blocks = [_arrange_node_block(child, room) for child in node.children]
    across = _compute_row_width(blocks)
    if across <= room:
        rows = [blocks]
        # The box stands over the middle between the first box below it and the last.
        between = (blocks[0].middle + across - blocks[-1].width + blocks[-1].middle) / 2
        middle = max(between, BOX / 2)
        left = middle - between
        width = max(left + across, middle + BOX / 2)
    else:
        left, narrow = GUTTER, room - GUTTER
        pairs = zip(blocks, node.children, strict=True)
        rows = _split_block_rows(
            [b if b.width <= narrow else _arrange_node_block(n, narrow) for b, n in pairs], narrow
        )
        width = left + max(_compute_row_width(row) for row in rows)
        middle = width / 2
    block = _Block(width, 0.0, middle, [replace(box, x=middle - BOX / 2)])
    rails = []
    y = box.height
    for row in rows:
        rail, y, x = y + STEP / 2, y + STEP, left
        ends = []
        for child in row:
            block.put(child, x, y)
            ends.append(x + child.middle)
            block.lines.append(DrawnLine(ends[-1], rail, ends[-1], y))
            x += child.width + GAP
        rails.append((rail, ends))
        y += max(child.height for child in row)
    block.height = y
    block.lines += _connect_rails(rails, middle, box.height)
    return block


def _connect_rails(
    rails: list[tuple[float, list[float]]], middle: float, bottom: float
) -> list[DrawnLine]:
    """From the box down to the first rail, the rails, and the trunk left of all that joins them."""
    first = rails[0][0]
    lines = [DrawnLine(middle, bottom, middle, first, arrow=True)]
    trunk = GUTTER / 2
    for rail, ends in rails:
        reached = [*ends, middle] if rail == first else ends
        start = min(reached) if len(rails) == 1 else trunk
        if start < max(reached):
            lines.append(DrawnLine(start, rail, max(reached), rail))
    if len(rails) > 1:
        lines.append(DrawnLine(trunk, first, trunk, rails[-1][0]))
    return lines


def _split_block_rows(blocks: list[_Block], room: float) -> list[list[_Block]]:
    rows: list[list[_Block]] = [[]]
    for block in blocks:
        if rows[-1] and _compute_row_width([*rows[-1], block]) > room:
            rows.append([])
        rows[-1].append(block)
    return rows


def _compute_row_width(row: list[_Block]) -> float:
    return sum(block.width for block in row) + GAP * (len(row) - 1)


def _build_ownership_box(node: Node) -> Box:
    fit: Callable[..., list[str]] = partial(wrap_text, room=_ROOM, size=SIZE)
    name = tuple(fit(visible(node.name), bold=True))
    lines = tuple(part for line in node.lines for part in fit(visible(line)))
    flag = tuple(fit(visible(node.flag), bold=True, most=3))
    height = 2 * PADDING - 4 + LEADING * (len(name) + len(lines))
    if flag:
        height += LEADING * len(flag) + 8
    return Box(node, 0.0, 0.0, height, name, lines, flag)


MOST_BOXES = 40
MOST_LISTED = 500


def ownership_svg(
    dossier: Dossier, flagged: Mapping[str, str], people: People = "redacted"
) -> Markup:
    """Return who stands behind the supplier, as an inline SVG without script, style or outside
    font.

    The supplier in the middle, its owners and theirs above, its directors and their failed
    companies below. `flagged` gives a word (`possible sanctions match`) for a party's name: it
    stands in the box, which has a heavy border. More than `MOST_BOXES` are counted, not drawn;
    the marked are drawn first. People are shown by their initials unless `people` is `shown`.
    """
    whole = build_ownership_trees(dossier, flagged, people)
    picture = arrange_ownership(prune_trees(whole, MOST_BOXES))
    # The ids of one picture must differ from those of the next on the same page.
    key = sha256(f"{dossier.supplier.ref}\n{dossier.supplier.name}".encode(errors="replace"))
    return fill(
        "ownership.svg.jinja",
        id=f"graph-{key.hexdigest()[:12]}",
        supplier=whole.supplier,
        described=_describe_ownership(whole),
        picture=picture,
        box=BOX,
        leading=LEADING,
        padding=PADDING,
        size=SIZE,
    )


def ownership_list(
    dossier: Dossier, flagged: Mapping[str, str], people: People = "redacted"
) -> Markup:
    """Return the same as nested lists, for those who read by ear; up to `MOST_LISTED` parties."""
    whole = prune_trees(build_ownership_trees(dossier, flagged, people), MOST_LISTED)
    return fill("ownership_list.html.jinja", trees=whole)


def _describe_ownership(whole: Trees) -> str:
    above, below = list(_list_tree_parties(whole.above)), list(_list_tree_parties(whole.below))
    marked = [f"{n.name}: {n.flag}" for n in (whole.supplier, *above, *below) if n.flag]
    told = (
        f"{count(len(above), 'owner')} above the supplier; {count(len(below), 'person', 'people')} "
        "and other companies below it."
    )
    told += "".join(f" {node.name}." for node in (*whole.above, *whole.below) if node.kind == "gap")
    return f"{told} Marked: {'; '.join(marked)}." if marked else f"{told} None is marked."


def _list_tree_parties(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        if node.kind != "gap":
            yield node
        yield from _list_tree_parties(node.children)
