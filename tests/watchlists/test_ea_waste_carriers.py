"""Waste carriers, whose format is from memory: pages of linked data, or a table."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.ea_waste_carriers import parse as carriers

from duediligence.errors import UnreadableFile
from duediligence.model import Address, Identifier, ListEntry, Name, Record

Read = Callable[..., Any]
PAGE = "registrations-0001.json"


def page(*items: object) -> dict[str, str]:
    return {PAGE: json.dumps({"items": items})}


def item(**members: object) -> dict[str, object]:
    return {"registrationNumber": "CBDU1", "holder": {"name": "A Ltd"}} | members


def test_a_carrier(read_sample: Read) -> None:
    found = read_sample(carriers)
    assert found["CBDU990101"] == ListEntry(
        id="CBDU990101",
        list_id="ea-waste-carriers",
        kind="organisation",
        names=(Name("Fabled Skips & Grab Hire Ltd"),),
        identifiers=(Identifier("GB-COH", "09900621"),),
        addresses=(Address("Unit 1, Clinker Yard, Porthvellan ZY1 7CK", "ZY1 7CK"),),
        status="upper tier",
        record=Record(
            type="registration",
            power="environmental_health",
            authority="Environment Agency",
            reference="CBDU990101",
            event="Registration to handle waste (Carrier, broker, dealer; upper tier)",
            event_date=date(2024, 3, 1),
            expires=date(2027, 3, 1),
        ),
    )
    assert found.drift == ()
    assert found["CBDL990103"].status == "lower tier"
    assert found["CBDL990103"].record.expires is None


def test_registrations_that_ended(read_sample: Read) -> None:
    found = read_sample(carriers)
    expired, revoked = found["CBDU990102"], found["CBDU990104"]
    assert (expired.record.type, expired.record.ended) == ("registration", True)
    assert expired.ends_on == date(2026, 1, 9)
    assert expired.kind == "unknown"
    # When it was revoked is not said, and it would have run until 2028.
    assert (revoked.record.type, revoked.ends_on) == ("licence_revoked", None)
    assert "revoked" in revoked.record.event
    assert revoked.record.event_date is None


def test_every_form_says_the_same(read_sample: Read) -> None:
    first = read_sample(carriers).entries
    for feeds in (1, 2):
        found = read_sample(carriers, feeds)
        assert found.entries == first
        assert found.drift == ()


def test_news_is_told(read_list: Read) -> None:
    found = read_list(
        carriers,
        page(item(registrationNumber="XY1", status={"label": "Sleeping"}, vehicles=3)),
    )
    assert found.entries[0].record.ended is False
    assert {line for line in found.drift if "no column" not in line} == {
        "unmapped registration number: XY1 (1)",
        "unmapped status: Sleeping (1)",
        "unread column: vehicles (1)",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (page(), "holds no items"),
        (page(item(holder={})), "no column holder.name"),
        (page(item(), item(holder={"name": ""}, registrationNumber="CBDU2")), "name is empty"),
        (page(item(), item()), "CBDU1 appears twice"),
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
