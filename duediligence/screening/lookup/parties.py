"""Who is looked up for a supplier: itself, whoever its names name, and its people."""

from collections.abc import Iterable
from typing import get_args

from duediligence.matching.names.parties import (
    Role,
    is_known_of_people,
    parties_in,
    reads_as_firm,
    reads_as_person,
)
from duediligence.model import Name, Party, PartyRole, Supplier
from duediligence.model.entries import Kind
from duediligence.model.parties import SUPPLIER

# What a party is to the supplier in whose name it was read.
ROLES_IN_NAMES = frozenset(get_args(Role))
# The supplier itself, whoever its names name, and its premises: not its people or owners.
OWN_ROLES = ROLES_IN_NAMES | {"supplier", "premises"}


def parties(supplier: Supplier, *, kind: Kind = "unknown") -> tuple[Party, ...]:
    """Return the supplier first, then each party that its names name, then each person named in the
    file.

    Each stands once. A person's name that reads as a firm's, as that of a corporate partner does,
    or has no word known to be of people's names, is looked up as either. A supplier with a number
    of a register of companies or charities is an organisation; without one it may be a sole
    trader, and is looked up among people as well. With one it still is where a name of it reads as
    a person's: the number may be a slip, or that of a firm which the person runs.
    """
    registered = any(identifier.scheme.startswith("GB-") for identifier in supplier.identifiers)
    itself = Party(
        names=_build_supplier_names(supplier),
        kind="organisation" if registered and kind == "unknown" else kind,
        role=SUPPLIER,
        identifiers=supplier.identifiers,
        addresses=(supplier.address,) if supplier.address else (),
    )
    people = [
        Party(
            names=(Name(person.name),),
            kind=_classify_named_person(person.name),
            role=PartyRole(person.role),
            birth_date=person.birth_date,
            unproven=bool(person.unproven),
        )
        for person in dict.fromkeys(supplier.people)
    ]
    known = {name for party in (itself, *people) for name in _fold_party_names(party)}
    named = _named_in(supplier, itself, known)
    return (itself, *(as_people(itself) if itself.kind != kind else ()), *named, *people)


def as_people(itself: Party) -> Iterable[Party]:
    """Yield a supplier taken for an organisation by its number alone, as the people its names may
    be.
    """
    for name in itself.names:
        if reads_as_person(name.text):
            yield Party(
                names=(name,),
                kind="person",
                role=PartyRole("sole trader"),
                addresses=itself.addresses,
            )


def _named_in(supplier: Supplier, itself: Party, known: set[str]) -> Iterable[Party]:
    """Yield those whom the supplier's names name: `Ann Noname t/a Gull Cafe` is Ann Noname, too.

    None of its numbers are theirs; a sole trader is where the business is.
    """
    for text in (supplier.name, *supplier.trading_names, *supplier.former_names):
        for named in parties_in(text):
            party = Party(
                names=(Name(named.text),),
                kind=named.kind,
                role=PartyRole(named.role),
                addresses=itself.addresses if named.role == "sole trader" else (),
            )
            if known.isdisjoint(_fold_party_names(party)):
                known |= _fold_party_names(party)
                yield party


def _classify_named_person(name: str) -> Kind:
    """Return what somebody named in a column of people is: a firm may be a director, too."""
    return "unknown" if reads_as_firm(name) or not is_known_of_people(name) else "person"


def deduplicate_parties(found: Iterable[Party]) -> tuple[Party, ...]:
    """Return each person or firm once: of two with one name, the one of whom more is known.

    A buyer's list of directors and the register's name the same people, one with the month of
    birth and the other not. Two birth dates that cannot be the same day are two people. What is
    not proven of one of two equal parties is not proven.
    """
    kept: list[Party] = []
    for party in found:
        for place, other in enumerate(kept):
            if _is_same_party(party, other):
                unproven = party == other and party.unproven
                kept[place] = party if unproven else max(other, party, key=_rank_party_detail)
                break
        else:
            kept.append(party)
    return tuple(kept)


def _is_same_party(one: Party, other: Party) -> bool:
    if not _one_kind(one, other) or _fold_party_names(one).isdisjoint(_fold_party_names(other)):
        return False
    if one.birth_date is None or other.birth_date is None:
        return True
    return one.birth_date.compatible(other.birth_date)


def _one_kind(one: Party, other: Party) -> bool:
    """Return whether both can be of one kind. The supplier itself is nobody else, whoever has its
    name.
    """
    if SUPPLIER in (one.role, other.role):
        return one.kind == other.kind
    return one.kind == other.kind or "unknown" in (one.kind, other.kind)


def _fold_party_names(party: Party) -> set[str]:
    return {" ".join(name.text.casefold().split()) for name in party.names}


def _rank_party_detail(party: Party) -> tuple[bool, bool, int]:
    more = len(party.names) + len(party.identifiers) + len(party.addresses)
    return (party.role == SUPPLIER, party.birth_date is not None, more)


def _build_supplier_names(supplier: Supplier) -> tuple[Name, ...]:
    names = {supplier.name: Name(supplier.name)}
    for text in supplier.trading_names:
        names.setdefault(text, Name(text, "trading"))
    for text in supplier.former_names:
        names.setdefault(text, Name(text, "former"))
    return tuple(names.values())
