"""The Care Quality Commission is asked about our suppliers: a real server on loopback."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import DriftItem, Identifier, Supplier
from duediligence.model.entries import COMPANY, REGISTRATION
from duediligence.registers import care_quality
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import Refreshed, refresh
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.workspace import Workspace
from tests.homes import read_as_another_program

Open = Callable[..., Workspace]
SAMPLE = RefreshTerms(scale=SAMPLE_SCALE)
LIST, KEY = "cqc-live", "an-invented-key"
# On the bulk register beside the number of the company.
PLACE, PROVIDER, NUMBER = "1-990101402", "1-990001402", "99001402"
NEW, GONE, OWN = "1-990199001", "1-990199002", "1-990199003"


def place(number: str, provider: str, **members: object) -> dict[str, Any]:
    """An answer about a location, in the form of the Commission."""
    manager = {
        "personTitle": "Ms",
        "personGivenName": "Ann",
        "personFamilyName": "Overquill",
        "personRoles": ["Registered Manager"],
    }
    return {
        "locationId": number,
        "providerId": provider,
        "organisationType": "Location",
        "type": "Social Care Org",
        "name": f"Invented House {number[-1]}",
        "registrationStatus": "Registered",
        "registrationDate": "2019-04-01",
        "numberOfBeds": 12,
        "postalAddressLine1": f"{number[-1]} Figment Road",
        "postalAddressTownCity": "Trevannick",
        "postalCode": "ZY2 8GL",
        "mainPhoneNumber": "01632960417",
        "localAuthority": "Porthvellan",
        "regulatedActivities": [{"name": "Personal care", "code": "RA1", "contacts": [manager]}],
        "gacServiceTypes": [{"name": "Homecare agencies", "description": "Domiciliary care"}],
        "currentRatings": {
            "overall": {
                "rating": "Good",
                "reportDate": "2024-05-06",
                "keyQuestionRatings": [{"name": "Safe", "rating": "Good"}],
            },
            "reportDate": "2024-05-06",
        },
        **members,
    }


class Commission:
    """Answers as the API does, and counts what it was asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.records: dict[str, dict[str, Any]] = {
            f"/locations/{PLACE}": place(PLACE, PROVIDER),
            f"/locations/{NEW}": place(NEW, PROVIDER, dormancy="Y", currentRatings={}),
            f"/locations/{GONE}": place(
                GONE, PROVIDER, registrationStatus="Deregistered", deregistrationDate="2025-03-31"
            ),
            f"/locations/{OWN}": place(OWN, "1-990099009"),
            f"/providers/{PROVIDER}": {
                "providerId": PROVIDER,
                "locationIds": [PLACE, NEW, GONE],
                "organisationType": "Provider",
                "ownershipType": "Organisation",
                "name": "Sunnyhaven Residential Care Homes Ltd",
                "registrationStatus": "Registered",
                "registrationDate": "2019-03-20",
                "companiesHouseNumber": "99001402",
                "contacts": [{"personFamilyName": "Overquill"}],
                "currentRatings": {},
            },
        }
        self.changes: list[str | dict[str, str]] = []
        self.asked: list[str] = []
        self.busy = 0
        server.expect_request(re.compile(".*")).respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        path = request.path.removeprefix("/public/v1")
        self.asked.append(path)
        if request.headers.get("Ocp-Apim-Subscription-Key") != KEY:
            return Response(status=401)
        assert "Authorization" not in request.headers
        if self.busy:
            self.busy -= 1
            return Response(status=429, headers={"Retry-After": "0"})
        if path.startswith("/changes/"):
            assert request.args["startTimestamp"].endswith("Z")
            page, location = int(request.args["page"]), path.endswith("location")
            changes = self.changes[page - 1 : page] if location else []
            pages = len(self.changes) if location else 0
            found: Any = {"total": pages, "page": page, "totalPages": pages, "changes": changes}
        else:
            found = self.records.get(path)
        if found is None:
            return Response('{"message": "No Locations found"}', status=404)
        return Response(json.dumps(found), content_type="application/json")


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1", port=0) as running:
        yield running


