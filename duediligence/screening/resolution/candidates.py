"""Candidates for the register entry of a supplier, by register."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

from duediligence.errors import Hint, SourceError, Step
from duediligence.model import Charity, Company, Identifier, Name, RegisterHit
from duediligence.model.entries import COMPANY
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.store.register.local_register import CHARITIES, RegisterStore

if TYPE_CHECKING:
    from duediligence.registers.companies_house.client import CompaniesHouse


_CEASED = {
    "dissolved": "dissolved",
    "converted-closed": "closed or converted into another body",
    "closed": "closed",
    "removed": "removed from the register",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A legal entity on a register, and (once ranked) how well it fits the supplier.

    `status` is the register's own word. `company_number` bridges a charity to its company. `score`
    is that of the best pair of names alone, 0.0 … 1.0; `standing` orders the candidates (see
    `ranking`); `reasons` are sentences for an officer.
    """

    identifier: Identifier
    name: str
    other_names: tuple[Name, ...] = ()
    postcodes: tuple[str, ...] = ()
    status: str = ""
    ceased_on: date | None = None
    company_number: str = ""
    score: float | None = None
    standing: float = 0.0
    reasons: tuple[str, ...] = ()

    @property
    def ceased(self) -> str:
        """Return how the entity ended, in words, or an empty string while it lives or none is
        told.
        """
        return _CEASED.get(self.status.casefold(), "")


class CandidateSource(Protocol):
    """A register that can be asked. Both raise SourceError when they cannot tell."""

    def by_number(self, identifier: Identifier) -> Candidate | None:
        """Return the entity of that number, or None where the register has none."""

    def by_name(self, name: str, postcode: str) -> Sequence[Candidate]:
        """Return entities whose name may be this one; more than fit is harmless, fewer is not."""


def merge_candidates(found: Iterable[Candidate]) -> list[Candidate]:
    """Return one candidate for each entity, whatever the order in which registers told of it."""
    by_identifier: dict[Identifier, list[Candidate]] = defaultdict(list)
    for one in found:
        by_identifier[one.identifier].append(one)
    entities = {identifier: _merge_same_entity(same) for identifier, same in by_identifier.items()}
    for charity in sorted(entities.values(), key=lambda one: one.identifier):
        company = entities.get(Identifier(COMPANY, charity.company_number))
        if charity.company_number and company is not None and company is not charity:
            # A charitable company stands in two registers and is one legal entity.
            entities[company.identifier] = _with_names_of(company, [charity])
            del entities[charity.identifier]
    return [entities[identifier] for identifier in sorted(entities)]


def _merge_same_entity(same: Sequence[Candidate]) -> Candidate:
    # An entity that one source calls ended is taken for ended.
    first, *rest = sorted(same, key=lambda one: (not one.ceased, one.name, one.status))
    return _with_names_of(first, rest)


def _with_names_of(chosen: Candidate, others: Iterable[Candidate]) -> Candidate:
    names = set(chosen.other_names)
    postcodes = set(chosen.postcodes)
    for other in others:
        names |= {Name(other.name, "variation"), *other.other_names}
        postcodes |= set(other.postcodes)
    names.discard(Name(chosen.name, "variation"))
    return replace(
        chosen,
        other_names=tuple(sorted(names, key=lambda name: (name.type, name.text))),
        postcodes=tuple(sorted(postcodes)),
    )


WHOLE_RECORDS = 3  # of the best hits of a search: a request each


@use_case("read")
def sources_at_hand(workspace: Workspace) -> list[CandidateSource]:
    """Return every register that can be asked, and one that says so for each that is not available.

    A company may be on no available register and yet exist, so without one nothing is linked by
    name. Charity registers are not needed for that: a charity is linked where it is found.
    """
    loaded = workspace.register.versions()
    sources: list[CandidateSource] = [LocalRegister(workspace.register)] if loaded else []
    if workspace.companies_house:
        sources.append(OnlineRegister(workspace.companies_house))
    elif "companies-house" not in loaded:
        sources.append(NotAtHand(COMPANY, "companies-house", by_name_too=True))
    missing = [item for item in CHARITIES.items() if item[1] not in loaded]
    return sources + [NotAtHand(scheme, register) for scheme, register in missing]


