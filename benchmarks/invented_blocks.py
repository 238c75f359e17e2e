"""The companies of an invented country, by blocks, and who stands behind them.

Shares follow what is known of the register: a fifth of all people are in several companies, an
eighth of all companies sit at addresses with thousands of them, a quarter at an accountant's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from invented_draws import Draws, Numbers, running
from invented_people import People, Place, Population, words
from numpy.typing import NDArray

FULL = 5_700_000
MOGUL_OWNS = 9_000  # of the full size

# Ranges of people's numbers, which are the publisher's person numbers too.
A_COMPANY = 6  # people who are in one company only: four slots and two former owners
_SERIAL, _NOMINEES, MOGUL, PLANTED, _SECOND_RECORD = (
    50_000_000, 60_000_000, 61_000_000, 70_000_000, 30_000_000,
)  # fmt: skip
_HOW_MANY = running([58, 30, 9, 3])
_STATUSES = (
    ("Active", 9050), ("Active - Proposal to Strike off", 780), ("Liquidation", 140),
    ("In Administration", 15), ("RECEIVERSHIP", 5), ("Voluntary Arrangement", 10),
)  # fmt: skip
INSOLVENT = ("Liquidation", "In Administration")
_ACCOUNTS = (
    ("MICRO ENTITY", 30), ("TOTAL EXEMPTION FULL", 28), ("DORMANT", 12), ("NO ACCOUNTS FILED", 22),
    ("SMALL", 3), ("FULL", 2), ("UNAUDITED ABRIDGED", 3),
)  # fmt: skip
_ENDS = (("LIMITED", 58), ("LTD", 37), ("LLP", 2), ("C.I.C.", 2), ("PLC", 1))
SECTORS = (
    "CARE CLEANING CONSULTING CONSTRUCTION CATERING TRANSPORT LOGISTICS PROPERTY HOLDINGS "
    "SERVICES SOLUTIONS GROUP HOMES MANAGEMENT TRAINING SECURITY ENERGY DIGITAL DESIGN MEDIA "
    "ENGINEERING PLUMBING ELECTRICAL RECRUITMENT SUPPLIES FOODS TRADING INVESTMENTS PARTNERS"
).split()
SICS = (
    ("68209 - Other letting and operating of own or leased real estate", 60),
    ("70229 - Management consultancy activities other than financial management", 50),
    ("41202 - Construction of domestic buildings", 40),
    ("47910 - Retail sale via mail order houses or via Internet", 45),
    ("62020 - Information technology consultancy activities", 40),
    ("68100 - Buying and selling of own real estate", 40),
    ("82990 - Other business support service activities n.e.c.", 35),
    ("99999 - Dormant Company", 35),
    ("98000 - Residents property management", 30),
    ("43390 - Other building completion and finishing", 25),
    ("56103 - Take-away food shops and mobile food stands", 25),
    ("49410 - Freight transport by road", 25),
    ("86900 - Other human health activities", 20),
    ("62012 - Business and domestic software development", 20),
    ("96090 - Other service activities n.e.c.", 20),
    ("81210 - General cleaning of buildings", 18),
    ("88100 - Social work activities without accommodation for the elderly and disabled", 15),
    ("78200 - Temporary employment agency activities", 15),
    ("43210 - Electrical installation", 15),
    ("43220 - Plumbing, heat and air-conditioning installation", 14),
    ("45200 - Maintenance and repair of motor vehicles", 14),
    ("47110 - Retail sale in non-specialised stores with food", 14),
    ("80100 - Private security activities", 10),
    ("85590 - Other education n.e.c.", 10),
    ("71129 - Other engineering activities", 10),
    ("64209 - Activities of other holding companies n.e.c.", 10),
    ("53202 - Unlicensed carrier", 10),
    ("56101 - Licensed restaurants", 10),
    ("87900 - Other residential care activities n.e.c.", 6),
    ("38110 - Collection of non-hazardous waste", 4),
    ("81300 - Landscape service activities", 6),
    ("69201 - Accounting and auditing activities", 6),
)
_NATURES = (
    ('["ownership-of-shares-75-to-100-percent","voting-rights-75-to-100-percent",'
     '"right-to-appoint-and-remove-directors"]', 45),
    ('["ownership-of-shares-75-to-100-percent"]', 15),
    ('["ownership-of-shares-25-to-50-percent","voting-rights-25-to-50-percent"]', 28),
    ('["ownership-of-shares-50-to-75-percent","voting-rights-50-to-75-percent",'
     '"right-to-appoint-and-remove-directors"]', 7),
    ('["significant-influence-or-control"]', 3),
    ('["right-to-appoint-and-remove-directors"]', 2),
)  # fmt: skip
WHOLE = _NATURES[0][0]
_STATEMENTS = (
    "no-individual-or-entity-with-signficant-control",
    "psc-exists-but-not-identified",
    "steps-to-find-psc-not-yet-completed",
)
_EPOCH = np.datetime64("1970-01-01")


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - date(1970, 1, 1)).days


@dataclass(frozen=True, slots=True, eq=False)
class Owners:
    """The records of individuals in a block: one place a record in each list."""

    company: Numbers
    person: Numbers
    notified: NDArray[np.int64]
    ceased: NDArray[np.int64]  # 0: not


class Country:
    """What the seed decides, and how big everything is."""

    def __init__(self, rows: int, seed: int = 1, next_month: bool = False) -> None:
        self.rows = rows
        self.seed = seed
        self.next_month = next_month
        self.dissolved = rows * 15 // 100
        self.newcomers = max(3, rows * 8 // 1000)
        self.draws = Draws(seed)
        streets = max(200, rows // 8)
        self.hubs = max(3, rows // 50_000)
        self.accountants = max(5, rows // 100)
        self.nominees = max(2, rows // 40_000)
        self.serial = max(50, rows // 3)
        self.streets = streets
        self.population = Population(self.draws, streets)
        self.day = date(2026, 12, 1) if next_month else date(2026, 11, 1)
        self.first_day = date(2026, 11, 1)
        self.tables = {
            name: ([text for text, _ in table], running([weight for _, weight in table]))
            for name, table in (
                ("status", _STATUSES),
                ("accounts", _ACCOUNTS),
                ("end", _ENDS),
                ("sic", SICS),
                ("natures", _NATURES),
            )
        }

    def live_blocks(self, size: int) -> Iterator[range]:
        """The numbers of companies that are not dissolved, by blocks."""
        yield from _split(0, self.rows, size)
        if self.next_month:
            first = self.rows + self.dissolved
            yield from _split(first, first + self.newcomers, size)

    def all_blocks(self, size: int) -> Iterator[range]:
        """The numbers of all companies, by blocks."""
        yield from _split(0, self.rows, size)
        yield from _split(self.rows, self.rows + self.dissolved, size)
        if self.next_month:
            first = self.rows + self.dissolved
            yield from _split(first, first + self.newcomers, size)

    def pick(self, numbers: Numbers, name: str, purpose: str = "") -> list[str]:
        """A weighted choice from one of the tables for each number."""
        texts, edges = self.tables[name]
        return [texts[i] for i in self.draws.weighted(numbers, purpose or name, edges).tolist()]

    def created(self, companies: Numbers) -> NDArray[np.int64]:
        """The day each was formed: low numbers are old, a fifth is of the last two years."""
        c = companies.astype(np.float64)
        live = -np.log((c + 0.5) / self.rows) * 8.5 * 365
        gone = 700 + self.draws.even(companies, "dissolved's age") * 9_000
        age = np.where(companies < self.rows, live.clip(1, 22_000), gone)
        days = day_number(self.first_day) - age.astype(np.int64)
        new = day_number(self.first_day) + self.draws.below(companies, "newcomer", 28)
        return np.where(companies >= self.rows + self.dissolved, new, days)

    def names(self, companies: Numbers) -> list[str]:
        """The name of each company."""
        draws, stems = self.draws, words()
        first = draws.below(companies, "stem", len(stems), 2.0).tolist()
        second = draws.below(companies, "second word", len(stems), 2.0).tolist()
        how = draws.even(companies, "kind of name").tolist()
        sector = draws.below(companies, "sector", len(SECTORS)).tolist()
        other = draws.below(companies, "second sector", len(SECTORS)).tolist()
        family = self.population.surname(companies * np.uint64(A_COMPANY))
        ends = self.pick(companies, "end")
        made = []
        for f, s, h, a, b, owner, end in zip(
            first, second, how, sector, other, family, ends, strict=True
        ):
            if h < 0.1:
                text = f"{owner.upper()} {SECTORS[a]}"
            elif h < 0.35:
                text = f"{stems[f]} {stems[s]}"
            elif h < 0.65:
                text = f"{stems[f]} {SECTORS[a]}"
            elif h < 0.9:
                text = f"{coined(stems[f], stems[s])} {SECTORS[a]}"
            else:
                text = f"{stems[f]} {SECTORS[a]} & {SECTORS[b]}"
            made.append(f"{text} {end}")
        return made

    def parents(self, companies: Numbers) -> NDArray[np.int64]:
        """The company that owns each, or -1: always an older one, so that none owns itself."""
        draws = self.draws
        owned = draws.even(companies, "owned") < 0.08
        below = np.minimum(companies, np.uint64(self.rows)).astype(np.float64)
        place = (below / 17 * draws.even(companies, "parent") ** 1.5).astype(np.int64) * 17
        return np.where(owned & (companies > 17), place, -1)

    def changed(self, companies: Numbers) -> NDArray[np.bool_]:
        """Whether something about each changed by the next month: 0.05 % a day."""
        if not self.next_month:
            return np.zeros(len(companies), dtype=np.bool_)
        return self.draws.even(companies, "changed") < 0.015

    def gone(self, companies: Numbers) -> NDArray[np.bool_]:
        """Whether each left the register by the next month."""
        if not self.next_month:
            return np.zeros(len(companies), dtype=np.bool_)
        return self.draws.even(companies, "gone") < 0.006

    def hub(self, place: int, office: int | None = None) -> Place:
        """A mass address: thousands of companies in one building."""
        return self._building(
            self.streets + place, 10 + place * 7 % 150, f"SUITE {office}" if office else ""
        )

    def accountant(self, place: int) -> Place:
        """An accountant's office with dozens of companies."""
        return self._building(self.streets + self.hubs + place, 1 + place * 13 % 120, "")

    def _building(self, street: int, house: int, within: str) -> Place:
        place = self.population.place(street, house)
        return replace(place, premises=f"{within} {house}".strip())


