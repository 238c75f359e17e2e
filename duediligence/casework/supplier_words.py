"""A supplier, and the companies that it may be, in words: for the command line and pages."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from duediligence.model import Supplier
from duediligence.render.verdict import PointLine
from duediligence.render.wording import day
from duediligence.suppliers.differences import contract_line

if TYPE_CHECKING:
    from duediligence.screening.resolution import Candidate, ResolvedSupplier


def described(supplier: Supplier, names: Mapping[str, str]) -> list[PointLine]:
    """What is stored of a supplier, with what was corrected on import; what is empty is left out.

    `names` are the names of suppliers by reference: it may work under one of them.
    """
    address = supplier.address
    lines = (
        ("Ended", [day(supplier.ended)] if supplier.ended else []),
        (
            "Works under",
            [
                f"{one.supplier_ref}: {names.get(one.supplier_ref, 'not imported')} ({one.role})"
                for one in supplier.part_of
            ],
        ),
        ("Trading names", supplier.trading_names),
        ("Former names", supplier.former_names),
        ("Numbers", [f"{one.scheme} {one.id}" for one in supplier.identifiers]),
        (
            "Address",
            [", ".join(filter(None, (address.text, address.postcode)))] if address else [],
        ),
        ("People", [f"{one.name} ({one.role})" for one in supplier.people]),
        (
            "Corrected",
            [
                f"{one.column} {one.found!r} → {one.used!r}: {one.reason}"
                for one in supplier.repairs
            ],
        ),
        ("Not read", [f"{one.column} {one.text!r}: {one.reason}" for one in supplier.unread]),
    )
    return [PointLine(label, tuple(values)) for label, values in lines if values]


def contracts(supplier: Supplier) -> list[str]:
    """Each of its contracts in one line."""
    return [contract_line(one) for one in supplier.engagements]


def working_under(supplier: Supplier, every: Iterable[Supplier]) -> Iterator[PointLine]:
    """Who works under a supplier: the role, and who."""
    for one in every:
        for part in one.part_of:
            if part.supplier_ref == supplier.ref:
                ended = f", ended {day(one.ended)}" if one.ended else ""
                yield PointLine(part.role.capitalize(), (f"{one.ref}: {one.name}{ended}",))


def resolved_line(resolved: "ResolvedSupplier") -> str:
    """Which company or charity a supplier is, or that a person must look, and why."""
    named = f" {resolved.identifier}" if resolved.identifier else ""
    return f"{resolved.state}{named}: {resolved.resolution.reason}"


def candidate_line(candidate: "Candidate") -> str:
    """A company or charity that a supplier may be, without the reasons for it."""
    parts = [str(candidate.identifier), candidate.name, *candidate.postcodes, candidate.status]
    return ", ".join(part for part in parts if part)


def resolved_document(supplier: Supplier, resolved: "ResolvedSupplier") -> dict[str, object]:
    """Who a supplier is, or may be, as JSON has it."""
    body = msgspec.to_builtins(resolved)
    return {"supplier_ref": supplier.ref, "supplier_name": supplier.name, **body}
