"""The line of one record, in the layout of each publisher's file."""

from collections.abc import Sequence
from datetime import date

from invented_people import Place

from duediligence.registers.bulk.companies import COLUMNS

HEADER = ",".join(COLUMNS) + "\n"
_NO_FORMER = ',"",""' * 9
CATEGORIES = {
    "LIMITED": "Private Limited Company",
    "LTD": "Private Limited Company",
    "LLP": "Limited Liability Partnership",
    "C.I.C.": "Community Interest Company",
    "PLC": "Public Limited Company",
}


def number_of(index: int) -> str:
    """The number of a company: of a range that Companies House has not reached."""
    return str(90_000_000 + index)


def written(day: date) -> str:
    """A day as BasicCompanyData has it."""
    return f"{day.day:02}/{day.month:02}/{day.year}"


def company_line(
    number: str,
    name: str,
    place: Place,
    status: str,
    created: str,
    accounts: str,
    accounts_due: str,
    made_up_to: str,
    charges: int,
    sic: str,
    former: str = "",
    former_until: str = "",
) -> str:
    """A row of BasicCompanyData."""
    return (
        f'"{name}","{number}","","","{place.premises} {place.street}","","{place.town}",'
        f'"{place.county}","ENGLAND","{place.postcode}","{CATEGORIES[name.rsplit(" ", 1)[-1]]}",'
        f'"{status}","United Kingdom","","{created}","31","3","{accounts_due}","{made_up_to}",'
        f'"{accounts}","","","{charges}","{charges}","0","0","{sic}","","","","0","0",'
        f'"http://business.data.gov.uk/id/company/{number}","{former_until}","{former}"'
        f'{_NO_FORMER},"{accounts_due}","{made_up_to}"\n'
    )


def _address(place: Place) -> str:
    region = f'"region":"{place.county.title()}",' if place.county else ""
    return (
        f'{{"address_line_1":"{place.street.title()}","country":"England","locality":'
        f'"{place.town.title()}","postal_code":"{place.postcode}",'
        f'"premises":"{place.premises.title()}"' + (f",{region[:-1]}}}" if region else "}")
    )


def individual_line(
    number: str,
    record: int,
    place: Place,
    title: str,
    given: str,
    middle: str,
    surname: str,
    year: int,
    month: int,
    nationality: str,
    residence: str,
    natures: str,
    notified: str,
    ceased: str,
    lean: bool,
) -> str:
    """A record of the PSC snapshot about a person; `natures` is written as JSON already."""
    name = " ".join(filter(None, (title, given, middle, surname)))
    elements = f'"forename":"{given}",'
    if middle:
        elements += f'"middle_name":"{middle}",'
    elements += f'"surname":"{surname}"'
    if title:
        elements += f',"title":"{title}"'
    end = f'"ceased_on":"{ceased}",' if ceased else ""
    checked = "" if lean or ceased else _identity(record)
    return (
        f'{{"company_number":"{number}","data":{{"address":{_address(place)},{end}'
        f'"country_of_residence":"{residence}","date_of_birth":{{"month":{month},"year":{year}}},'
        f'{_etag(record, lean)}{checked}"kind":"individual-person-with-significant-control",'
        f'{_links(number, "individual", record, lean)}"name":"{name}",'
        f'"name_elements":{{{elements}}},"nationality":"{nationality}",'
        f'"natures_of_control":{natures},"notified_on":"{notified}"}}}}\n'
    )


def firm_line(
    number: str,
    record: int,
    place: Place,
    name: str,
    registered: str,
    country: str,
    natures: str,
    notified: str,
    ceased: str,
    lean: bool,
) -> str:
    """A record of the PSC snapshot about a firm, with the number under which it is registered."""
    end = f'"ceased_on":"{ceased}",' if ceased else ""
    register = "Companies House" if country == "England" else f"Register Of {country}"
    return (
        f'{{"company_number":"{number}","data":{{"address":{_address(place)},{end}'
        f'{_etag(record, lean)}"identification":{{"country_registered":"{country}",'
        f'"legal_authority":"Companies Act 2006","legal_form":"Limited Company",'
        f'"place_registered":"{register}","registration_number":"{registered}"}},'
        f'"kind":"corporate-entity-person-with-significant-control",'
        f'{_links(number, "corporate-entity", record, lean)}"name":"{name}",'
        f'"natures_of_control":{natures},"notified_on":"{notified}"}}}}\n'
    )


