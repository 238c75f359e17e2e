"""How the form of each list is known, since when, and what it cannot show."""

import re
from pathlib import Path

from duediligence import registry
from duediligence.contracts import Watchlist
from duediligence.demo.office import DEMO_TIME
from tests.rows import for_each

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "lists.md").read_text(encoding="utf-8")

every_list = for_each(
    "watchlist", list(registry.find_watchlists().values()), ids=lambda one: one.id
)


def section(watchlist: Watchlist) -> str:
    """What docs/reference/lists.md says of the list."""
    found = re.search(
        rf"^## {re.escape(watchlist.id)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    assert found, f"docs/reference/lists.md has no section {watchlist.id}: run `make docs`"
    return found[1]


@every_list
def test_a_known_form_has_the_month_of_what_was_seen(watchlist: Watchlist) -> None:
    since = watchlist.known_since
    if watchlist.known_from == "never seen":
        assert not since, "a form that was never seen is of no month"
        return
    assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", since), "say the month as 2026-09"
    assert since <= f"{DEMO_TIME:%Y-%m}", "the form was seen in the future"


@every_list
def test_each_list_says_what_it_cannot_show(watchlist: Watchlist) -> None:
    paragraphs = [" ".join(text.split()) for text in watchlist.notes.split("\n\n")]
    assert any("t cannot show" in text for text in paragraphs), (
        "say in the parser's docstring what a supplier could be and not be on this list for, in a "
        "paragraph that begins `It cannot show`"
    )


@every_list
def test_the_page_of_lists_shows_how_it_is_known_and_its_limits(watchlist: Watchlist) -> None:
    shown = " ".join(section(watchlist).split())
    assert watchlist.known_since in shown
    assert "cannot show" in shown
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| [`{watchlist.id}`]"))
    assert f"| {watchlist.licence} |" in row
