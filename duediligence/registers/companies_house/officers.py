"""Officers of a company, and the other appointments of one of them."""

from duediligence.errors import UnreadableFile
from duediligence.model import Appointment, Officer
from duediligence.registers.companies_house.fields import (
    Record,
    address,
    birth,
    day,
    flag,
    in_reading_order,
    inner,
    items,
    last_segment,
    registered_at,
    text,
    verification,
)


def officer(found: Record) -> Officer:
    """One item of `/company/{number}/officers`. Raises UnreadableFile."""
    name, role = text(found, "name"), text(found, "officer_role")
    if not name or not role:
        raise UnreadableFile("an officer has no name or no role")
    registered = registered_at(found)
    firm = registered is not None or role.startswith("corporate-")
    former = (_former_name(each) for each in items(found, "former_names"))
    return Officer(
        name=name if firm else in_reading_order(name),
        role=role,
        surname="" if firm or "," not in name else name.partition(",")[0].strip(),
        birth_date=birth(found),
        appointed_on=day(found, "appointed_on"),
        # Before 1992 the register did not note the day.
        appointed_before=day(found, "appointed_before"),
        resigned_on=day(found, "resigned_on"),
        nationality=text(found, "nationality"),
        country_of_residence=text(found, "country_of_residence"),
        occupation=text(found, "occupation"),
        address=address(found),
        former_names=tuple(filter(None, former)),
        officer_id=last_segment(text(inner(inner(found, "links"), "officer"), "appointments")),
        registered_at=registered,
        verification=verification(found),
    )


def appointments(officer_id: str, found: Record) -> tuple[Appointment, ...]:
    """A page of `/officers/{officer_id}/appointments`. Raises UnreadableFile."""
    firm, name = bool(flag(found, "is_corporate_officer")), text(found, "name")
    return tuple(_appointment(each, officer_id, name, firm) for each in items(found, "items"))


def _appointment(found: Record, officer_id: str, name: str, firm: bool) -> Appointment:
    company = inner(found, "appointed_to")
    number = text(company, "company_number")
    if not number:
        raise UnreadableFile("an appointment names no company")
    name = text(found, "name") or name
    return Appointment(
        officer_id=officer_id,
        officer_name=name if firm else in_reading_order(name),
        company_number=number,
        company_name=text(company, "company_name"),
        company_status=text(company, "company_status"),
        role=text(found, "officer_role"),
        appointed_on=day(found, "appointed_on") or day(found, "appointed_before"),
        resigned_on=day(found, "resigned_on"),
    )


def _former_name(found: Record) -> str:
    return " ".join(filter(None, (text(found, "forenames"), text(found, "surname"))))
