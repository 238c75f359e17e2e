"""Enforcement action of the Information Commissioner's Office: its search, and saved pages."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.ico_enforcement import parse as ico

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import crime_types, grounds_for
from duediligence.screening.lists.statuses import explain_not_storable
from tests.rows import for_each

Read = Callable[..., Any]
PAGE, FIRST, SECOND = "enforcement-1.html", "enforcement-0001.json", "enforcement-0002.json"
FOLDER = Path(__file__).parents[2] / "duediligence/demo/lists/ico-enforcement"
SEARCH = "https://ico.org.uk/api/search"
LARKSPUR = "2026/10/larkspur-dialling-limited"
PECR = "Privacy and Electronic Communications (EC Directive) Regulations 2003"


def changed(old: str, new: str) -> dict[str, str]:
    text = (FOLDER / PAGE).read_text("utf-8")
    assert old in text
    return {PAGE: text.replace(old, new)}


def answers(old: str = "", new: str = "") -> dict[str, str]:
    held = {name: (FOLDER / name).read_text("utf-8") for name in (FIRST, SECOND)}
    assert any(old in text for text in held.values())
    return {name: text.replace(old, new) for name, text in held.items()}


def test_a_penalty_has_its_law_sum_and_day(read_sample: Read) -> None:
    found = read_sample(ico)
    entry = found[f"{LARKSPUR}-mpn"]
    assert entry.name == "Larkspur Dialling Limited"
    assert entry.record.type == "civil_penalty"
    assert entry.record.act_section == PECR
    assert entry.record.penalty_gbp == Decimal(60_000)
    assert entry.record.event_date == date(2026, 10, 14)
    assert entry.url == f"https://ico.org.uk/action-weve-taken/enforcement/{LARKSPUR}-mpn/"
    assert found.drift == ("left out: result that is not an enforcement action (1)",)


def test_a_saved_page_has_the_same_actions(read_sample: Read) -> None:
    search, page = read_sample(ico), read_sample(ico, 1)
    assert page.drift == ()
    assert [one.id for one in page.entries] == [one.id for one in search.entries]
    same = [one for one in page.entries if one.id != "2026/09/tansy-archive-services-ltd"]
    assert same == [one for one in search.entries if one.id != "2026/09/tansy-archive-services-ltd"]


def test_several_types_of_one_action_are_all_named_and_the_gravest_counts(
    read_sample: Read,
) -> None:
    record = read_sample(ico)["2026/09/tansy-archive-services-ltd"].record
    assert (record.type, record.event) == ("civil_penalty", "Monetary penalty; Enforcement notice")


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
    assert found["2026/09/tansy-archive-services-ltd"].record.penalty_gbp is None
    assert found[f"{LARKSPUR}-en"].record.penalty_gbp is None


def test_a_misuse_of_computers_is_told_and_the_individual_not_kept(read_sample: Read) -> None:
    entry = read_sample(ico)["2026/07/corisande-vale"]
    assert crime_types(entry.record.act_section, entry.record.event) == ("cyber",)
    assert entry.record.decision_date == date(2026, 7, 21)
    assert explain_not_storable(entry, True) == "conviction of an individual"


@for_each(
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
    record = read_list(ico, held)["2026/07/corisande-vale"].record
    assert (record.type, record.status) == (of, status)


def test_the_grounds_are_those_that_the_list_names(read_sample: Read) -> None:
    records = [one.record for one in read_sample(ico).entries]
    codes = {code for one in records for code in grounds_for(one.act_section, one.type)}
    assert codes == set(ico.grounds)


def test_an_action_without_a_date_is_reported(read_list: Read) -> None:
    found = read_list(ico, answers("14 October 2026, Enforcement", "Enforcement"))
    assert "unmapped date: none beside an action (1)" in found.drift
    assert found[f"{LARKSPUR}-en"].record.type == "notice"


@for_each("words", ["Hearings", "Enforcement notes", "Not prosecutions"])
def test_a_type_that_is_not_known_is_refused(read_list: Read, words: str) -> None:
    message = f"Type has the value '{words}', which is not known"
    with pytest.raises(UnreadableFile, match=message):
        read_list(ico, answers("Prosecutions", f"{words}, Prosecutions"))
    with pytest.raises(UnreadableFile, match=message):
        read_list(ico, changed("Prosecutions", f"{words}, Prosecutions"))


def test_every_type_is_declared(read_list: Read) -> None:
    for word in ico.statuses["Type"]:
        found = read_list(ico, answers("Prosecutions", word.capitalize()))
        assert found["2026/07/corisande-vale"].record.type != "registration"


def test_the_search_goes_on_to_its_last_page() -> None:
    feed = ico.feeds[0]
    assert feed.next_page
    assert feed.next_page(FOLDER / FIRST, SEARCH) == SEARCH
    assert feed.next_page(FOLDER / SECOND, SEARCH) == ""
    assert json.loads(feed.post.replace("{page}", "2")) == {
        "filters": [],
        "pageNumber": 2,
        "order": "newest",
        "rootPageId": 17222,
    }


@for_each(
    ("old", "new", "message"),
    [
        ('"totalResults": 6', '"totalResults": 7', "7 results on 2 pages were announced, and 6 on"),
        ('"totalPages": 2', '"totalPages": 3', "6 results on 3 pages were announced"),
        ('"totalPages": 2', '"totalPages": "2"', "not a result of the office's search"),
        ('"results"', '"hits"', "not a result of the office's search"),
        ("/action-weve-taken/", "/actions/", "holds no entry at all"),
        ('"url": "/', '"url": "', r"0001\.json: result 1: url is"),
        ('"description"', '"summary"', "result 1: description is missing"),
        ('"filterItemMetaData"', '"meta"', "result 1: filterItemMetaData is missing"),
        ('"title": "Corisande Vale"', '"title": null', "corisande-vale has no name"),
    ],
)
def test_an_answer_that_lost_something_is_refused(
    read_list: Read, old: str, new: str, message: str
) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(ico, answers(old, new))


def test_pages_of_two_days_are_refused(read_list: Read) -> None:
    held = answers()
    held[SECOND] = held[SECOND].replace('"totalResults": 6', '"totalResults": 5')
    with pytest.raises(UnreadableFile, match="the list changed while it was fetched"):
        read_list(ico, held)
    del held[SECOND]
    with pytest.raises(UnreadableFile, match="4 on 1 are there"):
        read_list(ico, held)


def test_an_action_on_two_pages_is_one_entry(read_list: Read) -> None:
    held = {name: json.loads(text) for name, text in answers().items()}
    held[SECOND]["results"].append(held[FIRST]["results"][0])
    for one in held.values():
        one["pagination"]["totalResults"] = 7
    found = read_list(ico, {name: json.dumps(one) for name, one in held.items()})
    assert len(found.entries) == 5


@for_each(
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
