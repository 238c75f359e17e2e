"""The addresses of the Reconciliation Service API: `/reconcile/{key}/lists` and `…/suppliers`.

What is sent is read only once the key is known to be good; the work is done in another thread.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter
from msgspec import Meta
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from duediligence.errors import NotFound
from duediligence.screening.lookup.own_suppliers import own_suppliers
from duediligence.store.console import Scope
from duediligence.web.api.answers import answer
from duediligence.web.api.callers import Caller, secret_of
from duediligence.web.api.datasets import members
from duediligence.web.api.describing import DATASET, operation
from duediligence.web.api.parameters import read_parameters
from duediligence.web.api.reconcile.answers import (
    ExtensionAnswer,
    Manifest,
    ProposedProperties,
    QueryResult,
    SuggestedEntities,
    SuggestedTerms,
    build_extension_answer,
    build_proposed_properties,
    build_query_results,
    build_service_manifest,
    suggested_entities,
    suggested_terms,
)
from duediligence.web.api.reconcile.lists import EntityLists, Lists
from duediligence.web.api.reconcile.queries import (
    BATCH,
    ExtendRequest,
    ReconcileQuery,
    Typed,
    read_extension,
    read_queries,
)
from duediligence.web.api.reconcile.service import Reconciler, Term, render_entity_preview
from duediligence.web.api.reconcile.suppliers import Suppliers
from duediligence.web.service import Service, service_of

_MOST_FIELDS = 1_000

P = TypeVar("P", bound=msgspec.Struct)
# A service as long as it is asked something, of a dataset. Raises StorageError, NotReady, NotFound.
Open = Callable[[Service, Caller, str], AbstractContextManager[Reconciler]]

_KEY = {
    "key": (
        "A token of scope `match`, for suppliers of scope `read` too. It stands in the address, "
        "because clients of this standard send no headers.",
        "dd_an-invented-token",
    )
}
# The key is in the address: 401 and 403 come without the header that others get.
_PLACE = {"path": _KEY, "problems": (400, 401, 403, 404, 413, 422, 429, 503), "public": True}
_DATASET_PLACE = {
    "path": {"dataset": DATASET},
    "problems": (400, 404, 413, 422, 429, 503),
    "of_yente": True,
}


def _describe_plain_operation(
    kind: type[msgspec.Struct], query: type[msgspec.Struct], place: Mapping[str, Any]
) -> dict[str, Any]:
    """Return an operation with parameters in the address, which answers with JSON of one kind."""
    return operation(answer=kind, query=query, **place)


def _describe_page_operation(
    query: type[msgspec.Struct], place: Mapping[str, Any]
) -> dict[str, Any]:
    """Return an operation that answers with a page."""
    found = operation(answer=Manifest, query=query, **place)
    found["responses"]["200"]["content"] = {"text/html": {"schema": {"type": "string"}}}
    return found


def _describe_query_operation(
    properties: Iterable[str], place: Mapping[str, Any], *, in_address: bool
) -> dict[str, Any]:
    """Return the operation at the root of a service: without queries and ids it gives the manifest.

    `properties` are the ids of those that can be added to rows.
    """
    found = operation(answer=Manifest, **place)
    batch = {"type": "object", "additionalProperties": _reference(QueryResult)}
    answers = [batch, _reference(ExtensionAnswer), _reference(Manifest)]
    asked = {"queries": _describe_query_batch(), "extend": _describe_extend_request(properties)}
    if in_address:
        found["parameters"] += [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": schema["description"],
                "content": {"application/json": {"schema": schema}},
            }
            for name, schema in asked.items()
        ]
        # The server itself refuses an address over 64 kB, before any of this is asked.
        found["responses"]["400"]["content"]["text/plain"] = {"schema": {"type": "string"}}
    else:
        form = {"type": "object", "properties": asked}
        as_json = {name: {"contentType": "application/json"} for name in asked}
        found["requestBody"] = {
            "content": {"application/x-www-form-urlencoded": {"schema": form, "encoding": as_json}},
        }
    found["responses"]["200"]["content"] = {"application/json": {"schema": {"anyOf": answers}}}
    return found


def _describe_query_batch() -> dict[str, Any]:
    one_of_two = [
        {"required": ["query"]},
        {"required": ["properties"], "properties": {"properties": {"minItems": 1}}},
    ]
    return {
        "type": "object",
        "description": "JSON: the queries, each under a key of the client's own. With them no "
        "values of entities are given.",
        "maxProperties": BATCH,
        "additionalProperties": {"allOf": [_reference(ReconcileQuery), {"anyOf": one_of_two}]},
    }


def _describe_extend_request(properties: Iterable[str]) -> dict[str, Any]:
    known = {"properties": {"id": {"enum": list(properties)}}}
    return {
        "description": "JSON: the ids of entities, and the properties to give of each.",
        "allOf": [
            _reference(ExtendRequest),
            {"properties": {"properties": {"items": known}}},
        ],
    }


def _reference(kind: type[msgspec.Struct]) -> dict[str, str]:
    content = operation(answer=kind, public=True)["responses"]["200"]["content"]
    found: dict[str, str] = content["application/json"]["schema"]
    return found


async def _caller_of(request: Request, *scopes: Scope) -> Caller:
    """Return whose key is in the address, which has all of the scopes; counts as one request of
    theirs.

    Raises Unauthorised, Forbidden, TooManyRequests.
    """
    service = service_of(request)
    key = request.path_params.get("key") or secret_of(request) or _key_in_query(request)
    for scope in scopes:
        caller = await service.callers.of(key, scope)
    service.callers.take(caller)
    return caller


def _key_in_query(request: Request) -> str:
    return request.query_params.get("api_key", "")


@contextmanager
def public_lists(
    service: Service,
    caller: Caller,  # noqa: ARG001
    dataset: str,
) -> Iterator[Reconciler]:
    """Provide the service over the public lists, which each token may ask. For a dataset it
    has the words of yente. Raises NotFound for an unknown one.
    """
    lookups, threshold = service.lookups, service.settings.threshold
    if dataset:
        members(lookups.lists, dataset)
        yield EntityLists(lookups, service.list_names, threshold=threshold, dataset=dataset)
    else:
        yield Lists(lookups, service.list_names, threshold=threshold)


@contextmanager
def stored_suppliers(
    service: Service,
    caller: Caller,
    dataset: str,  # noqa: ARG001
) -> Iterator[Reconciler]:
    """Provide the service over the buyer's own suppliers."""
    with service.workspace(caller.viewer) as ws:
        index = own_suppliers(ws, service.supplier_indexes)
    yield Suppliers(index)


