"""EU consolidated list of financial sanctions."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain

from duediligence.watchlists.toolkit.entries import checked, distinct
from duediligence.watchlists.toolkit.values import (
    birth_date,
    clean,
    document_number,
    imo_number,
    in_original_script,
    joined,
    stated_day,
    un_reference,
    usable,
)
from duediligence.watchlists.toolkit.xml import (
    Children,
    attribute,
    by_tag,
    one,
    stated_in_root,
    stream_records,
)

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.formats.xml import Element
from duediligence.model import (
    Address,
    Identifier,
    Kind,
    ListEntry,
    Name,
    NameType,
    PartialDate,
    Strength,
    company_number,
)
from duediligence.model.entries import (
    COMPANY,
    IMO,
    NATIONAL_ID,
    OTHER,
    PASSPORT,
    REGISTRATION,
    SWIFT,
    TAX,
)

_ID = "eu"
_FILE = "xmlFullSanctionsList_1_1.xml"
_ROOT = "export"
# The token is a constant that the Commission prints on its own page for everyone; no secret.
_URL = "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw"


def _read_eu_date(files: Files) -> date:
    return stated_in_root(files[_FILE], _ROOT, "generationDate")


@watchlist(
    id=_ID,
    title="EU Consolidated Financial Sanctions List",
    publisher="European Commission",
    licence="Commission reuse policy (Decision 2011/833/EU), with attribution",
    topic="sanctions",
    homepage=(
        "https://data.europa.eu/data/datasets/"
        "consolidated-list-of-persons-groups-and-entities-subject-to-eu-financial-sanctions"
    ),
    # The service makes the file for each request, and fails in bursts.
    feeds=(Feed(_FILE, url=_URL, retries=5, weighs=20_300_000),),
    max_age=timedelta(days=3),
    expect=Expect(
        entries=(5_500, 20_000),
        further_names=0.65,
        names=(2.0, 10.0),
        filled={
            "names": 1.0,
            "regimes": 0.99,
            "updated_on": 0.99,
            "birth_dates": 0.45,
            "addresses": 0.20,
            "countries": 0.25,
            "identifiers": 0.15,
        },
    ),
    published=_read_eu_date,
    known_from="code that reads it",
    known_since="2026-08",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Everyone whose funds are frozen under an EU regulation.

    The measure is that freeze and is not stated for each party; only the Official Journal is
    authentic, and an entry links to the act there that last listed it. An EU listing does not bind
    a UK body, but its suppliers and their banks. Names come in every language of the Union, none
    of them marked as the main one. `regimes` are the Commission's codes of its programmes.

    It cannot show firms that a listed party owns or controls, frozen too, nor parties that
    an EU regulation lists under other measures than a freeze.
    """
    path, drift = files[_FILE], files.drift
    found = stream_records(path, _ROOT, ("sanctionEntity",), _KNOWN, drift)
    return checked((_build_eu_entry(record, drift) for record in found), _FILE)


# From a sanctionEntity to a list entry.

_KINDS: dict[str, Kind] = {"person": "person", "enterprise": "organisation"}
_CLASSES: dict[str, Kind] = {"P": "person", "E": "organisation"}
_LIST = (
    "https://data.europa.eu/data/datasets/"
    "consolidated-list-of-persons-groups-and-entities-subject-to-eu-financial-sanctions"
)


def _build_eu_entry(record: Element, drift: Drift) -> ListEntry:
    """Return the entry; without an id or names where the record has none. Never raises for
    content.
    """
    children = by_tag(record)
    names, acts = children["nameAlias"], children["regulation"]
    births, addresses = children["birthdate"], children["address"]
    published = [_read_day_attribute(act, "publicationDate", drift) for act in acts]
    return ListEntry(
        id=_entry_id(record),
        list_id=_ID,
        kind=_read_eu_kind(children["subjectType"], drift),
        names=distinct(_read_eu_names(names, drift)),
        birth_dates=distinct(_birth_dates(births, drift)),
        birth_places=distinct(_format_eu_place(birth) for birth in births),
        gender=next((g for name in names if (g := attribute(name, "gender")) not in "?"), ""),
        countries=distinct(
            _read_eu_country(citizenship) for citizenship in children["citizenship"]
        ),
        identifiers=distinct(_read_eu_identifiers(children["identification"], drift)),
        addresses=distinct(_read_eu_addresses(addresses)),
        positions=distinct(attribute(name, "function") for name in names),
        regimes=distinct(attribute(act, "programme") for act in acts),
        source="EU",
        listed_on=_read_day_attribute(record, "designationDate", drift),
        updated_on=max((day for day in published if day), default=None),
        ends_on=_read_day_attribute(record, "delistingDate", drift),
        remarks=" ".join(distinct(_list_eu_remarks(record, children))),
        references=distinct(_read_eu_references(record, drift)),
        url=next((url for act in acts if (url := _web_address(act))), _LIST),
    )


def _entry_id(record: Element) -> str:
    """Return the EU reference number; the key of the EU's own database where there is none."""
    logical = attribute(record, "logicalId")
    return attribute(record, "euReferenceNumber") or (logical and f"logicalId-{logical}")


def _read_eu_kind(subjects: list[Element], drift: Drift) -> Kind:
    for subject in subjects:
        code, class_ = attribute(subject, "code"), attribute(subject, "classificationCode")
        if code in _KINDS:
            return _KINDS[code]
        drift.unmapped("subjectType", code)
        if class_ in _CLASSES:
            return _CLASSES[class_]
    return "unknown"


def _read_eu_references(record: Element, drift: Drift) -> Iterator[str]:
    if stated := attribute(record, "unitedNationId"):
        reference = un_reference(stated)
        if not reference:
            drift.unmapped("unitedNationId", stated)
        yield reference or stated


