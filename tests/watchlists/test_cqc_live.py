"""Answers of the Care Quality Commission about our suppliers, as the list reads them."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.cqc_live import parse

from duediligence.errors import UnreadableFile
from duediligence.model import RegisteredService
from tests.rows import for_each

Read = Callable[..., Any]
FILE = "care-quality.jsonl"
SAMPLE = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "cqc-live" / FILE


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SAMPLE.read_text("utf-8").splitlines()]


def text(changed: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(line) + "\n" for line in changed)


def test_a_place_has_the_grades_of_its_services_and_assessments(read_sample: Read) -> None:
    found = read_sample(parse)
    assert found.drift == ()
    assessed = found["1-990109103"]
    assert assessed.service == RegisteredService(
        number="1-990109103",
        nation="England",
        kinds=("Care home service without nursing",),
        place="Heather Lodge",
        owner="Wychling Invented Homes Limited",
        owner_number="1-990009091",
        area="Porthvellan",
        capacity=20,
        standing="Dormant",
        registered_on=date(2019, 4, 1),
        graded_on=date(2026, 9, 2),
        grades=(("Residential and nursing homes", "Inadequate"),),
    )
    assert (assessed.status, assessed.record.low) == ("Inadequate", True)
    assert assessed.record.event == (
        "No grade of Heather Lodge as a whole; the worst of a part: Inadequate"
    )
    whole = found["1-990109105"]
    assert (whole.service.grade, whole.record.low) == ("Good", False)
    assert whole.service.grades == (("Homes for older people", "Good"),)
    assert [name.text for name in whole.names][1:] == ["Sorrel Lodge", "Sorrel House"]
    assert "registered manager absent since 2026-10-01" in whole.record.outcome
    gone = found["1-990109104"]
    assert (gone.ends_on, gone.record.ended, gone.status) == (
        date(2025, 3, 31),
        True,
        "Deregistered",
    )


def test_the_rating_of_an_assessment_stands_in_for_one_of_the_whole(read_list: Read) -> None:
    held = lines()
    held[3]["answer"]["assessment"][0]["ratings"]["overall"][0]["rating"] = "Requires improvement"
    service = read_list(parse, {FILE: text(held)})["1-990109103"].service
    assert (service.grade, service.graded_on) == ("Requires improvement", date(2026, 9, 2))


def test_a_member_that_nobody_knows_is_reported(read_list: Read) -> None:
    held = lines()
    held[2]["answer"]["unknown"] = ["enforcement"]
    held[3]["answer"]["currentRating"] = {}
    assert read_list(parse, {FILE: text(held)}).drift == (
        "unread member: currentRating (1)",
        "unread member: enforcement (1)",
    )


@for_each(
    ("member", "value"),
    [
        ("currentRatings", [{"overall": {"rating": "Inadequate"}}]),
        ("currentRatings", {"overall": [{"rating": "Inadequate"}]}),
        ("currentRatings", {"overall": "Inadequate"}),
        ("currentRatings", {"serviceRatings": {"rating": "Inadequate"}}),
        ("assessment", ["Inadequate"]),
    ],
)
def test_a_rating_in_another_form_is_refused_and_not_missed(
    member: str, value: object, read_list: Read
) -> None:
    held = lines()
    held[2]["answer"][member] = value
    with pytest.raises(UnreadableFile, match="has another form"):
        read_list(parse, {FILE: text(held)})


def test_places_that_are_no_number_of_people_are_reported(read_list: Read) -> None:
    held = lines()
    held[2]["answer"]["numberOfBeds"] = True
    held[3]["answer"]["numberOfBeds"] = 10**30
    found = read_list(parse, {FILE: text(held)})
    assert found["1-990109102"].service.capacity is found["1-990109103"].service.capacity is None
    assert len([line for line in found.drift if "numberOfBeds" in line]) == 2


@for_each(
    ("at", "change", "message"),
    [
        (0, {"asked_at": "soon"}, "does not say when it was asked"),
        (0, {"records": 9}, "does not hold the answers that it says"),
        (2, {"answer": {"name": "Nothing"}}, "an answer lacks one of providerId, name"),
    ],
)
def test_answers_that_are_not_whole_are_refused(
    at: int, change: dict[str, Any], message: str, read_list: Read
) -> None:
    held = lines()
    held[at] |= change
    with pytest.raises(UnreadableFile) as error:
        read_list(parse, {FILE: text(held)})
    assert message in str(error.value)
