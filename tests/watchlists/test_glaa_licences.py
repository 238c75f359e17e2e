"""Gangmasters' licences, out of the look-ups that persons wrote down."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.glaa_licences import parse as glaa

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from duediligence.model import Address, Identifier, Name
from duediligence.model.registrations import NOT_FOUND
from tests.rows import for_each

Read = Callable[..., Any]
FOLDER = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "glaa-licences"
TABLE = "licences.csv"


def changed(old: str, new: str) -> dict[str, str]:
    text = (FOLDER / TABLE).read_text("utf-8-sig")
    assert old in text
    return {TABLE: text.replace(old, new)}


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
    assert found.drift == ("left out: earlier look-up of the same licence or name (1)",)
    # Who looked, when, and where.
    assert (entry.updated_on, entry.remarks) == (
        date(2026, 11, 10),
        "Looked up by Ottilie Farthingale",
    )
    assert entry.url == "https://glass.gla.gov.uk/public/s/licence/quil9901"


def test_a_name_that_was_not_found_is_a_look_up_and_no_record(read_sample: Read) -> None:
    entry = read_sample(glaa)["not-found.turnipgate-crews-ltd"]
    assert (entry.status, entry.record, entry.name) == (NOT_FOUND, None, "Turnipgate Crews Ltd")
    assert entry.identifiers == (Identifier("GB-COH", "99006606"),)


def test_of_several_look_ups_of_a_name_the_newest_counts(read_list: Read) -> None:
    rows = (
        "01/02/2026,A. Ash,,,Haymow Ltd,,,Not found,,,,,,\r\n"
        "05/02/2026,A. Ash,,HAYM9906,Haymow Ltd,,,Licensed,,,,,,\r\n"
        "03/02/2026,A. Ash,,BARN9907,Barnacre Ltd,,,Licensed,,,,,,\r\n"
        "04/02/2026,B. Elm,,,Barnacre Ltd,,,Not found,,,,,,\r\n"
    )
    found = read_list(glaa, {TABLE: glaa.template + rows})
    assert [entry.id for entry in found.entries] == ["HAYM9906", "not-found.barnacre-ltd"]


def test_a_legal_form_makes_no_other_name_and_each_licence_of_a_name_counts(
    read_list: Read,
) -> None:
    rows = (
        "10/11/2026,A. Ash,,HAYM9906,Haymow Labour Limited,,,Licensed,,,,,,\r\n"
        "12/11/2026,B. Elm,,,HAYMOW LABOUR LTD.,,,Not found,,,,,,\r\n"
        "10/11/2026,A. Ash,,BARN9907,Barnacre Ltd,,,Revoked,,,,,,\r\n"
        "11/11/2026,A. Ash,,BARN9908,Barnacre Ltd,,,Licensed,,,,,,\r\n"
    )
    found = read_list(glaa, {TABLE: glaa.template + rows})
    assert {entry.id: entry.status for entry in found.entries} == {
        "not-found.haymow-labour-ltd": NOT_FOUND,
        "BARN9907": "Revoked",
        "BARN9908": "Licensed",
    }


def test_each_status_is_what_it_means(read_sample: Read) -> None:
    entries = sorted(read_sample(glaa).entries, key=lambda entry: entry.updated_on)
    found = [(one.record, one.kind) for one in entries if one.record]
    assert [(one.type, one.low, one.ended, kind) for one, kind in found] == [
        ("registration", False, False, "organisation"),
        ("registration", True, False, "organisation"),
        ("licence_revoked", False, True, "organisation"),
        ("licence_refused", False, True, "unknown"),
        ("registration", False, True, "organisation"),
    ]
    assert found[2][0].event_date == found[2][0].decision_date == date(2026, 3, 14)
    # The register moved on 7 April 2026.
    assert [one.authority for one, _ in found[2:4]] == [
        "Gangmasters and Labour Abuse Authority",
        "Fair Work Agency",
    ]


def test_the_grounds_are_those_that_the_list_names(read_sample: Read) -> None:
    records = [one.record for one in read_sample(glaa).entries if one.record]
    codes = {code for one in records for code in grounds_for(one.act_section, one.type)}
    assert codes == set(glaa.grounds)


def test_who_answers_for_a_licence_is_not_kept(read_sample: Read) -> None:
    assert not any("Jory" in repr(one) for one in read_sample(glaa).entries)


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
    row = (
        "20/11/2026,A. Ash,,HAYM9906,Haymow Ltd,,Agriculture,Licensed,01/04/2026,31/03/2027,,"
        "Tarvit,ZY20 1AA,\r\n"
    )
    found = read_list(glaa, {TABLE: glaa.template + row})
    assert found["HAYM9906"].record.event == "Licensed (Agriculture)"
    assert found.drift == ()


@for_each(
    ("old", "new", "message"),
    [
        ("Licence Status", "Standing", "no column Licence Status"),
        (",QUIL9901,", ",,", "row 2: urn is empty"),
        ("Refused", "", "row 5: status is empty"),
        ("Cropmarrow Gangs Ltd", "…", "CROP9903 has no name"),
        ("10/11/2026", "soon", "row 2: looked is 'soon', which is not a date"),
        ("11/11/2026,Ottilie Farthingale", "11/11/2026,", "row 3: by is empty"),
    ],
)
def test_what_is_lost_is_refused(read_list: Read, old: str, new: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(glaa, changed(old, new))


def test_officers_are_warned_of_tipping_off() -> None:
    assert 'never "Active Check"' in glaa.notes
