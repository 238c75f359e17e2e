"""What ordinary suppliers of one buyer share: offices, numbers, groups, owners and directors.

Suppliers are drawn one by one in ordinary.py. Here some of them are joined as base_rates.toml says
that suppliers are joined, each from a seed of its own, so that checks over the network of all of
them meet what is ordinary.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from ordinary import RATES, Ordinary

from duediligence.model import (
    Address,
    Company,
    ContactKey,
    Dossier,
    Officer,
    Owner,
    Parent,
    PartialDate,
)
from duediligence.model.registers import RegisteredAt

_CLIENTS = 12  # how many suppliers of one trade have the same accountant
_OFFICE = 30  # and how many companies of all buyers an accountant has at the least
_OWNER = "individual-person-with-significant-control"
_FIRM = "corporate-entity-person-with-significant-control"


def linked(kind: str, some: Sequence[Ordinary]) -> list[Ordinary]:
    """The suppliers of a population as one buyer has them."""
    found = list(some)
    for at, one in enumerate(found):
        chance = random.Random(f"links {kind} {at}")
        dossier = one.dossier
        company = dossier.company
        if not isinstance(company, Company) or company.partial:
            continue
        if _happens(kind, "office_of_an_accountant", chance):
            dossier = _moved(dossier, _office(kind, at), _at_accountant(dossier))
        if _happens(kind, "contact_of_an_accountant", chance):
            dossier = _reached_by(dossier, _key("phone", f"{kind} {at // _CLIENTS}"))
        if at and isinstance(found[at - 1].dossier.company, Company):
            before = found[at - 1].dossier
            if _happens(kind, "sister_in_a_group", chance):
                before, dossier = _in_group(before, at), _in_group(dossier, at)
            elif _happens(kind, "owner_of_another_supplier", chance):
                dossier = _owned_alike(before, dossier)
            elif _happens(kind, "director_of_another_supplier", chance):
                dossier = _directed_alike(before, dossier)
            before, dossier = _near_each_other(kind, at, before, dossier, chance)
            found[at - 1] = replace(found[at - 1], dossier=before)
        if _happens(kind, "account_of_a_factor", chance):
            dossier = _reached_by(dossier, _key("bank account", f"{kind} factor"))
        if _happens(kind, "insolvent_owner", chance):
            dossier = _with_insolvent_owner(dossier)
        found[at] = replace(one, dossier=dossier)
    return found


def _near_each_other(
    kind: str, at: int, before: Dossier, dossier: Dossier, chance: random.Random
) -> tuple[Dossier, Dossier]:
    """Two that share a phone number, a small office, or a home from which people of both write."""
    if _happens(kind, "phone_of_another_supplier", chance):
        key = _key("phone", f"{kind} shared {at}")
        before, dossier = _reached_by(before, key), _reached_by(dossier, key)
    if _happens(kind, "small_office_of_another_supplier", chance):
        office = Address(f"{at} Yard Lane", f"ZX{at % 90 + 1} 2{kind[0].upper()}D")
        companies = chance.randint(2, 4)
        before, dossier = (_moved(one, office, companies) for one in (before, dossier))
    if _happens(kind, "letters_of_another_supplier", chance):
        home = Address(f"{at} Hearth Road", f"ZX{at % 90 + 1} 3{kind[0].upper()}E")
        before, dossier = _with_letters_to(before, home), _with_letters_to(dossier, home)
    return before, dossier


def _reached_by(dossier: Dossier, key: ContactKey) -> Dossier:
    supplier = dossier.supplier
    return replace(dossier, supplier=replace(supplier, contact_keys=(*supplier.contact_keys, key)))


def _moved(dossier: Dossier, office: Address, companies: int) -> Dossier:
    assert isinstance(dossier.company, Company)
    company = replace(dossier.company, address=office)
    return replace(dossier, company=company, same_address=companies)


def _with_letters_to(dossier: Dossier, home: Address) -> Dossier:
    if not isinstance(dossier.officers, tuple) or not dossier.officers:
        return dossier
    first, *others = dossier.officers
    return replace(dossier, officers=(replace(first, address=home), *others))


def _with_insolvent_owner(dossier: Dossier) -> Dossier:
    if not isinstance(dossier.parents, tuple):
        return dossier
    above = tuple(
        replace(one, company=replace(one.company, status="liquidation")) if one.company else one
        for one in dossier.parents
    )
    return replace(dossier, parents=above)


def _happens(kind: str, attribute: str, chance: random.Random) -> bool:
    table = RATES[attribute]
    return chance.random() < float(table.get(kind, table.get("every", 0.0)))


def _at_accountant(dossier: Dossier) -> int:
    """As many companies as were drawn for its office, and at least those of an accountant."""
    drawn = dossier.same_address
    return max(drawn if isinstance(drawn, int) else 0, _OFFICE)


def _office(kind: str, at: int) -> Address:
    number = at // _CLIENTS % 90 + 1
    return Address(f"{number} Ledger Street", f"ZY{number} 1{kind[0].upper()}B")


def _in_group(dossier: Dossier, at: int) -> Dossier:
    company = dossier.company
    assert isinstance(company, Company)
    number = f"96{at:06}"
    parent = Company(number=number, name=f"Group {at} Holdings Ltd", status="active", type="ltd")
    owner = Owner(
        kind=_FIRM, name=parent.name, registered_at=RegisteredAt(number=number, country="England")
    )
    above = Owner(kind=_OWNER, name=f"Head Of Group {at}", birth_date=PartialDate(1960, 1))
    step = Parent(child=company.number, owner=owner, depth=1, company=parent, owners=(above,))
    return replace(dossier, owners=(owner,), parents=(step,))


def _owned_alike(before: Dossier, dossier: Dossier) -> Dossier:
    """Whoever owns the one owns the other and directs it."""
    people = [one for one in _directors(before) if one.birth_date]
    if not people or not isinstance(dossier.officers, tuple):
        return dossier
    owner = Owner(kind=_OWNER, name=people[0].name, birth_date=people[0].birth_date)
    return replace(dossier, owners=(owner,), parents=(), officers=(people[0], *dossier.officers))


def _directed_alike(before: Dossier, dossier: Dossier) -> Dossier:
    """A director of the one sits on the board of the other as well."""
    people = _directors(before)
    if not people or not isinstance(dossier.officers, tuple):
        return dossier
    return replace(dossier, officers=(*dossier.officers, people[-1]))


def _directors(dossier: Dossier) -> list[Officer]:
    officers = dossier.officers if isinstance(dossier.officers, tuple) else ()
    return [one for one in officers if one.active and one.director]


def _key(kind: str, text: str) -> ContactKey:
    return ContactKey(kind, sha256(text.encode()).hexdigest()[:32])  # type: ignore[arg-type]
