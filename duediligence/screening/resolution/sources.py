"""The registers at hand, each asked in its own way and answering alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from duediligence.errors import Hint, SourceError, Step
from duediligence.model import Charity, Company, Identifier, Name, RegisterHit
from duediligence.model.identifiers import COMPANY
from duediligence.screening.access import use_case
from duediligence.screening.resolution.candidates import Candidate, CandidateSource
from duediligence.screening.workspace import Workspace
from duediligence.store.register import CHARITIES, RegisterStore

if TYPE_CHECKING:
    from duediligence.registers.companies_house import CompaniesHouse

WHOLE_RECORDS = 3  # of the best hits of a search: a request each


@use_case("read")
def sources_at_hand(workspace: Workspace) -> list[CandidateSource]:
    """Every register that can be asked, and one that says so for each that is not at hand.

    A company may be on no register at hand and yet exist, so without one nothing is linked by
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
    """A hit of a search as a candidate."""
    return Candidate(
        identifier=hit.identifier,
        name=hit.name,
        other_names=tuple(Name(name, "former") for name in hit.former_names),
        postcodes=(hit.postcode,) if hit.postcode else (),
        status=hit.status,
    )


def of_company(company: Company) -> Candidate:
    """A company's record as a candidate."""
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
    """A charity's record as a candidate."""
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
