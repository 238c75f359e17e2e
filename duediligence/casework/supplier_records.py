"""Suppliers as records for programs: a page of them, one, and one that is put in place as a whole.

People are left out unless they are asked for, which needs an account that may export and is
recorded. What is left out is missing from the record, so that putting it back removes nobody.
"""

from bisect import bisect_right
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from duediligence.casework.contract_regimes import build_law_record, list_laws_of
from duediligence.casework.showing import LEFT_OUT
from duediligence.casework.supplier_editing import (
    LONGEST_NOTE,
    contract_with,
    free_ref,
    make_supplier_change,
    place_under_supplier,
)
from duediligence.errors import Conflict, Invalid, UsageError
from duediligence.model import (
    Address,
    Contract,
    ContractNotice,
    Identifier,
    PartialDate,
    PartOf,
    Person,
    Supplier,
    UnreadCell,
)
from duediligence.model.audit import AuditEvent
from duediligence.model.supplier_changes import merged_people, remaining_people, with_contracts
from duediligence.model.suppliers import SUPPLIER_TEXTS
from duediligence.screening.access import permit, use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.facts import (
    LONGEST_CELL,
    LONGEST_NAME,
    LONGEST_REF,
    SUPPLIER_FIELDS,
    SupplierFacts,
    facts_of_contract,
)
from duediligence.suppliers.fields import ROLES
from duediligence.suppliers.rows import MOST_NAMES, read_facts

MOST_ON_A_PAGE: Final = 500
# Which of the facts of a supplier holds the numbers of a scheme.
_FACTS = {scheme: name for name, about in SUPPLIER_FIELDS.items() for scheme in about.schemes}
_NAMED_AS = tuple(role for role, _ in ROLES.values())
_Name = Annotated[str, Meta(max_length=LONGEST_NAME)]


class SupplierChanged(Conflict):
    """The supplier is not, or no longer, as it was when it was read."""

    code = "supplier-changed"
    http_status = 412


class SupplierFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A supplier to put in place: what stands here takes the place of what was, and what is left
    out stays as it is. Of birth dates no more than year and month is kept.

    `contract`, `repairs` and `unread` tell what an import made of a file, `laws` under which law
    each contract was bought: they are not read here, so that a record can be sent back as it
    came.
    """

    name: Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
    ref: Annotated[str, Meta(max_length=LONGEST_REF)] | UnsetType = UNSET
    trading_names: Annotated[tuple[_Name, ...], Meta(max_length=MOST_NAMES)] | UnsetType = UNSET
    former_names: Annotated[tuple[_Name, ...], Meta(max_length=MOST_NAMES)] | UnsetType = UNSET
    identifiers: Annotated[tuple[Identifier, ...], Meta(max_length=MOST_NAMES)] | UnsetType = UNSET
    address: Address | UnsetType | None = UNSET
    people: Annotated[tuple[Person, ...], Meta(max_length=MOST_NAMES)] | UnsetType = UNSET
    contracts: Annotated[tuple[Contract, ...], Meta(max_length=MOST_NAMES)] | UnsetType = UNSET
    ended: date | UnsetType | None = UNSET
    part_of: Annotated[tuple[PartOf, ...], Meta(max_length=MOST_NAMES)] | UnsetType = UNSET
    contract: Annotated[str, Meta(max_length=LONGEST_CELL)] | UnsetType = UNSET
    repairs: list[dict[str, Any]] | UnsetType = UNSET
    unread: list[dict[str, Any]] | UnsetType = UNSET
    laws: list[dict[str, Any]] | UnsetType = UNSET
    note: Annotated[
        str, Meta(max_length=LONGEST_NOTE, description="Why, for anyone who asks later.")
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierRecord:
    """A supplier for programs. `tag` names its state, people included, whether or not `data` has
    them.
    """

    data: dict[str, Any]
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsPage:
    """Some suppliers by reference; `ended` more have ended and are left out. The page after begins
    after the reference `after`, empty where this is the last.
    """

    data: tuple[dict[str, Any], ...]
    ended: int
    after: str


@use_case("read")
def records_page(
    workspace: Workspace,
    q: str = "",
    after: str = "",
    size: int = 100,
    *,
    everything: bool = False,
    people: bool = False,
) -> RecordsPage:
    """Return at most `size` suppliers whose name, reference or number has `q` in it, from after the
    reference `after`; with those that have ended if `everything`.

    Raises Invalid where `size` is not 1 to 500, Forbidden where people are asked for by one who may
    not export, StorageError.
    """
    if not 1 <= size <= MOST_ON_A_PAGE:
        raise Invalid(f"Enter a number from 1 to {MOST_ON_A_PAGE} of suppliers", field="limit")
    if people:
        permit(workspace, "export")
    with workspace.casework.snapshot():
        matching = workspace.suppliers.matching(q)
        ended = workspace.suppliers.ended(workspace.now().date())
        refs = [ref for ref in matching if everything or ref not in ended]
        begin = bisect_right(refs, after) if after else 0
        on_page = refs[begin : begin + size]
        found = [one for ref in on_page if (one := workspace.suppliers.get(ref))]
    if people:
        _record_people(workspace, len(found), "suppliers")
    return RecordsPage(
        data=tuple(build_record_document(workspace, one, people=people) for one in found),
        ended=len(matching) - len(refs),
        after=on_page[-1] if begin + size < len(refs) else "",
    )


@use_case("read")
def record_of(workspace: Workspace, ref: str, *, people: bool = False) -> SupplierRecord:
    """Return one supplier. Raises NotFound, Forbidden where people are asked for by one who may not
    export, StorageError.
    """
    supplier = supplier_of(workspace, ref)
    if people:
        permit(workspace, "export")
        _record_people(workspace, 1, supplier.ref)
    return _build_supplier_record(workspace, supplier, people=people)


@use_case("change suppliers", event="supplier changed")
def put_record(
    workspace: Workspace, ref: str, fields: SupplierFields, *, expected: Collection[str]
) -> SupplierRecord:
    """Put these fields of a supplier in the place of what it has; nothing is recorded where that is
    what it has. `expected` are the tags of the states that may be changed, `*` any.

    Returns it without people. Raises SupplierChanged where it is in another state, NotFound for an
    unknown reference, Invalid for what is not understood, Conflict, StorageError.
    """
    with workspace.casework.transaction():
        before = supplier_of(workspace, ref)
        if "*" not in expected and _compute_supplier_tag(before) not in expected:
            raise SupplierChanged(
                f"The supplier {before.ref} was changed since you read it; nothing was changed now",
                hint="Read it again, and send your change with the new ETag.",
            )
        now = _apply_supplier_fields(workspace, before, fields)
        if now != before:
            make_supplier_change(
                workspace,
                "edited",
                (now.ref,),
                before=(before,),
                after=(now,),
                note=fields.note,
            )
    return _build_supplier_record(workspace, now, people=False)


@use_case("change suppliers", event="supplier changed")
def add_record(workspace: Workspace, ref: str, fields: SupplierFields) -> SupplierRecord:
    """Add a supplier under that reference. Returns it without people.

    Raises SupplierChanged where there is one, Conflict where it was merged into another, Invalid
    for what is not understood, StorageError.
    """
    with workspace.casework.transaction():
        if workspace.suppliers.get(ref):
            raise SupplierChanged(
                f"There is a supplier {ref} already",
                hint="To change it, send the ETag of its state as If-Match.",
            )
        free_ref(workspace, ref)
        bare = _read(workspace, Supplier(ref=ref, name=fields.name), name=fields.name)
        if bare.ref != ref:
            raise Invalid(f"{ref!r} is not a valid reference", field="ref")
        now = _apply_supplier_fields(workspace, bare, fields)
        make_supplier_change(workspace, "added", (now.ref,), after=(now,), note=fields.note)
    return _build_supplier_record(workspace, now, people=False)


def _record_people(workspace: Workspace, suppliers: int, subject: str) -> None:
    """Record that people are named in what leaves the screen. Raises StorageError."""
    workspace.audit.add(
        AuditEvent(
            "export",
            workspace.now(),
            workspace.who,
            {"people": "included", "file": "standard output", "suppliers": suppliers},
            subject=subject,
        )
    )


def _build_supplier_record(
    workspace: Workspace, supplier: Supplier, *, people: bool
) -> SupplierRecord:
    return SupplierRecord(
        data=build_record_document(workspace, supplier, people=people),
        tag=_compute_supplier_tag(supplier),
    )


@use_case("read")
def build_record_document(
    workspace: Workspace, supplier: Supplier, *, people: bool = True
) -> dict[str, Any]:
    """Return the fields of the supplier, with the law of each of its contracts."""
    return {
        **document_of(supplier, people=people),
        "laws": [build_law_record(one) for one in list_laws_of(workspace, supplier)],
    }


def _compute_supplier_tag(supplier: Supplier) -> str:
    return sha256(msgspec.json.encode(supplier, order="deterministic")).hexdigest()[:32]


def document_of(supplier: Supplier, *, people: bool) -> dict[str, Any]:
    """Return the fields of the supplier, without its contact keys, which mean nothing elsewhere.
    Without people, what names them is missing, and what was not read is only said to be there.
    """
    if not people:
        supplier = replace(supplier, unread=tuple(map(_without_text, supplier.unread)))
    document: dict[str, Any] = msgspec.to_builtins(supplier)
    del document["contact_keys"]
    if not people:
        del document["people"], document["repairs"]
    return document


def _without_text(cell: UnreadCell) -> UnreadCell:
    if cell.looks_like == "number":
        return cell
    return replace(cell, text=LEFT_OUT, reason=LEFT_OUT)


def _apply_supplier_fields(
    workspace: Workspace, before: Supplier, fields: SupplierFields
) -> Supplier:
    """Return the supplier with the fields that are given. Only what differs is read: what an import
    took stays good.
    """
    if fields.ref not in (UNSET, before.ref):
        raise Invalid(
            f"The reference of {before.ref} cannot be changed",
            field="ref",
            hint="Leave it out, or send it as it is in the address.",
        )
    now = before
    for text in SUPPLIER_TEXTS:
        if (sent := getattr(fields, text)) not in (UNSET, getattr(now, text)):
            read = _read(workspace, now, **{text: sent})
            schemes = {one.scheme for one in read.identifiers}
            kept = (one for one in now.identifiers if one.scheme not in schemes)
            held = {text: getattr(read, text), "identifiers": (*kept, *read.identifiers)}
            now = replace(now, **held)
    if fields.identifiers is not UNSET:
        now = replace(
            now, identifiers=_read_given_identifiers(workspace, before, fields.identifiers)
        )
    if fields.trading_names not in (UNSET, before.trading_names):
        read = _read(workspace, now, trading_names=fields.trading_names)
        now = replace(now, trading_names=_list_other_names(read.trading_names, now))
    if fields.former_names not in (UNSET, before.former_names):
        read = _read(workspace, now, former_names=fields.former_names)
        now = replace(now, former_names=_list_other_names(read.former_names, now))
    if fields.address is None:
        now = replace(now, address=None)
    elif fields.address not in (UNSET, before.address):
        given = fields.address
        assert isinstance(given, Address)
        read = _read(
            workspace, now, address=given.text, postcode=given.postcode, country=given.country
        )
        now = replace(now, address=read.address)
    if fields.people is not UNSET:
        now = replace(now, people=_read_given_people(workspace, before, fields.people))
    if fields.contracts is not UNSET and fields.contracts != before.contracts:
        now = with_contracts(now, _read_given_contracts(before, fields.contracts))
    if fields.ended is not UNSET:
        now = replace(now, ended=fields.ended)
    if fields.part_of is not UNSET and fields.part_of != before.part_of:
        now = _part_of(workspace, now, fields.part_of)
    return now


def _list_other_names(names: Iterable[str], supplier: Supplier) -> tuple[str, ...]:
    return tuple(one for one in dict.fromkeys(names) if one != supplier.name)


def _read_given_identifiers(
    workspace: Workspace, before: Supplier, given: Sequence[Identifier]
) -> tuple[Identifier, ...]:
    found: dict[Identifier, None] = {}
    for one in given:
        if one in before.identifiers:
            found[one] = None
            continue
        if one.scheme not in _FACTS:
            raise Invalid(
                f"{one.scheme[:LONGEST_REF]!r} is not a scheme of numbers that is read here",
                field="identifiers",
                hint=f"Valid schemes: {', '.join(_FACTS)}.",
            )
        read = _read(workspace, before, **{_FACTS[one.scheme]: one.id})
        of_scheme = [each for each in read.identifiers if each.scheme == one.scheme]
        if not of_scheme:
            raise Invalid(
                f"{one.id[:LONGEST_REF]!r} is not a number of {one.scheme}", field="identifiers"
            )
        found |= dict.fromkeys(of_scheme)
    return tuple(found)


def _read_given_people(
    workspace: Workspace, before: Supplier, given: Sequence[Person]
) -> tuple[Person, ...]:
    known = {one: one for one in before.people}
    people = merged_people(
        known.get(one) or _read_given_person(workspace, before, one) for one in given
    )
    return remaining_people(before, people)


def _read_given_person(workspace: Workspace, before: Supplier, given: Person) -> Person:
    if given.role not in _NAMED_AS:
        raise Invalid(
            f"{given.role[:LONGEST_REF]!r} is not a role that is known here",
            field="people",
            hint=f"Valid roles: {', '.join(_NAMED_AS)}.",
        )
    read = _read(workspace, before, people=(given.name,)).people
    if len(read) != 1:
        raise Invalid(
            f"{given.name[:LONGEST_REF]!r} is not the name of one person",
            field="people",
            hint="Enter each person by themself, the given name first.",
        )
    born = read[0].birth_date
    if given.birth_date:
        born = PartialDate(given.birth_date.year, given.birth_date.month)
        if (
            given.birth_date.until
            or given.birth_date.circa
            or born.span()[0] > _get_today(workspace)
        ):
            raise Invalid(
                "A birth date is a year, or a year and a month, that has begun", field="people"
            )
    return Person(read[0].name, born, given.role)


def _read_given_contracts(before: Supplier, given: Sequence[Contract]) -> tuple[Contract, ...]:
    titles = [one.title.casefold() for one in given]
    if len(set(titles)) < len(titles):
        raise Invalid(
            "Two contracts have the same title", field="contracts", hint="Give each its own."
        )
    known = {one.notices for one in before.contracts}
    return tuple(
        one if one in before.contracts else _read_given_contract(one, known) for one in given
    )


def _read_given_contract(given: Contract, known: Container[tuple[ContractNotice, ...]]) -> Contract:
    """Return the contract as its texts are read; only notices that it has are kept with it."""
    if not given.title.strip():
        raise Invalid("A contract has no title", field="contracts")
    notices = given.notices if given.notices in known else ()
    return contract_with(Contract(notices=notices), facts_of_contract(given))


def _part_of(workspace: Workspace, now: Supplier, given: Sequence[PartOf]) -> Supplier:
    now = replace(now, part_of=())
    for one in given:
        if not one.supplier_ref:
            raise Invalid("A supplier under which it works has no reference", field="part_of")
        facts = SupplierFacts(part_of=one.supplier_ref, role=one.role)
        now = place_under_supplier(workspace, now, facts)
    return now


def _get_today(workspace: Workspace) -> date:
    return workspace.now().date()


def _read(workspace: Workspace, supplier: Supplier, **facts: Any) -> Supplier:
    """Return what the facts come to. Raises Invalid for what is not understood."""
    given = SupplierFacts(**{"name": supplier.name, **facts})
    try:
        return read_facts(given, ref=supplier.ref, today=_get_today(workspace))
    except UsageError as error:
        # Of an address, all parts are one field of the record.
        own = error.field if isinstance(error, Invalid) and "address" not in facts else ""
        field = own or next(iter(facts))
        raise Invalid(error.message, field=field, hint=error.hint) from None
