"""Ask for everything that the SDK of OpenSanctions can ask for.

Run with the Python of the clients: ADDRESS TOKEN NAME BIRTHDATE ENTITY.
"""

import json
import sys

from yente_client import AuthenticationError, Client, NotFoundError, Person


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
        try:
            client.fetch("un.none")
        except NotFoundError as error:
            said["missing"] = error.detail
    with Client(base_url=address, api_key="dd_wrong") as stranger:
        try:
            stranger.datasets()
        except AuthenticationError as error:
            said["refused"] = error.status_code
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
