"""The log of exchanges in the console: counts and times, and no item."""

from pathlib import Path

from starlette.testclient import TestClient

from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.web.service import Service

from ..conftest import NOW
from ..sharing.exchanges.homes import firms, opened_in
from .alert_office import get


def test_the_log_has_purpose_and_counts_and_no_item(
    client: TestClient, service: Service, tmp_path: Path
) -> None:
    assert "There was no exchange." in get(client, "/exchanges").text
    with Workspace(Settings(home=service.home), now=lambda: NOW, who="Ada") as ws:
        opened_in(ws, tmp_path)
    page = get(client, "/exchanges")
    (row,) = page.rows()
    assert row[1:5] == [
        "ISA-2026-EXCHANGE",
        "Example Council",
        "Find suppliers that both hold",
        "we asked: opened",
    ]
    assert row[-4:] == ["3", "64 asked, 64 held", "100 %", "3"]
    for one in firms(3, 1):
        assert one["name"] not in page.text