def _list_eu_remarks(record: Element, children: Children) -> Iterator[str]:
    yield attribute(record, "designationDetails")
    for remark in children["remark"]:
        if (text := clean(remark.text or "")).casefold() != "none":
            yield text
    for title in distinct(attribute(name, "title") for name in children["nameAlias"]):
        yield f"Title: {title}."
    for name in children["nameAlias"]:
        if text := _remarks_beside(name):
            yield f"{attribute(name, 'wholeName')}: {text}."
    for part in (*children["birthdate"], *children["address"], *children["citizenship"]):
        yield _remarks_beside(part)
    contacts = (by_tag(address)["contactInfo"] for address in children["address"])
    for pair in (*children["additionalInformation"], *chain.from_iterable(contacts)):
        yield f"{attribute(pair, 'key')}: {attribute(pair, 'value')}."
    for act in children["regulation"]:
        if title := attribute(act, "numberTitle"):
            yield f"Regulation {title}."


def _web_address(act: Element) -> str:
    url = one(by_tag(act), "publicationUrl")
    return url if url.startswith(("https://", "http://")) else ""


def _read_day_attribute(element: Element, name: str, drift: Drift) -> date | None:
    return stated_day(attribute(element, name), name, drift)


# Names, births, addresses and numbers of an EU listing.

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


def _remarks_beside(element: Element) -> str:
    return joined(*(clean(child.text or "") for child in by_tag(element)["remark"]))


def _read_eu_country(element: Element) -> str:
    """Return the country as published; empty for the code 00, which means that it is not known."""
    described = attribute(element, "countryDescription")
    code = attribute(element, "countryIso2Code")
    return "" if code == "00" or described == "UNKNOWN" else described or code


def _read_eu_names(aliases: Iterable[Element], drift: Drift) -> Iterator[Name]:
    """Yield every name; the first in Latin letters that no remark qualifies is the primary one.

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
        remark = _remarks_beside(alias)
        type_: NameType = "former" if _FORMER.search(remark) else "alias"
        if in_original_script(text):
            type_ = "original-script"
        elif not remark:
            plain.append(len(found))
        found.append(
            Name(text, type_, _grade_eu_name(alias, remark), attribute(alias, "nameLanguage"))
        )
    primary = next(iter(plain), 0)
    for index, name in enumerate(found):
        yield Name(name.text, "primary", name.strength, name.language) if index == primary else name


def _grade_eu_name(alias: Element, remark: str) -> Strength:
    if _WEAK.search(remark) or attribute(alias, "strong") == "false":
        return "weak"
    return "strong" if _STRONG.search(remark) else "unstated"


def _birth_dates(births: Iterable[Element], drift: Drift) -> Iterator[PartialDate]:
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
    """Return one text out of the many attributes in which a date can stand; empty where none
    does.
    """
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


def _format_eu_place(element: Element) -> str:
    parts = ("street", "poBox", "place", "city", "zipCode", "region")
    return joined(*(attribute(element, part) for part in parts), _read_eu_country(element), by=", ")


def _read_eu_addresses(elements: Iterable[Element]) -> Iterator[Address]:
    for element in elements:
        if text := _format_eu_place(element):
            yield Address(text, attribute(element, "zipCode"), _read_eu_country(element))


def _read_eu_identifiers(elements: Iterable[Element], drift: Drift) -> Iterator[Identifier]:
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
            _remarks_beside(element),
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
            yield Identifier(scheme or OTHER, number, _read_eu_country(element), label)


# The tags and attributes of a sanctionEntity, from the FSF schema 1.1 of 12 October 2017.

# On every part: keys and the language of the act, which say nothing of the party.
_KEYS = frozenset({"logicalId", "regulationLanguage"})
_COUNTRY = frozenset({"countryIso2Code", "countryDescription"})
_ACT = frozenset({"regulationType", "publicationDate", "numberTitle", "publicationUrl"})


def _with(*names: str) -> frozenset[str]:
    return _KEYS | frozenset(names)


_KNOWN = {
    "sanctionEntity": _with(
        *("delistingDate", "designationDate", "designationDetails", "unitedNationId"),
        "euReferenceNumber",
    ),
    "remark": _KEYS,
    "additionalInformation": frozenset({"key", "value"}),
    "regulation": _with(
        *("regulationType", "organisationType", "publicationDate", "entryIntoForceDate"),
        *("numberTitle", "programme"),
    ),
    "publicationUrl": _KEYS,
    # The acts that single details came with; the entry keeps the act of the party as a whole.
    "corrigendum": _ACT,
    "regulationSummary": _ACT,
    "subjectType": _with("code", "classificationCode"),
    "nameAlias": _with(
        *("firstName", "middleName", "lastName", "wholeName", "function", "gender", "title"),
        *("nameLanguage", "strong"),
    ),
    "citizenship": _with("acquisitionDate", "disenfranchisementDate", "region") | _COUNTRY,
    "birthdate": _with(
        *("circa", "calendarType", "city", "zipCode", "birthdate", "dayOfMonth", "monthOfYear"),
        *("year", "yearRangeFrom", "yearRangeTo", "region", "place"),
    )
    | _COUNTRY,
    "address": _with("city", "street", "poBox", "zipCode", "region", "place", "asAtListingTime")
    | _COUNTRY,
    "contactInfo": frozenset({"key", "value"}),
    "identification": _with(
        *("diplomatic", "knownExpired", "knownFalse", "reportedLost", "revokedByIssuer"),
        *("issueDate", "issuedBy", "latinNumber", "nameOnDocument", "number", "validFrom"),
        *("validTo", "identificationTypeCode", "identificationTypeDescription", "region"),
    )
    | _COUNTRY,
}
