"""What is around a supplier, or around all suppliers of a contract, as one person may see it.

A restricted mark is shown only where it is asked for, which is recorded; nothing of a path that
rests on one is shown without. Where people are left out, each is a number.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property

from duediligence.casework.queue import Filters
from duediligence.casework.runs_shown import record_shown
from duediligence.casework.showing import AlertRow, queue_for
from duediligence.errors import Hint, Invalid, NotFound, Step
from duediligence.model import Run, Supplier
from duediligence.model.networks import Network, NetworkNode, NetworkPath, NodeKind
from duediligence.networks import Graph, select_neighbourhood, supplier_node
from duediligence.networks import count_steps as steps_of
from duediligence.networks.walking import walk_paths
from duediligence.render.network_drawing import network_lines
from duediligence.render.network_graph import Neighbourhood
from duediligence.render.network_words import CONTACTS
from duediligence.screening.access import use_case
from duediligence.screening.run.network import build_portfolio_network
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count

MOST_STEPS = 3
DEFAULT_STEPS = 2
# More than that around one supplier is beyond reading; what is left is counted.
MOST_AROUND = 2_000
MOST_PATHS = 40
# Of two parties, so many paths between them.
_MOST_BETWEEN = 2
# Of a run's page: so many pictures, of so many suppliers that are looked at.
MOST_ON_A_PAGE = 50
_MOST_LOOKED_AT = 1_000
_CHECKS = "NET-"


@dataclass(frozen=True)
class Portfolio:
    """The network of all suppliers, made once for several questions."""

    graph: Graph

    @cached_property
    def of_ref(self) -> Mapping[str, str]:
        """Return the id of the node of a supplier, by its reference; of two with one company, of
        one.
        """
        nodes = self.graph.network.nodes.values()
        return {node.supplier_ref: node.id for node in nodes if node.supplier_ref}


class NetworkCache:
    """Keeps the network of all suppliers until one of them, a run or a decision changes; threads
    may share it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[tuple[object, ...], Portfolio] | None = None

    def get(self, workspace: Workspace) -> Portfolio:
        """Return the network as it follows from what is stored now. Raises StorageError."""
        newest = workspace.runs.headings(before=0, most=1)
        version = (
            workspace.suppliers.version(),
            [one.id for one in newest],
            workspace.runs.count(),
            workspace.decisions.version(),
            workspace.now().date(),
        )
        with self._lock:
            if self._made is None or self._made[0] != version:
                self._made = version, Portfolio(Graph(build_portfolio_network(workspace)))
            return self._made[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkView:
    """What is around those asked about: `title` is the name of the supplier or of the contract.

    `suppliers` are those asked about. `not_shown` says what was left out, `absent` of which of them
    nothing is known and why; both are empty for nothing. `alerts` are those of the checks that
    compare suppliers, settled ones too.
    """

    title: str
    suppliers: tuple[Supplier, ...]
    steps: int
    around: Neighbourhood
    not_shown: str
    absent: tuple[str, ...]
    alerts: tuple[AlertRow, ...]

    def lines(self) -> list[str]:
        """Return the view as lines of text."""
        # Of whom nothing is known, it is not said that nothing is linked with them.
        told = network_lines(self.around) if self.linked or not self.absent else ()
        said = [*self.absent, *told]
        return [*said, *([self.not_shown] if self.not_shown else [])]

    @property
    def linked(self) -> bool:
        """Return whether anything is linked with those asked about."""
        return len(self.around.network.nodes) > len(self.around.starts)


@use_case("read")
def network_for(
    workspace: Workspace,
    asked: str,
    *,
    steps: int = DEFAULT_STEPS,
    people: bool = True,
    restricted: bool = False,
    cache: NetworkCache | None = None,
) -> NetworkView:
    """Return what is within so many steps of a supplier, by its reference, or of all suppliers of a
    contract, by its title. A step leads from one party to the next, by what joins them.

    Unless `people`, each person is a number. Raises Invalid for another number of steps than 1 to
    3, NotFound for an unknown supplier or contract, StorageError.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise Invalid(
            f"{steps} is not a valid number of steps", field="steps", hint="Enter 1, 2 or 3."
        )
    title, suppliers = _find_asked_suppliers(workspace, asked)
    whole_network = (cache or NetworkCache()).get(workspace)
    graph = whole_network.graph
    starts, lone = _find_start_nodes(workspace, whole_network, suppliers)
    unknown = {node.supplier_ref for node in lone.values()}
    part, further = select_neighbourhood(graph, starts, most=MOST_AROUND, steps=steps)
    part = with_hubs(graph, Network({**part.nodes, **lone}, part.links))
    part = without_lone_contacts(part)
    held = sum(mark.handling == "restricted" for node in part.nodes.values() for mark in node.marks)
    if restricted and held:
        # The title of a contract may name somebody: its suppliers say which it is.
        refs = tuple(one.ref for one in suppliers)
        record_shown(workspace, {"marks": held, "suppliers": refs})
    if not restricted:
        part = without_restricted(part)
    whole = replace(build_neighbourhood(part, (*starts, *lone), steps), further=further)
    left = [f"{count(held, 'restricted record')} not shown."] if held and not restricted else []
    if not people:
        left += (
            [f"{count(number, 'name')} left out."]
            if (number := _count_personal_nodes(part))
            else []
        )
        whole = redact_neighbourhood(whole)
    rows = (
        queue_for(
            workspace,
            Filters(supplier=one.ref),
            everything=True,
            people="on screen" if people else "redacted",
        ).rows
        for one in suppliers
    )
    return NetworkView(
        title=title,
        suppliers=suppliers,
        steps=steps,
        around=whole,
        not_shown=" ".join(left),
        absent=tuple(_explain_absent_supplier(one) for one in suppliers if one.ref in unknown),
        alerts=tuple(
            row for some in rows for row in some if (row.check_id or "").startswith(_CHECKS)
        ),
    )


def networks_of_run(workspace: Workspace, run: Run, *, people: bool) -> dict[str, Neighbourhood]:
    """For the page of a run: what is around its suppliers, by reference, where that is another
    supplier or a marked party; those of which a check says so first, at most `MOST_ON_A_PAGE`.

    Of a supplier that was screened again since nothing is given: the run did not know it. With
    `people`, those that may be on a list are named. Nothing is restricted.
    """
    newest = workspace.screened.newest()
    found_about = {one.supplier_ref for one in run.findings if one.check_id.startswith(_CHECKS)}
    own = [one for one in workspace.screened.suppliers(run.id) if newest.get(one.ref) == run.id]
    own = sorted(own, key=lambda one: (one.ref not in found_about, one.ref))[:_MOST_LOOKED_AT]
    if not own:
        return {}
    every = NetworkCache().get(workspace)
    graph = every.graph
    shown: dict[str, Neighbourhood] = {}
    for one in own:
        starts, _ = _find_start_nodes(workspace, every, [one])
        if not starts:
            continue
        part, further = select_neighbourhood(graph, starts, most=MOST_AROUND, steps=DEFAULT_STEPS)
        part = without_restricted(without_lone_contacts(with_hubs(graph, part)))
        whole = replace(build_neighbourhood(part, starts, DEFAULT_STEPS), further=further)
        if whole.paths:
            shown[one.ref] = redact_neighbourhood(whole, but_marked=people)
        if len(shown) == MOST_ON_A_PAGE:
            break
    return shown


def _find_asked_suppliers(workspace: Workspace, asked: str) -> tuple[str, tuple[Supplier, ...]]:
    """Return the supplier of that reference, else those of the contract of that title."""
    one = workspace.suppliers.get(workspace.suppliers.merged().get(asked, asked))
    if one:
        return one.name, (one,)
    every = workspace.suppliers.all()
    if not every:
        raise NotFound(
            "There are no suppliers", hint=Hint("Import them: ", Step("import-suppliers"))
        )
    wanted = asked.casefold()
    of_contract = tuple(
        each for each in every if wanted in (title.casefold() for title in each.contract_titles)
    )
    if of_contract:
        return asked, of_contract
    spelt = {text.casefold(): text for each in every for text in (each.ref, *each.contract_titles)}
    names = {each.name.casefold(): f"{each.ref} ({each.name})" for each in every}
    near = get_close_matches(wanted, [*spelt, *names], 1)
    did = f" Did you mean {names.get(near[0]) or repr(spelt[near[0]])}?" if near else ""
    raise NotFound(
        f"No supplier has the reference {asked!r}, and none has that contract.{did}",
        hint=Hint("To see them: ", Step("list-suppliers")),
    )


def _find_start_nodes(
    workspace: Workspace, every: Portfolio, suppliers: Sequence[Supplier]
) -> tuple[tuple[str, ...], Mapping[str, NetworkNode]]:
    """Return the nodes of these suppliers, and a node for each that the network does not have: one
    that was never screened, or has ended.
    """
    found: dict[str, None] = {}
    lone: dict[str, NetworkNode] = {}
    for one in suppliers:
        id_ = every.of_ref.get(one.ref) or _node_of(workspace, one)
        if id_ in every.graph.network.nodes:
            found[id_] = None
        else:
            lone[id_] = NetworkNode(
                id=id_,
                kind="supplier",
                label=one.name,
                supplier_ref=one.ref,
                number=one.company_number,
            )
    return tuple(found), lone


def _node_of(workspace: Workspace, supplier: Supplier) -> str:
    run_id = workspace.screened.newest_of([supplier.ref]).get(supplier.ref, "")
    compared = workspace.runs.compared(run_id, supplier.ref)
    return supplier_node(supplier, compared.dossier if compared else None)


_COMPANIES: tuple[NodeKind, ...] = ("supplier", "company")


def with_hubs(graph: Graph, part: Network) -> Network:
    """Return the part, with how many companies each node joins in the whole network too."""
    nodes = {
        id_: replace(node, companies=graph.companies(id_) or None)
        if node.kind not in _COMPANIES and id_ in graph.network.nodes
        else node
        for id_, node in part.nodes.items()
    }
    return Network(nodes, part.links)


def without_lone_contacts(network: Network) -> Network:
    """Return the network without phone numbers, e-mail domains and bank accounts of one company
    alone: they link it with nobody, and nothing can be said of them.
    """
    gone = {
        id_
        for id_, node in network.nodes.items()
        if node.kind in CONTACTS and (node.companies or 0) < 2
    }
    return Network(
        {id_: node for id_, node in network.nodes.items() if id_ not in gone},
        tuple(one for one in network.links if one.one not in gone and one.other not in gone),
    )


def _explain_absent_supplier(supplier: Supplier) -> str:
    """Return why a supplier that was asked about is not in the network."""
    name = f"{supplier.name} ({supplier.ref})"
    if supplier.ended:
        return f"{name} has ended: its links are not followed any more."
    return f"{name} was not screened yet: its links are known after a screening."


def without_restricted(network: Network) -> Network:
    """Return the network without marks that rest on a restricted record."""
    nodes = {
        id_: replace(
            node, marks=tuple(mark for mark in node.marks if mark.handling != "restricted")
        )
        for id_, node in network.nodes.items()
    }
    return Network(nodes, network.links)


def build_neighbourhood(network: Network, starts: Sequence[str], steps: int) -> Neighbourhood:
    """Return the network with the paths, of at most so many steps, from those asked about to marked
    parties and to other suppliers: at most two between the same two, the nearest and strongest
    first, those to marked parties before the others.
    """
    graph = Graph(network)
    order = {id_: at for at, id_ in enumerate(starts)}
    ends = frozenset(
        id_ for id_, node in network.nodes.items() if node.marks or node.kind == "supplier"
    )
    found: dict[tuple[str, str], list[NetworkPath]] = {}
    for start in starts:
        # What lies beyond another of those asked about is a path of that one.
        for path in walk_paths(graph, start, steps=steps, ends=ends):
            inner, last = path.nodes[1:-1], path.nodes[-1].id
            if order.get(last, len(order)) > order[start] and not any(n.id in order for n in inner):
                found.setdefault((start, last), []).append(path)
    chosen = [
        path for some in found.values() for path in sorted(some, key=nearest_first)[:_MOST_BETWEEN]
    ]
    chosen.sort(key=lambda path: (not path.nodes[-1].marks, *nearest_first(path)))
    return Neighbourhood(
        tuple(starts),
        network,
        tuple(chosen[:MOST_PATHS]),
        more_paths=max(0, len(chosen) - MOST_PATHS),
    )


def nearest_first(path: NetworkPath) -> tuple[int, float, tuple[str, ...]]:
    """Return the place of a path among others: the shorter and the stronger one first."""
    return steps_of(path), -path.strength, tuple(node.id for node in path.nodes)


def _count_personal_nodes(network: Network) -> int:
    return sum(node.personal for node in network.nodes.values())


def redact_neighbourhood(whole: Neighbourhood, *, but_marked: bool = False) -> Neighbourhood:
    """Return the same with `Person 1` for a name, and so for all that is personal; ids as
    `for_a_file`. With `but_marked`, what a mark is about is named.
    """
    nodes = whole.network.nodes.values()
    hidden = {node.id for node in nodes if node.personal and not (but_marked and node.marks)}
    return _replace_network_nodes(whole, _number_nodes(nodes, hidden))


def for_a_file(whole: Neighbourhood) -> Neighbourhood:
    """Return the same with numbers for the ids: those that are stored are made of names and birth
    months, or of keyed hashes, and stay here.
    """
    return _replace_network_nodes(whole, _number_nodes(whole.network.nodes.values(), ()))


def _number_nodes(nodes: Iterable[NetworkNode], hidden: Collection[str]) -> dict[str, NetworkNode]:
    """Return each node by its id as it was, under an id of its kind and a number, or of its number
    on the register or its reference; those `hidden` without their labels.
    """
    counts: Counter[str] = Counter()
    found = {}
    for node in sorted(nodes, key=lambda node: node.id):
        if node.kind in _COMPANIES:
            found[node.id] = node
            continue
        counts[node.kind] += 1
        label = node.label
        if node.id in hidden:
            label = f"{node.kind.capitalize()} {counts[node.kind]}"
        found[node.id] = replace(node, id=f"{node.kind}:{counts[node.kind]}", label=label)
    return found


def _replace_network_nodes(whole: Neighbourhood, nodes: Mapping[str, NetworkNode]) -> Neighbourhood:
    links = {
        link: replace(link, one=nodes[link.one].id, other=nodes[link.other].id)
        for link in whole.network.links
    }
    return replace(
        whole,
        starts=tuple(nodes[id_].id for id_ in whole.starts),
        network=Network({node.id: node for node in nodes.values()}, tuple(links.values())),
        paths=tuple(
            replace(
                path,
                nodes=tuple(nodes[node.id] for node in path.nodes),
                links=tuple(links[link] for link in path.links),
            )
            for path in whole.paths
        ),
    )
