"""Names, births, addresses and numbers of an EU listing."""

import re
from collections.abc import Iterable, Iterator

from duediligence.watchlists._readers.fields.dates import birth_date
from duediligence.watchlists._readers.fields.names import in_original_script, joined, usable
from duediligence.watchlists._readers.fields.numbers import document_number, imo_number
from duediligence.watchlists._readers.fields.records import attribute, by_tag, clean

from duediligence.contracts import Drift
from duediligence.formats.xml import Element
from duediligence.model import (
    Address,
    Identifier,
    Name,
    NameType,
    PartialDate,
    Strength,
    company_number,
)
from duediligence.model.identifiers import (
    COMPANY,
    IMO,
    NATIONAL_ID,
    OTHER,
    PASSPORT,
    REGISTRATION,
    SWIFT,
    TAX,
)

_SCHEMES = {
    "passport": PASSPORT,
    "id": NATIONAL_ID,
    "ssn": NATIONAL_ID,
    "regnumber": REGISTRATION,
    "fiscalcode": TAX,
    "taxid": TAX,
    "euvat": TAX,
    "imo": IMO,
    "swiftbic": SWIFT,
} | dict.fromkeys(
    """other birthcert drivinglicence nationcert travelcardid travelcard residentperm unssn
    tradelic electionid travdoc""".split(),
    OTHER,
)
_FLAGS = ("diplomatic", "knownExpired", "knownFalse", "reportedLost", "revokedByIssuer")
# The grade of an alias is prose beside it, with the publisher's slips: `lo quality`, `god quality`.
_WEAK = re.compile(r"\b(?:low?|weak)\W*quality", re.I)
_STRONG = re.compile(r"\b(?:g?oo?d)\W*quality", re.I)
_FORMER = re.compile(r"\bf\.?k\.?a\b|\b(?:formerly|previously|former name)\b", re.I)


def remarks(element: Element) -> str:
    return joined(*(clean(child.text or "") for child in by_tag(element)["remark"]))


def country(element: Element) -> str:
    """The country as published; empty for the code 00, which means that it is not known."""
    described = attribute(element, "countryDescription")
    code = attribute(element, "countryIso2Code")
    return "" if code == "00" or described == "UNKNOWN" else described or code


def names(aliases: Iterable[Element], drift: Drift) -> Iterator[Name]:
    """Every name; the first in Latin letters that no remark qualifies is the primary one.

    The publisher marks no name as the main one and every name as strong (of 29,826 names not one
    is otherwise), so that mark is not taken for a grade.
    """
    found: list[Name] = []
    plain: list[int] = []
    for alias in aliases:
        parts = (attribute(alias, part) for part in ("firstName", "middleName", "lastName"))
        text = attribute(alias, "wholeName") or joined(*parts)
        if not usable(text):
            drift.unmapped("wholeName", text)
            continue
        remark = remarks(alias)
        type_: NameType = "former" if _FORMER.search(remark) else "alias"
        if in_original_script(text):
            type_ = "original-script"
        elif not remark:
            plain.append(len(found))
        found.append(Name(text, type_, _strength(alias, remark), attribute(alias, "nameLanguage")))
    primary = next(iter(plain), 0)
    for index, name in enumerate(found):
        yield Name(name.text, "primary", name.strength, name.language) if index == primary else name


def _strength(alias: Element, remark: str) -> Strength:
    if _WEAK.search(remark) or attribute(alias, "strong") == "false":
        return "weak"
    return "strong" if _STRONG.search(remark) else "unstated"


def birth_dates(births: Iterable[Element], drift: Drift) -> Iterator[PartialDate]:
    for birth in births:
        stated = _stated_birth(birth)
        if not stated:
            continue
        circa = "circa " if attribute(birth, "circa") == "true" else ""
        found = birth_date(circa + stated)
        if found is None:
            drift.unmapped("birthdate", stated)
        else:
            yield found


def _stated_birth(birth: Element) -> str:
    """One text out of the many attributes in which a date can stand; empty where none does."""
    if gregorian := attribute(birth, "birthdate"):
        return gregorian
    calendar, year = attribute(birth, "calendarType"), attribute(birth, "year")
    first, last = attribute(birth, "yearRangeFrom"), attribute(birth, "yearRangeTo")
    # Only `birthdate` is always Gregorian; the other attributes stand in the calendar named.
    if calendar not in ("", "GREGORIAN") and (year or first or last):
        return joined(calendar, year or f"{first}-{last}")
    if year:
        day, month = attribute(birth, "dayOfMonth") or "0", attribute(birth, "monthOfYear") or "0"
        return f"{day}/{month}/{year}"
    return f"{first or '?'}-{last or '?'}" if first or last else ""


def place(element: Element) -> str:
    parts = ("street", "poBox", "place", "city", "zipCode", "region")
    return joined(*(attribute(element, part) for part in parts), country(element), by=", ")


def addresses(elements: Iterable[Element]) -> Iterator[Address]:
    for element in elements:
        if text := place(element):
            yield Address(text, attribute(element, "zipCode"), country(element))


def identifiers(elements: Iterable[Element], drift: Drift) -> Iterator[Identifier]:
    for element in elements:
        code = attribute(element, "identificationTypeCode")
        scheme = _SCHEMES.get(code)
        if scheme is None:
            drift.unmapped("identificationTypeCode", code)
        numbers = [attribute(element, name) for name in ("number", "latinNumber")]
        published = next((number for number in numbers if usable(number)), numbers[0])
        if scheme == SWIFT:
            number, words = published.replace(" ", ""), ""
        else:
            number, words = document_number(published)
        if not usable(number):
            drift.unmapped("identification number", joined(code, published))
            continue
        flags = (flag for flag in _FLAGS if attribute(element, flag) == "true")
        label = joined(
            attribute(element, "identificationTypeDescription") or code,
            words,
            remarks(element),
            *flags,
            by="; ",
        )
        in_uk = attribute(element, "countryIso2Code") == "GB"
        if scheme == REGISTRATION and in_uk and (company := company_number(number)):
            yield Identifier(COMPANY, company, label=label)
        elif scheme == IMO:
            if ship := imo_number(number):
                yield Identifier(IMO, ship, label=label)
            else:
                drift.unmapped("identification number", joined(code, number))
        elif scheme == SWIFT:
            yield Identifier(SWIFT, number, label=label)
        else:
            yield Identifier(scheme or OTHER, number, country(element), label)
