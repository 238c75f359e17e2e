"""The lines of a block of companies in each of the three files, planted companies among them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from invented_blocks import WHOLE, Block, Country, day_number, days
from invented_lines import (
    company_line,
    exemption_line,
    firm_line,
    individual_line,
    number_of,
    officer_company_line,
    officer_line,
    statement_line,
    super_secure_line,
    written,
)
from invented_people import Place

DISSOLVED = "Dissolved"
_OFFICER_STATUSES = {"Liquidation": "L", "RECEIVERSHIP": "R", DISSOLVED: "D"}
_FOREIGN = (("Luxembourg", "SARL"), ("Jersey", "LIMITED"), ("British Virgin Islands", "LTD"),
            ("Ireland", "DAC"), ("Germany", "GMBH"), ("Cyprus", "LIMITED"))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person behind planted companies."""

    number: int
    title: str
    given: str
    middle: str
    surname: str
    year: int
    month: int
    nationality: str
    residence: str
    occupation: str
    place: Place

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.given, self.middle, self.surname)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A firm that owns a planted company, as the owned one has written it down."""

    name: str
    registered: str
    country: str
    place: Place


@dataclass(frozen=True, slots=True)
class Ownership:
    who: Person | Firm
    notified: date
    ceased: date | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    who: Person
    appointed: date
    role: str = "01"
    version: int = 1


@dataclass(slots=True, kw_only=True)
class PlantedCompany:
    """A company that stands in the register as it is written here."""

    index: int
    name: str
    created: date
    place: Place
    sic: str
    status: str = "Active"
    seats: list[Seat] = field(default_factory=list)
    owners: list[Ownership] = field(default_factory=list)

    @property
    def number(self) -> str:
        return number_of(self.index)


Planted = Mapping[int, PlantedCompany]


def company_lines(
    country: Country, planted: Planted, numbers: range, counts: Counter[str]
) -> Iterator[str]:
    """The rows of BasicCompanyData."""
    block = Block(country, numbers)
    c = block.companies
    today = day_number(country.first_day)
    draws = country.draws
    due = today - 90 + draws.below(c, "accounts due", 420)
    changed = country.changed(c)
    filed = changed & (draws.even(c, "filed") > 0.66)
    due = due + 365 * filed
    created = block.created
    statuses = country.pick(c, "status")
    struck = changed & ~filed & (draws.even(c, "moved") >= 0.33)
    statuses = [
        "Active - Proposal to Strike off" if strike else status
        for strike, status in zip(struck.tolist(), statuses, strict=True)
    ]
    former = draws.even(c, "former name") < 0.15
    renamed = np.minimum(created + 400, today - 20)
    stems = country.names(c + np.uint64(1 << 40))
    rows = zip(
        numbers, block.names, block.offices, statuses, days(created, "slashes"),
        country.pick(c, "accounts"), days(due, "slashes"), days(due - 640, "slashes"),
        (draws.below(c, "charges", 9, 6.0)).tolist(), country.pick(c, "sic"), former.tolist(),
        stems, days(renamed, "slashes"), country.gone(c).tolist(), strict=True,
    )  # fmt: skip
    for (index, name, place, status, born, accounts, next_due, made_up, charges, sic, was, stem,
         until, is_gone) in rows:  # fmt: skip
        own = planted.get(index)
        if own is not None:
            if own.status == DISSOLVED:
                continue
            counts["companies"] += 1
            yield company_line(
                own.number, own.name, own.place, own.status, written(own.created),
                accounts, next_due, made_up, 0, own.sic,
            )  # fmt: skip
            continue
        if is_gone:
            continue
        counts["companies"] += 1
        yield company_line(
            number_of(index), name, place, status, born, accounts, next_due, made_up, charges, sic,
            stem if was else "", until if was else "",
        )  # fmt: skip


def owner_lines(
    country: Country, planted: Planted, numbers: range, counts: Counter[str], lean: bool
) -> Iterator[str]:
    """The records of the PSC snapshot, without the totals."""
    block = Block(country, numbers)
    yield from _individuals(block, planted, counts, lean)
    yield from _firms(block, planted, counts, lean)
    yield from _others(block, planted, counts, lean)
    for index in numbers:
        if own := planted.get(index):
            for place, ownership in enumerate(own.owners):
                counts["owners"] += 1
                yield _planted_owner(own, place, ownership, lean)


def _individuals(block: Block, planted: Planted, counts: Counter[str], lean: bool) -> Iterator[str]:
    country, owners = block.country, block.owners
    people, places = block.people(owners.company, owners.person)
    slots = owners.company * np.uint64(16) + owners.person
    ceased = days(owners.ceased, "iso")
    rows = zip(
        owners.company.tolist(), country.draws.bits(slots, "record").tolist(), places,
        people.title, people.given, people.middle, people.surname, people.year, people.month,
        people.nationality, people.residence, country.pick(slots, "natures"),
        days(owners.notified, "iso"), ceased, strict=True,
    )  # fmt: skip
    for company, record, *cells, end in rows:
        if company in planted:
            continue
        counts["owners"] += 1
        if record % 20_011 == 0:
            yield super_secure_line(number_of(company), record, lean)
            continue
        end = "" if end == "1970-01-01" else end
        yield individual_line(number_of(company), record, *cells, end, lean)


def _firms(block: Block, planted: Planted, counts: Counter[str], lean: bool) -> Iterator[str]:
    country, draws = block.country, block.country.draws
    owned = (block.parents >= 0) & (block.stated < 0)
    companies = block.companies[owned]
    parents = block.parents[owned].astype(np.uint64)
    created = np.maximum(block.created[owned], day_number(date(2016, 4, 6)))
    first = block.numbers.start
    names = country.names(parents)
    foreign = draws.even(companies, "foreign owner") < 0.1
    land = draws.below(companies, "land", len(_FOREIGN))
    rows = zip(
        companies.tolist(), draws.bits(companies, "record of a firm").tolist(),
        parents.tolist(), names, days(created, "iso"),
        country.pick(companies, "natures", "of a firm"),
        foreign.tolist(), land.tolist(), strict=True,
    )  # fmt: skip
    for company, record, parent, name, notified, natures, abroad, where in rows:
        if company in planted:
            continue
        counts["owners"] += 1
        registered, of, title = number_of(parent), "England", name
        if abroad:
            of, form = _FOREIGN[where]
            title = f"{name.rsplit(' ', 1)[0]} {form}"
            registered = str(10_000 + record % 900_000)
        elif parent in planted:
            title = planted[parent].name
        yield firm_line(
            number_of(company), record, block.offices[company - first], title.title(), registered,
            of, natures, notified, "", lean,
        )  # fmt: skip


def _others(block: Block, planted: Planted, counts: Counter[str], lean: bool) -> Iterator[str]:
    draws = block.country.draws
    exempt = draws.even(block.companies, "exempt") < 0.00002
    records = draws.bits(block.companies, "record of a statement").tolist()
    created = np.maximum(block.created, day_number(date(2016, 6, 30)))
    rows = zip(
        block.numbers, block.stated.tolist(), exempt.tolist(), records, days(created, "iso"),
        strict=True,
    )  # fmt: skip
    for index, stated, is_exempt, record, since in rows:
        if index in planted:
            continue
        if stated >= 0:
            counts["statements"] += 1
            yield statement_line(number_of(index), record, block.statement(stated), since, lean)
        if is_exempt:
            counts["exemptions"] += 1
            yield exemption_line(number_of(index), record, since, lean)


def _planted_owner(own: PlantedCompany, place: int, ownership: Ownership, lean: bool) -> str:
    who, notified = ownership.who, ownership.notified.isoformat()
    ceased = ownership.ceased.isoformat() if ownership.ceased else ""
    record = (own.index * 0x9E3779B97F4A7C15 + place * 0xD1B54A32D192ED03) % 2**64
    if isinstance(who, Firm):
        return firm_line(
            own.number, record, who.place, who.name.title(), who.registered, who.country, WHOLE,
            notified, ceased, lean,
        )  # fmt: skip
    return individual_line(
        own.number, record, who.place, who.title, who.given, who.middle, who.surname, who.year,
        who.month, who.nationality, who.residence, WHOLE, notified, ceased, lean,
    )  # fmt: skip


def officer_lines(
    country: Country, planted: Planted, numbers: range, counts: Counter[str]
) -> Iterator[str]:
    """The records of the officers bulk file: each company, then its officers."""
    block = Block(country, numbers)
    company, seat, person = block.officers
    people, places = block.people(company, person)
    published = block.person_numbers(company, person).tolist()
    first = numbers.start
    draws = country.draws
    slots = company * np.uint64(8) + seat.astype(np.uint64)
    late = draws.below(slots, "appointed later", 2_000) * (draws.even(slots, "later") < 0.25)
    appointed = np.minimum(
        block.created[(company - np.uint64(first)).astype(np.int64)] + late,
        day_number(country.first_day) - 1,
    )
    appointed = np.maximum(appointed, block.created[(company - np.uint64(first)).astype(np.int64)])
    grown_up = np.array([day_number(date(year + 18, 1, 1)) for year in people.year])
    appointed = np.maximum(appointed, grown_up)
    secretary = (seat > 0) & (draws.even(slots, "secretary") < 0.15)
    lines: list[list[str]] = [[] for _ in numbers]
    rows = zip(
        company.tolist(), published, days(appointed, "plain"), places, people.year, people.month,
        people.title, people.given, people.middle, people.surname, people.occupation,
        people.nationality, people.residence, secretary.tolist(), strict=True,
    )  # fmt: skip
    for (index, number, since, place, year, month, title, given, middle, surname, work, nation,
         land, is_secretary) in rows:  # fmt: skip
        line = officer_line(
            number_of(index), "00" if is_secretary else "01", number, 1, False, since, place,
            "" if is_secretary else f"{year}{month:02}", title,
            f"{given} {middle}" if middle else given, surname,
            "" if is_secretary else work, nation, land,
        )  # fmt: skip
        lines[index - first].append(line)
    statuses = country.pick(block.companies, "status")
    is_gone = country.gone(block.companies).tolist()
    for index, name, status, own_lines, left in zip(
        numbers, block.names, statuses, lines, is_gone, strict=True
    ):
        if own := planted.get(index):
            name, status = own.name, own.status
            own_lines = [_planted_seat(own, seat) for seat in own.seats]
        elif left or country.rows <= index < country.rows + country.dissolved:
            status = DISSOLVED
        counts["officer companies"] += 1
        counts["officers"] += len(own_lines)
        mark = _OFFICER_STATUSES.get(status, " ")
        yield officer_company_line(number_of(index), mark, len(own_lines), name)
        yield from own_lines


def _planted_seat(own: PlantedCompany, seat: Seat) -> str:
    who = seat.who
    return officer_line(
        own.number, seat.role, who.number, seat.version, False,
        seat.appointed.isoformat().replace("-", ""), who.place, f"{who.year}{who.month:02}",
        who.title, " ".join(filter(None, (who.given, who.middle))), who.surname, who.occupation,
        who.nationality, who.residence,
    )  # fmt: skip
