"""The network of all suppliers: of a run among those stored before, and of what is stored."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from duediligence.model import Address, Dossier, Finding, Supplier
from duediligence.model.networks import NearMarked, Network, NetworkPosition
from duediligence.networks import Graph, build_network, find_network_positions
from duediligence.networks.building import TOPICS
from duediligence.screening.alerts.projection import current
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.alerts import AlertQuery
from duediligence.store.casework.screened import Seen


@dataclass(frozen=True, slots=True)
class NetworkOfRun:
    """What the network adds about the suppliers of a run, and by the reference of each the keys of
    the links that its dossier tells of.
    """

    positions: tuple[NetworkPosition | NearMarked, ...]
    told_by: Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class _Stored:
    """Suppliers as their newest runs left them, dossiers by reference, and what was found."""

    suppliers: tuple[Supplier, ...]
    dossiers: Mapping[str, Dossier]
    seen: tuple[Seen, ...]


def build_portfolio_network(workspace: Workspace) -> Network:
    """Return the network of all suppliers as each was screened last, with what was found of them.

    They are those of the stored list that have not ended; where none of it was ever screened,
    those of the files that were. No register is asked online. A match that somebody decided to
    be another party marks nobody. A mark is for those alone who may see what has its `handling`.
    Empty where nothing was screened. Raises StorageError.
    """
    with workspace.casework.snapshot():
        newest = workspace.casework.screened.newest()
        listed = _list_active_refs(workspace)
        if not listed.isdisjoint(newest):
            newest = {ref: run for ref, run in newest.items() if ref in listed}
        stored = _load_newest_results(workspace, newest)
        known = workspace.casework.networks.first_known()
    today = workspace.now().date()
    return build_network(
        stored.suppliers,
        stored.dossiers,
        today=today,
        findings=_list_undismissed_findings(workspace, stored.seen, today),
        titles=workspace.list_titles,
        companies_at=_register_of_offices(workspace),
        known=known,
    ).network


def network_of_run(
    workspace: Workspace,
    suppliers: Sequence[Supplier],
    dossiers: Mapping[str, Dossier],
    seen: Sequence[Seen],
    today: date,
) -> NetworkOfRun:
    """Return what the network adds about the suppliers of a run, from all that was found of them so
    far.

    Where they are of the stored list, the others of that list stand beside them as they were
    screened last. Raises StorageError.
    """
    refs = {supplier.ref for supplier in suppliers}
    others = _load_other_suppliers(workspace, refs)
    everyone = [*suppliers, *others.suppliers]
    every_dossier = {**others.dossiers, **dossiers}
    built = build_network(
        everyone,
        every_dossier,
        today=today,
        findings=_list_undismissed_findings(workspace, [*seen, *others.seen], today),
        titles=workspace.list_titles,
        companies_at=_register_of_offices(workspace),
        known=workspace.casework.networks.first_known(),
    )
    if not built.network.links:
        return NetworkOfRun((), {})
    added = find_network_positions(Graph(built.network), everyone, every_dossier, refs)
    told = {ref: keys for ref, keys in built.told_by.items() if ref in refs}
    return NetworkOfRun(tuple(added), told)


def _register_of_offices(workspace: Workspace) -> Callable[[Address], int | None] | None:
    """Return what counts the companies at an address: the local register, where there is one."""
    # Asked of the file first: opening the register would make one.
    if not (workspace.settings.home / "register.db").exists():
        return None
    return workspace.register.same_address


def _list_active_refs(workspace: Workspace) -> set[str]:
    """Return the references of the stored suppliers: not of those that ended or were merged
    away.
    """
    return {one.ref for one in workspace.suppliers.all() if one.ended is None}


def _load_other_suppliers(workspace: Workspace, refs: Collection[str]) -> _Stored:
    """Return the stored suppliers that a run leaves out, if it is of stored ones; not those that
    ended.
    """
    stored = _list_active_refs(workspace)
    if stored.isdisjoint(refs) or stored <= set(refs):
        return _Stored((), {}, ())
    with workspace.casework.snapshot():
        newest = workspace.casework.screened.newest()
        wanted = {ref: run for ref, run in newest.items() if ref in stored and ref not in refs}
        return _load_newest_results(workspace, wanted)


def _load_newest_results(workspace: Workspace, newest: Mapping[str, str]) -> _Stored:
    """Return what the newest run of each of these suppliers left."""
    suppliers: list[Supplier] = []
    dossiers: dict[str, Dossier] = {}
    seen: list[Seen] = []
    for run_id in sorted(set(newest.values())):
        of_run = {ref for ref, run in newest.items() if run == run_id}
        screened, runs = workspace.casework.screened, workspace.casework.runs
        suppliers += (one for one in screened.suppliers(run_id) if one.ref in of_run)
        dossiers |= {ref: one for ref, one in runs.dossiers(run_id).items() if ref in of_run}
        seen += (
            one for one in screened.of_topics(run_id, TOPICS) if one.finding.supplier_ref in of_run
        )
    # A run holds no contact keys: those of today count, and one that was removed links nobody.
    contacts = {one.ref: one.contact_keys for one in workspace.suppliers.all()}

    def reached(supplier: Supplier) -> Supplier:
        return replace(supplier, contact_keys=contacts.get(supplier.ref, ()))

    return _Stored(
        tuple(map(reached, suppliers)),
        {ref: replace(one, supplier=reached(one.supplier)) for ref, one in dossiers.items()},
        tuple(seen),
    )


def _list_undismissed_findings(
    workspace: Workspace, seen: Iterable[Seen], today: date
) -> Iterator[Finding]:
    """Yield the findings on lists but for those that somebody decided to be about another party."""
    on_lists = [one for one in seen if one.finding.list_id and one.finding.topic in TOPICS]
    if not on_lists:
        return
    with current(workspace) as alerts:
        query = AlertQuery(on=today, states=("not the same",))
        others = {one.id for one in alerts.outlines(query)}
    yield from (one.finding for one in on_lists if one.alert_id not in others)
