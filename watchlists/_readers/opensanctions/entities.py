"""`entities.ftm.json`: one FollowTheMoney entity a line, of which the target parties are read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from duediligence.watchlists._readers.fields.dates import day, stated_day
from duediligence.watchlists._readers.fields.names import in_original_script, usable
from duediligence.watchlists._readers.opensanctions import parties

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import json
from duediligence.model import Address, Identifier, ListEntry, Name, NameType, Strength
from duediligence.model.identifiers import (
    IMO,
    LEI,
    NATIONAL_ID,
    OTHER,
    PASSPORT,
    REGISTRATION,
    SWIFT,
    TAX,
)

_NAMES: tuple[tuple[str, NameType, Strength], ...] = (
    ("name", "variation", "unstated"),
    ("alias", "alias", "unstated"),
    ("previousName", "former", "unstated"),
    ("weakAlias", "alias", "weak"),
)
_NUMBERS = {
    "passportNumber": PASSPORT,
    "idNumber": NATIONAL_ID,
    "socialSecurityNumber": NATIONAL_ID,
    "taxNumber": TAX,
    "innCode": TAX,
    "vatCode": TAX,
    "registrationNumber": REGISTRATION,
    "ogrnCode": REGISTRATION,
    "uscCode": REGISTRATION,
    "imoNumber": IMO,
    "leiCode": LEI,
    "swiftBic": SWIFT,
    "mmsi": OTHER,
    "callSign": OTHER,
    "dunsCode": OTHER,
    "uniqueEntityId": OTHER,
    "website": OTHER,
    "email": OTHER,
    "phone": OTHER,
}
_COUNTRIES = ("nationality", "citizenship", "jurisdiction", "country", "flag")
_READ = frozenset(
    "birthDate birthPlace gender address position program programId topics notes".split()
).union(_NUMBERS, _COUNTRIES, (prop for prop, _, _ in _NAMES))
# Parts of a name that stands whole beside them, and the sources' own links.
_PASSED_OVER = frozenset(
    "firstName lastName middleName fatherName motherName secondName abbreviation sourceUrl "
    "publisher modifiedAt createdAt retrievedAt addressEntity sector mainSource wikidataId "
    "wikipediaUrl status legalForm incorporationDate dissolutionDate description keywords email "
    "phone website gender ethnicity religion education political title deathDate proof programId "
    "ownershipDate buildDate previousFlag deadweightTonnage tonnage model manufacturer".split()
)


_MEMBERS = frozenset(
    "id caption schema properties referents datasets origin first_seen last_seen last_change "
    "target".split()
)


@dataclass(frozen=True, slots=True)
class _Entity:
    members: Mapping[str, object]
    properties: Mapping[str, object]
    where: str

    def text(self, member: str) -> str:
        return json.text(self.members.get(member), f"{self.where}: {member}")

    def values(self, prop: str) -> list[str]:
        found = self.properties.get(prop, [])
        if not isinstance(found, list):
            raise UnreadableFile(f"{self.where}: {prop} is not a list of values")
        texts = (json.text(value, f"{self.where}: {prop}") for value in found)
        return list(dict.fromkeys(text for text in texts if text))


def read(path: Path, drift: Drift) -> Iterator[ListEntry]:
    """Yield an entry for each target that is a party. Raises UnreadableFile."""
    for entity in _entities(path):
        if entity.members.get("target") is not True:
            drift.unread("entity", "not a target")
        elif entity.text("schema") not in parties.KINDS:
            drift.unread("schema", entity.text("schema"))
        else:
            yield _entry(entity, drift)


def published(path: Path) -> date | None:
    """The last day on which the publisher saw one of the first entities at its source."""
    entities = islice(_entities(path), parties.SAMPLE)
    return max(filter(None, (day(entity.text("last_seen")) for entity in entities)), default=None)


def _entities(path: Path) -> Iterator[_Entity]:
    for line, value in json.lines(path):
        properties = value.get("properties") if isinstance(value, dict) else None
        if not isinstance(properties, dict) or not value.get("id") or not value.get("schema"):
            raise UnreadableFile(
                f"{path.name}: line {line} is not an entity with id, schema and properties",
                hint="Bring the file named entities.ftm.json.",
            )
        yield _Entity(value, properties, f"{path.name}: line {line}")


def _entry(entity: _Entity, drift: Drift) -> ListEntry:
    for member in entity.members.keys() - _MEMBERS:
        drift.unread("member", member)
    for prop in entity.properties.keys() - _READ - _PASSED_OVER:
        drift.unread("property", prop)
    kind = parties.KINDS[entity.text("schema")]
    countries = [country for prop in _COUNTRIES for country in entity.values(prop)]
    names = [Name(text) for text in (entity.text("caption"),) if usable(text)]
    for prop, name_type, strength in _NAMES:
        names += (
            Name(text, "original-script" if in_original_script(text) else name_type, strength)
            for text in entity.values(prop)
            if usable(text) and text != entity.text("caption")
        )
    if not names:
        raise UnreadableFile(f"{entity.where}: a target has no name")
    identifiers = [
        (scheme == REGISTRATION and parties.uk_company(number, kind, countries))
        or Identifier(scheme, number, label=prop)
        for prop, scheme in _NUMBERS.items()
        for number in (text.removeprefix("IMO") for text in entity.values(prop))
    ]
    return ListEntry(
        id=entity.text("id"),
        list_id=parties.LIST_ID,
        kind=kind,
        names=tuple(dict.fromkeys(names)),
        birth_dates=parties.birth_dates(entity.values("birthDate"), drift),
        birth_places=tuple(entity.values("birthPlace")),
        gender=", ".join(entity.values("gender")),
        countries=tuple(dict.fromkeys(countries)),
        identifiers=tuple(dict.fromkeys(identifiers)),
        addresses=tuple(Address(text) for text in entity.values("address")),
        positions=tuple(entity.values("position")),
        regimes=tuple(entity.values("programId") or entity.values("program")),
        status=", ".join(entity.values("topics")),
        source=", ".join(_datasets(entity)),
        updated_on=stated_day(entity.text("last_change"), "last_change", drift),
        remarks="; ".join(entity.values("notes")),
        url=parties.entry_url(entity.text("id")),
    )


def _datasets(entity: _Entity) -> list[str]:
    found = entity.members.get("datasets") or []
    if not isinstance(found, list):
        raise UnreadableFile(f"{entity.where}: datasets is not a list")
    return [json.text(value, f"{entity.where}: datasets") for value in found]
