"""What a client asks, read strictly: text that is no query of the standard is refused, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from duediligence.errors import UsageError
from duediligence.formats.cells import is_turned
from duediligence.matching import Subject
from duediligence.matching.names.parties import may_name_several
from duediligence.model import Address, Identifier, PartialDate
from duediligence.model.entries import IMO, NATIONAL_ID, OTHER, PASSPORT, VEHICLES, Kind
from duediligence.suppliers.numbers import read_number, read_numbers
from duediligence.suppliers.people import birth_date
from duediligence.text.postcodes import is_postcode, spaced_postcode
from duediligence.typed_data import decode_json
from duediligence.web.api.problems import TooLarge
from duediligence.web.api.queries import MOST_NAMES

BATCH: Final = 100
MOST_CANDIDATES: Final = 50
_USUAL_CANDIDATES = 10
# Suggestions at a time.
PAGE = 20
# Longer than any name on a list: what a name of more words costs to look up grows with each.
MOST_LETTERS: Final = 500
_KINDS: Final[tuple[Kind, ...]] = ("person", "organisation", "vessel", "aircraft")
# Where the name itself stands among the values: no property has this id.
_NAME = ""


Text = Annotated[str, Meta(max_length=MOST_LETTERS)]


class ReconciledCell(msgspec.Struct):
    """A value that was reconciled itself: its name is compared, without one its id."""

    id: Text
    name: Text = ""


Value = Text | int | float | bool | ReconciledCell


class QueryProperty(msgspec.Struct):
    """What else is known of a row: a property, and its value or values."""

    pid: str
    v: Value | Annotated[list[Value], Meta(max_length=20)]


class ReconcileQuery(msgspec.Struct, forbid_unknown_fields=True):
    """A row to reconcile: by a name (`query`), by properties, or by both."""

    query: Text | UnsetType = UNSET
    type: str | list[str] = ""
    limit: Annotated[int, Meta(ge=1)] | Annotated[float, Meta(ge=1)] | UnsetType = UNSET
    properties: Annotated[list[QueryProperty], Meta(max_length=50)] = []
    type_strict: Literal["any", "should", "all"] = "should"


_Number = Annotated[int, Meta(ge=1)]
_NumberAsText = Annotated[str, Meta(pattern="^([1-9][0-9]{0,8})?$")]


class ExtendSettings(msgspec.Struct, frozen=True):
    """How to give a property: `limit` is the most values of one row."""

    limit: _Number | _NumberAsText | None = None


class ExtendProperty(msgspec.Struct):
    """A property to give of each entity."""

    id: str
    settings: ExtendSettings = ExtendSettings()


class Typed(msgspec.Struct):
    """What was typed so far, how many of the results to leave out, and the most to give."""

    prefix: Annotated[str, Meta(max_length=200)] = ""
    cursor: Annotated[int, Meta(ge=0, le=100_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=100)] = PAGE


class ExtendRequest(msgspec.Struct):
    """Entities, by id, and the properties to give of each."""

    ids: Annotated[list[str], Meta(max_length=500)]
    properties: Annotated[list[ExtendProperty], Meta(max_length=50)]


ReconcileBatch = Annotated[dict[str, ReconcileQuery], Meta(max_length=BATCH)]


@dataclass(frozen=True, slots=True)
class Query:
    """One row to reconcile: a name, and what else is known of it.

    `kinds` are those asked for, none for any. `unused` are the ids of properties and types that
    the service does not know, and properties whose values could not be read.
    """

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    limit: int
    birth_date: PartialDate | None = None
    countries: tuple[str, ...] = ()
    numbers: tuple[Identifier, ...] = ()
    postcodes: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def is_turned(self) -> bool:
        """Return whether a name may show other letters than were looked up."""
        return any(map(is_turned, self.names))

    @property
    def subject(self) -> Subject | None:
        """Return the party to look up; None where neither a name nor a number was given."""
        if not self.names and not self.numbers:
            return None
        return Subject(
            names=self.names or ("",),
            kind=self.kinds[0] if len(self.kinds) == 1 else "unknown",
            birth_date=self.birth_date,
            countries=self.countries,
            identifiers=self.numbers,
            addresses=tuple(Address(one, one) for one in self.postcodes),
            anything=not VEHICLES.isdisjoint(self.kinds),
        )


@dataclass(frozen=True, slots=True)
class ExtensionQuery:
    """Entities, by id, and the properties to give of each with the most values of one."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, int | None], ...]


