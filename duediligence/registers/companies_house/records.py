"""Records of the API as the model's objects: companies, people, filings, disqualifications.

The wording of codes is that of github.com/companieshouse/api-enumerations; that of filings is
shortened to its bold part where it names values that are not available.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from duediligence.errors import UnreadableFile
from duediligence.model import (
    Appointment,
    Charge,
    Company,
    Disqualification,
    Filing,
    Identifier,
    Insolvency,
    Officer,
    Owner,
    PartialDate,
    RegisterHit,
    Statement,
)
from duediligence.model.entries import COMPANY
from duediligence.registers.companies_house.fields import (
    Record,
    address,
    day,
    flag,
    former_name,
    in_reading_order,
    inner,
    items,
    last_segment,
    read_birth_field,
    read_text_list,
    read_verification,
    registered_at,
    text,
)
from duediligence.typed_data import decode_json


def describe_code(group: str, code: str) -> str:
    """Return the official description of a code; a code that is not known, with spaces for hyphens.

    Groups: `company_status`, `company_status_detail`, `company_type`, `company_subtype`,
    `account_type`, `officer_role`, `insolvency_case_type`, `insolvency_case_date_type`,
    `corporate_annotation_type`, `nature_of_control`, `psc_statement`, `exemption_type`,
    `charge_status`, `disqualification_reason`, `disqualification_act`,
    `disqualification_type`, `filing`. Raises KeyError for another group.
    """
    return _load_code_texts()[group].get(code) or code.replace("-", " ").capitalize()


@cache
def _load_code_texts() -> Mapping[str, Mapping[str, str]]:
    path = files("duediligence.registers.companies_house") / "descriptions.json"
    return decode_json(path.read_bytes(), dict[str, dict[str, str]])


def parse_company_profile(found: Record) -> Company:
    """Return a company from `/company/{number}`. Raises UnreadableFile."""
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
        sic_codes=read_text_list(found, "sic_codes"),
        former_names=tuple(former_name(each) for each in before if text(each, "name")),
        accounts_type=text(last, "type"),
        accounts_made_up_to=day(last, "made_up_to"),
        accounts_due_on=day(following, "due_on") or day(accounts, "next_due"),
        accounts_overdue=_is_any_overdue(flag(accounts, "overdue"), flag(following, "overdue")),
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


def _is_any_overdue(*told: bool | None) -> bool | None:
    heard = [each for each in told if each is not None]
    return any(heard) if heard else None


def company_hit(found: Record) -> RegisterHit | None:
    """Return a hit of `/search/companies`; None for one without a number or a name."""
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


def parse_officer(found: Record) -> Officer:
    """Return one item of `/company/{number}/officers`. Raises UnreadableFile."""
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
        birth_date=read_birth_field(found),
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
        verification=read_verification(found),
    )


def parse_appointments(officer_id: str, found: Record) -> tuple[Appointment, ...]:
    """Return a page of `/officers/{officer_id}/appointments`. Raises UnreadableFile."""
    firm, name = bool(flag(found, "is_corporate_officer")), text(found, "name")
    return tuple(_parse_appointment(each, officer_id, name, firm) for each in items(found, "items"))


def _parse_appointment(found: Record, officer_id: str, name: str, firm: bool) -> Appointment:
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


_SUPER_SECURE = "super-secure"


def parse_owner(found: Record) -> Owner:
    """Return one item of a company's PSC list, or the `data` of a line of the PSC snapshot.

    A super-secure person has no name and nothing else that could tell who it is. Raises
    UnreadableFile, also for anybody else without a name.
    """
    kind = text(found, "kind")
    if not kind:
        raise UnreadableFile("a person with significant control has no kind")
    if kind.startswith(_SUPER_SECURE):
        return Owner(
            kind=kind, notified_on=day(found, "notified_on"), ceased_on=_read_ceased_date(found)
        )
    parts = inner(found, "name_elements")
    # The members' order is the reading order; the API writes middle_name, some others do not.
    elements = ("title", "forename", "middle_name", "other_forenames", "surname")
    name = text(found, "name") or " ".join(filter(None, (text(parts, e) for e in elements)))
    if not name:
        raise UnreadableFile(f"a person with significant control ({kind}) has no name")
    return Owner(
        kind=kind,
        name=name,
        birth_date=read_birth_field(found),
        natures=read_text_list(found, "natures_of_control"),
        notified_on=day(found, "notified_on"),
        ceased_on=_read_ceased_date(found),
        nationality=text(found, "nationality"),
        country_of_residence=text(found, "country_of_residence"),
        address=address(found) or address(found, "principal_office_address"),
        registered_at=registered_at(found),
        sanctioned=flag(found, "is_sanctioned"),
        verification=read_verification(found),
    )


def parse_owner_statement(found: Record) -> Statement:
    """Return one item of a company's PSC statements. Raises UnreadableFile."""
    code = text(found, "statement")
    if not code:
        raise UnreadableFile("a statement on significant control says nothing")
    return Statement(code, day(found, "notified_on"), day(found, "ceased_on"))


