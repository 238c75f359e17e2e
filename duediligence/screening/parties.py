"""Who is looked up for a supplier: the supplier itself, under all its names, and its people."""

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


def _names(supplier: Supplier) -> tuple[Name, ...]:
    names = {supplier.name: Name(supplier.name)}
    for text in supplier.trading_names:
        names.setdefault(text, Name(text, "trading"))
    for text in supplier.former_names:
        names.setdefault(text, Name(text, "former"))
    return tuple(names.values())
