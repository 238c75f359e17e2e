"""A supplier, and the companies that it may be, in words: for the command line and pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from duediligence.matching.evidence import describe_number
from duediligence.model import ContactKey, Identifier, PeopleCell, Person, Supplier
from duediligence.model.suppliers import SUPPLIER_TEXTS
from duediligence.render.verdict import PointLine
from duediligence.render.wording import day
from duediligence.suppliers.differences import mark_of
from duediligence.suppliers.facts import SUPPLIER_FIELDS
from duediligence.text.dates import month_and_year
from duediligence.text.wording import count

if TYPE_CHECKING:
    from duediligence.casework.supplier_merging import MergePreview
    from duediligence.screening.resolution.candidates import Candidate
    from duediligence.screening.resolution.resolving import ResolvedSupplier


def describe_supplier(supplier: Supplier, names: Mapping[str, str]) -> list[PointLine]:
    """Return what is stored of a supplier, with what was corrected on import; what is empty is left
    out.

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
        *(
            (SUPPLIER_FIELDS[one].label, list(filter(None, [getattr(supplier, one)])))
            for one in SUPPLIER_TEXTS
            if one != "name"
        ),
        ("Trading names", supplier.trading_names),
        ("Former names", supplier.former_names),
        ("Numbers", list(map(describe_number, supplier.identifiers))),
        (
            "Address",
            [", ".join(filter(None, (address.text, address.postcode)))] if address else [],
        ),
        ("People", list(map(person_words, supplier.people))),
        (
            "Read from",
            [cell_words(one) for one in dict.fromkeys(_list_people_cells(supplier.people))],
        ),
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


def person_words(person: Person) -> str:
    """Return `Jo Invented (director, born July 1980, not proven)`."""
    born = person.birth_date
    month = born and born.month and month_and_year(born.year, born.month)
    told = (
        person.role_words,
        f"born {month or born}" if born else "",
        "not proven" if person.unproven else "",
    )
    return f"{person.name} ({', '.join(filter(None, told))})"


def cell_words(cell: PeopleCell) -> str:
    """Return a cell that names people: its column, and what stands in it."""
    return f"{cell.column} {cell.text!r}"


def _list_people_cells(people: Iterable[Person]) -> Iterator[PeopleCell]:
    yield from (one.cell for one in people if one.cell)


def cells_read(suppliers: Iterable[Supplier]) -> Iterator[str]:
    """Yield each cell that names people, with who was read from it."""
    for supplier in suppliers:
        for cell in dict.fromkeys(_list_people_cells(supplier.people)):
            read = "; ".join(person_words(one) for one in supplier.people if one.cell == cell)
            yield f"{supplier.ref} {supplier.name}: {cell_words(cell)}: {read}"


NOT_PROVEN = (
    "An earlier version read its people from a file, and may have given them the birth dates of "
    "others. Until the file is imported again or they are confirmed, their birth dates exclude "
    "nobody."
)


def list_contact_lines(sharing: Mapping[ContactKey, int]) -> Iterator[PointLine]:
    """Yield what is kept of a supplier's contacts, and how many others share each; never the
    contact.
    """
    for one, others in sharing.items():
        shared = f"shared with {count(others, 'other supplier')}" if others else "shared with none"
        label = f"{one.kind[0].upper()}{one.kind[1:]}"
        yield PointLine(label, (f"kept as a hash ({mark_of(one)}), {shared}",))


def working_under(supplier: Supplier, every: Iterable[Supplier]) -> Iterator[PointLine]:
    """Yield who works under a supplier: the role, and who."""
    for one in every:
        for part in one.part_of:
            if part.supplier_ref == supplier.ref:
                ended = f", ended {day(one.ended)}" if one.ended else ""
                yield PointLine(part.role.capitalize(), (f"{one.ref}: {one.name}{ended}",))


def resolved_line(
    resolved: "ResolvedSupplier", number: Callable[[Identifier], str] = describe_number
) -> str:
    """Return which company or charity a supplier is, or that a person must look, and why."""
    named = f" {number(resolved.identifier)}" if resolved.identifier else ""
    return f"{resolved.state}{named}: {resolved.resolution.reason}"


def candidate_line(
    candidate: "Candidate", number: Callable[[Identifier], str] = describe_number
) -> str:
    """Return a company or charity that a supplier may be, without the reasons for it."""
    parts = [number(candidate.identifier), candidate.name, *candidate.postcodes, candidate.status]
    return ", ".join(part for part in parts if part)


def resolved_document(supplier: Supplier, resolved: "ResolvedSupplier") -> dict[str, object]:
    """Return who a supplier is, or may be, as JSON has it."""
    body = msgspec.to_builtins(resolved)
    return {"supplier_ref": supplier.ref, "supplier_name": supplier.name, **body}


def link_remarks(resolved: "ResolvedSupplier") -> list[str]:
    """Return what a person should know of a link that they have just set; empty for nothing."""
    from duediligence.screening.resolution.resolving import NAME_FITS

    remarks = [f"Recorded; not looked up: {why}" for why in resolved.not_asked]
    score = resolved.resolution.name_score
    if resolved.identifier and not resolved.entity and not resolved.not_asked:
        number = describe_number(resolved.identifier)
        remarks.append(f"Warning: {number} is on none of the available registers.")
    elif score is not None and score < NAME_FITS and resolved.identifier:
        remarks.append(
            f"Warning: the names are only {score:.0%} similar. "
            f"Is {describe_number(resolved.identifier)} right?"
        )
    return remarks


_REOPENING_SHOWN = 10


def merge_lines(seen: "MergePreview") -> list[str]:
    """Return what becomes of alerts and decisions where two suppliers are merged."""
    lines = [
        f"{count(seen.alerts, 'alert')} of {seen.other.ref} with "
        f"{count(seen.decisions, 'decision')} would be {seen.supplier.ref}'s."
    ]
    if seen.reopening:
        few = ", ".join(seen.reopening[:_REOPENING_SHOWN])
        more = " …" if len(seen.reopening) > _REOPENING_SHOWN else ""
        lines.append(
            f"{count(len(seen.reopening), 'decided alert')} would be open again, for the facts "
            f"differ: {few}{more}"
        )
    return lines
