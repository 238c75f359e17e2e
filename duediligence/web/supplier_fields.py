"""The form of a supplier: what it shows of a stored one, and what was typed in it."""

from collections.abc import Sequence
from dataclasses import replace

from duediligence.errors import Invalid
from duediligence.model import Supplier
from duediligence.suppliers.facts import (
    SUPPLIER_FIELDS,
    SupplierFacts,
    facts_of_supplier,
    format_person,
)
from duediligence.web.request_forms import (
    format_request,
    keep_changed_texts,
    label_fields,
    read_values,
)
from duediligence.web.visits import Visit

LABELS = label_fields(SupplierFacts, ref="Reference", note="Note")
_NUMBERS = [name for name, about in SUPPLIER_FIELDS.items() if about.schemes]


def format_stored_supplier(supplier: Supplier) -> dict[str, str]:
    """Return what the form shows of a stored supplier: nothing of whom it works under."""
    shown = format_request(facts_of_supplier(supplier))
    return {**shown, "role": "", "ref": "", "note": ""}


def read_supplier_facts(visit: Visit, stored: SupplierFacts | None = None) -> SupplierFacts:
    """Return the facts that were typed; of texts that are as stored, nothing.

    Raises Invalid for a role that was not chosen, and for an empty field that cannot become empty.
    """
    values = read_values(visit, SupplierFacts)
    if values["part_of"] and "role" not in values:
        raise Invalid("select as what it works there", field="role")
    if stored:
        values = keep_changed_texts(values, stored, removable=_NUMBERS)
    return SupplierFacts(**values)


def read_supplier_changes(visit: Visit, before: Supplier) -> tuple[SupplierFacts, Sequence[str]]:
    """Return what differs between what is stored and what was typed: facts that are new, and texts
    that are to be removed, with the references under which it works no more.

    Raises Invalid as `read_supplier_facts`.
    """
    stored, remove = facts_of_supplier(before), visit.texts("gone")
    facts = read_supplier_facts(visit, stored)
    remove += [was for one in _NUMBERS if (was := getattr(stored, one)) and was != visit.text(one)]
    for one in ("trading_names", "former_names"):
        remove += [name for name in getattr(stored, one) if name not in getattr(facts, one)]
    remove += [one.name for one in before.people if format_person(one) not in facts.people]
    # Whoever shares a name with what is removed goes with it, and is entered again.
    removed = {one.casefold() for one in remove}
    held = {format_person(one) for one in before.people if one.name.casefold() not in removed}
    entered = [one for one in facts.people if one not in held]
    return replace(facts, people=entered), list(dict.fromkeys(remove))
