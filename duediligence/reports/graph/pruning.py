"""No more boxes than can be read, chosen fairly; what is left out is counted."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, zip_longest

from duediligence.reports.graph.tree import Node, Trees

# Where a box stands: 0 above or 1 below the supplier, then its place among its neighbours.
_Path = tuple[int, ...]


def prune(whole: Trees, limit: int) -> Trees:
    """At most `limit` boxes, the supplier's among them; where others are left out, one more box
    counts them. Marked ones come first; then owners, people and their companies take turns,
    those nearest to the supplier first.
    """
    above, below = dict(_walk(whole.above, (0,))), dict(_walk(whole.below, (1,)))
    nodes = above | below
    if len(nodes) < limit:
        return whole
    turns = zip_longest(
        sorted(above, key=len),
        [path for path in below if len(path) == 2],
        [path for path in below if len(path) > 2],
    )
    order = [path for path in chain.from_iterable(turns) if path]
    kept: set[_Path] = set()
    for path in sorted(order, key=lambda path: not nodes[path].flag):
        line = {path[:depth] for depth in range(2, len(path) + 1)} - kept
        if len(kept) + len(line) < limit:
            kept |= line
    return replace(whole, above=_cut(whole.above, (0,), kept), below=_cut(whole.below, (1,), kept))


def _walk(nodes: tuple[Node, ...], above: _Path) -> Iterator[tuple[_Path, Node]]:
    for index, node in enumerate(nodes):
        yield (*above, index), node
        yield from _walk(node.children, (*above, index))


def _cut(nodes: tuple[Node, ...], above: _Path, kept: set[_Path]) -> tuple[Node, ...]:
    left: list[Node] = []
    gone: list[Node] = []
    for index, node in enumerate(nodes):
        path = (*above, index)
        if path in kept:
            left.append(replace(node, children=_cut(node.children, path, kept)))
        else:
            gone += [node, *(below for _, below in _walk(node.children, path))]
    return (*left, *(_more(gone) if gone else ()))


def _more(gone: list[Node]) -> tuple[Node]:
    marked = sum(bool(node.flag) for node in gone)
    flag = f"{marked} of them marked" if marked else ""
    return (Node(f"and {len(gone):,} more", "more", flag=flag),)
