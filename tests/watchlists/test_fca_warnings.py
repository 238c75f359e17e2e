"""Warnings of the Financial Conduct Authority, and the reader of pages that list records."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.fca_warnings import parse as fca
from duediligence.watchlists.toolkit.pages import next_page, read_search_items

from duediligence.errors import UnreadableFile
from duediligence.model import Address, Name
from duediligence.screening.lists.wholeness import check_whole
from tests.rows import for_each

Read = Callable[..., Any]
FOLDER = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "fca-warnings"
FIRST, SECOND = "warnings-fenmoor-0001.html", "warnings-fenmoor-0002.html"
CLONE = "fenmoor-capital-clone-fca-authorised-firm"
SITE = "https://www.fca.org.uk"


def pages(old: str = "", new: str = "") -> dict[str, str]:
    held = {name: (FOLDER / name).read_text("utf-8") for name in (FIRST, SECOND)}
    assert old in held[FIRST]
    return held | {FIRST: held[FIRST].replace(old, new)}


def test_a_clone_is_told_as_one_and_the_honest_firm_is_no_name(read_sample: Read) -> None:
    found = read_sample(fca)
    entry = found[CLONE]
    assert entry.names == (Name("Fenmoor Capital Ltd"), Name("Fenmoor Capital Bonds", "alias"))
    assert entry.addresses == ()
    assert entry.record.type == "warning"
    assert entry.record.event.startswith("Warning of a clone")
    assert "which is not the one warned of" in entry.record.event
    assert entry.record.event_date == entry.record.known_date == date(2026, 11, 20)
    assert entry.url == f"{SITE}/news/warnings/{CLONE}"
    names = {name.text for one in found.entries for name in one.names}
    assert not any("Mutual" in name or "lone" in name for name in names)
    assert found.drift == ("left out: clone whose title names the honest firm alone (1)",)


@for_each(
    "title",
    [
        "Fenmoor Capital Ltd (clone of Honest Brokers Ltd)",
        "Fenmoor Capital Ltd - Clone of Honest Brokers Ltd",
        "Fenmoor Capital Ltd (Clone)",
        "Fenmoor Capital Ltd [CLONE OF EEA FIRM] / Clone of Honest Brokers Ltd",
    ],
)
def test_only_what_stands_before_clone_is_searched_for(read_list: Read, title: str) -> None:
    found = read_list(fca, pages("Fenmoor Capital Ltd (clone of FCA authorised firm)", title))
    assert found[CLONE].names == (Name("Fenmoor Capital Ltd"),)
    assert found[CLONE].record.event.startswith("Warning of a clone")


def test_a_firm_has_all_of_its_names(read_sample: Read) -> None:
    found = read_sample(fca)
    assert found["fenmoor-wealth-partners-www-fenmoorwealth-example"].names == (
        Name("Fenmoor Wealth Partners"),
        Name("www.fenmoorwealth.example", "alias"),
    )
    markets = found["fenmoor-fx"]
    assert markets.names == (
        Name("Fenmoor FX Limited"),
        Name("Fenmoor Markets", "trading"),
        Name("Fenmoor Prime FX", "alias"),
    )
    assert markets.addresses == (Address("Suite 4, 9 Sluice Street, Tarvit, ZY20 7FX", "ZY20 7FX"),)
    assert markets.kind == "organisation"
    assert markets.record.event_date == date(2025, 8, 7)
    assert "without permission" in markets.record.event


def test_a_search_without_a_result_is_an_answer(read_list: Read) -> None:
    name = "warnings-brackenhythe-0001.html"
    assert read_list(fca, {name: (FOLDER / name).read_text("utf-8")}).entries == []


@for_each(
    ("old", "new", "message"),
    [
        ("1 to 3 of 4", "1 to 10 of 1,004", r"0001\.html: says that it shows 1 to 10 and lists 3"),
        ("/news/warnings/", "/warning/", "lists nothing, and does not say"),
        ("Fenmoor Wealth Partners / www.fenmoorwealth.example</a>", "</a>", "has no title"),
        ("h3", "b", "fenmoor-none: has no title"),
    ],
)
def test_what_is_lost_is_refused(read_list: Read, old: str, new: str, message: str) -> None:
    held = pages(old, new)
    if old == "h3":
        held[FIRST] += '<p><a href="/news/warnings/fenmoor-none">Read more</a></p>'
        held[FIRST] = held[FIRST].replace("1 to 3 of", "1 to 4 of")
    with pytest.raises(UnreadableFile, match=message):
        read_list(fca, held)


def test_a_missing_page_is_refused(read_list: Read) -> None:
    held = pages()
    del held[SECOND]
    with pytest.raises(UnreadableFile, match=r"0001\.html: leads to a page that is missing"):
        read_list(fca, held)


def test_the_page_of_a_warning_adds_to_its_item(read_list: Read) -> None:
    name = "warning-fenmoor-fx.html"
    shown = (FOLDER / name).read_text("utf-8")
    found = read_list(fca, pages() | {name: shown.replace("Telephone:", "Colour:")})
    assert "unread label: Colour (1)" in found.drift
    # Where the page does not say its address, the name of its file does.
    unsaid = shown.replace('rel="canonical"', 'rel="stylesheet"')
    assert read_list(fca, pages() | {name: unsaid})["fenmoor-fx"].addresses
    other = read_list(fca, pages() | {name: shown.replace("warnings/fenmoor-fx", "warnings/other")})
    assert "unread page: other, which no page of results has (1)" in other.drift


@for_each(
    ("name", "old", "message"),
    [
        ("warning-a.html", "section-unauthorised-firm-details", "a.html: is not the page of a"),
        ("warning-a.html", "", "fenmoor-fx has two pages"),
    ],
)
def test_another_page_than_that_of_a_warning_is_refused(
    read_list: Read, name: str, old: str, message: str
) -> None:
    shown = (FOLDER / "warning-fenmoor-fx.html").read_text("utf-8")
    held = {"warning-fenmoor-fx.html": shown, name: shown.replace(old, "x") if old else shown}
    with pytest.raises(UnreadableFile, match=message):
        read_list(fca, pages() | held)


def test_the_page_says_what_a_person_does_where_programs_are_refused() -> None:
    assert "403 Forbidden" in fca.notes
    assert "never pretends to be a browser" in fca.notes


def test_a_warning_without_a_date_is_told(read_list: Read) -> None:
    found = read_list(fca, pages("20/11/2026", "today"))
    assert "unmapped date: none beside a warning (1)" in found.drift
    assert found[CLONE].record.event_date is None


def test_the_next_page_is_the_one_called_so() -> None:
    assert next_page(FOLDER / FIRST, SITE).endswith("category=warnings&start=4")
    assert next_page(FOLDER / SECOND, SITE) == ""


@for_each(
    ("link", "leads"),
    [
        ('<a href="/2">Next page »</a>', True),
        ('<a href="/2" title="Next"><i></i></a>', True),
        ('<a href="/2">Next steps</a>', False),
        ('<a href="#" rel="next">Next</a>', False),
    ],
)
def test_a_next_link_is_told_from_others(tmp_path: Path, link: str, leads: bool) -> None:
    file = tmp_path / "p-1.html"
    file.write_text(f"<p>No results</p>{link}", encoding="utf-8")
    assert (next_page(file, SITE) == "/2") is leads


def test_a_link_that_is_no_address_is_no_item(read_list: Read) -> None:
    held = pages("<main>", '<main><a href="https://[/news/warnings/x">x</a>')
    assert len(read_list(fca, held).entries) == 3


def test_an_item_is_what_stands_around_its_own_link(tmp_path: Path) -> None:
    file = tmp_path / "p-1.html"
    file.write_text(
        '<main><div><div><p>1 May 2026</p><a href="/x/a"><h2>A Ltd</h2></a></div>'
        '<div><a href="/x/b"></a><a href="/x/b">B Ltd</a><p>2 May 2026</p></div></div></main>',
        encoding="utf-8",
    )
    found = [(i.key, i.title, i.words) for i in read_search_items([file], rf"{SITE}/x/(\w+)", SITE)]
    assert found == [("a", "A Ltd", "1 May 2026 A Ltd"), ("b", "B Ltd", "B Ltd 2 May 2026")]


def test_a_person_brings_the_pages_and_no_program_asks_for_them() -> None:
    assert not any(feed.url for feeds in fca.feed_sets for feed in feeds)
    assert "warnings-WORD-1.html" in fca.bring
    # The publisher's link to a next page still shows where that page was not saved.
    with pytest.raises(UnreadableFile, match="another page follows it"):
        check_whole(fca.feeds, {FIRST: FOLDER / FIRST})
