"""The Gazette's notices of corporate insolvency."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.gazette_insolvency import interpret_notice, is_category, next_page
from duediligence.watchlists.gazette_insolvency import parse as gazette

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from duediligence.model import Address, Identifier, Name
from tests.rows import for_each

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
    assert solvent.type == "winding_up"
    grounds = {
        one.id: grounds_for(one.record.act_section, one.record.type) for one in found.entries
    }
    assert grounds.pop("L-99003-9900003") == ()
    assert grounds.pop("L-99007-9900007") == ()
    assert grounds.pop("L-99008-9900008") == ()
    assert set(grounds.values()) == {gazette.grounds}


def test_a_petition_that_was_dismissed_goes_to_no_ground(read_list: Read) -> None:
    term = {"category": {"@term": "Dismissal of Winding Up Petition"}}
    record = read_list(gazette, changed(**term))["L-99001-9900001"].record
    assert (record.type, record.stage) == ("insolvency_step", "end")
    assert record.event.startswith("Winding-up by the court: Petition dismissed")
    assert grounds_for(record.act_section, record.type) == ()


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


@for_each(
    ("members", "message"),
    [
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


@for_each("content", ["{}", "[]", "<html></html>", '{"f:total": "many"}'])
def test_what_is_no_page_of_the_feed_is_refused(read_list: Read, content: str) -> None:
    with pytest.raises(UnreadableFile):
        read_list(gazette, {FIRST: content})


def test_what_is_new_is_told(read_list: Read) -> None:
    members = {"f:notice-code": "2499", "category": {"@term": "Winding up order (societies)"}}
    members |= {"f:mood": "grave", "f:status": "draft"}
    found = read_list(gazette, changed(**members))
    assert set(found.drift) == {
        "unmapped notice code: 2499 Winding up order (societies) (1)",
        "unmapped f:status: draft (1)",
        "unread member: f:mood (1)",
    }
    record = found["L-99001-9900001"].record
    assert (record.type, record.stage) == ("insolvency", "order")


def test_a_notice_of_no_known_kind_is_left_out_and_counted(read_list: Read) -> None:
    found = read_list(gazette, changed(**{"f:notice-code": "2499", "category": "Rituals"}))
    assert "L-99001-9900001" not in [one.id for one in found.entries]
    assert found.drift == ("left out: notice of a kind that is not known: 2499 (1)",)


# Each of the publisher's codes: the type of record and the stage, and its label as a category.
CODES = """
    2401 insolvency moratorium          Moratorium – coming into force
    2402 insolvency_step end            Moratorium – coming to an end
    2403 prohibited_name -              Re-use of a prohibited name
    2404 insolvency_step step           Cross-border insolvencies
    2405 insolvency_step step           Overseas territories and dependencies
    2406 insolvency_step step           Notice of intended dividend
    2407 insolvency_step step           Notice of dividend
    2408 insolvency_step step           Other corporate insolvency notices
    2409 insolvency_step step           Qualifying decision procedure
    2410 insolvency administration      Appointment of administrators
    2411 insolvency administration      Administration orders
    2412 insolvency_step step           Meetings of creditors (administration)
    2413 insolvency_step step           Notices to members (administration)
    2414 insolvency_step step           Deemed consent (administration)
    2421 insolvency receivership        Appointment of administrative receivers
    2422 insolvency_step step           Meetings of creditors (receivership)
    2423 insolvency receivership        Appointment of receivers
    2424 insolvency_step step           Deemed consent (administrative receivership)
    2431 winding_up -                   Resolution for winding up (members' voluntary)
    2432 winding_up -                   Appointment of liquidators (members' voluntary)
    2433 winding_up -                   Notices to creditors (members' voluntary)
    2434 winding_up -                   Annual liquidation meetings (members' voluntary)
    2435 winding_up -                   Final meetings (members' voluntary)
    2441 insolvency resolution          Resolution for winding up (creditors' voluntary)
    2442 insolvency_step step           Meetings of creditors (creditors' voluntary)
    2443 insolvency liquidator          Appointment of liquidators (creditors' voluntary)
    2444 insolvency_step step           Annual liquidation meetings (creditors' voluntary)
    2445 insolvency_step step           Final meetings (creditors' voluntary)
    2446 insolvency_step step           Notice to creditors (creditors' voluntary)
    2447 insolvency_step step           Deemed consent (creditors' voluntary)
    2450 insolvency petition            Petitions to wind up (companies)
    2451 insolvency petition            Petitions to wind up (partnerships)
    2452 insolvency order               Winding up order (companies)
    2453 insolvency order               Winding up order (partnerships)
    2454 insolvency liquidator          Appointment of liquidators (court winding up)
    2455 insolvency_step step           Meetings of creditors (court winding up)
    2456 insolvency_step step           Notice of intended dividend (court winding up)
    2457 insolvency_step step           Notice of dividend (court winding up)
    2458 insolvency_step step           Final meetings (court winding up)
    2459 insolvency_step step           Release of liquidator
    2460 insolvency_step step           Notice to creditors (court winding up)
    2461 insolvency_step end            Dismissal of winding up petition
    2462 insolvency petition            Service of petition
    2463 insolvency_step step           Annual meeting
    2464 insolvency_step step           Public examinations
    2465 insolvency_step step           Deemed consent (court winding up)
"""
KINDS = [tuple(line.split(maxsplit=3)) for line in CODES.strip().splitlines()]


@for_each(("code", "kind", "stage", "label"), KINDS)
def test_every_code_is_what_it_is(code: str, kind: str, stage: str, label: str) -> None:
    told = interpret_notice(code, label)
    assert told
    assert (told.type, told.stage or "-", told.known) == (kind, stage, True)
    assert is_category(label, "")
    assert grounds_for("Insolvency Act 1986", kind) == (
        gazette.grounds if kind == "insolvency" else ()
    )


def test_all_46_codes_are_tried() -> None:
    assert len(KINDS) == 46


@for_each(
    ("category", "stage"),
    [(label, stage) for _, _, stage, label in KINDS if "wind" in label or "admin" in label.lower()],
)
def test_an_unknown_code_is_never_harmless_where_its_words_are_not(
    category: str, stage: str
) -> None:
    told = interpret_notice("2498", category)
    assert told
    assert told.type == "insolvency", (category, stage)
    assert not told.known


@for_each("category", ["Winding up order", "Winding-Up Orders", "WINDING UP ORDERS"])
def test_a_winding_up_order_is_one_however_it_is_written(category: str) -> None:
    assert interpret_notice("2498", category).stage == "order"


@for_each("words", ["Annulment of", "Rescission of", "Stay of", "Setting aside:"])
@for_each("code", ["2410", "2441", "2450", "2452"])
def test_what_was_undone_is_an_end_whatever_its_code(code: str, words: str) -> None:
    category = f"{words} winding-up order".replace("Setting aside:", "Set aside:")
    assert interpret_notice(code, category).stage == "end"


@for_each(
    ("content", "name"),
    [
        ('<p><em class="highlight">THRUM</em>BLE &amp; CO LIMITED …</p>', "THRUMBLE & CO LIMITED"),
        ("<p>Thrumble Ltd ( SC099001 ) Registered office …", "Thrumble Ltd"),
        ("In the High Court No 7 of 2026 In the Matter of THRUMBLE PLC and in …", "THRUMBLE PLC"),
        ("Company Number: 99005501 Name of Company: THRUMBLE LLP Nature …", "THRUMBLE LLP"),
    ],
)
@for_each("title", ["Petitions to Wind Up (Companies)", "Resolution for Winding-up"])
def test_a_notice_titled_with_its_kind_is_named_by_its_text(
    read_list: Read, title: str, content: str, name: str
) -> None:
    found = read_list(gazette, changed(title=title, content=content))
    assert found["L-99001-9900001"].names == (Name(name),)


@for_each("title", ["Petitions to Wind Up (Companies)", "…", "", None])
@for_each(
    "content",
    ["A general meeting was held", "At a meeting of the members of Thrumble Limited", "", None],
)
def test_a_notice_that_names_nobody_is_left_out_and_counted(
    read_list: Read, title: object, content: object
) -> None:
    found = read_list(gazette, changed(title=title, content=content))
    assert [one.id for one in found.entries] == [
        "L-99002-9900002", "L-99003-9900003", "L-99004-9900004"
    ]  # fmt: skip
    assert found.drift == ("left out: notice without a name: L-99001-9900001 (1)",)


def test_a_feed_that_names_nobody_is_refused(read_list: Read) -> None:
    page = feed()
    nameless = page["entry"][0] | {"title": "Petitions to Wind Up (Companies)", "content": ""}
    page["entry"] = [nameless | {"id": f"L-99009-{at}"} for at in range(6)]
    page |= {"f:page-stop": "6", "f:total": "6"}
    with pytest.raises(UnreadableFile, match="6 of 6 notices name no company"):
        read_list(gazette, {FIRST: json.dumps(page)})


def test_the_re_use_of_a_name_is_about_the_successor(read_sample: Read) -> None:
    entry = read_sample(gazette)["L-99007-9900007"]
    assert entry.names == (
        Name("Merrivane Works Limited"),
        Name("Merrivane Joinery Limited", "former"),
    )
    # They are those of the company that failed.
    assert entry.identifiers == entry.addresses == ()
    assert (entry.record.type, entry.record.stage) == ("prohibited_name", "")
    assert entry.record.act_section == "Insolvency Act 1986 s.216"


def test_where_the_text_is_cut_the_re_use_of_a_name_is_about_the_title(read_list: Read) -> None:
    members = {"f:notice-code": "2403", "category": {"@term": "Re-use of a Prohibited Name"}}
    entry = read_list(gazette, changed(**members))["L-99001-9900001"]
    assert entry.names == (Name("PELLOW & THRUMBLE JOINERY LIMITED"),)
    assert entry.record.type == "prohibited_name"


@for_each(
    ("content", "number"),
    [
        ("THRUMBLE LTD ( SC099001 ) Address", "SC099001"),
        ("THRUMBLE LTD (99005501) Address", "99005501"),
        ("THRUMBLE LTD (Company Number 990055)", "00990055"),
        ("THRUMBLE LTD (01999) 555 (2026) Unit 18", ""),
    ],
)
def test_the_number_is_found_as_it_is_written(read_list: Read, content: str, number: str) -> None:
    entry = read_list(gazette, changed(content=content))["L-99001-9900001"]
    assert entry.identifiers == ((Identifier("GB-COH", number),) if number else ())


def test_notice_and_case_are_the_reference(read_list: Read, read_sample: Read) -> None:
    found = read_sample(gazette)
    assert found["L-99001-9900001"].record.reference == "L-99001-9900001; 000099 of 2026"
    assert found["L-99002-9900002"].record.reference == "L-99002-9900002"
    listed = read_list(gazette, changed(content="In the matter of X Court Number: CR-2026-099001"))
    assert listed["L-99001-9900001"].record.reference == "L-99001-9900001; CR-2026-099001"


def test_people_in_a_notice_are_dropped_without_a_word(read_list: Read) -> None:
    found = read_list(gazette, changed(**{"f:name": "Ada Quill", "f:familyName": "Quill"}))
    assert found.drift == ()
    assert "Quill" not in repr(found.entries)


@for_each("category", [[{"@term": "Petitions"}], {"@term": "Petitions"}, "", None])
def test_a_category_is_one_several_or_none(read_list: Read, category: object) -> None:
    record = read_list(gazette, changed(category=category))["L-99001-9900001"].record
    assert record.stage == "petition"


@for_each("members", [{}, {"entry": None}, {"entry": []}])
def test_an_answer_without_notices_is_whole_where_its_total_is_none(
    read_list: Read, tmp_path: Path, members: dict[str, object]
) -> None:
    empty = json.dumps({"f:total": "0"} | members)
    assert read_list(gazette, {"notices-Lundrey-0001.json": empty}).entries == []
    cut = json.dumps({"f:total": "3"} | members)
    with pytest.raises(UnreadableFile, match="says that it shows 3 notices and holds 0"):
        read_list(gazette, {"notices-Lundrey-0001.json": cut})


def test_a_single_notice_may_come_without_its_list(read_list: Read) -> None:
    page = feed()
    page |= {"entry": page["entry"][0], "f:page-stop": "1", "f:total": "1"}
    assert len(read_list(gazette, {FIRST: json.dumps(page)}).entries) == 1


def test_the_feed_names_the_next_page(tmp_path: Path) -> None:
    assert next_page(FOLDER / FIRST, "https://www.thegazette.co.uk/").endswith("&results-page=2")
    assert next_page(FOLDER / SECOND, "https://www.thegazette.co.uk/") == ""
