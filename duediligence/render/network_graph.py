"""What of a network is drawn: at most so many nodes, in columns, and the rest counted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from duediligence.model.networks import Network, NetworkLink, NetworkNode, NetworkPath
from duediligence.render.network_words import kinds_in_words

MOST_NODES = 40
# Of one node, so many that lead no further, and so many in all that nothing marks.
MOST_LEAVES = 3
# What leads no further is not drawn beyond that many links.
FAR = 2
MOST_CHILDREN = 9


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What is around the nodes asked about: `starts` are their ids, `paths` lead from them to other
    suppliers and to marked nodes, the first to be read first. `more_paths` and `further` nodes were
    found and are not here.
    """

    starts: tuple[str, ...]
    network: Network
    paths: tuple[NetworkPath, ...]
    more_paths: int = 0
    further: int = 0


@dataclass(frozen=True, slots=True)
class Joint:
    """All links between two nodes, of which `near` is in an earlier column or the same."""

    near: str
    far: str
    links: tuple[NetworkLink, ...]

    @property
    def ended(self) -> bool:
        return all(link.ended for link in self.links)


@dataclass(frozen=True, slots=True)
class GraphColumn:
    """Nodes that are equally far from those asked about, and `more` in words that are not drawn;
    `more_marked` says how many of these are marked. Both are empty for none.
    """

    nodes: tuple[NetworkNode, ...]
    more: str = ""
    more_marked: str = ""


@dataclass(frozen=True, slots=True)
class GraphColumns:
    """What is drawn, from the left to the right; a joint is within a column or between two."""

    columns: tuple[GraphColumn, ...]
    joints: tuple[Joint, ...]


def choose_graph_columns(whole: Neighbourhood, limit: int = MOST_NODES) -> GraphColumns:
    """Return the nodes to draw, at most `limit`: those asked about, those on the paths, marked ones
    and suppliers before others, each with what joins it to those asked about.
    """
    return _Chooser(whole, limit).chosen()


class _Chooser:
    def __init__(self, whole: Neighbourhood, limit: int) -> None:
        self.whole = whole
        self.nodes = whole.network.nodes
        self.limit = limit
        self.links: dict[tuple[str, str], list[NetworkLink]] = defaultdict(list)
        self.beside: dict[str, set[str]] = {id_: set() for id_ in self.nodes}
        for link in whole.network.links:
            if link.one != link.other and link.one in self.nodes and link.other in self.nodes:
                self.links[min(link.one, link.other), max(link.one, link.other)].append(link)
                self.beside[link.one].add(link.other)
                self.beside[link.other].add(link.one)
        self.depth: dict[str, int] = {}
        self.above: dict[str, str] = {}
        self._measure()

    def _measure(self) -> None:
        """How far each node is, and by way of which one it is reached."""
        level = sorted(id_ for id_ in dict.fromkeys(self.whole.starts) if id_ in self.nodes)
        self.depth = dict.fromkeys(level, 0)
        while level:
            following: list[str] = []
            for id_ in level:
                for other in sorted(self.beside[id_]):
                    if other not in self.depth:
                        self.depth[other] = self.depth[id_] + 1
                        self.above[other] = id_
                        following.append(other)
            level = following

    def chosen(self) -> GraphColumns:
        kept = self._kept()
        deepest = max((self.depth[id_] for id_ in kept), default=0)
        return GraphColumns(
            tuple(self._column(at, at == deepest, kept) for at in range(deepest + 1)),
            tuple(self._joints(kept)),
        )

    def _column(self, at: int, last: bool, kept: set[str]) -> GraphColumn:
        def here(id_: str) -> bool:
            depth = self.depth.get(id_)
            return depth == at or (last and (depth is None or depth > at))

        drawn = [self.nodes[id_] for id_ in kept if self.depth[id_] == at]
        drawn.sort(key=lambda node: (not node.marks, node.kind != "supplier", node.label, node.id))
        gone = [node for id_, node in self.nodes.items() if id_ not in kept and here(id_)]
        marked = sum(bool(node.marks) for node in gone)
        deeper = [self.depth.get(node.id, at + 1) > at for node in gone]
        where = (" further on" if all(deeper) else " here and further on") if any(deeper) else ""
        more = [f"and {len(gone):,} more{where}: {kinds_in_words(gone)}"] if gone else []
        if last and self.whole.further:
            more.append(f"and {self.whole.further:,} more beyond those")
        return GraphColumn(
            tuple(drawn),
            "; ".join(more),
            f"{marked:,} of them on record" if marked else "",
        )

    def _joints(self, kept: set[str]) -> Iterator[Joint]:
        for (one, other), links in sorted(self.links.items()):
            if one in kept and other in kept:
                near, far = sorted((one, other), key=lambda id_: (self.depth[id_], id_))
                yield Joint(near, far, tuple(links))

    def _kept(self) -> set[str]:
        starts = [id_ for id_, depth in self.depth.items() if depth == 0]
        kept = set(starts[: self.limit])
        on_path = self._add_paths(kept)
        children: dict[str, int] = defaultdict(int)
        leaves: dict[str, int] = defaultdict(int)
        for id_ in sorted(self.depth, key=lambda id_: self._turn(id_, on_path)):
            node, above = self.nodes[id_], self.above.get(id_, "")
            if id_ in kept or not above:
                continue
            is_leaf = len(self.beside[id_]) == 1 and node.kind != "supplier"
            is_spare = not node.marks and (
                children[above] >= MOST_CHILDREN
                or (is_leaf and (leaves[above] >= MOST_LEAVES or self.depth[id_] > FAR))
            )
            line = self._line(id_) - kept
            if not is_spare and len(kept) + len(line) <= self.limit:
                kept |= line
                children[above] += 1
                leaves[above] += is_leaf
        return kept

    def _add_paths(self, kept: set[str]) -> set[str]:
        """Keep what is on the paths while there is room, and say what that is."""
        children: dict[str, int] = defaultdict(int)
        added: set[str] = set()
        for path in self.whole.paths:
            ids = [node.id for node in path.nodes if node.id in self.depth]
            last = path.nodes[-1]
            line = {each for id_ in ids for each in self._line(id_)}
            above = self.above.get(last.id, "")
            if last.id not in kept and not last.marks and children[above] >= MOST_CHILDREN:
                continue
            if len(kept | line) <= self.limit and not line <= kept:
                kept |= line
                added |= line
                children[above] += 1
        return added

    def _turn(self, id_: str, on_path: set[str]) -> tuple[bool, bool, bool, int, str, str]:
        node = self.nodes[id_]
        return (
            id_ not in on_path,
            not node.marks,
            node.kind != "supplier",
            self.depth[id_] - (len(self.beside[id_]) > 1),
            node.label,
            id_,
        )

    def _line(self, id_: str) -> set[str]:
        """Return the node and those by way of which it is reached."""
        line = {id_}
        while id_ in self.above:
            id_ = self.above[id_]
            line.add(id_)
        return line


def find_joined_nodes(joints: Sequence[Joint]) -> Mapping[str, tuple[str, ...]]:
    """Return what each node that is drawn is joined to."""
    found: dict[str, list[str]] = defaultdict(list)
    for joint in joints:
        found[joint.near].append(joint.far)
        found[joint.far].append(joint.near)
    return {id_: tuple(others) for id_, others in found.items()}
