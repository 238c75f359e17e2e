"""What the charity registers say."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from duediligence.model.entries import Address
from duediligence.model.identifiers import Identifier


@dataclass(frozen=True, slots=True)
class CharityEvent:
    """Something that the register records: registration, removal, merger, with its reason."""

    type: str
    on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AnnualReturn:
    """One year's return: the year's end, the day it was due and the day it came (None: not yet)."""

    year_end: date
    due_on: date | None = None
    received_on: date | None = None


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
