"""Who is looked up for a supplier: the supplier itself, under all its names, and its people."""

from collections.abc import Iterable

from duediligence.model import Name, Party, Supplier
from duediligence.model.entries import Kind


def parties(supplier: Supplier, *, kind: Kind = "unknown") -> tuple[Party, ...]:
    """The supplier first, then each person named in the file, each once.

    A supplier with a number of a register of companies or charities is an organisation; without
    one it may be a sole trader, and is looked up among people as well.
    """
    registered = any(identifier.scheme.startswith("GB-") for identifier in supplier.identifiers)
    itself = Party(
        names=_names(supplier),
        kind="organisation" if registered and kind == "unknown" else kind,
        role="supplier",
        identifiers=supplier.identifiers,
        addresses=(supplier.address,) if supplier.address else (),
    )
    people = (
        Party(
            names=(Name(person.name),),
            kind="person",
            role=person.role,
            birth_date=person.birth_date,
        )
        for person in dict.fromkeys(supplier.people)
    )
    return (itself, *people)


def once(found: Iterable[Party]) -> tuple[Party, ...]:
    """Each person or firm once: of two with one name, the one of whom more is known.

    A buyer's list of directors and the register's name the same people, one with the month of
    birth and the other not. Two birth dates that cannot be the same day are two people.
    """
    kept: list[Party] = []
    for party in found:
        for place, other in enumerate(kept):
            if _same(party, other):
                kept[place] = max(other, party, key=_known)
                break
        else:
            kept.append(party)
    return tuple(kept)


def _same(one: Party, other: Party) -> bool:
    if one.kind != other.kind or _folded(one).isdisjoint(_folded(other)):
        return False
    if one.birth_date is None or other.birth_date is None:
        return True
    return one.birth_date.compatible(other.birth_date)


def _folded(party: Party) -> set[str]:
    return {" ".join(name.text.casefold().split()) for name in party.names}


def _known(party: Party) -> tuple[bool, bool, int]:
    more = len(party.names) + len(party.identifiers) + len(party.addresses)
    return (party.role == "supplier", party.birth_date is not None, more)


def _names(supplier: Supplier) -> tuple[Name, ...]:
    names = {supplier.name: Name(supplier.name)}
    for text in supplier.trading_names:
        names.setdefault(text, Name(text, "trading"))
    for text in supplier.former_names:
        names.setdefault(text, Name(text, "former"))
    return tuple(names.values())
