"""What a supplier stated of itself on the Central Digital Platform, and gave by a share code."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from duediligence.model.dates import PartialDate
from duediligence.model.entries import Address, Identifier

Origin = Literal["service", "file", "printed form"]
UNKNOWN_GROUND = "it is not a known ground for exclusion"
# Who an exclusion is about, once the time of the tender is over.
PARTY_REMOVED = "removed"
UNKNOWN_PARTY = "it does not say who it is about"
UNREAD_EXCLUSION = "it may be an exclusion, and is not of a form that is known"
# Of an exclusion that was not read, which may be of any ground.
# Of a value that was not read: its supplier is not clear until a person has seen it.
MAY_NAME = "it may name a party, and is not of a form that is known"
HINDERS_DENIAL = (UNKNOWN_GROUND, UNKNOWN_PARTY, UNREAD_EXCLUSION)
StatedKind = Literal["person", "organisation", "trust"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedParty:
    """A connected person or organisation that a supplier named.

    `id` is the platform's own. `relationship` and `control` are values of its enumerations, in its
    spelling; empty where it gave none, or an unknown one. `other_names` are aliases and former
    names. Of a birth date no more than year
    and month is kept, and nothing of nationality, residence and addresses, which are compared with
    nothing. `ended_on` is the day on which the connection ended.
    """

    id: str
    kind: StatedKind
    name: str
    relationship: str = ""
    control: tuple[str, ...] = ()
    birth_date: PartialDate | None = None
    company_number: str = ""
    overseas_number: str = ""
    registered_with: str = ""
    legal_form: str = ""
    law: str = ""
    registered_on: date | None = None
    insolvent_on: date | None = None
    ended_on: date | None = None
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedExclusion:
    """One exclusion that a supplier stated: `question` is a code of law/data/declarations.toml.

    `party_id` is that of the connected party it is about, empty where it is the supplier;
    `PARTY_REMOVED` once its time is over. What is said of a person is criminal offence data.
    """

    question: str
    party_id: str = ""
    in_uk: bool | None = None
    details: str = ""
    managed: str = ""
    decision_url: str = ""
    ended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedMember:
    """Another organisation of the same bid. What it does there, the form does not say."""

    id: str
    name: str
    roles: tuple[str, ...] = ()
    share_code: str = ""


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A value that was kept as it stood: `path` is where, `text` what.

    `reason` says why it was not read; empty where the field is unknown.
    """

    path: str
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierInformation:
    """What a supplier stated once, for one tender.

    `share_code` and `form_version` are the platform's. `submitted_on` is the day on which the
    supplier handed it in there, None where the form does not say, `submitted_at` the moment, where
    it says that. `addresses` begin with the registered one, unless it `is_postal_only`.
    `exclusions_asked`: the form has its section of exclusions (see `is_rest_denied`). `kept` is
    what was not read. Of a `printed form` a person has confirmed what was read. `read_at` is when
    it came here.
    """

    origin: Origin
    name: str
    consortium: bool = False
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    is_postal_only: bool = False
    legal_form: str = ""
    registered_on: date | None = None
    scale: str = ""
    roles: tuple[str, ...] = ()
    parties: tuple[StatedParty, ...] = ()
    members: tuple[StatedMember, ...] = ()
    exclusions: tuple[StatedExclusion, ...] = ()
    exclusions_asked: bool = False
    share_code: str = ""
    form_version: str = ""
    submitted_on: date | None = None
    submitted_at: datetime | None = None
    tender: str = ""
    kept: tuple[StatedValue, ...] = ()
    read_at: datetime | None = None
    other_names: tuple[str, ...] = ()

    @property
    def is_rest_denied(self) -> bool:
        """Return whether a ground that no exclusion names is denied: not where an exclusion was not
        read, which may be of any ground.
        """
        return self.exclusions_asked and all(one.reason not in HINDERS_DENIAL for one in self.kept)
