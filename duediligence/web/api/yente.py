"""The API of yente over the public lists: `/match`, `/search`, `/entities` and `/catalog`."""

import asyncio
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar, get_args

import msgspec
from fastapi import APIRouter
from msgspec import Meta, field
from starlette.requests import Request
from starlette.responses import Response

from duediligence.errors import Invalid, NotFound, UsageError
from duediligence.matching import DEFAULT_THRESHOLD, Subject
from duediligence.matching.evidence import country_code
from duediligence.model import Kind, ListEntry
from duediligence.model.entries import VEHICLES
from duediligence.model.list_states import reason_words
from duediligence.render.wording import fold
from duediligence.screening.lists.statuses import newest_on
from duediligence.screening.lookup.public_lists import PublicLists
from duediligence.web.api.answers import (
    AdjacentAnswer,
    AdjacentPage,
    Algorithm,
    Algorithms,
    Catalog,
    Coverage,
    Dataset,
    Listing,
    MatchAnswer,
    NestedEntity,
    Publisher,
    QueryAnswer,
    SearchAnswer,
    Status,
    Total,
    answer,
)
from duediligence.web.api.callers import Caller, secret_of
from duediligence.web.api.datasets import (
    COLLECTIONS,
    DEFAULT,
    Admits,
    MadeOfLists,
    Name,
    Narrowing,
    derive_coverage,
    members,
    require_full_coverage,
)
from duediligence.web.api.describing import DATASET, operation
from duediligence.web.api.entities import (
    ALL_FIELDS,
    build_yente_entity,
    count_facet,
    entity_id,
    entry_key,
    nested_entity,
    no_entity,
    scored_entity,
    select_entities,
    sort_entities,
)
from duediligence.web.api.parameters import read_parameters
from duediligence.web.api.queries import (
    MatchRequest,
    PartyQuery,
    Value,
    check_size,
    party_query,
    read_match_request,
)
from duediligence.web.lookups import MOST_FOUND, Answer, Answers, Question
from duediligence.web.service import Service, service_of

P = TypeVar("P", bound=msgspec.Struct)
router = APIRouter(tags=["yente"])
ALGORITHM: Final = "duediligence"
ALGORITHMS: Final = ("best", ALGORITHM)
# In releases of yente. Their scores mean something else, and so does a threshold set for one.
_IN_YENTE: Final = frozenset(
    "logic-v1 logic-v2 name-based name-qualified name-matcher ofac ofac-249 regression-v1 "
    "regression-v2 regression-v3 er-unstable".split()
)
# Lower scores are of names that share a syllable; to look for them takes many times as long.
LOWEST: Final = 0.5
_Score = Annotated[float, Meta(ge=0, le=1)]
_Limit = Annotated[int, Meta(ge=0, le=MOST_FOUND, description="Most results.")]
_Offset = Annotated[int, Meta(ge=0, le=MOST_FOUND, description="How many to pass over.")]
_Facet = Literal["countries", "topics", "datasets", "schema", "names", "identifiers", "genders"]
_ANY_FIELD: Final = "|".join(re.escape(name) for name in ALL_FIELDS)
_ORDERED: Final = {"pattern": f"^({_ANY_FIELD})(:(asc|desc)?)?$"}
_Order = Annotated[str, Meta(max_length=300, extra_json_schema=_ORDERED)]
_Sort = Annotated[list[_Order], Meta(max_length=10, description="`FIELD:asc` or `FIELD:desc`.")]
_VALUED: Final = {"pattern": rf"^({_ANY_FIELD}):[^\u0000]*$"}
_Filter = Annotated[str, Meta(max_length=300, extra_json_schema=_VALUED)]
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
_catalogs: MadeOfLists[None, Catalog] = MadeOfLists(most=1)
_TITLES = {DEFAULT: "All lists in use but registers"}

health_router = APIRouter(tags=["health"])
_STATUS_OK = Status("ok")


