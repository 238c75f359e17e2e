"""What differs between a supplier as it was and as it is now."""

from collections.abc import Iterator
from textwrap import shorten
from typing import NamedTuple

from duediligence.model import ContactKey, Contract, Supplier
from duediligence.model.suppliers import SUPPLIER_TEXTS
from duediligence.suppliers.facts import REGIME_WORDS
from duediligence.text.dates import long_date
from duediligence.text.money import in_pounds
from duediligence.text.wording import listed

# Days of the shortest contract whose value is one a year: of a shorter one it may be the whole.
_WHOLE_YEAR = 360


class Difference(NamedTuple):
    """A field that differs: what it held, and what it holds."""

    field: str
    before: str
    now: str


def list_differences(before: Supplier, now: Supplier) -> Iterator[Difference]:
    """Yield the fields in which two states of a supplier differ, as people read them."""
    was, held = (_format_supplier_fields(one) for one in (before, now))
    for field, value in held.items():
        if was[field] != value:
            yield Difference(field, was[field], value)


def _format_supplier_fields(one: Supplier) -> dict[str, str]:
    address = one.address
    return {
        **{text.replace("_", " "): getattr(one, text) for text in SUPPLIER_TEXTS},
        "trading names": "; ".join(one.trading_names),
        "former names": "; ".join(one.former_names),
        "numbers": ", ".join(map(str, one.identifiers)),
        "address": ", ".join(filter(None, (address.text, address.postcode, address.country)))
        if address
        else "",
        "people": "; ".join(
            " ".join(filter(None, (p.name, f"({p.role_words})", str(p.birth_date or ""))))
            for p in one.people
        ),
        "contracts": "; ".join(map(contract_line, one.engagements)),
        "ended": long_date(one.ended) if one.ended else "",
        "works under": ", ".join(f"{part.supplier_ref} ({part.role})" for part in one.part_of),
        "contacts": ", ".join(f"{each.kind} {mark_of(each)}" for each in one.contact_keys),
    }


def mark_of(contact: ContactKey) -> str:
    """Return by what people tell a contact from another of its kind: the start of its hash."""
    return f"#{contact.key[:6]}"


def contract_line(contract: Contract) -> str:
    """Return one contract on one line."""
    parts = [
        contract.title,
        contract.category,
        shorten(contract.description, 200, placeholder=" …"),
    ]
    if contract.cpv:
        parts.append(f"CPV {', '.join(contract.cpv)}")
    if contract.yearly_value is not None:
        days = contract.start and contract.end and (contract.end - contract.start).days
        rate = "" if days and days < _WHOLE_YEAR else " a year"
        parts.append(f"{in_pounds(contract.yearly_value)}{rate}")
    if contract.start:
        parts.append(f"from {long_date(contract.start)}")
    if contract.end:
        parts.append(f"to {long_date(contract.end)}")
    if contract.owner:
        parts.append(f"owner {contract.owner}")
    parts += _list_procurement_facts(contract)
    if numbers := dict.fromkeys(one.number for one in contract.notices):
        parts.append(f"{'notice' if len(numbers) == 1 else 'notices'} {listed(numbers, 3)}")
    return ", ".join(filter(None, parts))


def _list_procurement_facts(contract: Contract) -> Iterator[str]:
    """Yield how it was bought, as far as that is known."""
    how = contract.procurement
    if how.begun:
        yield f"procedure begun {long_date(how.begun)}"
    yield how.procedure
    if how.framework or how.framework_begun:
        begun = f"begun {long_date(how.framework_begun)}" if how.framework_begun else ""
        yield " ".join(filter(None, ("framework", how.framework, begun)))
    if how.framework_regime:
        yield f"framework under {REGIME_WORDS[how.framework_regime]}"
    if how.buyer:
        yield f"bought by {how.buyer}"
    yield how.nation
    yield how.subject
    if how.value is not None:
        yield f"{in_pounds(how.value)} in all with VAT"
    yield how.funding
    if how.regime:
        yield f"bought under {REGIME_WORDS[how.regime]}"