@pytest.fixture
def commission(server: HTTPServer) -> Commission:
    return Commission(server)


@pytest.fixture
def ask(open_workspace: Open, home: Path, server: HTTPServer) -> Callable[..., Any]:
    """Refresh the list so many days on: how it ended, and its entries by id."""

    def run(days: int = 0, key: str = KEY) -> tuple[Refreshed, dict[str, Any]]:
        url = server.url_for("/public/v1")
        at = NOW + timedelta(days=days)
        workspace = open_workspace(home, at=at, cqc_url=url, cqc_key=key)
        workspace.backoff = 0.01
        if not days:
            ours = Supplier(ref="S1", name="Sunnyhaven", identifiers=(Identifier(COMPANY, NUMBER),))
            own = Supplier(ref="S2", name="Own", identifiers=(Identifier(REGISTRATION, OWN),))
            other = Supplier(ref="S3", name="Other", identifiers=(Identifier(COMPANY, "99000009"),))
            workspace.suppliers.save([ours, own, other], file="s.csv", at=NOW)
        (done,) = refresh(workspace, [LIST], terms=SAMPLE)
        entries = workspace.lists.entries(done.version) if done.version else ()
        return done, {entry.id: entry for entry in entries}

    return run


def test_a_supplier_leads_to_its_provider_and_to_all_places_of_it(
    ask: Callable[..., Any], commission: Commission, open_workspace: Open, home: Path
) -> None:
    done, found = ask()
    assert (done.result, done.error) == ("loaded", None)
    assert found.keys() == {PLACE, NEW, GONE, OWN, PROVIDER}
    assert found[PLACE].status == found[PLACE].service.grade == "Good"
    assert [str(number) for number in found[NEW].identifiers] == ["GB-COH-99001402"]
    assert (found[NEW].service.standing, found[NEW].record.type) == ("Dormant", "registration")
    assert found[GONE].record.ended
    # A provider that has no answer of its own: the place stands by its name.
    assert found[OWN].names[0].text == "Invented House 3"
    (status,) = statuses(open_workspace(home, at=NOW), [LIST])
    assert status.state == "current"


def test_people_are_in_no_file_and_neither_is_what_nobody_knows(
    ask: Callable[..., Any], commission: Commission, home: Path
) -> None:
    commission.records[f"/locations/{OWN}"]["matron"] = {"name": "Ann Overquill"}
    done, _ = ask()
    assert DriftItem("unread", "member", "matron") in done.version.drift
    files = read_as_another_program(home).values()
    assert any(b"Sunnyhaven Residential" in one for one in files)
    assert not [one for one in files if b"Overquill" in one or b"960417" in one]


def test_what_the_commission_no_longer_finds_stays_as_no_longer_found(
    ask: Callable[..., Any], commission: Commission
) -> None:
    _, before = ask()
    # OWN is there, and what was deregistered before stays so.
    commission.records = {f"/locations/{OWN}": commission.records[f"/locations/{OWN}"]}
    _, found = ask(days=60)
    assert found.keys() == before.keys()
    ended = {number: entry.record.event for number, entry in found.items() if entry.record.ended}
    assert ended[PLACE].startswith("No longer found at the Care Quality Commission by 2027-01-19")
    assert ended.keys() == {PLACE, NEW, PROVIDER, GONE}
    assert "No longer registered" in ended[GONE]
    assert "last rated Good" in found[PLACE].record.outcome
    # It is asked for each time, and is what it was when it is there again.
    commission.records[f"/locations/{PLACE}"] = place(PLACE, PROVIDER)
    _, found = ask(days=61)
    assert (found[PLACE].status, found[PLACE].record.ended) == ("Good", False)
    assert "by 2027-01-19" in found[NEW].record.event


