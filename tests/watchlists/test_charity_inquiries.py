"""Inquiries and warnings of the Charity Commission, told by the titles of its documents."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.charity_inquiries import parse as inquiries

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from duediligence.model import Identifier
from tests.rows import for_each

Read = Callable[..., Any]


def search(*titles: str) -> dict[str, str]:
    found = [
        {"title": title, "link": f"/government/publications/{number}"}
        for number, title in enumerate(titles)
    ]
    answer = {"results": found, "total": len(found)}
    return {"charity-inquiries-0001.json": json.dumps(answer)}


def test_the_sample(read_sample: Read) -> None:
    found = read_sample(inquiries)
    told = [(entry.name, entry.record.event.partition(":")[0]) for entry in found.entries]
    assert told[:4] == [
        ("The Marrowfat Relief Fund", "Statutory inquiry"),
        ("Hallowmere Boat Trust", "Official warning"),
        ("Tumbledown Almshouses", "Regulatory case"),
        ("Friends of the Sample Lighthouse", "Statutory inquiry"),
    ]
    # A class is no charity; those that its report names with their numbers are.
    assert [(entry.name, entry.identifiers[0].id) for entry in found.entries[4:]] == [
        ("Windlestraw Toy Library", "9900452"),
        ("Gullcliff Village Hall Fund", "9900453"),
        ("Lanternfield Reading Room", "9900454"),
    ]
    assert found.drift == (
        "left out: decision that is not an inquiry, warning or case report (1)",
        "left out: inquiry into a class of charities (see its report) (1)",
    )
    first = found.entries[0]
    assert first.id == "charity-inquiry-the-marrowfat-relief-fund"
    assert first.identifiers == (Identifier("GB-CHC", "9900451"),)
    assert first.record.known_date == date(2026, 10, 2)
    assert first.url == f"https://www.gov.uk/government/publications/{first.id}"


def test_an_inquiry_goes_to_no_ground(read_sample: Read) -> None:
    for entry in read_sample(inquiries).entries:
        assert grounds_for(entry.record.act_section, entry.record.type) == inquiries.grounds == ()


@for_each(
    ("title", "name"),
    [
        ("Charity Inquiry: Sample 2000", "Sample 2000"),
        ("Statement of the results of an inquiry into The A Trust", "The A Trust"),
        ("Official warning issued to B (charity no. 990001)", "B"),
        ("Operational Compliance Report - C", "C"),
        ("Case report: D, registered charity number 9900012", "D"),
        ("Charity Inquiry: E Trust (double defaulters class inquiry)", "E Trust"),
        ("Charity Inquiry: United Charities of F", "United Charities of F"),
    ],
)
def test_titles(read_list: Read, title: str, name: str) -> None:
    assert read_list(inquiries, search(title)).entries[0].name == name


def test_a_title_without_a_name_is_told(read_list: Read) -> None:
    found = read_list(inquiries, search("Charity inquiry: A", "Charity inquiry: 9900012"))
    assert len(found.entries) == 1
    assert found.drift == ("unmapped title: Charity inquiry: 9900012 (1)",)


@for_each(
    "title",
    [
        "Charity Inquiry: double defaulter charities between April 2024 and March 2025",
        "Inquiry report: class inquiry into charities linked to G",
        "Charity inquiry: charities with the same trustees",
    ],
)
def test_a_class_of_charities_is_no_charity(read_list: Read, title: str) -> None:
    found = read_list(inquiries, search("Charity inquiry: A", title))
    assert [entry.name for entry in found.entries] == ["A"]
    assert "inquiry into a class" in found.drift[0]


@for_each(
    ("title", "message"),
    [
        ("Charity Inquiry: double defaulter charities", "names no charity with its number"),
        ("Official statistics", "is not the report of an inquiry into a class of charities"),
        ("Charity Inquiry: A Trust", "is not the report of an inquiry into a class of charities"),
    ],
)
def test_a_page_that_is_no_report_with_names_is_refused(
    read_list: Read, title: str, message: str
) -> None:
    page = f"<html><body><main><h1>{title}</h1><p>40 complied.</p></main></body></html>"
    with pytest.raises(UnreadableFile, match=message):
        read_list(inquiries, search("Charity inquiry: A") | {"report-2026.html": page})


def test_answers_without_an_inquiry_are_refused(read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match=r"charity-inquiries-0001\.json: holds no entry"):
        read_list(inquiries, search("Annual report"))


def test_a_charity_of_a_report_without_a_name_is_refused(read_list: Read) -> None:
    page = (
        "<html><head><title>Charity Inquiry: double defaulter charities</title></head><body><main>"
        "<h1>Charity Inquiry: double defaulter charities</h1>"
        "<table><tr><td> </td><td>9900454</td></tr></table></main></body></html>"
    )
    with pytest.raises(UnreadableFile, match="charity 9900454 has no name"):
        read_list(inquiries, search("Charity inquiry: A") | {"report-2026.html": page})
