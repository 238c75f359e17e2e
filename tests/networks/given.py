"""Invented suppliers and dossiers for tests of networks."""

from datetime import UTC, date, datetime
from typing import Any

from duediligence.model import (
    PARTS,
    Address,
    Appointment,
    Company,
    Dossier,
    Identifier,
    NotHeld,
    Officer,
    Owner,
    PartialDate,
    RegisteredAt,
    Resolution,
    Supplier,
)

TODAY = date(2026, 11, 24)
BORN = PartialDate(1970, 5)


def officer(name: str, born: PartialDate | None = BORN, **more: Any) -> Officer:
    given = {"role": "director", "appointed_on": date(2015, 3, 1), "birth_date": born, **more}
    return Officer(name=name, **given)


def owner(name: str, born: PartialDate | None = BORN, **more: Any) -> Owner:
    kind = "individual-person-with-significant-control"
    return Owner(**{"kind": kind, "name": name, "birth_date": born, **more})


def firm_owner(name: str, number: str) -> Owner:
    return Owner(
        kind="corporate-entity-person-with-significant-control",
        name=name,
        registered_at=RegisteredAt(number=number, country="England"),
    )


def elsewhere(officer_id: str, number: int, status: str = "active", **more: Any) -> Appointment:
    given = {
        "officer_name": "X",
        "company_name": f"Elsewhere {number} Ltd",
        "role": "director",
        **more,
    }
    return Appointment(
        officer_id=officer_id, company_number=f"{number:08}", company_status=status, **given
    )


def dossier(
    ref: str, number: int = 0, *, supplier: dict[str, Any] | None = None, **parts: Any
) -> Dossier:
    """A supplier with a company of that number, and those parts known; none of the others is held.

    `company` holds changes of the company.
    """
    name = f"Firm {ref} Ltd"
    company: Any = NotHeld("no company")
    identifiers: tuple[Identifier, ...] = ()
    if number:
        text = f"{number:08}"
        given = {"name": name, "status": "active", "type": "ltd", **parts.pop("company", {})}
        company = Company(
            number=text, created_on=given.pop("created_on", date(2010, 1, 4)), **given
        )
        identifiers = (Identifier("GB-COH", text),)
    of_supplier = {"name": name, "identifiers": identifiers, **(supplier or {})}
    return Dossier(
        supplier=Supplier(ref=ref, **of_supplier),
        taken_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        resolution=Resolution("number", 1.0),
        **{**dict.fromkeys(PARTS, NotHeld("not given")), "company": company, **parts},
    )


def place(number: int, postcode: str = "ZY1 1AA") -> Address:
    return Address(f"{number} Quillen Street, Porthvellan", postcode)
