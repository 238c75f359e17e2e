"""The API of yente: what is found, what could not be checked, and what is refused."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from duediligence.matching import Subject
from duediligence.model import ListEntry, Name
from duediligence.render.saying import sentence_of
from duediligence.screening.lists.refresh import drop
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.lists import Failure
from duediligence.web.api.entities import PROPERTIES, entity_id, entry_key
from duediligence.web.service import Service
from tests.recorded import record
from tests.rows import for_each

from ..conftest import NOW
from ..homes import read_as_another_program
from .conftest import browser, wait_until_ready
from .programs import match, query, token

# As yente has its errors: a detail in words, under 422 by field.
JSON = "application/json"


def detail_of(answer: Any) -> str:
    """What is wrong, in words; the answer is in yente's shape."""
    assert answer.headers["content-type"] == JSON
    found = answer.json()
    assert found["code"]
    if answer.status_code != 422:
        return str(found["detail"])
    (fault,) = found["detail"]
    return f"{'.'.join(fault['loc'])} {fault['msg']}"


@pytest.fixture
def program(service: Service) -> Iterator[TestClient]:
    """A program with a token, when the lists are open."""
    with browser(service, signed_in=False) as client:
        wait_until_ready(client)
        client.headers["Authorization"] = f"Bearer {token(service)}"
        yield client


@pytest.fixture
def listed(home: Path) -> list[ListEntry]:
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        return list(ws.lists.entries(ws.lists.current()["un"].version))


def person_of(entries: list[ListEntry]) -> ListEntry:
    return next(e for e in entries if e.kind == "person" and e.birth_dates and e.birth_dates[0].day)


def test_a_birth_date_with_the_names_of_several_people_is_of_none_of_them(
    program: TestClient, listed: list[ListEntry]
) -> None:
    name = person_of(listed).name
    several = query(f"{name} and Jo Invented", "Person", birthDate="1931-02")
    response = match(program, several, dataset="un")["responses"]["0"]
    assert response["results"]
    assert "birth_date" not in response["results"][0]["explanations"]


def test_a_listed_person_is_found_and_why_is_said(
    program: TestClient, service: Service, listed: list[ListEntry]
) -> None:
    entry = person_of(listed)
    born = str(entry.birth_dates[0])
    answer = match(program, query(entry.name, "Person", birthDate=born), dataset="un")
    found = answer["responses"]["0"]
    assert found["status"] == 200
    assert found["total"] == {"value": len(found["results"]), "relation": "eq"}
    (one,) = [one for one in found["results"] if one["id"] == f"un.{entry.id}"]
    assert one["match"] is True
    assert one["caption"] == entry.name
    assert one["schema"] == "Person"
    assert one["datasets"] == ["un"]
    assert entry.name in one["properties"]["name"]
    engine = service.lookups.lists.engine
    subject = Subject((entry.name,), "person", entry.birth_dates[0])
    expected = next(m for m in engine.search(subject)["un"] if m.entry_id == entry.id)
    assert one["score"] == expected.score
    details = {feature["detail"] for feature in one["explanations"].values()}
    assert details == {sentence_of(feature) for feature in expected.features}
    assert one["explanations"]["birth_date"]["score"] > 0


def test_nobody_is_found_for_a_name_on_no_list(program: TestClient) -> None:
    answer = match(program, query("Quillfeather Upholstery"))
    assert answer["responses"]["0"]["results"] == []
    assert answer["limit"] == 5


def test_a_birth_date_that_differs_lowers_the_score_and_hides_nothing(
    program: TestClient, listed: list[ListEntry]
) -> None:
    entry = person_of(listed)
    other = f"{entry.birth_dates[0].year + 3}-01-01"
    answer = match(program, query(entry.name, "Person", birthDate=other), dataset="un")
    (one,) = [e for e in answer["responses"]["0"]["results"] if e["id"] == f"un.{entry.id}"]
    assert one["score"] < 0.8
    assert one["match"] is True
    assert one["explanations"]["birth_date"]["score"] < 0


def test_a_result_below_the_threshold_is_no_match(
    program: TestClient, listed: list[ListEntry]
) -> None:
    name = f"{listed[0].name} Quillfeather"
    wide = match(program, query(name), dataset="un", cutoff=0.5, threshold=0.99, limit=500)
    results = wide["responses"]["0"]["results"]
    assert results
    assert not any(one["match"] for one in results)
    narrow = match(program, query(name), dataset="un", threshold=0.99)
    assert narrow["responses"]["0"]["results"] == []


