"""Which exemptions of freedom of information a record could engage; a person decides.

All of it is data (`data/exemptions.toml`); `citations.toml` says how each provision is known.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from duediligence.law.grounds import read
from duediligence.typed_data import convert_to

Trait = Literal[
    "published",
    "personal",
    "restricted",
    "received",
    "consumer",
    "views",
    "commercial",
    "unfinished",
    "environmental",
]
AccessLaw = Literal["FOIA", "EIR"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessExemption:
    """An exemption of the Act or exception of the Regulations: `when` are the traits of a record
    that call for it, `test` whether the public interest is weighed, `why` when it is engaged.
    """

    place: str
    regime: AccessLaw
    test: Literal["absolute", "qualified"]
    title: str
    source: str
    when: tuple[Trait, ...]
    why: str

    def __str__(self) -> str:
        """Return `section 43, commercial interests (qualified)`."""
        return f"{self.place}, {self.title} ({self.test})"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRemark:
    """What a person who decides must know; with a `nation`, an authority there alone."""

    title: str
    says: str
    source: str
    warns: bool = False
    nation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraitWords:
    """What it means that a record has a trait: a label, and a clause after "because"."""

    id: Trait
    label: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWords:
    """A kind of record that is held: what it is and from where, and the traits that each has."""

    id: str
    kind: str
    what: str
    source: str
    traits: tuple[Trait, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionTable:
    """All of the data."""

    trait: tuple[TraitWords, ...]
    record: tuple[RecordWords, ...]
    exemption: tuple[AccessExemption, ...]
    remark: tuple[AccessRemark, ...]

    @property
    def records(self) -> Mapping[str, RecordWords]:
        """Return the kinds of record by their ids."""
        return {one.id: one for one in self.record}


@cache
def load_exemptions() -> ExemptionTable:
    """Return the data."""
    return convert_to(ExemptionTable, read("exemptions.toml"))


def list_exemptions(traits: Collection[Trait], regime: AccessLaw) -> tuple[AccessExemption, ...]:
    """Return what a record of these traits could engage, in the order of the provisions."""
    every = (one for one in load_exemptions().exemption if one.regime == regime)
    return tuple(one for one in every if not set(one.when).isdisjoint(traits))


def list_access_remarks(nation: str) -> tuple[AccessRemark, ...]:
    """Return the remarks for an authority of that nation, empty where it is not known; the warning
    first.
    """
    found = (one for one in load_exemptions().remark if one.nation in ("", nation))
    return tuple(sorted(found, key=lambda one: not one.warns))
