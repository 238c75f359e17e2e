"""One entry out of what either format tells of one party."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from duediligence.watchlists._readers.ofac.labels import UNITED_KINGDOM
from duediligence.watchlists._readers.ofac.remarks import Facts, reading_order

from duediligence.contracts import Drift
from duediligence.model import Address, Identifier, Kind, ListEntry, Name, NameType, Strength
from duediligence.model.identifiers import OTHER
from duediligence.text.postcodes import first_postcode

_KINDS: dict[str, Kind] = {
    "": "organisation",  # the CSV leaves the type of an entity blank
    "entity": "organisation",
    "individual": "person",
    "vessel": "vessel",
    "aircraft": "aircraft",
}
_NAME_TYPES: dict[str, NameType] = {"aka": "alias", "nka": "alias", "fka": "former"}
_STRENGTHS: dict[str, Strength] = {"": "unstated", "strong": "strong", "weak": "weak"}
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Vessel:
    """A ship as the list describes it; empty strings where it does not."""

    call_sign: str = ""
    type: str = ""
    flag: str = ""
    owner: str = ""
    tonnage: str = ""
    gross_tonnage: str = ""


def kind_of(sdn_type: str, drift: Drift) -> Kind:
    """Person, organisation, vessel or aircraft; a type that is not known is reported."""
    kind = _KINDS.get(sdn_type.lower())
    if kind is None:
        drift.unmapped("SDN type", sdn_type)
    return kind or "unknown"


def alias(text: str, alias_type: str, kind: Kind, category: str, drift: Drift) -> Name:
    """A name other than the first. `category` is `strong`, `weak` or empty (CSV does not say)."""
    name_type = _NAME_TYPES.get(alias_type.lower().replace(".", ""))
    if name_type is None:
        drift.unmapped("alias type", alias_type)
    strength = _STRENGTHS.get(category)
    if strength is None:
        drift.unmapped("alias category", category)
    return Name(reading_order(text, kind), name_type or "alias", strength or "unstated")


def address(street: str, city: str, country: str, postcode: str = "") -> Address | None:
    """One address, or None where nothing is stated. A region stands where a country would."""
    text = ", ".join(part for part in (street, city) if part) or country
    if not text:
        return None
    if country == UNITED_KINGDOM and not postcode:
        postcode = first_postcode(text)
    return Address(text, postcode, "" if country.startswith("Region:") else country)


def entry(
    *,
    list_id: str,
    uid: str,
    name: str,
    aliases: Iterable[Name],
    programs: Sequence[str],
    measures: Sequence[str],
    titles: str,
    addresses: Iterable[Address],
    vessel: Vessel,
    facts: Facts,
) -> ListEntry:
    """Put together what the columns, or the XML elements, and the remarks tell of one party."""
    names = (Name(reading_order(name, facts.kind)), *aliases, *facts.names)
    identifiers = list(facts.identifiers)
    if vessel.call_sign:
        identifiers.append(Identifier(OTHER, vessel.call_sign, label="Call sign"))
    described = {
        "Vessel type": vessel.type,
        "Tonnage": vessel.tonnage,
        "Gross registered tonnage": vessel.gross_tonnage,
    }
    remarks = [*facts.remarks, *(f"{label} {text}" for label, text in described.items() if text)]
    flag = () if vessel.flag in ("", "None Identified") else (vessel.flag,)
    owner = (vessel.owner,) if vessel.owner else ()
    return ListEntry(
        id=uid,
        list_id=list_id,
        kind=facts.kind,
        names=_distinct(names),
        birth_dates=_distinct(facts.birth_dates),
        birth_places=_distinct(facts.birth_places),
        gender=facts.gender,
        countries=_distinct((*facts.countries, *flag)),
        identifiers=_distinct(identifiers),
        addresses=_distinct(addresses),
        positions=_distinct((*(t for t in titles.split("; ") if t), *facts.positions)),
        related=_distinct((*owner, *facts.related)),
        regimes=_distinct(programs),
        measures=_distinct((*measures, *facts.measures)),
        listed_on=facts.listed_on,
        remarks="; ".join(dict.fromkeys(remarks)),
        url=f"https://sanctionssearch.ofac.treas.gov/Details.aspx?id={uid}",
    )


def _distinct(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(items))
