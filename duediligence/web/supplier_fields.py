"""The fields of forms about a supplier: their labels, what was typed, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from typing import get_args

from duediligence.errors import Invalid
from duediligence.model import Person, Supplier
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    MUTUAL,
    PROCUREMENT,
)
from duediligence.model.suppliers import PartRole
from duediligence.suppliers.facts import SupplierFacts
from duediligence.web.visits import Visit

TEXTS: Mapping[str, str] = {
    "name": "Name",
    "number": "Companies House number",
    "charity": "Charity number",
    "mutual": "Number on the Mutuals Register",
    "ppon": "Number on the Central Digital Platform",
    "address": "Address without the postcode",
    "postcode": "Postcode",
    "country": "Country",
}
LINES: Mapping[str, str] = {
    "trading_names": "Trading names",
    "former_names": "Former names",
    "people": "People",
}
_REGISTERS: Mapping[str, Sequence[str]] = {
    "number": (COMPANY,),
    "charity": (CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND),
    "mutual": (MUTUAL,),
    "ppon": (PROCUREMENT,),
}
ROLES: Sequence[PartRole] = get_args(PartRole)
_OTHERS: Mapping[str, str] = {
    "ref": "Reference",
    "part_of": "Works under",
    "role": "Works there as",
    "note": "Note",
}
LABELS: Mapping[str, str] = {**TEXTS, **LINES, **_OTHERS}


def read_typed_fields(visit: Visit, *fields: str) -> dict[str, str]:
    """Return what was sent in these fields, and in those of every supplier form, unchanged."""
    names = (*TEXTS, *LINES, *_OTHERS, *fields)
    return {name: str(visit.form.get(name) or "") for name in names}


def format_stored_supplier(supplier: Supplier) -> dict[str, str]:
    """Return what the form shows of a stored supplier."""
    address = supplier.address
    found = {
        "name": supplier.name,
        "address": address.text if address else "",
        "postcode": address.postcode if address else "",
        "country": address.country if address else "",
        "trading_names": "\n".join(supplier.trading_names),
        "former_names": "\n".join(supplier.former_names),
        "people": "\n".join(map(_format_typed_person, supplier.people)),
        **dict.fromkeys(_OTHERS, ""),
    }
    for field, schemes in _REGISTERS.items():
        held = (one.id for one in supplier.identifiers if one.scheme in schemes)
        found[field] = next(held, "")
    return found


def facts_of(sent: Mapping[str, str]) -> SupplierFacts:
    """Return the facts that were typed. Raises Invalid for a role that was not chosen."""
    return _build_supplier_facts(
        {name: sent[name].strip() for name in TEXTS},
        {name: split_filled_lines(sent[name]) for name in LINES},
        sent,
    )


def changes_of(
    before: Supplier, sent: Mapping[str, str], gone: Sequence[str]
) -> tuple[SupplierFacts, Sequence[str]]:
    """Return what differs between what is stored and what was typed: facts that are new, and texts
    that are to be removed. `gone` are references under which it works no more.

    Raises Invalid for an empty field that cannot become empty.
    """
    shown, remove = format_stored_supplier(before), list(gone)
    texts: dict[str, str] = {}
    for field in TEXTS:
        was, now = shown[field], sent[field].strip()
        if was == now:
            continue
        texts[field] = now
        if was and field in _REGISTERS:
            remove.append(was)
        elif not now:
            raise Invalid("it can be changed, not emptied", field=field, given="")
    listed = {field: split_filled_lines(sent[field]) for field in LINES}
    for field in ("trading_names", "former_names"):
        remove += [one for one in split_filled_lines(shown[field]) if one not in listed[field]]
    remove += [
        one.name for one in before.people if _format_typed_person(one) not in listed["people"]
    ]
    # Whoever shares a name with what is removed goes with it, and is entered again.
    removed = {one.casefold() for one in remove}
    held = {
        _format_typed_person(one) for one in before.people if one.name.casefold() not in removed
    }
    listed["people"] = [one for one in listed["people"] if one not in held]
    return _build_supplier_facts(texts, listed, sent), list(dict.fromkeys(remove))


def split_filled_lines(text: str) -> list[str]:
    """Return the lines of a field that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _build_supplier_facts(
    texts: Mapping[str, str], listed: Mapping[str, Sequence[str]], sent: Mapping[str, str]
) -> SupplierFacts:
    above = sent["part_of"].strip()
    role = next((one for one in ROLES if one == sent["role"]), None)
    if above and role is None:
        raise Invalid("select as what it works there", field="role")
    return SupplierFacts(
        name=texts.get("name", ""),
        number=texts.get("number", ""),
        charity=texts.get("charity", ""),
        mutual=texts.get("mutual", ""),
        ppon=texts.get("ppon", ""),
        address=texts.get("address", ""),
        postcode=texts.get("postcode", ""),
        country=texts.get("country", ""),
        trading_names=listed["trading_names"],
        former_names=listed["former_names"],
        people=listed["people"],
        part_of=above,
        role=role or ROLES[0],
    )


def _format_typed_person(one: Person) -> str:
    return f"{one.name},{one.birth_date}" if one.birth_date else one.name