def test_unused_properties_are_named(program: TestClient) -> None:
    body = query("A Name", "Person", position="chair", birthDate="once upon a time")
    assert match(program, body)["responses"]["0"]["unused"] == ["birthDate", "position"]
    body = query("A Name", "Person", country="Atlantis", nationality="fr")
    assert match(program, body)["responses"]["0"]["unused"] == ["country"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"schema": "Person", "properties": {}}, "no name and no number"),
        ({"schema": "Person", "properties": {"name": ["—"]}}, "no name and no number"),
        ({"schema": "Person", "properties": {"name": ["\u202eemaN A"]}}, "order of its letters"),
        ({"schema": "Address", "properties": {"full": ["1 High St"]}}, "no list has entries"),
    ],
)
def test_a_query_that_cannot_be_looked_up_is_not_checked(
    program: TestClient, given: dict[str, Any], why: str
) -> None:
    answer = match(program, query("A Name"), given)
    assert answer["duediligence"]["complete"] is False
    (unchecked,) = [one for one in answer["duediligence"]["not_checked"] if one.get("query")]
    assert unchecked["query"] == "1"
    assert why in unchecked["reason"]


def test_a_company_is_found_by_its_number_alone(program: TestClient, home: Path) -> None:
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        loaded = ws.lists.current()
        entry = next(
            e
            for list_id in ("hse-notices", "ea-enforcement", "cma-cartels", "find-a-tender")
            for e in ws.lists.entries(loaded[list_id].version)
            if any(i.scheme == "GB-COH" for i in e.identifiers)
        )
    number = next(i.id for i in entry.identifiers if i.scheme == "GB-COH")
    body = {"schema": "Company", "properties": {"registrationNumber": number}}
    answer = match(program, body, dataset=entry.list_id)
    ids = [one["id"] for one in answer["responses"]["0"]["results"]]
    assert f"{entry.list_id}.{entry.id}" in ids


def test_what_was_not_checked_is_said_and_can_be_required(program: TestClient, home: Path) -> None:
    body = query("A Name")
    assert match(program, body, dataset="un")["duediligence"] == {
        "complete": True, "not_checked": [],
    }  # fmt: skip
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        ws.lists.fail("un", Failure(NOW, "the server did not answer", "FetchFailed"))
        record(ws, "un")
    answer = match(program, body, dataset="un")
    assert answer["duediligence"]["complete"] is False
    (stale,) = answer["duediligence"]["not_checked"]
    assert (stale["list"], stale["state"]) == ("un", "stale")
    assert "the server did not answer" in stale["reason"]
    refused = program.post(
        "/match/un", json={"queries": {"a": body}}, params={"require_complete": "1"}
    )
    assert refused.status_code == 503
    assert "Not everything was checked" in detail_of(refused)
    assert refused.json()["code"] == "incomplete"


def test_a_list_that_was_never_loaded_is_never_clear(program: TestClient, home: Path) -> None:
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        drop(ws, "hse-notices")
    answer = match(program, query("A Name"), dataset="hse-notices")
    (missing,) = answer["duediligence"]["not_checked"]
    assert (missing["list"], missing["state"]) == ("hse-notices", "never loaded")
    # Of the lists that nobody uses, a collection says nothing.
    others = match(program, query("A Name"))["duediligence"]["not_checked"]
    assert "hse-notices" not in [one.get("list") for one in others]
    none = match(program, query("A Name"), dataset="un", topics="role.pep")
    assert none["duediligence"] == {
        "complete": False,
        "not_checked": [{"reason": "none of the lists asked for is in use"}],
    }


def ids_of(answer: Any) -> set[str]:
    return {one["id"].partition(".")[0] for one in answer["responses"]["0"]["results"]}


