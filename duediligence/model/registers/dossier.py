"""All that the registers say of one supplier, gathered once, with where each part came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, TypeVar

from duediligence.model.registers.charity import Charity
from duediligence.model.registers.company import (
    Appointment,
    Charge,
    Company,
    Disqualification,
    Filing,
    Insolvency,
    Officer,
    Owner,
    Statement,
)
from duediligence.model.scope import ScopeGap
from duediligence.model.suppliers import Supplier


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A part that was expected and not retrieved, and why: never the same as an empty one."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotHeld:
    """A part that does not apply: the supplier is no company, or its form has none of it."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotInScope:
    """A part that this installation never looks at, as bulk files have no officers: no failure."""

    gap: ScopeGap


Missing: TypeAlias = NotKnown | NotHeld | NotInScope
T = TypeVar("T")


def known(part: T | Missing) -> T:
    """The part itself, for a check that reads it: such a check runs only where it is known."""
    assert not isinstance(part, Missing)
    return part


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
    """

    child: str
    owner: Owner
    depth: int
    company: Company | None = None
    owners: tuple[Owner, ...] = ()
    officers: tuple[Officer, ...] = ()
    circular: bool = False
    why_not: str = ""


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
    part that is longer than what was read, and how much was left out.
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
    sources: tuple[Source, ...] = ()
    cut_short: tuple[tuple[str, str], ...] = ()

    def not_known(self) -> Iterator[tuple[str, str]]:
        """Each part that is not known, with the reason; and each that was cut short."""
        for part in PARTS:
            value = getattr(self, part)
            if isinstance(value, NotKnown):
                yield part, value.reason
        yield from self.cut_short

    def not_in_scope(self) -> tuple[str, ...]:
        """The parts that this installation never looks at."""
        return tuple(part for part in PARTS if isinstance(getattr(self, part), NotInScope))


@dataclass(frozen=True, slots=True)
class Unread:
    """Parts of a dossier that are not known for one reason, and the checks that it stopped."""

    parts: tuple[str, ...]
    reason: str
    checks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The parts as people call them, the first few by name."""
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
}
