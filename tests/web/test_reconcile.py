"""The Reconciliation API 0.2: two services, a key in the address, and never a false clear."""

import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from starlette.testclient import TestClient

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import Address, Identifier, Supplier
from duediligence.model.entries import COMPANY
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.web.api import callers
from duediligence.web.api.entities import entity_id
from duediligence.web.service import Service
from tests.homes import copy_home
from tests.rows import for_each

from .conftest import ORIGIN, browser, service_over, wait_until_ready
from .programs import token
from .reconcile_client import OPENREFINE, Reconciling, end_keys

HERE = Path(__file__).parent
DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
STANDARD = Path(os.environ["REAL_DATA"]) / "reconciliation-0.2"
NO_STANDARD = pytest.mark.skipif(
    not STANDARD.is_dir(),
    reason="the schemas of the standard are not there (they have no licence, so no copy is kept)",
)
SUPPLIERS = [
    Supplier(
        ref="S001",
        name="Bright Sands Home Care Ltd",
        trading_names=("Bright Sands",),
        identifiers=(Identifier(COMPANY, "99001001"),),
        address=Address("4 Dune Row", "ZY1 4DR"),
    ),
    Supplier(ref="S002", name="Kestrel Joinery Ltd", address=Address("1 Bay", "ZY1 1AA")),
    Supplier(ref="S003", name="Kestrel Joinery Limited", address=Address("9 Hill", "ZY9 9ZZ")),
    Supplier(ref="S004", name="Ann Example", address=Address("2 Bay", "ZY1 1AB")),
    Supplier(ref="S/5 é", name='<b>"Quotes" & Sons</b>', address=Address("3 Bay", "ZY1 1AC")),
]
VOLKHAR = "uk-sanctions.RUS9901"