def test_datasets_and_filters_choose_lists_and_entries(
    program: TestClient, home: Path, listed: list[ListEntry]
) -> None:
    entry = person_of(listed)
    body = query(entry.name)
    assert ids_of(match(program, body, dataset="sanctions")) >= {"un"}
    assert ids_of(match(program, body, dataset="debarment")) == set()
    assert ids_of(match(program, body, include_dataset=["eu"])) <= {"eu"}
    assert "un" not in ids_of(match(program, body, exclude_dataset=["un"]))
    assert ids_of(match(program, body, topics=["debarment"])) == set()
    assert "un" in ids_of(match(program, body, topics=["sanction"]))
    assert "un" not in ids_of(match(program, body, exclude_schema=["Person"]))
    assert "un" not in ids_of(match(program, body, exclude_entity_ids=[f"un.{entry.id}"]))
    changed = entry.updated_on or entry.listed_on
    assert changed
    assert "un" in ids_of(match(program, body, dataset="un", changed_since=changed.isoformat()))
    after = f"{changed.year + 1}-01-01T00:00:00"
    assert ids_of(match(program, body, dataset="un", changed_since=after)) == set()
    # Being on a register accuses nobody: it is asked for by name.
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        known = {one.id: one.topic for one in ws.watchlists.values()}
    catalog = {one["name"]: one for one in program.get("/catalog").json()["datasets"]}
    assert {known[name] for name in catalog["default"]["children"]} >= {"sanctions", "enforcement"}
    assert "register" not in {known[name] for name in catalog["default"]["children"]}
    assert {known[name] for name in catalog["register"]["children"]} == {"register"}


def test_an_entity_is_shown_with_its_listing(program: TestClient, listed: list[ListEntry]) -> None:
    entry = person_of(listed)
    found = program.get(f"/entities/un.{entry.id}", params={"nested": "True"}).json()
    (listing,) = found["properties"]["sanctions"]
    assert listing["schema"] == "Sanction"
    assert listing["properties"]["entity"] == [found["id"]]
    assert listing["properties"]["recordId"] == [entry.id]
    plain = program.get(f"/entities/un.{entry.id}", params={"nested": "False"}).json()
    assert "sanctions" not in plain["properties"]


def test_search_finds_by_a_part_of_a_name(program: TestClient, listed: list[ListEntry]) -> None:
    entry = person_of(listed)
    answer = program.get("/search/un", params={"q": entry.name, "limit": 500}).json()
    assert f"un.{entry.id}" in [one["id"] for one in answer["results"]]
    assert answer["total"]["value"] == len(answer["results"])
    first = program.get("/search/un", params={"q": entry.name, "limit": 1}).json()
    assert first["results"] == answer["results"][:1]
    assert first["total"] == answer["total"]
    ships = {"q": entry.name, "schema": "Vehicle"}
    assert program.get("/search/un", params=ships).json()["results"] == []
    nowhere = {"q": entry.name, "countries": "aq"}
    assert program.get("/search/un", params=nowhere).status_code == 200


