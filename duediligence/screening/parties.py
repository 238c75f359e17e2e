"""Who is looked up for a supplier: the supplier itself, under all its names, and its people."""

from duediligence.model import Name, Party, Supplier
from duediligence.model.entries import Kind


def parties(supplier: Supplier, *, kind: Kind = "unknown") -> tuple[Party, ...]:
    """The supplier first, then each person named in the file, each once."""
    names = (
        Name(supplier.name),
        *(Name(text, "trading") for text in supplier.trading_names),
        *(Name(text, "former") for text in supplier.former_names),
    )
    itself = Party(
        names=tuple({name.text: name for name in reversed(names)}.values())[::-1],
        kind=kind,
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
