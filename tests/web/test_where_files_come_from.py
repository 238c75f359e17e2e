"""What a file is and where it comes from follows from how it came, and from no request."""

import json
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from duediligence.web import uploads

from ..suppliers.forms_made import form
from .alert_office import Office, Opener, get, post
from .test_import_pages import sent, waiting, where

WAY = "/suppliers/declarations"
BODY = json.dumps(form()).encode()
CODE, KEY = "QTnhQbHM", "key-invented"
SAMPLE = b"Licence holder,Date granted\nInvented Example Ltd,2026-03-31\n"


def read_origin(office: Office) -> tuple[object, object]:
    """The origin and the file of the one form that was kept, as the audit chain has them."""
    (event,) = office.events("supplier information read")
    return event.what["origin"], event.what["file"]


@pytest.mark.parametrize(
    ("name", "query", "fields", "cookies"),
    [
        ("form.json", "?share_code=yes", {}, {}),
        ("form.json", "?origin=service&share_code=no&share_code=yes", {}, {}),
        ("form.json", "", {"share_code": "yes", "origin": "service"}, {}),
        ("form.json", "", {}, {"share_code": "yes", "origin": "service"}),
        ("answer-of-the-platform.json", "", {}, {}),
        ("service.json", "?share_code=yes", {"share_code": "yes"}, {"share_code": "yes"}),
    ],
)
def test_no_request_makes_a_file_the_answer_of_the_platform(
    office: Office, name: str, query: str, fields: dict[str, str], cookies: dict[str, str]
) -> None:
    client = office.person("Ada")
    for cookie in cookies.items():
        client.cookies.set(*cookie)
    address = where(sent(client, BODY, name, WAY + query)) + query
    get(client, address)
    post(client, address, ref="", submitted_on="", **fields)
    assert read_origin(office) == ("file", name)


def test_an_answer_of_the_platform_is_its_own_whatever_is_asked(
    httpserver: HTTPServer, open_office: Opener
) -> None:
    httpserver.expect_request(f"/share/data/{CODE}").respond_with_json(form())
    office = open_office(
        cdp_url=httpserver.url_for(""),
        private_hosts=("localhost",),
        cdp_key=KEY,
        key_hosts=("localhost", "127.0.0.1"),
        second_decision=(),
    )
    client = office.person("Ada")
    page = client.post(WAY, data={"share_code": CODE})
    address = page.url.path
    assert "Ferrowby Care Limited" in page.text, page.text
    (source,) = office.settings.home.joinpath("console", "uploads").rglob(".source")
    kept = json.loads(source.read_bytes())
    asked = httpserver.url_for("/share/data")
    assert (kept["address"], kept["who"]) == (asked, "Ada")
    assert CODE not in source.read_text("utf-8")
    post(client, f"{address}?share_code=no", ref="", submitted_on="")
    # No file has a name with a slash.
    assert read_origin(office) == ("service", asked)
    assert waiting(office) == []


def test_a_newer_file_of_a_person_replaces_the_one_that_waits_at_the_same_door(
    office: Office,
) -> None:
    ada, bea = office.person("Ada"), office.person("Bea")
    first = where(sent(ada, BODY, "first.json", WAY))
    sent(ada, b"Supplier,Ref\nInvented Example Ltd,S9\n")
    sent(bea, BODY, "hers.json", WAY)
    refused = sent(ada, b"{", "broken.json", WAY)
    assert refused.errors()
    assert get(ada, first).status == 200, "one that is refused replaces nothing"
    second = where(sent(ada, BODY, "second.json", WAY))
    assert sorted(one.name for one in waiting(office)) == ["hers.json", "new.csv", "second.json"]
    assert ada.get(first).status_code == 404
    assert get(ada, second).status == 200


def test_a_file_is_found_at_its_own_door_by_its_own_bytes_alone(office: Office) -> None:
    client = office.person("Ada")
    address = where(sent(client, BODY, "form.json", WAY))
    key = address.rpartition("/")[2]
    for door in ("/suppliers/import", "/alerts/import", "/suppliers/contract-notices"):
        assert client.get(f"{door}/{key}").status_code == 404, door
    (path,) = waiting(office)
    path.write_bytes(BODY + b"\n")
    assert client.get(address).status_code == 404


def test_more_than_a_person_may_have_waiting_is_refused_with_what_to_do(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = office.person("Ada")
    sent(client, BODY, "form.json", WAY)
    monkeypatch.setattr(uploads, "MOST_WAITING", 3 * len(BODY))
    page = sent(client, b"Supplier,Ref\n" + b"Invented Example Ltd,S9\n" * 400)
    ((field, words),) = page.errors()
    assert field == "#file"
    assert "Confirm or cancel one of those" in words
    assert [one.name for one in waiting(office)] == ["form.json"]


def test_the_server_never_reads_a_sample_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("read by the server")

    for module in ("tables", "reading", "starter"):
        monkeypatch.setattr(f"duediligence.council_registers.{module}.read_grid", refuse)
    client = office.person("Ada", "administrator")
    answer = client.post("/set-up/own-registers", files={"file": ("r.csv", SAMPLE)})
    assert answer.status_code == 200, answer.text
    (kept,) = Path(waiting(office)[0]).parent.glob(".reading")
    before = kept.stat().st_mtime_ns
    page = get(client, answer.url.path)
    assert "Licence holder" in page.text
    assert kept.stat().st_mtime_ns == before, "what was read once is shown again"
