"""What became of suppliers over time, and how two states of one are put together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Literal, TypeVar

from duediligence.model.entries import Address
from duediligence.model.suppliers import (
    SUPPLIER_TEXTS,
    Contract,
    PartOf,
    PeopleCell,
    Person,
    Procurement,
    Supplier,
)

T = TypeVar("T")
SupplierAct = Literal[
    "added",
    "edited",
    "people confirmed",
    "law confirmed",
    "ended",
    "reopened",
    "merged",
    "split",
    "undone",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierChange:
    """One act on suppliers, never changed.

    `refs` are those that it is about, the one that was named first. `before` and `after` are the
    suppliers as they were and as they became: one that is only in `after` is new, one that is only
    in `before` is there no longer (merged into the first of `refs`, or never there). `imported` is
    what a file last said of those that left, where that was something else. `undoes` is the
    position of the change that this one took back, 0 for none. `by` is the account, `at` in UTC.
    """

    kind: SupplierAct
    refs: tuple[str, ...]
    before: tuple[Supplier, ...] = ()
    after: tuple[Supplier, ...] = ()
    imported: tuple[Supplier, ...] = ()
    note: str = ""
    undoes: int = 0
    by: str
    at: datetime
    position: int = 0


@dataclass(frozen=True, slots=True)
class SupplierTie:
    """Whose decisions count for a supplier, too.

    `merged`: what counts for `ref` counts for `other_ref`, which it was merged into. `split`: what
    counted for `other_ref` when `ref` came out of it counts for `ref`, of exactly the same facts.
    `run_id` and `decision` are the newest run and decision when that was done.
    """

    ref: str
    kind: Literal["merged", "split"]
    other_ref: str
    run_id: str
    decision: int


def combine_suppliers(first: Supplier, other: Supplier) -> Supplier:
    """Return the first supplier with everything by which the other is looked up.

    Name, address and the text of the contract stay those of the first where it has them. A person
    whom only one of the two gives with a date of birth is taken with it.
    """
    own = {first.name.casefold()}
    former = _deduplicate_names((*first.former_names, *other.former_names), own)
    trading = _deduplicate_names(
        (*first.trading_names, other.name, *other.trading_names),
        own | set(map(_fold_name_case, former)),
    )
    ended = max(first.ended, other.ended) if first.ended and other.ended else None
    apart = (first.ref, other.ref)
    contract = first.contract or other.contract
    texts = {one: getattr(first, one) or getattr(other, one) for one in SUPPLIER_TEXTS}
    return replace(
        first,
        **texts,
        trading_names=trading,
        former_names=former,
        identifiers=_deduplicate_values((*first.identifiers, *other.identifiers)),
        address=_merge_addresses(first.address, other.address),
        people=merged_people((*first.people, *other.people)),
        contract=contract,
        contracts=_drop_redundant_contract(
            contract, _deduplicate_values((*first.engagements, *other.engagements))
        ),
        repairs=_deduplicate_values((*first.repairs, *other.repairs)),
        unread=_deduplicate_values((*first.unread, *other.unread)),
        ended=ended,
        part_of=_deduplicate_values(
            one for one in (*first.part_of, *other.part_of) if one.supplier_ref not in apart
        ),
        contact_keys=_deduplicate_values((*first.contact_keys, *other.contact_keys)),
    )


def _merge_addresses(first: Address | None, other: Address | None) -> Address | None:
    """Return the first address; with the other's postcode where it has none and the two may be
    one.
    """
    if first is None or other is None:
        return first or other
    one_place = first.text.casefold() == other.text.casefold() or not (first.text and other.text)
    if one_place:
        return replace(
            first, text=first.text or other.text, postcode=first.postcode or other.postcode
        )
    return first


def apply_supplier_changes(current: Supplier, was: Supplier, now: Supplier) -> Supplier:
    """Return the supplier as it is, with what changed between two other states of it.

    Of a field with several values those that came are added and those that went are removed; any
    other field that changed takes the new value. So what was changed by hand outlives an import
    that has nothing new to say of it.
    """
    people = _with_proof(current, was, now)
    if current == was:
        return replace(now, people=tuple(people.get(one, one) for one in now.people))
    changed: dict[str, object] = {}
    for field in fields(Supplier):
        here, then, new = (getattr(one, field.name) for one in (current, was, now))
        if field.name == "contracts" or then == new:
            continue
        changed[field.name] = (
            _apply_value_changes(here, then, new) if isinstance(new, tuple) else new
        )
    carried = replace(current, **changed)  # type: ignore[arg-type]
    contracts = _apply_contract_changes(current.engagements, was.engagements, now.engagements)
    return replace(
        carried,
        people=tuple(people.get(one, one) for one in carried.people),
        contracts=_drop_redundant_contract(carried.contract, contracts),
    )


def with_contracts(supplier: Supplier, contracts: Iterable[Contract]) -> Supplier:
    """Return the supplier with these contracts in place of those that it has.

    The text that is shown stays, unless it was the title of one of them.
    """
    held, text = tuple(contracts), supplier.contract
    if not text or text in {one.title for one in supplier.engagements}:
        text = held[0].title if held else ""
    return replace(supplier, contract=text, contracts=_drop_redundant_contract(text, held))


def replace_parent_ref(supplier: Supplier, old: str, new: str) -> Supplier:
    """Return the supplier, working under `new` where it worked under `old`."""
    under = (PartOf(new, one.role) if one.supplier_ref == old else one for one in supplier.part_of)
    return replace(
        supplier,
        part_of=_deduplicate_values(one for one in under if one.supplier_ref != supplier.ref),
    )


def _apply_value_changes(
    here: tuple[T, ...], then: tuple[T, ...], new: tuple[T, ...]
) -> tuple[T, ...]:
    if here == then:
        return new
    gone = [one for one in then if one not in new]
    come = [one for one in new if one not in then]
    return _deduplicate_values((*(one for one in here if one not in gone), *come))


def _apply_contract_changes(
    here: tuple[Contract, ...], then: tuple[Contract, ...], new: tuple[Contract, ...]
) -> tuple[Contract, ...]:
    """Return the contracts with what changed of them.

    So a law that a person confirmed stays with its contract when a file has another last day. It
    is no law of a contract that is let again under the same title, and does not keep one that is
    gone.
    """
    known = {key: one for key, one in _index_contracts(here).items() if one not in then}
    was, now = _index_contracts(then), _index_contracts(new)
    renewed, carried = dict[Contract, Contract](), set[Contract]()
    for key in known.keys() & was.keys() & now.keys():
        changed = _apply_field_changes(known[key], was[key], now[key])
        if _is_let_again(was[key], now[key]):
            changed = _with_law_of(changed, now[key])
        renewed[known[key]] = changed
        carried |= {was[key], now[key]}
    gone = [one for one in then if one not in new and one not in carried]
    return _apply_value_changes(
        tuple(
            renewed.get(one, one)
            for one in here
            if one in renewed or all(_with_law_of(one, other) != other for other in gone)
        ),
        tuple(one for one in then if one not in carried),
        tuple(one for one in new if one not in carried),
    )


def _index_contracts(contracts: tuple[Contract, ...]) -> dict[tuple[object, ...], Contract]:
    """Return the contracts by title, and by title, category and codes: those that have one of their
    own.
    """
    keyed = [
        (key, one)
        for one in contracts
        for key in ((one.title,), (one.title, one.category, one.cpv))
        if any(key)
    ]
    keys = Counter(key for key, _ in keyed)
    return {key: one for key, one in keyed if keys[key] == 1}


def _is_let_again(was: Contract, now: Contract) -> bool:
    """Return whether two states of a contract are two contracts: each began on a day of its own."""
    begun = was.procurement.begun, now.procurement.begun
    return any(a and b and a != b for a, b in ((was.start, now.start), begun))


def _with_law_of(one: Contract, other: Contract) -> Contract:
    """Return a contract with the law of another."""
    regime = other.procurement.regime
    return replace(one, procurement=replace(one.procurement, regime=regime))


def _apply_field_changes(here: T, then: T, new: T) -> T:
    """Return a dataclass with each field that differs between two other states of it."""
    changed: dict[str, object] = {}
    for one in fields(here):  # type: ignore[arg-type]
        now, was, held = (getattr(each, one.name) for each in (new, then, here))
        if was == now:
            continue
        nested = isinstance(held, Procurement)
        changed[one.name] = _apply_field_changes(held, was, now) if nested else now
    return replace(here, **changed)  # type: ignore[type-var]


def _drop_redundant_contract(text: str, held: tuple[Contract, ...]) -> tuple[Contract, ...]:
    """As a supplier has them: none where the text says it all."""
    return () if held == (Contract(title=text),) else held


def _deduplicate_names(names: Iterable[str], known: set[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        if _fold_name_case(name) not in known:
            found.setdefault(_fold_name_case(name), name)
    return tuple(found.values())


def _fold_name_case(name: str) -> str:
    return name.casefold()


def merged_people(people: Iterable[Person]) -> tuple[Person, ...]:
    """Return each person once: unproven only where nobody of that name and role is proven, and
    without a date of birth only where nobody of them has one. A person that another source
    names too is not only stated.
    """
    every = tuple(people)
    named = {_build_person_key(one) for one in every if not one.only_stated}
    every = tuple(
        replace(one, only_stated=one.only_stated and _build_person_key(one) not in named)
        for one in every
    )
    proven = {_build_person_key(one) for one in every if not one.unproven}
    every = _deduplicate_values(
        one for one in every if not one.unproven or _build_person_key(one) not in proven
    )
    dated = {_build_person_key(one) for one in every if one.birth_date}
    return tuple(one for one in every if one.birth_date or _build_person_key(one) not in dated)


def remaining_people(before: Supplier, left: Iterable[Person]) -> tuple[Person, ...]:
    """Return the people left of a supplier, without a cell that names somebody who is not."""
    people = tuple(left)
    gone = {one.cell for one in before.people if one not in people}
    return tuple(replace(one, cell=None) if one.cell in gone else one for one in people)


def _build_person_key(person: Person) -> tuple[str, str]:
    return _fold_name_case(person.name), person.role


def _with_proof(current: Supplier, was: Supplier, now: Supplier) -> dict[Person, Person]:
    """Return each person as they are read: in `current`, unless that changed between the other
    two.
    """
    then = {one: extract_person_proof(one) for one in was.people}
    changed = (one for one in now.people if then.get(one) != extract_person_proof(one))
    return {one: one for one in (*current.people, *changed)}


def extract_person_proof(person: Person) -> tuple[bool | None, PeopleCell | None]:
    """Return what may differ between two readings of one person."""
    return person.unproven, person.cell


def _deduplicate_values(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
