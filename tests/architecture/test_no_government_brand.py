"""Nothing that is shipped or shown is a mark of the government alone: its crest or crown, its font,
or its name. Whoever reads a page of a council must not take it for GOV.UK.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from duediligence.extension import find_own_extensions
from duediligence.web.pages import list_pages
from tests.web.alert_office import office_settings, screened
from tests.web.conftest import ORIGIN, browser, service_over
from tests.web.crawling import Crawl, crawl

from .sources import ROOT, parse_source

SHIPPED: Final = ("duediligence", "watchlists", "checks")
# Texts of licences, which say whose each part is.
LICENCES: Final = {"duediligence/web/static/LICENCES.txt"}
PAGES_OF_LICENCES: Final = {"/licences", "/accessibility"}
# As publishers' pages are, to be read: nothing of them is shown.
READ_ALONE: Final = "duediligence/demo/lists/"
FONTS: Final = (b"wOFF", b"wOF2", b"OTTO", b"\x00\x01\x00\x00\x00", b"true\x00", b"ttcf")
BRAND: Final = re.compile(
    r"GDS Transport|@font-face|font/(?:woff|ttf|otf)|\.(?:woff2?|ttf|otf|eot)\b"
    r"|govuk-crest|govuk-logotype|\bcrest\b|\bcrown\b|\bGOV\.UK\b"
)


def shipped() -> list[Path]:
    return [
        path
        for package in SHIPPED
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]


def shown_texts(path: Path) -> Iterator[str]:
    """What of a file can come to a page: of a module its texts, but not what explains it."""
    if path.suffix == ".py":
        tree = parse_source(path)
        told = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in told
            ):
                yield node.value
    elif path.suffix in (".jinja", ".html", ".css", ".svg", ".js", ".txt"):
        yield path.read_text("utf-8")


def test_no_font_is_shipped_under_any_name() -> None:
    found = shipped()
    assert len(found) > 300
    assert not [path for path in found if path.read_bytes()[:5].startswith(FONTS)]
    assert not [
        path for path in found if path.suffix in (".woff", ".woff2", ".ttf", ".otf", ".eot")
    ]


def test_no_shipped_file_has_a_mark_of_the_government() -> None:
    found = {}
    for path in shipped():
        name = path.relative_to(ROOT).as_posix()
        if name in LICENCES or name.startswith(READ_ALONE):
            continue
        if name.startswith(("duediligence/web/", "duediligence/render/", "duediligence/delivery/")):
            marks = [mark for text in shown_texts(path) for mark in BRAND.findall(text)]
            if marks:
                found[name] = marks
    assert not found
    for name in LICENCES:
        assert BRAND.search((ROOT / name).read_text("utf-8")), "it needs no exemption"


@pytest.fixture
def pages(home: Path) -> Crawl:
    """Every page that a link leads to, over a home with alerts."""
    screened(home)
    got = [
        path
        for one in list_pages(find_own_extensions())
        for method, path, _ in one.routes
        if method == "GET"
    ]
    got += [path for one in list_pages(find_own_extensions()) for path, _ in one.open_to_all]
    with browser(service_over(office_settings(home))) as client:

        def get(address: str) -> tuple[int, str, str]:
            answer = client.get(address)
            return answer.status_code, answer.headers.get("content-type", ""), answer.text

        return crawl([f"{ORIGIN}/"], get, got)


def test_no_page_has_a_mark_of_the_government(pages: Crawl) -> None:
    found = {
        address: BRAND.findall(html)
        for address, html in pages.each()
        if BRAND.search(html) and address.removeprefix(ORIGIN) not in PAGES_OF_LICENCES
    }
    assert len(list(pages.each())) > 50
    assert not found
