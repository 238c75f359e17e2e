"""nomenklatura's enricher for yente finds listed parties here, and expands them."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from duediligence.model import ListEntry
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.web.api.entities import nested_entity

from ..conftest import NOW
from .conftest import Server, script

pytestmark = pytest.mark.browser


@pytest.fixture
def entries(home: Path) -> list[ListEntry]:
    """Every entry of every list."""
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        loaded = ws.lists.current().values()
        return [entry for one in loaded for entry in ws.lists.entries(one.version)]


def enrich(
    server: Server,
    clients: Path,
    folder: Path,
    schema: str,
    config: dict[str, Any] | None = None,
    **properties: list[str],
) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = script(
        clients, "with_nomenklatura.py", server.address, server.token, "default", schema,
        json.dumps(properties), json.dumps(config or {}), folder=folder,
    )  # fmt: skip
    return found


def test_each_setting_of_the_enricher_passes_or_is_refused(
    server: Server, clients: Path, entries: list[ListEntry], tmp_path: Path
) -> None:
    entry = next(e for e in entries if (e.list_id, e.kind) == ("un", "person"))
    settings: list[dict[str, Any]] = [
        {"cutoff": 0.6},
        {"algorithm": "duediligence"},
        {"fuzzy": True},
        {"expand_nested": False},
        {"strip_namespace": True},
        {"dataset": "sanctions"},
    ]
    for config in settings:
        found = enrich(server, clients, tmp_path, "Person", config, name=[entry.name])
        assert found["matches"], config
        nested = config.get("expand_nested", True)
        assert len(found["expanded"]) == (2 if nested else 1), config
    refused = enrich(
        server, clients, tmp_path, "Person", {"algorithm": "logic-v2"}, name=[entry.name]
    )
    assert refused["refused"]
    assert "400" in refused["refused"][0]["why"]


def test_a_person_is_matched_and_expanded(
    server: Server, clients: Path, entries: list[ListEntry], tmp_path: Path
) -> None:
    entry = next(
        e for e in entries if (e.list_id, e.kind) == ("un", "person") and e.birth_dates[0].day
    )
    found = enrich(
        server, clients, tmp_path, "Person",
        name=[entry.name], birthDate=[str(entry.birth_dates[0])],
    )  # fmt: skip
    ids = [one["id"] for one in found["matches"]]
    assert f"un.{entry.id}" in ids
    address = f"{server.address}entities/{ids[0]}"
    assert address in found["matches"][0]["properties"]["sourceUrl"]
    assert [one["schema"] for one in found["expanded"]] == ["Person", "Sanction"]
    assert found["expanded"][1]["properties"]["entity"] == [ids[0]]


def test_nobody_is_found_for_a_name_on_no_list(
    server: Server, clients: Path, tmp_path: Path
) -> None:
    found = enrich(server, clients, tmp_path, "Company", name=["Zyxwomble Upholstery Ltd"])
    assert found == {"matches": [], "expanded": []}


def test_what_no_list_has_entries_of_ends_no_pipeline(
    server: Server, clients: Path, tmp_path: Path
) -> None:
    found = enrich(server, clients, tmp_path, "Address", full=["1 High Street, Porthvellan"])
    assert found["matches"] == []


def test_every_entry_is_an_entity_that_followthemoney_knows(
    server: Server, clients: Path, entries: list[ListEntry], tmp_path: Path
) -> None:
    """Of each kind and list: each property is one of its schema, and each value one it keeps."""
    lists = server.service.lookups.lists
    public = [entry for entry in entries if entry.list_id in lists.versions]
    written = tmp_path / "entities.json"
    written.write_bytes(msgspec.json.encode([nested_entity(lists, entry) for entry in public]))
    dropped = script(clients, "read_entities.py", str(written), folder=tmp_path)
    assert len(public) > 100
    assert dropped == []
