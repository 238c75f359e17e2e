"""What a register may say of an entity that could be the supplier, and where it is asked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from duediligence.model import Identifier, Name
from duediligence.model.identifiers import COMPANY

_CEASED = {
    "dissolved": "dissolved",
    "converted-closed": "closed or converted into another body",
    "closed": "closed",
    "removed": "removed from the register",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A legal entity on a register, and (once ranked) how well it fits the supplier.

    `status` is the register's own word. `company_number` bridges a charity to its company. `score`
    is that of the best pair of names alone, 0.0 … 1.0; `standing` orders the candidates (see
    `ranking`); `reasons` are sentences for an officer.
    """

    identifier: Identifier
    name: str
    other_names: tuple[Name, ...] = ()
    postcodes: tuple[str, ...] = ()
    status: str = ""
    ceased_on: date | None = None
    company_number: str = ""
    score: float | None = None
    standing: float = 0.0
    reasons: tuple[str, ...] = ()

    @property
    def ceased(self) -> str:
        """How the entity ended, in words, or an empty string while it lives or none is told."""
        return _CEASED.get(self.status.casefold(), "")


class CandidateSource(Protocol):
    """A register that can be asked. Both raise SourceError when they cannot tell."""

    def by_number(self, identifier: Identifier) -> Candidate | None:
        """The entity of that number, or None where the register has none."""

    def by_name(self, name: str, postcode: str) -> Sequence[Candidate]:
        """Entities whose name may be this one; more than fit is harmless, fewer is not."""


def merged(found: Iterable[Candidate]) -> list[Candidate]:
    """One candidate for each entity, whatever the order in which registers told of it."""
    by_identifier: dict[Identifier, list[Candidate]] = defaultdict(list)
    for one in found:
        by_identifier[one.identifier].append(one)
    entities = {identifier: _one(same) for identifier, same in by_identifier.items()}
    for charity in sorted(entities.values(), key=lambda one: one.identifier):
        company = entities.get(Identifier(COMPANY, charity.company_number))
        if charity.company_number and company is not None and company is not charity:
            # A charitable company stands in two registers and is one legal entity.
            entities[company.identifier] = _with_names_of(company, [charity])
            del entities[charity.identifier]
    return [entities[identifier] for identifier in sorted(entities)]


def _one(same: Sequence[Candidate]) -> Candidate:
    # An entity that one source calls ended is taken for ended.
    first, *rest = sorted(same, key=lambda one: (not one.ceased, one.name, one.status))
    return _with_names_of(first, rest)


def _with_names_of(chosen: Candidate, others: Iterable[Candidate]) -> Candidate:
    names = set(chosen.other_names)
    postcodes = set(chosen.postcodes)
    for other in others:
        names |= {Name(other.name, "variation"), *other.other_names}
        postcodes |= set(other.postcodes)
    names.discard(Name(chosen.name, "variation"))
    return replace(
        chosen,
        other_names=tuple(sorted(names, key=lambda name: (name.type, name.text))),
        postcodes=tuple(sorted(postcodes)),
    )
