"""Pages as text and tables: spans, banners, nested tables, and what is no page."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.errors import UnreadableFile
from duediligence.formats import html
from tests.rows import for_each

BANNERED = """<table><caption> Notices </caption>
<tr><th colspan="3">Search results</th></tr>
<tr><th>Number&nbsp;</th><th>Recipient</th><th>Date</th></tr>
<tr><td><a href=" detail.asp?n=1 ">1</a></td><td>Quill<br>Ltd</td><td>3 May 2024</td></tr>
<tr><td></td><td></td><td></td></tr>
<tr><td>2</td><td>Tarn<table><tr><td>inner</td></tr></table></td><td>4 May 2024</td></tr>
</table><a class="next" href="?page=2">Next</a>"""


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "page.html"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_banner_is_no_header_and_a_nested_table_is_its_own(tmp_path: Path) -> None:
    soup = html.page(written(tmp_path, BANNERED))
    outer, inner = html.read_html_tables(soup)
    assert outer.caption == "Notices"
    assert outer.header == ("Number", "Recipient", "Date")
    assert [(number, tuple(cell.text for cell in cells)) for number, cells in outer.rows] == [
        (3, ("1", "Quill Ltd", "3 May 2024")),
        (5, ("2", "Tarn inner", "4 May 2024")),
    ]
    assert outer.rows[0][1][0].link == "detail.asp?n=1"
    assert inner.header == ()


def test_spans_stand_in_every_cell_they_cover(tmp_path: Path) -> None:
    text = """<table><thead><tr><th>A</th><th>B</th></tr></thead>
    <tr><td rowspan="2">x</td><td>1</td></tr><tr><td>2</td></tr></table>"""
    (table,) = html.read_html_tables(html.page(written(tmp_path, text)))
    assert [[cell.text for cell in cells] for _, cells in table.rows] == [["x", "1"], ["x", "2"]]


def test_the_next_link_is_a_whole_address(tmp_path: Path) -> None:
    soup = html.page(written(tmp_path, BANNERED))
    assert html.find_link_address(soup, "a.next", "https://r.example.org/l?page=1") == (
        "https://r.example.org/l?page=2"
    )
    assert html.find_link_address(soup, "a.last", "https://r.example.org/") == ""
    hostile = html.page(written(tmp_path, "<a href='https://[x'>Next</a>"))
    with pytest.raises(UnreadableFile, match="leads nowhere"):
        html.find_link_address(hostile, "a", "https://r.example.org/")


@for_each("content", ["", "   \n", b"\x00\x00"])
def test_what_is_no_page_is_refused(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(UnreadableFile):
        html.page(written(tmp_path, content))


def test_a_page_over_the_cap_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="larger than 10 bytes"):
        html.page(written(tmp_path, BANNERED), max_bytes=10)


def test_a_cell_that_claims_to_span_a_million_columns_is_cut(tmp_path: Path) -> None:
    wide = '<table><tr><td colspan="1000000">x</td></tr></table>'
    (table,) = html.read_html_tables(html.page(written(tmp_path, wide)))
    assert len(table.rows[0][1]) == html.MAX_COLUMNS


_TAGS = st.sampled_from(
    ["<table>", "</table>", "<tr>", "</tr>", "<td>", '<td rowspan="3">', '<th colspan="-2">',
     "</td>", "<thead>", "</thead>", "<a href='x'>", "</a>", "<br>", "&nbsp;", "text", "<!--"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(_TAGS, max_size=60))
def test_any_page_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    path = written(tmp_path_factory.mktemp("pages"), "".join(parts))
    try:
        soup = html.page(path)
    except UnreadableFile:
        return
    for table in html.read_html_tables(soup):
        assert all(len(cells) <= html.MAX_COLUMNS for _, cells in table.rows)
