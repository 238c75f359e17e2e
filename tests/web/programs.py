"""A program that asks the API with a token, and the tokens that tests make."""

from collections.abc import Sequence
from typing import Any

from starlette.testclient import TestClient

from duediligence.casework.tokens import make_token
from duediligence.screening.workspace import find_process_account
from duediligence.web.people import Viewer
from duediligence.web.service import Service

Json = dict[str, Any]


def token(service: Service, *scopes: str, days: int = 30) -> str:
    """A new token for whoever runs the tests."""
    who = find_process_account()
    with service.workspace(Viewer(account=who, name=who)) as workspace:
        return make_token(workspace, "a test", scopes or ("match",), days)[1]


def query(name: str | Sequence[str], schema: str = "LegalEntity", **properties: str) -> Json:
    """A query about a party."""
    names = [name] if isinstance(name, str) else list(name)
    known = {key: [value] for key, value in properties.items()}
    return {"schema": schema, "properties": {"name": names, **known}}


def match(client: TestClient, *queries: Json, dataset: str = "default", **parameters: Any) -> Json:
    """What `/match` answers to the queries, each under its number."""
    answer = client.post(
        f"/match/{dataset}",
        json={"queries": {str(number): one for number, one in enumerate(queries)}},
        params=parameters,
    )
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found
