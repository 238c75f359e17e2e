"""A page with every part, in a real browser under the console's policy: on a screen of any width,
with colours of the reader's own, and on paper.
"""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

pytest.importorskip("axe_playwright_python", reason="`make browser` installs what this needs")

from playwright.sync_api import Browser, Page, Route

from tests.chromium import RULES, WIDTHS, list_violations, run_axe
from tests.web.sample_page import sample

pytestmark = pytest.mark.browser

STATIC = Path(str(files("duediligence.web"))) / "static"
TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
URL = "http://console.test/"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
STATES: dict[str, dict[str, object]] = {
    "errors": {"errors": [("decided", "Select a decision"), ("", "Two people must decide")]},
    "done": {"done": "The decision is recorded."},
    "notice": {"notice": "A screening is running."},
    "signed out": {"viewer": None, "council": "", "navigation": ()},
}
every_state = pytest.mark.parametrize("state", STATES)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that knows the sample page's style sheet and icons only; a complaint is a failure."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    complaints: list[str] = []
    tab = context.new_page()
    tab.on("console", lambda said: complaints.append(said.text))
    yield tab
    context.close()
    assert not complaints


def opened(tab: Page, **values: object) -> Page:
    """The sample page, as the console would serve it."""
    html = sample(**values)

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(URL)
        if name.startswith("static/"):
            path = STATIC / name.removeprefix("static/")
            route.fulfill(path=path, content_type=TYPES[path.suffix])
        else:
            assert not name
            headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html"}
            route.fulfill(body=html, headers=headers)

    tab.route("**/*", serve)
    tab.goto(URL)
    return tab


@every_state
def test_axe_finds_nothing(page: Page, state: str) -> None:
    opened(page, **STATES[state])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        said = run_axe(page, RULES)
        assert list_violations(said) == [], width
        assert {"target-size", "color-contrast", "region"} <= {one["id"] for one in said["passes"]}


@every_state
def test_only_wide_regions_scroll_sideways_on_a_small_screen(page: Page, state: str) -> None:
    """320 pixels are also 1280 at 400 %: WCAG 2.2, 1.4.10."""
    page.set_viewport_size({"width": 320, "height": 800})
    opened(page, **STATES[state])
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(one => {
            const box = one.getBoundingClientRect();
            return box.width > 1 && box.right > innerWidth + 1
                && !one.parentElement.closest('.console-wide, thead');
        }).slice(0, 5).map(one => one.outerHTML.slice(0, 150))"""
    )
    assert not wide
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    # What is cut off can be reached, by keyboard too.
    cut = page.evaluate(
        """() => [...document.querySelectorAll('.console-wide')]
            .filter(one => one.scrollWidth > one.clientWidth)
            .map(one => [one.tabIndex, getComputedStyle(one).overflowX])"""
    )
    assert cut
    assert all(one == [0, "auto"] for one in cut)


def test_whatever_has_the_focus_shows_it(page: Page) -> None:
    opened(page, **STATES["errors"])
    seen: set[str] = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        kind, shown = page.evaluate(
            """() => {
                const one = document.activeElement;
                if (one === document.body) return ['', true];
                const kind = one.className || one.localName;
                // A small box or circle is drawn by its label.
                const drawn = ['checkbox', 'radio'].includes(one.type)
                    ? getComputedStyle(one.nextElementSibling, '::before') : getComputedStyle(one);
                return [kind, drawn.boxShadow !== 'none' || parseFloat(drawn.outlineWidth) > 2];
            }"""
        )
        if not kind:
            break
        assert shown, kind
        seen.update(kind.split())
    assert {
        "govuk-skip-link",
        "govuk-service-navigation__link",
        "moj-filter__tag",
        "govuk-checkboxes__input",
        "console-wide",
        "govuk-pagination__link",
        "govuk-details__summary",
        "govuk-radios__input",
        "govuk-textarea",
        "govuk-button",
        "console-as-link",
    } <= seen


def test_with_the_readers_own_colours_tags_and_drawings_stay(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    opened(page)
    edges = page.evaluate(
        """() => [...document.querySelectorAll('.govuk-tag, .govuk-button, .moj-filter')]
            .map(one => parseFloat(getComputedStyle(one).borderTopWidth))"""
    )
    assert len(edges) > 20
    assert min(edges) >= 1
    drawn = page.evaluate(
        """() => {
            const svg = document.querySelector('.ownership'), text = svg.querySelector('text');
            return [getComputedStyle(svg).backgroundColor, getComputedStyle(text).fill];
        }"""
    )
    assert drawn == ["rgb(255, 255, 255)", "rgb(11, 12, 12)"]


def test_on_paper_nothing_is_cut_off(page: Page) -> None:
    """At the width that a sheet of A4 has within its margins, the page is no wider than it."""
    opened(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 681
    assert not page.locator("nav:visible, button:visible").count()
    assert page.locator(".govuk-tag:visible").count() > 15
