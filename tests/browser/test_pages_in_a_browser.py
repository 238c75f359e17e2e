"""Every page in a real browser: axe finds nothing, nothing scrolls sideways, and it prints."""

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page, Route

from tests.chromium import WIDTHS, list_violations, run_axe
from tests.pages import PAGES, casework
from tests.pdf_reading import text_of

pytestmark = pytest.mark.browser

every_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def written(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every page, each under its name."""
    folder = tmp_path_factory.mktemp("pages")
    with casework(loaded_home, tmp_path_factory.mktemp("casework")) as it:
        for name, make in PAGES.items():
            (folder / f"{name}.html").write_text(make(it), encoding="utf-8")
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab in which nothing but files of this machine opens; what it complains of is a failure."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    asked: list[str] = []
    complaints: list[str] = []

    def only_files(route: Route) -> None:
        url = route.request.url
        if url.startswith("file:"):
            route.continue_()
        else:
            asked.append(url)
            route.abort()

    context.route("**/*", only_files)
    tab = context.new_page()
    tab.on("console", lambda said: complaints.append(said.text))
    yield tab
    context.close()
    assert not asked
    assert not complaints


def opened(page: Page, written: Path, name: str) -> Page:
    page.goto((written / f"{name}.html").as_uri())
    return page


@every_page
def test_axe_finds_nothing(page: Page, written: Path, name: str) -> None:
    opened(page, written, name)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        said = run_axe(page)
        assert list_violations(said) == [], width
        assert len(said["passes"]) > 15
        # What axe leaves to a person must be nothing that a program could have answered.
        assert {one["id"] for one in said["incomplete"]} <= {"color-contrast"}


def test_axe_is_asked_in_earnest(page: Page, tmp_path: Path) -> None:
    """The same run finds what is wrong with a page that has it."""
    (tmp_path / "bad.html").write_text(
        "<html><body><h1>A</h1><h3 style='color:#ccc'>Some words</h3><img src='data:,'>"
    )
    found = run_axe(opened(page, tmp_path, "bad"))["violations"]
    assert {"html-has-lang", "image-alt", "heading-order", "color-contrast", "region"} <= {
        one["id"] for one in found
    }


@every_page
def test_nothing_scrolls_sideways_on_a_small_screen(page: Page, written: Path, name: str) -> None:
    """320 pixels are also 1280 at 400 %: WCAG 2.2, 1.4.10."""
    page.set_viewport_size({"width": 320, "height": 800})
    opened(page, written, name)
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(one => {
            const box = one.getBoundingClientRect();
            return box.width > 1 && box.right > innerWidth + 1 && !one.closest('svg, thead');
        }).slice(0, 5).map(one => one.outerHTML.slice(0, 150))"""
    )
    assert not wide
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@every_page
def test_each_link_shows_where_the_focus_is(page: Page, written: Path, name: str) -> None:
    opened(page, written, name)
    if not page.locator("a, summary").count():
        return
    page.keyboard.press("Tab")
    style = page.evaluate(
        """() => {
            const one = document.activeElement, style = getComputedStyle(one);
            return [one.localName, style.backgroundColor, style.boxShadow];
        }"""
    )
    assert style[0] in ("a", "summary")
    assert style[1] == "rgb(255, 221, 0)"
    assert style[2] != "none"


@every_page
def test_on_paper_nothing_is_cut_off(page: Page, written: Path, name: str) -> None:
    """At the width that a sheet of A4 has within its margins, no box is wider than the sheet."""
    opened(page, written, name)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 681


def test_what_explains_an_agreement_is_one_sheet(page: Page, written: Path) -> None:
    opened(page, written, "agreement explained")
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as pdf:
        assert len(pdf.pages) == 1


@pytest.mark.parametrize("name", [one for one in PAGES if "report" in one or "pack" in one])
def test_the_summary_is_the_first_sheet(page: Page, written: Path, name: str) -> None:
    opened(page, written, name)
    printed = page.pdf(prefer_css_page_size=True, tagged=True)
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        assert pdf.pages[0].mediabox[2] == pytest.approx(595, abs=2)
        sheets = len(pdf.pages)
        words = [text_of(one) for one in pdf.pages]
    assert "Decisions so far" in words[0]
    assert "What was decided" not in words[0]
    assert " severity" not in words[0]
    assert "List by list" not in words[0]
    assert f"Page 1 of {sheets}" in words[0].replace("\n", "")
    assert all("Due diligence report, as of" in one for one in words)
