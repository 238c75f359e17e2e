"""Ask for everything that the SDK of OpenSanctions can ask for.

Run with the Python of the clients: ADDRESS TOKEN NAME BIRTHDATE ENTITY.
"""

import asyncio
import json
import sys
import time
from typing import Any

from yente_client import APIError, AsyncClient, AuthenticationError, Client, NotFoundError, Person


def calls(name: str, entity: str) -> dict[str, tuple[str, list[Any], dict[str, Any]]]:
    """A call of each method with each of its parameters, by what it tries.

    Not `programs`, which asks a bucket of OpenSanctions and no server of ours.
    """
    day = "2001-01-01"
    asked, match = Person(name=name), {
        "topics": {"topics": ["sanction"]},
        "datasets": {"datasets": ["default", "un"]},
        "exclude_datasets": {"exclude_datasets": ["un"]},
        "exclude_schemata": {"exclude_schemata": ["Person"]},
        "changed_since": {"changed_since": day},
        "limit": {"limit": 3},
    }  # fmt: skip
    match_only = {
        "exclude_entities": {"exclude_entities": [entity]},
        "threshold": {"threshold": 0.9},
        "cutoff": {"cutoff": 0.6},
        "algorithm best": {"algorithm": "best"},
        "algorithm logic-v2": {"algorithm": "logic-v2"},
        "weights": {"weights": {"name_literal": 0.5}},
        "config": {"config": {"nm_number_mismatch": 0.1}},
    }
    search_only = {
        "countries": {"countries": ["ru"]},
        "schema Person": {"schema": "Person"},
        "schema Company": {"schema": "Company"},
        "filter": {"filter": [f"properties.birthDate:{day}"]},
        "filter of no field": {"filter": ["colour:red"]},
        "offset": {"offset": 1},
        "sort": {"sort": ["last_change:desc", "caption"]},
        "sort by no field": {"sort": ["colour"]},
        "fuzzy": {"fuzzy": True},
        "simple": {"simple": True},
        "facets": {"facets": ["schema", "countries", "names", "identifiers", "genders"]},
        "no facet": {"facets": ["colours"]},
    }
    found = {
        f"match {key}": ("match", [asked], more) for key, more in {**match, **match_only}.items()
    }
    found |= {
        f"search {key}": ("search", [name], more) for key, more in {**match, **search_only}.items()
    }
    return found | {
        "adjacent": ("adjacent", [entity], {"limit": 5, "offset": 0, "sort": ["caption:asc"]}),
        "adjacent by": ("adjacent", [entity], {"prop": "sanctions", "limit": 5}),
        "adjacent by none": ("adjacent", [entity], {"prop": "ownershipOwner"}),
        "fetch plain": ("fetch", [entity], {"nested": False}),
        "statements": ("statements", [], {"canonical_id": entity}),
    }


def outcome(call: Any) -> Any:
    """What a call gives, or in which words it is refused."""
    try:
        return call().model_dump(mode="json")
    except APIError as error:
        return {"refused": error.status_code, "detail": error.detail}


async def ask_again(address: str, token: str, name: str, entity: str) -> dict[str, Any]:
    """The same by the client that does not wait."""
    found = {}
    async with AsyncClient(base_url=address, api_key=token) as client:
        for key, (method, given, more) in calls(name, entity).items():
            try:
                found[key] = (await getattr(client, method)(*given, **more)).model_dump(mode="json")
            except APIError as error:
                found[key] = {"refused": error.status_code, "detail": error.detail}
    return found


def main(address: str, token: str, name: str, born: str, entity: str) -> None:
    said = {}
    with Client(base_url=address, api_key=token) as client:
        said["health"] = [client.healthz().status, client.readyz().status]
        catalog = client.datasets()
        said["loaded"] = [one.name for one in catalog.datasets if one.load]
        said["algorithm"] = client.algorithms().best
        asked = Person(name=name, birthDate=born)
        answer = client.match(asked, datasets=["sanctions"], limit=20)
        said["match"] = answer.model_dump(mode="json")
        said["top"] = answer.top.id if answer.top else ""
        items = {str(number): asked for number in range(25)}
        said["iterated"] = [
            [key, len(one.results)] for key, one in client.match_iter(items.items())
        ]
        said["fetched"] = client.fetch(entity).model_dump(mode="json")
        said["searched"] = [one.id for one in client.search(name).results]
        time.sleep(1)  # a token may ask so often in a second
        said["calls"] = {
            key: outcome(lambda: getattr(client, method)(*given, **more))  # noqa: B023
            for key, (method, given, more) in calls(name, entity).items()
        }
        time.sleep(1)
        try:
            client.fetch("un.none")
        except NotFoundError as error:
            said["missing"] = error.detail
    time.sleep(1)
    said["again"] = asyncio.run(ask_again(address, token, name, entity))
    with Client(base_url=address, api_key="dd_wrong") as stranger:
        try:
            stranger.datasets()
        except AuthenticationError as error:
            said["refused"] = error.status_code
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
