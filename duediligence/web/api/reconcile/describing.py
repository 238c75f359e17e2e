"""The operations in the OpenAPI document, as far as they are unlike others: forms, an answer that
may be one of three, and a key in the address.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from duediligence.web.api.describing import operation
from duediligence.web.api.reconcile.answers import ExtensionAnswer, QueryResult
from duediligence.web.api.reconcile.manifest import Manifest
from duediligence.web.api.reconcile.queries import BATCH, ExtendRequest, ReconcileQuery

_KEY = {
    "key": (
        "A token of scope `match`, for suppliers of scope `read` too. It stands in the address, "
        "because clients of this standard send no headers.",
        "dd_an-invented-token",
    )
}
# The key is in the address: 401 and 403 come without the header that others get.
_PROBLEMS = (400, 401, 403, 404, 413, 422, 429, 503)


def plain(kind: type[msgspec.Struct], query: type[msgspec.Struct]) -> dict[str, Any]:
    """Return an operation with parameters in the address, which answers with JSON of one kind."""
    return operation(answer=kind, query=query, path=_KEY, problems=_PROBLEMS, public=True)


def describe_page_operation(query: type[msgspec.Struct]) -> dict[str, Any]:
    """Return an operation that answers with a page."""
    found = operation(answer=Manifest, query=query, path=_KEY, problems=_PROBLEMS, public=True)
    found["responses"]["200"]["content"] = {"text/html": {"schema": {"type": "string"}}}
    return found


def describe_query_operation(properties: Iterable[str], *, in_address: bool) -> dict[str, Any]:
    """Return the operation at the root of a service: without queries and ids it gives the manifest.

    `properties` are the ids of those that can be added to rows.
    """
    found = operation(answer=Manifest, path=_KEY, problems=_PROBLEMS, public=True)
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
