"""Invented ordinary suppliers, as base_rates.toml says that they are: dossiers and list entries.

Everything is drawn from a seed of the supplier's own, so that the same suppliers come out each
time, whatever is drawn for others.
"""

import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from names import FAMILY, GIVEN

from duediligence import registry
from duediligence.contracts import Files
from duediligence.fetch.feeds import fitting
from duediligence.law.registrations import load_trades
from duediligence.model import (
    PARTS,
    AccountsFigures,
    Address,
    AnnualReturn,
    Appointment,
    Charge,
    Charity,
    CharityFigures,
    Company,
    Contract,
    Disqualification,
    Dossier,
    Filing,
    FormerName,
    Identifier,
    Insolvency,
    ListEntry,
    Name,
    NotHeld,
    Officer,
    Owner,
    Parent,
    PartialDate,
    RegisteredAt,
    Repair,
    Resolution,
    Statement,
    Supplier,
    Verification,
)
from duediligence.model.entries import CHARITY_ENGLAND_WALES, COMPANY

TODAY = date(2026, 11, 26)
KINDS = {
    "care": "care provider",
    "charity": "charity",
    "builder": "small builder",
    "taxi": "taxi firm",
}
SAMPLES = Path(__file__).parents[1] / "duediligence" / "demo" / "lists"
RATES: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("base_rates.toml").read_text(encoding="utf-8")
)

_STEMS = (
    "Al Bar Bel Bor Bran Cal Cor Dal Den Dor El Fal Fen Gar Gil Hal Har Hol Ken Kil Lan".split()
)
_STEMS += "Lor Mar Mel Mor Nor Oak Pel Quil Ral Ran Rol Sel Stan Tal Tor Ul Val Wen Yar Zel".split()
_ENDS = "thorn wick ton ley ford by ham well mere combe stead moor haven bridge dale field".split()
_TRADES = {
    "care": ("Care", "Home Care", "Healthcare", "Residential Care", "Support"),
    "charity": ("Community Trust", "Youth Project", "Hospice", "Advice Centre", "Carers"),
    "builder": ("Builders", "Construction", "Roofing", "Building Services", "Joinery"),
    "taxi": ("Taxis", "Cars", "Private Hire", "Travel", "Minibuses"),
}
_SIC = {"care": "87300", "charity": "88990", "builder": "41201", "taxi": "49320"}
_TYPES = {
    "ltd": "ltd",
    "llp": "llp",
    "guarantee": "private-limited-guarant-nsc",
    "charitable company": "private-limited-guarant-nsc-limited-exemption",
    "cio": "charitable-incorporated-organisation",
}
_NOBODY = "no-individual-or-entity-with-signficant-control"  # as the register spells it
_DEFAULT = "default-companies-house"
# Attribute, category, type, description, how many and in how many days.
_RARE_FILINGS = (
    (
        "default_office_once",
        "address",
        "RP05",
        f"{_DEFAULT}-registered-office-address-applied",
        1,
        720,
    ),
    (
        "default_service_address",
        "officers",
        "RP09",
        f"{_DEFAULT}-service-address-applied-officer",
        1,
        360,
    ),
    (
        "year_end_moved",
        "accounts",
        "AA01",
        "change-account-reference-date-company-current-extended",
        2,
        1800,
    ),
    ("auditor_resigned", "auditors", "AUD", "auditors-resignation-company", 1, 720),
    ("strike_off_notices", "gazette", "GAZ1", "gazette-notice-compulsory", 2, 1080),
)
# The parts that are drawn. What a dossier has beside them is not measured.
_COMPANY_PARTS = (
    "officers owners statements psc_exempt filings charges insolvencies appointments "
    "disqualifications parents"
).split()
DRAWN = frozenset(("company", "charity", "same_address", "figures", *_COMPANY_PARTS))


@dataclass(frozen=True)
class Ordinary:
    """One invented supplier: what registers say of it, and what lists hold, by list."""

    dossier: Dossier
    entries: tuple[ListEntry, ...]


def ordinary(kind: str, count: int) -> Iterator[Ordinary]:
    """The first `count` suppliers of a population."""
    for number in range(count):
        yield _Draw(kind, number).supplier()


