"""Food hygiene ratings in two schemes, two forms and a file for each authority."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.fhrs import parse as fhrs

from duediligence.errors import UnreadableFile
from duediligence.model import Address, ListEntry, Name, Record
from tests.rows import for_each

Read = Callable[..., Any]
FIELDS = {
    "FHRSID": "9900999",
    "BusinessName": "Invented Kitchen",
    "BusinessType": "Other catering premises",
    "PostCode": "ZY1 1ZZ",
    "RatingValue": "5",
    "RatingDate": "2026-01-02",
    "LocalAuthorityName": "Porthvellan",
    "SchemeType": "FHRS",
    "NewRatingPending": "False",
}


def xml(**fields: str) -> dict[str, str]:
    tags = "".join(f"<{tag}>{value}</{tag}>" for tag, value in (FIELDS | fields).items())
    return {
        "FHRS990en-GB.xml": "<FHRSEstablishment><EstablishmentCollection><EstablishmentDetail>"
        f"{tags}</EstablishmentDetail></EstablishmentCollection></FHRSEstablishment>"
    }


def answer(*records: object, **fields: object) -> dict[str, str]:
    collection = list(records) or [FIELDS | fields]
    return {
        "FHRS990en-GB.json": json.dumps(
            {"FHRSEstablishment": {"EstablishmentCollection": collection}}
        )
    }


def test_a_rating(read_sample: Read) -> None:
    found = read_sample(fhrs)
    assert found["9900102"] == ListEntry(
        id="9900102",
        list_id="fhrs",
        kind="organisation",
        names=(Name("Nowhere Pasties Ltd"), Name("The Imaginary Oven", "trading")),
        # The first line of the address is not there.
        addresses=(Address("4 Crimp Street, Porthvellan ZY1 4CS", "ZY1 4CS"),),
        status="2",
        record=Record(
            type="rating",
            power="environmental_health",
            authority="Porthvellan",
            reference="9900102",
            event="Food hygiene rating 2 out of 5",
            event_date=date(2026, 2, 11),
            outcome="Points for faults: hygiene 10, structure 10, confidence in management 10",
            low=True,
        ),
        remarks="Takeaway/sandwich shop; a new rating is pending",
        url="https://ratings.food.gov.uk/business/9900102",
    )
    assert {entry.status: entry.record.low for entry in found.entries} == {
        "1": True,
        "2": True,
        "5": False,
        "Awaiting Inspection": False,
        "Exempt": False,
        "Improvement Required": True,
        "Pass": False,
    }
    assert {entry.record.authority for entry in found.entries} == {"Porthvellan", "Tarvit"}
    assert found.drift == ("left out: establishment without a name (1)",)
    assert found.published == date(2026, 11, 21)


def test_every_form_says_the_same(read_sample: Read) -> None:
    preferred, alternate = read_sample(fhrs), read_sample(fhrs, 1)
    assert alternate.entries == preferred.entries[:5]
    assert alternate.published == preferred.published
    for feeds in (3, 4):
        nation = read_sample(fhrs, feeds)
        assert nation.entries == preferred.entries
        assert nation.drift == preferred.drift
        # It does not say of which day it is.
        assert nation.published is None


def test_mobile_caterers_have_no_address(read_sample: Read) -> None:
    without = [entry for entry in read_sample(fhrs, 3).entries if not entry.addresses]
    assert {entry.remarks for entry in without} >= {"Mobile caterer"}


@for_each("word", sorted(fhrs.statuses["RatingValue"]))
@for_each("joined", [False, True])
def test_a_rating_is_low_by_its_own_scheme(word: str, read_list: Read, *, joined: bool) -> None:
    written = word.title().replace(" ", "") if joined else word.title()
    (entry,) = read_list(fhrs, xml(RatingValue=written)).entries
    low = word in ("0", "1", "2", "improvement required")
    assert entry.record.low is low
    assert entry.status == word.title()


@for_each("make", [xml, answer])
def test_new_fields_and_values_are_told(
    make: Callable[..., dict[str, str]], read_list: Read
) -> None:
    found = read_list(fhrs, make(SchemeType="FHXS", RatingDate="soon", New="1"))
    assert [line for line in found.drift if line.startswith("unmapped")] == [
        "unmapped RatingDate: soon (1)",
        "unmapped SchemeType: FHXS (1)",
    ]
    assert found.drift[-1] in ("unread tag: New (1)", "unread field: New (1)")
    assert found.entries[0].record.low is False
    assert found.published is None


def test_an_empty_date_and_an_empty_postcode_are_nothing(read_list: Read) -> None:
    found = read_list(fhrs, xml(RatingDate="", PostCode=""))
    assert (found.entries[0].record.event_date, found.entries[0].addresses) == (None, ())
    assert found.drift == ()


@for_each(
    ("content", "message"),
    [
        (xml(FHRSID=""), "establishment 1: FHRSID is missing"),
        (xml(FHRSID="../9"), "establishment 1: FHRSID is '../9'"),
        (xml(RatingValue=""), "establishment 1: RatingValue is missing"),
        (xml(RatingValue="6"), "establishment 9900999: RatingValue has the value '6', which is"),
        (answer(RatingValue="Closed"), "FHRS990en-GB.json: establishment 9900999: RatingValue has"),
        ({"FHRS_All_en-GB.csv": "FHRSID,RatingValue,SchemeType\n1,5,FHRS\n"}, "no column Local"),
        ({"FHRS_All_en-GB.csv": "{}"}, "FHRS_All_en-GB.csv"),
        (xml(BusinessName=""), "holds no entry at all"),
        ({"FHRS990en-GB.xml": "<FHRSEstablishment/>"}, "holds no establishment"),
        ({"FHRS990en-GB.xml": "<html/>"}, "is a web page"),
        ({"FHRS990en-GB.xml": ""}, "is empty"),
        (answer(1), "establishment 1 is not an object"),
        (answer(BusinessName=["a"]), "BusinessName: holds list"),
        ({"FHRS990en-GB.json": '{"FHRSEstablishment": {}}'}, "EstablishmentCollection"),
        ({"FHRS990en-GB.json": "[]"}, "holds no FHRSEstablishment"),
        (xml() | {"FHRS991en-GB.xml": xml()["FHRS990en-GB.xml"]}, "9900999 appears twice"),
    ],
)
def test_what_is_no_file_of_ratings_is_refused(
    content: dict[str, str], message: str, read_list: Read
) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_list(fhrs, content)
    assert message in str(error.value)
