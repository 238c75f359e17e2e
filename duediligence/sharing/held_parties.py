"""Which suppliers a party is, or stands behind, by the keys of blind matching."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from duediligence.model.agreements import Shared
from duediligence.model.parties import SUPPLIER
from duediligence.screening.workspace import Workspace
from duediligence.sharing.derived_keys import DerivedKey
from duediligence.sharing.exchanges.inputs import keys_for
from duediligence.sharing.exchanges.parties import parties_by_supplier, suppliers_held


@dataclass(frozen=True, slots=True)
class HeldAs:
    """A supplier that a party is, or (`role`) what it is to the supplier."""

    supplier_ref: str
    role: str = ""


def held_by_key(
    workspace: Workspace, shares: Iterable[Shared]
) -> Mapping[DerivedKey, tuple[HeldAs, ...]]:
    """Who has each key, of those for whom an exchange is answered; `shares` are what may be matched
    (`matched`). Raises StorageError.
    """
    shared = tuple(shares)
    people = "blind-matching: people" in shared
    found: dict[DerivedKey, dict[HeldAs, None]] = {}
    for supplier, party in parties_by_supplier(workspace, suppliers_held(workspace), people=people):
        role = "" if party.role == SUPPLIER else str(party.role)
        for key in keys_for(party, shared, "answers"):
            found.setdefault(key, {})[HeldAs(supplier.ref, role)] = None
    return {key: tuple(some) for key, some in found.items()}