class OfType(msgspec.Struct):
    """The type whose properties are wanted, and how many at most."""

    type: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=100)] = 100


class OfEntity(msgspec.Struct):
    """The entity to show."""

    id: Annotated[str, Meta(min_length=1, max_length=1_000)]


class DatasetParameters(msgspec.Struct, forbid_unknown_fields=True):
    """What the address of a dataset may have."""

    queries: str = ""
    extend: str = ""
    api_key: str = ""


def _build_reconcile_routes(
    path: str, opened: Open, properties: Sequence[Term], *scopes: Scope
) -> APIRouter:
    of_key = path != "dataset"
    place = _PLACE if of_key else _DATASET_PLACE
    prefix = f"/reconcile/{{key}}/{path}" if of_key else "/reconcile/{dataset}"
    router = APIRouter(prefix=prefix, tags=["reconciliation"])
    ids = [one.id for one in properties]

    async def run(
        request: Request, caller: Caller, work: Callable[[Reconciler], Response]
    ) -> Response:
        def do() -> Response:
            dataset = request.path_params.get("dataset", "")
            with opened(service_of(request), caller, dataset) as entities:
                return work(entities)

        return await run_in_threadpool(do)

    async def show(
        request: Request, kind: type[P], build: Callable[[Reconciler, P], object]
    ) -> Response:
        """Read the parameters once the key is known, and answer."""
        caller = await _caller_of(request, *scopes)
        given = read_parameters(request, kind)
        return await run(request, caller, lambda entities: answer(build(entities, given)))

    @router.get(
        "",
        operation_id=f"{path}_manifest",
        summary="The manifest; with queries or extend, what POST gives",
        openapi_extra=_describe_query_operation(ids, place, in_address=True),
    )
    async def manifest_or_query(request: Request) -> Response:
        caller = await _caller_of(request, *scopes)
        work = partial(_answer_reconcile_request, request, request.query_params)
        return await run(request, caller, work)

    @router.post(
        "",
        operation_id=f"{path}_reconcile",
        summary="Candidates for rows, or values of entities",
        openapi_extra=_describe_query_operation(ids, place, in_address=False),
    )
    async def reconcile(request: Request) -> Response:
        caller = await _caller_of(request, *scopes)
        async with request.form(max_fields=_MOST_FIELDS, max_files=0) as form:
            return await run(request, caller, partial(_answer_reconcile_request, request, form))

    @router.get(
        "/suggest/entity",
        operation_id=f"{path}_suggest_entity",
        summary="Entities whose name or id begins as what somebody typed",
        openapi_extra=_describe_plain_operation(SuggestedEntities, Typed, place),
    )
    async def suggest_entity(request: Request) -> Response:
        return await show(
            request,
            Typed,
            lambda on, typed: suggested_entities(
                on, on.beginning(typed.prefix, typed.cursor, typed.limit)
            ),
        )

    @router.get(
        "/suggest/type",
        operation_id=f"{path}_suggest_type",
        summary="Types whose name or id begins so",
        openapi_extra=_describe_plain_operation(SuggestedTerms, Typed, place),
    )
    async def suggest_type(request: Request) -> Response:
        return await show(request, Typed, lambda on, typed: suggested_terms(on.types, typed))

    @router.get(
        "/suggest/property",
        operation_id=f"{path}_suggest_property",
        summary="Properties that a query may have, whose name or id begins so",
        openapi_extra=_describe_plain_operation(SuggestedTerms, Typed, place),
    )
    async def suggest_property(request: Request) -> Response:
        def compared(on: Reconciler, typed: Typed) -> SuggestedTerms:
            return suggested_terms([one for one in on.properties if one.id in on.compared], typed)

        return await show(request, Typed, compared)

    @router.get(
        "/propose_properties",
        operation_id=f"{path}_propose_properties",
        summary="Properties that can be added to rows: the same for every type",
        openapi_extra=_describe_plain_operation(ProposedProperties, OfType, place),
    )
    async def propose_properties(request: Request) -> Response:
        return await show(
            request, OfType, lambda on, of: build_proposed_properties(on, of.type, of.limit)
        )

    @router.get(
        "/preview",
        operation_id=f"{path}_preview",
        summary="A small page about one entity",
        openapi_extra=_describe_page_operation(OfEntity, place),
    )
    async def preview(request: Request) -> Response:
        caller = await _caller_of(request, *scopes)
        service = service_of(request)
        id_ = read_parameters(request, OfEntity).id

        def work(entities: Reconciler) -> Response:
            if (entity := entities.entities([id_]).get(id_)) is None:
                raise NotFound("Nothing has that ID now.")
            return render_entity_preview(entities, entity, service.settings.reconcile_origins)

        return await run(request, caller, work)

    return router


