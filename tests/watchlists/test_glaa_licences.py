"""Gangmasters' licences, out of a table copied by hand or of saved pages."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.glaa_licences import parse as glaa

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from duediligence.model import Address, Identifier, Name
from tests.rows import for_each

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
        ("licence_revoked", False, True, "organisation"),
        ("licence_refused", False, True, "unknown"),
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


@for_each(
    "words", ["Paused", "Licensed until revoked", "Licensed - revoked", "Revoked on appeal", "Full"]
)
def test_a_status_that_is_not_known_is_refused(read_list: Read, words: str) -> None:
    message = f"row 5: Licence Status has the value '{words}', which is not known"
    with pytest.raises(UnreadableFile, match=message):
        read_list(glaa, changed("Refused", words))


@for_each("word", glaa.statuses["Licence Status"])
def test_every_status_is_what_is_declared_of_it(read_list: Read, word: str) -> None:
    meaning = glaa.statuses["Licence Status"][word]
    record = read_list(glaa, changed("Refused", word.upper()))["PEAS9904"].record
    assert record.low == (meaning == "adverse")
    assert record.ended == (meaning == "ended")
    # What looks a licence up asks for a registration that is held: neither low nor ended.
    holds = record.type == "registration" and not record.ended
    assert holds == word.startswith(("licensed", "full", "additional", "alc"))


def test_the_template_is_the_table(read_list: Read) -> None:
    row = "HAYM9906,Haymow Ltd,,Agriculture,Licensed,01/04/2026,31/03/2027,,Tarvit,ZY20 1AA,\r\n"
    found = read_list(glaa, {TABLE: glaa.template + row})
    assert found["HAYM9906"].record.event == "Licensed (Agriculture)"
    assert found.drift == ()


@for_each(
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
