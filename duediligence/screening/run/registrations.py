"""What the contracts of suppliers need, and what the registers in use hold of each supplier."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from duediligence import registry
from duediligence.law.registrations import needs_of
from duediligence.model import Company, Dossier, Finding, ListStatus, Supplier
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
)
from duediligence.model.registrations import (
    Need,
    NeededRegistrations,
    Registration,
    RegistrationsToAsk,
)
from duediligence.model.suppliers import Nation
from duediligence.screening.lookup.list_search import Possible
from duediligence.screening.lookup.parties import OWN_ROLES
from duediligence.screening.run.findings import Assessor
from duediligence.text.folding import fold

_COUNTRIES: Mapping[str, Nation] = {
    "england": "England",
    "scotland": "Scotland",
    "wales": "Wales",
    "northern ireland": "Northern Ireland",
}
_CHARITIES: Mapping[str, Nation] = {
    CHARITY_SCOTLAND: "Scotland",
    CHARITY_NORTHERN_IRELAND: "Northern Ireland",
}
_PREFIXES: Mapping[str, Nation] = {
    **dict.fromkeys(("SC", "SO", "SL", "SP"), "Scotland"),
    **dict.fromkeys(("NI", "NC", "NL", "NP", "R0"), "Northern Ireland"),
}
_JURISDICTIONS: Mapping[str, Nation] = {
    "england": "England",
    "scotland": "Scotland",
    "wales": "Wales",
    "northern-ireland": "Northern Ireland",
}


class RegistrationSearch:
    """Collects, of each supplier whose contracts need a registration, what its registers hold.

    `used` are the lists of the run. A contract that is over by `today` needs nothing any more.
    `buyer` is the nation of the council, where a contract does not say its own.
    """

    def __init__(
        self,
        suppliers: Iterable[Supplier],
        dossiers: Mapping[str, Dossier],
        used: Sequence[ListStatus],
        today: date,
        buyer: Nation | Literal[""] = "",
    ) -> None:
        self._used = {status.list_id: status for status in used if status.in_use}
        self._found: dict[tuple[str, str], list[Possible]] = {}
        self._needs: dict[str, tuple[Supplier, tuple[Need, ...]]] = {}
        self._nations: dict[str, Nation | None] = {}
        self._formed: dict[str, date | None] = {}
        for supplier in suppliers:
            dossier = dossiers.get(supplier.ref)
            company = dossier.company if dossier else None
            if isinstance(company, Company):
                self._formed[supplier.ref] = company.created_on
            codes = company.sic_codes if isinstance(company, Company) else ()
            running = [one for one in supplier.engagements if not one.over(today)]
            nation = nation_of(supplier, dossier)
            if needs := needs_of(running, codes, buyer, nation):
                self._needs[supplier.ref] = (supplier, needs)
                self._nations[supplier.ref] = nation

    def collect(self, possible: Possible, status: ListStatus) -> None:
        """Take what a list holds about one party of a supplier."""
        ref = possible.supplier.ref
        parties = [one.party for one in possible.matches]
        parties += [one.party for one in possible.others]
        itself = any(party.role.kind in OWN_ROLES for party in parties)
        if itself and ref in self._needs:
            self._found.setdefault((ref, status.list_id), []).append(possible)

    def asked(self) -> Iterator[RegistrationsToAsk]:
        """Yield what is to be asked of each supplier, of all registers together."""
        by_supplier: dict[str, list[NeededRegistrations]] = {}
        for one in self.subjects():
            by_supplier.setdefault(one.supplier.ref, []).append(one)
        for parts in by_supplier.values():
            yield RegistrationsToAsk(parts[0].supplier, tuple(parts))

    def assess(self, assess: Assessor) -> Iterator[Finding]:
        """Yield what the checks find of all that was collected."""
        for subject in self.subjects():
            yield from assess.about_registrations(subject)
        for asked in self.asked():
            yield from assess.about_asked_registrations(asked)

    def subjects(self) -> Iterator[NeededRegistrations]:
        """Yield what is to be judged: of each supplier one for each register, and one for all needs
        that no register in use can show.
        """
        for ref, (supplier, needs) in self._needs.items():
            by_register: dict[tuple[str, ...], list[Need]] = {}
            for need in needs:
                by_register.setdefault(self._registers(need.registration), []).append(need)
            for ids, some in by_register.items():
                held = [one for list_id in ids for one in self._found.get((ref, list_id), ())]
                yield NeededRegistrations(
                    supplier,
                    tuple(some),
                    tuple(self._used[list_id] for list_id in ids),
                    tuple(one for possible in held for one in possible.matches),
                    any(
                        possible.more and not _has_every_registration(possible) for possible in held
                    ),
                    self._nations[ref],
                    tuple(one for possible in held for one in possible.others),
                    self._formed.get(ref),
                )

    def _registers(self, registration: Registration) -> tuple[str, ...]:
        """Return the lists in use that show it, those of who left it last; none where no list
        does.
        """
        if registration.proof == "declaration":
            return ()
        if registration.proof == "council register":
            return tuple(
                status.list_id
                for status in self._used.values()
                if _is_council_register(status, registration)
            )
        ids = tuple(one for one in registration.lists if one in self._used)
        ended = (one for one in registration.ended_lists if one in self._used)
        return (*ids, *ended) if ids else ()


def _has_every_registration(possible: Possible) -> bool:
    """Return whether all registrations of an owner of the party's name were added to the matches,
    so that what is not shown has another name.
    """
    return any(one.named and one.entry.service for one in possible.matches)


def _is_council_register(status: ListStatus, registration: Registration) -> bool:
    """Return whether a list that is set up here has the registration in its title."""
    if status.list_id in registry.find_watchlists():
        return False
    title = f" {fold(status.title)} "
    return any(f" {words} " in title for words in registration.register_words)


def nation_of(supplier: Supplier, dossier: Dossier | None = None) -> Nation | None:
    """Return where a supplier is, by its numbers, the register and its address; None if none says
    so.
    """
    company = dossier.company if dossier else None
    if isinstance(company, Company) and (nation := _JURISDICTIONS.get(company.jurisdiction)):
        return nation
    for identifier in supplier.identifiers:
        if nation := _CHARITIES.get(identifier.scheme):
            return nation
    if nation := _PREFIXES.get(supplier.company_number[:2]):
        return nation
    if supplier.address and (nation := _COUNTRIES.get(fold(supplier.address.country))):
        return nation
    is_english = any(one.scheme == CHARITY_ENGLAND_WALES for one in supplier.identifiers)
    return "England" if is_english else None
