"""What the registers of companies and charities say, and the dossier of a supplier."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal, NamedTuple, TypeAlias, TypeVar

from duediligence.model.dates import PartialDate
from duediligence.model.entries import Address, Identifier, company_number
from duediligence.model.list_states import DriftItem
from duediligence.model.suppliers import Supplier


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that an entity bore from and until the days given."""

    name: str
    from_: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company's own record. Codes (`status`, `type`, …) are the register's; see its enumerations.

    A field is None where the source cannot tell: bulk data has no `annotations`, for one. False
    and empty mean that the source says so.
    """

    number: str
    name: str
    status: str
    type: str
    status_detail: str | None = None
    subtype: str | None = None
    jurisdiction: str = ""
    created_on: date | None = None
    ceased_on: date | None = None
    address: Address | None = None
    sic_codes: tuple[str, ...] = ()
    former_names: tuple[FormerName, ...] = ()
    accounts_type: str | None = None
    accounts_made_up_to: date | None = None
    accounts_due_on: date | None = None
    accounts_overdue: bool | None = None
    confirmation_due_on: date | None = None
    confirmation_overdue: bool | None = None
    has_charges: bool | None = None
    has_insolvency_history: bool | None = None
    office_in_dispute: bool | None = None
    office_undeliverable: bool | None = None
    annotations: tuple[str, ...] | None = None
    has_super_secure_owners: bool | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """Proof of identity under the Economic Crime and Corporate Transparency Act 2023.

    Verified while `started_on` has come and `ended_on` has not; `due_on` is the day by which the
    statement was to be given. `agent` is the authorised corporate service provider that vouched for
    the person and checked the identity on `identity_checked_on`, `supervisors` the bodies that
    supervise the agent against money laundering. A person who proved it to Companies House directly
    has no agent.
    """

    started_on: date | None = None
    ended_on: date | None = None
    due_on: date | None = None
    agent: str = ""
    supervisors: tuple[str, ...] = ()
    identity_checked_on: date | None = None

    def verified(self, today: date) -> bool:
        started = self.started_on is not None and self.started_on <= today
        return started and (self.ended_on is None or self.ended_on > today)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredAt:
    """Where a corporate officer or owner says that it is registered. All of it is free text."""

    number: str = ""
    place: str = ""
    country: str = ""
    legal_form: str = ""
    legal_authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """One appointment at the company. `name` is in reading order, forenames first.

    `officer_id` is the register's own partial merge of appointments: not a person.
    """

    name: str
    role: str
    surname: str = ""
    birth_date: PartialDate | None = None
    appointed_on: date | None = None
    appointed_before: date | None = None
    resigned_on: date | None = None
    nationality: str = ""
    country_of_residence: str = ""
    occupation: str = ""
    address: Address | None = None
    former_names: tuple[str, ...] = ()
    officer_id: str = ""
    registered_at: RegisteredAt | None = None
    verification: Verification | None = None

    @property
    def active(self) -> bool:
        return self.resigned_on is None

    @property
    def corporate(self) -> bool:
        return self.role.startswith("corporate-") or self.registered_at is not None

    @property
    def director(self) -> bool:
        """Return whether the role directs the company: directors, and members of an LLP."""
        return "director" in self.role or "llp" in self.role or "management-organ" in self.role


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A person with significant control, or a beneficial owner of an overseas entity.

    `kind` is the register's, with its variants. A super-secure one has no name: at risk, and
    never a flag.
    """

    kind: str
    name: str = ""
    birth_date: PartialDate | None = None
    natures: tuple[str, ...] = ()
    notified_on: date | None = None
    ceased_on: date | None = None
    nationality: str = ""
    country_of_residence: str = ""
    address: Address | None = None
    registered_at: RegisteredAt | None = None
    sanctioned: bool | None = None
    verification: Verification | None = None

    @property
    def active(self) -> bool:
        return self.ceased_on is None

    @property
    def super_secure(self) -> bool:
        return self.kind.startswith("super-secure")

    @property
    def person(self) -> bool:
        return self.kind.startswith("individual")

    @property
    def by_gleif(self) -> bool:
        """Return whether GLEIF names it, and the register of owners does not."""
        return self.kind == GLEIF_PARENT


