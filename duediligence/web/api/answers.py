"""What the API of yente answers, as JSON; fields of ours are beside its own.

The docstrings are the descriptions in the OpenAPI document.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from starlette.responses import Response

from duediligence.web.api.queries import EntityExample

encode = msgspec.json.Encoder().encode


def answer(content: object, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    """Return the content as JSON."""
    return Response(encode(content), status, headers, "application/json")


class NotChecked(msgspec.Struct, omit_defaults=True):
    """A list whose results are incomplete, or a query that could not be looked up, and why.

    `state` is as `lists status` has it: a list that is `stale` was searched, but what is new on it
    is not known.
    """

    reason: str
    list: str = ""
    title: str = ""
    state: Literal["", "stale", "never loaded"] = ""
    query: str = ""


class Coverage(msgspec.Struct):
    """Whether everything was checked that was to be. Where it was not, nobody is clear."""

    complete: bool
    not_checked: list[NotChecked]


class Total(msgspec.Struct):
    """How many there are: exactly so many, or so many at least (`gte`)."""

    value: int
    relation: Literal["eq", "gte"]


class MatchFeature(msgspec.Struct):
    """A piece of evidence: what it adds to the score, and that in words."""

    score: float
    detail: str
    query: str
    candidate: str


class Entity(msgspec.Struct):
    """An entry of a list, as a FollowTheMoney entity. Its `id` is that of the list, a dot, and
    the one that the publisher gave it.

    `first_seen` is when the publisher listed it, `last_change` when it last changed the entry,
    `last_seen` when the list was last known to be the publisher's newest.
    """

    id: str
    caption: str
    schema: str
    properties: dict[str, list[str]]
    datasets: list[str]
    referents: list[str]
    target: bool
    first_seen: date | None
    last_seen: date | None
    last_change: date | None


class ScoredEntity(Entity):
    """An entry that the query may be about.

    `match` says that it is a possible match from the threshold on, as in a screening: of strong
    names also where a birth date or a number differs, which lowers the `score`.
    """

    score: float
    match: bool
    explanations: dict[str, MatchFeature]


class Listing(msgspec.Struct):
    """Why an entity is listed, since when and with what effect."""

    id: str
    caption: str
    schema: str
    properties: dict[str, list[str]]


class NestedEntity(msgspec.Struct):
    """An entity with the listings that belong to it, under `sanctions`."""

    id: str
    caption: str
    schema: str
    properties: dict[str, list[str | Listing]]
    datasets: list[str]
    referents: list[str]
    target: bool
    first_seen: date | None
    last_seen: date | None
    last_change: date | None


class AdjacentPage(msgspec.Struct):
    """What is connected with an entity by a property."""

    results: list[Listing]
    total: Total
    limit: int
    offset: int


class AdjacentAnswer(msgspec.Struct):
    """An entity, and what is connected with it by property."""

    entity: Entity
    adjacent: dict[str, AdjacentPage]


class QueryAnswer(msgspec.Struct):
    """What may be the party of one query. `unused` are properties of it that were not compared."""

    status: int
    results: list[ScoredEntity]
    total: Total
    query: EntityExample
    unused: list[str]


class MatchAnswer(msgspec.Struct):
    """An answer for each query, by the query's name."""

    responses: dict[str, QueryAnswer]
    limit: int
    duediligence: Coverage


class FacetValue(msgspec.Struct):
    """How many of the entries found have a value."""

    name: str
    label: str
    count: int


class Facet(msgspec.Struct):
    """The values of a field, the commonest first."""

    label: str
    values: list[FacetValue]


class SearchAnswer(msgspec.Struct):
    """Entries found by a name. Facets count those found, of which there are 500 at most."""

    results: list[Entity]
    facets: dict[str, Facet]
    total: Total
    limit: int
    offset: int
    duediligence: Coverage


class Publisher(msgspec.Struct):
    """Who publishes a list."""

    name: str
    url: str


class Dataset(msgspec.Struct, omit_defaults=True):
    """A list, or a collection of lists (`children`)."""

    name: str
    title: str
    category: str
    load: bool
    url: str = ""
    version: str | None = None
    entity_count: int | None = None
    updated_at: date | None = None
    publisher: Publisher | None = None
    licence: str = ""
    index_current: bool = False
    index_version: str | None = None
    state: Literal["", "current", "stale", "never loaded"] = ""
    reason: str = ""
    children: list[str] = []


class Catalog(msgspec.Struct):
    """The lists, and which of them are as new as the publisher's."""

    datasets: list[Dataset]
    current: list[str]
    outdated: list[str]
    index_stale: bool
    duediligence: Coverage


class Algorithm(msgspec.Struct):
    """A way to compare names."""

    name: str
    description: str


class Algorithms(msgspec.Struct):
    """The ways to compare names; there is one."""

    algorithms: list[Algorithm]
    default: str
    best: str


class Status(msgspec.Struct):
    """That the server answers."""

    status: Annotated[str, Meta(examples=["ok"])]
