"""OpenSanctions' collection of lists, for those who hold a licence to use it."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from duediligence.watchlists.toolkit import values
from duediligence.watchlists.toolkit.values import day, in_original_script, stated_day, usable

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats import delimited, json
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
    LEI,
    NATIONAL_ID,
    OTHER,
    PASSPORT,
    REGISTRATION,
    SWIFT,
    TAX,
)

_TABLE, _ENTITIES = "targets.simple.csv", "entities.ftm.json"


def read_last_seen_day(files: Files) -> date | None:
    """Return the last day on which the publisher saw the records at their sources."""
    if _TABLE in files:
        return _published_table(files[_TABLE])
    return _published_entities(files[_ENTITIES])


@watchlist(
    id="opensanctions",
    title="OpenSanctions",
    publisher="OpenSanctions Datenbanken GmbH",
    licence="CC-BY-NC-4.0",
    topic="sanctions",
    homepage="https://www.opensanctions.org/datasets/",
    bring=(
        "Open the dataset that your licence is for, and select the file targets.simple.csv. "
        "Keep that name."
    ),
    feeds=(Feed(_TABLE),),
    alternates=((Feed(_ENTITIES),),),
    max_age=timedelta(days=7),
    expect=Expect(entries=(1, 5_000_000), filled={"source": 0.99}, weekly_loss=0.05),
    optional=True,
    published=read_last_seen_day,
    known_from="code that reads it",
    known_since="2026-11",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Parties of any dataset of OpenSanctions, brought as a file by whoever may use it.

    The data is under CC BY-NC 4.0: free for non-commercial use, by licence from OpenSanctions for
    any other. It is no part of this tool and nothing fetches it. Both `targets.simple.csv` and
    `entities.ftm.json` are read; the latter tells passports from other numbers, weak aliases from
    others, and the topics of a party (sanction, debarment …). Only targets that are persons,
    organisations, ships or aircraft are read; the rest is counted. Measures and programmes stand
    as OpenSanctions words them; the lists themselves are the authority.

    It cannot show what was left out when the file was made, nor how complete a dataset is: see the
    list of each authority.
    """
    drift = files.drift
    found = (
        _read_table(files[_TABLE], drift)
        if _TABLE in files
        else _read_entities(files[_ENTITIES], drift)
    )
    empty = True
    for entry in found:
        empty = False
        yield entry
    if empty:
        raise UnreadableFile(
            f"{next(iter(files))}: holds no target that is a party", hint="Use another export."
        )


# Which FollowTheMoney schemata are parties, and what both exports write alike.

_ID = "opensanctions"
# A LegalEntity is a person or a firm: the source does not say which.
_KINDS: dict[str, Kind] = {
    "Person": "person",
    "Organization": "organisation",
    "Company": "organisation",
    "PublicBody": "organisation",
    "LegalEntity": "unknown",
    "Vessel": "vessel",
    "Airplane": "aircraft",
}
# How many records are read to tell the day of the export: each bears the day it was last seen.
_SAMPLE = 10_000


def _build_entity_url(entity_id: str) -> str:
    """Return the publisher's page of the entity."""
    return f"https://www.opensanctions.org/entities/{entity_id}/"


def _birth_dates(texts: list[str], drift: Drift) -> tuple[PartialDate, ...]:
    """Return dates known to the year, the month or the day; what is none is reported."""
    found = []
    for text in texts:
        if date := values.birth_date(text):
            found.append(date)
        else:
            drift.unmapped("birth date", text)
    return tuple(dict.fromkeys(found))


def _uk_company(number: str, kind: Kind, countries: list[str]) -> Identifier | None:
    """Return a British organisation's number that is written as Companies House writes it, else
    None.
    """
    if kind == "person" or "gb" not in countries or company_number(number) != number.upper():
        return None
    return Identifier(COMPANY, number.upper())


# `targets.simple.csv`: one row a target, read by its header.
#
# Columns have been added over time. A cell with several values joins them by `;`, with CSV
# quoting inside the cell.

_NEEDED = frozenset("id schema name aliases birth_date countries identifiers last_seen".split())
_COLUMNS = _NEEDED | frozenset(
    "addresses sanctions phones emails program_ids dataset first_seen last_change".split()
)


def _read_table(path: Path, drift: Drift) -> Iterator[ListEntry]:
    """Yield an entry for each target that is a party. Raises UnreadableFile."""
    for line, row in _read_target_rows(path, drift):
        if row["schema"] in _KINDS:
            yield _entry_of_row(row, f"{path.name}: line {line}", drift)
        else:
            drift.unread("schema", row["schema"])


def _published_table(path: Path) -> date | None:
    """Return the last day on which the publisher saw one of the first records at its source."""
    rows = islice(_read_target_rows(path, Drift()), _SAMPLE)
    return max(filter(None, (day(row["last_seen"]) for _, row in rows)), default=None)


def _read_target_rows(path: Path, drift: Drift) -> Iterator[tuple[int, dict[str, str]]]:
    rows = delimited.rows(path, strict=True)
    line, header = next(rows, (1, []))
    missing = sorted(_NEEDED.difference(header))
    if missing:
        raise UnreadableFile(
            f"{path.name}: line {line}: the header has no column {', '.join(missing)}",
            hint="Use the file named targets.simple.csv.",
        )
    for column in header:
        if column not in _COLUMNS:
            drift.unread("column", column)
    empty = True
    for line, cells in rows:
        if len(cells) != len(header):
            raise UnreadableFile(
                f"{path.name}: line {line} has {len(cells)} columns where the header has "
                f"{len(header)}",
                hint="The file may be cut short; fetch it again.",
            )
        empty = False
        yield line, dict.fromkeys(_COLUMNS, "") | dict(zip(header, cells, strict=True))
    if empty:
        raise UnreadableFile(f"{path.name}: holds no targets", hint="Fetch it again.")