GLEIF_PARENT = "corporate-entity-gleif-parent"
"""The kind of an owner that GLEIF names: its accounts consolidate its child."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement about significant control, by its code, as `psc-exists-but-not-identified`."""

    code: str
    notified_on: date | None = None
    ceased_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A charge over the company's assets."""

    status: str
    created_on: date | None = None
    satisfied_on: date | None = None
    persons_entitled: tuple[str, ...] = ()
    floating_covers_all: bool = False


@dataclass(frozen=True, slots=True)
class Insolvency:
    """An insolvency case: its type and its dates by their kind (`wound-up-on`)."""

    type: str
    number: str = ""
    dates: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A filing. `description` is the register's key; `action_on` the day of what it tells of."""

    category: str
    type: str
    description: str
    filed_on: date | None = None
    action_on: date | None = None
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Another appointment of one of the company's officers, found by `officer_id`."""

    officer_id: str
    officer_name: str
    company_number: str
    company_name: str
    company_status: str
    role: str
    appointed_on: date | None = None
    resigned_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disqualification:
    """A disqualified director who may be one of the people behind the supplier.

    Only month and year of the birth date are kept. `permissions` are (company, until) pairs: leave
    of the court to act for that company.
    """

    name: str
    birth_date: PartialDate | None = None
    type: str = ""
    from_: date | None = None
    until: date | None = None
    reason: str = ""
    company_names: tuple[str, ...] = ()
    permissions: tuple[tuple[str, date | None], ...] = ()
    officer_id: str = ""
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class CharityEvent:
    """Something that the register records: registration, removal, merger, with its reason."""

    type: str
    on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AnnualReturn:
    """One year's return: the year's end, the day it was due and the day it came (None: not yet).

    `accounts_qualified`: its accounts have a qualified opinion. None where that was not read.
    """

    year_end: date
    due_on: date | None = None
    received_on: date | None = None
    accounts_qualified: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CharityFigures:
    """What a charity entered in one part of its latest annual return, in pounds.

    A part has fields of its own, and the others are None. Part A: income from government, whether
    trustees were paid for acting as such, whether staff had £60,000 or more. Part B, of charities
    with over £500,000 a year: free reserves, and all assets less all liabilities.
    """

    year_end: date
    government_contracts: int | None = None
    government_grants: int | None = None
    trustees_paid: bool | None = None
    high_salaries: bool | None = None
    reserves: int | None = None
    net_assets: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charity:
    """A charity's own record. `identifier` is GB-CHC, GB-SC or GB-NIC.

    A field is None where the register does not tell.
    """

    # Texts of the register that never name a person.
    NOT_PERSONAL: ClassVar = frozenset(("removal_reason",))

    identifier: Identifier
    name: str
    status: str
    type: str = ""
    other_names: tuple[str, ...] = ()
    company_number: str = ""
    registered_on: date | None = None
    removed_on: date | None = None
    removal_reason: str = ""
    insolvent: bool | None = None
    in_administration: bool | None = None
    accounts_late: bool | None = None
    inquiry: str = ""
    address: Address | None = None
    income: int | None = None
    trustees: tuple[str, ...] | None = None
    events: tuple[CharityEvent, ...] = ()
    returns: tuple[AnnualReturn, ...] = ()
    figures: tuple[CharityFigures, ...] = ()


