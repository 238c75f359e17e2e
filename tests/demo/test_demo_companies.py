"""The invented companies hang together, and their server answers as the API is known to."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from duediligence.demo.server import load_demo_answers, serve_demo_api
from duediligence.model import company_number
from tests.rows import for_each

DOCUMENTS = load_demo_answers()
SUPPLIERS = Path(__file__).parents[2] / "duediligence" / "demo" / "suppliers.csv"


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.auth = ("any key", "")
        yield session


@pytest.fixture(scope="module")
def get(session: requests.Session) -> Iterator[Any]:
    with serve_demo_api(limit=100_000) as base:
        yield lambda path, **more: session.get(f"{base}/{path}", timeout=5, **more)


@for_each("path", sorted(DOCUMENTS))
def test_a_file_is_named_after_its_path_and_counts_its_items(path: str) -> None:
    body = DOCUMENTS[path]
    if path.endswith(".error"):
        assert body["error"]
        return
    if "self" in body.get("links", {}):
        assert body["links"]["self"] == f"/{path}"
    if "items" in body:
        assert body.get("total_results", body.get("total_count")) == len(body["items"])
    if re.fullmatch(r"company/\w+", path):
        assert body["company_number"] == path.removeprefix("company/")


@for_each("path", sorted(p for p in DOCUMENTS if re.fullmatch(r"company/\w+", p)))
def test_whatever_a_company_links_to_is_answered(get: Any, path: str) -> None:
    profile = get(path).json()
    for name, link in profile["links"].items():
        assert get(link.removeprefix("/")).status_code == 200, name
    for officer in get(f"{path}/officers").json()["items"]:
        appointments = get(officer["links"]["officer"]["appointments"].removeprefix("/")).json()
        assert appointments["date_of_birth"] == officer["date_of_birth"]
        there = [a["appointed_to"]["company_number"] for a in appointments["items"]]
        assert profile["company_number"] in there


def test_nobody_can_take_the_companies_for_real() -> None:
    for path, body in DOCUMENTS.items():
        if re.fullmatch(r"company/\w+", path):
            assert re.match(r"9900|SC990", body["company_number"])
            assert re.fullmatch(
                r"ZY\d+ \d[A-Z]{2}", body["registered_office_address"]["postal_code"]
            )


def test_every_numbered_supplier_of_the_demo_has_a_company_and_one_cannot_be_checked(
    get: Any,
) -> None:
    with SUPPLIERS.open(encoding="utf-8", newline="") as file:
        numbers = [n for row in csv.DictReader(file) if (n := row["Company No"].strip())]
    answers = {n: get(f"company/{company_number(n)}").status_code for n in numbers}
    assert sorted(n for n, status in answers.items() if status != 200) == ["99002601"]
    assert answers["99002601"] == 500
    assert get("company/99002601/officers").status_code == 500


def test_two_steps_above_a_supplier_stands_somebody_on_the_demo_list(get: Any) -> None:
    (owner,) = [
        o
        for o in get("company/99002101/persons-with-significant-control").json()["items"]
        if not o["ceased"]
    ]
    number = owner["identification"]["registration_number"]
    (above,) = get(f"company/{number}/persons-with-significant-control").json()["items"]
    assert above["name"] == "Mr Dragomir Petrosyanov"
    assert above["date_of_birth"] == {"month": 3, "year": 1968}


def test_a_page_at_a_time(get: Any) -> None:
    path = "company/99002101/filing-history"
    whole = get(path).json()
    assert whole["items_per_page"] == 25
    pages = [
        get(path, params={"items_per_page": 1, "start_index": start}).json()
        for start in range(whole["total_count"])
    ]
    assert [p["items"][0] for p in pages] == whole["items"]
    assert {p["total_count"] for p in pages} == {len(whole["items"])}
    beyond = get(path, params={"start_index": 500}).json()
    assert beyond["items"] == []
    officer = next(p for p in DOCUMENTS if p.startswith("officers/"))
    assert get(officer, params={"items_per_page": 500}).json()["items_per_page"] == 50


def test_filings_by_category(get: Any) -> None:
    path = "company/99002401/filing-history"
    filings = get(path, params={"category": "gazette"}).json()
    assert [f["description"] for f in filings["items"]] == ["gazette-notice-compulsory"]
    assert filings["total_count"] == 1
    both = get(path, params={"category": "gazette,accounts"}).json()
    assert both["total_count"] == 2


def test_what_is_not_there(get: Any) -> None:
    missing = get("company/99009999")
    assert missing.status_code == 404
    assert missing.json()["errors"][0]["error"] == "company-profile-not-found"
    for part in ("officers", "persons-with-significant-control"):
        empty = get(f"company/99009999/{part}")
        assert empty.status_code == 200
        assert empty.json()["items"] == []
        assert empty.json()["total_results"] == 0
    for part in ("charges", "insolvency", "exemptions"):
        assert get(f"company/99002501/{part}").status_code == 404
    assert get("company/1234").status_code == 500
    assert get("officers/nobody/appointments").status_code == 404
    assert get("../suppliers.csv").status_code == 404
    assert get(quote("company/../company", safe="")).status_code in (404, 500)


def test_search(get: Any) -> None:
    found = get("search/companies", params={"q": "Harrowgate & Penwith Security"}).json()
    assert found["kind"] == "search#companies"
    assert found["items"][0]["company_number"] == "99003101"
    former = get("search/companies", params={"q": "Wickhamsted and Thornquay Cleaning"}).json()
    assert former["items"][0]["company_number"] == "99002101"
    assert get("search/companies", params={"q": "Polwithen Roofing"}).json()["items"] == []
    people = get("search/disqualified-officers", params={"q": "Leopold Harkenstone"}).json()
    (person,) = people["items"]
    assert person["date_of_birth"] == "1971-06-03"
    record = get(person["links"]["self"].removeprefix("/")).json()
    assert record["disqualifications"][0]["disqualified_until"] == "2031-05-09"
    assert get("search/disqualified-officers", params={"q": "Nobody Atall"}).json()["items"] == []


@for_each("authorization", [None, "Bearer x", "Basic ???", "Basic Og=="])
def test_no_key_no_answer(authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    with serve_demo_api() as base:
        answer = requests.get(f"{base}/company/99001001", headers=headers, timeout=5)
    assert answer.status_code == 401
    assert "Authorization header" in answer.json()["error"]
    assert answer.json()["type"] == "ch:service"


def test_the_limit_is_told_and_kept_for_each_key() -> None:
    with serve_demo_api(limit=2) as base:
        url = f"{base}/company/99001001"
        answers = [requests.get(url, auth=("one", ""), timeout=5) for _ in range(3)]
        other = requests.get(url, auth=("two", ""), timeout=5)
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert [a.headers["X-Ratelimit-Remain"] for a in answers] == ["1", "0", "0"]
    assert answers[0].headers["X-Ratelimit-Limit"] == "2"
    assert answers[0].headers["X-Ratelimit-Window"] == "5m"
    assert int(answers[2].headers["X-Ratelimit-Reset"]) > 1_700_000_000
    assert other.status_code == 200


def test_an_answer_that_is_held_already_is_not_sent_again(get: Any) -> None:
    first = get("company/99001001")
    again = get("company/99001001", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
