"""A company's own record, and a hit of the search for companies."""

from duediligence.errors import UnreadableFile
from duediligence.model import Company, Identifier, RegisterHit
from duediligence.model.identifiers import COMPANY
from duediligence.registers.companies_house.fields import (
    Record,
    address,
    day,
    flag,
    former_name,
    inner,
    items,
    text,
    texts,
)


def company(found: Record) -> Company:
    """A company from `/company/{number}`. Raises UnreadableFile."""
    number, name = text(found, "company_number"), text(found, "company_name")
    if not number or not name:
        raise UnreadableFile("the company's record has no number or no name")
    accounts = inner(found, "accounts")
    following = inner(accounts, "next_accounts")
    last = inner(accounts, "last_accounts")
    statement = inner(found, "confirmation_statement") or inner(found, "annual_return")
    interest = flag(found, "is_community_interest_company")
    before = items(found, "previous_company_names")
    return Company(
        number=number,
        name=name,
        # Companies of some types have no status: they are on the register or closed.
        status=text(found, "company_status"),
        type=text(found, "type"),
        status_detail=text(found, "company_status_detail"),
        subtype=text(found, "subtype") or ("community-interest-company" if interest else ""),
        jurisdiction=text(found, "jurisdiction"),
        created_on=day(found, "date_of_creation"),
        ceased_on=day(found, "date_of_cessation"),
        address=address(found, "registered_office_address"),
        sic_codes=texts(found, "sic_codes"),
        former_names=tuple(former_name(each) for each in before if text(each, "name")),
        accounts_type=text(last, "type"),
        accounts_made_up_to=day(last, "made_up_to"),
        accounts_due_on=day(following, "due_on") or day(accounts, "next_due"),
        accounts_overdue=_overdue(flag(accounts, "overdue"), flag(following, "overdue")),
        confirmation_due_on=day(statement, "next_due"),
        confirmation_overdue=flag(statement, "overdue"),
        has_charges=flag(found, "has_charges"),
        has_insolvency_history=flag(found, "has_insolvency_history"),
        office_in_dispute=flag(found, "registered_office_is_in_dispute"),
        office_undeliverable=flag(found, "undeliverable_registered_office_address"),
        annotations=tuple(
            filter(None, (text(each, "type") for each in items(found, "corporate_annotation")))
        ),
        has_super_secure_owners=flag(found, "has_super_secure_pscs"),
        partial=bool(text(found, "partial_data_available")),
    )


def _overdue(*told: bool | None) -> bool | None:
    heard = [each for each in told if each is not None]
    return any(heard) if heard else None


def hit(found: Record) -> RegisterHit | None:
    """A hit of `/search/companies`; None for one without a number or a name."""
    number, name = text(found, "company_number"), text(found, "title")
    if not number or not name:
        return None
    place = address(found)
    return RegisterHit(
        identifier=Identifier(COMPANY, number),
        name=name,
        former_names=(),
        postcode=place.postcode if place else "",
        status=text(found, "company_status"),
        kind="company",
    )
