"""From a record of the UN list to a list entry."""

from collections.abc import Iterable, Iterator

from duediligence.watchlists._readers.fields.dates import stated_day
from duediligence.watchlists._readers.fields.names import joined
from duediligence.watchlists._readers.fields.records import Children, by_tag, clean, distinct, one
from duediligence.watchlists._readers.un.births import birth_dates, birth_places
from duediligence.watchlists._readers.un.documents import described, identifiers
from duediligence.watchlists._readers.un.names import alias_names, own_names

from duediligence.contracts import Drift
from duediligence.formats.xml import Element, local
from duediligence.model import Address, ListEntry

_PAGE = "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list"
# The UN's code for Guinea-Bissau; left as it is, an officer would read Great Britain.
_REGIMES = {"GB": "Guinea-Bissau"}
_PLACE = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
# Tags of records; none has attributes. Those behind the break are known, and not read: internal
# keys, the name of the list itself, and links to one Interpol page that is the same for all.
KNOWN = dict.fromkeys(
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


def entry(record: Element, list_id: str, drift: Drift) -> ListEntry:
    """The entry; without an id or names where the record has none. Never raises for content."""
    tag = local(record)
    children = by_tag(record)
    aliases = [by_tag(alias) for alias in children[f"{tag}_ALIAS"]]
    births = [by_tag(birth) for birth in children["INDIVIDUAL_DATE_OF_BIRTH"]]
    places = [by_tag(place) for place in children["INDIVIDUAL_PLACE_OF_BIRTH"]]
    addresses = [by_tag(address) for address in children[f"{tag}_ADDRESS"]]
    documents = [by_tag(document) for document in children["INDIVIDUAL_DOCUMENT"]]
    updates = [
        stated_day(text, "LAST_DAY_UPDATED", drift)
        for text in _values(children, "LAST_DAY_UPDATED")
    ]
    list_type = one(children, "UN_LIST_TYPE")
    return ListEntry(
        # Not DATAID: parties have been given a new one under the same reference number.
        id=one(children, "REFERENCE_NUMBER"),
        list_id=list_id,
        kind="person" if tag == "INDIVIDUAL" else "organisation",
        names=distinct((*own_names(children, drift), *alias_names(aliases, drift))),
        birth_dates=distinct(birth_dates(births, aliases, drift)),
        birth_places=distinct(birth_places(places, aliases)),
        gender=one(children, "GENDER"),
        countries=distinct((*_values(children, "NATIONALITY"), *_values(children, "NATIONALITY2"))),
        identifiers=distinct(identifiers(documents, drift)),
        addresses=distinct(_addresses(addresses)),
        positions=distinct(_values(children, "DESIGNATION")),
        regimes=distinct((_REGIMES.get(list_type, list_type),)),
        source="UN",
        listed_on=stated_day(one(children, "LISTED_ON"), "LISTED_ON", drift),
        updated_on=max((found for found in updates if found), default=None),
        ends_on=stated_day(one(children, "DELISTED_ON"), "DELISTED_ON", drift),
        remarks=" ".join(
            (
                *(clean(comment.text or "") for comment in children["COMMENTS1"]),
                *(f"Title: {title}." for title in _values(children, "TITLE")),
                *(
                    f"{one(alias, 'ALIAS_NAME')}: {note}."
                    for alias in aliases
                    if (note := one(alias, "NOTE"))
                ),
                *_notes("Date of birth", births),
                *_notes("Place of birth", places),
                *_notes("Address", addresses),
                *(f"Document: {text}." for text in map(described, documents) if text),
            )
        ),
        url=_PAGE,
    )


def _values(children: Children, tag: str) -> Iterator[str]:
    """The texts of the VALUEs in each, or of the element itself where it has none."""
    for child in children[tag]:
        for element in child if len(child) else (child,):
            if text := clean(element.text or ""):
                yield text


def _addresses(addresses: Iterable[Children]) -> Iterator[Address]:
    for address in addresses:
        if text := joined(*(one(address, part) for part in _PLACE), by=", "):
            yield Address(text, one(address, "ZIP_CODE"), one(address, "COUNTRY"))


def _notes(of: str, elements: Iterable[Children]) -> Iterator[str]:
    for element in elements:
        if note := one(element, "NOTE"):
            yield f"{of}: {note}."
