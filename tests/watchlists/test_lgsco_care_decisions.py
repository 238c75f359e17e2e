"""Decisions of the ombudsman: which are about a provider of care, and whether all are here."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.lgsco_care_decisions import next_page
from duediligence.watchlists.lgsco_care_decisions import parse as decisions

from duediligence.errors import UnreadableFile
from tests.rows import for_each

Read = Callable[..., Any]
SEARCH = "https://www.lgo.org.uk/Decisions/SearchResults?dc=u%2B&fd=2024-12-01&page=1"


def page(total: int, *cards: tuple[str, str]) -> str:
    items = "".join(
        f'<li><a href="/decisions/adult-care-services/other/{ref.replace(" ", "-")}">A Ltd ({ref})'
        f"</a><p>Statement {outcome} Other 05-Nov-2026</p><p>Summary: it was upheld.</p></li>"
        for ref, outcome in cards
    )
    words = f"<p>Your search has {total} results</p>"
    return f"<!DOCTYPE html><html><body><main>{words}<ul>{items}</ul></main></body></html>"


def saved(**pages: str) -> dict[str, str]:
    return {
        f"ombudsman-decisions-{name.replace('_', '-')}.html": one for name, one in pages.items()
    }


def test_only_upheld_complaints_about_providers_of_care_are_kept(read_sample: Read) -> None:
    found = read_sample(decisions)
    assert [(entry.id, entry.name) for entry in found.entries] == [
        ("25-990-101", "Thistlemere Homecare Limited"),
        ("25-990-103", "Larkspur House Care Homes Ltd"),
        ("25-990-105", "Quillet Care at Home LLP"),
        ("25-990-107", "Saffron Row Supported Living"),
        ("25-990-109", "Thistlemere Homecare Limited"),
        ("25-990-111", "Dovehollow Nursing Home Limited"),
    ]
    report = found["25-990-103"]
    assert report.names[1].text == "The Larches"
    assert (report.record.type, report.record.event, report.record.decision_date) == (
        "decision",
        "Decision that a complaint was upheld (Residential care)",
        date(2026, 9, 2),
    )
    # What the summary says of those who complained is not kept.
    assert "falls" not in str(report)
    assert found.drift == (
        "left out: decision about a public body, or not about care of adults (5)",
    )


def test_a_complaint_that_was_not_upheld_is_no_record(read_list: Read) -> None:
    cards = [("25 000 001", "Not upheld"), ("25 000 002", "Closed after initial enquiries")]
    found = read_list(decisions, saved(a_1=page(2, *cards)))
    assert found.entries == []
    assert found.drift == ("left out: complaint that was not upheld (2)",)


def test_a_search_without_results_is_an_answer_and_two_may_find_the_same(read_list: Read) -> None:
    one = page(1, ("25 000 001", "Upheld"))
    found = read_list(decisions, saved(a_1=one, b_1=one, c_1=page(0)))
    assert [entry.id for entry in found.entries] == ["25-000-001"]


@for_each(
    ("held", "said"),
    [
        (page(2, ("25 000 001", "Upheld")), "states 2 results, and 1 are here"),
        (page(1, ("25 000 001", "Partly upheld")), "does not state the provider"),
        (page(1, ("25 000 001", "Upheld")).replace("has", "had"), "how many results"),
    ],
)
def test_a_page_that_lacks_something_is_refused(held: str, said: str, read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read_list(decisions, saved(a_1=held))


def test_pages_are_asked_for_until_all_results_are_there(tmp_path: Path) -> None:
    path = tmp_path / "ombudsman-decisions-0001.html"
    path.write_text(page(11, ("25 000 001", "Upheld")), encoding="utf-8")
    second = next_page(path, SEARCH)
    assert second == SEARCH.replace("page=1", "page=2")
    assert next_page(path, second) == ""
