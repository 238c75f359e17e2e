"""Match an entity and expand the best result, as a pipeline of FollowTheMoney data does.

Run with the Python of the clients: ADDRESS TOKEN DATASET SCHEMA PROPERTIES, the last as JSON.
"""

import json
import sys

from followthemoney import Dataset, StatementEntity
from nomenklatura import db
from nomenklatura.cache import Cache
from nomenklatura.enrich.yente import YenteEnricher


def main(address: str, token: str, dataset: str, schema: str, properties: str) -> None:
    about = Dataset.make({"name": "trial", "title": "A trial"})
    cache = Cache(db.make_session("sqlite://"), about, create=True)
    config = {"api": address, "dataset": dataset, "api_key": token}
    enricher = YenteEnricher(about, cache, config)
    data = {"id": "q", "schema": schema, "properties": json.loads(properties)}
    asked = StatementEntity.from_data(about, data)
    found = list(enricher.match(asked))
    expanded = list(enricher.expand(asked, found[0])) if found else []
    answers = {"matches": found, "expanded": expanded}
    json.dump({key: [one.to_dict() for one in some] for key, some in answers.items()}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
