"""Gangmasters' licences, out of a table copied by hand or of saved pages."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.glaa_licences import parse as glaa

from duediligence.errors import UnreadableFile
from duediligence.law import grounds_for
from duediligence.model import Address, Identifier, Name

Read = Callable[..., Any]
FOLDER = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "glaa-licences"
TABLE, PAGE = "licences.csv", "licences-1.html"


def changed(old: str, new: str, name: str = TABLE) -> dict[str, str]:
    text = (FOLDER / name).read_text("utf-8-sig")
    assert old in text
    return {name: text.replace(old, new)}


def test_a_licence_has_its_names_number_and_days(read_sample: Read) -> None:
    found = read_sample(glaa)
    entry = found["QUIL9901"]
    assert entry.names == (
        Name("Quilterfold Labour Solutions Limited"),
        Name("Quilterfold Harvest", "trading"),
        Name("Quilterfold Packing", "trading"),
    )
    assert entry.identifiers == (Identifier("GB-COH", "09900661"),)
    assert entry.addresses == (Address("2 Sheaf Yard, Upper Caldern ZY9 7GR", "ZY9 7GR"),)
    assert entry.record.event == "Licensed (Agriculture; Food Processing & Packaging)"
    assert entry.record.event_date == date(2026, 4, 1)
    assert entry.record.expires == date(2027, 3, 31)
    assert found.drift == ()


def test_each_status_is_what_it_means(read_sample: Read) -> None:
    found = [(one.record, one.kind) for one in read_sample(glaa).entries]
    assert [(one.type, one.low, one.ended, kind) for one, kind in found] == [
        ("registration", False, False, "organisation"),
        ("registration", True, False, "organisation"),
        ("licence_revoked", False, False, "organisation"),
        ("licence_refused", False, False, "unknown"),
        ("registration", False, True, "organisation"),
    ]
    assert found[2][0].event_date == found[2][0].decision_date == date(2026, 8, 14)


def test_the_grounds_are_those_that_the_list_names(read_sample: Read) -> None:
    records = [one.record for one in read_sample(glaa).entries]
    codes = {code for one in records for code in grounds_for(one.act_section, one.type)}
    assert codes == set(glaa.grounds)


def test_who_answers_for_a_licence_is_not_kept(read_sample: Read) -> None:
    assert not any("Jory" in repr(one) for one in read_sample(glaa).entries)


def test_a_saved_page_tells_the_same(read_sample: Read) -> None:
    whole, page = read_sample(glaa), read_sample(glaa, 1)
    assert [one.record for one in page.entries] == [one.record for one in whole.entries[:2]]
    assert "unmapped header: no column Postcode | Post Code (1)" in page.drift


def test_a_status_that_is_not_known_is_told_and_kept_for_review(read_list: Read) -> None:
    found = read_list(glaa, changed("Refused", "Paused") | {})
    assert found.drift == ("unmapped Licence Status: Paused (1)",)
    record = found["PEAS9904"].record
    assert (record.type, record.event) == (
        "licence_review",
        "Licence status: Paused (Horticulture)",
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (TABLE, "Licence Status", "Standing", "no column Licence Status or Status"),
        (TABLE, "QUIL9901", "", "row 2: urn is empty"),
        (TABLE, "Refused", "", "row 5: status is empty"),
        (TABLE, "SHEL9902", "QUIL9901", "QUIL9901 appears twice"),
        (TABLE, "Cropmarrow Gangs Ltd", "…", "CROP9903 has no name"),
        (PAGE, '<table class="register">', "<table><tr></tr></table><div>", "has 0 tables"),
        (PAGE, "Business Name</th>", "Firm</th>", "no column Business Name"),
    ],
)
def test_what_is_lost_is_refused(
    read_list: Read, name: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(glaa, changed(old, new, name))


def test_officers_are_warned_of_tipping_off() -> None:
    assert 'never "Active Check"' in glaa.notes