def read_queries(
    text: str, known: frozenset[str], today: date, words: Mapping[str, str]
) -> dict[str, Query]:
    """Return the queries of a batch, by their keys. `known` are the properties that the service
    compares; `words` are ours for its types and properties, where it has others.

    Raises UsageError for what the standard does not allow, and for more than BATCH; TooLarge.
    """
    batch = _decode_client_json(text, ReconcileBatch, "queries")
    found = {
        key: _parse_reconcile_query(key, one, known, today, words) for key, one in batch.items()
    }
    if (names := sum(len(one.names) for one in found.values())) > MOST_NAMES:
        raise TooLarge(
            f"The queries have {names} names; at most {MOST_NAMES} are looked up at once",
            hint="Send fewer queries at a time.",
        )
    return found


def read_extension(text: str, known: frozenset[str]) -> ExtensionQuery:
    """Return what is to be added to entities. Raises UsageError, also for an unknown property."""
    asked = _decode_client_json(text, ExtendRequest, "extend")
    for one in asked.properties:
        if one.id not in known:
            raise UsageError(
                f"Unknown property {one.id[:80]!r}", hint=f"Valid: {', '.join(sorted(known))}."
            )
    return ExtensionQuery(
        tuple(dict.fromkeys(asked.ids)),
        tuple(
            (one.id, int(one.settings.limit) if one.settings.limit else None)
            for one in asked.properties
        ),
    )


def _decode_client_json(text: str, kind: Any, field_name: str) -> Any:
    try:
        return decode_json(text.encode("utf-8"), kind)
    # Half a character, or more brackets within each other than can be read.
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError) as error:
        # It says where, and repeats nothing that was sent but a name of a field.
        why = str(error) if isinstance(error, msgspec.MsgspecError) else "it is not valid JSON"
        raise UsageError(f"{field_name} cannot be read: {why}") from None


def _parse_reconcile_query(
    key: str, one: ReconcileQuery, known: frozenset[str], today: date, words: Mapping[str, str]
) -> Query:
    name = "" if one.query is UNSET else one.query
    if one.query is UNSET and not one.properties:
        raise UsageError(f"query {key[:40]!r} needs a `query` or `properties`")
    types = [one.type] if isinstance(one.type, str) else one.type
    types = [words.get(each, each) for each in types]
    kinds = tuple(kind for kind in _KINDS if kind in types)
    read = _Values(today)
    texts: dict[str, list[str]] = {_NAME: [name]}
    for each in one.properties:
        values = each.v if isinstance(each.v, list) else [each.v]
        pid = each.pid.rpartition(":")[2] if words else each.pid
        texts.setdefault(pid, []).extend(map(_format_sent_value, values))
    for pid, found in texts.items():
        if pid in known or pid == _NAME:
            read.take(words.get(pid, pid), [text.strip() for text in found if text.strip()], name)
        else:
            read.unused.append(pid)
    read.unused += [each for each in types if each and each not in (*_KINDS, "supplier")]
    if read.birth_date and any(map(may_name_several, read.names)):
        read.birth_date = None  # it may be of any of them
        read.unused.append("birth_date")
    return Query(
        names=tuple(dict.fromkeys(read.names)),
        kinds=kinds,
        limit=_USUAL_CANDIDATES if one.limit is UNSET else int(min(MOST_CANDIDATES, one.limit)),
        birth_date=read.birth_date,
        countries=tuple(read.countries),
        numbers=tuple(dict.fromkeys(read.numbers)),
        postcodes=tuple(read.postcodes),
        unused=tuple(dict.fromkeys(each[:80] for each in read.unused)),
    )


def _format_sent_value(value: Value) -> str:
    match value:
        case ReconciledCell():
            return value.name or value.id
        case bool():
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


@dataclass
class _Values:
    """The values of one query, as they are read."""

    today: date
    names: list[str] = field(default_factory=list)
    birth_date: PartialDate | None = None
    countries: list[str] = field(default_factory=list)
    numbers: list[Identifier] = field(default_factory=list)
    postcodes: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    def take(self, pid: str, texts: list[str], name: str) -> None:
        for text in texts:
            match pid:
                case "" | "alias":
                    self.names.append(text)
                case "country":
                    self.countries.append(text)
                case "postcode" if is_postcode(text):
                    self.postcodes.append(spaced_postcode(text))
                case "birth_date" if born := birth_date(text, self.today):
                    self.birth_date = self.birth_date or born
                case "number" if found := _list_possible_numbers(text, name):
                    self.numbers += found
                case _:
                    self.unused.append(pid)


def _list_possible_numbers(text: str, name: str) -> list[Identifier]:
    """Return the number of every kind that it may be: a column of numbers seldom says which."""
    found = [
        *read_numbers("company_number", text, "company or charity number", name),
        read_number("ppon", text),
    ]
    numbers = [one.identifier for one in found if one.identifier]
    if any(map(str.isdigit, text)):
        numbers += [Identifier(kind, text) for kind in (OTHER, PASSPORT, NATIONAL_ID)]
    if text.upper().startswith("IMO"):
        numbers.append(Identifier(IMO, text))
    return numbers