def test_the_catalog_has_a_name_for_its_state(
    program: TestClient, service: Service, home: Path
) -> None:
    first = program.get("/catalog")
    assert set(first.json()["current"]) >= {"un", "eu"}
    known = {"If-None-Match": first.headers["etag"]}
    again = program.get("/catalog", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        ws.lists.fail("un", Failure(NOW, "it failed"))
        record(ws, "un")
    match(program, query("A Name"))
    changed = program.get("/catalog", headers=known)
    assert changed.status_code == 200
    assert "un" in changed.json()["outdated"]
    assert changed.json()["index_stale"] is True


def test_there_is_one_algorithm(program: TestClient) -> None:
    found = program.get("/algorithms").json()
    assert found["best"] == found["default"] == found["algorithms"][0]["name"]
    for name in ("best", found["best"]):
        match(program, query("A Name"), algorithm=name)
    refused = program.post(
        "/match/un", json={"queries": {"a": query("A")}}, params={"algorithm": "logic-v1"}
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "unusable")
    assert "'logic-v1' is not offered here. Valid algorithms: best, " in detail_of(refused)


def test_entries_are_filtered_sorted_and_counted(program: TestClient) -> None:
    asked = {"q": "Petrosyanov", "limit": 500}

    def found(**more: Any) -> Any:
        answer = program.get("/search/default", params={**asked, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    everything = found()
    counted = {one["name"]: one["count"] for one in everything["facets"]["datasets"]["values"]}
    assert sum(counted.values()) == everything["total"]["value"] > 1
    assert {*everything["facets"]} == {"countries", "topics", "datasets"}
    first, second, *_ = counted
    one = found(filter=f"datasets:{first}", facets=["schema"])
    assert one["total"]["value"] == counted[first]
    assert {*one["facets"]} == {"schema"}
    both = [f"datasets:{first}", f"datasets:{second}"]
    assert found(filter=both)["results"] == []
    either = found(filter=both, filter_op="OR")
    assert either["total"]["value"] == counted[first] + counted[second]
    upwards = [one["caption"] for one in found(sort="caption")["results"]]
    assert upwards == sorted(upwards)
    downwards = [one["caption"] for one in found(sort="caption:desc")["results"]]
    assert downwards == upwards[::-1] != upwards
    born = found(sort="properties.birthDate:desc")["results"]
    dates = [max(one["properties"].get("birthDate", [""])) for one in born]
    assert dates == sorted(dates, reverse=True)
    assert {name for one in everything["results"] for name in one["properties"]} <= {*PROPERTIES}
    page = found(sort="caption", limit=1, offset=1)
    assert [one["caption"] for one in page["results"]] == upwards[1:2]
    assert page["total"] == everything["total"]


def test_what_is_connected_with_an_entity_is_its_listing(
    program: TestClient, listed: list[ListEntry]
) -> None:
    id_ = f"un.{person_of(listed).id}"
    nested = program.get(f"/entities/{id_}").json()["properties"]["sanctions"]
    around = program.get(f"/entities/{id_}/adjacent").json()
    assert around["entity"]["id"] == id_
    assert around["adjacent"]["sanctions"]["results"] == nested
    assert {*nested[0]["properties"]} <= {*PROPERTIES}
    page = program.get(f"/entities/{id_}/adjacent/sanctions", params={"sort": "caption:desc"})
    assert page.json() == around["adjacent"]["sanctions"]
    none = program.get(f"/entities/{id_}/adjacent/sanctions", params={"offset": 1}).json()
    assert (none["results"], none["total"]["value"]) == ([], 1)
    refused = program.get(f"/entities/{id_}/adjacent/owners")
    assert (refused.status_code, detail_of(refused)) == (
        404, "Unknown property 'owners'. Entities here have sanctions.",
    )  # fmt: skip


DEEP = '{"queries":{"a":' + '{"properties":' * 5_000 + "1" + "}" * 5_002


@for_each(
    ("body", "status", "said"),
    [
        ("", 400, "no JSON"),
        ("{", 400, "no JSON"),
        (b"\xff\xfe", 400, "no JSON"),
        ("null", 422, "Expected"),
        ("[]", 422, "Expected"),
        (DEEP, 422, ""),
        ('{"queries":{}}', 422, "queries"),
        (json.dumps({"queries": {str(n): query("A") for n in range(101)}}), 422, "queries"),
        (json.dumps({"queries": {str(n): 1 for n in range(10_000)}}), 422, "queries"),
        ('{"queries":{"a":{"schema":"Spoon","properties":{}}}}', 422, "schema"),
        ('{"queries":{"a":{"properties":{}}}}', 422, "schema"),
        (json.dumps({"queries": {"a": query("A\0B")}}), 422, "properties"),
        (json.dumps({"queries": {"a": query("A" * 301)}}), 422, "properties"),
        (json.dumps({"queries": {"a": query(["A"] * 51)}}), 422, "properties"),
        (
            json.dumps({"queries": {"a": {"schema": "Person", "properties":
                                          {str(n): "x" for n in range(10_000)}}}}),
            422,
            "properties",
        ),
        (json.dumps({"queries": {"a": query("A")}, "weights": {"name": 1}}), 422, "weights"),
        (json.dumps({"queries": {"a": query("A")}, "config": {"x": 1}}), 422, "config"),
        (json.dumps({"queries": {"a": query("A")}, "x": 1}), 422, "`x`"),
        (json.dumps({"queries": {"a": {**query("A"), "limit": 3}}}), 422, "`limit`"),
        (json.dumps({"queries": {str(n): query([f"Name {n} {m}" for m in range(11)])
                                 for n in range(50)}}), 413, "550 names"),
        ("x" * (2**20 + 1), 413, "MB"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_used_is_refused_in_words(
    program: TestClient, body: str | bytes, status: int, said: str
) -> None:
    answer = program.post("/match/un", content=body)
    assert answer.status_code == status, answer.text
    assert said in detail_of(answer)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("name", ["\u202eevil\u202c", "A\u200fB", "名前", "A\nB\tC", "\ud800"])
def test_odd_names_are_looked_up(program: TestClient, name: str) -> None:
    body = json.dumps({"queries": {"a": query(name)}})
    answer = program.post("/match/un", content=body)
    # Half a character is no text at all.
    assert answer.status_code == (400 if name == "\ud800" else 200), answer.text


@for_each(
    ("path", "status", "code"),
    [
        ("/match/nowhere", 405, "method-not-allowed"),
        ("/search/nowhere?q=a", 404, "not-found"),
        ("/search/un", 422, "invalid"),
        ("/search/un?q=a&limit=501", 422, "invalid"),
        ("/search/un?q=a&offset=-1", 422, "invalid"),
        ("/search/un?q=a&limit=nan", 422, "invalid"),
        ("/search/un?q=a&changed_since=2024-13-40", 422, "invalid"),
        ("/search/un?q=a&fuzzy=perhaps", 422, "invalid"),
        ("/search/un?q=%00", 422, "invalid"),
        ("/search/un?q=a&target=true", 422, "invalid"),
        ("/search/un?q=a&schema=Company", 422, "invalid"),
        ("/search/un?q=zz&sort=colour", 422, "invalid"),
        ("/search/un?q=zz&sort=caption:up", 422, "invalid"),
        ("/search/un?q=zz&filter=colour:red", 422, "invalid"),
        ("/search/un?q=zz&filter=ru", 422, "invalid"),
        ("/search/un?q=zz&filter=properties.nope:x", 422, "invalid"),
        ("/search/un?q=zz&limit=1&limit=2", 422, "invalid"),
        ("/search/un?q=zz&countries=zz", 404, "not-found"),
        ("/search/un?q=zz&exclude_schema=person", 422, "invalid"),
        ("/search/un?q=zz&changed_since=2020-01-01xyz", 422, "invalid"),
        ("/catalog?x=1", 422, "invalid"),
        ("/algorithms?x=1", 422, "invalid"),
        ("/search/un?q=zz&facets=colours", 422, "invalid"),
        ("/entities/un.none/adjacent", 404, "not-found"),
        ("/entities/un.QDi.001/adjacent?nested=true", 422, "invalid"),
        ("/entities/un.none", 404, "not-found"),
        ("/entities/none", 404, "not-found"),
        ("/entities/.", 404, "not-found"),
        ("/entities/un.%00", 404, "not-found"),
        ("/match/un/adjacent", 404, "not-found"),
        ("/statements", 404, "not-found"),
        ("/updatez", 404, "not-found"),
        ("/search", 404, "not-found"),
    ],
)
def test_what_is_not_there_or_cannot_be_used_is_a_problem(
    program: TestClient, path: str, status: int, code: str
) -> None:
    answer = program.get(path)
    assert answer.status_code == status
    assert {*answer.json()} == {"detail", "code"}
    assert answer.json()["code"] == code
    assert detail_of(answer)


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "2", "x"])
def test_a_threshold_is_a_number_from_0_to_1(program: TestClient, value: str) -> None:
    answer = program.post(
        "/match/un", json={"queries": {"a": query("A")}}, params={"threshold": value}
    )
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["threshold"])


def test_nothing_of_what_is_asked_is_kept(
    program: TestClient, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    marker = "Zebulon Zyxwomble"
    with caplog.at_level(logging.DEBUG):
        match(program, query(marker, "Person", address="Zyxwomble Lane"))
        program.get("/search/un", params={"q": marker})
        program.post("/match/nowhere", json={"queries": {"a": query(marker)}})
        program.get(f"/entities/un.{marker}")
    ours = [one for one in caplog.records if not one.name.startswith("httpx2")]
    assert ours
    assert not any("Zyxwomble" in one.getMessage() for one in ours)
    for path, body in read_as_another_program(home).items():
        assert b"Zyxwomble" not in body, path


@for_each("id_", ["QDi.001", "a b", "x-1", "-", "a/b?c#d", "Ω", "EU.1.", "7"])
def test_an_entity_has_an_id_that_leads_back_to_it(id_: str) -> None:
    entry = ListEntry(id=id_, list_id="find-a-tender", kind="unknown", names=(Name("A"),))
    found = entity_id(entry)
    assert re.fullmatch(r"[0-9a-zA-Z]([0-9a-zA-Z.-]*[0-9a-zA-Z])?", found)
    assert entry_key(found) == ("find-a-tender", id_)
