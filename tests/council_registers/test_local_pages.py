"""Registers on web pages: the right table, whatever its spans, and all pages or none."""

import pytest

from duediligence.council_registers import examine_register, files_in, tables, watchlist_of
from duediligence.errors import UnreadableFile
from tests.rows import for_each

from .conftest import COLUMNS, TOP, Register

HEADER = "<tr><th>Ref</th><th>Name</th><th>Type</th><th>Served</th><th>Status</th></tr>"
ROW = "<tr><td>E/1</td><td>A Ltd</td><td>notice</td><td>1 March 2026</td><td>live</td></tr>"


def page(*rows: str, before: str = "", after: str = "", header: str = HEADER) -> str:
    table = f'<table class="register">{header}{"".join(rows)}</table>'
    return f"<!doctype html><html><body>{before}{table}{after}</body></html>"


def source(rest: str = "") -> dict[str, str]:
    return {"name": "n.html", "source": f'file = "n.html"\n{rest}'}


def row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def test_a_table_is_found_by_its_columns(register: Register) -> None:
    other = "<table><tr><th>Menu</th></tr><tr><td>Home</td></tr></table>"
    assert register.entry(page(ROW, before=other), **source()).name == "A Ltd"


@for_each("which", ["table = 2", 'table = "#that table"', 'table = ["ref", "Name"]', 'rows = ".r"'])
def test_a_table_is_found_as_told(register: Register, which: str) -> None:
    other = "<table><tr><th>Menu</th><th>x</th></tr><tr><td>Ref</td><td>y</td></tr></table>"
    body = page(ROW.replace("<tr>", '<tr class="r">'), before=f'{other}<div id="that">')
    register.write(body, "n.html")
    form = 'format = "html"\n'
    assert register.entry(body, **source(form + which)).name == "A Ltd"


def test_a_table_that_is_not_clear_is_not_guessed(register: Register) -> None:
    twice = page(ROW, after=f"<table>{HEADER}{ROW}</table>")
    assert "2 tables fit the description" in register.problems(twice, **source())[0]
    assert "no table fits" in register.problems(page(ROW), **source("table = 3"))[0]
    assert "no table fits" in register.problems("<p>Nothing</p>", **source())[0]


def test_spans_are_laid_out(register: Register) -> None:
    text = page(
        '<tr><td>E/1</td><td rowspan="2">A Ltd</td><td>notice</td><td colspan="2"></td></tr>',
        "<tr><td>E/2</td><td>order</td><td>2026-03-01</td><td>live</td></tr>",
    )
    found = register.examine(text, **source())
    assert [(entry.id, entry.name) for entry in found.entries] == [
        ("E/1", "A Ltd"),
        ("E/2", "A Ltd"),
    ]


def test_banners_and_page_numbers_are_left_out_and_told(register: Register) -> None:
    banner = '<tr><th colspan="5">Our register</th></tr>'
    numbers = '<tr><td colspan="5">Page: 1 2 3</td></tr>'
    found, files = register.look(page(ROW, numbers, header=banner + HEADER), **source())
    assert len(found.entries) == 1
    assert "left out: row that is no record (sub-heading) (1)" in files.drift.lines()


def test_a_row_that_lacks_a_cell_is_never_shifted(register: Register) -> None:
    for cells in (("E/2", "notice", "", "live"), ("E/2",), ("same", "same")):
        (problem,) = register.problems(page(ROW, row(*cells)), **source())
        assert f"n.html: row 3: has {len(cells)} cells where the header has 5" in problem


def test_texts_only_are_read(register: Register) -> None:
    name = "A <b>&amp;</b> Sons<script>alert(1)</script><!-- no --><br>Ltd&nbsp;"
    text = page(row("E/1", name, "notice", "", ""))
    assert register.entry(text, **source()).name == "A & Sons Ltd"


def test_tables_within_a_cell_are_not_rows(register: Register) -> None:
    inner = "<table><tr><td>x</td><td>y</td></tr></table>"
    found = register.examine(page(row("E/1", f"A {inner}", "notice", "", "")), **source())
    assert [entry.name for entry in found.entries] == ["A x y"]


