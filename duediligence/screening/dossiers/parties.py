"""Who owns a supplier, and which parties are looked up for it."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.matching.evidence import country_code
from duediligence.model import (
    Address,
    Charity,
    Company,
    Dossier,
    Identifier,
    LegalEntity,
    Missing,
    Name,
    Officer,
    Owner,
    Parent,
    Party,
    PartyRole,
)
from duediligence.model.entries import COMPANY, LEI, REGISTRATION, Kind
from duediligence.model.registers import GLEIF_PARENT, RegisteredAt, uk_number
from duediligence.registers.companies_house.records import describe_code
from duediligence.render.saying import format_country
from duediligence.screening.lookup.parties import as_people, parties
from duediligence.store.register.local_register import RegisterStore

# Far more than any real group needs, and an end to what a wrong record could begin.
MOST_STEPS = 100


class Steps(Protocol):
    """A register that can be asked for a company, its owners and its officers."""

    def company(self, number: str) -> Company | None: ...
    def owners(self, number: str) -> tuple[Owner, ...]: ...
    def officers(self, number: str) -> tuple[Officer, ...]: ...


def find_parents(
    steps: Steps, company: Company, owners: Sequence[Owner], *, depth: int
) -> tuple[Parent, ...]:
    """Return every corporate owner in office, nearest first, up to `depth` steps above the company.

    An owner is taken for the company of the number that it gives only where the names fit: the
    number is free text, and foreign ones look alike. Raises what the register raises.
    """
    found: list[Parent] = []
    waiting: deque[tuple[str, Owner, tuple[str, ...]]] = deque(
        (company.number, owner, (company.number,)) for owner in _select_corporate_owners(owners)
    )
    while waiting and len(found) < MOST_STEPS:
        child, owner, below = waiting.popleft()
        parent = _build_parent(steps, child, owner, below)
        found.append(parent)
        if parent.company and not parent.circular and parent.depth < depth:
            number = parent.company.number
            waiting.extend(
                (number, each, (*below, number)) for each in _select_corporate_owners(parent.owners)
            )
    return tuple(found)


def _build_parent(steps: Steps, child: str, owner: Owner, below: tuple[str, ...]) -> Parent:
    depth = len(below)
    number, why_not = uk_number(owner.registered_at)
    if why_not:
        return Parent(child=child, owner=owner, depth=depth, why_not=why_not)
    if number in below:
        return Parent(child=child, owner=owner, depth=depth, circular=True)
    company = steps.company(number)
    if company is None:
        why_not = f"{number} is not on the available register"
        return Parent(child=child, owner=owner, depth=depth, why_not=why_not)
    if not _same_name(owner.name, company):
        why_not = f"the number given, {number}, is that of {company.name}"
        return Parent(child=child, owner=owner, depth=depth, why_not=why_not)
    return Parent(
        child=child,
        owner=owner,
        depth=depth,
        company=company,
        owners=tuple(each for each in steps.owners(number) if each.active),
        officers=tuple(each for each in steps.officers(number) if each.active),
    )


def _select_corporate_owners(owners: Sequence[Owner]) -> list[Owner]:
    return [o for o in owners if o.active and not (o.person or o.super_secure)]


def _same_name(name: str, company: Company) -> bool:
    return _is_named(name, (company.name, *(former.name for former in company.former_names)))


def _is_named(name: str, names: Iterable[str]) -> bool:
    given = prepare(name, "organisation")
    return any(
        compare(given, prepare(each, "organisation")).score >= DEFAULT_THRESHOLD for each in names
    )


def find_legal_entity(group: RegisterStore, company: Company) -> LegalEntity | None:
    """Return what GLEIF has of a company. Its number there may be mistyped: the names must fit."""
    entity = group.legal_entity(company.number)
    fits = entity and any(_same_name(each, company) for each in _entity_names(entity))
    return entity if fits else None


def add_group_parents(
    group: RegisterStore, steps: Steps, company: Company, parents: Sequence[Parent], depth: int
) -> tuple[Parent, ...]:
    """Return the parents, those that GLEIF knows with its record, and those that it alone names.

    GLEIF is asked of the company, of each parent that a register has, and of each that it names
    itself, up to `depth` steps above the company; then for the ultimate parents, which may be
    reported where those between are not. Raises what the registers raise.
    """
    found = list(parents)
    known = ((one.company, one.depth) for one in parents if one.company and not one.circular)
    # A company, or a firm that only GLEIF has: its entity, what names it as a child, and its depth.
    waiting = deque(
        (entity, one.number, at)
        for one, at in ((company, 0), *known)
        if (entity := find_legal_entity(group, one))
    )
    asked: dict[str, tuple[LegalEntity, str, int]] = {}
    while waiting and len(found) < MOST_STEPS:
        entity, child, at = waiting.popleft()
        if entity.lei in asked or at >= depth:
            continue
        asked[entity.lei] = entity, child, at
        for parent, since in group.entity_parents(entity.lei, ultimate=False):
            if parent.company_number == company.number:
                continue
            step = _add_group_parent(found, steps, parent, child, at + 1, since)
            above = step.company.number if step.company else step.owner.name
            waiting.append((parent, above, step.depth))
    for entity, child, at in asked.values():
        for parent, since in group.entity_parents(entity.lei, ultimate=True):
            if parent.company_number != company.number:
                _add_group_parent(found, steps, parent, child, at + 1, since)
    return tuple(
        replace(one, owners=tuple(dict.fromkeys((*one.owners, *_list_group_owners(found, one)))))
        for one in found
    )


def _list_group_owners(found: Sequence[Parent], below: Parent) -> Iterator[Owner]:
    """Yield the owners that GLEIF names for a parent: all there are of a firm abroad."""
    child = below.company.number if below.company else below.owner.name
    yield from (one.owner for one in found if one.child == child and one.legal_entity)


def _add_group_parent(
    found: list[Parent],
    steps: Steps,
    entity: LegalEntity,
    child: str,
    depth: int,
    since: date | None,
) -> Parent:
    """Add a parent that GLEIF names, or its record to the parent that it is already; return it."""
    number = entity.company_number
    for place, one in enumerate(found):
        if one.company:
            same = one.company.number == number
        elif one.legal_entity:
            same = one.legal_entity.lei == entity.lei
        else:
            same = not one.circular and _may_be_entity(one.owner, entity)
        if same:
            found[place] = replace(one, legal_entity=one.legal_entity or entity)
            return found[place]
    # The register may name it as an owner of a company that GLEIF led to.
    named = (o for p in found if p.company and p.company.number == child for o in p.owners)
    fitting = (o for o in named if not o.person and _may_be_entity(o, entity))
    owner = next(fitting, None) or _build_group_owner(entity, since)
    parent = _build_parent(steps, child, owner, ("",) * depth)
    found.append(replace(parent, legal_entity=entity))
    return found[-1]


def _build_group_owner(entity: LegalEntity, since: date | None) -> Owner:
    """Return a parent that GLEIF alone names. A British number of another register is no company
    number.
    """
    country = format_country(entity.country)
    number = entity.company_number or ("" if entity.country == "GB" else entity.number)
    return Owner(
        kind=GLEIF_PARENT,
        name=entity.name,
        natures=("consolidates-its-accounts",),
        notified_on=since,
        address=entity.address and replace(entity.address, country=country),
        registered_at=RegisteredAt(number=number, country=country),
    )


def _may_be_entity(owner: Owner, entity: LegalEntity) -> bool:
    """Return whether the names fit, and the country where the owner gives one."""
    where = country_code(owner.registered_at.country) if owner.registered_at else ""
    elsewhere = where and entity.country and where != country_code(entity.country)
    return not elsewhere and _is_named(owner.name, _entity_names(entity))


def _entity_names(entity: LegalEntity) -> tuple[str, ...]:
    return entity.name, *entity.other_names


# Those who direct in forms that have no directors (Sch 6 para 45: an equivalent position).
_EQUIVALENT = ("managing-officer", "general-partner", "cic-manager", "manager-of-an-eeig")


def is_directing(officer: Officer) -> bool:
    """Return whether the role is that of a director or an equivalent position (Procurement Act 2023
    Sch 6 para 45(b) and (e)): a secretary's is not.
    """
    return officer.director or any(each in officer.role for each in _EQUIVALENT)


def parties_of(dossier: Dossier) -> tuple[Party, ...]:
    """Return the supplier under all its names, those whom the buyer named, and all whom the dossier
    names.

    Connected persons (Procurement Act 2023 Sch 6 para 45) are directors and those in an
    equivalent position, people with significant control, and parent undertakings with those who
    control these. A firm that only GLEIF names as a parent may be one: consolidating accounts is no
    test of Companies Act 2006 s.1162. The same party in the same role stands once. Super-secure
    people are no party.
    """
    itself, *named = parties(dossier.supplier)
    found = [_extend_supplier_party(dossier, itself), *named]
    if itself.kind == "unknown" and found[0].kind == "organisation":
        # What it is was settled by its name alone; it may be the person all the same.
        found[1:1] = as_people(itself)
    if not isinstance(dossier.officers, Missing):
        found += map(_build_officer_party, dossier.officers)
    parents = () if isinstance(dossier.parents, Missing) else dossier.parents
    # An owner that was found on the register stands as that company.
    as_parent = {parent.owner for parent in parents if parent.company or parent.legal_entity}
    if not isinstance(dossier.owners, Missing):
        found += (
            _build_owner_party(o) for o in dossier.owners if _in_control(o) and o not in as_parent
        )
    uncertain: set[str] = set()
    for parent in parents:
        sure = not parent.owner.by_gleif and parent.child not in uncertain
        if not sure:
            uncertain.add(parent.company.number if parent.company else parent.owner.name)
        if parent.company is None and parent.legal_entity:
            found.append(_build_foreign_parent(parent, parent.legal_entity, sure=sure))
        if parent.company:
            found.append(_build_parent_party(parent, parent.company, sure=sure))
            whose = parent.company.name
            above = (o for o in parent.owners if _in_control(o) and o not in as_parent)
            found += (replace(_build_owner_party(each, whose), connected=sure) for each in above)
            found += (_build_officer_party(each, whose) for each in parent.officers)
    if isinstance(dossier.charity, Charity):
        found += (
            Party(names=(Name(trustee),), kind="unknown", role=PartyRole("trustee"), connected=True)
            for trustee in dossier.charity.trustees or ()
        )
    return tuple(dict.fromkeys(found))


def officer_ids(dossier: Dossier) -> dict[Party, str]:
    """Return the register's id of each officer whom the dossier names, by the party that is looked
    up.
    """
    officers = () if isinstance(dossier.officers, Missing) else dossier.officers
    found = [(_build_officer_party(each), each.officer_id) for each in officers]
    for parent in () if isinstance(dossier.parents, Missing) else dossier.parents:
        if parent.company:
            whose = f" of {parent.company.name}"
            found += [
                (_build_officer_party(each, whose), each.officer_id) for each in parent.officers
            ]
    # One party of two ids has the first of them, in whatever order they come.
    return dict(sorted((one for one in found if one[1]), key=lambda one: one[1], reverse=True))


def _extend_supplier_party(dossier: Dossier, party: Party) -> Party:
    """Return the supplier with what the registers add: names, numbers and addresses."""
    names = {name.text.casefold(): name for name in party.names}
    identifiers = dict.fromkeys(party.identifiers)
    addresses = dict.fromkeys(party.addresses)
    kind = party.kind
    entity = dossier.company
    if isinstance(entity, Company):
        kind = "organisation"
        names.setdefault(entity.name.casefold(), Name(entity.name))
        for former in entity.former_names:
            names.setdefault(former.name.casefold(), Name(former.name, "former"))
        identifiers.setdefault(Identifier(COMPANY, entity.number))
        addresses.update(dict.fromkeys(_wrap_address(entity.address)))
    charity = dossier.charity
    if isinstance(charity, Charity):
        kind = "organisation"
        names.setdefault(charity.name.casefold(), Name(charity.name))
        for other in charity.other_names:
            names.setdefault(other.casefold(), Name(other, "alias"))
        identifiers.setdefault(charity.identifier)
        addresses.update(dict.fromkeys(_wrap_address(charity.address)))
    return replace(
        party,
        names=tuple(names.values()),
        kind=kind,
        identifiers=tuple(identifiers),
        addresses=tuple(addresses),
    )


def _build_officer_party(officer: Officer, whose: str = "") -> Party:
    role = describe_code("officer_role", officer.role)
    role = role if role.isupper() or role.startswith(("LLP", "CIC")) else role.lower()
    # Firms are entered as plain secretaries and directors, too: who was never born may be one.
    kind: Kind = "person" if officer.birth_date else "unknown"
    return Party(
        names=(Name(officer.name), *(Name(each, "former") for each in officer.former_names)),
        kind="organisation" if officer.corporate else kind,
        role=PartyRole(role, of=whose, former=not officer.active),
        birth_date=officer.birth_date,
        countries=_list_party_countries(officer),
        identifiers=_parse_registration(officer.registered_at),
        addresses=_wrap_address(officer.address),
        # A director of a parent is not, by that alone.
        connected=is_directing(officer) and officer.active and not whose,
    )


def _in_control(owner: Owner) -> bool:
    return owner.active and not owner.super_secure


def _build_owner_party(owner: Owner, whose: str = "") -> Party:
    """Return who controls a parent has influence over the supplier, and is connected as well."""
    return Party(
        names=(Name(owner.name),),
        kind="person" if owner.person else "organisation",
        role=PartyRole("owner", of=whose),
        birth_date=owner.birth_date,
        countries=_list_party_countries(owner),
        identifiers=_parse_registration(owner.registered_at),
        addresses=_wrap_address(owner.address),
        connected=True,
    )


def _build_parent_role(parent: Parent, *, sure: bool) -> PartyRole:
    return PartyRole("parent company" if sure else "possible parent company", steps=parent.depth)


def _build_parent_party(parent: Parent, company: Company, *, sure: bool) -> Party:
    names = {company.name.casefold(): Name(company.name)}
    names.setdefault(parent.owner.name.casefold(), Name(parent.owner.name, "variation"))
    for former in company.former_names:
        names.setdefault(former.name.casefold(), Name(former.name, "former"))
    return Party(
        names=tuple(names.values()),
        kind="organisation",
        role=_build_parent_role(parent, sure=sure),
        identifiers=(Identifier(COMPANY, company.number),),
        addresses=_wrap_address(company.address),
        connected=sure,
    )


def _build_foreign_parent(parent: Parent, entity: LegalEntity, *, sure: bool) -> Party:
    """Return a parent that GLEIF has and no register of companies that was asked."""
    owner = _build_owner_party(parent.owner)
    names = {each.casefold(): Name(each) for each in (parent.owner.name, *_entity_names(entity))}
    return replace(
        owner,
        names=tuple(names.values()),
        role=_build_parent_role(parent, sure=sure),
        connected=sure,
        identifiers=(Identifier(LEI, entity.lei), *owner.identifiers),
    )


def _list_party_countries(found: Officer | Owner) -> tuple[str, ...]:
    told = (found.nationality, found.registered_at.country if found.registered_at else "")
    return tuple(part.strip() for each in told for part in each.split(",") if part.strip())


def _parse_registration(registered: RegisteredAt | None) -> tuple[Identifier, ...]:
    number, why_not = uk_number(registered)
    if not why_not:
        return (Identifier(COMPANY, number),)
    if registered is None or not registered.number:
        return ()
    return (Identifier(REGISTRATION, registered.number, registered.country),)


def _wrap_address(address: Address | None) -> tuple[Address, ...]:
    return (address,) if address else ()
