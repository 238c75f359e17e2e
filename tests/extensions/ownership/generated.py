"""Invented groups of companies, some of which own themselves in a circle, as dossiers."""

from datetime import date, timedelta
from random import Random

from duediligence.model import Address, Company, Dossier, Officer, Owner, PartialDate, Statement
from duediligence.model.registers import RegisteredAt
from duediligence.screening.dossiers.parties import find_parents
from tests.networks.given import dossier

CORPORATE = "corporate-entity-person-with-significant-control"
_NATURES = (
    "ownership-of-shares-25-to-50-percent",
    "ownership-of-shares-75-to-100-percent-as-trust",
    "voting-rights-50-to-75-percent",
    "voting-rights-more-than-25-percent-registered-overseas-entity",
    "right-to-appoint-and-remove-directors",
    "significant-influence-or-control",
    "part-right-to-share-surplus-assets-25-to-50-percent",
)
_WORDS = "Ash Bryn Cole Dunmore Elland Fenwick Garth Holme Ives Jarrow".split()


class Group:
    """A register of a few companies that own each other."""

    def __init__(self, random: Random) -> None:
        self.random = random
        numbers = [f"{random.randint(1, 9)}{place:07}" for place in range(random.randint(1, 7))]
        self.companies = {
            number: Company(
                number=number,
                name=f"{random.choice(_WORDS)} {number[-1]} Ltd",
                status="active",
                type="ltd",
                created_on=self.day(),
                address=Address(f"{random.randint(1, 99)} High Street, Leeds", "LS1 4AP"),
            )
            for number in numbers
        }
        self.owned = {number: self.make_owners() for number in self.companies}
        self.run_by = {number: self.make_officers() for number in self.companies}

    def company(self, number: str) -> Company | None:
        return self.companies.get(number)

    def owners(self, number: str) -> tuple[Owner, ...]:
        return self.owned[number]

    def officers(self, number: str) -> tuple[Officer, ...]:
        return self.run_by[number]

    def day(self) -> date:
        return date(2000, 1, 1) + timedelta(days=self.random.randrange(9000))

    def make_owners(self) -> tuple[Owner, ...]:
        return tuple(self.make_owner() for _ in range(self.random.randint(0, 3)))

    def make_owner(self) -> Owner:
        random, since = self.random, self.day()
        natures = tuple(random.sample(_NATURES, random.randint(0, 3)))
        ceased = since + timedelta(days=900) if random.random() < 0.2 else None
        if random.random() < 0.1:
            return Owner(kind="super-secure-person-with-significant-control", natures=natures)
        if random.random() < 0.4:
            return Owner(
                kind="individual-person-with-significant-control",
                name=f"Mr {random.choice(_WORDS)} {random.choice(_WORDS)}",
                birth_date=PartialDate(random.randint(1940, 2000), random.randint(1, 12)),
                nationality=random.choice(("British", "British,Irish", "Ruritanian", "")),
                natures=natures,
                notified_on=since,
                ceased_on=ceased,
                address=Address("1 Service Court, Leeds"),
            )
        if random.random() < 0.3:
            where = random.choice(("Germany", "Jersey", ""))
            return Owner(
                kind=CORPORATE,
                name=f"{random.choice(_WORDS)} {random.randint(1, 9)} GmbH",
                natures=natures,
                registered_at=RegisteredAt(number=f"HRB {random.randint(1, 999)}", country=where),
                notified_on=since,
            )
        number, company = random.choice(sorted(self.companies.items()))
        return Owner(
            kind=CORPORATE,
            name=company.name,
            natures=natures,
            registered_at=RegisteredAt(number=number, country="England"),
            notified_on=since,
            ceased_on=ceased,
        )

    def make_officers(self) -> tuple[Officer, ...]:
        random = self.random
        return tuple(
            Officer(
                name=f"{random.choice(_WORDS)} {random.choice(_WORDS)}",
                role=random.choice(("director", "secretary", "corporate-director", "llp-member")),
                birth_date=PartialDate(1970, 2) if random.random() < 0.5 else None,
                appointed_on=self.day(),
                nationality="Irish",
            )
            for _ in range(random.randint(0, 2))
        )


def make_dossier(seed: int) -> Dossier:
    """The same dossier for the same seed."""
    group = Group(Random(seed))
    number, company = next(iter(group.companies.items()))
    owners = group.owners(number)
    return dossier(
        f"S{seed:05}",
        int(number),
        owners=owners,
        officers=group.officers(number),
        parents=find_parents(group, company, owners, depth=6),
        psc_exempt=False,
        statements=()
        if owners
        else (Statement("no-individual-or-entity-with-signficant-control"),),
        company={"name": company.name, "address": company.address},
    )
