"""Entries of lists as FollowTheMoney entities, for systems that speak it.

The schemata and properties are those of https://followthemoney.tech/explorer/schemata/ .
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from duediligence.matching.evidence import country_code
from duediligence.model import ListEntry, Name, PartialDate
from duediligence.model.entries import (
    IMO,
    LEI,
    NATIONAL_ID,
    OTHER,
    PASSPORT,
    SWIFT,
    TAX,
    Identifier,
    Kind,
)
from duediligence.render.wording import fold

Entity = dict[str, Any]

SCHEMATA: Mapping[Kind, str] = {
    "person": "Person",
    "organisation": "Organization",
    "vessel": "Vessel",
    "aircraft": "Airplane",
    "unknown": "LegalEntity",
}
# By the topic of a list. A register accuses nobody.
TOPICS: Mapping[str, str] = {
    "sanctions": "sanction",
    "debarment": "debarment",
    "disqualification": "corp.disqual",
    "enforcement": "reg.action",
}
_NUMBERS = {
    PASSPORT: "passportNumber",
    NATIONAL_ID: "idNumber",
    OTHER: "idNumber",
    TAX: "taxNumber",
    LEI: "leiCode",
    IMO: "imoNumber",
    SWIFT: "swiftBic",
}
# The properties for a number that not every schema has.
_OF_SCHEMA: Mapping[str, frozenset[str]] = {
    "Person": frozenset({"passportNumber", "idNumber", "taxNumber"}),
    "Organization": frozenset({"idNumber", "taxNumber", "leiCode", "imoNumber", "swiftBic"}),
    "LegalEntity": frozenset({"idNumber", "taxNumber", "leiCode", "swiftBic"}),
    "Vessel": frozenset({"imoNumber"}),
    "Airplane": frozenset(),
}
_GENDERS = {"male": "male", "m": "male", "female": "female", "f": "female"}


def build_entity(id_: str, schema: str, **properties: Iterable[str]) -> Entity:
    """Return an entity: each value once and on one line, empty ones left out."""
    held = {name: dict.fromkeys(map(fold, values)) for name, values in properties.items()}
    filled = {name: [value for value in values if value] for name, values in held.items()}
    kept = {name: values for name, values in filled.items() if values}
    return {"id": id_, "schema": schema, "properties": kept}


def entry_entity(id_: str, entry: ListEntry, topic: str) -> Entity:
    """Return the listed party under that id; `topic` is that of its list."""
    schema = SCHEMATA[entry.kind]
    person = schema == "Person"
    names: dict[str, list[str]] = {}
    for name in entry.names:
        names.setdefault(_property_of(name), []).append(name.text)
    numbers: dict[str, list[str]] = {}
    for identifier in entry.identifiers:
        numbers.setdefault(_choose_number_property(schema, identifier), []).append(identifier.id)
    return build_entity(
        id_,
        schema,
        **names,
        birthDate=filter(None, map(_format_exact_birth, entry.birth_dates)) if person else (),
        birthPlace=entry.birth_places if person else (),
        gender=[_GENDERS.get(entry.gender.casefold(), "")] if person else (),
        position=entry.positions if person else (),
        country=(country_code(country).lower() for country in entry.countries),
        address=(address.text for address in entry.addresses),
        **numbers,
        topics=[TOPICS.get(topic, "")] if not entry.status.startswith("investigation") else (),
        program=entry.regimes,
        sourceUrl=[entry.url],
        notes=_list_entry_notes(entry),
    )


def build_listing_entity(
    id_: str, entry: ListEntry, topic: str, *, of: str, title: str
) -> Entity | None:
    """Say that the party `of` is on a list with that title: why, since when, with what effect. None
    of a register, where being there is good.
    """
    if topic not in TOPICS:
        return None
    record = entry.record
    return build_entity(
        id_,
        "Sanction",
        entity=[of],
        authority=[record.authority] if record else (),
        program=entry.regimes or [title],
        provisions=[*entry.measures, *([record.act_section] if record else ())],
        reason=[entry.reason, *([record.event] if record else ())],
        summary=[record.outcome] if record else (),
        status=[entry.status, *([record.status] if record and record.status != "unstated" else ())],
        recordId=[(record.reference if record else "") or entry.id],
        startDate=[record.happened_on.isoformat()] if record and record.happened_on else (),
        listingDate=[entry.listed_on.isoformat()] if entry.listed_on else (),
        endDate=[
            day.isoformat() for day in (entry.ends_on, record.expires if record else None) if day
        ],
        sourceUrl=[entry.url],
    )


def _property_of(name: Name) -> str:
    if name.strength == "weak":
        return "weakAlias"
    if name.type == "former":
        return "previousName"
    return "name" if name.type in ("primary", "original-script") else "alias"


def _choose_number_property(schema: str, identifier: Identifier) -> str:
    name = _NUMBERS.get(identifier.scheme, "registrationNumber")
    return name if name in _OF_SCHEMA[schema] else "registrationNumber"


def _format_exact_birth(born: PartialDate) -> str:
    """Return the date as it is known; empty where it is not known exactly, which no property can
    say.
    """
    return "" if born.circa or born.until else str(born)


def _list_entry_notes(entry: ListEntry) -> Iterator[str]:
    yield from (f"Born {born}" for born in entry.birth_dates if not _format_exact_birth(born))
    yield entry.remarks
