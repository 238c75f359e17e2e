"""What the registers say of a company and of the people and firms behind it."""

from dataclasses import dataclass
from datetime import date

from duediligence.model.dates import PartialDate
from duediligence.model.entries import Address


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
    statement was to be given.
    """

    started_on: date | None = None
    ended_on: date | None = None
    due_on: date | None = None

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
        """Whether the role directs the company: directors, and members of an LLP."""
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
