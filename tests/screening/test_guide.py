"""The page that says which files to download by hand."""

from datetime import date, timedelta
from pathlib import Path

from bs4 import BeautifulSoup

from duediligence import registry
from duediligence.contracts import Watchlist
from duediligence.render.guide_page import GuideList, in_bytes, render_guide_page
from duediligence.screening.lists.guide import for_a_person, guide
from tests.rows import for_each

from ..conftest import NOW, Open

every_list = for_each(
    "watchlist", list(registry.find_watchlists().values()), ids=lambda one: one.id
)


@every_list
def test_of_every_list_a_person_is_told_what_to_do(
    watchlist: Watchlist, open_workspace: Open
) -> None:
    (one,) = guide(open_workspace(), [watchlist.id])
    assert one.page.startswith("https://")
    assert one.files
    # Each file has an address, or there are words, or it is said that only a program can do it.
    assert one.bring or one.pages or one.needs_parts or all(file.address for file in one.files)
    assert all(file.save_as and not set(file.save_as) & set("{}*") for file in one.files)


@every_list
def test_a_list_without_addresses_says_what_to_select(watchlist: Watchlist) -> None:
    feeds = [feed for feed in for_a_person(watchlist) if not feed.optional]
    paged = any(feed.next_page or feed.post for feed in feeds)
    assert watchlist.bring or paged or all(feed.direct for feed in feeds)


def test_one_file_is_preferred_to_four() -> None:
    names = [feed.filename for feed in for_a_person(registry.find_watchlists()["ofac-sdn"])]
    assert names == ["SDN.XML"]


def test_it_is_about_the_lists_in_use_and_how_old_they_are(
    home: Path, open_workspace: Open
) -> None:
    fresh = {one.id for one in guide(open_workspace())}
    assert "uk-sanctions" in fresh
    assert "cqc" not in fresh
    used = {one.id: one for one in guide(open_workspace(home))}
    assert {*fresh, "cqc"} <= used.keys()
    one = used["un"]
    assert one.published
    assert one.too_old_on == one.published + timedelta(days=8)
    # What was brought last says how large the next one must be.
    assert one.files[0].weighs < 1_000_000
    assert one.files[0].weighed_on == NOW.date()


def test_the_page_has_each_address_and_name_and_escapes_what_a_setting_says() -> None:
    lists = [
        GuideList(
            id="un",
            title="<b>Title</b>",
            publisher="Publisher",
            page="javascript:alert(1)",
            folder="un",
            files=(),
            bring="Select <it>",
            most_days=7,
            entries=(1, 2),
            state="stale",
            published=date(2026, 11, 1),
        )
    ]
    text = render_guide_page(lists, NOW)
    page = BeautifulSoup(text, "lxml")
    assert not page.find_all("script")
    assert "<b>Title" not in text
    assert [a["href"] for a in page.select("a")] == ["#un"]
    assert "Select &lt;it&gt;" in text


def test_the_page_of_all_lists_links_and_heads_in_order(home: Path, open_workspace: Open) -> None:
    lists = guide(open_workspace(home))
    page = BeautifulSoup(render_guide_page(lists, NOW), "lxml")
    assert [h.name for h in page.select("h1, h2")] == ["h1", "h2"]
    assert len(page.select("h3")) == len(lists)
    links = {a["href"] for a in page.select("a")}
    shown = {file.save_as for one in lists if not one.pages for file in one.files}
    assert {code.text for code in page.select("tbody th code")} == shown
    assert "https://scsanctions.un.org/resources/xml/en/consolidated.xml" in links
    assert all(table.caption for table in page.select("table"))


@for_each(
    ("size", "words"),
    [(0, "0 bytes"), (800, "800 bytes"), (2_800, "2.8 kB"), (18_800_000, "19 MB")],
)
def test_sizes_are_as_file_managers_show_them(size: int, words: str) -> None:
    assert in_bytes(size) == words
