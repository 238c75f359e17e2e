"""`/search` and `/entities`: the entries of lists, by a name and by their id."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Final, Literal, get_args

import msgspec
from fastapi import APIRouter
from msgspec import Meta, field
from starlette.requests import Request
from starlette.responses import Response

from duediligence.matching import Subject
from duediligence.matching.evidence import country_code
from duediligence.model import Kind, ListEntry
from duediligence.model.entries import VEHICLES
from duediligence.render.wording import fold
from duediligence.web.api.answers import NestedEntity, SearchAnswer, Total, answer
from duediligence.web.api.callers import secret_of
from duediligence.web.api.datasets import (
    Admits,
    Name,
    Narrowing,
    derive_coverage,
    require_full_coverage,
)
from duediligence.web.api.describing import DATASET, operation
from duediligence.web.api.entities import build_yente_entity, entry_key, nested_entity, no_entity
from duediligence.web.api.parameters import read_parameters
from duediligence.web.api.queries import Value
from duediligence.web.lookups import MOST_FOUND, Question
from duediligence.web.service import Service

router = APIRouter(tags=["yente"])
# One word of a name is far from the name, and is what people type.
_LOWEST: Final = 0.3
# The kinds of entries that a schema includes, where it is not that of one kind.
_KINDS: Mapping[str, frozenset[Kind]] = {
    "Thing": frozenset(get_args(Kind)),
    "LegalEntity": frozenset({"person", "organisation", "unknown"}),
    "Person": frozenset({"person"}),
    "Organization": frozenset({"organisation"}),
    "Vehicle": VEHICLES,
    "Vessel": frozenset({"vessel"}),
    "Airplane": frozenset({"aircraft"}),
}


class SearchParameters(Narrowing, kw_only=True):
    """What to search for."""

    q: Annotated[Value, Meta(min_length=1, description="A name, or a good part of one.")]
    schema: Annotated[
        Literal["Thing", "LegalEntity", "Person", "Organization", "Vehicle", "Vessel", "Airplane"],
        Meta(description="Only entries of this schema, or of one that it includes."),
    ] = "Thing"
    countries: Annotated[
        list[Name], Meta(max_length=100, description="Only entries of one of these countries.")
    ] = field(default_factory=list)
    limit: Annotated[int, Meta(ge=0, le=MOST_FOUND, description="Most results.")] = 10
    offset: Annotated[
        int, Meta(ge=0, le=MOST_FOUND, description="How many of the best to pass over.")
    ] = 0

    def admits(self, further: Admits | None = None) -> Admits | None:
        """Return whether an entry counts, by these and a further rule; None where all do."""
        kinds = _KINDS[self.schema]
        countries = {country_code(country) for country in self.countries}

        def admitted(entry: ListEntry) -> bool:
            return (
                entry.kind in kinds
                and (not countries or not countries.isdisjoint(map(country_code, entry.countries)))
                and (further is None or further(entry))
            )

        return Narrowing.admits(self, admitted)


@router.get(
    "/search/{dataset}",
    operation_id="search",
    summary="Search for entries of lists by a name",
    openapi_extra=operation(
        answer=SearchAnswer,
        query=SearchParameters,
        path={"dataset": DATASET},
        links={"entity": ("entity_id", "results/0/id")},
        problems=[404, 422, 429, 503],
    ),
)
async def search(request: Request) -> Response:
    """Entries with a name that is similar to the text, the most similar first.

    It is for people who look for somebody: to screen, use `/match`, which knows birth dates and
    numbers.
    """
    service: Service = request.app.state.service
    caller = await service.callers.of(secret_of(request), "match")
    parameters = read_parameters(request, SearchParameters)
    service.callers.take(caller)
    chosen = parameters.lists(service.lookups.lists, request.path_params["dataset"])
    question = Question(
        Subject((fold(parameters.q),), anything=True),
        chosen,
        _LOWEST,
        parameters.limit,
        parameters.offset,
        parameters.admits(),
    )
    done = await asyncio.wrap_future(service.lookups.submit([question]))
    covered = derive_coverage(done.lists, chosen)
    if parameters.require_complete:
        require_full_coverage(covered)
    found = done.answers[0]
    return answer(
        SearchAnswer(
            results=[build_yente_entity(done.lists, entry) for _, entry in found.found],
            facets={},
            total=Total(found.total, "gte" if found.more else "eq"),
            limit=parameters.limit,
            offset=parameters.offset,
            duediligence=covered,
        )
    )


class EntityParameters(msgspec.Struct):
    """How to show an entity."""

    nested: Annotated[bool, Meta(description="With its listings, under `sanctions`.")] = True


@router.get(
    "/entities/{entity_id:path}",
    operation_id="entity",
    summary="An entry of a list",
    openapi_extra=operation(
        answer=NestedEntity,
        query=EntityParameters,
        path={"entity_id": ("The id that a result has.", "un.QDi.001")},
        problems=[404, 422, 429, 503],
    ),
)
async def one_entity(request: Request) -> Response:
    """An entry as the list has it now."""
    service: Service = request.app.state.service
    caller = await service.callers.of(secret_of(request), "match")
    parameters = read_parameters(request, EntityParameters)
    id_ = request.path_params["entity_id"]
    key = entry_key(id_)
    service.callers.take(caller)
    done = await asyncio.wrap_future(service.lookups.entries([key]))
    entry = done.answers[0]
    if entry is None:
        raise no_entity(id_)
    make = nested_entity if parameters.nested else build_yente_entity
    return answer(make(done.lists, entry))
