"""What a program asks about: a FollowTheMoney entity, read as a party to look up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from duediligence.errors import Invalid
from duediligence.formats.cells import TURNED, is_turned
from duediligence.matching import Subject
from duediligence.matching.evidence import country_code
from duediligence.matching.names.parties import may_name_several
from duediligence.model import Address, Identifier, Kind, ListEntry, PartialDate
from duediligence.model.entries import (
    COMPANY,
    IMO,
    LEI,
    NATIONAL_ID,
    PASSPORT,
    REGISTRATION,
    SWIFT,
    TAX,
    VEHICLES,
    company_number,
)
from duediligence.render.wording import fold
from duediligence.text.folding import fold as words_of
from duediligence.text.postcodes import last_postcode
from duediligence.web.api.parameters import read_body
from duediligence.web.api.problems import TooLarge

MOST_QUERIES: Final = 100
MOST_NAMES: Final = 500

# A NUL is in no name: where it comes from, more may be broken.
Value = Annotated[str, Meta(max_length=300, pattern="^[^\\u0000]*$")]
Key = Annotated[str, Meta(max_length=200)]
_ONE_WAY: Final = "There is one way to score here, and nothing of it can be set."
Schema = Literal[
    "Address",
    "Airplane",
    "BankAccount",
    "Company",
    "CryptoWallet",
    "LegalEntity",
    "Organization",
    "Person",
    "Position",
    "PublicBody",
    "Security",
    "Territory",
    "Thing",
    "UserAccount",
    "Vehicle",
    "Vessel",
]


class EntityExample(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A party, as far as it is known: what is missing never counts against anybody.

    Compared are names (`name`, `alias`, `weakAlias`, `previousName`), `birthDate`, countries
    (`country`, `nationality`, `citizenship`, `jurisdiction`, `mainCountry`, `flag`), numbers
    (`registrationNumber`, `idNumber`, `passportNumber`, `taxNumber`, `vatCode`, `leiCode`,
    `imoNumber`, `swiftBic`) and `address`.
    """

    schema: Schema
    properties: Annotated[
        dict[Key, Annotated[list[Value], Meta(max_length=50)] | Value], Meta(max_length=200)
    ]
    id: Annotated[str, Meta(max_length=300)] | None = None


class MatchRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Parties to look up, each under a name of the caller's own."""

    queries: Annotated[dict[Key, EntityExample], Meta(min_length=1, max_length=MOST_QUERIES)]
    weights: Annotated[dict[str, float], Meta(max_length=0, description=f"Empty. {_ONE_WAY}")] = {}
    config: Annotated[dict[str, Any], Meta(max_length=0, description=f"Empty. {_ONE_WAY}")] = {}


KINDS: Mapping[str, Kind] = {
    "Airplane": "aircraft",
    "Company": "organisation",
    "LegalEntity": "unknown",
    "Organization": "organisation",
    "Person": "person",
    "PublicBody": "organisation",
    "Thing": "unknown",
    "Vehicle": "unknown",
    "Vessel": "vessel",
}
# Schemas of what may be a ship or an aircraft as well as a person or a firm.
_ANYTHING = ("Thing", "Vehicle")
NAMES = ("name", "alias", "weakAlias", "previousName")
COUNTRIES = ("country", "nationality", "citizenship", "jurisdiction", "mainCountry", "flag")
NUMBERS: Mapping[str, str] = {
    "registrationNumber": REGISTRATION,
    "idNumber": NATIONAL_ID,
    "passportNumber": PASSPORT,
    "taxNumber": TAX,
    "vatCode": TAX,
    "leiCode": LEI,
    "imoNumber": IMO,
    "swiftBic": SWIFT,
}
_UK = frozenset({"gb", "uk", "gbr", "united kingdom"})


@dataclass(frozen=True, slots=True)
class PartyQuery:
    """A party to look up. `why_not` says why it cannot be, where it cannot.

    `unused` are the properties that are not compared. `admits` says which entries it can be.
    """

    subject: Subject
    unused: tuple[str, ...]
    why_not: str = ""
    admits: Callable[[ListEntry], bool] | None = None


def read_match_request(body: bytes) -> MatchRequest:
    """Return the request of a POST.

    Raises Invalid for what is not as it is described, UsageError for what is no JSON.
    """
    try:
        return read_body(body, MatchRequest)
    except Invalid as error:
        if error.field in ("weights", "config"):
            raise Invalid(
                f"{error.field}: leave it empty", field=error.field, hint=_ONE_WAY
            ) from None
        raise


def party_query(example: EntityExample) -> PartyQuery:
    """Return the party of an example."""
    values = {
        name: [text for text in map(fold, [given] if isinstance(given, str) else given) if text]
        for name, given in example.properties.items()
    }
    used: set[str] = set()

    def taken(*names: str) -> list[tuple[str, str]]:
        used.update(names)
        return [(name, text) for name in names for text in values.get(name, ())]

    names = tuple(dict.fromkeys(text for _, text in taken(*NAMES) if words_of(text)))
    countries = tuple(dict.fromkeys(text for _, text in taken(*COUNTRIES)))
    identifiers = tuple(
        dict.fromkeys(
            _build_query_identifier(name, text, countries) for name, text in taken(*NUMBERS)
        )
    )
    born = _birth_date(values.get("birthDate", ()))
    if any(map(may_name_several, names)):
        born = None  # it may be of any of them
    if born:
        used.add("birthDate")
    used -= {
        name for name in COUNTRIES if not all(country_code(text) for text in values.get(name, ()))
    }
    addresses = tuple(Address(text, last_postcode(text)) for _, text in taken("address"))
    kind = KINDS.get(example.schema)
    why_not = ""
    if kind is None:
        why_not = f"no list has entries of the schema {example.schema}"
    elif not names and not identifiers:
        why_not = "it has no name and no number that can be looked up"
    elif any(is_turned(text) for text in names):
        why_not = f"its name {TURNED}"
    return PartyQuery(
        Subject(
            names,
            kind or "unknown",
            born,
            countries,
            identifiers,
            addresses,
            anything=example.schema in _ANYTHING,
        ),
        unused=tuple(sorted(name for name, given in values.items() if given and name not in used)),
        why_not=why_not,
        admits=_ADMITS.get(example.schema),
    )


def check_size(parties: Iterable[PartyQuery]) -> None:
    """Raise TooLarge where so many names are asked about that others would wait for long."""
    number = sum(len(party.subject.names) for party in parties)
    if number > MOST_NAMES:
        raise TooLarge(
            f"The queries have {number:,} names; at most {MOST_NAMES} are looked up at once",
            hint="Send fewer queries in a request.",
        )


_ADMITS: Mapping[str, Callable[[ListEntry], bool]] = {
    "Vehicle": lambda entry: entry.kind in VEHICLES,
}


def _build_query_identifier(name: str, text: str, countries: Sequence[str]) -> Identifier:
    if name == "registrationNumber":
        british = not countries or any(country.casefold() in _UK for country in countries)
        if british and (number := company_number(text)):
            return Identifier(COMPANY, number)
    return Identifier(NUMBERS[name], text, countries[0] if len(countries) == 1 else "")


def _birth_date(texts: Iterable[str]) -> PartialDate | None:
    """Return the date, as exactly as it is known; None where there are several that differ."""
    dates: list[PartialDate] = []
    for text in texts:
        with suppress(ValueError):
            dates.append(PartialDate.parse(text[:10]))
    if not dates or not all(one.compatible(other) for one in dates for other in dates):
        return None
    return max(dates, key=lambda born: (born.month is not None, born.day is not None))
