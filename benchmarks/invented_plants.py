"""What is hidden in an invented register, to be found: and honest look-alikes of each kind.

Kinds: `ring` (companies that own each other in a circle), `phoenix` (a new company with the people
of a dead one, and its address, name or trade), `chain` (control handed from a listed person, or
from one whose other company is insolvent, to straw men), `address` (suppliers that share a small
office while they are registered at a mass address) and `near` (a supplier whose owner's owner is
a listed party or an insolvent company).
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from invented_blocks import A_COMPANY, PLANTED, SECTORS, SICS, Block, Country, coined
from invented_people import Place, words
from invented_records import DISSOLVED, Firm, Ownership, Person, PlantedCompany, Seat

KINDS = ("ring", "phoenix", "chain", "address", "near")
SUPPLIERS = 2_000
_FULL_COUNT = 120  # of each kind, so that the first 100 answers can all be right
_SECOND_RECORD = 5_000_000
_FOREIGN = ("Cyprus", "British Virgin Islands", "Latvia", "United Arab Emirates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A plant or a look-alike: `shape` says in which way, `companies` the numbers, in order."""

    kind: str
    shape: str
    companies: tuple[str, ...]
    people: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A party of the invented list."""

    id: str
    person: Person | None = None
    firm: Firm | None = None


@dataclass(slots=True)
class Plants:
    """Everything that is planted in a country."""

    country: Country
    companies: dict[int, PlantedCompany] = field(default_factory=dict)
    plants: list[Hidden] = field(default_factory=list)
    decoys: list[Hidden] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    suppliers: list[PlantedCompany] = field(default_factory=list)


def plants_of(rows: int) -> int:
    """How many plants of each kind a register of so many companies has."""
    return max(6, min(_FULL_COUNT, rows // 2_000))


def plant(country: Country) -> Plants:
    """Plan all plants and look-alikes; the same for the same seed and size."""
    planter = _Planter(country)
    count = plants_of(country.rows)
    for make in (planter.ring, planter.phoenix, planter.chain, planter.address, planter.near):
        for turn in range(count):
            make(turn)
    for decoy in (
        planter.no_ring,
        planter.no_phoenix,
        planter.no_chain,
        planter.no_address,
        planter.no_near,
    ):
        for turn in range(count // 2):
            decoy(turn)
    planter.other_suppliers(SUPPLIERS * count // _FULL_COUNT)
    planter.other_listed()
    return planter.plants


class _Planter:
    def __init__(self, country: Country) -> None:
        self.country = country
        self.plants = Plants(country)
        self.draw = random.Random(f"plants {country.seed}")
        self._person = PLANTED
        self._house = 0
        self._taken: set[int] = set()

    # What plants are made of.

    def person(self, like: Person | None = None, place: Place | None = None) -> Person:
        """Someone new; a relative of `like`: the same surname and home, unless a place is given."""
        self._person += 1
        ids = np.array([self._person], dtype=np.uint64)
        people = self.country.population.people(ids, ids)
        (home,) = self.country.population.homes(ids)
        return Person(
            number=self._person,
            title=people.title[0],
            given=people.given[0],
            middle=people.middle[0],
            surname=like.surname if like else people.surname[0],
            year=people.year[0],
            month=people.month[0],
            nationality=people.nationality[0],
            residence=people.residence[0],
            occupation=people.occupation[0],
            place=place or (like.place if like else home),
        )

    def small_office(self) -> Place:
        """A place that no other company has: a building of its own in an ordinary street."""
        self._house += 1
        street = self.draw.randrange(self.country.population.towers, self.country.streets)
        place = self.country.population.place(street, 100 + self._house % 800)
        return replace(place, premises=f"UNIT {self.draw.randint(1, 9)} {place.premises}")

    def hub(self) -> Place:
        return self.country.hub(self.draw.randrange(self.country.hubs), self.draw.randint(1, 4_999))

    def accountant(self) -> Place:
        return self.country.accountant(self.draw.randrange(self.country.accountants))

    def any_place(self) -> Place:
        return self.draw.choice((self.hub, self.accountant, self.small_office))()

    def company(
        self,
        *people: Person,
        name: str = "",
        place: Place | None = None,
        sic: str = "",
        status: str = "Active",
        created: date | None = None,
        owned: bool = True,
    ) -> PlantedCompany:
        """A company at a drawn place of the register; its people direct it and own it."""
        rows = self.country.rows
        first, last = (rows, rows + self.country.dissolved) if status == DISSOLVED else (20, rows)
        while (index := self.draw.randrange(first, last)) in self._taken:
            pass
        self._taken.add(index)
        born = created or date(2012, 1, 1) + timedelta(days=self.draw.randrange(4_000))
        made = PlantedCompany(
            index=index,
            name=name or self.name(),
            created=born,
            place=place or self.any_place(),
            sic=sic or self.draw.choice(SICS)[0],
            status=status,
            seats=[Seat(one, born) for one in people],
        )
        if owned:
            notified = max(born, date(2016, 4, 6))
            made.owners = [Ownership(one, notified) for one in people]
        self.plants.companies[index] = made
        return made

    def stem(self) -> str:
        """The first word of a name: as frequent as other companies' are, or coined."""
        first, second = (words()[int(self.draw.random() ** 2 * len(words()))] for _ in "12")
        return first if self.draw.random() < 0.5 else coined(first, second)

    def name(self, stem: str = "") -> str:
        end = self.draw.choice(("LIMITED", "LTD"))
        return f"{stem or self.stem()} {self.draw.choice(SECTORS)} {end}"

    def firm(self, company: PlantedCompany) -> Firm:
        return Firm(
            name=company.name, registered=company.number, country="England", place=company.place
        )

    def list_person(self, person: Person) -> str:
        id_ = f"INV{len(self.plants.listed) + 1:05}"
        self.plants.listed.append(Listed(id_, person=person))
        return id_

    def list_firm(self, firm: Firm) -> str:
        id_ = f"INV{len(self.plants.listed) + 1:05}"
        self.plants.listed.append(Listed(id_, firm=firm))
        return id_

    def supplier(self, company: PlantedCompany) -> str:
        self.plants.suppliers.append(company)
        return company.number

    def hide(
        self,
        kind: str,
        shape: str,
        companies: Sequence[PlantedCompany],
        people: Sequence[Person] = (),
        suppliers: Sequence[PlantedCompany] = (),
        listed: Sequence[str] = (),
        *,
        honest: bool = False,
    ) -> None:
        found = Hidden(
            kind=kind,
            shape=shape,
            companies=tuple(one.number for one in companies),
            people=tuple(one.name for one in people),
            suppliers=tuple(self.supplier(one) for one in suppliers),
            listed=tuple(listed),
        )
        (self.plants.decoys if honest else self.plants.plants).append(found)

    def days(self, low: int, high: int) -> timedelta:
        return timedelta(days=self.draw.randint(low, high))

    # Plants.

    def ring(self, turn: int) -> None:
        members = self._owned_in_turn(3 + turn % 4)
        first, last = members[0], members[-1]
        last.owners.append(Ownership(self.firm(first), self._after(first, last)))
        self.hide("ring", f"{len(members)} companies", members, (), members[:1])

    def _owned_in_turn(self, size: int) -> list[PlantedCompany]:
        """Companies of which each is owned by the next; nobody owns the last."""
        members = [self.company(self.person(), owned=False) for _ in range(size)]
        for one, owner in pairwise(members):
            one.owners.append(Ownership(self.firm(owner), self._after(one, owner)))
        return members

    def _after(self, *companies: PlantedCompany) -> date:
        return max(date(2016, 4, 6), *(one.created for one in companies)) + self.days(0, 400)

    def phoenix(self, turn: int) -> None:
        gone = turn % 2 == 0
        # A dissolved company has neither office nor trade in any file: only people and a name.
        shapes = (
            ("name", "people's address", "name and people's address")
            if gone
            else ("name", "address", "trade", "address and name", "name and trade")
        )
        shape = shapes[turn // 2 % len(shapes)]
        people = [self.person() for _ in range(2 if shape == "trade" else 1 + turn % 3 % 2)]
        office = self.small_office()
        if "people's address" in shape:
            people = [replace(one, place=office) for one in people]
        stem = self.stem()
        old = self.company(
            *people,
            name=self.name(stem),
            place=office if "address" in shape else None,
            status=DISSOLVED if gone else "Liquidation",
            created=date(2011, 1, 1) + self.days(0, 3_600),
        )
        born = self.country.first_day - self.days(20, 690)
        again = people
        if turn % 5 == 4:  # The register has split the person: another number, the same details.
            again = [replace(one, number=one.number + _SECOND_RECORD) for one in people]
        new = self.company(
            *again,
            name=self.name(stem) if "name" in shape else "",
            place=office if "address" in shape else None,
            sic=old.sic if "trade" in shape else self._other_trade(old.sic),
            created=born,
        )
        kind = "dissolved" if gone else "insolvent"
        self.hide("phoenix", f"{kind}, {shape}", (new, old), people, (new,))

    def _other_trade(self, sic: str) -> str:
        return self.draw.choice([one for one, _ in SICS if one != sic])

    def chain(self, turn: int) -> None:
        origin = self.person()
        listed, behind = (), []
        if turn % 2 == 0:
            listed = (self.list_person(origin),)
        else:
            behind = [self.company(origin, status="Liquidation")]
        straw_men = self._straw_men(origin, 1 + turn % 3, turn)
        company = self._handed(origin, *straw_men)
        shape = f"{'listed' if listed else 'insolvent'}, {len(straw_men)} straw men"
        self.hide("chain", shape, (company, *behind), (origin, *straw_men), (company,), listed)

    def _straw_men(self, origin: Person, count: int, turn: int) -> list[Person]:
        """Each shares a surname or the address for letters with the one before."""
        found: list[Person] = []
        before = origin
        for step in range(count):
            if (turn // 3 + step) % 2:
                before = self.person(like=before, place=self.small_office())
            else:
                before = self.person(place=before.place)
            found.append(before)
        return found

    def _handed(self, *hands: Person, gap: tuple[int, int] = (0, 28)) -> PlantedCompany:
        """A company whose control went from hand to hand."""
        company = self.company(hands[-1], owned=False, created=date(2016, 7, 1) + self.days(0, 900))
        day = company.created
        for place, who in enumerate(hands):
            until = day + self.days(200, 600) if place < len(hands) - 1 else None
            company.owners.append(Ownership(who, day, until))
            if until:
                day = until + self.days(*gap)
        company.seats = [Seat(hands[-1], day)]
        return company

    def address(self, turn: int) -> None:
        office = self.small_office()
        size = 2 + turn % 3
        people = [self.person() for _ in range(size)]
        if turn % 2:
            shape = "registered at mass addresses, letters to one small office"
            people = [replace(one, place=office) for one in people]
            members = [self.company(one, place=self.hub()) for one in people]
        else:
            shape = "registered at one small office, letters to mass addresses"
            people = [replace(one, place=self.hub()) for one in people]
            members = [self.company(one, place=office) for one in people]
        self.hide("address", shape, members, people, members)

    def near(self, turn: int) -> None:
        shape = ("listed person", "listed firm", "insolvent company")[turn % 3]
        middle = self.company(self.person(), owned=False)
        supplier = self.company(self.person(), owned=False)
        supplier.owners.append(Ownership(self.firm(middle), self._after(supplier, middle)))
        people: tuple[Person, ...] = ()
        listed: tuple[str, ...] = ()
        companies = [supplier, middle]
        if shape == "listed person":
            people = (self.person(),)
            listed = (self.list_person(people[0]),)
            end: Person | Firm = people[0]
        elif shape == "listed firm":
            end = self._foreign_firm()
            listed = (self.list_firm(end),)
        else:
            companies.append(self.company(self.person(), status="Liquidation"))
            end = self.firm(companies[-1])
        middle.owners.append(Ownership(end, self._after(supplier, middle)))
        self.hide("near", shape, companies, people, (supplier,), listed)

    def _foreign_firm(self) -> Firm:
        land = self.draw.choice(_FOREIGN)
        name = f"{self.stem()} {self.stem()} {self.draw.choice(SECTORS)} LIMITED"
        return Firm(
            name=name,
            registered=f"HE{self.draw.randrange(100_000, 999_999)}",
            country=land,
            place=self.small_office(),
        )

    # Look-alikes.

    def no_ring(self, turn: int) -> None:
        members = self._owned_in_turn(3 + turn % 3)
        first, last = members[0], members[-1]
        if turn % 2:
            shape = "closed by a namesake abroad"
            namesake = replace(self.firm(first), registered=str(10_000 + turn), country="Jersey")
            last.owners.append(Ownership(namesake, self._after(last)))
        else:
            shape = "closed before the other links began"
            for one in members[:-1]:
                one.owners = [replace(link, notified=date(2021, 3, 1)) for link in one.owners]
            for one in (first, last):
                one.created = date(2014, 1, 1) + self.days(0, 600)
            past = Ownership(self.firm(first), date(2016, 6, 1), date(2018, 2, 1))
            last.owners += [past, Ownership(last.seats[0].who, date(2018, 2, 1))]
        self.hide("ring", shape, members, (), members[:1], honest=True)

    def no_phoenix(self, turn: int) -> None:
        shape = (
            "same name, other people, one accountant",
            "namesake born in another month",
            "serial entrepreneur, other name, place and trade",
            "relative at the same accountant",
        )[turn % 4]
        person, office, stem = self.person(), self.accountant(), self.stem()
        status = DISSOLVED if turn % 8 < 4 else "Liquidation"
        created = date(2011, 1, 1) + self.days(0, 3_600)
        old = self.company(
            person, name=self.name(stem), place=office, status=status, created=created
        )
        new_name, new_place = "", office
        if turn % 4 == 0:
            who, new_name = self.person(), self.name(stem)
        elif turn % 4 == 1:
            month = person.month % 12 + 1
            who = replace(self.person(), title=person.title, given=person.given,
                          middle=person.middle, surname=person.surname, year=person.year,
                          month=month)  # fmt: skip
            new_name = self.name(stem)
        elif turn % 4 == 2:
            who, new_place = person, self.small_office()
        else:
            who = self.person(like=person, place=self.small_office())
        new = self.company(
            who,
            name=new_name,
            place=new_place,
            sic=self._other_trade(old.sic),
            created=self.country.first_day - self.days(20, 690),
        )
        self.hide("phoenix", shape, (new, old), (person, who), (new,), honest=True)

    def no_chain(self, turn: int) -> None:
        shape = (
            "handed on in a family without a mark",
            "handed from a namesake of a listed person",
            "sold to a stranger by a person with an insolvent company",
        )[turn % 3]
        origin = self.person()
        listed: tuple[str, ...] = ()
        others: list[PlantedCompany] = []
        if turn % 3 == 1:
            listed = (self.list_person(replace(origin, year=origin.year - 7)),)
        if turn % 3 == 2:
            others = [self.company(origin, status="Liquidation")]
            hands = [origin, self.person()]
        else:
            hands = [origin, *self._straw_men(origin, 1 + turn % 2, turn)]
        company = self._handed(*hands)
        self.hide("chain", shape, (company, *others), hands, (company,), listed, honest=True)

    def no_address(self, turn: int) -> None:
        hub = self.draw.randrange(self.country.hubs)
        people = [self.person(), self.person()]
        shape = "one mass address, nothing else"
        if turn % 2:
            shape = "neighbours in one postcode"
            near = self.small_office()
            people = [
                replace(people[0], place=near),
                replace(people[1], place=replace(near, premises=f"{2 + turn % 60}")),
            ]
        members = [self.company(one, place=self.country.hub(hub, 10 + turn)) for one in people]
        self.hide("address", shape, members, people, members, honest=True)

    def no_near(self, turn: int) -> None:
        middle = self.company(self.person(), owned=False)
        supplier = self.company(self.person(), owned=False)
        supplier.owners.append(Ownership(self.firm(middle), self._after(supplier, middle)))
        owner = self.person()
        middle.owners.append(Ownership(owner, self._after(middle)))
        if turn % 2:
            shape = "owner's owner has the name of a listed person, born otherwise"
            other = replace(owner, year=owner.year - 9, month=owner.month % 12 + 1)
            listed = (self.list_person(other),)
        else:
            shape = "an insolvent company at the same mass address"
            supplier.place = self.country.hub(turn % self.country.hubs)
            self.company(self.person(), status="Liquidation", place=supplier.place)
            listed = ()
        self.hide("near", shape, (supplier, middle), (owner,), (supplier,), listed, honest=True)

    # Those among whom they are.

    def other_suppliers(self, total: int) -> None:
        """Ordinary companies, whose people are in no other company: nothing is behind them."""
        found = 0
        wanted = max(total - len(self.plants.suppliers), total // 4)
        size = 400
        while found < wanted:
            start = self.draw.randrange(20, max(21, self.country.rows - size))
            block = Block(self.country, range(start, min(start + size, self.country.rows)))
            company, _, person = block.officers
            alone = person < np.uint64(self.country.rows * 2 * A_COMPANY)
            busy = set(company[~alone].tolist())
            statuses = self.country.pick(block.companies, "status")
            for place, index in enumerate(block.numbers):
                plain = (
                    index not in busy
                    and index not in self._taken
                    and block.parents[place] < 0
                    and statuses[place] == "Active"
                    and self.draw.random() < 0.2
                )
                if plain and found < wanted:
                    self._taken.add(index)
                    found += 1
                    self.plants.suppliers.append(
                        PlantedCompany(
                            index=index,
                            name=block.names[place],
                            created=self.country.first_day,
                            place=block.offices[place],
                            sic="",
                        )
                    )

    def other_listed(self, total: int = 6_000) -> None:
        """Fill the list to the size of a real one, with people and firms of no plant."""
        fill: list[Callable[[], object]] = [
            lambda: self.list_person(self.person()),
            lambda: self.list_firm(self._foreign_firm()),
        ]
        while len(self.plants.listed) < total:
            fill[self.draw.random() < 0.3]()
        self.draw.shuffle(self.plants.suppliers)
