"""From a designation's cells to a list entry, whichever file they came from."""

import re
from collections.abc import Iterator

from duediligence.watchlists._readers.fields.countries import stated_country
from duediligence.watchlists._readers.fields.dates import birth_date, stated_day
from duediligence.watchlists._readers.fields.names import joined, usable
from duediligence.watchlists._readers.fields.numbers import document_number, imo_number
from duediligence.watchlists._readers.fields.records import distinct
from duediligence.watchlists._readers.fields.references import un_reference
from duediligence.watchlists._readers.uk_sanctions.layout import Record
from duediligence.watchlists._readers.uk_sanctions.measures import measures
from duediligence.watchlists._readers.uk_sanctions.registrations import registrations

from duediligence.contracts import Drift
from duediligence.model import (
    Address,
    Identifier,
    Kind,
    ListEntry,
    Name,
    NameType,
    PartialDate,
    Strength,
)
from duediligence.model.identifiers import IMO, NATIONAL_ID, OTHER, PASSPORT

_KINDS: dict[str, Kind] = {"individual": "person", "entity": "organisation", "ship": "vessel"}
_NAME_TYPES: dict[str, NameType] = {
    "primary name": "primary",
    "primary name variation": "variation",
    "alias": "alias",
}
# Blank is most of the list (7 of 8 names): the UK has graded few but the UN's, so unstated.
_STRENGTHS: dict[str, Strength] = {"": "unstated", "good quality": "strong", "low quality": "weak"}
# Kept for the reader where the entry has no field of its own for it.
_REMARKS = (
    "Title",
    "Type of entity",
    "Phone number",
    "Website",
    "Email address",
    "Previous flags",
    "Type of ship",
    "Tonnage of ship",
    "Length of ship",
    "Year Built",
)
# The search has no address of its own for one designation that a published page confirms.
_SEARCH = "https://search-uk-sanctions-list.service.gov.uk/"
_OWN_NUMBER = re.compile(
    r"\b(?:[\w ]{0,30}\b)?company (?:registration )?(?:number|no\.?)\W{0,3}[A-Z]{0,2}\d{5,8}\b",
    re.I,
)


def entry(record: Record, list_id: str, drift: Drift) -> ListEntry:
    """The entry; without an id or names where the record has none. Never raises for content."""
    kind = _kind(_first(record, "Designation Type"), drift)
    addresses = tuple(_addresses(record))
    return ListEntry(
        id=_first(record, "Unique ID"),
        list_id=list_id,
        kind=kind,
        names=distinct(_names(record, drift)),
        birth_dates=distinct(_birth_dates(record, drift)),
        birth_places=distinct(joined(*row, by=", ") for row in record.get("Births", ())),
        gender=_first(record, "Gender"),
        countries=distinct(
            (*_all(record, "Nationality(/ies)"), *_all(record, "Current believed flag of ship"))
        ),
        identifiers=distinct(_identifiers(record, kind, addresses, drift)),
        addresses=distinct(addresses),
        positions=_all(record, "Position"),
        related=distinct(
            party
            for column in (
                "Parent company",
                "Subsidiaries",
                "Current owner/operator (s)",
                "Previous owner/operator (s)",
            )
            for party in _all(record, column)
        ),
        regimes=_all(record, "Regime Name"),
        measures=distinct(
            measure
            for text in _all(record, "Sanctions Imposed")
            for measure in measures(text, drift)
        ),
        source=_first(record, "Designation source"),
        listed_on=stated_day(_first(record, "Date Designated"), "Date Designated", drift),
        updated_on=stated_day(_first(record, "Last Updated"), "Last Updated", drift),
        reason=" ".join(_all(record, "UK Statement of Reasons")),
        remarks=" ".join(_remarks(record)),
        references=distinct(_references(record, drift)),
        url=_SEARCH,
    )


def _kind(text: str, drift: Drift) -> Kind:
    kind = _KINDS.get(text.casefold())
    if kind is None:
        drift.unmapped("Designation Type", text)
    return kind or "unknown"


def _names(record: Record, drift: Drift) -> Iterator[Name]:
    for *parts, type_text, strength_text in record.get("Names", ()):
        type_ = _NAME_TYPES.get(type_text.casefold())
        grade = re.sub(r"\s*a\.?k\.?a\.?$", "", strength_text.casefold())
        strength = _STRENGTHS.get(grade)
        if type_ is None:
            drift.unmapped("Name type", type_text)
        if strength is None:
            drift.unmapped("Alias strength", strength_text)
        text = joined(*parts)
        if usable(text):
            yield Name(text, type_ or "alias", strength or "unstated")
        else:
            drift.unmapped("Name", f"{text} ({type_text} without a name)")
    for text, script, language in record.get("Non-Latin names", ()):
        if usable(text):
            yield Name(text, "original-script", language=joined(language, script, by=", "))
        else:
            drift.unmapped("Name non-latin script", text)


def _birth_dates(record: Record, drift: Drift) -> Iterator[PartialDate]:
    for text in _all(record, "D.O.B"):
        found = birth_date(text)
        if found is None:
            drift.unmapped("D.O.B", text)
        else:
            yield found


def _addresses(record: Record) -> Iterator[Address]:
    for *lines, postcode, country in record.get("Addresses", ()):
        yield Address(joined(*lines, postcode, country, by=", "), postcode, country)


def _identifiers(
    record: Record, kind: Kind, addresses: tuple[Address, ...], drift: Drift
) -> Iterator[Identifier]:
    for scheme, group in ((PASSPORT, "Passports"), (NATIONAL_ID, "National identifiers")):
        for text, information in record.get(group, ()):
            number, words = document_number(text)
            label = joined(words, information, by="; ")
            if number:
                yield Identifier(scheme, number, stated_country(label), label)
            else:
                drift.unmapped(group, label)
    uk_only = {address.country for address in addresses} == {"United Kingdom"}
    for text in _all(record, "Business registration number (s)"):
        numbers = tuple(registrations(text, uk_only=uk_only))
        if not numbers:
            drift.unmapped("Business registration number (s)", text)
        yield from numbers
    if kind == "organisation":
        # An individual's remarks give the numbers of companies that he controls, not his own.
        for text in _all(record, "Other Information"):
            for own in _OWN_NUMBER.findall(text):
                yield from registrations(own, uk_only=uk_only)
    for text in _all(record, "IMO number"):
        if number := imo_number(text):
            yield Identifier(IMO, number)
        else:
            drift.unmapped("IMO number", text)
    for text in _all(record, "Hull identification number (HIN)"):
        yield Identifier(OTHER, text, label="Hull identification number (HIN)")


def _references(record: Record, drift: Drift) -> Iterator[str]:
    for text in _all(record, "UN Reference Number"):
        reference = un_reference(text)
        if reference:
            yield reference
        else:
            drift.unmapped("UN Reference Number", text)
    for text in _all(record, "OFSI Group ID"):
        yield f"OFSI {text}"


def _remarks(record: Record) -> Iterator[str]:
    yield from _all(record, "Other Information")
    for column in _REMARKS:
        if values := _all(record, column):
            yield f"{column}: {', '.join(values)}."


def _all(record: Record, group: str) -> tuple[str, ...]:
    return tuple(row[0] for row in record.get(group, ()))


def _first(record: Record, group: str) -> str:
    return next((row[0] for row in record.get(group, ())), "")