class MatchParameters(Narrowing, kw_only=True):
    """How to match."""

    limit: Annotated[int, Meta(ge=1, le=500, description="Most results for a query.")] = 5
    threshold: Annotated[
        _Score | None,
        Meta(description="From where on a result is a match; unset: as in a screening here."),
    ] = None
    cutoff: Annotated[
        _Score | None,
        Meta(description="Least score of a result, 0.5 or more; unset: the threshold."),
    ] = None
    algorithm: Annotated[
        str,
        Meta(
            description=f"There is one: `{ALGORITHM}`, also as `best`.",
            extra_json_schema={"enum": [*ALGORITHMS]},
        ),
    ] = "best"
    exclude_entity_ids: Annotated[
        list[Annotated[str, Meta(max_length=400)]],
        Meta(max_length=50, description="No results with these ids."),
    ] = field(default_factory=list)

    def admits(self, further: Admits | None = None) -> Admits | None:
        """Return whether an entry counts, by these and a further rule; None where all do."""
        if not self.exclude_entity_ids:
            return Narrowing.admits(self, further)
        excluded = frozenset(self.exclude_entity_ids)

        def admitted(entry: ListEntry) -> bool:
            return entity_id(entry) not in excluded and (further is None or further(entry))

        return Narrowing.admits(self, admitted)


async def _identify_caller(request: Request) -> tuple[Service, Caller]:
    """Return the service, and whose token is shown. Raises Unauthorised, Forbidden."""
    service = service_of(request)
    return service, await service.callers.of(secret_of(request), "match")


@router.post(
    "/match/{dataset}",
    operation_id="match",
    summary="Which entries of lists parties may be",
    openapi_extra=operation(
        answer=MatchAnswer,
        query=MatchParameters,
        path={"dataset": DATASET},
        body=MatchRequest,
        headers={"x-batch-size": "Queries in the request."},
        problems=[400, 404, 413, 422, 429, 503],
        of_yente=True,
    ),
)
async def match(request: Request) -> Response:
    """Look parties up, up to 100 at once; a request counts as one.

    Nothing of what is asked is stored. What could not be checked stands under `duediligence`:
    nobody is clear where that is not `complete`.
    """
    service, caller = await _identify_caller(request)
    parameters = read_parameters(request, MatchParameters)
    if parameters.algorithm not in ALGORITHMS:
        known = "is not offered here" if parameters.algorithm in _IN_YENTE else "is unknown"
        raise UsageError(
            f"The algorithm {parameters.algorithm[:40]!r} {known}",
            hint=f"Valid algorithms: {', '.join(ALGORITHMS)}. Scores are not those of others: set "
            "the threshold for this one.",
        )
    asked = read_match_request(await request.body())
    service.callers.take(caller)
    found = await match_parties(service, asked, parameters, request.path_params["dataset"])
    return answer(found, {"x-batch-size": str(len(asked.queries))})


async def match_parties(
    service: Service, asked: MatchRequest, parameters: MatchParameters, dataset: str
) -> MatchAnswer:
    """Return what may be the party of each query.

    Raises NotFound for an unknown dataset, TooLarge, Incomplete where everything was to be checked,
    and what `Lookups.submit` raises.
    """
    parties = {key: party_query(example) for key, example in asked.queries.items()}
    check_size(parties.values())

    lists = service.lookups.lists
    chosen = parameters.lists(lists, dataset)
    threshold = parameters.threshold
    if threshold is None:
        threshold = service.settings.threshold or DEFAULT_THRESHOLD
    cutoff = threshold if parameters.cutoff is None else parameters.cutoff
    questions = [
        Question(
            party.subject,
            chosen,
            max(cutoff, LOWEST),
            parameters.limit,
            admits=parameters.admits(party.admits),
        )
        for party in parties.values()
        if not party.why_not
    ]
    done = await asyncio.wrap_future(service.lookups.submit(questions))
    unchecked = [(key, party.why_not) for key, party in parties.items() if party.why_not]
    covered = derive_coverage(done.lists, chosen, unchecked)
    if parameters.require_complete:
        require_full_coverage(covered)
    return _build_match_answer(asked, parties, done, covered, threshold, parameters.limit)


