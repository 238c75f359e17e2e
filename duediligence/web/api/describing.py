"""The OpenAPI document: what each operation takes and answers, made of the same classes that read
and write it.

Requests are read by msgspec, which takes a fifth of the time of pydantic; so FastAPI learns from
here what is in them.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI

from duediligence.web.api.problems import MEDIA_TYPE, Problem, YenteProblem
from duediligence.web.rates import RETRY_AFTER

_REF = "#/components/schemas/{name}"
_REQUIRED_HEADERS: Mapping[int, tuple[str, str]] = {
    401: ("WWW-Authenticate", "How to show a token."),
    429: (RETRY_AFTER, "Seconds after which to ask again."),
    503: (RETRY_AFTER, "Seconds after which to ask again."),
}
_MEANINGS: Mapping[int, str] = {
    400: "The request cannot be used.",
    401: "There is no token, or one that is unknown, expired or ended.",
    403: "The token lacks the scope.",
    404: "There is nothing of that name.",
    413: "More was sent, or asked for, than is answered at once.",
    415: "The body is not of a type that is read here.",
    422: "The request is not as it is described.",
    429: "The token was used too often.",
    503: "The lists are not open yet, too much waits, or not everything could be checked.",
}
DATASET = ("A list, `default`, or a topic of lists.", "default")
TOKEN: tuple[dict[str, list[str]], ...] = ({"token": []}, {"apiKey": []})
_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token that a person made."},
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "The same token.",
    },
}

# Every class that an operation describes; `extend_openapi_document` writes them into the document.
_classes: dict[str, type[msgspec.Struct]] = {}


def operation(
    *,
    answer: type[msgspec.Struct],
    problems: Iterable[int] = (),
    query: type[msgspec.Struct] | None = None,
    path: Mapping[str, tuple[str, str]] | None = None,
    body: type[msgspec.Struct] | None = None,
    headers: Mapping[str, str] | None = None,
    public: bool = False,
    also: Mapping[int, str] | None = None,
    links: Mapping[str, tuple[str, str]] | None = None,
    of_yente: bool = False,
) -> dict[str, Any]:
    """Return what FastAPI's `openapi_extra` is to be for an operation.

    `path` has the parts of the address, what each is and an example; `headers` those of the
    answer. `also` are further statuses with an empty answer. `links` has, by operation, the
    parameter of it that a place in the answer gives. Without `public` the operation needs a token.
    Errors `of_yente` are as yente has them.
    """
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": what,
            "schema": {"type": "string", "minLength": 1, "maxLength": 400, "examples": [example]},
        }
        for name, (what, example) in (path or {}).items()
    ]
    found: dict[str, Any] = {
        "parameters": parameters + (_describe_parameters(query) if query else []),
        "responses": {
            "200": {
                "content": {"application/json": {"schema": _reference_schema(answer)}},
                **_describe_headers((headers or {}).items()),
                **_describe_links(links or {}),
            },
            **{str(status): {"description": what} for status, what in (also or {}).items()},
            **{
                str(status): _describe_problem(status, of_yente=of_yente)
                for status in (*problems, *(() if public else (401, 403)))
            },
        },
    }
    if body:
        content = {"application/json": {"schema": _reference_schema(body)}}
        found["requestBody"] = {"required": True, "content": content}
    if not public:
        found["security"] = list(TOKEN)
    return found


def _describe_links(links: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    found = {
        operation_id: {
            "operationId": operation_id,
            "parameters": {parameter: f"$response.body#/{place}"},
        }
        for operation_id, (parameter, place) in links.items()
    }
    return {"links": found} if found else {}


def extend_openapi_document(app: FastAPI) -> None:
    """Have the document of `app` hold the classes of all operations."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        kept = document.setdefault("components", {}).setdefault("schemas", {})
        _, schemas = msgspec.json.schema_components(list(_classes.values()), ref_template=_REF)
        kept.update(schemas)
        document["components"]["securitySchemes"] = _SCHEMES
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _reference_schema(kind: type[msgspec.Struct]) -> dict[str, str]:
    _classes[kind.__name__] = kind
    return {"$ref": _REF.format(name=kind.__name__)}


def _describe_problem(status: int, *, of_yente: bool) -> dict[str, Any]:
    header = _REQUIRED_HEADERS.get(status)
    media, shape = ("application/json", YenteProblem) if of_yente else (MEDIA_TYPE, Problem)
    return {
        "description": _MEANINGS.get(status, HTTPStatus(status).phrase),
        "content": {media: {"schema": _reference_schema(shape)}},
        **_describe_headers([header] if header else ()),
    }


def _describe_headers(named: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found = {name: {"description": what, "schema": {"type": "string"}} for name, what in named}
    return {"headers": found} if found else {}


def _describe_parameters(query: type[msgspec.Struct]) -> list[dict[str, Any]]:
    """Return the fields of a class as parameters of the address."""
    _, schemas = msgspec.json.schema_components([query], ref_template=_REF)
    described = schemas[query.__name__]
    required = described.get("required", ())
    found = []
    for name, schema in described["properties"].items():
        what = schema.pop("description", "")
        found.append(
            {
                "name": name,
                "in": "query",
                "required": name in required,
                "schema": schema,
                **({"description": what} if what else {}),
            }
        )
    return found