@cache
def _samples(list_id: str) -> tuple[ListEntry, ...]:
    """The entries of a list's invented sample; none of a list that is not there."""
    watchlist = registry.find_watchlists().get(list_id)
    if watchlist is None:
        return ()
    folder = SAMPLES / watchlist.folder
    held = [path.name for path in folder.iterdir()]
    found: dict[str, ListEntry] = {}
    for feeds in watchlist.feed_sets:
        files = {
            name: folder / there
            for feed in feeds
            for name, there in fitting(feed.filename, held).items()
        }
        found |= {entry.id: entry for entry in watchlist.parse(Files(files))}
    return tuple(found.values())


# Of 101 poor ratings of the Care Quality Commission, 95 and 6 (active locations, late summer 2025:
# see checks/standing.py). What is not here is as likely as any other form.
_GRADES = {"Requires improvement": 95, "Inadequate": 6}


@cache
def _forms(title: str) -> tuple[ListEntry, ...]:
    """The entries that can be the form of what lists hold, by its name in the table."""
    table = RATES["listed"][title]
    wanted = {key: table[key] for key in ("type", "low", "ended") if key in table}
    forms = [
        entry
        for entry in _samples(table["list"])
        if entry.record
        and all(getattr(entry.record, key) == value for key, value in wanted.items())
        and table.get("status", entry.status) == entry.status
        and entry.record.reference.startswith(table.get("reference", ""))
    ]
    if table.get("left"):  # as a refresh marks those that are not there any more
        forms = [
            replace(entry, record=replace(entry.record, ended=True))
            for entry in forms
            if entry.record
        ]
    return tuple(forms)


@cache
def registers() -> dict[str, tuple[ListEntry, ...]]:
    """The lists that show a registration which work needs, with the entries of their samples."""
    ids = {one for registration, _ in load_trades() for one in registration.lists}
    return {list_id: held for list_id in sorted(ids) if (held := _samples(list_id))}


def drawn_from(kind: str) -> dict[str, list[ListEntry]]:
    """The forms of all that a supplier of a population can have on lists, by list."""
    found: dict[str, list[ListEntry]] = {}
    for title, table in RATES["listed"].items():
        if (kind in table or "every" in table) and not table.get("neighbour"):
            found.setdefault(table["list"], []).extend(_forms(title))
    return found