def test_a_member_that_has_become_known_is_asked_for(
    ask: Callable[..., Any], commission: Commission, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = commission.records[f"/locations/{OWN}"]
    monkeypatch.setattr(care_quality, "KEPT", care_quality.KEPT - {"alsoKnownAs"})
    record["alsoKnownAs"] = "Sorrel House"
    ask()
    monkeypatch.undo()
    commission.asked.clear()
    done, found = ask(days=1)
    assert [path for path in commission.asked if OWN in path] == [f"/locations/{OWN}"]
    assert "Sorrel House" in [name.text for name in found[OWN].names]
    assert not [item for item in done.version.drift if item.kind == "unread"]


def test_a_new_place_that_its_provider_is_not_told_for_is_found_within_a_week(
    ask: Callable[..., Any], commission: Commission
) -> None:
    ask()
    new = "1-990199004"
    commission.records[f"/locations/{new}"] = place(new, PROVIDER)
    commission.records[f"/providers/{PROVIDER}"]["locationIds"].append(new)
    commission.changes = [new]
    _, found = ask(days=7)
    assert new in found


def test_only_what_changed_is_asked_again(ask: Callable[..., Any], commission: Commission) -> None:
    ask()
    commission.asked.clear()
    record = commission.records[f"/locations/{PLACE}"]
    worse = copy.deepcopy(record)
    worse["currentRatings"]["overall"] |= {"rating": "Inadequate", "reportDate": "2026-11-21"}
    worse["regulatedActivities"][0]["contacts"][0]["personGivenName"] = "Bea"
    commission.records[f"/locations/{PLACE}"] = worse
    # Some programs read the ids by themselves, some in an object; strangers are among them.
    commission.changes = ["1-990555555", {"locationId": PLACE}]
    done, found = ask(days=2)
    assert done.result == "loaded"
    changes = [path for path in commission.asked if path.startswith("/changes/")]
    assert changes == ["/changes/provider", "/changes/location", "/changes/location"]
    rest = [path for path in commission.asked if path not in changes]
    # Neither is what was not there, of which nobody says that it changed.
    assert rest == [f"/locations/{PLACE}"]
    assert (found[PLACE].status, found[PLACE].record.low) == ("Inadequate", True)
    assert "registered managers changed by 2026-11-22" in found[PLACE].record.outcome
    assert "managers changed" not in found[NEW].record.outcome
    # What is too long ago is asked anew, and the day of the change stays.
    commission.asked.clear()
    _, found = ask(days=60)
    assert not [path for path in commission.asked if path.startswith("/changes/")]
    assert f"/locations/{GONE}" in commission.asked
    assert "registered managers changed by 2026-11-22" in found[PLACE].record.outcome


def test_a_server_that_is_busy_is_asked_again_and_a_refused_key_is_said(
    ask: Callable[..., Any], commission: Commission
) -> None:
    done, _ = ask(key="another")
    assert done.result == "failed"
    assert "refused the key" in done.error.said
    assert "another" not in str(done.error)
    commission.busy = 1
    done, found = ask(days=1)
    assert (done.result, len(found)) == ("loaded", 5)


def test_without_a_key_nothing_is_asked(ask: Callable[..., Any], commission: Commission) -> None:
    done, _ = ask(key="")
    assert (done.result, commission.asked) == ("absent", [])
    assert "there is no key" in done.error.message


def test_an_answer_that_is_no_record_fails_the_refresh(
    ask: Callable[..., Any], commission: Commission
) -> None:
    commission.records[f"/locations/{PLACE}"] = {"name": "Nothing"}
    done, _ = ask()
    assert done.result == "failed"
    assert "is no record" in done.error.said
    deep = json.loads('{"name":' * 300 + "1" + "}" * 300)
    commission.records[f"/locations/{PLACE}"] = place(PLACE, PROVIDER, lastReport=deep)
    done, _ = ask()
    assert "is nested deeper" in done.error.said
    commission.records[f"/locations/{PLACE}"] = place(PLACE, PROVIDER)
    commission.records[f"/providers/{PROVIDER}"]["locationIds"] = [{"locationId": PLACE}]
    done, _ = ask()
    assert "have another form" in done.error.said