def _entry_of_row(row: dict[str, str], where: str, drift: Drift) -> ListEntry:
    kind = _KINDS[row["schema"]]
    countries = _several(row["countries"], where)
    names = [Name(" ".join(row["name"].split()))]
    names += (
        Name(text, "original-script" if in_original_script(text) else "alias")
        for text in _several(row["aliases"], where)
    )
    names = [name for name in names if usable(name.text)]
    if not names or not row["id"].strip():
        raise UnreadableFile(f"{where}: a target has no {'name' if row['id'] else 'id'}")
    identifiers = [
        _uk_company(number, kind, countries) or Identifier(OTHER, number)
        for number in _several(row["identifiers"], where)
    ]
    for column, label in (("emails", "Email"), ("phones", "Phone")):
        identifiers += (
            Identifier(OTHER, text, label=label) for text in _several(row[column], where)
        )
    return ListEntry(
        id=row["id"].strip(),
        list_id=_ID,
        kind=kind,
        names=tuple(dict.fromkeys(names)),
        birth_dates=_birth_dates(_several(row["birth_date"], where), drift),
        countries=tuple(countries),
        identifiers=tuple(dict.fromkeys(identifiers)),
        addresses=tuple(Address(text) for text in _several(row["addresses"], where)),
        regimes=tuple(_several(row["program_ids"], where)),
        measures=tuple(_several(row["sanctions"], where)),
        source=row["dataset"],
        updated_on=stated_day(row["last_change"], "last_change", drift),
        url=_build_entity_url(row["id"].strip()),
    )


def _several(cell: str, where: str) -> list[str]:
    """Return the values of a cell, without repeats."""
    cell = " ".join(cell.split())
    if not cell:
        return []
    try:
        values = next(csv.reader([cell], delimiter=";", strict=True))
    except csv.Error as error:
        raise UnreadableFile(f"{where}: {cell[:40]!r} is not a list of values: {error}") from error
    return list(dict.fromkeys(text for value in values if (text := value.strip())))


# `entities.ftm.json`: one FollowTheMoney entity a line, of which the target parties are read.

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


def _read_entities(path: Path, drift: Drift) -> Iterator[ListEntry]:
    """Yield an entry for each target that is a party. Raises UnreadableFile."""
    for entity in _read_ftm_entities(path):
        if entity.members.get("target") is not True:
            drift.unread("entity", "not a target")
        elif entity.text("schema") not in _KINDS:
            drift.unread("schema", entity.text("schema"))
        else:
            yield _build_entity_entry(entity, drift)


def _published_entities(path: Path) -> date | None:
    """Return the last day on which the publisher saw one of the first entities at its source."""
    entities = islice(_read_ftm_entities(path), _SAMPLE)
    return max(filter(None, (day(entity.text("last_seen")) for entity in entities)), default=None)


def _read_ftm_entities(path: Path) -> Iterator[_Entity]:
    for line, value in json.read_json_lines(path):
        properties = value.get("properties") if isinstance(value, dict) else None
        if not isinstance(properties, dict) or not value.get("id") or not value.get("schema"):
            raise UnreadableFile(
                f"{path.name}: line {line} is not an entity with id, schema and properties",
                hint="Use the file named entities.ftm.json.",
            )
        yield _Entity(value, properties, f"{path.name}: line {line}")


def _build_entity_entry(entity: _Entity, drift: Drift) -> ListEntry:
    for member in entity.members.keys() - _MEMBERS:
        drift.unread("member", member)
    for prop in entity.properties.keys() - _READ - _PASSED_OVER:
        drift.unread("property", prop)
    kind = _KINDS[entity.text("schema")]
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
        (scheme == REGISTRATION and _uk_company(number, kind, countries))
        or Identifier(scheme, number, label=prop)
        for prop, scheme in _NUMBERS.items()
        for number in (text.removeprefix("IMO") for text in entity.values(prop))
    ]
    return ListEntry(
        id=entity.text("id"),
        list_id=_ID,
        kind=kind,
        names=tuple(dict.fromkeys(names)),
        birth_dates=_birth_dates(entity.values("birthDate"), drift),
        birth_places=tuple(entity.values("birthPlace")),
        gender=", ".join(entity.values("gender")),
        countries=tuple(dict.fromkeys(countries)),
        identifiers=tuple(dict.fromkeys(identifiers)),
        addresses=tuple(Address(text) for text in entity.values("address")),
        positions=tuple(entity.values("position")),
        regimes=tuple(entity.values("programId") or entity.values("program")),
        status=", ".join(entity.values("topics")),
        source=", ".join(_list_datasets(entity)),
        updated_on=stated_day(entity.text("last_change"), "last_change", drift),
        remarks="; ".join(entity.values("notes")),
        url=_build_entity_url(entity.text("id")),
    )


def _list_datasets(entity: _Entity) -> list[str]:
    found = entity.members.get("datasets") or []
    if not isinstance(found, list):
        raise UnreadableFile(f"{entity.where}: datasets is not a list")
    return [json.text(value, f"{entity.where}: datasets") for value in found]
