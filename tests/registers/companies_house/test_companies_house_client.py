"""The client against a real server: lists to their end, none told from nothing, limits kept."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from duediligence.demo import server as demo
from duediligence.errors import FetchFailed, UnreadableFile
from duediligence.model import Identifier, PartialDate
from duediligence.model.entries import COMPANY
from duediligence.registers.companies_house import client
from duediligence.registers.companies_house.client import CompaniesHouse

Record = dict[str, Any]
Ask = Callable[..., CompaniesHouse]
NUMBER = "99000101"


def _list(items: list[Record], total: str = "total_results") -> Record:
    return {"items": items, total: len(items), "start_index": 0, "items_per_page": 25}


def test_a_company_and_one_that_is_not_there(ask: Ask, profile: Record) -> None:
    house = ask({f"company/{NUMBER}": profile})
    assert house.company(NUMBER).name == "PALE HERON WORKS LTD"
    assert house.company("99000999") is None
    (source,) = house.sources
    assert source.part == "company"
    assert source.address.endswith(f"/company/{NUMBER}")
    assert len(source.sha256) == 64
    assert house.fresh().sources == []


@pytest.mark.parametrize("number", ["", "9900010", "990001011", "../99000", "9900 101", "SC99ÄÖÜ1"])
def test_what_is_no_number_is_not_asked_for(ask: Ask, number: str) -> None:
    house = ask({})
    with pytest.raises(UnreadableFile, match="not a company number"):
        house.company(number)
    assert house.sources == []


@pytest.mark.parametrize("count", [0, 1, 34, 35, 36, 499, 500, 501, 1203])
def test_officers_are_read_to_the_last(ask: Ask, officer_record: Record, count: int) -> None:
    items = [{**officer_record, "name": f"NUMBER{n}, Olaf"} for n in range(count)]
    house = ask({f"company/{NUMBER}/officers": _list(items)})
    found = house.officers(NUMBER)
    assert [officer.surname for officer in found] == [f"NUMBER{n}" for n in range(count)]
    assert house.cut_short == []


def test_a_server_that_gives_fewer_than_asked_for_is_followed(
    ask: Ask, owner_record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "_OTHER_PAGES", (7, 7))
    path = f"company/{NUMBER}/persons-with-significant-control"
    house = ask({path: _list([{**owner_record, "name": f"Owner {n}"} for n in range(30)])})
    assert [owner.name for owner in house.owners(NUMBER)] == [f"Owner {n}" for n in range(30)]


@pytest.mark.parametrize("method", ["officers", "owners", "statements", "filings", "charges"])
def test_none_is_an_empty_answer(ask: Ask, method: str) -> None:
    house = ask({})
    assert getattr(house, method)(NUMBER) == ()
    assert house.insolvencies(NUMBER) == ()


def test_a_list_without_items_is_not_read_as_none(ask: Ask) -> None:
    house = ask({f"company/{NUMBER}/charges": {"total_count": 3}})
    with pytest.raises(UnreadableFile, match="no items"):
        house.charges(NUMBER)


def test_a_list_that_ends_before_its_total_is_said_to_be_cut_short(
    ask: Ask, officer_record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"company/{NUMBER}/officers"
    monkeypatch.setattr(demo, "_cut_answer_page", lambda body, resource, query: body)
    house = ask({path: {**_list([officer_record] * 3), "total_results": 5}})
    assert len(house.officers(NUMBER)) == 3
    ((part, told),) = house.cut_short
    assert part == "officers"
    assert "only the first 3 of 5" in told


def test_ten_thousand_appointments_end_at_the_cap_and_that_is_said(ask: Ask) -> None:
    items = [
        {"appointed_to": {"company_number": f"99{n:06}", "company_name": "X"}, "name": "A"}
        for n in range(10_000)
    ]
    house = ask({"officers/A_b-1/appointments": _list(items)})
    found = house.appointments("A_b-1")
    assert len(found) == client.MOST_APPOINTMENTS == 1000
    assert found[-1].company_number == "99000999"
    assert len(house.sources) == 20
    ((part, told),) = house.cut_short
    assert part == "appointments"
    assert "only the first 1,000 of 10,000" in told


def test_filings_of_the_kinds_that_matter_by_their_own_total(ask: Ask) -> None:
    items = [
        {"category": category, "type": "X", "description": "x", "date": "2026-01-01"}
        for category in ("gazette", "capital", "accounts", "mortgage") * 60
    ]
    house = ask({f"company/{NUMBER}/filing-history": _list(items, "total_count")})
    found = house.filings(NUMBER)
    assert len(found) == 120
    assert {filing.category for filing in found} == {"gazette", "accounts"}


def test_an_exemption_is_asked_for_where_the_record_links_to_one(ask: Ask, profile: Record) -> None:
    item = {"items": [{"exempt_from": "2018-01-01"}]}
    held = {
        f"company/{NUMBER}": profile,
        f"company/{NUMBER}/exemptions": {"exemptions": {"psc_exempt_as_x": item}},
        "company/99000102": {**profile, "company_number": "99000102", "links": {}},
    }
    house = ask(held)
    assert house.psc_exempt(NUMBER, date(2026, 11, 24))
    assert not house.psc_exempt("99000102", date(2026, 11, 24))


def test_the_disqualified_are_fetched_only_where_they_fit(ask: Ask) -> None:
    def person(key: str, born: str) -> Record:
        return {
            "title": "Mr",
            "forename": "Osric",
            "surname": "BLACKMERE",
            "date_of_birth": born,
            "links": {"self": f"/disqualified-officers/natural/{key}"},
            "disqualifications": [{"disqualification_type": "undertaking", "address": {"a": "b"}}],
        }

    held = {
        f"disqualified-officers/natural/{key}": person(key, born)
        for key, born in (("one", "1968-06-18"), ("two", "1950-01-01"))
    }
    house = ask(held)
    asked: list[tuple[tuple[str, ...], PartialDate | None]] = []

    def fits(names: tuple[str, ...], birth_date: PartialDate | None) -> bool:
        asked.append((names, birth_date))
        return birth_date == PartialDate(1968, 6)

    (found,) = house.disqualified("Osric Blackmere", fits)
    assert (found.officer_id, found.type) == ("one", "undertaking")
    assert len(asked) == 2
    paths = [source.address.partition("?")[0].rpartition("/")[2] for source in house.sources]
    assert paths == ["disqualified-officers", "one"]


def test_a_search_by_name(ask: Ask, profile: Record) -> None:
    house = ask({f"company/{NUMBER}": profile})
    (found,) = house.search("Pale Heron Works")
    assert found.identifier == Identifier(COMPANY, NUMBER)
    assert (found.name, found.postcode, found.status) == (
        "PALE HERON WORKS LTD",
        "ZY1 1AA",
        "active",
    )
    assert house.search("Nothing Like It") == ()


def test_a_register_that_is_down_says_so(ask: Ask) -> None:
    broken = {"exception_id": "x", "error": "Internal server error"}
    house = ask({f"company/{NUMBER}.error": broken})
    with pytest.raises(FetchFailed, match="500"):
        house.officers(NUMBER)


def test_what_cannot_be_read_names_the_address(ask: Ask, profile: Record) -> None:
    house = ask({f"company/{NUMBER}": {**profile, "date_of_creation": "long ago"}})
    with pytest.raises(UnreadableFile, match=rf"/company/{NUMBER}: date_of_creation"):
        house.company(NUMBER)


def test_the_limit_is_waited_for(ask: Ask, profile: Record) -> None:
    held = {f"company/9900{n:04}": {**profile, "company_number": f"9900{n:04}"} for n in range(9)}
    house = ask(held, limit=4, window=1)
    assert [house.company(f"9900{n:04}").number for n in range(9)] == sorted(
        path.removeprefix("company/") for path in held
    )
