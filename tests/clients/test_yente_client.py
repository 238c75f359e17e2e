"""The SDK of OpenSanctions gets from here whatever it asks for."""

from pathlib import Path

import pytest

from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..conftest import NOW
from .conftest import Server, script

pytestmark = pytest.mark.browser
# What is not offered here, and what of it is said.
REFUSED = {
    "match algorithm logic-v2": "'logic-v2' is not offered here. Valid algorithms: best, ",
    "match weights": "leave it empty. There is one way to score here",
    "match config": "leave it empty. There is one way to score here",
    "search schema Company": "No list has entries of the schema 'Company'. Valid: Thing, ",
    "search filter of no field": "Unknown field 'colour'. Valid: names, countries, ",
    "search sort by no field": "Unknown field 'colour'. Valid: names, countries, ",
    "search no facet": "facets",
    "adjacent by none": "Unknown property 'ownershipOwner'. Entities here have sanctions.",
    "statements": "not available on this server",
}


def test_it_gets_what_it_asks_for(
    server: Server, clients: Path, home: Path, tmp_path: Path
) -> None:
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        loaded = ws.lists.current()
        entry = next(
            e
            for e in ws.lists.entries(loaded["un"].version)
            if e.kind == "person" and e.birth_dates and e.birth_dates[0].day
        )
    id_, born = f"un.{entry.id}", str(entry.birth_dates[0])
    said = script(
        clients, "with_yente_client.py", server.address, server.token, entry.name, born, id_,
        folder=tmp_path,
    )  # fmt: skip
    assert said["health"] == ["ok", "ok"]
    assert set(said["loaded"]) >= {"default", "sanctions", "un", "eu"}
    assert said["algorithm"] == "duediligence"
    assert said["top"] in [one["id"] for one in said["match"]["results"]]
    (one,) = [one for one in said["match"]["results"] if one["id"] == id_]
    assert one["match"] is True
    assert one["explanations"]["birth_date"]["detail"].startswith("Birth dates agree")
    assert sorted(int(key) for key, _ in said["iterated"]) == list(range(25))
    assert {number for _, number in said["iterated"]} == {min(5, len(said["match"]["results"]))}
    assert said["fetched"]["properties"]["sanctions"][0]["schema_"] == "Sanction"
    assert id_ in said["searched"]
    assert said["again"] == said["calls"]
    refused = {key: one["detail"] for key, one in said["calls"].items() if "refused" in one}
    assert refused.keys() == REFUSED.keys()
    for key, words in REFUSED.items():
        assert words in refused[key]
    assert "Unknown entity" in said["missing"]
    assert said["refused"] == 401
