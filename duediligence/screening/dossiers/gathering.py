"""A dossier gathered: from a register online, or from its bulk files."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from duediligence.errors import SourceError
from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.model import (
    AccountsFigures,
    Appointment,
    Charge,
    Charity,
    Company,
    Disqualification,
    Dossier,
    Insolvency,
    Missing,
    NotHeld,
    NotInScope,
    NotKnown,
    Officer,
    Owner,
    PartialDate,
    Person,
    Register,
    RegisterVersion,
    Resolution,
    ScopeGap,
    Source,
    Supplier,
)
from duediligence.model.entries import Kind
from duediligence.model.registers import PARTS
from duediligence.registers.companies_house.client import CompaniesHouse
from duediligence.screening.dossiers.parties import (
    MOST_STEPS,
    Steps,
    add_group_parents,
    find_legal_entity,
    find_parents,
)
from duediligence.store.register.local_register import CHARITIES, RegisterStore

T = TypeVar("T")


def all_parts(why: Missing) -> dict[str, Any]:
    """Return every part about the company, for one reason."""
    return {part: why for part in PARTS if part != "charity"}


def or_not_known(ask: Callable[[], T]) -> T | NotKnown:
    """Return what is asked for, or why it was not retrieved."""
    try:
        return ask()
    except SourceError as error:
        return NotKnown(error.message)


# The gap of each register of charities that is not loaded.
NOT_LOADED: Mapping[Register, ScopeGap] = {
    "charities-england-wales": "charities-england-wales-not-loaded",
    "charities-scotland": "charities-scotland-not-loaded",
    "charities-northern-ireland": "charities-northern-ireland-not-loaded",
}


def charity_of(
    supplier: Supplier, register: RegisterStore | None
) -> tuple[Charity | Missing, list[Source]]:
    """Return the charity's record and its source. Raises StorageError."""
    versions = register.versions() if register else {}
    given = [each for each in supplier.identifiers if each.scheme in CHARITIES]
    for identifier in given:
        version = versions.get(CHARITIES[identifier.scheme])
        if register is None or version is None:
            return NotInScope(NOT_LOADED[CHARITIES[identifier.scheme]]), []
        if found := register.charity(identifier):
            return found, [build_bulk_source("charity", version)]
    if given:
        return NotHeld(f"The register has no charity {given[0].id}."), []
    if register and supplier.company_number:
        found = register.charity_of_company(supplier.company_number)
        if found:
            return found, [
                build_bulk_source("charity", versions[CHARITIES[found.identifier.scheme]])
            ]
    return NotHeld("No charity number is given."), []


_NO_ACCOUNTS = NotInScope("accounts-not-loaded")


def figures_of(
    number: str, register: RegisterStore | None, why: Missing | None
) -> tuple[tuple[AccountsFigures, ...] | Missing, list[Source]]:
    """Return the figures of the company's accounts and the document of each. Raises StorageError.

    `why` says that it is no company, or that it is not settled which.
    """
    version = register.versions().get("accounts") if register else None
    if register is None or version is None:
        return _NO_ACCOUNTS, []
    if why:
        return why, []
    rows = register.accounts(number)
    if rows is None:
        return _NO_ACCOUNTS, []
    if not rows:
        return NotHeld("The files of accounts that were loaded have none of it."), []
    documents = {row.figures.document: row for row in rows}
    sources = [
        Source("figures", f"accounts: {name}", row.loaded_at or version.loaded_at, row.sha256)
        for name, row in documents.items()
    ]
    return tuple(row.figures for row in rows), sources


ONLY_ONLINE = NotInScope("company-bulk-file-only")
_NO_OWNERS = NotInScope("owners-not-loaded")


class Bulk:
    """A company in the local register. Raises StorageError."""

    def __init__(self, register: RegisterStore, number: str, depth: int) -> None:
        self._register = register
        self._number = number
        self._depth = depth

    def parts(self) -> dict[str, Any]:
        """Return each part of the dossier by name."""
        company = self._register.company(self._number)
        if company is None:
            return self.without(
                NotKnown(
                    f"{self._number} is not among the live companies of the bulk file: it may be "
                    "dissolved, mistyped or very new; only the Companies House API can say."
                )
            )
        number = company.number
        owners = self._register.owners(number)
        return {
            "company": company,
            **_NEVER_IN_BULK,
            "owners": _owners_if_loaded(owners),
            "statements": _owners_if_loaded(self._register.statements(number)),
            "psc_exempt": _owners_if_loaded(self._register.psc_exempt(number)),
            "charges": () if company.has_charges is False else ONLY_ONLINE,
            "parents": _NO_OWNERS
            if owners is None
            else find_parents(_Steps(self._register), company, owners, depth=self._depth),
        }

    def without(self, why: Missing) -> dict[str, Any]:
        """Return every part where there is no record to read: what the files never have stays
        so.
        """
        parts = {**all_parts(why), **_NEVER_IN_BULK, "charges": ONLY_ONLINE}
        if "psc" not in self._register.versions():
            parts |= dict.fromkeys(("owners", "statements", "psc_exempt", "parents"), _NO_OWNERS)
        return parts

    def sources(self) -> list[Source]:
        """Return the files that the parts came from."""
        versions = self._register.versions()
        of = {
            "companies-house": ("company",),
            "psc": ("owners", "statements", "psc_exempt", "parents"),
        }
        return [
            build_bulk_source(part, version)
            for register, version in versions.items()
            for part in of.get(register, ())
        ]