@pytest.fixture(scope="module")
def service(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Service:
    home = copy_home(loaded_home, tmp_path_factory.mktemp("reconcile") / "home")
    with Workspace(Settings(home=home), now=lambda: NOW) as ws:
        ws.suppliers.save(SUPPLIERS, file="s.csv", at=NOW)
    return service_over(Settings(home=home))


@contextmanager
def program(service: Service) -> Iterator[TestClient]:
    """A program without a session, at a server whose lists are open, and that may ask as often as a
    fast machine can.
    """
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setattr(callers, "MOST_PER_SECOND", 150)
        client = stack.enter_context(browser(service, signed_in=False))
        wait_until_ready(client)
        yield client


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[TestClient]:
    with program(service) as client:
        yield client


@pytest.fixture
def lists(service: Service, client: TestClient) -> Reconciling:
    return Reconciling(client, token(service, "match"), "lists")


@pytest.fixture
def suppliers(service: Service, client: TestClient) -> Reconciling:
    return Reconciling(client, token(service, "match", "read"), "suppliers")


@pytest.fixture(params=["lists", "suppliers"])
def either(request: pytest.FixtureRequest) -> Reconciling:
    found: Reconciling = request.getfixturevalue(request.param)
    return found


def known(one: Reconciling) -> tuple[str, str]:
    """The name and id of an entity of the service."""
    return ("Volkhar Maritime", VOLKHAR) if one.path == "lists" else ("Bright Sands", "S001")


def answers(one: Reconciling) -> dict[str, Any]:
    """An answer of each kind, by the name of its shape."""
    name, id_ = known(one)
    properties = [p["id"] for p in one.get("/propose_properties", type="x").json()["properties"]]
    queries = {"a": {"query": name}, "b": {"query": "Nobody Whosoever"}, "c": {"query": ""}}
    return {
        "manifest": one.get().json(),
        "batch": one.post(queries=json.dumps(queries)).json(),
        "extension": one.extend([id_, "gone"], *properties),
        "suggested entities": one.get("/suggest/entity", prefix=name[:4]).json(),
        "suggested terms": one.get("/suggest/property", prefix="").json(),
        "proposed properties": one.get("/propose_properties", type="x").json(),
    }


# The shape of each answer, our own and the standard's.


def our_shape(name: str) -> Validator:
    shapes = json.loads((HERE / "reconcile_shapes.json").read_text())
    return Draft202012Validator({**shapes, "$ref": f"#/$defs/{name.replace(' ', '%20')}"})


def test_each_answer_has_the_shape_that_is_promised(either: Reconciling) -> None:
    for name, found in answers(either).items():
        our_shape(name).validate(found)
        assert found, name
    terms = either.get("/suggest/type", prefix="").json()
    our_shape("suggested terms").validate(terms)
    assert terms["result"] == [
        {**one, "description": one["description"]} for one in terms["result"]
    ]


def test_the_shapes_refuse_what_is_otherwise(either: Reconciling) -> None:
    found = answers(either)["batch"]
    candidate = found["a"]["result"][0]
    for wrong in ({"score": 101}, {"match": "yes"}, {"features": []}, {"more": 1}):
        broken = {"a": {**found["a"], "result": [{**candidate, **wrong}]}}
        with pytest.raises(ValidationError):
            our_shape("batch").validate(broken)


def standard(name: str) -> Validator:
    """The validator of a schema of the standard; nothing is fetched."""
    registry: Registry[Any] = Registry()
    for path in (STANDARD / "schemas").glob("*.json"):
        content = json.loads(path.read_text())
        # They name no version of JSON Schema, and `definitions` is read by all.
        content.pop("$schema", None)
        resource = Resource.from_contents(content, default_specification=DRAFT202012)
        registry = registry.with_resource(content["$id"].rstrip("#"), resource)
        registry = registry.with_resource(
            f"https://reconciliation-api.github.io/specs/0.2/schemas/{path.name}", resource
        )
    schema = json.loads((STANDARD / "schemas" / f"{name}.json").read_text())
    schema.pop("$schema", None)
    return Draft202012Validator(schema, registry=registry)


def examples(kind: str) -> list[Any]:
    """Every example of the standard of that kind (`valid`), as the schema, its name and a path."""
    return [
        pytest.param(path.parents[1].name, path, id=f"{path.parents[1].name}/{path.stem}")
        for path in sorted((STANDARD / "examples").glob(f"*/{kind}/*.json"))
        if (STANDARD / "schemas" / f"{path.parents[1].name}.json").exists()
    ]


@NO_STANDARD
@for_each(("name", "path"), examples("valid"))
def test_the_standards_valid_examples_are_valid(name: str, path: Path) -> None:
    standard(name).validate(json.loads(path.read_text()))


@NO_STANDARD
@for_each(("name", "path"), examples("invalid"))
def test_the_standards_invalid_examples_are_found_out(name: str, path: Path) -> None:
    with pytest.raises(ValidationError):
        standard(name).validate(json.loads(path.read_text()))


@NO_STANDARD
def test_each_answer_is_as_the_standard_has_it(either: Reconciling) -> None:
    found = answers(either)
    types = either.get("/suggest/type", prefix="").json()
    for name, answer in {
        "manifest": found["manifest"],
        "reconciliation-result-batch": found["batch"],
        "data-extension-response": found["extension"],
        "data-extension-property-proposal": found["proposed properties"],
        "suggest-entities-response": found["suggested entities"],
        "suggest-properties-response": found["suggested terms"],
        "suggest-types-response": types,
    }.items():
        standard(name).validate(answer)
    for one in types["result"]:
        standard("type").validate(one)


def queries_of_the_standard(kind: str) -> list[Any]:
    folder = STANDARD / "examples" / "reconciliation-query-batch" / kind
    return [pytest.param(path, id=path.stem) for path in sorted(folder.glob("*.json"))]


@NO_STANDARD
@for_each("path", queries_of_the_standard("valid"))
def test_valid_queries_of_the_standard_are_answered(either: Reconciling, path: Path) -> None:
    answer = either.post(queries=path.read_text())
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == json.loads(path.read_text()).keys()


@NO_STANDARD
@for_each("path", queries_of_the_standard("invalid"))
def test_invalid_queries_of_the_standard_are_refused(either: Reconciling, path: Path) -> None:
    assert either.post(queries=path.read_text()).status_code == 400


# What a row is matched with.


def test_a_row_of_the_buyers_is_found_among_its_suppliers(suppliers: Reconciling) -> None:
    (found,) = suppliers.match("BRIGHT SANDS HOMECARE LIMITED")["result"]
    assert (found["id"], found["match"], found["score"] > 95) == ("S001", True, True)
    assert "ZY1 4DR" in found["description"]


def test_a_plural_is_left_to_a_person(suppliers: Reconciling) -> None:
    (found,) = suppliers.match("Bright Sand Home Care")["result"]
    assert (found["id"], found["match"], found["score"] > 95) == ("S001", False, True)


def test_a_number_that_agrees_is_a_match(suppliers: Reconciling) -> None:
    number = {"number": "99001001"}
    assert suppliers.matched("Bright Sand Care", properties=number) == ["S001"]
    assert suppliers.matched(None, properties=number) == ["S001"]
    assert suppliers.matched("Bright Sands", properties={"number": 99001001}) == ["S001"]


def test_a_number_beside_another_name_is_for_a_person(suppliers: Reconciling) -> None:
    number = {"number": "99001001"}
    assert suppliers.ids("Nobody Whosoever Ltd", properties=number) == ["S001"]
    assert suppliers.matched("Nobody Whosoever Ltd", properties=number) == []


def test_another_number_is_no_match_whatever_the_name(suppliers: Reconciling) -> None:
    number = {"number": "99001777"}
    assert suppliers.matched("Bright Sands Home Care Ltd", properties=number) == []


def test_of_two_with_one_name_neither_is_a_match(suppliers: Reconciling) -> None:
    assert sorted(suppliers.ids("Kestrel Joinery")) == ["S002", "S003"]
    assert suppliers.matched("Kestrel Joinery") == []


def test_a_cut_list_of_candidates_makes_no_match(suppliers: Reconciling) -> None:
    assert suppliers.matched("Kestrel Joinery", limit=1) == []
    assert len(suppliers.ids("Kestrel Joinery", limit=1)) == 1


def test_a_persons_name_needs_the_postcode(suppliers: Reconciling) -> None:
    assert suppliers.ids("Ann Example") == ["S004"]
    assert suppliers.matched("Ann Example") == []
    assert suppliers.matched("Ann Example", properties={"postcode": "zy11ab"}) == ["S004"]


def test_a_trading_name_as_a_property_is_compared(suppliers: Reconciling) -> None:
    assert suppliers.ids("Nobody Whosoever", properties={"alias": ["Bright Sands"]}) == ["S001"]


def test_a_supplier_that_is_imported_is_found_by_the_next_query(
    service: Service, suppliers: Reconciling
) -> None:
    assert suppliers.ids("Gull Marine") == []
    with Workspace(service.settings, now=lambda: NOW) as ws:
        ws.suppliers.save([Supplier(ref="S9", name="Gull Marine Ltd")], file="t.csv", at=NOW)
    assert suppliers.ids("Gull Marine") == ["S9"]


def test_a_listed_party_is_found_and_what_its_id_means(lists: Reconciling) -> None:
    found = lists.match("Volkhar Maritime UK Ltd")
    assert [one["id"] for one in found["result"]] == [VOLKHAR]
    assert found["result"][0]["match"] is True
    assert found["duediligence"] == {"complete": True, "not_checked": [], "unused": []}
    assert lists.ids("Volkhar Maritime UK Ltd", type="person") == []
    assert lists.ids("Volkhar Maritime UK Ltd", type=["person", "organisation"]) == [VOLKHAR]


def test_a_person_is_no_match_by_the_name_alone(lists: Reconciling) -> None:
    found = lists.ids("Dragomir Petrosyanov", type="person")
    assert found
    assert lists.matched("Dragomir Petrosyanov", type="person") == []


def test_points_of_the_features_come_to_the_score(either: Reconciling) -> None:
    for one in either.match(known(either)[0])["result"]:
        points = sum(f["value"] for f in one["features"] if f["id"] != "complete")
        assert one["score"] == pytest.approx(min(100, max(0, points)), abs=0.1)


def test_what_is_not_used_is_said(either: Reconciling) -> None:
    found = either.match(
        known(either)[0],
        type="Blob",
        properties={"colour": "red", "postcode": "not one", "number": True},
    )
    assert found["duediligence"]["unused"] == ["colour", "postcode", "Blob"]
    assert found["result"]


def test_nothing_to_look_up_finds_nothing(either: Reconciling) -> None:
    assert either.ids("") == []
    assert either.ids("   ", properties={"country": "fr"}) == []


# Unknown is never clear.


@pytest.fixture(scope="module")
def late(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reconciling]:
    """The lists 400 days later, when none is current."""
    home = copy_home(loaded_home, tmp_path_factory.mktemp("late") / "home")
    origins = service_over(Settings(home=home)).resolved
    service = Service(origins, now=lambda: NOW + timedelta(days=400), backoff=0.05)
    service.sign_in = service_over(Settings(home=home)).sign_in
    with program(service) as client:
        yield Reconciling(client, token(service, "match"), "lists")


def test_of_stale_lists_nothing_is_a_match_by_name(late: Reconciling) -> None:
    found = late.match("Volkhar Maritime UK Ltd")
    assert found["duediligence"]["complete"] is False
    assert "UK Sanctions List" in {one["title"] for one in found["duediligence"]["not_checked"]}
    (candidate,) = found["result"]
    assert (candidate["id"], candidate["match"]) == (VOLKHAR, False)
    assert "Not checked: " in candidate["description"]
    assert {"id": "complete", "name": "all lists were checked", "value": False} in candidate[
        "features"
    ]


def test_a_number_that_agrees_is_a_match_on_a_stale_list(late: Reconciling) -> None:
    number = {"number": "99001234"}
    assert late.matched("Volkhar Maritime UK Ltd", properties=number) == [VOLKHAR]


def test_nothing_found_on_stale_lists_is_shown_as_not_checked(late: Reconciling) -> None:
    (only,) = late.match("Nobody Whosoever")["result"]
    assert (only["id"], only["score"], only["match"]) == ("not-checked", 0.0, False)
    assert only["name"].startswith("Not checked: ")
    assert "not clear" in only["description"]
    assert late.extend(["not-checked"], "name")["rows"] == {"not-checked": {"name": []}}


def test_the_name_of_the_service_says_what_is_not_checked(
    late: Reconciling, lists: Reconciling
) -> None:
    assert "NOT CHECKED: " in late.get().json()["name"]
    assert "NOT CHECKED" not in lists.get().json()["name"]
    page = late.get("/preview", id=VOLKHAR).text
    assert "Not checked: UK Sanctions List" in page


# What is added to rows, what is suggested, and what is shown.


def test_values_are_added_to_rows(lists: Reconciling, suppliers: Reconciling) -> None:
    rows = suppliers.extend(["S001", "gone"], "postcode", "number", "alias")["rows"]
    assert rows == {
        "S001": {
            "postcode": [{"str": "ZY1 4DR"}],
            "number": [{"str": "GB-COH-99001001"}],
            "alias": [{"str": "Bright Sands"}],
        },
        "gone": {"postcode": [], "number": [], "alias": []},
    }
    rows = lists.extend([VOLKHAR, "uk-sanctions.none", "none"], "list", "alias", "listed")["rows"]
    assert rows[VOLKHAR]["list"] == [{"str": "UK Sanctions List"}]
    assert rows[VOLKHAR]["alias"]
    assert rows["none"] == rows["uk-sanctions.none"] == {"list": [], "alias": [], "listed": []}


def test_a_setting_limits_the_values(lists: Reconciling) -> None:
    whole = lists.extend([VOLKHAR], "address")["rows"][VOLKHAR]["address"]
    cut = lists.extend([VOLKHAR], "address", limit=1)["rows"][VOLKHAR]["address"]
    assert cut == whole[:1]
    assert len(whole) > 1


@pytest.mark.parametrize("limit", [0, -1, "many", 1.5, True])
def test_a_setting_that_cannot_be_is_refused(suppliers: Reconciling, limit: object) -> None:
    asked = {"ids": ["S001"], "properties": [{"id": "name", "settings": {"limit": limit}}]}
    assert suppliers.post(extend=json.dumps(asked)).status_code == 400


def test_names_are_suggested_as_they_are_typed(lists: Reconciling, suppliers: Reconciling) -> None:
    def found(one: Reconciling, prefix: str, **more: str) -> list[str]:
        return [e["id"] for e in one.get("/suggest/entity", prefix=prefix, **more).json()["result"]]

    # As their names are ordered: Limited, Ltd.
    assert found(suppliers, "kestrel") == ["S003", "S002"]
    assert found(suppliers, "kestrel", cursor="1") == ["S002"]
    assert found(suppliers, "kestrel", cursor="2") == []
    assert found(suppliers, "s00") == ["S001", "S002", "S003", "S004"]
    assert VOLKHAR in found(lists, "VOLKHAR M")
    assert found(lists, "olkhar") == found(lists, "") == []
    properties = lists.get("/suggest/property", prefix="birth").json()["result"]
    assert [one["id"] for one in properties] == ["birth_date"]
    types = lists.get("/suggest/type", prefix="Per").json()["result"]
    assert [one["id"] for one in types] == ["person"]


def test_a_preview_is_a_small_page_that_openrefine_may_frame(suppliers: Reconciling) -> None:
    answer = suppliers.get("/preview", id="S/5 é")
    assert answer.status_code == 200
    assert "<b>" not in answer.text
    assert "&lt;b&gt;" in answer.text
    assert "<script" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert f"frame-ancestors {OPENREFINE};" in policy
    assert "default-src 'none'; style-src 'self'" in policy
    assert suppliers.key not in answer.text
    assert 'href="/suppliers/S%2F5%20%C3%A9"' in answer.text
    assert suppliers.get("/preview", id="gone").status_code == 404


def test_an_entry_has_a_page_for_who_is_signed_in(service: Service, lists: Reconciling) -> None:
    view = lists.get().json()["view"]["url"]
    address = view.replace("{{id}}", VOLKHAR)
    person = browser(service)
    page = person.get(address)
    assert page.status_code == 200
    assert "VOLKHAR MARITIME (UK) LIMITED" in page.text
    assert person.get(view.replace("{{id}}", "none")).status_code == 404
    assert browser(service, signed_in=False).get(address).status_code == 403


# Who may ask, and who may read.


def test_no_record_of_the_council_is_found_by_any_way(home: Path) -> None:
    settings = Settings(home=home, local_registers=DEMO / "local_registers", store_restricted=True)
    with Workspace(settings, now=lambda: NOW) as ws:
        own = [one for one in ws.watchlists.values() if one.location]
        assert len(own) > 1
        for list_ in own:
            (done,) = refresh(
                ws, [list_.id], terms=RefreshTerms(scale=SAMPLE_SCALE, as_of=NOW.date())
            )
            assert done.result == "loaded", done
        entries = [
            entry
            for list_ in own
            for entry in ws.lists.entries(ws.lists.current()[list_.id].version)
        ]
    assert {entry.record.handling for entry in entries if entry.record} >= {
        "internal",
        "restricted",
    }
    service = service_over(settings)
    with program(service) as client:
        local = {one.id for one in own}
        for entry in entries:
            # One key may ask only so often in a second.
            lists = Reconciling(client, token(service, "match", "read"), "lists")
            id_ = entity_id(entry)
            kind = {} if entry.kind == "unknown" else {"type": entry.kind}
            found = lists.ids(entry.name, limit=50, **kind)
            typed = lists.get("/suggest/entity", prefix=entry.name).json()["result"]
            assert local.isdisjoint(one.partition(".")[0] for one in found)
            assert local.isdisjoint(one["id"].partition(".")[0] for one in typed)
            assert lists.extend([id_], "name")["rows"] == {id_: {"name": []}}
            assert lists.get("/preview", id=id_).status_code == 404


def test_a_key_needs_the_scopes_of_its_service(service: Service, client: TestClient) -> None:
    def status(path: str, *scopes: Any) -> int:
        return Reconciling(client, token(service, *scopes), path).get().status_code

    assert status("lists", "match") == status("suppliers", "match", "read") == 200
    assert status("lists", "read") == status("lists", "write") == 403
    assert status("suppliers", "match") == status("suppliers", "read") == 403


def test_an_ended_or_expired_key_opens_nothing(
    service: Service,
    suppliers: Reconciling,
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert suppliers.get().status_code == 200
    expired = Reconciling(client, token(service, "match", "read", days=1), "suppliers")
    with monkeypatch.context() as later:
        later.setattr(service, "now", lambda: NOW + timedelta(days=2))
        assert expired.get().status_code == 401
    end_keys(service)
    deadline = service.clock() + timedelta(seconds=20)
    while (status := suppliers.get().status_code) == 200:
        assert service.clock() < deadline
        time.sleep(0.1)
    assert status == 401


def test_a_key_that_asks_too_often_is_told_when_to_ask_again(
    service: Service, suppliers: Reconciling, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine it would not ask too often.
    now = service.clock()
    monkeypatch.setattr(service, "clock", lambda: now)
    answers = [suppliers.get() for _ in range(200)]
    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert all(int(one.headers["retry-after"]) >= 1 for one in refused)
    assert answers[0].status_code == 200


@pytest.mark.parametrize("below", ["", "/preview?id=S001", "/suggest/entity?prefix=b"])
def test_a_browser_that_is_signed_in_opens_nothing_without_a_key(
    service: Service, suppliers: Reconciling, below: str
) -> None:
    person = browser(service)
    assert person.get("/").status_code == 200
    assert person.get(f"/reconcile/none/suppliers{below}").status_code == 401


def test_the_key_is_in_no_log_and_no_error(
    suppliers: Reconciling, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for answer in (
        suppliers.post(queries="{"),
        suppliers.post(queries=json.dumps({suppliers.key: {"query": "x", "limit": 0}})),
        suppliers.get("/preview", id="gone"),
        suppliers.get("/nowhere"),
        suppliers.client.delete(suppliers.root),
        suppliers.client.get(f"/reconcile/{suppliers.key}"),
        suppliers.client.get(suppliers.root + "/", follow_redirects=False),
        suppliers.client.get(suppliers.root, headers={"Origin": "http://evil.example"}),
    ):
        assert answer.status_code >= 300
        assert suppliers.key not in answer.text
        assert answer.headers["referrer-policy"] == "no-referrer"
    ours = [r for r in caplog.records if r.name.startswith(("duediligence", "uvicorn"))]
    assert not any(suppliers.key in record.getMessage() for record in ours)


def test_only_pages_of_a_set_origin_may_read(either: Reconciling) -> None:
    answer = either.get()
    assert answer.headers["access-control-allow-origin"] == OPENREFINE
    assert answer.headers["vary"] == "Origin"
    for origin in ("http://evil.example", "null", f"{OPENREFINE}.evil.example"):
        for method in ("GET", "POST", "OPTIONS"):
            refused = either.client.request(method, either.root, headers={"Origin": origin})
            assert refused.status_code == 403, (origin, method)
            assert "access-control-allow-origin" not in refused.headers
    assert either.client.get(either.root, headers={"Origin": ORIGIN}).status_code == 200


def test_an_error_can_be_read_by_the_page_that_asked(either: Reconciling) -> None:
    answer = either.get(queries="[]")
    assert answer.status_code == 400
    assert answer.headers["access-control-allow-origin"] == OPENREFINE
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_browser_that_asks_first_is_answered(either: Reconciling) -> None:
    answer = either.client.options(
        either.root,
        headers={"Origin": OPENREFINE, "Access-Control-Request-Method": "POST"},
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == OPENREFINE
    assert answer.headers["access-control-allow-methods"] == "GET, POST"
    assert "access-control-allow-credentials" not in answer.headers


def test_another_page_reads_nothing_beside(client: TestClient) -> None:
    """What the setting allows is these addresses alone."""
    for path in ("/", "/openapi.json", "/suppliers", "/reconcilex"):
        answer = client.get(path, headers={"Origin": OPENREFINE})
        assert "access-control-allow-origin" not in answer.headers


def test_there_is_no_script_for_pages_of_others(either: Reconciling) -> None:
    answer = either.get(callback="steal", queries=json.dumps({"q": {"query": "x"}}))
    assert answer.headers["content-type"] == "application/json"
    assert "steal" not in answer.text


# Hostile queries.

DEEP = "[" * 100_000


@for_each(
    "queries",
    [
        "",
        "null",
        "[]",
        "1",
        "{",
        '{"q": null}',
        '{"q": {}}',
        '{"q": {"query": null}}',
        '{"q": {"query": 1}}',
        '{"q": {"query": "a", "limit": 0}}',
        '{"q": {"query": "a", "limit": -1e308}}',
        '{"q": {"query": "a", "limit": "5"}}',
        '{"q": {"query": "a", "limit": NaN}}',
        '{"q": {"query": "a", "limit": 1e999}}',
        '{"q": {"query": "a", "type_strict": "most"}}',
        '{"q": {"query": "a", "more": 1}}',
        '{"q": {"query": "a", "type": {"id": "person"}}}',
        '{"q": {"properties": []}}',
        '{"q": {"properties": [{"pid": "alias"}]}}',
        '{"q": {"properties": [{"pid": "alias", "v": null}]}}',
        '{"q": {"properties": [{"pid": "alias", "v": [["a"]]}]}}',
        '{"q": {"properties": [{"pid": "alias", "v": {"name": "a"}}]}}',
        '{"q": {"query": "\\ud800"}}',
        json.dumps({"q": {"query": "a" * 501}}),
        json.dumps({"q": {"query": "a", "properties": [{"pid": "alias", "v": ["a"] * 21}]}}),
        json.dumps({"q": {"query": "a", "properties": [{"pid": "x", "v": "a"}] * 51}}),
        json.dumps({str(n): {"query": "a"} for n in range(101)}),
        '{"q": {"properties": ' + DEEP,
        '{"q": {"query": ' + DEEP,
    ],
    ids=lambda text: text[:40],
)
def test_what_is_no_query_is_refused_in_words(either: Reconciling, queries: str) -> None:
    for answer in (either.post(queries=queries), either.get(queries=queries[:2_000])):
        assert answer.status_code == 400, answer.text
        problem = answer.json()
        assert problem["code"] == "unusable"
        assert problem["detail"]


@for_each(
    "extend",
    [
        "null",
        "{}",
        '{"ids": ["S001"]}',
        '{"ids": [1], "properties": []}',
        '{"ids": [], "properties": [{"id": "colour"}]}',
        '{"ids": [], "properties": [{"id": "name", "settings": []}]}',
        json.dumps({"ids": ["a"] * 501, "properties": []}),
    ],
)
def test_what_is_no_extension_is_refused_in_words(either: Reconciling, extend: str) -> None:
    assert either.post(extend=extend).status_code == 400
    assert either.get(extend=extend).status_code == 400


def test_queries_come_first_and_without_anything_there_is_the_manifest(
    either: Reconciling,
) -> None:
    query = json.dumps({"q": {"query": "a"}})
    extend = json.dumps({"ids": [], "properties": []})
    assert either.post(queries=query, extend=extend).json().keys() == {"q"}
    assert either.post(queries=query, extend="{").status_code == 400
    for answer in (either.post(), either.client.post(either.root, content=b"\xff")):
        our_shape("manifest").validate(answer.json())


def test_many_names_at_once_are_too_many(either: Reconciling) -> None:
    names = [{"pid": "alias", "v": [f"Firm {n}" for n in range(20)]}]
    batch = {str(n): {"query": "a", "properties": names} for n in range(100)}
    assert either.post(queries=json.dumps(batch)).status_code == 413


@for_each(
    "text",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE suppliers; --",
        "\u202eevil\u202c Kestrel",
        "\x00\x1b[31m Kestrel",
        "=HYPERLINK(1)",
        "é" * 500,
        "a b " * 125,
        "99001001",
        "😀",
    ],
)
def test_any_text_may_be_a_name(either: Reconciling, text: str) -> None:
    properties = {"number": text, "birth_date": text, "alias": text, "country": text}
    found = either.match(text, properties=properties)
    our_shape("result").validate(found)


def test_a_turned_name_is_not_clear(either: Reconciling) -> None:
    found = either.match("\u202e" + known(either)[0][::-1])
    assert not found["duediligence"]["complete"]
    assert "order of its letters" in found["duediligence"]["not_checked"][-1]["reason"]


def test_a_query_by_get_gives_what_post_gives(either: Reconciling) -> None:
    query = json.dumps({"q": {"query": known(either)[0]}})
    assert either.get(queries=query).json() == either.post(queries=query).json()


@for_each(
    ("below", "parameters"),
    [
        ("/suggest/entity", {"cursor": "-1"}),
        ("/suggest/entity", {"cursor": "x"}),
        ("/suggest/type", {"prefix": "a" * 201}),
        ("/propose_properties", {"limit": "0"}),
        ("/preview", {}),
        ("/preview", {"id": ""}),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(
    either: Reconciling, below: str, parameters: dict[str, str]
) -> None:
    assert either.get(below, **parameters).status_code == 422


def test_each_status_is_in_the_document(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    for path in ("/reconcile/{key}/lists", "/reconcile/{key}/suppliers"):
        for method in ("get", "post"):
            described = document["paths"][path][method]
            assert {"200", "400", "401", "403", "413", "429", "503"} <= described[
                "responses"
            ].keys()
            assert "security" not in described


# The address that yente has.


def test_a_dataset_is_reconciled_as_by_yente(service: Service, client: TestClient) -> None:
    """In the words of FollowTheMoney, with the token in a header or as `api_key`."""
    key = token(service, "match")
    at, given = "/reconcile/sanctions", {"api_key": key}
    manifest = client.get(at, params=given).json()
    assert "Person" in [one["id"] for one in manifest["defaultTypes"]]
    suggest = manifest["suggest"]["entity"]
    assert suggest["service_url"] == f"{ORIGIN}{at}"
    found = client.get(f"{at}{suggest['service_path']}", params={**given, "prefix": "Volk"}).json()
    assert VOLKHAR in [one["id"] for one in found["result"]]
    row = {
        "query": "Volkhar Maritime",
        "type": "Organization",
        "properties": [{"pid": "LegalEntity:registrationNumber", "v": "99001234"}],
    }
    header = {"Authorization": f"ApiKey {key}"}
    queries = json.dumps({"a": row, "b": {**row, "type": "Person"}})
    answers = client.post(at, data={"queries": queries}, headers=header).json()
    (match,) = [one for one in answers["a"]["result"] if one["id"] == VOLKHAR]
    assert match["match"] is True
    assert [one["id"] for one in match["type"]] == ["Organization"]
    assert answers["a"]["duediligence"]["unused"] == []
    assert VOLKHAR not in [one["id"] for one in answers["b"]["result"]]
    wanted = {"ids": [VOLKHAR], "properties": [{"id": "registrationNumber"}, {"id": "name"}]}
    added = client.post(at, data={"extend": json.dumps(wanted)}, headers=header).json()
    assert "99001234" in str(added["rows"][VOLKHAR]["registrationNumber"])


@for_each(
    ("path", "status"),
    [
        ("/reconcile/nowhere", 404),
        ("/reconcile/sanctions?algorithm=logic-v1", 422),
        ("/reconcile/sanctions?queries={", 400),
        ("/reconcile/sanctions/suggest/entity?limit=0", 422),
        ("/reconcile/sanctions/preview?id=un.none", 404),
    ],
)
def test_what_a_dataset_has_not_is_refused_as_by_yente(
    service: Service, client: TestClient, path: str, status: int
) -> None:
    answer = client.get(path, headers={"Authorization": f"Bearer {token(service, 'match')}"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert answer.json()["detail"]
    refused = client.get(path)
    assert (refused.status_code, {*refused.json()}) == (401, {"detail", "code"})
