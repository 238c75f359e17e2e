"""What GOV.UK publishes: documents, attachments whose addresses change, pages of results."""

import json
from datetime import date
from pathlib import Path

import pytest
from duediligence.watchlists.toolkit.govuk import (
    document,
    locate_attachment,
    next_search_page,
    search_results,
)

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import html
from tests.rows import for_each

CSV = "https://assets.publishing.service.gov.uk/media/99aa/2026-11-20_List.csv"
PUBLICATION = {
    "base_path": "/government/publications/list",
    "title": "The list",
    "first_published_at": "2026-11-01T09:30:00.000+00:00",
    "public_updated_at": "2026-11-20T09:30:00.000+00:00",
    "details": {
        "body": "<p>Read <a href='/guidance/list'>the guidance</a>.</p>",
        "attachments": [
            {"title": "The list (page)", "url": "/government/publications/list/the-list"},
            {"title": "The list", "url": CSV, "content_type": "text/csv"},
        ],
        "documents": [f'<section><h3><a href="{CSV}">Older</a></h3></section>'],
    },
}
SEARCH = "https://www.gov.uk/api/search.json?filter_format=x&count=2"


def save(path: Path, content: object, name: str = "d.json") -> Path:
    file = path / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def test_an_attachment_is_known_by_its_title_and_address(tmp_path: Path) -> None:
    file = save(tmp_path, PUBLICATION)
    assert locate_attachment(r"\.csv$")(file) == CSV
    assert (
        locate_attachment(r"^the list .*/the-list$")(file)
        == "/government/publications/list/the-list"
    )
    assert locate_attachment(r"^older")(file) == CSV
    assert locate_attachment(r"guidance")(file) == "/guidance/list"
    assert locate_attachment(r"\.xlsx$")(file) == ""


def test_a_saved_page_names_its_attachments_too(tmp_path: Path) -> None:
    file = save(tmp_path, f'<html><main><a href=" {CSV} ">The list</a></main></html>')
    assert locate_attachment(r"^the list .*csv$")(file) == CSV


def test_a_document_is_read_from_the_api_and_from_its_page(tmp_path: Path) -> None:
    api = document(save(tmp_path, PUBLICATION))
    page = document(
        save(
            tmp_path,
            '<html><head><meta name="govuk:public-updated-at" content="2026-11-20T09:30:00Z">'
            '<link rel="canonical" href="https://www.gov.uk/government/publications/list"></head>'
            '<body><nav>Menu</nav><main><h1>The list</h1><div class="govspeak"><p>Read <a href="'
            '/guidance/list">the guidance</a>.</p></div></main></body></html>',
        )
    )
    for found in (api, page):
        assert found.title == "The list"
        assert found.updated == date(2026, 11, 20)
        assert found.url == "https://www.gov.uk/government/publications/list"
        assert html.text(found.body) == "Read the guidance ."


def test_of_a_page_in_several_parts_all_are_read(tmp_path: Path) -> None:
    part = '<div class="govspeak">{}</div>'
    parts = part.format("Notice") + part.format("List")
    found = document(save(tmp_path, f"<html><main>{parts}</main></html>"))
    assert html.text(found.body) == "Notice List"


@for_each(
    "content", ["", "{", "[]", "{}", '{"details": []}', '{"details": {"body": 1}}', "plain \0 text"]
)
def test_what_is_no_document_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        document(save(tmp_path, content))


def test_results_and_the_pages_after(tmp_path: Path) -> None:
    one = {"title": "A", "link": "/a", "public_timestamp": "2026-01-02T00:00:00Z", "n": [1, "b"]}
    file = save(tmp_path, {"results": [one, {"title": "B", "link": "/b"}], "total": 5})
    first, second = search_results(file, Drift())
    assert (first.url, first.updated) == ("https://www.gov.uk/a", date(2026, 1, 2))
    assert first.values("n") == ("1", "b")
    assert second.values("n") == ()
    assert second.text("format") == ""
    assert next_search_page(file, SEARCH) == f"{SEARCH}&start=2"
    assert next_search_page(file, f"{SEARCH}&start=2") == f"{SEARCH}&start=4"
    assert next_search_page(file, f"{SEARCH}&start=4") == ""


@for_each(
    "content",
    [
        {"results": []},
        {"total": 1, "results": [1]},
        {"total": 1, "results": [{"title": "A", "link": "https://example.org/"}]},
        {"total": 1, "results": [{"title": " ", "link": "/a"}]},
        {"total": 1, "results": [{"title": ["A"], "link": "/a"}]},
    ],
)
def test_what_is_no_page_of_results_is_refused(content: object, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"d\.json"):
        list(search_results(save(tmp_path, content), Drift()))
