"""Suppliers by hand: added, edited, ended and opened again, with their contracts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields, replace
from datetime import date

from duediligence.errors import Conflict, Hint, Invalid, NotFound, Step
from duediligence.formats.cells import TURNED, is_turned
from duediligence.model import Address, Contract, PartOf, Person, Procurement, Supplier, UnreadCell
from duediligence.model.supplier_changes import (
    SupplierAct,
    SupplierChange,
    SupplierTie,
    merged_people,
    remaining_people,
    with_contracts,
)
from duediligence.model.suppliers import SUPPLIER_TEXTS, PeopleCell
from duediligence.render.wording import fold
from duediligence.request_fields import describe_request
from duediligence.screening.access import use_case
from duediligence.screening.alerts.projection import ties_changed
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.columns import person_heading
from duediligence.suppliers.contract_cells import SupplierCell, read_contracts
from duediligence.suppliers.facts import CONTRACT_FIELDS, ContractFacts, SupplierFacts
from duediligence.suppliers.fields import ROLES
from duediligence.suppliers.rows import read_facts
from duediligence.text.dates import long_date
from duediligence.text.wording import listed

LONGEST_NOTE = 2_000


@use_case("change suppliers", event="supplier changed")
def add(workspace: Workspace, facts: SupplierFacts, *, ref: str = "", note: str = "") -> Supplier:
    """Add a supplier. Without a reference it gets one made from its name and numbers.

    Raises UsageError where the reference is taken and for facts that are not understood.
    """
    with workspace.casework.transaction():
        new = read_facts(facts, ref=ref, today=workspace.now().date())
        free_ref(workspace, new.ref)
        new = place_under_supplier(workspace, new, facts)
        make_supplier_change(workspace, "added", (new.ref,), after=(new,), note=note)
    return new


@use_case("change suppliers", event="supplier changed")
def edit(
    workspace: Workspace,
    ref: str,
    facts: SupplierFacts,
    *,
    remove: Sequence[str] = (),
    clear_unread: bool = False,
    settle: str = "",
    note: str = "",
) -> Supplier | None:
    """Change the facts of a supplier. Its reference stays, and with it links and decisions.

    Each text of `remove` is one of its other names, people or numbers, the reference of a
    supplier under which it works, or a kind of contact (`phone`). `clear_unread`: what the cells
    hold that an import could not read was entered by hand. `settle`: a cell of names that was not
    read, by its text as it is shown, holds the people of `facts`; without any, those read of it
    have their whole names. That counts for later imports of the same text too, until another
    version of the reader reads it. Returns the supplier as it is now, None where nothing is
    different. Raises UsageError for what is not understood and for what is not there.
    """
    with workspace.casework.transaction():
        before = supplier_of(workspace, ref)
        read = read_facts(
            replace(facts, name=facts.name or before.name),
            ref=before.ref,
            today=workspace.now().date(),
        )
        now = before
        for text in remove:
            now = without(now, text)
        people, unread = read.people, () if clear_unread else now.unread
        if settle:
            people = _people_of_cell(before, settle, people)
            unread = tuple(one for one in (*unread, *read.unread) if one.text != settle)
        schemes = {one.scheme for one in read.identifiers}
        now = replace(
            now,
            **{one: getattr(read, one) for one in SUPPLIER_TEXTS if getattr(facts, one)},
            identifiers=(
                *(one for one in now.identifiers if one.scheme not in schemes),
                *read.identifiers,
            ),
            address=_overlay_address(now.address, read.address),
            people=merged_people((*now.people, *people)),
            unread=unread,
        )
        for names in ("trading_names", "former_names"):
            every = dict.fromkeys((*getattr(now, names), *getattr(read, names)))
            now = replace(now, **{names: tuple(one for one in every if one != now.name)})  # type: ignore[arg-type]
        now = place_under_supplier(workspace, now, facts)
        if (now, now.unproven) == (before, before.unproven):
            return None
        make_supplier_change(workspace, "edited", (ref,), before=(before,), after=(now,), note=note)
    return now


@use_case("change suppliers", event="supplier changed")
def confirm_people(workspace: Workspace, ref: str, *, note: str = "") -> Supplier:
    """Record that the people that an earlier version read are right: from now on their birth dates
    count as any other. Raises NotFound, Conflict where none is left.
    """
    with workspace.casework.transaction():
        before = supplier_of(workspace, ref)
        if not before.unproven:
            raise Conflict(f"All people of {before.ref} are proven")
        people = tuple(replace(one, unproven=False) for one in before.people)
        now = replace(before, people=people)
        make_supplier_change(
            workspace, "people confirmed", (now.ref,), before=(before,), after=(now,), note=note
        )
    return now


@use_case("change suppliers", event="supplier changed")
def end(
    workspace: Workspace, refs: Sequence[str], *, on: date | None = None, note: str = ""
) -> list[Supplier]:
    """Record that nothing is bought from suppliers any more from that day (default: today).

    They are kept, screened no more, and their alerts leave the queue. All or none. Raises NotFound,
    and Conflict for one that has ended by then.
    """
    day, ended = on or workspace.now().date(), []
    with workspace.casework.transaction():
        for ref in dict.fromkeys(refs):
            before = supplier_of(workspace, ref)
            if before.ended and before.ended <= day:
                raise Conflict(f"{ref} has ended on {long_date(before.ended)} already")
            now = replace(before, ended=day)
            make_supplier_change(
                workspace, "ended", (ref,), before=(before,), after=(now,), note=note
            )
            ended.append(now)
    return ended


@use_case("change suppliers", event="supplier changed")
def reopen(workspace: Workspace, ref: str, *, note: str = "") -> Supplier:
    """Record that a supplier has not ended after all. Raises NotFound, Conflict."""
    with workspace.casework.transaction():
        before = supplier_of(workspace, ref)
        if before.ended is None:
            raise Conflict(f"{ref} has not ended")
        now = replace(before, ended=None)
        make_supplier_change(
            workspace, "reopened", (ref,), before=(before,), after=(now,), note=note
        )
    return now


@use_case("change suppliers", event="supplier changed")
def add_contract(
    workspace: Workspace, ref: str, facts: ContractFacts, *, note: str = ""
) -> Contract:
    """Add a contract to a supplier. Raises UsageError for what is not understood."""
    with workspace.casework.transaction():
        before = supplier_of(workspace, ref)
        if not facts.title.strip():
            raise Invalid("the contract has no title", field="title")
        if any(_has_contract_title(one, facts.title) for one in before.engagements):
            raise Conflict(
                f"{ref} has a contract {facts.title!r} already",
                hint="Edit that one, or give this one another title.",
            )
        new = contract_with(Contract(), facts)
        _store_contracts(workspace, before, (*before.engagements, new), note)
    return new


@use_case("change suppliers", event="supplier changed")
def edit_contract(
    workspace: Workspace,
    ref: str,
    title: str,
    facts: ContractFacts,
    *,
    unknown: Collection[str] = (),
    note: str = "",
) -> Contract:
    """Change a contract, found by its title. `unknown` are the facts of how it was bought that are
    taken back. Raises NotFound, and UsageError for what is not understood.
    """
    with workspace.casework.transaction():
        before = supplier_of(workspace, ref)
        old = contract_of(before, title)
        new = contract_with(_without_facts(old, unknown), facts)
        if new != old:
            held = (new if one == old else one for one in before.engagements)
            _store_contracts(workspace, before, held, note)
    return new


@use_case("change suppliers", event="supplier changed")
def remove_contract(workspace: Workspace, ref: str, title: str, *, note: str = "") -> Contract:
    """Remove a contract that was entered by mistake. One that is over ends instead.

    Raises NotFound.
    """
    with workspace.casework.transaction():
        before = supplier_of(workspace, ref)
        old = contract_of(before, title)
        held = (one for one in before.engagements if one != old)
        _store_contracts(workspace, before, held, note)
    return old


def contract_of(supplier: Supplier, title: str) -> Contract:
    """Return the contract of that title, or the only one whose title begins so. Raises NotFound."""
    exact = [one for one in supplier.engagements if _has_contract_title(one, title)]
    start = fold(title).casefold()
    begun = [one for one in supplier.engagements if one.title.casefold().startswith(start)]
    found = exact or begun
    if len(found) != 1 or not start:
        titles = listed(repr(one.title) for one in supplier.engagements)
        raise NotFound(
            f"{supplier.ref} has {'several contracts' if found else 'no contract'} {title!r}",
            hint=f"Its contracts: {titles}." if titles else "It has no contract.",
        )
    return found[0]


def without(supplier: Supplier, text: str) -> Supplier:
    """Return the supplier without the name, person, number, higher supplier or kind of contact of
    that text.

    Raises NotFound where it has none.
    """
    wanted = fold(text).casefold()

    def other(value: str) -> bool:
        return value.casefold() != wanted

    now = replace(
        supplier,
        trading_names=tuple(filter(other, supplier.trading_names)),
        former_names=tuple(filter(other, supplier.former_names)),
        people=remaining_people(supplier, (one for one in supplier.people if other(one.name))),
        unread=tuple(one for one in supplier.unread if other(one.text)),
        identifiers=tuple(one for one in supplier.identifiers if other(one.id) and other(str(one))),
        part_of=tuple(one for one in supplier.part_of if other(one.supplier_ref)),
        contact_keys=tuple(one for one in supplier.contact_keys if other(one.kind)),
    )
    if now == supplier:
        held = [
            *supplier.trading_names,
            *supplier.former_names,
            *(one.name for one in supplier.people),
            *(one.id for one in supplier.identifiers),
            *(one.supplier_ref for one in supplier.part_of),
            *dict.fromkeys(one.kind for one in supplier.contact_keys),
        ]
        raise NotFound(
            f"{supplier.ref} has no {text!r}",
            hint=f"It has {listed(map(repr, held))}." if held else "It has nothing of the kind.",
        )
    return now


def free_ref(workspace: Workspace, ref: str) -> None:
    """Raise Conflict where a supplier has the reference, or had it before it was merged."""
    if workspace.suppliers.get(ref):
        raise Conflict(
            f"There is a supplier {ref} already",
            hint=Hint("To see it: ", Step("show-supplier", supplier=ref)),
        )
    if into := workspace.suppliers.merged().get(ref):
        raise Conflict(
            f"The supplier {ref} was merged into {into}",
            hint=Hint(
                "Choose another reference, or take the merge back: ",
                Step("show-supplier-history", supplier=into),
            ),
        )


def make_supplier_change(
    workspace: Workspace,
    kind: SupplierAct,
    refs: tuple[str, ...],
    *,
    before: tuple[Supplier, ...] = (),
    after: tuple[Supplier, ...] = (),
    imported: tuple[Supplier, ...] = (),
    note: str = "",
    undoes: int = 0,
    tied: Sequence[SupplierTie] = (),
    untied: Sequence[SupplierTie] = (),
) -> SupplierChange:
    """Make a change by whoever works here, and bring the alerts that it touches up to date.

    Within a transaction. Every change of a supplier by hand passes here. Raises Invalid,
    StorageError.
    """
    note = fold(note)
    if len(note) > LONGEST_NOTE:
        raise Invalid(
            f"the note has {len(note):,} characters; the maximum is {LONGEST_NOTE:,}", field="note"
        )
    change = SupplierChange(
        kind=kind,
        refs=refs,
        before=before,
        after=after,
        imported=imported,
        note=note,
        undoes=undoes,
        by=workspace.who,
        at=workspace.now(),
    )
    kept = workspace.casework.supplier_changes.make(change, tied=tied, untied=untied)
    if ties := (*tied, *untied):
        ties_changed(workspace, ties)
    return kept


def place_under_supplier(
    workspace: Workspace, supplier: Supplier, facts: SupplierFacts
) -> Supplier:
    """Return the supplier under the one that it works for, where the facts name one.

    Raises NotFound for an unknown one, Conflict where it would work under itself.
    """
    if not facts.part_of:
        return supplier
    above = supplier_of(workspace, facts.part_of)
    todo, seen = [above], {supplier.ref}
    while todo:
        one = todo.pop()
        if one.ref == supplier.ref:
            raise Conflict(f"{supplier.ref} would work under itself")
        if one.ref not in seen:
            seen.add(one.ref)
            todo += [
                up for part in one.part_of if (up := workspace.suppliers.get(part.supplier_ref))
            ]
    others = (one for one in supplier.part_of if one.supplier_ref != above.ref)
    return replace(supplier, part_of=(*others, PartOf(above.ref, facts.role)))


def _overlay_address(old: Address | None, new: Address | None) -> Address | None:
    if old is None or new is None:
        return new or old
    return Address(new.text or old.text, new.postcode or old.postcode, new.country or old.country)


def contract_with(old: Contract, facts: ContractFacts) -> Contract:
    """Return the contract with what the facts say. Raises Invalid."""
    days = {name: getattr(facts, name) for name in ("start", "end")}
    for name, text in days.items():
        if not text and (held := getattr(old, name)):
            days[name] = held.isoformat()
    given = {
        "contract": ("title", facts.title or old.title),
        "contract_category": ("category", facts.category),
        "contract_description": ("description", facts.description),
        "contract_cpv": ("cpv", facts.cpv),
        "contract_yearly_value": ("yearly_value", facts.yearly_value),
        "contract_value": ("value", facts.value),
        "contract_start": ("start", days["start"]),
        "contract_end": ("end", days["end"]),
        **{f"contract_{name}": (name, getattr(facts, name)) for name in CONTRACT_FIELDS},
    }
    for field, about in describe_request(ContractFacts).items():
        text = getattr(facts, field)
        about.check(field, text)
        if is_turned(text):
            raise Invalid(TURNED, field=field, given="")
    unread: list[UnreadCell] = []
    dropped: list[UnreadCell] = []
    cells = {name: [SupplierCell(field, text)] for name, (field, text) in given.items() if text}
    title, found = read_contracts(cells, unread, dropped)
    for cell in (*unread, *(one for one in dropped if one.column in CONTRACT_FIELDS)):
        raise Invalid(cell.reason, field=cell.column, given=cell.text)
    read = found[0] if found else Contract(title=title)
    if facts.value and read.yearly_value is None:
        raise Invalid(
            "a total value needs the start and the end of the contract",
            field="value",
            hint="Give both days, or the value of one year.",
        )
    return replace(
        old,
        title=read.title or old.title,
        category=read.category or old.category,
        description=read.description or old.description,
        cpv=read.cpv or old.cpv,
        yearly_value=old.yearly_value if read.yearly_value is None else read.yearly_value,
        start=read.start,
        end=read.end,
        owner=fold(facts.owner) or old.owner,
        procurement=_overlay_procurement(old.procurement, read.procurement),
    )


def _people_of_cell(
    supplier: Supplier, cell: str, entered: tuple[Person, ...]
) -> tuple[Person, ...]:
    """Return the people entered for an unread cell, in its role; all of it as one name where
    none was entered or read. A cell for the supplier's own name holds no people.
    """
    if any((c.text, c.looks_like) == (cell, "name") for c in supplier.unread):
        return entered
    column = next(
        (c.column for c in supplier.unread if (c.text, c.looks_like) == (cell, "person")), ""
    )
    unnamed = not entered and all(one.cell != PeopleCell(column, cell) for one in supplier.people)
    if not column or (unnamed and "…" in cell):
        raise Invalid("enter the people of an unread cell", field="people", given=cell)
    heading = person_heading(column)
    entered = (Person(cell),) if unnamed else entered
    role = ROLES[heading.role if heading else "person"][0]
    return tuple(replace(one, role=role) for one in entered)


def _without_facts(contract: Contract, unknown: Collection[str]) -> Contract:
    """Return the contract without these facts of how it was bought (`CONTRACT_FIELDS`)."""
    names = {one.removesuffix("_with_vat") for one in unknown}
    held = {name: getattr(Procurement(), name) for name in names}
    return replace(contract, procurement=replace(contract.procurement, **held))


def _overlay_procurement(old: Procurement, new: Procurement) -> Procurement:
    given = {one.name: value for one in fields(new) if (value := getattr(new, one.name))}
    return replace(old, **given)


def _store_contracts(
    workspace: Workspace, before: Supplier, contracts: Iterable[Contract], note: str
) -> None:
    now = with_contracts(before, tuple(dict.fromkeys(contracts)))
    make_supplier_change(
        workspace, "edited", (before.ref,), before=(before,), after=(now,), note=note
    )


def _has_contract_title(contract: Contract, title: str) -> bool:
    return contract.title.casefold() == fold(title).casefold()
