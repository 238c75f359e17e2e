"""One dossier for one supplier: from the API where there is a key, else from the bulk files."""

from datetime import datetime

from duediligence.model import (
    Company,
    Dossier,
    Missing,
    NotHeld,
    NotInScope,
    NotKnown,
    Resolution,
    Source,
    Supplier,
)
from duediligence.registers.companies_house import CompaniesHouse
from duediligence.screening.dossiers.bulk import ONLY_ONLINE, Bulk, loaded
from duediligence.screening.dossiers.charity import charity_of
from duediligence.screening.dossiers.online import Online
from duediligence.screening.dossiers.ownership import MOST_STEPS
from duediligence.screening.dossiers.parts import same
from duediligence.store.register import RegisterStore

# Bodies whose number has the form of a company's, and who keeps their register.
_ELSEWHERE = {
    "CE": "the Charity Commission for England and Wales",
    "CS": "the Scottish charity regulator (OSCR)",
    **dict.fromkeys(("IP", "SP", "NP", "RS", "NO"), "the Financial Conduct Authority (mutuals)"),
    **dict.fromkeys(("RC", "SR", "NR"), "the Privy Council (royal charters)"),
    **dict.fromkeys(("IC", "SI", "NV"), "the Financial Conduct Authority (investment companies)"),
}


def gather(
    supplier: Supplier,
    *,
    api: CompaniesHouse | None,
    register: RegisterStore | None,
    resolution: Resolution,
    now: datetime,
    depth: int = 6,
) -> Dossier:
    """Everything that the registers say of this supplier, with a source for each answer.

    `now` is aware. `depth` is how many steps owners are followed upward. What was expected and
    not retrieved is NotKnown with the reason, what the set-up never looks at is NotInScope, and the
    rest stands. Raises StorageError.
    """
    charity, sources = charity_of(supplier, register)
    number = supplier.company_number
    if not number and not isinstance(charity, Missing):
        number = charity.company_number
    cut_short: list[tuple[str, str]] = []
    why = _not_a_company(number, supplier, resolution)
    if api is not None:
        online = Online(api.fresh(), number, now.date(), depth, supplier.people)
        parts = online.without(why) if why else online.parts()
        sources += online.api.sources
        cut_short += online.api.cut_short
    elif isinstance(why, NotHeld):
        parts = same(why)
        if supplier.people:
            # That it is no company says nothing of the people whom the buyer named.
            parts["disqualifications"] = ONLY_ONLINE
    elif register is None or "companies-house" not in register.versions():
        parts = same(NotInScope("no-company-register"))
    elif why:
        parts = Bulk(register, number, depth).without(why)
    else:
        bulk = Bulk(register, number, depth)
        parts = bulk.parts()
        sources += bulk.sources()
    if isinstance(parts["parents"], tuple) and len(parts["parents"]) >= MOST_STEPS:
        cut_short.append(("parents", f"only the first {MOST_STEPS} steps upward were followed"))
    parts["same_address"], source = _same_address(parts["company"], register)
    return Dossier(
        supplier=supplier,
        taken_at=now,
        resolution=resolution,
        charity=charity,
        **parts,
        sources=(*sources, *source),
        cut_short=tuple(cut_short),
    )


def _not_a_company(
    number: str, supplier: Supplier, resolution: Resolution
) -> NotKnown | NotHeld | None:
    if not number:
        if any(identifier.scheme.startswith("GB-") for identifier in supplier.identifiers):
            return NotHeld("It is registered elsewhere and gives no company number.")
        reason = resolution.reason.rstrip(".") or "no number is given"
        return NotKnown(f"It is not settled which legal entity this supplier is: {reason}.")
    if keeper := _ELSEWHERE.get(number[:2]):
        return NotHeld(
            f"{number} is not a company: its record is with {keeper}, and Companies House holds "
            "little or nothing of it."
        )
    return None


def _same_address(
    company: Company | Missing, register: RegisterStore | None
) -> tuple[int | Missing, list[Source]]:
    if isinstance(company, Missing):
        return company, []
    version = register.versions().get("companies-house") if register else None
    if register is None or version is None:
        return NotInScope("addresses-not-counted"), []
    if company.address is None:
        return NotKnown("The register gives no address."), []
    found = register.same_address(company.address)
    if found is None:
        return NotKnown("The address cannot be compared with others: it has no postcode."), []
    return found, [loaded("same_address", version)]
