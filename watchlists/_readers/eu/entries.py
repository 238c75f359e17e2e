"""From a sanctionEntity to a list entry."""

from collections.abc import Iterator
from datetime import date
from itertools import chain

from duediligence.watchlists._readers.eu import parts
from duediligence.watchlists._readers.fields.dates import stated_day
from duediligence.watchlists._readers.fields.records import (
    Children,
    attribute,
    by_tag,
    clean,
    distinct,
    one,
)
from duediligence.watchlists._readers.fields.references import un_reference

from duediligence.contracts import Drift
from duediligence.formats.xml import Element
from duediligence.model import Kind, ListEntry

_KINDS: dict[str, Kind] = {"person": "person", "enterprise": "organisation"}
_CLASSES: dict[str, Kind] = {"P": "person", "E": "organisation"}
_LIST = (
    "https://data.europa.eu/data/datasets/"
    "consolidated-list-of-persons-groups-and-entities-subject-to-eu-financial-sanctions"
)


def entry(record: Element, list_id: str, drift: Drift) -> ListEntry:
    """The entry; without an id or names where the record has none. Never raises for content."""
    children = by_tag(record)
    names, acts = children["nameAlias"], children["regulation"]
    births, addresses = children["birthdate"], children["address"]
    published = [_day(act, "publicationDate", drift) for act in acts]
    return ListEntry(
        id=_id(record),
        list_id=list_id,
        kind=_kind(children["subjectType"], drift),
        names=distinct(parts.names(names, drift)),
        birth_dates=distinct(parts.birth_dates(births, drift)),
        birth_places=distinct(parts.place(birth) for birth in births),
        gender=next((g for name in names if (g := attribute(name, "gender")) not in "?"), ""),
        countries=distinct(parts.country(citizenship) for citizenship in children["citizenship"]),
        identifiers=distinct(parts.identifiers(children["identification"], drift)),
        addresses=distinct(parts.addresses(addresses)),
        positions=distinct(attribute(name, "function") for name in names),
        regimes=distinct(attribute(act, "programme") for act in acts),
        source="EU",
        listed_on=_day(record, "designationDate", drift),
        updated_on=max((day for day in published if day), default=None),
        ends_on=_day(record, "delistingDate", drift),
        remarks=" ".join(distinct(_remarks(record, children))),
        references=distinct(_references(record, drift)),
        url=next((url for act in acts if (url := _web_address(act))), _LIST),
    )


def _id(record: Element) -> str:
    """The EU reference number; the key of the EU's own database where there is none."""
    logical = attribute(record, "logicalId")
    return attribute(record, "euReferenceNumber") or (logical and f"logicalId-{logical}")


def _kind(subjects: list[Element], drift: Drift) -> Kind:
    for subject in subjects:
        code, class_ = attribute(subject, "code"), attribute(subject, "classificationCode")
        if code in _KINDS:
            return _KINDS[code]
        drift.unmapped("subjectType", code)
        if class_ in _CLASSES:
            return _CLASSES[class_]
    return "unknown"


def _references(record: Element, drift: Drift) -> Iterator[str]:
    if stated := attribute(record, "unitedNationId"):
        reference = un_reference(stated)
        if not reference:
            drift.unmapped("unitedNationId", stated)
        yield reference or stated


def _remarks(record: Element, children: Children) -> Iterator[str]:
    yield attribute(record, "designationDetails")
    for remark in children["remark"]:
        if (text := clean(remark.text or "")).casefold() != "none":
            yield text
    for title in distinct(attribute(name, "title") for name in children["nameAlias"]):
        yield f"Title: {title}."
    for name in children["nameAlias"]:
        if text := parts.remarks(name):
            yield f"{attribute(name, 'wholeName')}: {text}."
    for part in (*children["birthdate"], *children["address"], *children["citizenship"]):
        yield parts.remarks(part)
    contacts = (by_tag(address)["contactInfo"] for address in children["address"])
    for pair in (*children["additionalInformation"], *chain.from_iterable(contacts)):
        yield f"{attribute(pair, 'key')}: {attribute(pair, 'value')}."
    for act in children["regulation"]:
        if title := attribute(act, "numberTitle"):
            yield f"Regulation {title}."


def _web_address(act: Element) -> str:
    url = one(by_tag(act), "publicationUrl")
    return url if url.startswith(("https://", "http://")) else ""


def _day(element: Element, name: str, drift: Drift) -> date | None:
    return stated_day(attribute(element, name), name, drift)
