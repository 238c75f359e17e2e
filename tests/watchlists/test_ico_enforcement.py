"""Enforcement action of the Information Commissioner's Office, out of saved pages."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.ico_enforcement import parse as ico

from duediligence.errors import UnreadableFile
from duediligence.law import crime_types, grounds_for
from duediligence.screening.lists.statuses import storable

Read = Callable[..., Any]
PAGE = "enforcement-1.html"
SAMPLE = Path(__file__).parents[2] / "duediligence/demo/lists/ico-enforcement" / PAGE
PECR = "Privacy and Electronic Communications (EC Directive) Regulations 2003"


def changed(old: str, new: str) -> dict[str, str]:
    text = SAMPLE.read_text("utf-8")
    assert old in text
    return {PAGE: text.replace(old, new)}


def test_a_penalty_has_its_law_sum_and_day(read_sample: Read) -> None:
    found = read_sample(ico)
    entry = found["larkspur-dialling-mpn"]
    assert entry.name == "Larkspur Dialling Limited"
    assert entry.record.type == "civil_penalty"
    assert entry.record.act_section == PECR
    assert entry.record.penalty_gbp == Decimal(60_000)
    assert entry.record.event_date == date(2026, 10, 14)
    assert entry.url == "https://ico.org.uk/action-weve-taken/enforcement/larkspur-dialling-mpn/"
    assert found.drift == ()


def test_the_kind_is_the_one_beside_the_date(read_sample: Read) -> None:
    found = read_sample(ico)
    assert [(one.name, one.record.type) for one in found.entries] == [
        ("Larkspur Dialling Limited", "civil_penalty"),
        ("Larkspur Dialling Limited", "notice"),
        ("Tansy Archive Services Ltd", "civil_penalty"),
        ("Corisande Vale", "conviction"),
        ("Westmere Hospitals Trust", "warning"),
    ]


def test_no_sum_is_guessed(read_sample: Read) -> None:
    found = read_sample(ico)
    assert found["tansy-archive-services"].record.penalty_gbp is None
    assert found["larkspur-dialling-en"].record.penalty_gbp is None


def test_a_misuse_of_computers_is_told_and_the_individual_not_kept(read_sample: Read) -> None:
    entry = read_sample(ico)["corisande-vale"]
    assert crime_types(entry.record.act_section, entry.record.event) == ("cyber",)
    assert entry.record.decision_date == date(2026, 7, 21)
    assert storable(entry, True) == "conviction of an individual"


@pytest.mark.parametrize(
    ("words", "of", "status"),
    [
        ("Appeared before the court on 3 July.", "prosecution_pending", "unstated"),
        ("Was found not guilty.", "conviction", "withdrawn"),
        ("The case was discontinued.", "prosecution_pending", "withdrawn"),
        ("Was sentenced to a fine.", "conviction", "unstated"),
    ],
)
def test_a_prosecution_is_a_conviction_only_where_one_is_told(
    read_list: Read, words: str, of: str, status: str
) -> None:
    held = changed("Pleaded guilty to an offence under the Computer Misuse Act 1990.", words)
    record = read_list(ico, held)["corisande-vale"].record
    assert (record.type, record.status) == (of, status)


def test_the_grounds_are_those_that_the_list_names(read_sample: Read) -> None:
    records = [one.record for one in read_sample(ico).entries]
    codes = {code for one in records for code in grounds_for(one.act_section, one.type)}
    assert codes == set(ico.grounds)


def test_what_is_new_is_told(read_list: Read) -> None:
    found = read_list(ico, changed("3 September 2026, Monetary penalties", "Autumn, Hearings"))
    assert set(found.drift) == {
        "unmapped date: none beside an action (1)",
        "unmapped kind of action: Autumn, Hearings, Online technology and (1)",
    }
    assert found["tansy-archive-services"].record.type == "warning"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("/action-weve-taken/", "/actions/", "lists nothing"),
        ("1 to 5 of 5", "1 to 25 of 300", "says that it shows 1 to 25 and lists 5"),
        ("Corisande Vale", "", "corisande-vale has no name"),
        ("<section>", "<section><p>No results</p><a href='/x?page=2'>Next</a>", "page that is"),
    ],
)
def test_what_is_lost_is_refused(read_list: Read, old: str, new: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(ico, changed(old, new))