_NOTHING = Answer((), 0, more=False)


def _build_match_answer(
    asked: MatchRequest,
    parties: dict[str, PartyQuery],
    done: Answers,
    covered: Coverage,
    threshold: float,
    limit: int,
) -> MatchAnswer:
    answers = iter(done.answers)
    responses: dict[str, QueryAnswer] = {}
    for key, party in parties.items():
        found = _NOTHING if party.why_not else next(answers)
        responses[key] = QueryAnswer(
            status=200,
            results=[
                scored_entity(done.lists, match, entry, threshold) for match, entry in found.found
            ],
            total=Total(found.total, "gte" if found.more else "eq"),
            query=asked.queries[key],
            unused=list(party.unused),
        )
    return MatchAnswer(responses, limit, covered)


class SearchParameters(Narrowing, kw_only=True):
    """What to search for."""

    q: Annotated[Value, Meta(min_length=1, description="A name, or a good part of one.")]
    schema: Annotated[
        str,
        Meta(
            description="Only entries of this schema, or of one that it includes.",
            extra_json_schema={"enum": [*_KINDS]},
        ),
    ] = "Thing"
    countries: Annotated[
        list[Name], Meta(max_length=100, description="Only entries of one of these countries.")
    ] = field(default_factory=list)
    limit: _Limit = 10
    offset: _Offset = 0
    filter: Annotated[
        list[_Filter], Meta(max_length=50, description="Only entries with this `FIELD:VALUE`.")
    ] = field(default_factory=list)
    filter_op: Annotated[
        Literal["AND", "OR"], Meta(description="All values of a field to have, or one of them.")
    ] = "AND"
    sort: _Sort = field(default_factory=list)
    facets: Annotated[
        list[_Facet], Meta(max_length=7, description="Fields whose values are counted.")
    ] = field(default_factory=lambda: ["countries", "topics", "datasets"])
    simple: Annotated[bool, Meta(description="The text is always a name, without operators.")] = (
        True
    )

    def admits(self, further: Admits | None = None) -> Admits | None:
        """Return whether an entry counts, by these and a further rule; None where all do."""
        if self.schema not in _KINDS:
            raise Invalid(
                f"No list has entries of the schema {self.schema[:40]!r}",
                field="schema",
                hint=f"Valid: {', '.join(_KINDS)}.",
            )
        kinds = _KINDS[self.schema]
        countries = {country_code(country) for country in self.countries}
        if "" in countries:
            raise NotFound(
                "Unknown country", hint="Valid: the two letters of ISO 3166, such as `fr`."
            )

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
        of_yente=True,
    ),
)
async def search(request: Request) -> Response:
    """Entries with a name that is similar to the text, the most similar first.

    It is for people who look for somebody: to screen, use `/match`, which knows birth dates and
    numbers.
    """
    service, caller = await _identify_caller(request)
    parameters = read_parameters(request, SearchParameters)
    service.callers.take(caller)
    chosen = parameters.lists(service.lookups.lists, request.path_params["dataset"])
    question = Question(
        Subject((fold(parameters.q),), anything=True),
        chosen,
        _LOWEST,
        MOST_FOUND,
        admits=parameters.admits(),
    )
    done = await asyncio.wrap_future(service.lookups.submit([question]))
    covered = derive_coverage(done.lists, chosen)
    if parameters.require_complete:
        require_full_coverage(covered)
    entities = select_entities(
        (build_yente_entity(done.lists, entry) for _, entry in done.answers[0].found),
        parameters.filter,
        any_value=parameters.filter_op == "OR",
    )
    page = slice(parameters.offset, parameters.offset + parameters.limit)
    return answer(
        SearchAnswer(
            results=sort_entities(entities, parameters.sort)[page],
            facets={name: count_facet(done.lists, entities, name) for name in parameters.facets},
            total=Total(len(entities), "gte" if done.answers[0].more else "eq"),
            limit=parameters.limit,
            offset=parameters.offset,
            duediligence=covered,
        )
    )


