"""Values of the API's records, typed. Members that we do not know are ignored.

Every reader takes the record and the member's name, gives None or an empty value where it is not
there, and raises UnreadableFile, naming the member, where it is there and means nothing to us.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from duediligence.errors import UnreadableFile
from duediligence.formats.json import text as scalar
from duediligence.model import Address, FormerName, PartialDate
from duediligence.model.registers import RegisteredAt, Verification
from duediligence.text.legal_forms import has_legal_form

Record = Mapping[str, Any]

_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0"})
_FIRM = re.compile(r"&|\b(?:and|lp|inc|partners|company)\b", re.IGNORECASE)


def require_record(value: Any, where: str) -> Record:
    """Return the value as a record; an empty one where there is none."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnreadableFile(f"{where}: is {type(value).__name__}, not a record")
    return value


def inner(parent: Record, name: str) -> Record:
    return require_record(parent.get(name), name)


def items(parent: Record, name: str) -> list[Record]:
    """Return the records of a list; a lone record stands for a list of one, as some members do
    live.
    """
    value = parent.get(name)
    if value is None:
        return []
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        raise UnreadableFile(f"{name}: is {type(value).__name__}, not a list")
    return [require_record(each, name) for each in value if each is not None]


def text(parent: Record, name: str) -> str:
    return scalar(parent.get(name), name)


def read_text_list(parent: Record, name: str) -> tuple[str, ...]:
    value = parent.get(name)
    if not isinstance(value, list):
        value = [value]
    return tuple(filter(None, (scalar(each, name) for each in value)))


def day(parent: Record, name: str) -> date | None:
    """Return a date, `2026-11-24`, or the date of a time (`2026-11-24T08:47:45.378Z`)."""
    found = text(parent, name)
    if not found:
        return None
    try:
        return date.fromisoformat(found[:10])
    except ValueError as error:
        raise UnreadableFile(f"{name}: {found[:40]!r} is not a date") from error


def flag(parent: Record, name: str) -> bool | None:
    """Return true or false, also as the texts and numbers in which they come; None where not
    told.
    """
    found = text(parent, name).casefold()
    if not found:
        return None
    if found in _TRUE or found in _FALSE:
        return found in _TRUE
    raise UnreadableFile(f"{name}: {found[:40]!r} is neither true nor false")


def read_count_field(parent: Record, name: str) -> int | None:
    found = text(parent, name)
    if not found:
        return None
    if not (found.isascii() and found.isdecimal() and len(found) < 10):
        raise UnreadableFile(f"{name}: {found[:40]!r} is not a number")
    return int(found)


def read_birth_field(parent: Record, name: str = "date_of_birth") -> PartialDate | None:
    """Return year and month of a birth date, whole or in parts; the day is never kept.

    A month that no year has is dropped, a year that no calendar has is no date.
    """
    value = parent.get(name)
    if isinstance(value, dict):
        year, month = read_count_field(value, "year"), read_count_field(value, "month")
    else:
        whole = day(parent, name)
        year, month = (whole.year, whole.month) if whole else (None, None)
    if year is None or not 1 <= year <= 9999:
        return None
    return PartialDate(year, month if month and 1 <= month <= 12 else None)


def address(parent: Record, name: str = "address") -> Address | None:
    """Return on one line, as the register's bulk file has it; the postcode and country stand
    apart.
    """
    found = inner(parent, name)
    care_of, box = text(found, "care_of"), text(found, "po_box")
    first = " ".join(filter(None, (text(found, "premises"), text(found, "address_line_1"))))
    lines = [
        box and (box if "box" in box.casefold() else f"PO Box {box}"),
        care_of and f"c/o {care_of}",
        first,
        *(text(found, part) for part in ("address_line_2", "locality", "region")),
    ]
    postcode, country = text(found, "postal_code"), text(found, "country")
    line = ", ".join(filter(None, lines))
    return Address(line, postcode, country) if line or postcode or country else None


def registered_at(parent: Record) -> RegisteredAt | None:
    found = inner(parent, "identification")
    if not found:
        return None
    return RegisteredAt(
        number=text(found, "registration_number"),
        place=text(found, "place_registered"),
        country=text(found, "country_registered")
        or _derive_country(text(found, "identification_type")),
        legal_form=text(found, "legal_form"),
        legal_authority=text(found, "legal_authority"),
    )


def _derive_country(kind: str) -> str:
    """Derive the country: officers name none; the kind of their identification tells the British
    ones.
    """
    return "United Kingdom" if kind == "uk-limited-company" else ""


def read_verification(parent: Record) -> Verification | None:
    """Return proof of identity, and which agent vouched for it. The person's preferred name is not
    kept: no check needs it.
    """
    name = "identity_verification_details"
    if parent.get(name) is None:
        return None
    found = inner(parent, name)
    return Verification(
        started_on=day(found, "appointment_verification_start_on"),
        ended_on=day(found, "appointment_verification_end_on"),
        due_on=day(found, "appointment_verification_statement_due_on"),
        agent=text(found, "authorised_corporate_service_provider_name"),
        supervisors=read_text_list(found, "anti_money_laundering_supervisory_bodies"),
        identity_checked_on=day(found, "identity_verified_on"),
    )


def former_name(found: Record) -> FormerName:
    return FormerName(text(found, "name"), day(found, "effective_from"), day(found, "ceased_on"))


def last_segment(link: str) -> str:
    """Return `/officers/ID/appointments` → ID; an empty string for another shape."""
    parts = link.strip("/").split("/")
    return parts[1] if len(parts) == 3 and parts[0] == "officers" else ""


def in_reading_order(name: str) -> str:
    """Return `SURNAME, Forenames, Title` → `Title Forenames SURNAME`; a firm's name as it
    stands.
    """
    parts = [part.strip() for part in name.split(",")]
    # Firms are entered in the roles of people, too.
    if not 2 <= len(parts) <= 3 or has_legal_form(name) or _FIRM.search(name):
        return name
    surname, forenames, *title = parts
    return " ".join(filter(None, (*title, forenames, surname)))
