"""Whom to look up."""

from dataclasses import dataclass

from duediligence.model import Address, Identifier, Kind, PartialDate


@dataclass(frozen=True, slots=True)
class Subject:
    """A party to look up: any of its names, and what else is known. Missing never counts against.

    `names` are one or more texts; `countries` are names or ISO codes of nationality,
    registration or residence.
    """

    names: tuple[str, ...]
    kind: Kind = "unknown"
    birth_date: PartialDate | None = None
    countries: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
