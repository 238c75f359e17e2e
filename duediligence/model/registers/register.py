"""The local register: bulk files as they are kept, and what is known of each that was loaded."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from duediligence.model.identifiers import Identifier, company_number
from duediligence.model.list_states import DriftItem
from duediligence.model.registers.charity import AnnualReturn, Charity, CharityEvent
from duediligence.model.registers.company import Owner, Statement

Register = Literal[
    "companies-house",
    "psc",
    "charities-england-wales",
    "charities-scotland",
    "charities-northern-ireland",
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


CharityField = Literal["other_names", "trustees", "events", "returns", "inquiry"]


class CharityRow(NamedTuple):
    """A charity on its way into the local register; `key` is what its parts name it by."""

    key: str
    charity: Charity


class CharityPart(NamedTuple):
    """A part of a charity's record that stands in a file of its own."""

    key: str
    field: CharityField
    value: str | CharityEvent | AnnualReturn


def register_number(text: str) -> str:
    """A company number as the register writes it, with lost zeros put back.

    Some five thousand live numbers are not two characters and six digits (IP99067R, RS9931EN):
    what `company_number` does not know is kept as it stands, in capitals without spaces.
    """
    compact = "".join(text.split()).upper()
    return company_number(compact) or compact
