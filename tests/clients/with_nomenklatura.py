"""Match an entity and expand the best result, as a pipeline of FollowTheMoney data does.

Run with the Python of the clients: ADDRESS TOKEN DATASET SCHEMA PROPERTIES CONFIG, the last two as
JSON. What is refused is told as it is logged.
"""

import json
import sys
import time

from followthemoney import Dataset, StatementEntity
from nomenklatura import db
from nomenklatura.cache import Cache
from nomenklatura.enrich.common import EnrichmentException
from nomenklatura.enrich.yente import YenteEnricher


def main(
    address: str, token: str, dataset: str, schema: str, properties: str, more: str = "{}"
) -> None:
    time.sleep = lambda _: None  # it asks four times before it gives up
    about = Dataset.make({"name": "trial", "title": "A trial"})
    cache = Cache(db.make_session("sqlite://"), about, create=True)
    config = {"api": address, "dataset": dataset, "api_key": token, **json.loads(more)}
    enricher = YenteEnricher(about, cache, config)
    data = {"id": "q", "schema": schema, "properties": json.loads(properties)}
    asked = StatementEntity.from_data(about, data)
    try:
        found = list(enricher.match(asked))
    except EnrichmentException as error:
        json.dump({"matches": [], "expanded": [], "refused": [{"why": str(error)}]}, sys.stdout)
        return
    expanded = list(enricher.expand(asked, found[0])) if found else []
    answers = {"matches": found, "expanded": expanded}
    json.dump({key: [one.to_dict() for one in some] for key, some in answers.items()}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