def has_owner_exemption(found: Record, today: date) -> bool:
    """Return whether `/company/{number}/exemptions` has one from telling of owners that is in
    force.

    The disclosure rules (DTR 5) exempt as well: the owners stand in the market's announcements.
    """
    return any(
        (day(item, "exempt_from") or today) <= today
        and ((until := day(item, "exempt_to")) is None or until > today)
        for name in inner(found, "exemptions")
        for item in items(inner(inner(found, "exemptions"), name), "items")
    )


def _read_ceased_date(found: Record) -> date | None:
    return day(found, "ceased_on") or day(found, "ceased_date")


def parse_filing(found: Record) -> Filing:
    """Return one item of `/company/{number}/filing-history`. Raises UnreadableFile."""
    category, type_ = text(found, "category"), text(found, "type")
    if not category and not type_:
        raise UnreadableFile("a filing has neither category nor type")
    values = inner(found, "description_values")
    return Filing(
        category=category,
        type=type_,
        description=text(found, "description"),
        filed_on=day(found, "date"),
        action_on=day(found, "action_date"),
        # Some values are lists (statements of capital): nobody needs those.
        values=tuple(
            (name, text(values, name))
            for name, value in values.items()
            if not isinstance(value, list | dict)
        ),
    )


def parse_charge(found: Record) -> Charge:
    """Return one item of `/company/{number}/charges`. Raises UnreadableFile."""
    status = text(found, "status")
    if not status:
        raise UnreadableFile("a charge has no status")
    entitled = (text(each, "name") for each in items(found, "persons_entitled"))
    return Charge(
        status=status,
        created_on=day(found, "created_on") or day(found, "acquired_on"),
        satisfied_on=day(found, "satisfied_on"),
        persons_entitled=tuple(filter(None, entitled)),
        floating_covers_all=any(
            flag(each, "floating_charge_covers_all") for each in items(found, "particulars")
        ),
    )


def parse_insolvencies(found: Record) -> tuple[Insolvency, ...]:
    """Return the cases of `/company/{number}/insolvency`. Raises UnreadableFile."""
    if "cases" not in found:
        raise UnreadableFile("the insolvency record has no cases")
    return tuple(_parse_insolvency_case(each) for each in items(found, "cases"))


def _parse_insolvency_case(found: Record) -> Insolvency:
    kind = text(found, "type")
    if not kind:
        raise UnreadableFile("an insolvency case has no type")
    dates = ((text(each, "type"), day(each, "date")) for each in items(found, "dates"))
    return Insolvency(
        type=kind,
        number=" ".join(read_text_list(found, "number")),
        dates=tuple((name, on) for name, on in dates if on),
    )


_ALSO_KNOWN = re.compile(r"\(\s*(?:a\.?\s?k\.?\s?a\.?|also known as|formerly)?\s*([^()]*)\)", re.I)


@dataclass(frozen=True, slots=True)
class DisqualifiedHit:
    """A hit of the search: `path` is that of the record, `names` all those in its title."""

    path: str
    names: tuple[str, ...]
    birth_date: PartialDate | None


def disqualified_hit(found: Record) -> DisqualifiedHit | None:
    """Return one item of `/search/disqualified-officers`; None for one that leads nowhere."""
    path, title = text(inner(found, "links"), "self"), text(found, "title")
    if not path.startswith("/disqualified-officers/") or not title:
        return None
    return DisqualifiedHit(path, _split_known_names(title), read_birth_field(found))


def parse_disqualifications(found: Record) -> tuple[Disqualification, ...]:
    """Return each disqualification of `/disqualified-officers/…/{id}`. Raises UnreadableFile."""
    parts = (text(found, part) for part in ("title", "forename", "other_forenames", "surname"))
    name = text(found, "name") or " ".join(filter(None, parts))
    if not name:
        raise UnreadableFile("a disqualified officer has no name")
    allowed = tuple(
        (company, day(each, "expires_on"))
        for each in items(found, "permissions_to_act")
        for company in read_text_list(each, "company_names")
    )
    return tuple(
        Disqualification(
            name=name,
            birth_date=read_birth_field(found),
            type=text(each, "disqualification_type"),
            from_=day(each, "disqualified_from"),
            until=day(each, "disqualified_until"),
            reason=_describe_ban_reason(inner(each, "reason")),
            company_names=read_text_list(each, "company_names"),
            permissions=allowed,
            officer_id=text(inner(found, "links"), "self").rpartition("/")[2],
            address=address(each),
        )
        for each in items(found, "disqualifications")
    )


def _split_known_names(title: str) -> tuple[str, ...]:
    """Split a title into names: `Ann EXAMPLE (AKA ANN SAMPLE)` has two."""
    first = " ".join(_ALSO_KNOWN.sub(" ", title).split())
    others = (found.strip() for found in _ALSO_KNOWN.findall(title))
    return tuple(dict.fromkeys(filter(None, (first, *others))))


def _describe_ban_reason(found: Record) -> str:
    why = text(found, "description_identifier")
    act = text(found, "act")
    part = text(found, "section") or text(found, "article")
    described = describe_code("disqualification_reason", why) if why else ""
    law = describe_code("disqualification_act", act) if act else ""
    if law and part:
        law = f"{law}, {'section' if text(found, 'section') else 'article'} {part}"
    return " · ".join(filter(None, (described, law)))
