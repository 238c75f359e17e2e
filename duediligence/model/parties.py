"""Whoever is looked up, and in what role they stand behind a supplier."""

from dataclasses import dataclass, field, replace
from typing import Final, get_args

from duediligence.model.dates import PartialDate
from duediligence.model.entries import Address, Identifier, Kind, Name, NameType

RECORDED: Final = "recorded text"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PartyRole:
    """What a party is to the supplier, and by which of its names it was found.

    `kind` is the role alone (`supplier`, `director`, `owner`, `premises`). `of` is the firm in
    which it is held where that is not the supplier itself, `steps` how far up a parent company
    is, `source` the title of the list that says so. `recorded text` is a role of which only the
    words are known, in `text`: an earlier version stored it.

    Two roles are equal where their words are: identity does not depend on how a role is stored.
    """

    kind: str
    of: str = ""
    former: bool = False
    steps: int = 0
    source: str = ""
    name_type: NameType = "primary"
    text: str = ""

    @classmethod
    def recorded(cls, words: str) -> "PartyRole":
        """Return the role that an earlier version stored as these words, which are compared as a
        whole.
        """
        return _KNOWN.get(words) or cls(RECORDED, text=words)

    def named(self, name_type: NameType) -> "PartyRole":
        """Return the same role, of a party that was found by a name of this type."""
        return replace(self, name_type=name_type)

    def includes(self, other: "PartyRole") -> bool:
        """Return whether `other` is this role by any name, in the supplier or in a firm around
        it.
        """
        same = (self.kind, self.former, self.text) == (other.kind, other.former, other.text)
        return same and self.of in ("", other.of)

    def __str__(self) -> str:
        if self.kind == RECORDED:
            return self.text
        words = f"{'former ' if self.former else ''}{self.kind}"
        words += f" of {self.of}" if self.of else ""
        words += f", {self.steps} steps up" if self.steps > 1 else ""
        words += f" ({self.source})" if self.source else ""
        return words if self.name_type == "primary" else f"{words} ({self.name_type} name)"

    def __repr__(self) -> str:
        return repr(str(self))

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, PartyRole) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))


SUPPLIER: Final = PartyRole("supplier")


# The roles whose words are the same for every supplier: those of earlier versions are known again.
_KNOWN = {
    str(role): role
    for kind in ("supplier", "director", "secretary", "owner", "trustee", "named person")
    for former in (False, True)
    for name_type in get_args(NameType)
    for role in [PartyRole(kind, former=former, name_type=name_type)]
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Someone to look up: the supplier itself, or a person or firm behind it.

    `role` is what it is to the supplier. `connected`: a connected person of the supplier
    (Procurement Act 2023 Sch 6 para 45) by what the register says, whose conduct can count as the
    supplier's own. `unproven`: the birth date may be somebody else's (see `Person.unproven`), so it
    may agree and excludes nothing; it is no part of who the party is.
    """

    names: tuple[Name, ...]
    kind: Kind
    role: PartyRole
    birth_date: PartialDate | None = None
    countries: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    connected: bool = False
    unproven: bool = field(default=False, compare=False, repr=False)
