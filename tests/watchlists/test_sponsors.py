"""The register of licensed sponsors: a row for each route, one entry for each firm."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.sponsors import parse as sponsors

from duediligence.errors import UnreadableFile
from duediligence.model import Address, ListEntry, Name, Record
from tests.rows import for_each

Read = Callable[..., Any]
HEADER = "Organisation Name,Town/City,County,Type & Rating,Route"
FILE = "Worker_and_Temporary_Worker.csv"


def sheet(*rows: str, header: str = HEADER) -> dict[str, str]:
    return {FILE: "\r\n".join((header, *rows, ""))}


def test_the_rows_of_a_firm_are_one_entry(read_sample: Read) -> None:
    found = read_sample(sponsors)
    assert found["bogus-imports-limited.porthvellan"] == ListEntry(
        id="bogus-imports-limited.porthvellan",
        list_id="sponsors",
        kind="organisation",
        names=(Name("Bogus Imports Limited"),),
        addresses=(Address("Porthvellan, Calderland"),),
        status="A rating",
        record=Record(
            type="registration",
            authority="Home Office",
            event="Licensed sponsor (Skilled Worker: Worker (A rating); "
            "Creative Worker: Temporary Worker (A rating))",
        ),
    )
    assert len(found.entries) == 7
    assert found.drift == ()
    assert sponsors.tracks_removals


def test_a_b_rating_is_a_lower_footing_and_a_provisional_one_is_not(read_sample: Read) -> None:
    found = read_sample(sponsors)
    assert {entry.status: entry.record.low for entry in found.entries} == {
        "A rating": False,
        "B rating": True,
        "provisional": False,
    }


def test_trading_names_and_firms_that_may_be_a_person(read_sample: Read) -> None:
    found = read_sample(sponsors)
    entry = found.entries[1]
    assert [name.text for name in entry.names] == [
        "A4 Imaginary Breaks",
        "Invented Tavern and Holiday Site",
    ]
    assert entry.kind == found["dr-u-n-real-partners.trevannick"].kind == "unknown"


def test_a_firm_without_a_town_has_no_address(read_list: Read) -> None:
    rows = sheet('"Nowhere Choir, The",,,Temporary Worker (A rating),Charity Worker')
    (entry,) = read_list(sponsors, rows).entries
    assert (entry.id, entry.addresses) == ("nowhere-choir-the", ())


@for_each(
    ("rating", "status", "low"),
    [
        ("Worker (A rating)", "A rating", False),
        ("Worker (A (SME+))", "A rating", False),
        ("Worker (A (Premium))", "A rating", False),
        ("Temporary Worker (B rating)", "B rating", True),
        ("Worker (Probationary)", "provisional", False),
        ("Worker (UK Expansion Worker: Provisional)", "provisional", False),
    ],
)
def test_ratings(rating: str, status: str, low: bool, read_list: Read) -> None:
    (entry,) = read_list(sponsors, sheet(f"A Ltd,Town,,{rating},Skilled Worker")).entries
    assert (entry.status, entry.record.low) == (status, low)


def test_the_lowest_rating_of_a_firm_stands(read_list: Read) -> None:
    rows = ("A Ltd,Town,,Worker (A rating),X", "A LTD ,town,,Temporary Worker (B rating),Y")
    (entry,) = read_list(sponsors, sheet(*rows)).entries
    assert (entry.status, entry.record.low) == ("B rating", True)


def test_a_new_column_is_reported(read_list: Read) -> None:
    row = "A Ltd,Town,,Worker (A rating),X,1"
    found = read_list(sponsors, sheet(row, header=f"{HEADER},Since"))
    assert found.drift == ("unread column: Since (1)",)


@for_each(
    "rating", ["Worker (C rating)", "Worker (A rating: suspended)", "Worker", "", "Worker (B)"]
)
def test_a_rating_that_is_not_known_is_refused(rating: str, read_list: Read) -> None:
    known = "A Ltd,Town,,Worker (A rating),X"
    with pytest.raises(UnreadableFile) as error:
        read_list(sponsors, sheet(known, f"B Ltd,Town,,{rating},X"))
    assert f"row 3: Type & Rating has the value '{rating}', which is not known" in str(error.value)


@for_each("word", sponsors.statuses["Type & Rating"])
def test_every_rating_is_what_is_declared_of_it(word: str, read_list: Read) -> None:
    (entry,) = read_list(sponsors, sheet(f"A Ltd,Town,,{word.title()},X")).entries
    assert entry.record.low == (sponsors.statuses["Type & Rating"][word] == "adverse")
    assert entry.status


def test_a_firm_without_a_name_is_left_out_and_told(read_list: Read) -> None:
    rows = (" . ,Town,,Worker (A rating),X", "A Ltd,Town,,Worker (A rating),X")
    found = read_list(sponsors, sheet(*rows))
    assert [entry.name for entry in found.entries] == ["A Ltd"]
    assert found.drift == ("left out: sponsor without a name (1)",)


@for_each(
    ("content", "message"),
    [
        (sheet(), "holds no rows"),
        (sheet("A,B", header="Organisation Name,Route"), "no column Town/City"),
        (sheet("A Ltd,Town,,Worker (A rating)"), "row 2 has 4 columns"),
        (sheet(".,Town,,Worker (A rating),X"), "holds no entry at all"),
    ],
)
def test_what_is_no_register_is_refused(
    content: dict[str, str], message: str, read_list: Read
) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_list(sponsors, content)
    assert message in str(error.value)


def test_the_publication_names_the_file_of_today(tmp_path: Path) -> None:
    (feed,) = sponsors.feeds
    assert feed.locate
    document = tmp_path / "content.json"
    url = "https://assets.publishing.service.gov.uk/media/9/2026-11-24_-_Worker_and_Temporary.csv"
    attachments = [
        {"title": "Guidance", "url": "https://assets.publishing.service.gov.uk/media/8/a.pdf"},
        {"title": "Register of Worker and Temporary Worker licensed sponsors", "url": url},
    ]
    document.write_text(json.dumps({"details": {"attachments": attachments}}))
    assert feed.locate(document) == url
    document.write_text(json.dumps({"details": {"attachments": attachments[:1]}}))
    assert feed.locate(document) == ""
