"""Permits for waste sites: two registers of linked data, one entry a permit."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from duediligence.watchlists.ea_waste_permits import parse as permits

from duediligence.model import Address, ListEntry, Name, Record

Read = Callable[..., Any]
WASTE, VEHICLES = "waste-operations-0001.json", "end-of-life-vehicles-0001.json"


def item(status: str, place: str = "1 Ash Way") -> dict[str, object]:
    return {
        "registrationNumber": "EPR/A1",
        "holder": {"name": "A Ltd"},
        "status": {"@id": "http://a.example/status/1", "comment": status},
        "site": {"siteAddress": {"address": place}},
    }


def pages(*items: object) -> dict[str, str]:
    held = {WASTE: items, VEHICLES: [item("Effective") | {"registrationNumber": "EPR/V1"}]}
    return {name: json.dumps({"items": list(some)}) for name, some in held.items()}


def test_a_permit_for_two_sites_is_one_entry(read_sample: Read) -> None:
    found = read_sample(permits)
    assert found["EPR/ZZ9901AA"] == ListEntry(
        id="EPR/ZZ9901AA",
        list_id="ea-waste-permits",
        kind="organisation",
        names=(Name("Clinkerford Recycling Limited"),),
        addresses=(
            Address("Clinkerford Transfer Station, Cinder Lane, Porthvellan ZY1 7CK", "ZY1 7CK"),
            Address("Clinkerford North, Ember Road, Porthvellan ZY1 8CK", "ZY1 8CK"),
        ),
        record=Record(
            type="registration",
            power="environmental_health",
            authority="Environment Agency",
            reference="EPR/ZZ9901AA",
            act_section="Environmental Permitting (England and Wales) Regulations 2016 reg 12",
            event="Permit for a waste operation (Clinkerford Transfer Station)",
            event_date=date(2019, 5, 14),
        ),
    )
    assert found["EPR/ZZ9906AA"].names[1] == Name("Pendle Breakers", "trading")
    # An individual may hold one.
    assert found["EPR/ZZ9907AA"].kind == "unknown"
    assert found.drift == ("left out: permit surrendered (1)",)


def test_of_two_states_of_one_permit_the_gravest_counts(read_list: Read) -> None:
    for states in (("Effective", "Revoked"), ("Revoked", "Suspended")):
        found = read_list(permits, pages(*(item(one, f"{one} Row") for one in states)))
        assert found["EPR/A1"].record.type == "licence_revoked"
        assert len(found["EPR/A1"].addresses) == 2
    found = read_list(permits, pages(item("Effective"), item("Suspended", "2 Ash Way")))
    assert (found["EPR/A1"].record.type, found["EPR/A1"].record.low) == ("registration", True)
