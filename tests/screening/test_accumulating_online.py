"""A list whose files hold what is new: asked since the last time, and what was found stays."""

import json
import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.screening.lists.refresh import Refreshed, refresh
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
LIST = "find-a-tender"


def notice(number: int) -> dict[str, object]:
    failure = {"requirement": "Answer calls", "suppliers": [{"name": f"Zorvan {number} Ltd"}]}
    contract = {"id": "c", "implementation": {"performanceFailures": [failure]}}
    day = (NOW - timedelta(days=5)).date().isoformat()
    return {
        "ocid": f"ocds-h6vhtk-{number}",
        "id": str(number),
        "date": day,
        "contracts": [contract],
    }


@pytest.fixture
def online(
    open_workspace: Open, tmp_path: Path, server: HTTPServer, authority: tuple[ssl.SSLContext, Path]
) -> Callable[..., Refreshed]:
    """Refresh the list some days later; the server has the notices of the given numbers."""
    home = tmp_path / "accumulating"

    def run(days: int, *numbers: int, folder: Path | None = None) -> Refreshed:
        server.clear()

        def answer(request: Request) -> Response:
            if days == 0 and not server.log:
                return Response("slow down", 429, headers={"Retry-After": "1"})
            return Response(
                json.dumps({"releases": [notice(one) for one in numbers]}),
                mimetype="application/json",
            )

        server.expect_request("/releases").respond_with_handler(answer)
        address = server.url_for("/releases?from={since}")
        workspace = open_workspace(
            home,
            at=NOW + timedelta(days=days),
            addresses={"releases-{page}.json": address},
            ca_file=authority[1],
        )
        (ended,) = refresh(workspace, [LIST], folder=folder)
        names = [entry.name for entry in workspace.lists.entries(ended.version)]
        assert names == sorted(set(names), key=names.index)
        run.names = set(names)  # type: ignore[attr-defined]
        return ended

    return run


def asked_since(server: HTTPServer) -> str:
    request, _ = server.log[-1]
    return request.args["from"]


def test_what_was_found_before_stays_and_only_news_is_asked_for(
    online: Callable[..., Refreshed], server: HTTPServer, tmp_path: Path
) -> None:
    first = online(0, 1, 2)
    assert first.result == "loaded", first.error
    assert [response.status_code for _, response in server.log] == [429, 200]
    assert asked_since(server) == (NOW - timedelta(days=30)).date().isoformat()
    second = online(10, 3)
    assert asked_since(server) == (NOW - timedelta(days=3)).date().isoformat()
    assert second.version is not None
    assert second.version.entries == 3
    # A file that a person brings adds to it, and says nothing of what came after it.
    brought = tmp_path / "brought"
    brought.mkdir()
    (brought / "2025.jsonl").write_text(json.dumps(notice(4)) + "\n", "utf-8")
    assert online(20, folder=brought).result == "loaded"
    assert online(40, 5).result == "loaded"
    assert asked_since(server) == (NOW + timedelta(days=7)).date().isoformat()
    assert online.names == {f"Zorvan {number} Ltd" for number in range(1, 6)}  # type: ignore[attr-defined]


def test_a_time_without_news_is_no_fault(online: Callable[..., Refreshed]) -> None:
    online(1, 1)
    quiet = online(8)
    assert (quiet.result, quiet.error) == ("loaded", None)
    assert online.names == {"Zorvan 1 Ltd"}  # type: ignore[attr-defined]
