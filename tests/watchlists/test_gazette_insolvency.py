"""The Gazette's notices of corporate insolvency."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.gazette_insolvency import next_page
from duediligence.watchlists.gazette_insolvency import parse as gazette

from duediligence.errors import UnreadableFile
from duediligence.law import grounds_for
from duediligence.model import Address, Identifier, Name

Read = Callable[..., Any]
FOLDER = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "gazette-insolvency"
FIRST, SECOND = "notices-Porthvellan-0001.json", "notices-Porthvellan-0002.json"


def feed(name: str = FIRST) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))


def changed(**members: object) -> dict[str, str]:
    """The pages of one search, with members of the first notice changed."""
    first = feed()
    first["entry"][0] |= members
    return {FIRST: json.dumps(first), SECOND: json.dumps(feed(SECOND))}


def test_a_petition_is_known_from_the_day_of_its_notice(read_sample: Read) -> None:
    found = read_sample(gazette)
    entry = found["L-99001-9900001"]
    assert entry.names == (Name("PELLOW & THRUMBLE JOINERY LIMITED"),)
    assert entry.identifiers == (Identifier("GB-COH", "99005501"),)
    assert entry.record.event == (
        "Winding-up by the court: Petition to wind up (notice in The Gazette)"
    )
    assert entry.record.type == "insolvency"
    assert entry.record.event_date == entry.record.known_date == date(2026, 11, 12)
    assert entry.url == "https://www.thegazette.co.uk/notice/L-99001-9900001"
    assert found.drift == ()


def test_number_office_and_trading_name_are_taken_out_of_the_notice(read_sample: Read) -> None:
    found = read_sample(gazette)
    assert found["L-99002-9900002"].identifiers == (Identifier("GB-COH", "09900552"),)
    assert found["L-99002-9900002"].addresses == (
        Address("Depot 2, Vetch Lane, Trevannick, ZY2 7PP", "ZY2 7PP"),
    )
    assert found["L-99004-9900004"].names[1] == Name("Glass & Gall", "trading")
    assert found["B-99005-9900005"].identifiers == (Identifier("GB-COH", "NI699001"),)
    assert found["E-99006-9900006"].kind == "unknown"


def test_a_solvent_winding_up_goes_to_no_ground(read_sample: Read) -> None:
    found = read_sample(gazette)
    solvent = found["L-99003-9900003"].record
    assert "the company is solvent: Resolution to wind up" in solvent.event
    grounds = {
        one.id: grounds_for(one.record.act_section, one.record.type) for one in found.entries
    }
    assert grounds.pop("L-99003-9900003") == ()
    assert set(grounds.values()) == {gazette.grounds}


def test_a_petition_that_was_dismissed_goes_to_no_ground(read_list: Read) -> None:
    term = {"category": {"@term": "Dismissal of Winding Up Petition"}}
    record = read_list(gazette, changed(**term))["L-99001-9900001"].record
    assert record.type == "warning"
    assert record.event.startswith("Winding-up by the court: Petition dismissed")


def test_edition_and_status_are_heeded(read_sample: Read) -> None:
    found = read_sample(gazette)
    belfast = found["B-99005-9900005"].record
    assert belfast.act_section == "Insolvency (Northern Ireland) Order 1989"
    assert found["E-99006-9900006"].record.status == "withdrawn"


def test_personal_insolvency_is_never_loaded(read_list: Read) -> None:
    found = read_list(gazette, changed(**{"f:notice-code": "2510"}))
    assert "L-99001-9900001" not in [one.id for one in found.entries]
    assert found.drift == ("left out: personal insolvency (1)",)


def test_a_search_without_notices_is_an_answer(read_list: Read) -> None:
    empty = (FOLDER / "notices-Lundrey-0001.json").read_text("utf-8")
    assert read_list(gazette, {"notices-Lundrey-0001.json": empty}).entries == []


def test_a_notice_that_moved_to_the_next_page_is_there_once(read_list: Read) -> None:
    second = feed(SECOND)
    second["entry"] = [feed()["entry"][2], second["entry"]]
    second |= {"f:page-stop": "5", "f:total": "5"}
    found = read_list(gazette, changed() | {SECOND: json.dumps(second)})
    assert len(found.entries) == 4


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"title": "Petitions to Wind Up (Companies)"}, "which is not a company name"),
        ({"title": ""}, "notice 1: title is missing"),
        ({"title": "…"}, "which is not a company name"),
        ({"id": None}, "notice 1: id is missing"),
        ({"f:notice-code": []}, "f:notice-code: holds list"),
    ],
)
def test_a_notice_that_cannot_be_used_is_refused(
    read_list: Read, members: dict[str, object], message: str
) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(gazette, changed(**members))


def test_missing_pages_and_notices_are_refused(read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match="the search has 4 notices, its pages 3"):
        read_list(gazette, {FIRST: json.dumps(feed())})
    with pytest.raises(UnreadableFile, match="begins with notice 4 after notice 0"):
        read_list(gazette, {SECOND: json.dumps(feed(SECOND))})
    short = feed()
    del short["entry"][1]
    with pytest.raises(UnreadableFile, match="shows 3 notices and holds 2"):
        read_list(gazette, {FIRST: json.dumps(short)})


@pytest.mark.parametrize("content", ["{}", "[]", "<html></html>", '{"f:total": "many"}'])
def test_what_is_no_page_of_the_feed_is_refused(read_list: Read, content: str) -> None:
    with pytest.raises(UnreadableFile):
        read_list(gazette, {FIRST: content})


def test_what_is_new_is_told(read_list: Read) -> None:
    members = {"f:notice-code": "2499", "category": {"@term": "Rituals"}, "f:mood": "grave"}
    found = read_list(gazette, changed(**members, **{"f:status": "draft"}))
    assert set(found.drift) == {
        "unmapped notice code: 2499 Rituals (1)",
        "unmapped f:status: draft (1)",
        "unread member: f:mood (1)",
    }
    assert found["L-99001-9900001"].record.event == "Rituals (notice in The Gazette)"
    assert found["L-99001-9900001"].record.type == "insolvency"


def test_the_feed_names_the_next_page(tmp_path: Path) -> None:
    assert next_page(FOLDER / FIRST, "https://www.thegazette.co.uk/").endswith("&results-page=2")
    assert next_page(FOLDER / SECOND, "https://www.thegazette.co.uk/") == ""
