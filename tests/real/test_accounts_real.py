"""Real accounts as Companies House offers them, where --real-data has them. No value stands here:
each figure is looked for on the page that a reader would see.
"""

import html
import os
import re
import zipfile
from pathlib import Path

import pytest

from duediligence.contracts import Drift
from duediligence.model import AccountsFigures
from duediligence.registers.bulk.accounts import files_in, read_accounts_files
from duediligence.text.dates import long_date

DATA = Path(os.environ["REAL_DATA"])
FOLDERS = (DATA / "companies_house" / "accounts", DATA / "publishers" / "ixbrl-accounts")
pytestmark = pytest.mark.skipif(
    not all(folder.is_dir() for folder in FOLDERS),
    reason=f"the real accounts are not in --real-data ({', '.join(map(str, FOLDERS))})",
)
PATHS = files_in([folder for folder in FOLDERS if folder.is_dir()]) if DATA.is_dir() else []
every_document = pytest.mark.parametrize("number", range(len(PATHS)))
_NET_ASSETS = re.compile(
    r"net (?:assets|liabilities)(?: \(liabilities\))?:?[\s£]*(\(?) ?([0-9,]+)", re.IGNORECASE
)
_EMPLOYEES = re.compile(r"average number[^0-9]{0,200}([0-9]+)", re.IGNORECASE)


def page(path: Path) -> str:
    """What a reader sees of a document."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(path) as package:
            (name,) = (n for n in package.namelist() if "/accounts/" in n and n[-1] != "/")
            data = package.read(name)
    text = re.sub(
        r"(?s)<ix:header.*?</ix:header>|<style.*?</style>|<head>.*?</head>", "", data.decode()
    )
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", text)).split())


def read(path: Path) -> list[AccountsFigures]:
    drift = Drift()
    found = [row.figures for row in read_accounts_files([path], (), drift)]
    assert drift.lines() == ()
    return found


def whole(shown: str) -> int:
    return int(shown.replace(",", ""))


@every_document
def test_what_is_read_is_what_the_page_shows(number: int) -> None:
    path = PATHS[number]
    shown, figures = page(path), read(path)
    now = figures[0]
    assert now.number in path.name
    assert long_date(now.ended) in shown
    assert now.audit == "exempt"
    sums = [whole(s) * (-1 if bracket else 1) for bracket, s in _NET_ASSETS.findall(shown)]
    assert (now.net_assets is None and not sums) or now.net_assets in sums
    due = now.creditors_within_one_year
    assert due is None or f"{due:,}" in shown
    heads = [int(count) for count in _EMPLOYEES.findall(shown)]
    assert now.employees in heads or not heads
    assert (now.regime == "micro") is bool(re.search("micro-entit", shown, re.IGNORECASE))
    assert now.dormant is bool(re.search("dormant", shown, re.IGNORECASE))
    for before in figures[1:]:
        assert before.comparative
        assert str(before.ended.year) in shown
        assert f"{before.net_assets:,}" in shown


def test_what_most_give_is_found_in_most() -> None:
    now = [read(path)[0] for path in PATHS]
    for field, least in (("net_assets", 6), ("creditors_within_one_year", 5), ("employees", 7)):
        assert sum(getattr(one, field) is not None for one in now) >= least


@every_document
def test_the_sums_agree_with_each_other(number: int) -> None:
    for one in read(PATHS[number]):
        if one.current_assets is not None and one.cash is not None:
            assert one.cash <= one.current_assets
        if one.total_assets is not None and one.net_assets is not None:
            assert one.net_assets <= one.total_assets
