"""The supplier as a charity, by its charity number or the company number that a charity gives."""

from collections.abc import Mapping

from duediligence.model import (
    Charity,
    Missing,
    NotHeld,
    NotInScope,
    Register,
    ScopeGap,
    Source,
    Supplier,
)
from duediligence.screening.dossiers.bulk import loaded
from duediligence.store.register import CHARITIES, RegisterStore

# The gap of each register of charities that is not loaded.
NOT_LOADED: Mapping[Register, ScopeGap] = {
    "charities-england-wales": "charities-england-wales-not-loaded",
    "charities-scotland": "charities-scotland-not-loaded",
    "charities-northern-ireland": "charities-northern-ireland-not-loaded",
}


def charity_of(
    supplier: Supplier, register: RegisterStore | None
) -> tuple[Charity | Missing, list[Source]]:
    """The charity's record and its source. Raises StorageError."""
    versions = register.versions() if register else {}
    given = [each for each in supplier.identifiers if each.scheme in CHARITIES]
    for identifier in given:
        version = versions.get(CHARITIES[identifier.scheme])
        if register is None or version is None:
            return NotInScope(NOT_LOADED[CHARITIES[identifier.scheme]]), []
        if found := register.charity(identifier):
            return found, [loaded("charity", version)]
    if given:
        return NotHeld(f"The register has no charity {given[0].id}."), []
    if register and supplier.company_number:
        found = register.charity_of_company(supplier.company_number)
        if found:
            return found, [loaded("charity", versions[CHARITIES[found.identifier.scheme]])]
    return NotHeld("No charity number is given."), []
