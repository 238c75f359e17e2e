"""A real browser, for tests that look at pages: only `make browser` installs what drives it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Of axe, for the pages of the console.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Widths in CSS pixels: of a desktop, and of a desktop at 400 % (WCAG 2.2, 1.4.10).
WIDTHS = (1280, 320)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine, started; the test fails where there is none."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(
            "No Chromium is installed. On Debian or Ubuntu: apt-get install chromium. "
            "Elsewhere, name the program of a Chromium or Chrome in the variable CHROMIUM."
        )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


def run_axe(tab: Page, rules: list[str] | None = None) -> dict[str, Any]:
    """Return what axe says of the page that is open, which has its script from then on."""
    if tab.evaluate("typeof axe") == "undefined":
        tab.evaluate(AXE_SCRIPT)
    # Nodes in which nothing is wrong need not be described.
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = rules
    said: dict[str, Any] = tab.evaluate("options => axe.run(options)", options)
    return said


def list_violations(said: dict[str, Any]) -> list[str]:
    """Return the violations that axe found, each with an element and its reason."""
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in said["violations"]
        for node in one["nodes"][:3]
    ]


def find_faults(tab: Page, *, alike: bool = False) -> list[str]:
    """Return what axe finds in a page of the console, and where it scrolls sideways, at each width.

    The page is opened once: its width is that of the window. Of a page that is `alike` one before
    it in its elements, the width alone is looked at.
    """
    found: list[str] = []
    tab.wait_for_load_state()
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        if not alike:
            said = run_axe(tab, RULES)
            assert len(said["passes"]) > 10, tab.url
            found += [f"{tab.url} at {width}: {one}" for one in list_violations(said)]
        wide = tab.evaluate("document.documentElement.scrollWidth")
        found += [f"{tab.url} is {wide} wide at {width}"] if wide > width else []
    return found
