"""What a watchlist holds: one entry for one party, as its publisher describes it."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from duediligence.model.dates import PartialDate
from duediligence.model.identifiers import Identifier
from duediligence.model.records import Record

Kind = Literal["person", "organisation", "vessel", "aircraft", "unknown"]
NameType = Literal["primary", "variation", "alias", "former", "trading", "original-script"]
Strength = Literal["strong", "weak", "unstated"]


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a party. `strength` is the publisher's own word; unstated is not weak.

    `language` is a language or script as the publisher names it, often empty.
    """

    text: str
    type: NameType = "primary"
    strength: Strength = "unstated"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """An address on one line, with the postcode and country apart where the source has them."""

    text: str
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One listed party.

    `id` is the publisher's own stable key. Countries, regimes, measures and reasons stand as
    published; names are never empty strings. `references` are other publishers' keys for the
    same listing (a UN reference number on the UK list). `status` is a list's own word for what
    kind of entry this is (`mandatory`, `cross-debarred`). `record` is what a public body did,
    on lists of enforcement, ratings and licences.
    """

    # Texts of the publisher that never name a person.
    NOT_PERSONAL: ClassVar = frozenset(("regimes", "measures", "grounds", "status"))

    id: str
    list_id: str
    kind: Kind
    names: tuple[Name, ...]
    birth_dates: tuple[PartialDate, ...] = ()
    birth_places: tuple[str, ...] = ()
    gender: str = ""
    countries: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    positions: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    status: str = ""
    source: str = ""
    listed_on: date | None = None
    updated_on: date | None = None
    ends_on: date | None = None
    reason: str = ""
    remarks: str = ""
    references: tuple[str, ...] = ()
    url: str = ""
    record: Record | None = None

    @property
    def name(self) -> str:
        """The name to show: the first primary one, else the first."""
        return next((n.text for n in self.names if n.type == "primary"), self.names[0].text)