class _Steps:
    """The register as the chain of owners asks it."""

    def __init__(self, register: RegisterStore) -> None:
        self._register = register

    def company(self, number: str) -> Company | None:
        return self._register.company(number)

    def owners(self, number: str) -> tuple[Owner, ...]:
        return self._register.owners(number) or ()

    def officers(self, number: str) -> tuple[Officer, ...]:  # noqa: ARG002
        return ()


def build_bulk_source(part: str, version: RegisterVersion) -> Source:
    """Return a bulk file as the source of a part."""
    names = ", ".join(file.name for file in version.files)
    sha256 = version.files[0].sha256 if len(version.files) == 1 else ""
    return Source(part, f"{version.register}: {names}", version.loaded_at, sha256)


def _owners_if_loaded(part: Any) -> Any:
    return _NO_OWNERS if part is None else part


_NEVER_IN_BULK = dict.fromkeys(
    ("officers", "filings", "insolvencies", "appointments", "disqualifications"), ONLY_ONLINE
)


# A partnership may have hundreds of members: each costs two requests of the 600 in 5 minutes.
MOST_PEOPLE = 50


def fetch_appointments(
    api: CompaniesHouse, directors: Sequence[Officer]
) -> tuple[Appointment, ...]:
    """Return all appointments of each director, each of the register's officer ids asked once."""
    ids = list(dict.fromkeys(each.officer_id for each in directors if each.officer_id))
    _note_people_cut(api, "appointments", len(ids))
    return tuple(found for one in ids[:MOST_PEOPLE] for found in api.appointments(one))


def fetch_disqualifications(
    api: CompaniesHouse,
    directors: Sequence[Officer],
    owners: Sequence[Owner],
    named: Sequence[Person],
) -> tuple[Disqualification, ...]:
    """Return records of those who may be a director or owner in office, or one whom the buyer
    named.

    The name must fit and the month and year of birth must not differ: the same person, possibly.
    Where either has no birth date, the name alone is kept for the check to say so.
    """
    people: dict[tuple[str, PartialDate | None], tuple[tuple[str, ...], Kind]] = {}
    for officer in directors:
        kind: Kind = "organisation" if officer.corporate else "person"
        names = (officer.name, *officer.former_names)
        people.setdefault((officer.name.casefold(), officer.birth_date), (names, kind))
    for owner in owners:
        if owner.active and owner.name and not owner.super_secure:
            kind = "person" if owner.person else "organisation"
            people.setdefault((owner.name.casefold(), owner.birth_date), ((owner.name,), kind))
    for person in named:
        born = None if person.unproven else person.birth_date
        people.setdefault((person.name.casefold(), born), ((person.name,), "person"))
    _note_people_cut(api, "disqualifications", len(people))
    found: dict[Disqualification, None] = {}
    for (_, birth_date), (names, kind) in list(people.items())[:MOST_PEOPLE]:
        fits = _Fits(names, birth_date, kind)
        for name in names:
            found.update(dict.fromkeys(api.disqualified(name, fits)))
    return tuple(found)


class _Fits:
    """Whether a disqualified person's names and birth date fit somebody behind the company."""

    def __init__(self, names: Sequence[str], birth_date: PartialDate | None, kind: Kind) -> None:
        self._names = [prepare(name, kind) for name in names]
        self._birth_date = birth_date
        self._kind = kind

    def __call__(self, names: tuple[str, ...], birth_date: PartialDate | None) -> bool:
        if self._birth_date and birth_date and not self._birth_date.compatible(birth_date):
            return False
        theirs = [prepare(name, self._kind) for name in names]
        return any(
            compare(mine, other).score >= DEFAULT_THRESHOLD
            for mine in self._names
            for other in theirs
        )