class NoParameters(msgspec.Struct, forbid_unknown_fields=True):
    """None."""


class EntityParameters(msgspec.Struct, forbid_unknown_fields=True):
    """How to show an entity."""

    nested: Annotated[bool, Meta(description="With its listings, under `sanctions`.")] = True


class AdjacentParameters(msgspec.Struct, forbid_unknown_fields=True):
    """Which of what is connected, in which order."""

    limit: _Limit = 10
    offset: _Offset = 0
    sort: _Sort = field(default_factory=list)

    def page(self, nested: NestedEntity) -> AdjacentPage:
        """Return the listings of an entity. Raises Invalid for an unknown order."""
        listings = [one for one in nested.properties.get(_ADJACENT, ()) if isinstance(one, Listing)]
        shown = sort_entities(listings, self.sort)[self.offset : self.offset + self.limit]
        return AdjacentPage(shown, Total(len(listings), "eq"), self.limit, self.offset)


# The one property by which an entity here is connected with others.
_ADJACENT: Final = "sanctions"


def _describe_entry_operation(
    kind: type[msgspec.Struct], query: type[msgspec.Struct], **path: tuple[str, str]
) -> dict[str, Any]:
    path = {"entity_id": ("The id that a result has.", "un.QDi.001"), **path}
    problems = [404, 422, 429, 503]
    return operation(answer=kind, query=query, path=path, problems=problems, of_yente=True)


@router.get(
    "/entities/{entity_id}/adjacent/{property}",
    operation_id="adjacent_by",
    summary="What is connected with an entry by a property",
    openapi_extra=_describe_entry_operation(
        AdjacentPage, AdjacentParameters, property=("There is one: its listings.", _ADJACENT)
    ),
)
async def adjacent_by(request: Request) -> Response:
    """Return the listings of an entry: why, since when and with what effect."""
    parameters, lists, entry = await _fetch_entry(request, AdjacentParameters)
    if (name := request.path_params["property"]) != _ADJACENT:
        hint = f"Entities here have {_ADJACENT}."
        raise NotFound(f"Unknown property {fold(name)[:100]!r}", hint=hint)
    return answer(parameters.page(nested_entity(lists, entry)))


@router.get(
    "/entities/{entity_id}/adjacent",
    operation_id="adjacent",
    summary="What is connected with an entry",
    openapi_extra=_describe_entry_operation(AdjacentAnswer, AdjacentParameters),
)
async def adjacent(request: Request) -> Response:
    """Return an entry and its listings, by property; none of a register, which accuses no one."""
    parameters, lists, entry = await _fetch_entry(request, AdjacentParameters)
    page = parameters.page(nested_entity(lists, entry))
    around = {_ADJACENT: page} if page.total.value else {}
    return answer(AdjacentAnswer(build_yente_entity(lists, entry), around))


@router.get(
    "/entities/{entity_id:path}",
    operation_id="entity",
    summary="An entry of a list",
    openapi_extra=_describe_entry_operation(NestedEntity, EntityParameters),
)
async def one_entity(request: Request) -> Response:
    """An entry as the list has it now."""
    parameters, lists, entry = await _fetch_entry(request, EntityParameters)
    return answer((nested_entity if parameters.nested else build_yente_entity)(lists, entry))


async def _fetch_entry(request: Request, kind: type[P]) -> tuple[P, PublicLists, ListEntry]:
    service, caller = await _identify_caller(request)
    parameters = read_parameters(request, kind)
    id_ = request.path_params["entity_id"]
    key = entry_key(id_)
    service.callers.take(caller)
    done = await asyncio.wrap_future(service.lookups.entries([key]))
    if (entry := done.answers[0]) is None:
        raise no_entity(id_)
    return parameters, done.lists, entry


