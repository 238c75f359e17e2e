"""The table of the operations of the API, as its OpenAPI document has them."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from duediligence.model.audit import ROLES, Action, is_action_allowed
from duediligence.web.api.describing import extend_openapi_document
from duediligence.web.app import API_ROUTERS

HEAD = "| request | what it does | scope | role |\n|---|---|---|---|\n"


def table() -> str:
    """Every operation, what a token needs for it, and which role its account."""
    return HEAD + "".join(_rows())


def _rows() -> Iterator[str]:
    app = FastAPI()
    for router in API_ROUTERS:
        app.include_router(router)
    extend_openapi_document(app)
    for path, methods in app.openapi()["paths"].items():
        for method, one in methods.items():
            request = f"`{method.upper()} {path}`"
            cells = (request, one["summary"], _scope(path, one), _roles(one))
            yield f"| {' | '.join(cells)} |\n"


def _scope(path: str, operation: dict[str, Any]) -> str:
    if "{key}" in path:  # a token is part of the address
        return "match, read" if path.startswith("/reconcile/{key}/suppliers") else "match"
    needed: str = operation.get("x-scope", "")
    return needed or ("match" if operation.get("security") else "no token")


def _roles(operation: dict[str, Any]) -> str:
    action: Action = operation.get("x-action", "read")
    if is_action_allowed(None, action):
        return "any"
    return ", ".join(role for role in ROLES if is_action_allowed(role, action))