class _Draw:
    """All that is drawn for one supplier."""

    def __init__(self, kind: str, number: int) -> None:
        self.kind, self.number = kind, number
        self.chance = random.Random(f"{kind} {number}")
        self.ref = f"{kind.upper()}-{number:05}"
        self.true: set[str] = set()  # the attributes that happened

    # What the table says.

    def _value(self, table: Mapping[str, Any]) -> Any:
        return table.get(self.kind, table.get("every", 0.0))

    def happens(self, attribute: str) -> bool:
        if self.chance.random() < float(self._value(RATES[attribute])):
            self.true.add(attribute)
            return True
        return False

    def code(self, attribute: str) -> str:
        weighted: dict[str, float] = self._value(RATES[attribute])
        return self.chance.choices(list(weighted), list(weighted.values()))[0]

    def count(self, attribute: str) -> int:
        first, _, last = self.code(attribute).partition("-")
        return self.chance.randint(int(first), int(last or first))

    def ago(self, least: int, most: int) -> date:
        return TODAY - timedelta(days=self.chance.randint(least, most))

    # Names and numbers, all invented: 99… is never given to a company.

    def place(self) -> str:
        return self.chance.choice(_STEMS) + self.chance.choice(_ENDS)

    def person(self) -> str:
        return f"{self.chance.choice(GIVEN)} {self.chance.choice(FAMILY)}"

    def birth(self, grown_up_by: date = TODAY) -> PartialDate:
        year = grown_up_by.year - self.chance.randint(24, 58)
        if self.happens("aged_person"):
            year = 1890
        return PartialDate(year, self.chance.randint(1, 12))

    def address(self) -> Address:
        street = f"{self.chance.randint(1, 180)} {self.place()} Road, {self.place()}"
        return Address(street, f"ZZ{self.number % 90 + 1} {self.number // 90 % 10}AB", "England")

    # The supplier.

    def supplier(self) -> Ordinary:
        form = self.code("form")
        words = f"{self.place()} {self.place()} {self.chance.choice(_TRADES[self.kind])}"
        ending = {"ltd": " Limited", "llp": " LLP", "cio": " CIO"}.get(form, "")
        self.name, self.office = f"{words}{ending}", self.address()
        self.company_number = f"99{self.number:06}"
        score: float | None = 1.0
        known_as = self.name
        if self.happens("another_legal_name"):
            known_as, score = f"{self.place()} {self.place()} Ltd", 0.3
        elif self.happens("trading_name"):
            known_as, score = f"The {self.place()} {self.chance.choice(_TRADES[self.kind])}", 0.3
        identifiers = []
        if form not in ("cio", "charity"):
            identifiers.append(Identifier(COMPANY, self.company_number))
        if self.kind == "charity":
            identifiers.append(Identifier(CHARITY_ENGLAND_WALES, f"99{self.number:05}"))
        repairs = (Repair("company_number", "9900", "", "it has too few digits"),)
        supplier = Supplier(
            ref=self.ref,
            name=known_as,
            identifiers=tuple(identifiers),
            address=self.office,
            repairs=repairs if self.happens("number_unreadable") else (),
        )
        parts: dict[str, Any] = {
            **dict.fromkeys(PARTS, NotHeld("it is not drawn")),
            **dict.fromkeys(_COMPANY_PARTS, NotHeld("another register keeps it")),
            "company": NotHeld("it is no company"),
            "charity": NotHeld("it is no charity"),
            "same_address": NotHeld("it is no company"),
        }
        number_fails = self.happens("number_not_live")
        if form == "charity" or (number_fails and identifiers[0].scheme == COMPANY):
            score = score if self.kind == "charity" else None
        elif form == "cio":
            parts["company"] = Company(
                number=f"CE{self.number:06}",
                name=self.name,
                status="active",
                type=_TYPES[form],
                status_detail="",
                created_on=self.ago(400, 4000),
                address=self.office,
                has_insolvency_history=False,
                office_in_dispute=False,
                office_undeliverable=False,
                annotations=(),
                partial=True,
            )
        else:
            parts |= self.of_company(form)
        if self.kind == "charity":
            parts["charity"] = self.charity(form)
        entries = tuple(self.listed(supplier))
        turnover, employees = self.business(parts["charity"])
        if isinstance(parts["company"], Company) and not parts["company"].partial:
            parts["figures"] = tuple(self.figures(parts["company"], turnover, employees))
        return Ordinary(
            Dossier(
                supplier=replace(supplier, contracts=(self.contract(turnover),)),
                taken_at=datetime.combine(TODAY, time(9), UTC),
                resolution=Resolution("number", score),
                **parts,
            ),
            entries,
        )

    def of_company(self, form: str) -> dict[str, Any]:
        self.filings: list[Filing] = []
        self.insolvencies: list[Insolvency] = []
        days = "age_in_days" if self.kind in RATES["age_in_days"] else "age_in_days_of_others"
        self.created = TODAY - timedelta(days=self.count(days))
        self.sold = self.ago(10, 720) if self.happens("sold") else None
        if self.sold and self.sold < self.created + timedelta(days=365):
            self.sold = None
        company = self.company(form)
        officers = self.officers(form)
        owners, statements, parents = self.owners(form, officers)
        self.other_filings(company)
        return {
            "company": company,
            "officers": officers,
            "owners": owners,
            "statements": statements,
            "parents": parents,
            "psc_exempt": False,
            "filings": tuple(self.filings),
            "charges": tuple(self.charges(officers)),
            "insolvencies": tuple(self.insolvencies),
            "appointments": tuple(self.appointments(officers)),
            "disqualifications": tuple(self.disqualifications(officers)),
            "same_address": self.count("same_address"),
        }

    def company(self, form: str) -> Company:
        age = (TODAY - self.created).days
        files = age > 640 and not self.happens("never_filed")
        late = self.happens("accounts_late") and age > 640
        due = TODAY - timedelta(days=self.count("days_late")) if late else self._ahead()
        statement_late = self.happens("statement_late") and age > 380
        confirmation = (
            TODAY - timedelta(days=self.count("days_late")) if statement_late else self._ahead()
        )
        status = "active"
        if self.happens("dissolved"):
            status = "dissolved"
        elif self.happens("insolvent_now"):
            status = self.chance.choice(("liquidation", "liquidation", "administration"))
            case = (
                "creditors-voluntary-liquidation"
                if status == "liquidation"
                else "in-administration"
            )
            self.insolvencies.append(Insolvency(case, "1", (("wound-up-on", self.ago(5, 180)),)))
        elif self.happens("insolvent_once"):
            start = self.ago(900, 2000)
            ended = ("voluntary-arrangement-ended-on", start + timedelta(days=300))
            self.insolvencies.append(
                Insolvency(
                    "corporate-voluntary-arrangement",
                    "1",
                    (("voluntary-arrangement-started-on", start), ended),
                )
            )
        elif self.happens("case_left_open"):
            self.insolvencies.append(
                Insolvency("compulsory-liquidation", "1", (("petitioned-on", self.ago(30, 3000)),))
            )
        proposed = status == "active" and self.happens("strike_off_proposed")
        if proposed:
            self.filed("gazette", "GAZ1", "gazette-notice-compulsory", self.ago(3, 60))
        kind = "dormant" if self.happens("dormant") else self.code("accounts_kind")
        office = self.office
        if self.happens("default_office"):
            office = Address("PO Box 4385, Companies House Default Address, Cardiff", "CF14 8LH")
        elif self.happens("po_box"):
            office = Address(f"PO Box {self.chance.randint(10, 999)}, {self.place()}", "ZZ1 1ZZ")
        self.accounts_kind = kind if files else ""
        return Company(
            number=self.company_number,
            name=self.name,
            status=status,
            type=_TYPES[form],
            status_detail="active-proposal-to-strike-off" if proposed else "",
            jurisdiction="england-wales",
            created_on=self.created,
            address=office,
            sic_codes=(_SIC[self.kind],),
            former_names=tuple(self.former_names()),
            accounts_type=self.accounts_kind or "null",
            accounts_made_up_to=due - timedelta(days=640) if files else None,
            accounts_due_on=due,
            accounts_overdue=late,
            confirmation_due_on=confirmation,
            confirmation_overdue=statement_late,
            has_charges=None,
            has_insolvency_history=bool(self.insolvencies),
            office_in_dispute=self.happens("office_disputed"),
            office_undeliverable=self.happens("office_unreachable"),
            annotations=(),
            has_super_secure_owners=False,
        )

    def _ahead(self) -> date:
        return TODAY + timedelta(days=self.chance.randint(1, 360))

    def former_names(self) -> Iterator[FormerName]:
        for _ in range(self.count("name_changes")):
            lately = self.happens("name_changed_lately")
            until = self.ago(20, 720) if lately else self.ago(730, 5000)
            if until > self.created:
                yield FormerName(f"{self.place()} {self.place()} Limited", self.created, until)

    def filed(
        self, category: str, type_: str, description: str, on: date, happened: date | None = None
    ) -> None:
        if on >= self.created:
            self.filings.append(
                Filing(
                    category=category,
                    type=type_,
                    description=description,
                    filed_on=on,
                    action_on=happened,
                )
            )

    def changed(self, category: str, type_: str, description: str, happened: date) -> None:
        """A filing of a change of people, late or within the fortnight."""
        late = self.happens("event_filed_late")
        delay = self.chance.randint(91, 300) if late else self.chance.randint(0, 14)
        on = min(TODAY, happened + timedelta(days=delay))
        self.filed(category, type_, description, on, happened)

    def officers(self, form: str) -> tuple[Officer, ...]:
        role = "llp-designated-member" if form == "llp" else "director"
        active = max(self.count("directors"), 2 if form == "llp" else 1)
        joined = 0 if self.sold else min(self.count("directors_joined"), active - 1)
        left = self.count("directors_left")
        found = []
        for place in range(active):
            since = self.created
            if self.sold:
                since = self.sold
            elif place >= active - joined:
                since = max(self.created, self.ago(20, 725))
            found.append(self.officer(f"o{place}", role, since))
            if since != self.created:
                self.changed("officers", "AP01", "appoint-person-director-company", since)
        for place in range(active if self.sold else left):
            gone = self.sold or self.ago(20, 725)
            if gone > self.created + timedelta(days=30):
                former = self.officer(f"r{place}", role, self.created)
                found.append(replace(former, resigned_on=gone))
                self.changed("officers", "TM01", "termination-director-company", gone)
        return tuple(found)

    def officer(self, officer_id: str, role: str, since: date) -> Officer:
        name, born = self.person(), self.birth(since)
        if self.happens("young_director"):
            born = PartialDate(since.year - 17, 1)
        return Officer(
            name=name,
            role="nominee-director" if self.happens("nominee") and role == "director" else role,
            surname=name.split()[-1],
            birth_date=born,
            appointed_on=since,
            officer_id=f"{self.ref}-{officer_id}",
            verification=self.verification("director_unverified"),
        )

    def verification(self, unverified: str) -> Verification | None:
        if self.happens(unverified):
            return Verification(None, None, self.ago(10, 360))
        if self.happens("verification_silent"):
            return None
        return Verification(self.ago(20, 500), None, self.ago(5, 360))

    def owners(
        self, form: str, officers: tuple[Officer, ...]
    ) -> tuple[tuple[Owner, ...], tuple[Statement, ...], tuple[Parent, ...]]:
        since = self.sold or max(self.created, date(2016, 6, 30))
        nobody = Statement(_NOBODY, since)
        if form not in ("ltd", "llp"):
            return (), (nobody,), ()
        how = self.code("ownership")
        statements = []
        if self.happens("owner_statement_of_trouble"):
            statements.append(Statement("steps-to-find-psc-not-yet-completed", self.ago(100, 2000)))
        if how == "nobody":
            return (), (nobody, *statements), ()
        if how == "undeclared":
            return (), tuple(statements), ()
        if self.happens("two_statements"):
            statements.append(nobody)
        if self.sold:
            self.changed("persons-with-significant-control", "PSC07", "cessation", self.sold)
            self.changed("persons-with-significant-control", "PSC01", "notification", self.sold)
            self.changed("address", "AD01", "change-registered-office-address-company", self.sold)
        if how == "people":
            people = [o for o in officers if o.active][:2]
            return tuple(self.owner(one, since) for one in people), tuple(statements), ()
        return self.owned_by_firm(how, since, tuple(statements))

    def owner(self, officer: Officer, since: date) -> Owner:
        nature = "ownership-of-shares-50-to-75-percent"
        return Owner(
            kind="individual-person-with-significant-control",
            name=officer.name,
            birth_date=officer.birth_date,
            natures=(f"{nature}-as-trust" if self.happens("owner_in_trust") else nature,),
            notified_on=since,
            country_of_residence="England",
            verification=self.verification("owner_unverified"),
        )

    def owned_by_firm(
        self, how: str, since: date, statements: tuple[Statement, ...]
    ) -> tuple[tuple[Owner, ...], tuple[Statement, ...], tuple[Parent, ...]]:
        name = f"{self.place()} {self.place()} Group Limited"
        country, number = "England", f"98{self.number:06}"
        if how == "foreign company":
            country, number = "Jersey", "12345"
            if self.happens("owner_in_secrecy"):
                country = "Cayman Islands"
        elif self.happens("owner_placeless"):
            country = ""
        owner = Owner(
            kind="corporate-entity-person-with-significant-control",
            name=name,
            natures=("ownership-of-shares-75-to-100-percent",),
            notified_on=since,
            registered_at=RegisteredAt(number=number, country=country),
        )
        if how == "foreign company" or self.happens("owner_untraced"):
            why = "its number is on no register here"
            return (
                (owner,),
                statements,
                (Parent(child=self.company_number, owner=owner, depth=1, why_not=why),),
            )
        parent = Company(
            number=number, name=name, status="active", type="ltd", created_on=self.created
        )
        person = Owner(
            kind="individual-person-with-significant-control",
            name=self.person(),
            birth_date=self.birth(),
            notified_on=since,
            country_of_residence="England",
        )
        step = Parent(
            child=self.company_number, owner=owner, depth=1, company=parent, owners=(person,)
        )
        return (owner,), statements, (step,)

    def other_filings(self, company: Company) -> None:
        accounts = "accounts-with-accounts-type-"
        before = company.accounts_type
        if self.happens("smaller_accounts") and self.accounts_kind in ("micro-entity", "dormant"):
            before = "total-exemption-full"
        elif self.happens("smaller_accounts") and self.accounts_kind:
            before = "full"
        if self.accounts_kind:
            for years, kind in ((1, self.accounts_kind), (2, before), (3, before)):
                on = self.ago(365 * (years - 1) + 1, 365 * years - 20)
                self.filed("accounts", "AA", f"{accounts}{kind}", on)
        self.filed(
            "confirmation-statement",
            "CS01",
            "confirmation-statement-with-no-updates",
            self.ago(5, 360),
        )
        for _ in range(self.count("office_moves")):
            self.filed(
                "address",
                "AD01",
                "change-registered-office-address-company-with-date-old-address-new-address",
                self.ago(10, 720),
            )
        for attribute, category, type_, description, times, days in _RARE_FILINGS:
            if self.happens(attribute):
                for _ in range(times):
                    self.filed(category, type_, description, self.ago(10, days))

    def charges(self, officers: tuple[Officer, ...]) -> Iterator[Charge]:
        for place in range(self.count("outstanding_charges")):
            over_all = place == 0 and self.happens("new_charge_over_all")
            bank = self.happens("lender_is_bank")
            lender = f"{self.place()} {'Bank plc' if bank else 'Invoice Finance Limited'}"
            yield Charge(
                status="outstanding",
                created_on=self.ago(5, 360) if over_all else self.ago(400, 4000),
                persons_entitled=(lender,),
                floating_covers_all=over_all,
            )
        if self.happens("charge_to_own_people"):
            own = next(o.name for o in officers if o.active)
            yield Charge(
                status="outstanding", created_on=self.ago(100, 2000), persons_entitled=(own,)
            )

    def appointments(self, officers: tuple[Officer, ...]) -> Iterator[Appointment]:
        many = self.happens("very_many_directorships")
        for officer in officers:
            others = self.count("other_directorships")
            for place in range(130 if many and officer is officers[0] else others):
                status = self.code("of_directorships")
                began, name = self.ago(400, 5500), f"{self.place()} {self.place()} Limited"
                resigned = None
                if status == "dissolved" and not self.happens("dissolved_lately"):
                    began, resigned = self.ago(4000, 7000), self.ago(2200, 3500)
                elif status not in ("active", "dissolved") and self.happens("similar_name"):
                    name = f"{self.name.removesuffix(' Limited')} 2000 Limited"
                yield Appointment(
                    officer_id=officer.officer_id,
                    officer_name=officer.name,
                    company_number=f"97{(131 * self.number + place) % 1_000_000:06}",
                    company_name=name,
                    company_status=status,
                    role="director",
                    appointed_on=began,
                    resigned_on=resigned,
                )

    def disqualifications(self, officers: tuple[Officer, ...]) -> Iterator[Disqualification]:
        for officer in officers:
            if self.happens("namesake_disqualified"):
                yield Disqualification(
                    name=officer.name,
                    birth_date=officer.birth_date,
                    type="undertaking",
                    from_=self.ago(100, 1000),
                    until=TODAY + timedelta(days=900),
                )

    def charity(self, form: str) -> Charity:
        young = self.happens("charity_young")
        often = self.happens("charity_habitually_late")
        returns = []
        for years in range(1, 6):
            end = date(TODAY.year - years, 3, 31)
            due = date(TODAY.year - years + 1, 1, 31)
            late = often or self.happens("charity_return_late")
            day = due + timedelta(days=self.chance.randint(1, 120) if late else -40)
            qualified = self.happens("charity_accounts_qualified")
            returns.append(AnnualReturn(end, due, day, accounts_qualified=qualified))
        overdue = self.happens("charity_overdue")
        if overdue:
            due = TODAY - timedelta(days=self.count("days_late"))
            returns[0] = AnnualReturn(due - timedelta(days=306), due)
        number = self.company_number if form == "charitable company" else ""
        if number and self.happens("charity_other_company"):
            number = "99999001"
        removed = self.happens("charity_removed")
        trustees = 1 if self.happens("charity_few_trustees") else self.count("directors")
        # A charitable company is insolvent on both registers.
        insolvent = "insolvent_now" in self.true or (
            not number and self.happens("charity_insolvent")
        )
        income = self.chance.choice((18_000, 90_000, 400_000, 2_000_000))
        figures = [
            CharityFigures(
                year_end=returns[1].year_end, trustees_paid=self.happens("charity_trustees_paid")
            )
        ]
        if income > 500_000:
            reserves = -20_000 if self.happens("charity_no_reserves") else 300_000
            figures.append(
                CharityFigures(year_end=returns[1].year_end, reserves=reserves, net_assets=900_000)
            )
        return Charity(
            identifier=Identifier(CHARITY_ENGLAND_WALES, f"99{self.number:05}"),
            name=self.name,
            status="Removed" if removed else "Registered",
            company_number=number,
            registered_on=self.ago(20, 360) if young else self.ago(400, 12000),
            removed_on=self.ago(20, 360) if removed else None,
            insolvent=insolvent,
            in_administration=False,
            accounts_late=overdue,
            inquiry="statutory inquiry open" if self.happens("charity_inquiry") else "",
            income=income,
            trustees=tuple(self.person() for _ in range(trustees)),
            returns=() if young else tuple(returns),
            figures=() if young else tuple(figures),
        )

    def share(self, attribute: str) -> float:
        """A draw of hundredths."""
        return self.count(attribute) / 100

    def business(self, charity: Charity | NotHeld) -> tuple[int, int]:
        """What it takes in a year, filed or not, and how many work for it."""
        each = 1000 * self.count("turnover_per_employee")
        if isinstance(charity, Charity):
            income = charity.income or 0
            return income, income // each
        employees = self.count("employees")
        return max(employees, 1) * each, employees

    def contract(self, turnover: int) -> Contract:
        """What it does for the buyer, and for how much a year."""
        worth = round(turnover * self.share("contract_of_turnover"), -2)
        return Contract(title=self.code("work"), yearly_value=Decimal(int(worth)))

    def figures(self, company: Company, turnover: int, employees: int) -> Iterator[AccountsFigures]:
        """Those of its last accounts and of the year before; none of accounts on paper."""
        ended = company.accounts_made_up_to
        if not ended or ended <= self.created or not self.happens("figures_held"):
            return
        if company.accounts_type == "dormant":
            yield AccountsFigures(number=company.number, ended=ended, dormant=True, employees=0)
            return
        total = int(turnover * self.share("assets_of_turnover"))
        current = int(total * self.share("current_assets_of_all"))
        owes = self.happens("net_liabilities")
        ratio = self.share("current_ratio_with_net_liabilities" if owes else "current_ratio")
        net = int(total * (-1 if owes else 1) * self.share("net_assets_of_all"))
        last = AccountsFigures(
            number=company.number,
            ended=ended,
            net_assets=net,
            total_assets=total,
            current_assets=current,
            creditors_within_one_year=int(current / ratio),
            turnover=turnover if self.happens("turnover_filed") else None,
            employees=employees,
            dormant=self.happens("dormant_by_mistake"),
            audit="unqualified" if self.happens("audited") else "exempt",
        )
        if last.audit == "unqualified" and self.happens("audit_qualified"):
            last = replace(last, audit="qualified")
        yield last
        a_year_before = ended - timedelta(days=365)
        if a_year_before <= self.created:
            return
        before = int(net * self.share("net_assets_the_year_before"))
        if owes and not self.happens("net_liabilities_the_year_before"):
            before = -before
        ratio = max(0.05, ratio * self.share("current_ratio_the_year_before"))
        yield AccountsFigures(
            number=company.number,
            ended=a_year_before,
            net_assets=before,
            current_assets=current,
            creditors_within_one_year=int(current / ratio),
            employees=round(employees * self.share("employees_the_year_before")),
            comparative=True,
        )

    def listed(self, supplier: Supplier) -> Iterator[ListEntry]:
        """What lists hold of it, in the forms of the lists' samples, under ids of its own."""
        for title, table in RATES["listed"].items():
            forms = _forms(title)
            if "given" in table and table["given"] not in self.true:
                continue
            if self.chance.random() >= float(self._value(table)) or not forms:
                continue
            weights = [_GRADES.get(form.status, 1) for form in forms]
            (form,), neighbour = self.chance.choices(forms, weights), table.get("neighbour")
            if table.get("left") and form.record:
                form = replace(form, ends_on=self.ago(30, 1000))
            name = f"{self.place()} Kitchen" if neighbour else supplier.name
            entry = replace(
                form,
                id=f"{self.ref}/{title}",
                kind="organisation",
                names=(Name(name),),
                identifiers=() if neighbour or not form.identifiers else supplier.identifiers,
                addresses=(self.office,),
                related=(),
            )
            yield self.registered(entry) if table.get("registered") else entry

    def registered(self, entry: ListEntry) -> ListEntry:
        """The entry of a register of places: with its legal name, and with its real number."""
        legal = Name(self.name)
        names = (legal,) if "another_legal_name" in self.true else (*entry.names, legal)
        identifiers = entry.identifiers
        if self.happens("register_without_number"):
            identifiers = ()
        elif "number_not_live" in self.true:
            identifiers = (Identifier(COMPANY, f"96{self.number:06}"),)
        elsewhere = self.happens("registered_elsewhere")
        return replace(
            entry,
            names=tuple(dict.fromkeys(names)),
            identifiers=identifiers,
            addresses=(self.address() if elsewhere else self.office,),
        )
