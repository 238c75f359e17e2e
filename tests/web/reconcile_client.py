"""A client of the Reconciliation API, with the key of a token in its addresses."""

import json
from dataclasses import dataclass
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from duediligence.casework.tokens import end_token, tokens_of
from duediligence.screening.workspace import find_process_account
from duediligence.web.people import Viewer
from duediligence.web.service import Service

OPENREFINE = "http://127.0.0.1:3333"


def end_keys(service: Service) -> None:
    """End every token of whoever runs the tests."""
    with service.workspace(Viewer(account=find_process_account(), name="Somebody")) as workspace:
        for token in tokens_of(workspace):
            end_token(workspace, token.id)


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