def coined(first: str, second: str) -> str:
    """A word that hardly any other company has, of two that many have."""
    return f"{first[:6]}{second[:4]}"


def _split(start: int, stop: int, size: int) -> Iterator[range]:
    for first in range(start, stop, size):
        yield range(first, min(first + size, stop))


class Block:
    """The companies of one range of numbers."""

    def __init__(self, country: Country, numbers: range) -> None:
        self.country = country
        self.numbers = numbers
        self.companies: Numbers = np.arange(numbers.start, numbers.stop, dtype=np.uint64)

    @cached_property
    def names(self) -> list[str]:
        return self.country.names(self.companies)

    @cached_property
    def created(self) -> NDArray[np.int64]:
        return self.country.created(self.companies)

    @cached_property
    def _slots(self) -> tuple[Numbers, NDArray[np.int64], Numbers]:
        """Each seat of an officer: its company, which seat, and the person."""
        draws = self.country.draws
        count = 1 + draws.weighted(self.companies, "how many", _HOW_MANY)
        company = np.repeat(self.companies, count)
        seat = np.arange(len(company)) - np.repeat(np.cumsum(count) - count, count)
        return company, seat, self._persons(company, seat)

    def _persons(self, company: Numbers, seat: NDArray[np.int64]) -> Numbers:
        country, draws = self.country, self.country.draws
        slot = company * np.uint64(A_COMPANY) + seat.astype(np.uint64)
        person = slot.copy()
        several = draws.even(slot, "serial") < 0.55
        serial = _SERIAL + draws.below(slot, "which serial", country.serial, 1.4)
        person = np.where(several & ~self._family(company, seat), serial.astype(np.uint64), person)
        chance = draws.even(company, "hub person")
        nominee = _NOMINEES + draws.below(company, "nominee", country.nominees)
        person = np.where((chance < 0.012) & (seat == 0), nominee.astype(np.uint64), person)
        mogul = (chance > 1 - MOGUL_OWNS / FULL) & (seat == 0)
        return np.where(mogul, np.uint64(MOGUL), person)

    def _family(self, company: Numbers, seat: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether a relative of the first has the second seat, or owned the company before."""
        draws = self.country.draws
        return ((seat == 1) & (draws.even(company, "family") < 0.5)) | (
            (seat == 4) & (draws.even(company, "family before") < 0.25)
        )

    @cached_property
    def officers(self) -> tuple[Numbers, NDArray[np.int64], Numbers]:
        return self._slots

    @cached_property
    def offices(self) -> list[Place]:
        """The registered office of each company."""
        country, draws, c = self.country, self.country.draws, self.companies
        tier = draws.even(c, "office")
        moved = country.changed(c) & (draws.even(c, "moved") < 0.33)
        tier = np.where(moved, 0.9, tier)
        hub = draws.below(c, "hub", country.hubs, 1.5)
        office = draws.below(c, "suite", 5_000)
        accountant = draws.below(c, "accountant", country.accountants, 1.5)
        _, seat, person = self._slots
        at_home = (person[seat == 0] < _SERIAL) & (tier < 0.8)
        homes = country.population.homes(c * np.uint64(A_COMPANY))
        own = country.population.homes(c * np.uint64(A_COMPANY) + np.uint64(3_000_000_000))
        hubs = [country.hub(place) for place in range(country.hubs)]
        found = []
        rows = zip(
            tier.tolist(), hub.tolist(), office.tolist(), accountant.tolist(), at_home.tolist(),
            homes, own, strict=True,
        )  # fmt: skip
        for t, h, o, a, is_home, home, elsewhere in rows:
            if t < 0.12:
                place = hubs[h]
                if t < 0.07:
                    place = replace(place, premises=f"SUITE {o + 1} {place.premises}")
            elif t < 0.37:
                place = country.accountant(a)
            else:
                place = home if is_home else elsewhere
            found.append(place)
        return found

    def people(self, company: Numbers, person: Numbers) -> tuple[People, list[Place]]:
        """Who the people of some seats are, and their addresses for letters."""
        country, draws = self.country, self.country.draws
        seat = (person % np.uint64(A_COMPANY)).astype(np.int64)
        related = (person < _SERIAL) & self._family(company, seat)
        household = np.where(related, company * np.uint64(A_COMPANY), person)
        found = country.population.people(person, household)
        homes = country.population.homes(household)
        at_office = (draws.even(person + company, "letters to the office") < 0.4).tolist()
        first = self.numbers.start
        offices = self.offices
        return found, [
            offices[c - first] if office else home
            for c, office, home in zip(company.tolist(), at_office, homes, strict=True)
        ]

    def person_numbers(self, company: Numbers, person: Numbers) -> Numbers:
        """The publisher's number of each person: one in five of the busy has two of them."""
        draws = self.country.draws
        split = (
            (person >= _SERIAL)
            & (person < _NOMINEES)
            & (draws.even(person, "split") < 0.2)
            & (draws.even(company, "second record") < 0.4)
        )
        return np.where(split, person + np.uint64(_SECOND_RECORD), person) + np.uint64(1_000_000)

    @cached_property
    def stated(self) -> NDArray[np.int64]:
        """The statement of each company that has no owner to name, or -1."""
        draws, c = self.country.draws, self.companies
        which = draws.below(c, "statement", len(_STATEMENTS), 2.0)
        return np.where(draws.even(c, "stated") < 0.045, which, -1)

    def statement(self, which: int) -> str:
        return _STATEMENTS[which]

    @cached_property
    def parents(self) -> NDArray[np.int64]:
        return self.country.parents(self.companies)

    @cached_property
    def owners(self) -> Owners:
        """The people who own each company, and those who did."""
        country, draws, c = self.country, self.country.draws, self.companies
        company, seat, person = self._slots
        first = self.numbers.start
        place = (company - np.uint64(first)).astype(np.int64)
        owns = (seat == 0) | ((seat == 1) & (draws.even(company, "second owner") < 0.6))
        owns &= (self.parents[place] < 0) & (self.stated[place] < 0)
        # A nominee directs; the owner behind is someone else.
        nominee = (person >= _NOMINEES) & (person < MOGUL)
        behind = company * np.uint64(A_COMPANY) + np.uint64(3)
        person = np.where(nominee, behind, person)
        companies, persons = [company[owns]], [person[owns]]
        created = np.maximum(self.created, day_number(date(2016, 4, 6)))
        late = draws.below(companies[0], "notified later", 1_500) * (
            draws.even(companies[0], "came later") < 0.3
        )
        today = day_number(country.first_day)
        start = created[place[owns]]
        # Most who own a company after somebody else were notified when that one ceased.
        until = created + ((today - created).clip(0) * draws.even(c, "ceased 4")).astype(np.int64)
        follows = (draws.even(c, "former owner 4") < 0.6) & (draws.even(c, "follows") < 0.7)
        follows = follows[place[owns]] & (seat[owns] == 0)
        after = until[place[owns]] + draws.below(companies[0], "days between", 20)
        begins = np.where(follows, after, start + late)
        notified = [np.maximum(start, np.minimum(begins, today - 1))]
        ceased = [np.zeros(len(start), dtype=np.int64)]
        for seat_number, share in ((4, 0.6), (5, 0.22)):
            had = draws.even(c, f"former owner {seat_number}") < share
            former = c[had]
            slot = former * np.uint64(A_COMPANY) + np.uint64(seat_number)
            serial = (_SERIAL + draws.below(slot, "which", country.serial)).astype(np.uint64)
            persons.append(np.where(draws.even(slot, "serial") < 0.1, serial, slot))
            companies.append(former)
            began = created[had]
            share_of_time = draws.even(former, f"ceased {seat_number}")
            ended = began + ((today - began).clip(0) * share_of_time).astype(np.int64)
            notified.append(began)
            ceased.append(np.maximum(ended, began))
        if country.next_month:
            left = country.changed(companies[0]) & (draws.even(companies[0], "sold") < 0.5)
            ceased[0] = np.where(left, today + 10, ceased[0])
            slot = companies[0][left] * np.uint64(A_COMPANY) + np.uint64(2)
            companies.append(companies[0][left])
            persons.append(slot)
            notified.append(np.full(len(slot), today + 12))
            ceased.append(np.zeros(len(slot), dtype=np.int64))
        whose = np.concatenate(companies)
        order = np.argsort(whose, kind="stable")
        return Owners(
            whose[order],
            np.concatenate(persons)[order],
            np.concatenate(notified)[order],
            np.concatenate(ceased)[order],
        )


def days(numbers: NDArray[np.int64], layout: str) -> list[str]:
    """Days since 1970 as texts: `iso`, `plain` (CCYYMMDD) or `slashes` (DD/MM/CCYY)."""
    iso = np.datetime_as_string(_EPOCH + numbers.astype("timedelta64[D]"), unit="D").tolist()
    if layout == "plain":
        return [day.replace("-", "") for day in iso]
    if layout == "slashes":
        return [f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in iso]
    return [str(day) for day in iso]


def before(day: date, back: int) -> date:
    """The day so many days before."""
    return day - timedelta(days=back)