AccountsRegime = Literal["", "micro", "small", "other"]
AuditReport = Literal["", "exempt", "unqualified", "qualified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsFigures:
    """What the accounts of a company say at one balance sheet date, in whole pounds.

    None and empty: the accounts do not say it, as small ones seldom give the turnover.
    `net_assets` is below zero where liabilities exceed assets. `comparative`: from the accounts of
    the year after, which repeat the figures of the year before and say nothing of its regime.
    `audit` is `exempt` where there was no audit; what an auditor's report says is known from its
    wording alone. `document` is the file's name at Companies House.
    """

    number: str
    ended: date
    started: date | None = None
    net_assets: int | None = None
    total_assets: int | None = None
    current_assets: int | None = None
    creditors_within_one_year: int | None = None
    cash: int | None = None
    turnover: int | None = None
    profit: int | None = None
    employees: int | None = None
    dormant: bool | None = None
    regime: AccountsRegime = ""
    audit: AuditReport = ""
    comparative: bool = False
    document: str = ""


class AccountsRow(NamedTuple):
    """Figures on their way into the local register, and the sha256 of their document.

    `loaded_at` is the time of the load, None on the way in.
    """

    figures: AccountsFigures
    sha256: str
    loaded_at: datetime | None = None


Register = Literal[
    "companies-house",
    "psc",
    "accounts",
    "charities-england-wales",
    "charities-scotland",
    "charities-northern-ireland",
    "gleif",
]


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A file that a register was loaded from: its name and the sha256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterVersion:
    """A register as loaded. `published` is the day of the snapshot, None where no file says it.

    `drift` is what the files held that was not understood or was left out.
    """

    register: Register
    files: tuple[RegisterFile, ...]
    published: date | None
    rows: int
    loaded_at: datetime
    drift: tuple[DriftItem, ...] = ()

    @property
    def dated(self) -> date:
        """Return the day of the snapshot, or of its loading where no file says it."""
        return self.published or self.loaded_at.date()


@dataclass(frozen=True, slots=True)
class RegisterHit:
    """An entity whose name or postcode may be the one looked for. Candidates, not yet compared."""

    identifier: Identifier
    name: str
    former_names: tuple[str, ...]
    postcode: str
    status: str
    kind: Literal["company", "charity"]


class CompanyRow(NamedTuple):
    """A company on its way into the local register: codes of the register's API, dates as ISO.

    `former_names` and `former_until` hold one line a name. A tuple, for there are six million.
    """

    number: str
    name: str
    status: str
    status_detail: str | None
    type: str
    subtype: str | None
    created_on: str | None
    ceased_on: str | None
    address: str
    postcode: str
    country: str
    sic_codes: str
    former_names: str
    former_until: str
    accounts_type: str | None
    accounts_made_up_to: str | None
    accounts_due_on: str | None
    confirmation_due_on: str | None
    charges: int | None


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exemption from keeping a record of significant control."""

    type: str
    from_: date | None = None
    until: date | None = None


class OwnerRow(NamedTuple):
    """One record of the PSC snapshot, with the number of the company that it is about."""

    number: str
    record: Owner | Statement | Exemption


CharityField = Literal["other_names", "trustees", "events", "returns", "figures", "inquiry"]


class CharityRow(NamedTuple):
    """A charity on its way into the local register; `key` is what its parts name it by."""

    key: str
    charity: Charity


class CharityPart(NamedTuple):
    """A part of a charity's record that stands in a file of its own."""

    key: str
    field: CharityField
    value: str | CharityEvent | AnnualReturn | CharityFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalEntity:
    """A legal entity as GLEIF publishes it (LEI-CDF 3.1). Codes are GLEIF's.

    `status` is of the entity, `registration` of its LEI: LAPSED says that the LEI was not renewed,
    and never that the entity is dissolved. `authority` is the code of the register that gave
    `number`; `country` an ISO 3166-1 code. `no_parent` are the reasons for which a direct or
    ultimate parent is not reported, `as_of` is the day of the golden copy.
    """

    lei: str
    name: str
    other_names: tuple[str, ...] = ()
    status: str = ""
    registration: str = ""
    authority: str = ""
    number: str = ""
    country: str = ""
    address: Address | None = None
    no_parent: tuple[str, ...] = ()
    as_of: date | None = None

    @property
    def company_number(self) -> str:
        """Return its number at Companies House, lost zeros and prefix put back; else empty.

        A Scottish or Northern Irish number may have lost its prefix; one of England and Wales may
        have another one, as OC and SC numbers are given there too.
        """
        prefix = UK_AUTHORITIES.get(self.authority)
        if prefix is None or not self.number:
            return ""
        compact = "".join(self.number.split())
        bare = prefix and compact.isdecimal() and len(compact) <= 6
        return register_number(f"{prefix}{compact:0>6}" if bare else compact)


# GLEIF's codes of Companies House, and the prefix of the numbers of each: England and Wales,
# Scotland, Northern Ireland.
UK_AUTHORITIES: Mapping[str, str] = {"RA000585": "", "RA000586": "SC", "RA000587": "NI"}


class LeiRelationship(NamedTuple):
    """A parent that consolidates the accounts of `child`, directly or `ultimate`ly.

    Both are LEIs. `since` and `until` are ISO days of the relationship, empty where not given.
    """

    child: str
    parent: str
    ultimate: bool
    since: str = ""
    until: str = ""


class NoParentReason(NamedTuple):
    """Why an entity reports no direct or no ultimate parent, by GLEIF's code."""

    lei: str
    reason: str


def register_number(text: str) -> str:
    """Return a company number as the register writes it, with lost zeros put back.

    Some five thousand live numbers are not two characters and six digits (IP99067R, RS9931EN):
    what `company_number` does not know is kept as it stands, in capitals without spaces.
    """
    compact = "".join(text.split()).upper()
    return company_number(compact) or compact


UK = re.compile(
    r"\b(united kingdom|u\.?k\.?|great britain|gb|england|wales|scotland|northern ireland|"
    r"companies house|cardiff|edinburgh|belfast)\b"
)
NOT_UK = re.compile(r"\bnew south wales\b")


def uk_number(registered: RegisteredAt | None) -> tuple[str, str]:
    """Return the number in the UK register that an owner gives, lost zeros put back; or why there
    is none that can be looked up.
    """
    if registered is None:
        return "", "it does not say where it is registered"
    place = registered.country or f"{registered.place} {registered.legal_authority}"
    if place.strip() and not UK.search(NOT_UK.sub(" ", place.casefold())):
        where = registered.country or registered.place or registered.legal_authority
        return "", f"it is registered in {where}, beyond the UK register"
    number = register_number(registered.number)
    if not number:
        return "", "it gives no registration number"
    if len(number) != 8 or not (number.isascii() and number.isalnum()):
        return "", f"{registered.number!r} is not a number of the UK register"
    return number, ""


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A part that was expected and not retrieved, and why: never the same as an empty one."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotHeld:
    """A part that does not apply: the supplier is no company, or its form has none of it."""

    reason: str


ScopeGap = Literal[
    "no-company-register",
    "company-bulk-file-only",
    "owners-not-loaded",
    "addresses-not-counted",
    "accounts-not-loaded",
    "accounts-file-only",
    "charities-england-wales-not-loaded",
    "charities-england-wales-file-only",
    "charities-scotland-not-loaded",
    "charities-scotland-file-only",
    "charities-northern-ireland-not-loaded",
    "charities-northern-ireland-file-only",
    "extension-not-installed",
]


# What else is not looked at where there is such a gap.
_IMPLIED: Mapping[ScopeGap, tuple[ScopeGap, ...]] = {
    "no-company-register": (
        "company-bulk-file-only",
        "owners-not-loaded",
        "addresses-not-counted",
    ),
    "accounts-not-loaded": ("accounts-file-only",),
    "charities-england-wales-not-loaded": ("charities-england-wales-file-only",),
    "charities-scotland-not-loaded": ("charities-scotland-file-only",),
    "charities-northern-ireland-not-loaded": ("charities-northern-ireland-file-only",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterInUse:
    """A register that was asked: its bulk file and the day of that, or `online` by its API.

    `dated` is the day of the snapshot, or of its loading where no day is known; None online.
    `stale`: a newer file is published.
    """

    register: Register
    online: bool = False
    dated: date | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The registers that a run asked, and what the set-up never looks at.

    The lists in use are those of the run. None of this makes a run incomplete: what was in scope
    and failed does.
    """

    registers: tuple[RegisterInUse, ...] = ()
    gaps: tuple[ScopeGap, ...] = ()


def not_looked_at(gaps: tuple[ScopeGap, ...]) -> frozenset[ScopeGap]:
    """Return the gaps with all that they imply, so that two scopes can be compared as sets."""
    return frozenset(gaps).union(*(_IMPLIED.get(gap, ()) for gap in gaps))


@dataclass(frozen=True, slots=True)
class NotInScope:
    """A part that this installation never looks at, as bulk files have no officers: no failure."""

    gap: ScopeGap


Missing: TypeAlias = NotKnown | NotHeld | NotInScope
T = TypeVar("T")


def known(part: T | Missing) -> T:
    """Return the part itself, for a check that reads it: such a check runs only where it is
    known.
    """
    assert not isinstance(part, Missing)
    return part


def list_known(part: tuple[T, ...] | Missing) -> tuple[T, ...]:
    """Return the values of a part of a dossier; none where it is not known or not held."""
    return part if isinstance(part, tuple) else ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a part came from: address, time (UTC), and the sha256 of the bytes kept."""

    part: str
    address: str
    retrieved_at: datetime
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A step up: `child` is owned by this corporate owner, `depth` steps above the supplier.

    `company` is its record where it was found in a UK register; `why_not` says why not.
    `owners` and `officers` are its own. `circular`: it stands further down the chain already.
    `legal_entity` is what GLEIF has of it; by GLEIF alone, `depth` is the least number of steps and
    `child` the company's number or the name of the firm below.
    """

    child: str
    owner: Owner
    depth: int
    company: Company | None = None
    owners: tuple[Owner, ...] = ()
    officers: tuple[Officer, ...] = ()
    circular: bool = False
    why_not: str = ""
    legal_entity: LegalEntity | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which legal entity the supplier is, how that was settled, and how well the name fits.

    `how`: `number` (given by the buyer), `name` (found, clearly the best), `person` (settled by
    hand), `none`. `name_score` is 0.0 … 1.0 against the entity's names, None without an entity.
    """

    how: Literal["number", "name", "person", "none"]
    name_score: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One supplier as the registers know it. Every part is known, or one of `Missing`.

    `same_address` is the number of live companies at the registered office. A supplier with a
    number that the register itself does not have has that part as NotHeld. `cut_short` names each
    part that is longer than what was read, and how much was left out. `legal_entity` is what GLEIF
    has of the company, None where its copy is not loaded or has none.
    """

    supplier: Supplier
    taken_at: datetime
    resolution: Resolution
    company: Company | Missing
    charity: Charity | Missing
    officers: tuple[Officer, ...] | Missing
    owners: tuple[Owner, ...] | Missing
    statements: tuple[Statement, ...] | Missing
    psc_exempt: bool | Missing
    filings: tuple[Filing, ...] | Missing
    charges: tuple[Charge, ...] | Missing
    insolvencies: tuple[Insolvency, ...] | Missing
    appointments: tuple[Appointment, ...] | Missing
    disqualifications: tuple[Disqualification, ...] | Missing
    parents: tuple[Parent, ...] | Missing
    same_address: int | Missing
    # Newest first. Dossiers stored before there were figures have none.
    figures: tuple[AccountsFigures, ...] | Missing = NotInScope("accounts-not-loaded")
    sources: tuple[Source, ...] = ()
    cut_short: tuple[tuple[str, str], ...] = ()
    legal_entity: LegalEntity | None = None

    def not_known(self) -> Iterator[tuple[str, str]]:
        """Yield each part that is not known, with the reason; and each that was cut short."""
        for part in PARTS:
            value = getattr(self, part)
            if isinstance(value, NotKnown):
                yield part, value.reason
        yield from self.cut_short

    def not_in_scope(self) -> tuple[str, ...]:
        """Return the parts that this installation never looks at."""
        return tuple(part for part in PARTS if isinstance(getattr(self, part), NotInScope))


@dataclass(frozen=True, slots=True)
class Unread:
    """Parts of a dossier that are not known for one reason, and the checks that it stopped."""

    parts: tuple[str, ...]
    reason: str
    checks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Return the parts as people call them, the first few by name."""
        titles = [_TITLES[part] for part in self.parts]
        if len(titles) > _NAMED:
            return f"{', '.join(titles[:_NAMED])} and {len(titles) - _NAMED} more parts"
        return " and ".join(filter(None, [", ".join(titles[:-1]), titles[-1]]))


_NAMED = 3

PARTS = (
    "company",
    "charity",
    "officers",
    "owners",
    "statements",
    "psc_exempt",
    "filings",
    "charges",
    "insolvencies",
    "appointments",
    "disqualifications",
    "parents",
    "same_address",
    "figures",
)

_TITLES = {
    "company": "the company's own record",
    "charity": "the charity's own record",
    "officers": "its officers",
    "owners": "its owners",
    "statements": "its statements about owners",
    "psc_exempt": "exemptions from naming owners",
    "filings": "its filing history",
    "charges": "charges over its assets",
    "insolvencies": "insolvency cases",
    "appointments": "other appointments of its directors",
    "disqualifications": "disqualified directors",
    "parents": "the chain of its owners",
    "same_address": "companies at its address",
    "figures": "the figures of its accounts",
}


# A register, or something in it, that the set-up does not look at. Kept with runs: a code stays.
