"""UN Security Council consolidated list."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from duediligence.watchlists.toolkit.entries import checked, distinct
from duediligence.watchlists.toolkit.values import (
    birth_date,
    by_script,
    clean,
    document_number,
    joined,
    stated_country,
    stated_day,
    usable,
)
from duediligence.watchlists.toolkit.xml import (
    Children,
    by_tag,
    one,
    stated_in_root,
    stream_records,
)

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.formats.xml import Element, local
from duediligence.model import Address, Identifier, ListEntry, Name, NameType, PartialDate, Strength
from duediligence.model.entries import NATIONAL_ID, OTHER, PASSPORT, TAX

_ID = "un"
_FILE = "consolidated.xml"
_ROOT = "CONSOLIDATED_LIST"
# The service answers with a redirect to one of these; a new one goes in the setting `hosts`.
_HOSTS = (
    "unsolprodfiles.blob.core.windows.net",
    "umsanrp1dltx4dj3sxtt.blob.core.windows.net",
)


def _read_un_date(files: Files) -> date:
    return stated_in_root(files[_FILE], _ROOT, "dateGenerated")


@watchlist(
    id=_ID,
    title="UN Security Council Consolidated List",
    publisher="United Nations Security Council",
    licence="UN terms of use; reuse terms of the file are not stated",
    topic="sanctions",
    homepage="https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
    feeds=(
        Feed(
            _FILE,
            url=f"https://scsanctions.un.org/resources/xml/en/{_FILE}",
            hosts=_HOSTS,
            weighs=2_200_000,
        ),
    ),
    max_age=timedelta(days=7),
    expect=Expect(
        entries=(850, 5_000),
        further_names=0.60,
        names=(2.0, 10.0),
        filled={
            "names": 1.0,
            "regimes": 0.99,
            "listed_on": 0.99,
            "remarks": 0.80,
            "birth_dates": 0.40,
            "addresses": 0.40,
            "countries": 0.40,
            "identifiers": 0.15,
        },
    ),
    optional=True,
    published=_read_un_date,
    known_from="real file",
    known_since="2026-08",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Everyone under sanctions of the UN Security Council.

    The UK puts every UN listing on its own list, with this list's reference number, so for a UK
    body this one is a cross-check, and optional. The UN keeps the file in a store whose name has
    changed: where a download is refused because of its host, check that host, and name it in the
    setting `hosts`. Which measures apply follows from the regime and is not
    stated for each party. No page of the UN is known to show one entry for good, so an entry
    links to the list's page. Birth dates that the UN calls approximate, or gives as a range of
    years, are kept as that.

    It cannot show firms that a listed party owns or controls, nor the sanctions of single states.
    """
    path, drift = files[_FILE], files.drift
    found = stream_records(
        path, _ROOT, ("INDIVIDUAL", "ENTITY"), _KNOWN, drift, outside=("INDIVIDUALS", "ENTITIES")
    )
    return checked((_build_un_entry(record, drift) for record in found), _FILE)


# From a record of the UN list to a list entry.

_PAGE = "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list"
# The UN's code for Guinea-Bissau; left as it is, an officer would read Great Britain.
_REGIMES = {"GB": "Guinea-Bissau"}
_PLACE = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
# Tags of records; none has attributes. Those behind the break are known, and not read: internal
# keys, the name of the list itself, and links to one Interpol page that is the same for all.
_KNOWN = dict.fromkeys(
    """INDIVIDUAL ENTITY FIRST_NAME SECOND_NAME THIRD_NAME FOURTH_NAME NAME_ORIGINAL_SCRIPT
    UN_LIST_TYPE REFERENCE_NUMBER LISTED_ON LAST_DAY_UPDATED DELISTED_ON GENDER TITLE DESIGNATION
    NATIONALITY NATIONALITY2 COMMENTS1 VALUE INDIVIDUAL_ALIAS ENTITY_ALIAS QUALITY ALIAS_NAME
    DATE_OF_BIRTH CITY_OF_BIRTH COUNTRY_OF_BIRTH NOTE INDIVIDUAL_ADDRESS ENTITY_ADDRESS STREET CITY
    STATE_PROVINCE ZIP_CODE COUNTRY INDIVIDUAL_DATE_OF_BIRTH TYPE_OF_DATE DATE YEAR FROM_YEAR
    TO_YEAR INDIVIDUAL_PLACE_OF_BIRTH INDIVIDUAL_DOCUMENT TYPE_OF_DOCUMENT TYPE_OF_DOCUMENT2 NUMBER
    ISSUING_COUNTRY COUNTRY_OF_ISSUE

    DATAID VERSIONNUM LIST_TYPE SORT_KEY SORT_KEY_LAST_MOD HAS_INTERPOL_LINK INTERPOL_LINK
    SUBMITTED_BY SUBMITTED_ON CITY_OF_ISSUE DATE_OF_ISSUE DATE_OF_EXPIRY""".split(),
    frozenset[str](),
)


