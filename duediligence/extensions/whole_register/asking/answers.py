"""Answers of the whole register: rows of each question, and what they rest on.

An answer is what the register's files say, with its strength. It is no finding about a supplier.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Literal, TypeVar

from duediligence.model.networks import NetworkPath

Question = Literal[
    "near",
    "address",
    "shared-addresses",
    "phoenixes",
    "mass-addresses",
    "people",
    "circles",
    "changes",
    "handed-over",
]
# What an answer is needed for. Recorded with each question.
Purpose = Literal["screening", "new bidder", "contract management", "investigation", "audit"]

# A file of the publisher, or what was made of it.
RegisterTable = Literal["companies", "owners", "officers", "screened"]
# Why an answer may not hold everything.
CutKind = Literal["hubs", "paths", "rows", "circles", "chain", "shortlist"]


@dataclass(frozen=True, slots=True)
class AnswerCut:
    """A bound that cut an answer: `kept` is the bound, `of` what there was, None if not counted."""

    kind: CutKind
    kept: int
    of: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerScope:
    """The version that was asked, the day of each of its files, and those it does not hold.

    Of an answer that rests on the screening of the register: the `lists` that it searched, and the
    lists in use that it did not.
    """

    version: str
    days: Mapping[RegisterTable, date | None]
    missing: tuple[RegisterTable, ...] = ()
    compared_with: str = ""
    lists: tuple[str, ...] = ()
    lists_not_searched: tuple[str, ...] = ()


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAnswer(Generic[Row]):
    """The first rows of an answer, the strongest first, and how many there are in all.

    `counts` are figures about all of them, by what they count.
    """

    question: Question
    scope: AnswerScope
    rows: tuple[Row, ...]
    found: int
    cuts: tuple[AnswerCut, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Return whether every file that the question needs was there, and every list in use was
        searched. If not, nothing found is not clear.
        """
        return not self.scope.missing and not self.scope.lists_not_searched


@dataclass(frozen=True, slots=True)
class RegisterCompany:
    """A company as the register has it. `supplier_ref` is empty unless it is a stored supplier."""

    number: str
    name: str
    status: str = ""
    created_on: date | None = None
    gone_since: date | None = None
    supplier_ref: str = ""


@dataclass(frozen=True, slots=True)
class NearRow:
    """A path from a supplier or bidder, its first node, to what was asked for, its last."""

    path: NetworkPath


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """A company at an address, or an officer or owner who gives it.

    `same_unit` is None where one of the two addresses names no unit.
    """

    what: Literal["company", "officer", "owner"]
    name: str
    company: RegisterCompany
    personal: bool
    same_unit: bool | None
    until: date | None
    strength: float


AddressUse = Literal["registered office", "letters to an owner", "letters to an officer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedAddressRow:
    """An address that several suppliers use, the ways in which they do, and how many companies use
    it in all. It is personal where no company is `registered` there: somebody may live there.
    """

    address: str
    registered: bool
    companies: int
    suppliers: tuple[RegisterCompany, ...]
    uses: tuple[AddressUse, ...]
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoenixRow:
    """A new company, and the failed one of which it took over what is named here.

    Empty or False: not taken over. `people` are the names of those behind both.
    """

    new: RegisterCompany
    old: RegisterCompany
    people: tuple[str, ...]
    address: str
    name_stem: str
    sic_codes: tuple[str, ...]
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MassAddressRow:
    """An address with many companies: how many live, new within a year, failed, and suppliers."""

    address: str
    companies: int
    live: int
    new: int
    failed: int
    suppliers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyPersonRow:
    """A person behind many companies, how many of them failed, and the suppliers among them."""

    name: str
    born: str
    companies: int
    failed: int
    suppliers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CircleRow:
    """A shortest circle of owners: each company owns the next, the last owns the first.

    `entwined` is how many companies own each other through circles that meet this one.
    """

    companies: tuple[RegisterCompany, ...]
    entwined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """What is different about a company between two versions."""

    company: RegisterCompany
    what: Literal["came", "went", "name", "status", "address"]
    before: str = ""
    after: str = ""


HandoverTie = Literal["same address", "same surname", "former co-director"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Control of a company that passed from one person to another who is tied to them."""

    before: str
    ceased_on: date
    after: str
    notified_on: date
    ties: tuple[HandoverTie, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRow:
    """A chain of handovers whose first owner is listed, or is behind the failed company `failed`.

    `listed` is the list and entry that the first owner may be on, `certain` whether that is sure.
    """

    company: RegisterCompany
    chain: tuple[Handover, ...]
    listed: str
    score: float | None
    failed: RegisterCompany | None
    strength: float
