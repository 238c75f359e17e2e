"""The ways between chosen suppliers and parties, as one person may see them.

Only the ends are kept anywhere: what lies between is what the network says on the day it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from duediligence.casework.networks_shown import (
    MOST_STEPS,
    NetworkCache,
    nearest_first,
    redact_neighbourhood,
    with_hubs,
    without_restricted,
)
from duediligence.casework.runs_shown import record_shown
from duediligence.errors import Hint, Invalid, NotFound, Step
from duediligence.model.networks import Network, NetworkNode
from duediligence.networks import select_neighbourhood
from duediligence.networks.walking import PARTIES, walk_paths
from duediligence.render.network_graph import Neighbourhood
from duediligence.screening.workspace import Workspace
from duediligence.text.folding import fold

# How many ways between two ends are shown: the shortest and strongest.
_MOST_WAYS = 2
_MOST_LOOKED_AT = 200
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PathEnds:
    """From the supplier `ref` to the supplier `other_ref`, or to the node of that id."""

    ref: str
    other_ref: str = ""
    node_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathsView:
    """The ways between ends: `around` has all of them, `found` how many of its paths are those of
    each ends, in their order; 0 where the network does not join the two any more.
    """

    around: Neighbourhood
    found: tuple[int, ...]


def party_near(
    workspace: Workspace, ref: str, asked: str, cache: NetworkCache | None = None
) -> NetworkNode:
    """Return the person or firm within three steps of a supplier whose name has all these words.

    Raises NotFound where there is none, Invalid where there are several, StorageError.
    """
    every = (cache or NetworkCache()).get(workspace)
    start = every.of_ref.get(ref)
    words = set(fold(asked).split())
    part = (
        select_neighbourhood(every.graph, (start,), most=10_000, steps=MOST_STEPS)[0]
        if start
        else None
    )
    found = [
        node
        for node in (part.nodes.values() if part and words else ())
        if node.kind in PARTIES and node.id != start and words <= set(fold(node.label).split())
    ]
    exact = [node for node in found if set(fold(node.label).split()) == words]
    found = exact if len(exact) == 1 else found
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(
            f"The network of {ref} has no supplier, firm or person {asked!r}",
            hint=Hint("Look at what is around it: ", Step("show-network", supplier=ref)),
        )
    some = "; ".join(sorted(node.label for node in found)[:_NAMED])
    raise Invalid(
        f"{len(found)} parties near {ref} have that in their names",
        field="to",
        hint=f"Give more of the name. Among them: {some}.",
    )


def paths_between(
    workspace: Workspace,
    asked: Sequence[PathEnds],
    *,
    people: bool,
    restricted: bool = False,
    cache: NetworkCache | None = None,
) -> PathsView:
    """Return the ways of at most three steps between each of the ends.

    Unless `people`, each person is a number. Unless `restricted`, no mark rests on a restricted
    record; with it, that some are shown is recorded. Raises StorageError.
    """
    if not asked:
        return PathsView(around=Neighbourhood((), Network({}, ()), ()), found=())
    every = (cache or NetworkCache()).get(workspace)
    graph, merged = every.graph, workspace.suppliers.merged()
    paths, found, starts = [], [], []
    for ends in asked:
        start = every.of_ref.get(merged.get(ends.ref, ends.ref), "")
        other = every.of_ref.get(merged.get(ends.other_ref, ends.other_ref), ends.node_id)
        nodes = graph.network.nodes
        ways_there = (
            walk_paths(graph, start, steps=MOST_STEPS, ends=frozenset((other,)))
            if start in nodes and other in nodes
            else iter(())
        )
        some = [one for one, _ in zip(ways_there, range(_MOST_LOOKED_AT), strict=False)]
        chosen = sorted(some, key=nearest_first)[:_MOST_WAYS]
        found.append(len(chosen))
        paths += chosen
        starts += [start] if chosen else []
    part = with_hubs(
        graph,
        Network(
            {node.id: node for path in paths for node in path.nodes},
            tuple(dict.fromkeys(link for path in paths for link in path.links)),
        ),
    )
    held = sum(mark.handling == "restricted" for node in part.nodes.values() for mark in node.marks)
    if restricted and held:
        record_shown(workspace, {"marks": held, "suppliers": _list_path_refs(asked)})
    if not restricted:
        part = without_restricted(part)
    # The nodes of the paths are those of the part, with what may be shown of each.
    shown = tuple(
        replace(path, nodes=tuple(part.nodes[node.id] for node in path.nodes)) for path in paths
    )
    whole = Neighbourhood(tuple(dict.fromkeys(starts)), part, shown)
    return PathsView(around=whole if people else redact_neighbourhood(whole), found=tuple(found))


def _list_path_refs(asked: Sequence[PathEnds]) -> tuple[str, ...]:
    every = (ref for ends in asked for ref in (ends.ref, ends.other_ref))
    return tuple(dict.fromkeys(filter(None, every)))