def _build_un_entry(record: Element, drift: Drift) -> ListEntry:
    """Return the entry; without an id or names where the record has none. Never raises for
    content.
    """
    tag = local(record)
    children = by_tag(record)
    aliases = [by_tag(alias) for alias in children[f"{tag}_ALIAS"]]
    births = [by_tag(birth) for birth in children["INDIVIDUAL_DATE_OF_BIRTH"]]
    places = [by_tag(place) for place in children["INDIVIDUAL_PLACE_OF_BIRTH"]]
    addresses = [by_tag(address) for address in children[f"{tag}_ADDRESS"]]
    documents = [by_tag(document) for document in children["INDIVIDUAL_DOCUMENT"]]
    updates = [
        stated_day(text, "LAST_DAY_UPDATED", drift)
        for text in _list_un_values(children, "LAST_DAY_UPDATED")
    ]
    list_type = one(children, "UN_LIST_TYPE")
    return ListEntry(
        # Not DATAID: parties have been given a new one under the same reference number.
        id=one(children, "REFERENCE_NUMBER"),
        list_id=_ID,
        kind="person" if tag == "INDIVIDUAL" else "organisation",
        names=distinct((*_own_names(children, drift), *_alias_names(aliases, drift))),
        birth_dates=distinct(_birth_dates(births, aliases, drift)),
        birth_places=distinct(_birth_places(places, aliases)),
        gender=one(children, "GENDER"),
        countries=distinct(
            (*_list_un_values(children, "NATIONALITY"), *_list_un_values(children, "NATIONALITY2"))
        ),
        identifiers=distinct(_read_un_identifiers(documents, drift)),
        addresses=distinct(_read_un_addresses(addresses)),
        positions=distinct(_list_un_values(children, "DESIGNATION")),
        regimes=distinct((_REGIMES.get(list_type, list_type),)),
        source="UN",
        listed_on=stated_day(one(children, "LISTED_ON"), "LISTED_ON", drift),
        updated_on=max((found for found in updates if found), default=None),
        ends_on=stated_day(one(children, "DELISTED_ON"), "DELISTED_ON", drift),
        remarks=" ".join(
            (
                *(clean(comment.text or "") for comment in children["COMMENTS1"]),
                *(f"Title: {title}." for title in _list_un_values(children, "TITLE")),
                *(
                    f"{one(alias, 'ALIAS_NAME')}: {note}."
                    for alias in aliases
                    if (note := one(alias, "NOTE"))
                ),
                *_format_un_notes("Date of birth", births),
                *_format_un_notes("Place of birth", places),
                *_format_un_notes("Address", addresses),
                *(f"Document: {text}." for text in map(_describe_un_document, documents) if text),
            )
        ),
        url=_PAGE,
    )


def _list_un_values(children: Children, tag: str) -> Iterator[str]:
    """Yield the texts of the VALUEs in each, or of the element itself where it has none."""
    for child in children[tag]:
        for element in child if len(child) else (child,):
            if text := clean(element.text or ""):
                yield text


def _read_un_addresses(addresses: Iterable[Children]) -> Iterator[Address]:
    for address in addresses:
        if text := joined(*(one(address, part) for part in _PLACE), by=", "):
            yield Address(text, one(address, "ZIP_CODE"), one(address, "COUNTRY"))


def _format_un_notes(of: str, elements: Iterable[Children]) -> Iterator[str]:
    for element in elements:
        if note := one(element, "NOTE"):
            yield f"{of}: {note}."


# The names of a UN listing: in parts, in several scripts, several in one element.

# An individual's alias is graded, an entity's says what kind of name it is.
_QUALITIES: dict[str, tuple[NameType, Strength]] = {
    "": ("alias", "unstated"),
    "good": ("alias", "strong"),
    "low": ("alias", "weak"),
    "a.k.a.": ("alias", "unstated"),
    "f.k.a.": ("former", "unstated"),
}
_FORMER = re.compile(r"\b(?:formerly|previously) listed\b", re.I)
# `A; B` is two names, and so is `A b) B`.
_BETWEEN = re.compile(r";|\s[a-z]\)\s")


def _own_names(children: Children, drift: Drift) -> Iterator[Name]:
    """Yield the names under which the party is listed."""
    parts = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
    whole = joined(*(one(children, part) for part in parts))
    yield from _split_un_names(whole, "primary", "unstated", drift)
    for original in children["NAME_ORIGINAL_SCRIPT"]:
        text = " ".join((original.text or "").split())
        if usable(text):
            yield Name(text, "original-script")


def _alias_names(aliases: Iterable[Children], drift: Drift) -> Iterator[Name]:
    """Yield aliases and former names, and the original script that a note beside one gives."""
    for alias in aliases:
        quality = one(alias, "QUALITY")
        type_, strength = _QUALITIES.get(quality.casefold(), ("alias", "unstated"))
        if quality.casefold() not in _QUALITIES:
            drift.unmapped("QUALITY", quality)
        note = one(alias, "NOTE")
        if _FORMER.search(note):
            type_ = "former"
        yield from _split_un_names(one(alias, "ALIAS_NAME"), type_, strength, drift)
        if not note.isascii():
            yield from _list_original_names(note, strength)


