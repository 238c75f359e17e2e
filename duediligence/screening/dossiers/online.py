"""What the API of Companies House tells of a company. A part that fails leaves the rest alone."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from duediligence.model import Charge, Company, Insolvency, NotHeld, NotKnown, Officer, Person
from duediligence.registers.companies_house import CompaniesHouse
from duediligence.screening.dossiers.ownership import parents
from duediligence.screening.dossiers.parts import attempt, same
from duediligence.screening.dossiers.people import appointments, disqualifications

RECENTLY = timedelta(days=731)
_INSOLVENT = frozenset(
    "liquidation administration receivership insolvency-proceedings voluntary-arrangement".split()
)


class Online:
    """One company, asked for part by part, and the people whom the buyer named beside it.

    Raises StorageError.
    """

    def __init__(
        self,
        api: CompaniesHouse,
        number: str,
        today: date,
        depth: int,
        named: Sequence[Person] = (),
    ) -> None:
        self.api = api
        self._number = number
        self._today = today
        self._depth = depth
        self._named = named

    def parts(self) -> dict[str, Any]:
        """Each part of the dossier by name, but for `same_address`."""
        api, number = self.api, self._number
        company = attempt(lambda: api.company(number))
        if isinstance(company, NotKnown):
            return same(company)
        if company is None:
            return self.without(NotHeld(f"Companies House has no company {number}."))
        officers = attempt(lambda: self._officers())
        owners = attempt(lambda: api.owners(number))
        directors = officers if isinstance(officers, NotKnown) else _directing(officers)
        return {
            "company": company,
            "officers": officers,
            "owners": owners,
            "statements": attempt(lambda: api.statements(number)),
            "psc_exempt": attempt(lambda: api.psc_exempt(number, self._today)),
            "filings": attempt(lambda: api.filings(number)),
            "charges": attempt(lambda: self._charges(company)),
            "insolvencies": attempt(lambda: self._insolvencies(company)),
            "appointments": directors
            if isinstance(directors, NotKnown)
            else attempt(lambda: appointments(api, directors)),
            "disqualifications": directors
            if isinstance(directors, NotKnown)
            else owners
            if isinstance(owners, NotKnown)
            else attempt(lambda: disqualifications(api, directors, owners, self._named)),
            "parents": owners
            if isinstance(owners, NotKnown)
            else attempt(lambda: parents(api, company, owners, depth=self._depth)),
        }

    def without(self, why: NotKnown | NotHeld) -> dict[str, Any]:
        """Every part where there is no company to ask for; whom the buyer named is asked for."""
        parts = same(why)
        if self._named:
            parts["disqualifications"] = attempt(
                lambda: disqualifications(self.api, (), (), self._named)
            )
        return parts

    def _officers(self) -> tuple[Officer, ...]:
        """Those in office, and those who resigned in the last two years."""
        return tuple(
            officer
            for officer in self.api.officers(self._number)
            if officer.resigned_on is None or officer.resigned_on >= self._today - RECENTLY
        )

    def _charges(self, company: Company) -> tuple[Charge, ...]:
        # The register links to charges also where it says that there are none: the flag is right.
        return () if company.has_charges is False else self.api.charges(company.number)

    def _insolvencies(self, company: Company) -> tuple[Insolvency, ...]:
        if company.has_insolvency_history is False and company.status not in _INSOLVENT:
            return ()
        return self.api.insolvencies(company.number)


def _directing(officers: tuple[Officer, ...]) -> tuple[Officer, ...]:
    return tuple(officer for officer in officers if officer.active and officer.director)