def _note_people_cut(api: CompaniesHouse, part: str, people: int) -> None:
    if people > MOST_PEOPLE:
        told = f"only the first {MOST_PEOPLE} of {people} people were looked up"
        api.cut_short.append((part, told))


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
        """Return each part of the dossier by name, but for `same_address`."""
        api, number = self.api, self._number
        company = or_not_known(lambda: api.company(number))
        if isinstance(company, NotKnown):
            return all_parts(company)
        if company is None:
            return self.without(NotHeld(f"Companies House has no company {number}."))
        officers = or_not_known(lambda: self._officers())
        owners = or_not_known(lambda: api.owners(number))
        directors = (
            officers if isinstance(officers, NotKnown) else _select_active_directors(officers)
        )
        return {
            "company": company,
            "officers": officers,
            "owners": owners,
            "statements": or_not_known(lambda: api.statements(number)),
            "psc_exempt": or_not_known(lambda: api.psc_exempt(number, self._today)),
            "filings": or_not_known(lambda: api.filings(number)),
            "charges": or_not_known(lambda: self._charges(company)),
            "insolvencies": or_not_known(lambda: self._insolvencies(company)),
            "appointments": directors
            if isinstance(directors, NotKnown)
            else or_not_known(lambda: fetch_appointments(api, directors)),
            "disqualifications": directors
            if isinstance(directors, NotKnown)
            else owners
            if isinstance(owners, NotKnown)
            else or_not_known(lambda: fetch_disqualifications(api, directors, owners, self._named)),
            "parents": owners
            if isinstance(owners, NotKnown)
            else or_not_known(lambda: find_parents(api, company, owners, depth=self._depth)),
        }

    def without(self, why: NotKnown | NotHeld) -> dict[str, Any]:
        """Return every part where there is no company to ask for; whom the buyer named is asked
        for.
        """
        parts = all_parts(why)
        if self._named:
            parts["disqualifications"] = or_not_known(
                lambda: fetch_disqualifications(self.api, (), (), self._named)
            )
        return parts

    def _officers(self) -> tuple[Officer, ...]:
        """Return those in office, and those who resigned in the last two years."""
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


def _select_active_directors(officers: tuple[Officer, ...]) -> tuple[Officer, ...]:
    return tuple(officer for officer in officers if officer.active and officer.director)


# Bodies whose number has the form of a company's, and who keeps their register.
_ELSEWHERE = {
    "CE": "the Charity Commission for England and Wales",
    "CS": "the Scottish charity regulator (OSCR)",
    **dict.fromkeys(("IP", "SP", "NP", "RS", "NO"), "the Financial Conduct Authority (mutuals)"),
    **dict.fromkeys(("RC", "SR", "NR"), "the Privy Council (royal charters)"),
    **dict.fromkeys(("IC", "SI", "NV"), "the Financial Conduct Authority (investment companies)"),
}


def gather_dossier(
    supplier: Supplier,
    *,
    api: CompaniesHouse | None,
    register: RegisterStore | None,
    resolution: Resolution,
    now: datetime,
    depth: int = 6,
    since: datetime | None = None,
) -> Dossier:
    """Return everything that the registers say of this supplier, with a source for each answer.

    `now` is aware. `depth` is how many steps owners are followed upward; no answer of the API from
    before `since` is used. What was expected and
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
        online = Online(api.fresh(since), number, now.date(), depth, supplier.people)
        parts = online.without(why) if why else online.parts()
    elif isinstance(why, NotHeld):
        parts = all_parts(why)
        if supplier.people:
            # That it is no company says nothing of the people whom the buyer named.
            parts["disqualifications"] = ONLY_ONLINE
    elif register is None or "companies-house" not in register.versions():
        parts = all_parts(NotInScope("no-company-register"))
    elif why:
        parts = Bulk(register, number, depth).without(why)
    else:
        bulk = Bulk(register, number, depth)
        parts = bulk.parts()
        sources += bulk.sources()
    if register and "gleif" in register.versions() and isinstance(parts["company"], Company):
        parts |= _follow_group(parts, online.api if api else _Steps(register), register, depth)
        sources.append(build_bulk_source("parents", register.versions()["gleif"]))
    if api is not None:
        sources += online.api.sources
        cut_short += online.api.cut_short
    if isinstance(parts["parents"], tuple) and len(parts["parents"]) >= MOST_STEPS:
        cut_short.append(("parents", f"only the first {MOST_STEPS} steps upward were followed"))
    parts["same_address"], source = _same_address(parts["company"], register)
    # Which company it is settles nobody where no register of companies is asked.
    unsettled = parts["company"] if isinstance(why, NotKnown) else why
    parts["figures"], documents = figures_of(number, register, unsettled)
    return Dossier(
        supplier=supplier,
        taken_at=now,
        resolution=resolution,
        charity=charity,
        **parts,
        sources=(*sources, *source, *documents),
        cut_short=tuple(cut_short),
    )


def _follow_group(
    parts: Mapping[str, Any], steps: Steps, register: RegisterStore, depth: int
) -> dict[str, Any]:
    """Return the parts that GLEIF adds to. Where the owners are not known, it adds no parent."""
    company, parents = parts["company"], parts["parents"]
    if isinstance(parents, tuple):
        parents = or_not_known(lambda: add_group_parents(register, steps, company, parents, depth))
    return {"legal_entity": find_legal_entity(register, company), "parents": parents}


def _not_a_company(
    number: str, supplier: Supplier, resolution: Resolution
) -> NotKnown | NotHeld | None:
    if not number:
        if any(identifier.scheme.startswith("GB-") for identifier in supplier.identifiers):
            return NotHeld("It gives no company number, but one of another register.")
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
    return found, [build_bulk_source("same_address", version)]
