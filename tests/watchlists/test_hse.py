"""The Health and Safety Executive's notices and convictions: pages of results and of records."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists._hse import next_page
from duediligence.watchlists.hse_convictions import parse as convictions
from duediligence.watchlists.hse_notices import parse as notices

from duediligence.contracts import Watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import Address, Name
from duediligence.screening.lists.statuses import explain_not_storable
from tests.rows import for_each

Read = Callable[..., Any]
SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
FIRST, SECOND = "notices-quillfeather-0001.html", "notices-quillfeather-0002.html"
SITE = "https://resources.hse.gov.uk"


def pages(watchlist: Watchlist, *names: str) -> dict[str, str]:
    return {name: (SAMPLES / watchlist.folder / name).read_text("utf-8") for name in names}


def test_a_notice_has_its_section_by_its_type_and_its_place_by_its_own_page(
    read_sample: Read,
) -> None:
    found = read_sample(notices)
    entry = found["990000101"]
    assert entry.kind == "organisation"
    assert entry.addresses == (
        Address(
            "Quillfeather Presswork, Anvil House, Forge Lane, UPPER CALDERN, England ZY9 4QF",
            "ZY9 4QF",
        ),
    )
    assert entry.record.act_section == "Health and Safety at Work etc. Act 1974 s.21"
    assert entry.record.event_date == date(2026, 6, 12)
    assert entry.record.status == "live"
    assert entry.record.outcome == "Ongoing (compliance date 31/12/2026)"
    assert entry.url == f"{SITE}/notices/notices/notice_details.asp?SF=CN&SV=990000101"
    assert found["990000103"].record.status == "complied"
    assert found["990000105"].record.act_section.endswith("s.22")
    assert found.drift == ()


def test_a_sole_trader_stays_of_unknown_kind_and_has_the_trading_name(read_sample: Read) -> None:
    entry = read_sample(notices)["990000102"]
    assert entry.kind == "unknown"
    assert entry.names == (Name("Quillfeather & Daughters"), Name("Quill Roofing", "trading"))


def test_a_search_that_found_nothing_is_an_answer(read_list: Read) -> None:
    found = read_list(notices, pages(notices, "notices-brackenhythe-0001.html"))
    assert found.entries == []


def test_a_notice_that_two_searches_find_is_there_once(read_list: Read) -> None:
    held = pages(notices, "notices-thistledrum-0001.html")
    held["notices-laundry-0001.html"] = held["notices-thistledrum-0001.html"]
    assert [one.id for one in read_list(notices, held).entries] == ["990000105"]
    changed = held["notices-laundry-0001.html"].replace("17/02/2026", "18/02/2026")
    with pytest.raises(UnreadableFile, match="differs in notices-laundry-0001"):
        read_list(notices, held | {"notices-thistledrum-0001.html": changed})


@for_each(
    ("old", "new", "message"),
    [
        ("Recipient's Name</th>", "Dutyholder</th>", "no column Recipient's Name"),
        ("results 1 to 3", "results 1 to 10", "shows 10 results and holds 3"),
        ("Showing Page", "Page", "does not say how many"),
        ("> 990000102<", "> unknown<", "row 3: number is 'unknown'"),
        ("<td>Quillfeather &amp; Daughters t/a Quill Roofing</td>", "<td>-</td>", "name is empty"),
    ],
)
def test_what_is_lost_is_refused(read_list: Read, old: str, new: str, message: str) -> None:
    held = pages(notices, FIRST, SECOND)
    assert old in held[FIRST]
    with pytest.raises(UnreadableFile, match=message):
        read_list(notices, held | {FIRST: held[FIRST].replace(old, new)})


def test_a_missing_page_is_refused(read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match="page 2 of 2 is missing"):
        read_list(notices, pages(notices, FIRST))


def test_what_is_new_is_told(read_list: Read) -> None:
    held = pages(notices, FIRST, SECOND, "notice-990000101.html")
    held[FIRST] = held[FIRST].replace("Prohibition Notice Immediate", "Advice Notice")
    held["notice-990000101.html"] = (
        held["notice-990000101.html"]
        .replace("Ongoing", "Escalated")
        .replace(">Industry<", ">Trade<")
        .replace("990000101", "990000103")
    )
    assert set(read_list(notices, held).drift) == {
        "unmapped Notice Type: Advice Notice (1)",
        "unmapped Result: Escalated (1)",
        "unread label: trade (1)",
    }
    del held[FIRST], held[SECOND]
    held |= pages(notices, "notices-thistledrum-0001.html")
    drift = read_list(notices, held).drift
    assert "unread page: notice 990000103, which no search found (1)" in drift


def test_a_page_that_is_no_record_is_refused(read_list: Read) -> None:
    held = pages(notices, FIRST, SECOND)
    with pytest.raises(UnreadableFile, match=r"notice-1\.html: is not the page of a notice"):
        read_list(notices, held | {"notice-1.html": "<html><p>Sorry</p></html>"})


def test_the_pager_leads_on_and_ends(tmp_path: Path) -> None:
    for watchlist, name, path in (
        (notices, FIRST, "/notices/notices/notice_list.asp?PN=2&ST=N&CO="),
        (convictions, "convictions-0001.html", "/convictions/case/case_list.asp?PN=2&ST=C"),
    ):
        folder = SAMPLES / watchlist.folder
        first = folder / name
        assert next_page(first, watchlist.feeds[0].url).startswith(path)
        assert next_page(folder / name.replace("0001", "0002"), SITE) == ""
    assert next_page(SAMPLES / "hse-notices" / "notices-brackenhythe-0001.html", SITE) == ""
    broken = tmp_path / "n-1.html"
    broken.write_text((SAMPLES / "hse-notices" / FIRST).read_text().replace("Show Page 2", "2"))
    with pytest.raises(UnreadableFile, match="no link to page 2 of 2"):
        next_page(broken, SITE)


def test_a_conviction_tells_the_fine_and_not_the_section(read_sample: Read) -> None:
    found = read_sample(convictions)
    entry = found["9900201"]
    assert entry.record.type == "conviction"
    assert entry.record.event == (
        "Convicted of a health and safety offence: Failure to guard a baling press"
    )
    assert entry.record.penalty_gbp == Decimal("41000.00")
    assert entry.record.outcome == "costs £2,000.00"
    assert entry.record.event_date == date(2025, 9, 26)
    assert entry.record.decision_date is None
    assert entry.record.act_section == ""
    assert entry.addresses[0].postcode == "ZY9 5QT"
    assert [one.id for one in found.entries] == [
        "9900201", "9900202", "9900203", "9900204", "9900150",
    ]  # fmt: skip
    assert found["9900204"].names == (
        Name("Moorcap Roofing Contractors Limited"),
        Name("Moorcap", "trading"),
    )
    assert found.drift == ()


def test_an_individual_who_was_convicted_is_not_kept(read_sample: Read) -> None:
    entries = read_sample(convictions).entries
    assert [one.name for one in entries if explain_not_storable(one, True)] == ["Barnaby Quillon"]


def test_a_case_of_the_history_register_is_found_there(read_sample: Read) -> None:
    found = read_sample(convictions)
    assert found["9900150"].url == (
        f"{SITE}/convictions-history/case/case_details.asp?SF=CN&SV=9900150"
    )
    assert found["9900150"].record.event_date == date(2021, 3, 3)
    assert found["9900201"].url == f"{SITE}/convictions/case/case_details.asp?SF=CN&SV=9900201"
    history = convictions.feeds[1]
    assert history.optional
    assert history.url == convictions.feeds[0].url.replace("/convictions/", "/convictions-history/")