def _answer_reconcile_request(
    request: Request, sent: Mapping[str, object], entities: Reconciler
) -> Response:
    """Return candidates where queries were sent, else values where they were asked for, else what
    the service can do. What was sent is read either way.
    """
    service = service_of(request)
    if "dataset" in request.path_params:
        read_parameters(request, DatasetParameters)
    queries, extend = sent.get("queries"), sent.get("extend")
    wanted = None
    if isinstance(extend, str):
        wanted = read_extension(extend, frozenset(one.id for one in entities.properties))
    if isinstance(queries, str):
        batch = read_queries(queries, entities.compared, service.now().date(), entities.words)
        return answer(build_query_results(entities, batch, entities.search(list(batch.values()))))
    if wanted:
        return answer(build_extension_answer(entities, wanted, entities.entities(wanted.ids)))
    site, path = _build_site_address(request), request.url.path
    key = urlencode({"api_key": found}) if (found := _key_in_query(request)) else ""
    council = service.settings.council_name
    return answer(build_service_manifest(entities, site, path, council, key))


def _build_site_address(request: Request) -> str:
    """Return the address of this server as the client has it: it answers under names of its own
    alone.
    """
    service = service_of(request)
    return f"{'https' if service.sign_in.secure else 'http'}://{request.headers['host'].lower()}"


_LISTS = _build_reconcile_routes(Lists.path, public_lists, Lists.properties, "match")
_DATASET = _build_reconcile_routes("dataset", public_lists, EntityLists.properties, "match")
_SUPPLIERS = _build_reconcile_routes(
    Suppliers.path, stored_suppliers, Suppliers.properties, "match", "read"
)
router = APIRouter()

router.include_router(_LISTS)

router.include_router(_SUPPLIERS)

router.include_router(_DATASET)
