"""A client of the Reconciliation API, with the key of a token in its addresses."""

import json
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from duediligence.screening.workspace import account
from duediligence.store.console import Scope, fingerprint
from duediligence.web.service import Service

OPENREFINE = "http://127.0.0.1:3333"


def make_key(service: Service, *scopes: Scope, days: int = 1, who: str = "") -> str:
    """The secret of a new token of whoever runs the tests, or of that account."""
    secret, now = secrets.token_urlsafe(32), service.clock()
    with service.console() as store, closing(sqlite3.connect(store.path)) as db, db:
        db.execute(
            "INSERT INTO tokens (id, sha256, name, account, scopes, made, expires) "
            "VALUES (?, ?, 'OpenRefine', ?, ?, ?, ?)",
            (
                secrets.token_hex(4),
                fingerprint(secret),
                who or account(),
                ",".join(scopes),
                now.isoformat(),
                (now + timedelta(days=days)).isoformat(),
            ),
        )
    return secret


def end_keys(service: Service) -> None:
    """End every token."""
    with service.console() as store, closing(sqlite3.connect(store.path)) as db, db:
        db.execute("UPDATE tokens SET ended = ?", (service.clock().isoformat(),))


@dataclass
class Reconciling:
    """One service of the standard, as a client sees it: no cookie, and never a redirect."""

    client: TestClient
    key: str
    path: str

    @property
    def root(self) -> str:
        return f"/reconcile/{self.key}/{self.path}"

    def get(self, below: str = "", **parameters: str) -> Response:
        headers = {"Origin": OPENREFINE, "Sec-Fetch-Site": "same-site"}
        return self.client.get(self.root + below, params=parameters, headers=headers)

    def post(self, **form: str) -> Response:
        """As OpenRefine's server does, which is no browser."""
        headers = {"Origin": "", "Sec-Fetch-Site": ""}
        request = self.client.build_request("POST", self.root, data=form, headers=headers)
        for name in headers:
            del request.headers[name]
        return self.client.send(request)

    def match(self, query: str | None = None, **more: Any) -> dict[str, Any]:
        """The result of one query; `properties` are values by id."""
        properties = [{"pid": pid, "v": v} for pid, v in more.pop("properties", {}).items()]
        asked = {**more, **({} if query is None else {"query": query})}
        if properties:
            asked["properties"] = properties
        answer = self.post(queries=json.dumps({"q": asked}))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["q"]
        return found

    def ids(self, query: str | None = None, **more: Any) -> list[str]:
        """The ids of the candidates of one query."""
        return [one["id"] for one in self.match(query, **more)["result"]]

    def matched(self, query: str | None = None, **more: Any) -> list[str]:
        """The ids of those candidates that need nobody's eye."""
        return [one["id"] for one in self.match(query, **more)["result"] if one["match"]]

    def extend(self, ids: list[str], *properties: str, **settings: Any) -> dict[str, Any]:
        asked = {"ids": ids, "properties": [{"id": p, "settings": settings} for p in properties]}
        answer = self.post(extend=json.dumps(asked))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found
