"""Waste carriers: pages of linked data, or the register's own download."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.ea_waste_carriers import parse as carriers

from duediligence.errors import UnreadableFile
from duediligence.model import Address, Identifier, ListEntry, Name, Record
from tests.rows import for_each

Read = Callable[..., Any]
PAGE, NEXT = "registrations-0001.json", "registrations-0002.json"
STATUSES = carriers.statuses["status"]


def page(*items: object, name: str = PAGE) -> dict[str, str]:
    return {name: json.dumps({"items": items})}


def item(**members: object) -> dict[str, object]:
    return {"registrationNumber": "CBDU1", "holder": {"name": "A Ltd"}} | members


def news(drift: tuple[str, ...]) -> set[str]:
    return {line for line in drift if "no column" not in line}


def test_a_carrier(read_sample: Read) -> None:
    found = read_sample(carriers)
    assert found["CBDU990101"] == ListEntry(
        id="CBDU990101",
        list_id="ea-waste-carriers",
        kind="organisation",
        names=(Name("Fabled Skips & Grab Hire Ltd"),),
        addresses=(Address("Unit 1, Clinker Yard, Porthvellan ZY1 7CK", "ZY1 7CK"),),
        status="upper tier",
        record=Record(
            type="registration",
            power="environmental_health",
            authority="Environment Agency",
            reference="CBDU990101",
            event="Registration to handle waste (Carrier, broker and dealer; upper tier)",
            event_date=date(2024, 3, 1),
            expires=date(2027, 3, 1),
        ),
    )
    assert found.drift == ()
    assert found["CBDL990103"].status == "lower tier"
    assert found["CBDL990103"].record.expires is None
    assert found["CBDU990102"].names[1] == Name("Unreal Clearances", "trading")


def test_the_download_says_the_same_and_what_kind_of_body_it_is(read_sample: Read) -> None:
    answers, again, download = (read_sample(carriers, feeds) for feeds in range(3))
    assert again.entries == answers.entries
    assert download.drift == ()
    for one, other in zip(answers.entries, download.entries, strict=True):
        assert (one.id, one.status, one.names[0]) == (other.id, other.status, other.names[0])
        assert one.record.expires == other.record.expires
    assert answers["CBDL990106"].kind == "unknown"
    assert download["CBDL990106"].kind == "organisation"
    assert {download[one].kind for one in ("CBDU990102", "CBDL990103")} == {"unknown"}


def test_members_of_earlier_forms_are_read(read_list: Read) -> None:
    found = read_list(
        carriers,
        page(
            item(
                holder={"name": "A Ltd", "companyNumber": "9900621"},
                tier={"label": "Upper"},
                status={"label": "Registered"},
            )
        ),
    )
    assert found["CBDU1"].identifiers == (Identifier("GB-COH", "09900621"),)
    assert news(found.drift) == set()


@for_each("word", sorted(STATUSES))
def test_no_registration_that_ended_passes_for_one_that_is_held(word: str, read_list: Read) -> None:
    other = item(registrationNumber="CBDU2", status="active")
    dates = {"registrationDate": "2023-01-10", "expiryDate": "2026-01-09"}
    entries = read_list(carriers, page(other, item(status=word.title(), **dates))).entries
    held = [entry for entry in entries if entry.id == "CBDU1"]
    if word == "pending":
        assert held == []
        return
    (record,) = (entry.record for entry in held)
    assert record.ended == (STATUSES[word] == "ended")
    assert record.low == (STATUSES[word] == "adverse")
    assert (record.type == "registration") == (word not in ("revoked", "refused"))
    # When it was revoked is not said, and it would have run until then.
    assert (record.event_date is None) == (STATUSES[word] != "neutral")
    assert (held[0].ends_on == date(2026, 1, 9)) == (word == "expired")


def test_holders_of_one_registration_are_names_of_it(read_list: Read) -> None:
    holders = [{"name": "A N Imaginary"}, {"name": "B Imaginary"}]
    found = read_list(carriers, page(item(holder=holders)))
    assert [name.text for name in found["CBDU1"].names] == ["A N Imaginary", "B Imaginary"]


def test_what_a_later_page_repeats_is_read_once(read_list: Read) -> None:
    second = item(registrationNumber="CBDU2")
    found = read_list(carriers, page(item()) | page(item(), second, name=NEXT))
    assert [entry.id for entry in found.entries] == ["CBDU1", "CBDU2"]
    assert news(found.drift) == {"left out: repeated by a later page (1)"}
    with pytest.raises(UnreadableFile, match="CBDU1 appears twice"):
        read_list(carriers, page(item()) | page(item(holder={"name": "B Ltd"}), name=NEXT))


def test_news_is_told(read_list: Read) -> None:
    lower = item(registrationNumber="CBDL2", regime={"prefLabel": "Upper tier"})
    middle = item(registrationNumber="CBDU3", regime={"prefLabel": "Middle"})
    found = read_list(carriers, page(item(registrationNumber="XY1", vehicles=3), lower, middle))
    assert news(found.drift) == {
        "unmapped registration number: XY1 (1)",
        "unmapped tier: Upper tier (CBDL) (1)",
        "unmapped tier: Middle (CBDU) (1)",
        "unread column: vehicles (1)",
    }


@for_each(
    ("content", "message"),
    [
        (page(), "holds no items"),
        (page(item(holder={})), "no column holder.name"),
        (page(item(), item(holder={"name": ""}, registrationNumber="CBDU2")), "name is empty"),
        (page(item(), item()), "CBDU1 appears twice"),
        (page(item(), item(status="Sleeping")), "row 2: status has the value 'Sleeping'"),
        (page(1), "items"),
        ({PAGE: "{}"}, "items"),
        ({PAGE: "<html>"}, "is a web page"),
    ],
)
def test_what_is_no_register_is_refused(
    content: dict[str, str], message: str, read_list: Read
) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_list(carriers, content)
    assert message in str(error.value)
