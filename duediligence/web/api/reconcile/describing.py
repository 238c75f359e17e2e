"""The operations in the OpenAPI document, as far as they are unlike others: forms, an answer that
may be one of three, and a key in the address.
"""

from typing import Any

import msgspec

from duediligence.web.api.describing import operation
from duediligence.web.api.reconcile.answers import ExtensionAnswer, QueryResult
from duediligence.web.api.reconcile.manifest import Manifest

_KEY = {
    "key": (
        "A token of scope `match`, for suppliers of scope `read` too. It stands in the address, "
        "because clients of this standard send no headers.",
        "dd_an-invented-token",
    )
}
# The key is in the address: 401 and 403 come without the header that others get.
_PROBLEMS = (400, 401, 403, 413, 422, 429, 503)
_QUERIES = {
    "type": "string",
    "description": "JSON: the queries, each under a key of the client's own; at most 100.",
}
_EXTEND = {
    "type": "string",
    "description": "JSON: the ids of entities, and the properties to give of each.",
}


def plain(
    kind: type[msgspec.Struct], query: type[msgspec.Struct], *problems: int
) -> dict[str, Any]:
    """An operation with parameters in the address, which answers with JSON of one kind."""
    return operation(
        answer=kind, query=query, path=_KEY, problems=(*_PROBLEMS, *problems), public=True
    )


def page(query: type[msgspec.Struct]) -> dict[str, Any]:
    """An operation that answers with a page."""
    found = operation(
        answer=Manifest, query=query, path=_KEY, problems=(*_PROBLEMS, 404), public=True
    )
    found["responses"]["200"]["content"] = {"text/html": {"schema": {"type": "string"}}}
    return found


def queries(*, in_address: bool) -> dict[str, Any]:
    """The operation at the root of a service: by GET it gives the manifest, too."""
    found = operation(answer=Manifest, path=_KEY, problems=_PROBLEMS, public=True)
    batch = {"type": "object", "additionalProperties": _reference(QueryResult)}
    answers = [batch, _reference(ExtensionAnswer)]
    if in_address:
        answers.append(_reference(Manifest))
        found["parameters"] += [
            {"name": name, "in": "query", "required": False, "schema": schema}
            for name, schema in (("queries", _QUERIES), ("extend", _EXTEND))
        ]
    else:
        form = {"type": "object", "properties": {"queries": _QUERIES, "extend": _EXTEND}}
        found["requestBody"] = {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": form}},
        }
    found["responses"]["200"]["content"] = {"application/json": {"schema": {"anyOf": answers}}}
    return found


def _reference(kind: type[msgspec.Struct]) -> dict[str, str]:
    content = operation(answer=kind, public=True)["responses"]["200"]["content"]
    found: dict[str, str] = content["application/json"]["schema"]
    return found
