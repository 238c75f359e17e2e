"""A share code asked of the platform: by a person, with the key alone, and kept nowhere."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from duediligence.casework.supplier_information import fetch_information
from duediligence.errors import FetchFailed, Invalid, NotFound, UnreadableFile, UsageError
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..homes import read_as_another_program
from ..suppliers.forms_made import form

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
CODE, KEY = "QTnhQbHM", "key-invented"


class Platform:
    """Answers as the data sharing service does, or with `status`."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[Request] = []
        self.status = 200
        self.code = CODE
        server.clear()
        server.expect_request("/share/data/" + CODE).respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        self.asked.append(request)
        if self.status != 200:
            return Response('{"title": "Invented"}', self.status, content_type="application/json")
        if request.headers.get("CDP-Api-Key") != KEY:
            return Response(status=401)
        return Response(
            json.dumps(form(form={"shareCode": self.code})), content_type="application/json"
        )


@pytest.fixture(scope="module")
def server() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1", port=0) as running:
        yield running


@pytest.fixture
def platform(server: HTTPServer) -> Platform:
    return Platform(server)


@pytest.fixture
def workspace(server: HTTPServer, tmp_path: Path) -> Iterator[Workspace]:
    settings = Settings(
        home=tmp_path / "home",
        cdp_url=server.url_for(""),
        cdp_key=KEY,
        key_hosts=("127.0.0.1",),
    )
    with Workspace(settings, now=lambda: NOW, backoff=0.01) as opened:
        yield opened


def test_the_form_is_asked_for_with_the_key_in_its_header_and_kept_nowhere(
    workspace: Workspace, platform: Platform
) -> None:
    answer = fetch_information(workspace, CODE)
    assert json.loads(answer.body) == form()
    assert answer.forms[0].origin == "service"
    (request,) = platform.asked
    assert "Authorization" not in request.headers
    held = read_as_another_program(workspace.home).values()
    assert not any(b"Quillfeather" in one for one in held)


def test_each_refusal_is_said_in_words_and_a_refused_key_is_not_tried_again(
    workspace: Workspace, platform: Platform
) -> None:
    for status, kind, words in (
        (401, FetchFailed, "refused the key"),
        (403, FetchFailed, "refused the key"),
        (429, FetchFailed, "asked too often"),
        (404, NotFound, "does not know this share code"),
        (302, FetchFailed, "302"),
    ):
        platform.asked.clear()
        platform.status = status
        with pytest.raises(kind, match=words) as refused:
            fetch_information(workspace, CODE)
        assert KEY not in f"{refused.value.message} {refused.value.hint}"
        assert CODE not in f"{refused.value.message} {refused.value.hint}"
        assert "Companies House" not in str(refused.value.hint)
        assert len(platform.asked) == 1


def test_the_form_of_another_share_code_is_refused(
    workspace: Workspace, platform: Platform
) -> None:
    platform.code = "OTHRcode"
    with pytest.raises(UnreadableFile, match="another share code"):
        fetch_information(workspace, CODE)


def test_nothing_is_asked_for_what_is_no_share_code_or_without_a_key(
    workspace: Workspace, platform: Platform, tmp_path: Path
) -> None:
    for code in ("", "QTnhQbH", "QTnhQbHM0", "../../etc", "QTnh QbH"):
        with pytest.raises(Invalid):
            fetch_information(workspace, code)
    with (
        Workspace(Settings(home=tmp_path / "other")) as other,
        pytest.raises(UsageError, match="no key"),
    ):
        fetch_information(other, CODE)
    assert platform.asked == []


def test_the_key_goes_to_the_platform_and_its_sandbox_alone(tmp_path: Path) -> None:
    own = "https://data-sharing.supplier-information.find-tender.service.gov.uk"
    sandbox = own.replace("sharing.", "sharing.integration.")
    assert Settings(home=tmp_path, cdp_url=sandbox).address_of_key("cdp_url") == sandbox
    for other in ("https://example.org", sandbox + ".example.org", "https://integration.gov.uk"):
        with pytest.raises(UsageError, match="may not be sent"):
            Settings(home=tmp_path, cdp_url=other).address_of_key("cdp_url")