def _split_un_names(text: str, type_: NameType, strength: Strength, drift: Drift) -> Iterator[Name]:
    latin, _ = by_script(text)
    for part in _BETWEEN.split(latin):
        name = part.lstrip(" ,:)").rstrip(" ,:")
        if usable(name):
            yield Name(name, type_, strength)
        elif name:
            drift.unmapped("name", name)
    yield from _list_original_names(text, strength)


def _list_original_names(text: str, strength: Strength) -> Iterator[Name]:
    _, originals = by_script(text)
    for original in originals:
        if usable(original):
            yield Name(original, "original-script", strength)


# Dates and places of birth of a UN listing.

_TYPES = frozenset({"", "EXACT", "APPROXIMATELY", "BETWEEN"})
_BIRTH_PLACE = ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY")


def _birth_dates(
    births: Iterable[Children], aliases: Iterable[Children], drift: Drift
) -> Iterator[PartialDate]:
    """Yield every stated date, range of years or approximate year; those of aliases are claims
    too.
    """
    for birth in births:
        type_, note = one(birth, "TYPE_OF_DATE"), one(birth, "NOTE")
        if type_ not in _TYPES:
            drift.unmapped("TYPE_OF_DATE", type_)
        first, last = one(birth, "FROM_YEAR"), one(birth, "TO_YEAR")
        years = f"{first or '?'}-{last or '?'}" if first or last else ""
        stated = one(birth, "DATE") or one(birth, "YEAR") or years or note
        about = type_ == "APPROXIMATELY" or note.casefold() == "approximately"
        if stated:
            yield from _parse_un_birth_date(stated, drift, circa=about)
    for alias in aliases:
        if stated := one(alias, "DATE_OF_BIRTH"):
            yield from _parse_un_birth_date(stated, drift, circa=False)


def _parse_un_birth_date(stated: str, drift: Drift, *, circa: bool) -> Iterator[PartialDate]:
    found = birth_date(stated)
    if found is None:
        drift.unmapped("date of birth", stated)
    else:
        yield replace(found, circa=found.circa or circa)


def _birth_places(places: Iterable[Children], aliases: Iterable[Children]) -> Iterator[str]:
    for place in places:
        yield joined(*(one(place, part) for part in _BIRTH_PLACE), by=", ")
    for alias in aliases:
        yield joined(one(alias, "CITY_OF_BIRTH"), one(alias, "COUNTRY_OF_BIRTH"), by=", ")


# Passports and identity documents of a UN listing.

# The first that the type names decides; the second, free type is the more exact of the two.
_SCHEMES = (
    (PASSPORT, re.compile(r"passport|passeport|pasaporte", re.I)),
    (TAX, re.compile(r"\btax|fiscal", re.I)),
    (NATIONAL_ID, re.compile(r"national|identi|social security|\bid\b|tazkira|card", re.I)),
)
# Where the number is only in the note: the first word of it with five digits or more.
_IN_NOTE = re.compile(r"\b(?:[A-Z]{1,3}(?: |- ?))?(?=(?:[\w./-]*\d){5})\w[\w./-]*", re.A)


def _read_un_identifiers(documents: Iterable[Children], drift: Drift) -> Iterator[Identifier]:
    for document in documents:
        type_, type2 = one(document, "TYPE_OF_DOCUMENT"), one(document, "TYPE_OF_DOCUMENT2")
        note = one(document, "NOTE")
        number, words = document_number(one(document, "NUMBER"))
        if not number:
            found = _IN_NOTE.search(type2) or _IN_NOTE.search(note)
            number = found[0].rstrip("./-") if found else ""
        label = joined(type2 or type_, words, note, by="; ")
        country = one(document, "ISSUING_COUNTRY") or one(document, "COUNTRY_OF_ISSUE")
        if number:
            yield Identifier(
                _match_document_scheme(type2, type_, drift),
                number,
                country or stated_country(label),
                label,
            )
        elif label:
            drift.unmapped("document without a number", label)


def _describe_un_document(document: Children) -> str:
    """Return what is said of a document whose number is not given apart; else an empty string."""
    if one(document, "NUMBER"):
        return ""
    type_ = one(document, "TYPE_OF_DOCUMENT2") or one(document, "TYPE_OF_DOCUMENT")
    return joined(type_, one(document, "NOTE"), by="; ")


def _match_document_scheme(type2: str, type_: str, drift: Drift) -> str:
    for text in (type2, type_):
        for scheme, words in _SCHEMES:
            if words.search(text):
                return scheme
    if type_:
        drift.unmapped("TYPE_OF_DOCUMENT", type_)
    return OTHER
