"""Excerpts of real pages of national registers, where --real-data has them."""

import os
import re
from pathlib import Path

import pytest
from duediligence.watchlists._hse import next_page
from duediligence.watchlists.hse_convictions import parse as convictions
from duediligence.watchlists.hse_notices import parse as notices

from duediligence.contracts import Files, Watchlist
from duediligence.model import ListEntry

SAMPLES = Path(os.environ["REAL_DATA"]) / "enforcement" / "hse"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"the real pages are not in --real-data ({SAMPLES})"
)


POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}")


def load(
    watchlist: Watchlist, folder: Path, list_page: str, detail: str
) -> tuple[list[ListEntry], tuple[str, ...]]:
    """The entries, of an excerpt that says which rows of the real page it holds."""
    text = (SAMPLES / list_page).read_text("utf-8")
    rows = text.count('<a title="Link to ')
    whole = re.sub(
        r"Showing Page 1 of \d+, results 1 to 10",
        f"Showing Page 1 of 1, results 1 to {rows}",
        text,
    )
    assert whole != text
    stem = watchlist.feeds[0].filename.split("-")[0]
    listed, shown = folder / f"{stem}-a-0001.html", folder / watchlist.feeds[-1].filename
    listed.write_text(whole, encoding="utf-8")
    shown = shown.with_name(shown.name.replace("*", "1"))
    shown.write_bytes((SAMPLES / detail).read_bytes())
    files = Files({path.name: path for path in (listed, shown)})
    entries = list(watchlist.parse(files))
    assert len(entries) == rows
    return entries, files.drift.lines()


def test_notices(tmp_path: Path) -> None:
    entries, drift = load(
        notices, tmp_path, "notice_list_excerpt.html", "notice_detail_excerpt.html"
    )
    assert drift == ()
    assert entries[0].id.isdecimal()
    assert entries[0].record is not None
    assert entries[0].record.status == "live"
    assert POSTCODE.fullmatch(entries[0].addresses[0].postcode)
    assert [one.kind for one in entries].count("organisation") == 5
    assert all(one.record and one.record.event_date and one.record.act_section for one in entries)


def test_convictions(tmp_path: Path) -> None:
    entries, drift = load(
        convictions, tmp_path, "conviction_list_excerpt.html", "conviction_detail_excerpt.html"
    )
    assert drift == ()
    assert entries[0].record is not None
    assert entries[0].record.penalty_gbp
    assert POSTCODE.fullmatch(entries[0].addresses[0].postcode)
    assert all(one.kind == "organisation" for one in entries)


def test_the_pagers_lead_to_the_second_page() -> None:
    for name in ("notice_list_excerpt.html", "conviction_list_excerpt.html"):
        assert "PN=2&" in next_page(SAMPLES / name, "https://resources.hse.gov.uk/x/list.asp")
