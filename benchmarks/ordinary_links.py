"""What ordinary suppliers of one buyer share: accountants' offices, groups, owners and directors.

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
            dossier = replace(dossier, company=replace(company, address=_office(kind, at)))
        if _happens(kind, "contact_of_an_accountant", chance):
            keys = (_key("phone", f"{kind} {at // _CLIENTS}"),)
            dossier = replace(dossier, supplier=replace(dossier.supplier, contact_keys=keys))
        if at and isinstance(found[at - 1].dossier.company, Company):
            before = found[at - 1].dossier
            if _happens(kind, "sister_in_a_group", chance):
                before, dossier = _in_group(before, at), _in_group(dossier, at)
            elif _happens(kind, "owner_of_another_supplier", chance):
                dossier = _owned_alike(before, dossier)
            elif _happens(kind, "director_of_another_supplier", chance):
                dossier = _directed_alike(before, dossier)
            found[at - 1] = replace(found[at - 1], dossier=before)
        found[at] = replace(one, dossier=dossier)
    return found


def _happens(kind: str, attribute: str, chance: random.Random) -> bool:
    table = RATES[attribute]
    return chance.random() < float(table.get(kind, table.get("every", 0.0)))


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
