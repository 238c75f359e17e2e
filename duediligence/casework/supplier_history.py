"""What became of a supplier: who changed what and when, and taking a change back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from duediligence.casework.supplier_editing import make_supplier_change
from duediligence.casework.supplier_imports import describe_imports_of
from duediligence.casework.supplier_words import person_words
from duediligence.errors import Conflict, Hint, NotFound, Step
from duediligence.model import Address, ContactKey, Contract, Identifier, PartOf, Person, Supplier
from duediligence.model.alerts import FieldChange
from duediligence.model.supplier_changes import (
    SupplierAct,
    SupplierChange,
    SupplierTie,
    apply_supplier_changes,
)
from duediligence.render.wording import day
from duediligence.screening.access import hide_birth_dates, use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.differences import contract_line, mark_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """One change of a supplier. `at` is in UTC; `undone` says that it was taken back.

    `suppliers` are all that it is about, `changes` what it made of the one that was asked for.
    """

    number: int
    act: SupplierAct
    at: datetime
    by: str
    note: str
    suppliers: tuple[str, ...]
    undoes: int
    undone: bool
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierHistory:
    """Every change of a supplier that is still kept, the oldest first.

    `merged_into` is the supplier that it is part of by now, empty for none. `imports` made, changed
    or ended it, or were taken back: the number of each, and what it did.
    """

    ref: str
    merged_into: str
    imports: tuple[tuple[int, str], ...]
    changes: tuple[ChangeShown, ...]


@dataclass(frozen=True, slots=True)
class SupplierList:
    """Suppliers by reference, and how many were left out because they have ended."""

    suppliers: tuple[Supplier, ...]
    ended: int


@use_case("read")
def supplier_list(workspace: Workspace, *, everything: bool = False) -> SupplierList:
    """Return the suppliers from which something is bought, or `everything`. Raises StorageError."""
    ended = workspace.suppliers.ended(workspace.now().date())
    every = workspace.suppliers.all()
    found = tuple(one for one in every if everything or one.ref not in ended)
    return SupplierList(found, len(every) - len(found))


@use_case("read")
def contacts_shared(workspace: Workspace, supplier: Supplier) -> Mapping[ContactKey, int]:
    """Return how many other suppliers have each contact of this one. Raises StorageError."""
    return workspace.suppliers.sharing(supplier)


@use_case("read")
def history(workspace: Workspace, ref: str) -> SupplierHistory:
    """Return what became of a supplier. Raises NotFound where none has or had the reference."""
    store = workspace.casework.supplier_changes
    found = hide_birth_dates(workspace, store.of(ref))
    merged_into = workspace.suppliers.merged().get(ref, "")
    if not found and not merged_into:
        supplier_of(workspace, ref)
    undone = store.undone()
    return SupplierHistory(
        ref=ref,
        merged_into=merged_into,
        imports=tuple(describe_imports_of(workspace, ref)),
        changes=tuple(
            ChangeShown(
                number=one.position,
                act=one.kind,
                at=one.at,
                by=one.by,
                note=one.note,
                suppliers=one.refs,
                undoes=one.undoes,
                undone=one.position in undone,
                changes=tuple(
                    _list_supplier_differences(
                        _select_supplier(one.before, ref), _select_supplier(one.after, ref)
                    )
                ),
            )
            for one in found
        ),
    )


@use_case("change suppliers", event="supplier changed")
def undo(
    workspace: Workspace, ref: str, *, change: int | None = None, note: str = ""
) -> SupplierChange:
    """Take back a change of a supplier: the newest, or the one of that number.

    What a later import changed stays. Taking back is a change itself, and is not taken back: make
    the change again. Raises NotFound where there is no such change, and Conflict where a later one
    of the same suppliers is in the way, or one that was added has been screened.
    """
    with workspace.casework.transaction():
        taken = _to_undo(workspace, ref, change)
        store = workspace.casework.supplier_changes
        then = {one.ref: one for one in taken.after}
        earlier = {one.ref: one for one in taken.before}
        now = {one: _load_known_supplier(workspace, one) for one in then}
        leaving = [one for one in then if one not in earlier]
        coming = [one for one in earlier if one not in then]
        screened = workspace.screened.newest_of(leaving)
        if taken.kind == "added" and screened:
            raise Conflict(
                f"{ref} has been screened since it was added, and that is kept",
                hint=Hint("End it instead: ", Step("end-supplier", supplier=ref)),
            )
        base = [said for one in leaving if (said := store.imported(one))]
        tied = [SupplierTie(one, "merged", taken.refs[0], *store.newest()) for one in screened]
        return make_supplier_change(
            workspace,
            "undone",
            taken.refs,
            before=tuple(now.values()),
            after=(
                *(
                    apply_supplier_changes(now[one], then[one], earlier[one])
                    for one in then
                    if one in earlier
                ),
                *(earlier[one] for one in coming),
            ),
            imported=(*taken.imported, *base),
            note=note,
            undoes=taken.position,
            tied=tied,
            untied=[
                one
                for one in store.ties()
                if (taken.kind == "merged" and one.kind == "merged" and one.ref in coming)
                or (taken.kind == "split" and one.kind == "split" and one.ref in leaving)
            ],
        )


def _to_undo(workspace: Workspace, ref: str, number: int | None) -> SupplierChange:
    store = workspace.casework.supplier_changes
    undone = store.undone()
    kept = [one for one in store.of(ref) if one.kind != "undone" and one.position not in undone]
    if number is None and kept:
        number = kept[-1].position
    taken = next((one for one in kept if one.position == number), None)
    seen = Hint("To see its changes: ", Step("show-supplier-history", supplier=ref))
    if taken is None:
        if not store.of(ref):
            supplier_of(workspace, ref)
        which = f"change {number}" if number is not None else "change"
        raise NotFound(f"{ref} has no {which} that can be taken back", hint=seen)
    about = {*taken.refs, *(one.ref for one in (*taken.before, *taken.after))}
    later = {
        one.position: one
        for each in about
        for one in store.of(each)
        if one.position > taken.position and one.kind != "undone" and one.position not in undone
    }
    if later:
        newest = later[max(later)]
        raise Conflict(
            f"Change {newest.position} ({newest.kind}: {', '.join(newest.refs)}) came after change "
            f"{taken.position}",
            hint=Hint("Take that one back first. ", seen),
        )
    return taken


def _load_known_supplier(workspace: Workspace, ref: str) -> Supplier:
    if (found := workspace.suppliers.get(ref)) is None:
        raise Conflict(
            f"The supplier {ref} is there no longer, so that its change cannot be taken back"
        )
    return found


def _select_supplier(suppliers: Sequence[Supplier], ref: str) -> Supplier | None:
    return next((one for one in suppliers if one.ref == ref), None)


def _list_supplier_differences(
    before: Supplier | None, after: Supplier | None
) -> Iterator[FieldChange]:
    """Yield the differences field by field; none where the supplier came or went as a whole."""
    if before is None or after is None:
        return
    for field in fields(Supplier):
        if field.name in ("repairs", "contract"):
            continue
        attribute = "engagements" if field.name == "contracts" else field.name
        old, new = (_format_supplier_values(getattr(one, attribute)) for one in (before, after))
        if old == new:
            continue
        gone = tuple(one for one in old if one not in new)
        come = tuple(one for one in new if one not in old)
        if len(gone) == len(come) == 1:
            yield FieldChange("supplier", field.name, "replaced", gone, come)
            continue
        if come:
            yield FieldChange("supplier", field.name, "added", after=come)
        if gone:
            yield FieldChange("supplier", field.name, "removed", gone)


def _format_supplier_values(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, tuple) else (value,)
    return tuple(_format_supplier_value(one) for one in values if one not in (None, ""))


def _format_supplier_value(value: Any) -> str:
    match value:
        case Person():
            return person_words(value)
        case Identifier():
            return f"{value.scheme} {value.id}"
        case Address():
            return ", ".join(filter(None, (value.text, value.postcode, value.country)))
        case ContactKey():
            return f"{value.kind} {mark_of(value)}"
        case PartOf():
            return f"{value.role} of {value.supplier_ref}"
        case Contract():
            return contract_line(value)
        case date():
            return day(value)
    return value if isinstance(value, str) else getattr(value, "column", str(value))


def side_by_side(first: Supplier, other: Supplier, merged: Supplier) -> list[tuple[str, ...]]:
    """Return two suppliers and what they are together, field by field: a label and three texts."""
    rows = []
    for field in fields(Supplier):
        attribute = "engagements" if field.name == "contracts" else field.name
        texts = [
            "; ".join(_format_supplier_values(getattr(one, attribute)))
            for one in (first, other, merged)
        ]
        if field.name not in ("ref", "repairs", "contract") and any(texts):
            rows.append((field.name.replace("_", " "), *texts))
    return rows