def test_a_link_is_read_in_place_of_its_text(register: Register) -> None:
    rest = COLUMNS + 'source_url = { link = "Ref" }\n'
    top = 'homepage = "https://council.example.org/a/list"\n'
    for target, url in (
        ("/b/1", "https://council.example.org/b/1"),
        ("2?x=1&amp;y", "https://council.example.org/a/2?x=1&y"),
        ("javascript:go(1)", ""),
        ("mailto:a@example.org", ""),
    ):
        text = page(row(f'<a href="{target}">E/1</a>', "A", "notice", "", ""))
        entry = register.entry(text, rest, top=TOP + top, **source())
        assert (entry.id, entry.url) == ("E/1", url)


@for_each("cut", [40, 60, 90])
def test_a_page_cut_short_is_refused(register: Register, cut: int) -> None:
    assert "cut short" in register.problems(page(ROW, ROW)[:-cut], **source())[0]


def test_a_comment_that_swallows_rows_is_refused(register: Register) -> None:
    assert "cut short" in register.problems(page(ROW, "<!-- ", ROW), **source())[0]


def test_tables_deep_in_tables_are_refused(register: Register) -> None:
    deep = "<table><tr><td>" * 200 + "</td></tr></table>" * 200
    assert "has tables nested more than" in register.problems(page(ROW, after=deep), **source())[0]


def test_too_large_a_page_is_refused(register: Register) -> None:
    padded = page(ROW, after="<!--" + " " * 9_000_000 + "-->")
    assert "larger than 9,000,000 bytes" in register.problems(padded, **source())[0]


def folder(register: Register, *nexts: str) -> list[str]:
    for number, link in enumerate(nexts, 1):
        anchor = f'<a class="next" href="{link}">Next</a>' if link else ""
        text = page(ROW.replace("E/1", f"E/{number}"), after=anchor)
        register.write(text, f"pages/p{number}.html")
    description = register.describe(source='folder = "pages"\nfiles = "p*.html"\nnext = "a.next"')
    found = examine_register(description, files_in(description))
    return [str(problem) for problem in found.problems] or [entry.id for entry in found.entries]


def test_all_pages_are_one_register(register: Register) -> None:
    assert folder(register, "p2.html", "p3.html", "#") == ["E/1", "E/2", "E/3"]


def test_a_page_that_is_missing_is_told(register: Register) -> None:
    assert "none of the 2 pages is the last" in folder(register, "p2.html", "p3.html")[0]
    assert "2 pages link to no next one" in folder(register, "", "")[0]


def test_a_page_that_is_missing_is_told_beside_what_is_wrong_in_the_rows(
    register: Register,
) -> None:
    text = page(ROW.replace("notice", "?"), after='<a class="next" href="2">2</a>')
    register.write(text, "p/1.html")
    description = register.describe(source='folder = "p"\nfiles = "*.html"\nnext = "a.next"')
    problems = examine_register(description, files_in(description)).problems
    assert "is the only page, and links to a next one" in str(problems[0])
    assert "is '?'" in str(problems[1])


@for_each(
    ("link", "leads"),
    [
        ("?page=2", "https://council.example.org/register?page=2"),
        ("/other", "https://council.example.org/other"),
        ("#", ""),
        ("#top", ""),
        ("", ""),
    ],
)
def test_the_next_page_is_found(register: Register, link: str, leads: str) -> None:
    path = register.write(page(ROW, after=f'<a class="next" href="{link}">Next</a>'), "n.html")
    source = 'url = "https://council.example.org/register"\nformat = "html"\nnext = "a.next"'
    (feed,) = watchlist_of(register.describe(source=source)).feeds
    assert feed.next_page
    assert feed.next_page(path, "https://council.example.org/register") == leads
    path.write_text(page(ROW))
    assert feed.next_page(path, "https://council.example.org/register") == ""


@for_each(
    "link",
    [
        "javascript:__doPostBack('x')",
        "https://evil.example.org/",
        "http://council.example.org/",
        "//[",
    ],
)
def test_a_next_page_elsewhere_is_not_followed(register: Register, link: str) -> None:
    path = register.write(page(ROW, after=f'<a class="next" href="{link}">Next</a>'), "n.html")
    with pytest.raises(UnreadableFile, match=r"not followed|leads nowhere"):
        tables.next_link(path, "a.next", "https://council.example.org/register")
