"""Two suppliers that are one, and one that is really two."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from duediligence.casework.queue import Filters, alerts
from duediligence.casework.supplier_editing import (
    contract_of,
    free_ref,
    make_supplier_change,
    without,
)
from duediligence.errors import Conflict, Hint, Invalid, Step
from duediligence.model import Dossier, Party, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.supplier_changes import (
    SupplierTie,
    combine_suppliers,
    replace_parent_ref,
    with_contracts,
)
from duediligence.screening.access import use_case
from duediligence.screening.alerts.identity import gather_compared, parties_behind
from duediligence.screening.alerts.projection import AlertEvidence
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.store.records import identity
from duediligence.suppliers.facts import SupplierFacts
from duediligence.suppliers.rows import read_facts
from duediligence.text.names import same_text


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """What a merge would come to.

    `merged` is `supplier` with all that `other` has. `alerts` of the other become the supplier's,
    with `decisions`; `reopening` are the numbers of decided alerts of both that will be open again,
    for the facts that were compared differ from those of the two together. `doubts` says, in
    sentences, what speaks against the two being one.
    """

    supplier: Supplier
    other: Supplier
    merged: Supplier
    alerts: int
    decisions: int
    reopening: tuple[str, ...]
    doubts: tuple[str, ...]


@use_case("read")
def preview_merge(workspace: Workspace, ref: str, other_ref: str) -> MergePreview:
    """Return what merging the other supplier into the first would come to. Nothing is changed.

    Raises NotFound, and Conflict for two that are the same.
    """
    supplier, other = _load_two_suppliers(workspace, ref, other_ref)
    merged = combine_suppliers(supplier, other)
    theirs = alerts(workspace, Filters(supplier=other.ref))
    both = [*alerts(workspace, Filters(supplier=supplier.ref)), *theirs]
    return MergePreview(
        supplier=supplier,
        other=other,
        merged=merged,
        alerts=len(theirs),
        decisions=sum(len(one.history) for one in theirs),
        reopening=_find_reopening_alerts(both, _looked_up(workspace, merged)),
        doubts=tuple(_list_merge_doubts(workspace, supplier, other)),
    )


@use_case("change suppliers", event="supplier changed")
def merge(workspace: Workspace, ref: str, other_ref: str, *, note: str = "") -> Supplier:
    """Merge the other supplier into the first, which gets all by which the other is looked up.

    The other's alerts are the first one's from then on. What was decided counts where exactly that
    is compared; where the facts differ the alert is open again. Screenings and packs that there
    are stay as they are. Returns the supplier as it is now. Raises as `preview_merge`.
    """
    with workspace.casework.transaction():
        supplier, other = _load_two_suppliers(workspace, ref, other_ref)
        changes, now = workspace.casework.supplier_changes, combine_suppliers(supplier, other)
        under = [
            one
            for one in workspace.suppliers.all()
            if any(part.supplier_ref == other.ref for part in one.part_of)
            and one.ref not in (supplier.ref, other.ref)
        ]
        said = changes.imported(other.ref)
        make_supplier_change(
            workspace,
            "merged",
            (supplier.ref, other.ref, *(one.ref for one in under)),
            before=(supplier, other, *under),
            after=(now, *(replace_parent_ref(one, other.ref, supplier.ref) for one in under)),
            imported=(said,) if said else (),
            note=note,
            tied=[SupplierTie(other.ref, "merged", supplier.ref, *changes.newest())],
        )
    return now


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRequest:
    """What the supplier that comes out of another is called, and which facts go with it.

    `facts` are as for a supplier that is added; its names, people and numbers leave the first one,
    which must have them. `contracts` are titles.
    """

    ref: str
    facts: SupplierFacts
    contracts: Sequence[str] = ()


@use_case("change suppliers", event="supplier changed")
def split(
    workspace: Workspace, ref: str, asked: SplitRequest, *, note: str = ""
) -> tuple[Supplier, Supplier]:
    """Make two suppliers of one: returns the first as it is now, and the new one.

    Decisions stay with what was compared: an alert of the new one that compares exactly the same
    keeps its decision, any other is open. Raises NotFound for a fact that the first does not have,
    Conflict where the new reference is taken, and UsageError for what is not understood.
    """
    with workspace.casework.transaction():
        before = supplier_of(workspace, ref)
        if not asked.ref.strip():
            raise Invalid("the new supplier has no reference", field="ref")
        new = read_facts(asked.facts, ref=asked.ref, today=workspace.now().date())
        free_ref(workspace, new.ref)
        now = before
        for text in (*new.trading_names, *new.former_names):
            now = without(now, text)
        people = []
        for person in new.people:
            # The cell names people who stay, too.
            moving = (one for one in now.people if same_text(one.name, person.name))
            people += [replace(one, cell=None) for one in moving]
            now = without(now, person.name)
        for number in new.identifiers:
            now = without(now, str(number))
        moved = [contract_of(now, title) for title in asked.contracts]
        if moved:
            now = with_contracts(now, (one for one in now.engagements if one not in moved))
        others = (now.trading_names, now.former_names)
        trading, former = (
            tuple(one for one in names if not same_text(one, new.name)) for names in others
        )
        now = replace(now, trading_names=trading, former_names=former)
        new = with_contracts(replace(new, people=tuple(people), contract=""), moved)
        newest = workspace.casework.supplier_changes.newest()
        make_supplier_change(
            workspace,
            "split",
            (before.ref, new.ref),
            before=(before,),
            after=(now, new),
            note=note,
            tied=[SupplierTie(new.ref, "split", before.ref, *newest)],
        )
    return now, new


def _load_two_suppliers(
    workspace: Workspace, ref: str, other_ref: str
) -> tuple[Supplier, Supplier]:
    if ref == other_ref:
        raise Conflict(
            f"{ref} cannot be merged into itself",
            hint=Hint("Name two suppliers. To see them: ", Step("list-suppliers")),
        )
    return supplier_of(workspace, ref), supplier_of(workspace, other_ref)


def _looked_up(workspace: Workspace, merged: Supplier) -> tuple[Party, ...]:
    """Return those who will be looked up for the supplier, as far as that is known without a
    screening.
    """
    newest = workspace.screened.newest_of([merged.ref])
    evidence = AlertEvidence(workspace.casework)
    then = evidence.supplier(newest[merged.ref], merged.ref) if newest else None
    if isinstance(then, Dossier):
        return parties_behind(replace(then, supplier=merged))
    return parties_behind(merged)


def _find_reopening_alerts(alerts: Iterable[Alert], behind: Sequence[Party]) -> tuple[str, ...]:
    """Return the decided alerts of which nobody decided what the suppliers will be together."""
    alike: dict[tuple[str, ...], list[tuple[Alert, bool]]] = {}
    for alert in alerts:
        if alert.matched and alert.status.state != "open" and alert.found != "no":
            now = identity(gather_compared(alert.findings, behind, alert.compared.entry))
            about = (alert.first.check_id, alert.first.list_id, alert.first.entry_id, now)
            alike.setdefault(about, []).append((alert, now == alert.party_sha256))
    return tuple(
        alert.label
        for each in alike.values()
        if not any(same for _, same in each)
        for alert, _ in each
    )


def _list_merge_doubts(workspace: Workspace, supplier: Supplier, other: Supplier) -> list[str]:
    found = []
    for scheme in {one.scheme for one in supplier.identifiers}:
        numbers = [
            {one.id for one in each.identifiers if one.scheme == scheme}
            for each in (supplier, other)
        ]
        if numbers[1] and numbers[0].isdisjoint(numbers[1]):
            told = " and ".join(", ".join(sorted(each)) for each in numbers)
            found.append(f"Their numbers differ ({scheme} {told}).")
    links = workspace.links.newest()
    linked = [links[one.ref].identifier for one in (supplier, other) if one.ref in links]
    if len(set(linked)) > 1:
        told = " and ".join(str(one or "none") for one in linked)
        found.append(f"They are linked to different register entries ({told}); the first counts.")
    kept = combine_suppliers(supplier, other).address
    left_out = other.address.postcode if other.address else ""
    if left_out and kept and kept.postcode != left_out:
        found.append(
            f"Their addresses differ: that of {supplier.ref} is kept "
            f"({kept.postcode or 'without a postcode'}), and {left_out} is not."
        )
    return sorted(found)