@dataclass(frozen=True, slots=True)
class NotAtHand:
    """A register that was never loaded: it cannot tell."""

    scheme: str
    register: str
    by_name_too: bool = False

    def by_number(self, identifier: Identifier) -> Candidate | None:
        if identifier.scheme == self.scheme:
            raise self._error
        return None

    def by_name(self, name: str, postcode: str) -> Sequence[Candidate]:  # noqa: ARG002
        if self.by_name_too:
            raise self._error
        return ()

    @property
    def _error(self) -> SourceError:
        return SourceError(
            f"the register {self.register} is not loaded: load its bulk file",
            hint=Hint("To load it: ", Step("load-registers", register=self.register)),
        )


class LocalRegister:
    """The bulk files. Companies that are no more are not in them."""

    def __init__(self, store: RegisterStore) -> None:
        self.store = store

    def by_number(self, identifier: Identifier) -> Candidate | None:
        if identifier.scheme == COMPANY:
            company = self.store.company(identifier.id)
            return of_company(company) if company else None
        if identifier.scheme in CHARITIES:
            charity = self.store.charity(identifier)
            return of_charity(charity) if charity else None
        return None

    def by_name(self, name: str, postcode: str) -> Sequence[Candidate]:
        return [self._of_hit(hit) for hit in self.store.search(name, postcode)]

    def _of_hit(self, hit: RegisterHit) -> Candidate:
        charity = self.store.charity(hit.identifier) if hit.kind == "charity" else None
        return of_charity(charity) if charity else of_hit(hit)


class OnlineRegister:
    """The API of Companies House, which knows dissolved companies too."""

    def __init__(self, api: "CompaniesHouse") -> None:
        self.api = api

    def by_number(self, identifier: Identifier) -> Candidate | None:
        company = self.api.company(identifier.id) if identifier.scheme == COMPANY else None
        return of_company(company) if company else None

    def by_name(self, name: str, postcode: str) -> Sequence[Candidate]:  # noqa: ARG002
        hits = self.api.search(name)
        # A hit does not tell the former names that it may have been found by.
        whole = [self.by_number(hit.identifier) for hit in hits[:WHOLE_RECORDS]]
        return [
            *(one for one in whole if one is not None),
            *(of_hit(hit) for hit in hits[WHOLE_RECORDS:]),
        ]


def of_hit(hit: RegisterHit) -> Candidate:
    """Return a hit of a search as a candidate."""
    return Candidate(
        identifier=hit.identifier,
        name=hit.name,
        other_names=tuple(Name(name, "former") for name in hit.former_names),
        postcodes=(hit.postcode,) if hit.postcode else (),
        status=hit.status,
    )


def of_company(company: Company) -> Candidate:
    """Return a company's record as a candidate."""
    postcode = company.address.postcode if company.address else ""
    return Candidate(
        identifier=Identifier(COMPANY, company.number),
        name=company.name,
        other_names=tuple(Name(former.name, "former") for former in company.former_names),
        postcodes=(postcode,) if postcode else (),
        status=company.status,
        ceased_on=company.ceased_on,
    )


def of_charity(charity: Charity) -> Candidate:
    """Return a charity's record as a candidate."""
    postcode = charity.address.postcode if charity.address else ""
    return Candidate(
        identifier=charity.identifier,
        name=charity.name,
        other_names=tuple(Name(name, "variation") for name in charity.other_names),
        postcodes=(postcode,) if postcode else (),
        status=charity.status,
        ceased_on=charity.removed_on,
        company_number=charity.company_number,
    )
