"""How the operations of this version stand in the OpenAPI document."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from duediligence.model.audit import Action
from duediligence.store.console import Scope
from duediligence.web.api.describing import operation
from duediligence.web.api.problems import MEDIA_TYPE, Problem
from duediligence.web.api.v1.calls import Endpoint, Handler, answer_calls

ETAG: Final = "Names this state."
_OBJECT: Final = {"schema": {"type": "object"}}
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}


def serve_operation(
    route: Callable[..., Callable[[Endpoint], Endpoint]],
    path: str,
    *,
    operation_id: str,
    summary: str,
    scope: Scope,
    action: Action,
    done: Mapping[int, type[msgspec.Struct]] | None = None,
    files: Iterable[str] = (),
    problems: Iterable[int] = (),
    conflict: type[Problem] | None = None,
    query: type[msgspec.Struct] | None = None,
    parts: Mapping[str, tuple[str, str]] | None = None,
    body: type[msgspec.Struct] | None = None,
    body_required: bool = True,
    form: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    sent: Mapping[str, str] | None = None,
    links: Mapping[str, tuple[str, str]] | None = None,
) -> Callable[[Handler], Endpoint]:
    """Return a decorator of what answers an operation; what is not said here is as for `operation`.

    `route` is the method of a router, such as `router.get`; `parts` describes the parts of the
    `path`.

    `scope` is what the token needs, and `action` what its account must be allowed to do. `done` has
    by status what is answered, or `files` the media types that come with 200 instead; `conflict`
    is a problem document that says more. `form` are the fields of a form with a file, `sent`
    headers of the request and what each is.
    """
    answers = dict(done or {200: Problem})
    described_each = {
        status: operation(
            answer=kind, query=query, path=parts, body=body, headers=headers, links=links
        )
        for status, kind in answers.items()
    }
    found = operation(answer=next(iter(answers.values())), problems=problems)
    found |= {
        name: value
        for name, value in next(iter(described_each.values())).items()
        if name in ("parameters", "requestBody")
    }
    responses = found["responses"]
    del responses["200"]
    for status, one in described_each.items():
        responses[str(status)] = {"description": "Done.", **one["responses"]["200"]}
    if files:
        responses["200"]["content"] = {
            one: _OBJECT if one == "application/json" else _BINARY for one in files
        }
    if conflict:
        (content,) = operation(answer=conflict)["responses"]["200"]["content"].values()
        responses["409"]["content"] = {MEDIA_TYPE: content}
    if body and not body_required:
        found["requestBody"]["required"] = False
    if form:
        content = {"multipart/form-data": {"schema": form}}
        found["requestBody"] = {"required": True, "content": content}
    found["parameters"] += [
        {
            "name": name,
            "in": "header",
            "required": False,
            "description": what,
            "schema": {"type": "string"},
        }
        for name, what in (sent or {}).items()
    ]
    found |= {"x-scope": scope, "x-action": action}
    listed = route(
        path,
        operation_id=operation_id,
        summary=summary,
        status_code=next(iter(answers)),
        openapi_extra=found,
    )
    answered = answer_calls(scope, by_form=bool(form))
    return lambda handler: listed(answered(handler))