@router.get(
    "/catalog",
    operation_id="catalog",
    summary="The lists, and how current they are",
    openapi_extra=operation(
        answer=Catalog,
        problems=[422, 503],
        of_yente=True,
        headers={"ETag": "Names this state of the lists; send it as If-None-Match."},
        also={304: "The lists are as they were."},
    ),
)
async def catalog(request: Request) -> Response:
    """Each list with its version and state; `outdated` are those that are not current."""
    service, _ = await _identify_caller(request)
    read_parameters(request, NoParameters)
    lists = service.lookups.lists
    tag = f'"{lists.name}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = request.headers.get("if-none-match", "")
    if known == "*" or tag in {one.strip().removeprefix("W/") for one in known.split(",")}:
        return Response(status_code=304, headers=headers)
    return answer(_catalogs.get(lists, None, lambda: _build_catalog(lists)), headers)


@router.get(
    "/algorithms",
    operation_id="algorithms",
    summary="The ways to compare names",
    openapi_extra=operation(answer=Algorithms, problems=[422], of_yente=True),
)
async def algorithms(request: Request) -> Response:
    """There is one way, whatever name is given to it."""
    await _identify_caller(request)
    read_parameters(request, NoParameters)
    about = (
        "Compares names word by word, then birth dates, numbers, countries and addresses. A score "
        "is the sum of what each of them adds, and says so in words."
    )
    return answer(Algorithms([Algorithm(ALGORITHM, about)], default=ALGORITHM, best=ALGORITHM))


def _build_catalog(lists: PublicLists) -> Catalog:
    datasets = [_describe_collection(lists, name) for name in COLLECTIONS]
    datasets += [_describe_watchlist(lists, list_id) for list_id in lists.watchlists]
    return Catalog(
        datasets=datasets,
        current=[i for i, status in lists.statuses.items() if status.state == "current"],
        outdated=[i for i, status in lists.statuses.items() if status.state == "stale"],
        index_stale=any(status.blocks_complete_run for status in lists.statuses.values()),
        duediligence=derive_coverage(lists, members(lists, DEFAULT)),
    )


def _describe_collection(lists: PublicLists, name: str) -> Dataset:
    inside = members(lists, name)
    versions = [lists.versions[i] for i in inside if i in lists.versions]
    return Dataset(
        name=name,
        title=_TITLES.get(name, f"Lists in use of the topic {name}"),
        category="collection",
        load=bool(versions),
        entity_count=sum(version.entries for version in versions),
        children=sorted(inside),
    )


def _describe_watchlist(lists: PublicLists, list_id: str) -> Dataset:
    watchlist, status = lists.watchlists[list_id], lists.statuses[list_id]
    version = lists.versions.get(list_id)
    return Dataset(
        name=list_id,
        title=watchlist.title,
        category=watchlist.topic,
        load=version is not None,
        url=watchlist.homepage,
        version=version.version if version else None,
        entity_count=version.entries if version else None,
        updated_at=newest_on(watchlist, version) if version else None,
        publisher=Publisher(watchlist.publisher, watchlist.homepage),
        licence=watchlist.licence,
        index_current=status.state == "current",
        index_version=version.version if version else None,
        state=status.state,
        reason=reason_words(status.reasons, people=False),
    )


@health_router.get(
    "/healthz",
    operation_id="healthz",
    summary="Whether the server is there",
    openapi_extra=operation(answer=Status, public=True, of_yente=True),
)
async def healthz() -> Response:
    return answer(_STATUS_OK)


@health_router.get(
    "/readyz",
    operation_id="readyz",
    summary="Whether the lists are open",
    openapi_extra=operation(answer=Status, problems=[503], public=True, of_yente=True),
)
async def readyz(request: Request) -> Response:
    service = service_of(request)
    _ = service.lookups.lists
    return answer(_STATUS_OK)