def super_secure_line(number: str, record: int, lean: bool) -> str:
    """A record of the PSC snapshot about a person whose particulars are protected."""
    return (
        f'{{"company_number":"{number}","data":{{"ceased":false,"description":'
        f'"super-secure-persons-with-significant-control",{_etag(record, lean)}'
        f"{_links(number, 'super-secure', record, lean)}"
        f'"kind":"super-secure-person-with-significant-control"}}}}\n'
    )


def statement_line(number: str, record: int, statement: str, notified: str, lean: bool) -> str:
    """A record of the PSC snapshot with what a company states instead of an owner."""
    return (
        f'{{"company_number":"{number}","data":{{{_etag(record, lean)}'
        f'"kind":"persons-with-significant-control-statement",'
        f"{_links(number, 'persons-with-significant-control-statements', record, lean)}"
        f'"notified_on":"{notified}","statement":"{statement}"}}}}\n'
    )


def exemption_line(number: str, record: int, since: str, lean: bool) -> str:
    """A record of the PSC snapshot of a company that is exempt."""
    return (
        f'{{"company_number":"{number}","data":{{{_etag(record, lean)}"exemptions":'
        f'{{"psc_exempt_as_shares_admitted_on_market":{{"exemption_type":'
        f'"psc-exempt-as-shares-admitted-on-market","items":[{{"exempt_from":"{since}"}}]}}}},'
        f'"kind":"exemptions","links":{{"self":"/company/{number}/exemptions"}}}}}}\n'
    )


def _identity(record: int) -> str:
    """Most have proved who they are; the others have time to."""
    if record % 100 < 85:
        verified = f"2026-{record % 10 + 1:02}-{record % 28 + 1:02}"
        return (
            '"identity_verification_details":{"anti_money_laundering_supervisory_bodies":'
            '["Association Of Chartered Certified Accountants (ACCA)"],'
            f'"appointment_verification_start_on":"{verified}",'
            f'"appointment_verification_statement_date":"{verified}",'
            f'"identity_verified_on":"{verified}"}},'
        )
    due = f"2027-{record % 11 + 1:02}-{record % 28 + 1:02}"
    return (
        '"identity_verification_details":{"appointment_verification_statement_date":"2026-11-18",'
        f'"appointment_verification_statement_due_on":"{due}"}},'
    )


def _etag(record: int, lean: bool) -> str:
    return (
        ""
        if lean
        else f'"etag":"{record:016x}{record ^ 0x5DEECE66D1234567:016x}{record % 2**32:08x}",'
    )


def _links(number: str, kind: str, record: int, lean: bool) -> str:
    if lean:
        return ""
    return (
        f'"links":{{"self":"/company/{number}/persons-with-significant-control/{kind}/'
        f'{record:016x}{record % 2**44:011x}"}},'
    )


def officer_company_line(number: str, status: str, officers: int, name: str) -> str:
    """A company of the officers bulk file (product 195)."""
    return f"{number}1{status}{'':22}{officers:04}{len(name) + 1:04}{name}<\n"


def officer_line(
    number: str,
    role: str,
    person: int,
    version: int,
    corporate: bool,
    appointed: str,
    place: Place,
    born: str,
    title: str,
    given: str,
    surname: str,
    occupation: str,
    nationality: str,
    residence: str,
    resigned: str = "",
) -> str:
    """An appointment of the officers bulk file (product 195); days as CCYYMMDD, born as CCYYMM."""
    variable = "<".join(
        (title.upper(), given.upper(), surname.upper(), "", "", "",
         f"{place.premises} {place.street}", "", place.town, place.county, "ENGLAND", occupation,
         nationality.upper(), residence.upper(), "")
    )  # fmt: skip
    return (
        f"{number}23{role}{person:08}{version:04}{'Y' if corporate else ' '}{'':7}{appointed:8}"
        f"{resigned:8}{place.postcode:8}{born:8}{'':8}{len(variable):04}{variable}\n"
    )


def as_json(texts: Sequence[str]) -> str:
    """A JSON array of texts that need no escapes."""
    return "[" + ",".join(f'"{text}"' for text in texts) + "]"
